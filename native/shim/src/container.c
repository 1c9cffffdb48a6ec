#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control.h"
#include "exec.h"
#include "guard.h"
#include "log.h"
#include "oom.h"
#include "options.h"
#include "record.h"
#include "runtime.h"

#define RETRY_MS 250
#define EXEC_WAIT_MS 5000

struct container container;

static struct launch launch;
static struct conn *starter;
static int64_t starter_sequence;
static struct process deletion;
static int delete_status;
static bool deleted;
static struct timer retry;

const char *container_phase_name(void) {
  static const char *const names[] = {"held", "starting", "running", "exited", "gone"};
  return names[container.phase];
}

static void leave(void) {
  char line[128];
  struct text text;
  timer_disarm(&retry);
  container.phase = PHASE_GONE;
  text_init(&text, line, sizeof line);
  text_string(&text, "{\"event\":\"gone\",\"deleteStatus\":");
  text_number(&text, WIFSIGNALED(delete_status) ? 128 + WTERMSIG(delete_status)
                                                : WEXITSTATUS(delete_status));
  text_string(&text, "}\n");
  guard_stop();
  conn_stop_listening(options.socket);
  conn_broadcast(&text);
  session_end_clients(&container.session);
  conn_end_all();
  control_conn_closed();
}

static void on_leave_time(struct timer *timer) {
  (void)timer;
  leave();
}

static void leave_if_done(void) {
  if (!deleted || container.phase == PHASE_GONE) return;
  if (exec_none_left()) {
    leave();
  } else {
    exec_kill_all();
    if (!retry.armed) timer_arm(&retry, EXEC_WAIT_MS, on_leave_time);
  }
}

void container_exec_ended(void) {
  leave_if_done();
}

static void on_deletion_end(struct process *process, int status) {
  (void)process;
  delete_status = status;
  deleted = true;
  leave_if_done();
}

static void delete_container(void) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  int stdio[3] = {null, null, null};
  struct command command;
  runtime_delete_command(&command);
  pid_t pid = runtime_spawn(&command, stdio, false);
  if (null >= 0) close(null);
  if (pid > 0)
    process_add(&deletion, pid, on_deletion_end);
  else
    on_deletion_end(&deletion, 127 << 8);
}

static void write_record(struct text *text) {
  text_string(text, "{");
  record_exit(text, &container.session);
  text_string(text, ",\"oomKilled\":");
  text_boolean(text, container.oom_kills > 0);
  text_string(text, ",\"oomCount\":");
  text_number(text, container.oom_kills);
  text_string(text, "}");
}

void container_write_exit(struct text *text) {
  text_string(text, "{\"event\":\"exit\",\"exit\":");
  write_record(text);
  text_string(text, "}\n");
}

/* The exit file comes first: nobody hears of an exit that is not on disk. A full disk is waited out, a
 * folder that is gone means that nobody will ask. */
static void announce(struct timer *timer) {
  char line[512];
  struct text text;
  text_init(&text, line, sizeof line);
  write_record(&text);
  if (!record_write(options.exit_file, &text) &&
      (errno == ENOSPC || errno == EDQUOT || errno == ENOMEM || errno == EIO || errno == EMFILE ||
       errno == ENFILE)) {
    timer_arm(timer, RETRY_MS, announce);
    return;
  }
  container.ended = true;
  text_init(&text, line, sizeof line);
  container_write_exit(&text);
  conn_broadcast(&text);
  session_end_clients(&container.session);
  log_close();
  exec_kill_all();
  delete_container();
}

static void on_logged(void) {
  announce(&retry);
}

static void on_finished(struct session *session) {
  (void)session;
  container.oom_kills = oom_count();
  container.phase = PHASE_EXITED;
  log_finish(on_logged);
}

static void on_rotated(void) {
  static char line[] = "{\"event\":\"log-rotated\"}\n";
  struct text text = {.data = line, .length = sizeof line - 1, .capacity = sizeof line};
  conn_broadcast(&text);
}

static void on_full(bool full) {
  session_client_stalled(&container.session, full);
}

static void on_oom(int64_t count) {
  char line[64];
  struct text text;
  container.oom_kills = count;
  text_init(&text, line, sizeof line);
  text_string(&text, "{\"event\":\"oom\",\"count\":");
  text_number(&text, count);
  text_string(&text, "}\n");
  conn_broadcast(&text);
}

bool container_open_log(struct fault *fault) {
  static const struct log_hooks hooks = {on_rotated, on_full};
  return log_open(&hooks, fault);
}

void container_init(void) {
  container.session.finished = on_finished;
  container.session.tty = options.tty;
  container.session.input_once = options.stdin_once;
  container.session.logged = true;
  container.phase = PHASE_HELD;
}

static void on_launched(struct launch *done, struct fault *fault) {
  struct conn *conn = starter;
  (void)done;
  starter = NULL;
  if (fault != NULL) {
    control_reply_fault(conn, starter_sequence, "start-failed", fault);
    container.phase = PHASE_EXITED;
    session_end_clients(&container.session);
    delete_container();
    return;
  }
  container.phase = PHASE_RUNNING;
  guard_tell(container.session.process.pid, container.session.start_time);
  oom_watch(on_oom);
  control_reply_process(conn, starter_sequence, "started", &container.session);
}

static bool begin(struct fault *fault) {
  struct session_stdio stdio;
  struct command command;
  if (!guard_start()) return fault_errno(fault, "start", "guard", NULL);
  launch_init(&launch, &container.session, "start", "shim-start");
  launch.done = on_launched;
  command_init(&command, launch.log_name);
  command_add(&command, "run");
  command_add(&command, "--bundle");
  command_add(&command, options.bundle);
  bool opened = session_open_stdio(&container.session, &stdio, options.stdin_open, true, true);
  if (!opened) fault_errno(fault, "start", "stdio", NULL);
  opened = opened && launch_add_options(&launch, &command, fault);
  command_add(&command, options.id);
  if (opened && launch_begin(&launch, &command, &stdio, fault)) return true;
  session_close_child(&stdio);
  session_abandon(&container.session);
  launch_clean(&launch);
  return false;
}

bool container_start(struct conn *conn, int64_t sequence, struct fault *fault) {
  if (container.phase != PHASE_HELD) return fault_set(fault, "start", "phase", EALREADY, NULL);
  container.phase = PHASE_STARTING;
  starter = conn;
  starter_sequence = sequence;
  if (begin(fault)) return true;
  /* There is nothing to delete: the shim goes once the caller has replied. */
  starter = NULL;
  container.phase = PHASE_EXITED;
  timer_arm(&retry, 0, on_leave_time);
  return false;
}

void container_shutdown(void) {
  switch (container.phase) {
    case PHASE_HELD:
      deleted = true;
      leave_if_done();
      break;
    case PHASE_STARTING:
      launch_kill(&launch);
      break;
    case PHASE_RUNNING:
      if (container.session.process.pid > 0) kill(container.session.process.pid, SIGKILL);
      break;
    case PHASE_EXITED:
    case PHASE_GONE:
      break;
  }
}

void container_forget(struct conn *conn) {
  if (starter == conn) starter = NULL;
}
