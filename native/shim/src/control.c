#include "control.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "container.h"
#include "exec.h"
#include "json.h"
#include "log.h"
#include "options.h"

#define EXEC_ENTRY_MAX 192

struct request {
  struct conn *conn;
  int64_t sequence;
  struct json_object object;
};

static void begin_reply(struct text *text, int64_t sequence, bool ok) {
  text_init(text, scratch_buffer(), SCRATCH_SIZE);
  text_string(text, "{\"seq\":");
  text_number(text, sequence);
  text_string(text, ok ? ",\"ok\":true" : ",\"ok\":false");
}

static void send_reply(struct conn *conn, struct text *text) {
  text_string(text, "}\n");
  conn_send(conn, text);
}

static void begin_event(struct text *text, const char *event) {
  text_init(text, scratch_buffer(), SCRATCH_SIZE);
  text_string(text, "{\"event\":\"");
  text_string(text, event);
  text_string(text, "\"");
}

static void reply_ok(struct request *request) {
  struct text text;
  begin_reply(&text, request->sequence, true);
  send_reply(request->conn, &text);
}

void control_reply_fault(struct conn *conn, int64_t sequence, const char *event,
                         const struct fault *fault) {
  struct text text;
  if (conn == NULL && event == NULL) return;
  if (conn == NULL)
    begin_event(&text, event);
  else
    begin_reply(&text, sequence, false);
  text_string(&text, ",\"error\":");
  fault_write(fault, &text);
  if (conn == NULL) {
    text_string(&text, "}\n");
    conn_broadcast(&text);
    return;
  }
  send_reply(conn, &text);
  if (conn->mode == CONN_WAITING) conn_end(conn);
}

void control_reply_process(struct conn *conn, int64_t sequence, const char *event,
                           const struct session *session) {
  struct text text;
  if (conn == NULL && event == NULL) return;
  if (conn == NULL)
    begin_event(&text, event);
  else
    begin_reply(&text, sequence, true);
  text_string(&text, ",\"pid\":");
  text_number(&text, session->process.pid);
  text_string(&text, ",\"startTime\":");
  text_number(&text, session->start_time);
  if (conn != NULL) {
    send_reply(conn, &text);
    return;
  }
  text_string(&text, "}\n");
  conn_broadcast(&text);
}

static void refuse(struct request *request, const char *op, const char *stage, int error) {
  struct fault fault;
  fault_set(&fault, op, stage, error, NULL);
  control_reply_fault(request->conn, request->sequence, NULL, &fault);
}

/* The session that `exec` names, by default the container's; NULL and a reply when it does not run. */
static struct session *find_target(struct request *request, const char *op) {
  const char *id = json_string(&request->object, "exec");
  struct session *session = id == NULL ? &container.session : exec_find(id);
  if (session != NULL && session->process.pid > 0) return session;
  refuse(request, op, "target", ESRCH);
  return NULL;
}

static void serve_start(struct request *request) {
  struct fault fault;
  if (!container_start(request->conn, request->sequence, &fault))
    control_reply_fault(request->conn, request->sequence, NULL, &fault);
}

static struct stream_choice choice_of(const struct json_object *object) {
  return (struct stream_choice){.in = json_boolean(object, "stdin"),
                                .out = json_boolean(object, "stdout"),
                                .err = json_boolean(object, "stderr")};
}

static void serve_attach(struct request *request) {
  if (container.phase > PHASE_RUNNING || container.session.ended) {
    refuse(request, "attach", "phase", ESRCH);
    conn_end(request->conn);
    return;
  }
  reply_ok(request);
  conn_become_stream(request->conn, &container.session, choice_of(&request->object));
}

void control_reply_probe(struct conn *conn, int64_t sequence, const struct session *session,
                         const struct kept_output *kept, bool late) {
  struct text text;
  begin_reply(&text, sequence, true);
  text_string(&text, ",\"code\":");
  text_number(&text, session_exit_code(session));
  text_string(&text, ",\"late\":");
  text_boolean(&text, late);
  text_string(&text, ",\"cut\":");
  text_boolean(&text, kept->cut);
  text_string(&text, ",\"output\":");
  text_json(&text, kept->bytes, kept->length);
  send_reply(conn, &text);
}

static void begin_exec(struct request *request, bool probe) {
  struct fault fault;
  const struct json_object *object = &request->object;
  struct exec_request exec = {
      .id = json_string(object, "execId"),
      .process_file = json_string(object, "process"),
      .plan_file = json_string(object, "plan"),
      .cgroup = json_string(object, "cgroup"),
      .wants = probe ? (struct stream_choice){.out = true, .err = true} : choice_of(object),
      .tty = !probe && json_boolean(object, "tty"),
      .detach = probe || json_boolean(object, "detach"),
      .probe = probe,
      .timeout_ms = json_number(object, "timeout", 0),
  };
  if (exec_start(request->conn, request->sequence, &exec, &fault)) return;
  control_reply_fault(request->conn, request->sequence, NULL, &fault);
  if (!exec.detach) conn_end(request->conn);
}

