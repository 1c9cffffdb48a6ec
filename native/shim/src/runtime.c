#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console.h"
#include "json.h"
#include "privilege.h"

#define LOG_TAIL 8192
#define STDERR_MAX 1024
#define LOOK_MS 100
/* How often in a row an exec's pipes are found full before its output is given up. */
#define FULL_LOOKS_MAX 100

extern char **environ;

void command_add(struct command *command, const char *argument) {
  if (command->count + 1 < COMMAND_MAX) command->argv[command->count++] = argument;
  command->argv[command->count] = NULL;
}

void command_init(struct command *command, const char *log_file) {
  command->count = 0;
  command_add(command, options.runtime);
  if (options.runtime_root != NULL) {
    command_add(command, "--root");
    command_add(command, options.runtime_root);
  }
  for (unsigned i = 0; i < options.runtime_arg_count; i++)
    command_add(command, options.runtime_args[i]);
  if (options.systemd_cgroup) command_add(command, "--systemd-cgroup");
  if (log_file == NULL) return;
  command_add(command, "--log");
  command_add(command, log_file);
  command_add(command, "--log-format");
  command_add(command, "json");
}

void runtime_delete_command(struct command *command) {
  command_init(command, NULL);
  command_add(command, "delete");
  command_add(command, "--force");
  command_add(command, options.id);
}

bool runtime_child_reset(bool tied, pid_t parent) {
  sigset_t none;
  for (int signal = 1; signal < 32; signal++)
    if (signal != SIGKILL && signal != SIGSTOP) {
      struct sigaction action = {.sa_handler = SIG_DFL};
      sigaction(signal, &action, NULL);
    }
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  privilege_restore();
  return !tied || (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent);
}

/* Runs in the child of vfork(): only system calls, no return. */
static _Noreturn void exec_runtime(struct command *command, const int stdio[3], bool tied,
                                   pid_t parent, volatile int *error) {
  if (!runtime_child_reset(tied, parent)) _exit(126);
  bool ready = true;
  for (int i = 0; i < 3; i++) ready = ready && dup2(stdio[i], i) == i;
  if (ready) execve(command->argv[0], (char *const *)(uintptr_t)command->argv, environ);
  *error = errno;
  _exit(127);
}

pid_t runtime_spawn(struct command *command, const int stdio[3], bool tied) {
  volatile int error = 0;
  pid_t parent = getpid();
  pid_t pid = vfork();
  if (pid == 0) exec_runtime(command, stdio, tied, parent, &error);
  if (pid < 0 || error == 0) return pid;
  waitpid(pid, NULL, 0);
  errno = error;
  return -1;
}

static void join_name(char *out, const char *name, const char *suffix) {
  struct text text;
  text_init(&text, out, FILE_NAME_MAX);
  text_string(&text, name);
  text_string(&text, suffix);
  if (!text_finish(&text)) out[0] = '\0';
}

void launch_init(struct launch *launch, struct session *session, const char *op,
                 const char *name) {
  launch->session = session;
  launch->op = op;
  launch->console = -1;
  launch->report = -1;
  launch->console_name[0] = '\0';
  join_name(launch->log_name, name, ".log");
  join_name(launch->pid_name, name, ".pid");
  unlink(launch->log_name);
  unlink(launch->pid_name);
}

bool launch_add_options(struct launch *launch, struct command *command, struct fault *fault) {
  command_add(command, "--detach");
  command_add(command, "--pid-file");
  command_add(command, launch->pid_name);
  if (!launch->session->tty) return true;
  launch->console = console_listen(launch->console_name, FILE_NAME_MAX);
  if (launch->console < 0) return fault_errno(fault, launch->op, "console", NULL);
  command_add(command, "--console-socket");
  command_add(command, launch->console_name);
  return true;
}

void launch_clean(struct launch *launch) {
  unlink(launch->log_name);
  unlink(launch->pid_name);
  if (launch->report >= 0) {
    close(launch->report);
    launch->report = -1;
  }
  if (launch->console >= 0) {
    close(launch->console);
    unlink(launch->console_name);
    launch->console = -1;
  }
}

