#include "exec.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "container.h"
#include "control.h"
#include "options.h"
#include "record.h"
#include "runtime.h"

/* How long a killed probe may take to end before the reply says that it is late. */
#define DEATH_MS 1000

/* What a probe has beyond an exec. */
struct probe {
  struct timer timer; /* first member */
  struct exec *exec;
  bool late;
  struct kept_output kept;
};

struct exec {
  struct session session; /* first member */
  struct launch launch;
  struct exec *next;
  struct conn *conn; /* waits for the launch */
  int64_t sequence;
  struct stream_choice wants;
  struct probe *probe; /* or NULL */
  bool detach;
  char id[NAME_MAX_LENGTH + 1];
};

static struct exec *execs;

static struct exec *find(const char *id) {
  struct exec *exec = execs;
  while (exec != NULL && strcmp(exec->id, id) != 0) exec = exec->next;
  return exec;
}

struct session *exec_find(const char *id) {
  struct exec *exec = find(id);
  return exec == NULL || exec->session.process.pid <= 0 ? NULL : &exec->session;
}

static void release(struct exec *exec) {
  for (struct exec **at = &execs; *at != NULL; at = &(*at)->next)
    if (*at == exec) {
      *at = exec->next;
      break;
    }
  if (exec->probe != NULL) timer_disarm(&exec->probe->timer);
  free(exec->probe);
  free(exec);
  container_exec_ended();
}

static void name_file(char *out, const char *id, const char *suffix) {
  struct text text;
  text_init(&text, out, FILE_NAME_MAX);
  text_string(&text, "exec-");
  text_string(&text, id);
  text_string(&text, suffix);
  text_finish(&text);
}

/* Nobody but the one who asked hears of a probe's end. */
static void reply_probe(struct exec *exec) {
  struct probe *probe = exec->probe;
  struct conn *conn = exec->conn;
  exec->conn = NULL;
  if (conn != NULL)
    control_reply_probe(conn, exec->sequence, &exec->session, &probe->kept, probe->late);
}

static void on_probe_finished(struct session *session) {
  struct exec *exec = (struct exec *)session;
  reply_probe(exec);
  release(exec);
}

static void kill_exec(struct exec *exec) {
  if (exec->session.process.pid > 0) kill(exec->session.process.pid, SIGKILL);
  launch_kill(&exec->launch);
}

/* A process that is entering by itself is killed once its pid is known: it would outlive the one that tells it. */
static void end_probe(struct exec *exec) {
  if (exec->launch.report < 0) kill_exec(exec);
}

static void on_death_late(struct timer *timer) {
  reply_probe(((struct probe *)timer)->exec);
}

static void on_probe_late(struct timer *timer) {
  struct probe *probe = (struct probe *)timer;
  probe->late = true;
  probe->exec->session.hasty = true;
  end_probe(probe->exec);
  timer_arm(timer, DEATH_MS, on_death_late);
}

static void on_finished(struct session *session) {
  struct exec *exec = (struct exec *)session;
  char line[512], path[FILE_NAME_MAX];
  struct text text;
  text_init(&text, line, sizeof line);
  text_string(&text, "{");
  record_exit(&text, session);
  text_string(&text, "}");
  name_file(path, exec->id, ".exit");
  record_write(path, &text);
  text_init(&text, line, sizeof line);
  text_string(&text, "{\"event\":\"exec-exit\",\"execId\":");
  text_json_string(&text, exec->id);
  text_string(&text, ",");
  record_exit(&text, session);
  text_string(&text, "}\n");
  conn_broadcast(&text);
  session_end_clients(session);
  release(exec);
}

static void on_launched(struct launch *launch, struct fault *fault) {
  struct exec *exec = (struct exec *)launch->session;
  struct conn *conn = exec->conn;
  if (exec->probe != NULL && (fault == NULL || exec->probe->late)) {
    if (fault == NULL && exec->probe->late) kill_exec(exec);
    if (fault != NULL) on_probe_finished(&exec->session);
    return;
  }
  exec->conn = NULL;
  if (fault != NULL) {
    control_reply_fault(conn, exec->sequence, NULL, fault);
    release(exec);
    return;
  }
  control_reply_process(conn, exec->sequence, NULL, &exec->session);
  if (exec->detach) return;
  if (conn != NULL)
    conn_become_stream(conn, &exec->session, exec->wants);
  else
    session_close_input(&exec->session);
}