static void serve_exec(struct request *request) {
  begin_exec(request, false);
}

static void serve_probe(struct request *request) {
  begin_exec(request, true);
}

static void serve_resize(struct request *request) {
  struct session *session = find_target(request, "resize");
  int64_t rows = json_number(&request->object, "rows", -1);
  int64_t columns = json_number(&request->object, "cols", -1);
  if (session == NULL) return;
  if (rows < 0 || rows > 65535 || columns < 0 || columns > 65535)
    refuse(request, "resize", "size", EINVAL);
  else if (!session->tty)
    refuse(request, "resize", "terminal", ENOTTY);
  else if (!session_resize(session, rows, columns))
    refuse(request, "resize", "terminal", errno);
  else
    reply_ok(request);
}

static void serve_kill(struct request *request) {
  struct session *session = find_target(request, "kill");
  int64_t signal = json_number(&request->object, "signal", -1);
  if (session == NULL) return;
  if (signal < 0 || signal > 64)
    refuse(request, "kill", "signal", EINVAL);
  else if (kill(session->process.pid, (int)signal) != 0)
    refuse(request, "kill", "signal", errno);
  else
    reply_ok(request);
}

static void serve_close_stdin(struct request *request) {
  struct session *session = find_target(request, "close-stdin");
  if (session == NULL) return;
  session_close_input(session);
  reply_ok(request);
}

static void serve_state(struct request *request) {
  struct text text;
  unsigned execs = exec_count(), attached = 0;
  size_t size = 1024 + JSON_EXPANSION * strlen(options.exit_file) +
                (size_t)execs * EXEC_ENTRY_MAX;
  char *buffer = malloc(size);
  if (buffer == NULL) {
    refuse(request, "state", "memory", ENOMEM);
    return;
  }
  for (const struct conn *conn = container.session.clients; conn != NULL; conn = conn->next_client)
    attached++;
  begin_reply(&text, request->sequence, true);
  memcpy(buffer, text.data, text.length);
  text.data = buffer;
  text.capacity = size;
  text_string(&text, ",\"shimPid\":");
  text_number(&text, getpid());
  text_string(&text, ",\"id\":");
  text_json_string(&text, options.id);
  text_string(&text, ",\"exitFile\":");
  text_json_string(&text, options.exit_file);
  text_string(&text, ",\"phase\":");
  text_json_string(&text, container_phase_name());
  text_string(&text, ",\"pid\":");
  text_number(&text, container.session.process.pid);
  text_string(&text, ",\"startTime\":");
  text_number(&text, container.session.start_time);
  text_string(&text, ",\"attached\":");
  text_number(&text, attached);
  text_string(&text, ",\"logDroppedBytes\":");
  text_number(&text, log_dropped());
  text_string(&text, ",\"oomCount\":");
  text_number(&text, container.oom_kills);
  text_string(&text, ",\"execs\":");
  exec_write_list(&text, execs);
  send_reply(request->conn, &text);
  free(buffer);
}

static void serve_subscribe(struct request *request) {
  struct text text;
  request->conn->subscribed = true;
  reply_ok(request);
  if (!container.ended) return;
  text_init(&text, scratch_buffer(), SCRATCH_SIZE);
  container_write_exit(&text);
  conn_send(request->conn, &text);
}

static void serve_shutdown(struct request *request) {
  reply_ok(request);
  container_shutdown();
}

static const struct {
  const char *op;
  void (*serve)(struct request *request);
} requests[] = {
    {"start", serve_start},         {"attach", serve_attach},
    {"exec", serve_exec},           {"resize", serve_resize},
    {"kill", serve_kill},           {"close-stdin", serve_close_stdin},
    {"state", serve_state},         {"subscribe", serve_subscribe},
    {"shutdown", serve_shutdown},   {"probe", serve_probe},
};

void control_request(struct conn *conn, char *line, size_t length) {
  struct request request = {.conn = conn};
  if (!json_parse(&request.object, line, length)) {
    refuse(&request, "request", "parse", EBADMSG);
    return;
  }
  request.sequence = json_number(&request.object, "seq", 0);
  const char *op = json_string(&request.object, "op");
  for (size_t i = 0; op != NULL && i < sizeof requests / sizeof *requests; i++)
    if (strcmp(op, requests[i].op) == 0) {
      requests[i].serve(&request);
      return;
    }
  refuse(&request, "request", "op", EOPNOTSUPP);
}

void control_line_too_long(struct conn *conn) {
  struct request request = {.conn = conn};
  refuse(&request, "request", "length", EMSGSIZE);
}

void control_forget(struct conn *conn) {
  container_forget(conn);
  exec_forget(conn);
  if (conn->primary && container.phase == PHASE_HELD) container_shutdown();
}

void control_conn_closed(void) {
  if (container.phase == PHASE_GONE && conn_none_left()) loop_stop();
}