/* The last error of the runtime's JSON log. */
static bool message_from_log(struct fault *fault, const char *name, char *tail) {
  int fd = open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  off_t size = lseek(fd, 0, SEEK_END);
  ssize_t length = pread(fd, tail, LOG_TAIL, size > LOG_TAIL ? size - LOG_TAIL : 0);
  close(fd);
  for (size_t end = length > 0 ? (size_t)length : 0; end > 0;) {
    size_t begin = end;
    while (begin > 0 && tail[begin - 1] != '\n') begin--;
    struct json_object entry;
    if (json_parse(&entry, tail + begin, end - begin)) {
      const char *level = json_string(&entry, "level");
      const char *message = json_string(&entry, "msg");
      if (message != NULL && (level == NULL || strcmp(level, "error") == 0)) {
        fault->message = message;
        return true;
      }
    }
    end = begin > 0 ? begin - 1 : 0;
  }
  return false;
}

/* What the runtime wrote to the process's stderr, for want of a log. */
static void message_from_stderr(struct fault *fault, struct session *session, char *bytes) {
  if (session->outputs[1].watch.fd < 0) return;
  ssize_t length = read(session->outputs[1].watch.fd, bytes, STDERR_MAX);
  while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == ' ')) length--;
  if (length <= 0) return;
  bytes[length] = '\0';
  fault->message = bytes;
}

static void fault_runtime(struct launch *launch, struct fault *fault, int status) {
  fault_set(fault, launch->op, "runtime", 0, options.runtime);
  if (WIFSIGNALED(status)) fault->stage = "runtime-killed";
  char *message = io_buffer();
  if (!message_from_log(fault, launch->log_name, message))
    message_from_stderr(fault, launch->session, message);
}

static pid_t read_pid(const char *name) {
  char digits[24] = {0};
  int fd = open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  bool given = read(fd, digits, sizeof digits - 1) > 0;
  close(fd);
  return given ? (pid_t)text_parse(digits) : 0;
}

/* The runtime has ended well: takes over the process it left. */
static bool take_process(struct launch *launch, struct fault *fault) {
  pid_t pid = read_pid(launch->pid_name);
  if (pid <= 1) return fault_set(fault, launch->op, "pid-file", EBADMSG, launch->pid_name);
  if (launch->session->tty) {
    int master = console_receive(launch->console);
    if (master < 0 || !session_take_terminal(launch->session, master)) {
      fault_errno(fault, launch->op, "console", launch->console_name);
      kill(pid, SIGKILL);
      return false;
    }
  }
  session_run(launch->session, pid);
  return true;
}

static void on_runtime_end(struct process *process, int status) {
  struct fault fault;
  struct launch *launch = (struct launch *)process;
  bool running = false;
  timer_disarm(&launch->look);
  if (status == 0)
    running = take_process(launch, &fault);
  else
    fault_runtime(launch, &fault, status);
  if (!running) session_abandon(launch->session);
  launch_clean(launch);
  process_launch_end();
  launch->done(launch, running ? NULL : &fault);
}

/* The runtime writes to the pipes that the process will have, and nobody reads those before it has ended: one that
 * writes more than they hold must not wait for ever. What the container's log or clients can have goes there, as if
 * the process had written it. An exec has nobody yet: its pipes are made larger, and when they are full for ten seconds
 * the output is thrown away. */
static void on_look(struct timer *timer) {
  struct launch *launch = (struct launch *)(void *)((char *)timer - offsetof(struct launch, look));
  struct session *session = launch->session;
  launch->full_looks = session_output_full(session) ? launch->full_looks + 1 : 0;
  if (launch->full_looks > 0 && (session->logged || launch->full_looks > FULL_LOOKS_MAX)) {
    session_serve_early(session);
    return;
  }
  if (launch->full_looks == 1) session_widen_output(session);
  timer_arm(timer, LOOK_MS, on_look);
}

bool launch_begin(struct launch *launch, struct command *command, struct session_stdio *stdio,
                  struct fault *fault) {
  process_launch_begin();
  pid_t pid = runtime_spawn(command, stdio->child, true);
  session_close_child(stdio);
  if (pid < 0) {
    fault_errno(fault, launch->op, "runtime-exec", options.runtime);
    process_launch_end();
    launch_clean(launch);
    return false;
  }
  process_add(&launch->process, pid, on_runtime_end);
  launch->full_looks = 0;
  timer_arm(&launch->look, LOOK_MS, on_look);
  return true;
}

void launch_kill(struct launch *launch) {
  if (launch->process.pid > 0) kill(launch->process.pid, SIGKILL);
}