static bool begin_runtime(struct exec *exec, const struct exec_request *request,
                          struct session_stdio *stdio, struct fault *fault) {
  struct command command;
  command_init(&command, exec->launch.log_name);
  command_add(&command, "exec");
  command_add(&command, "--process");
  command_add(&command, request->process_file);
  if (!launch_add_options(&exec->launch, &command, fault)) return false;
  command_add(&command, options.id);
  return launch_begin(&exec->launch, &command, stdio, fault);
}

static bool begin(struct exec *exec, const struct exec_request *request, struct fault *fault) {
  char name[FILE_NAME_MAX];
  struct session_stdio stdio;
  bool attach = !request->detach || request->probe;
  name_file(name, exec->id, "");
  launch_init(&exec->launch, &exec->session, "exec", name);
  exec->launch.done = on_launched;
  bool opened = session_open_stdio(&exec->session, &stdio, attach && request->wants.in,
                                   attach && request->wants.out, attach && request->wants.err);
  if (!opened) fault_errno(fault, "exec", "stdio", NULL);
  if (opened && (request->plan_file != NULL
                     ? launch_begin_native(&exec->launch, request->plan_file, request->cgroup,
                                           &stdio, fault)
                     : begin_runtime(exec, request, &stdio, fault)))
    return true;
  session_close_child(&stdio);
  session_abandon(&exec->session);
  launch_clean(&exec->launch);
  return false;
}

static bool make_probe(struct exec *exec, int64_t timeout_ms) {
  struct probe *probe = calloc(1, sizeof *probe);
  if (probe == NULL) return false;
  probe->exec = exec;
  exec->probe = probe;
  exec->session.kept = &probe->kept;
  exec->session.finished = on_probe_finished;
  if (timeout_ms > 0) timer_arm(&probe->timer, timeout_ms, on_probe_late);
  return true;
}

bool exec_start(struct conn *conn, int64_t sequence, const struct exec_request *request,
                struct fault *fault) {
  if (request->id == NULL || !is_name(request->id))
    return fault_set(fault, "exec", "execId", EINVAL, NULL);
  const char *file = request->plan_file != NULL ? request->plan_file : request->process_file;
  if (file == NULL || file[0] != '/') return fault_set(fault, "exec", "process", EINVAL, NULL);
  if (container.phase != PHASE_RUNNING || container.session.exited)
    return fault_set(fault, "exec", "phase", ESRCH, NULL);
  if (find(request->id) != NULL) return fault_set(fault, "exec", "execId", EEXIST, NULL);
  struct exec *exec = calloc(1, sizeof *exec);
  if (exec == NULL) return fault_errno(fault, "exec", "memory", NULL);
  memcpy(exec->id, request->id, strlen(request->id) + 1);
  exec->session.finished = on_finished;
  exec->session.tty = request->tty;
  exec->session.input_once = true;
  exec->conn = conn;
  exec->sequence = sequence;
  exec->wants = request->wants;
  exec->detach = request->detach;
  exec->next = execs;
  execs = exec;
  bool begun = request->probe && !make_probe(exec, request->timeout_ms)
                   ? fault_errno(fault, "exec", "memory", NULL)
                   : begin(exec, request, fault);
  if (!begun) {
    release(exec);
    return false;
  }
  if (!request->detach) {
    conn->mode = CONN_WAITING;
    conn_update(conn);
  }
  return true;
}

bool exec_none_left(void) {
  return execs == NULL;
}

void exec_kill_all(void) {
  for (struct exec *exec = execs; exec != NULL; exec = exec->next) kill_exec(exec);
}

void exec_forget(struct conn *conn) {
  for (struct exec *exec = execs; exec != NULL; exec = exec->next)
    if (exec->conn == conn) {
      exec->conn = NULL;
      /* Nobody wants the answer any more. */
      if (exec->probe != NULL) on_probe_late(&exec->probe->timer);
    }
}

unsigned exec_count(void) {
  unsigned total = 0;
  for (const struct exec *exec = execs; exec != NULL; exec = exec->next) total++;
  return total;
}

void exec_write_list(struct text *text, unsigned limit) {
  const char *separator = "";
  text_string(text, "[");
  for (const struct exec *exec = execs; exec != NULL && limit-- > 0; exec = exec->next) {
    if (exec->probe != NULL) continue;
    text_string(text, separator);
    text_string(text, "{\"execId\":");
    text_json_string(text, exec->id);
    text_string(text, ",\"pid\":");
    text_number(text, exec->session.process.pid);
    text_string(text, "}");
    separator = ",";
  }
  text_string(text, "]");
}
