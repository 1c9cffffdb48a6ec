/* berth-shim: keeps one container's streams, log and exit status, with or without a daemon. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "conn.h"
#include "container.h"
#include "control.h"
#include "enter.h"
#include "loop.h"
#include "options.h"
#include "privilege.h"
#include "process.h"
#include "title.h"

/* The launching daemon's end of a socket pair, if there is one. */
#define LAUNCHER_FD 3

static _Noreturn void die(const struct fault *fault) {
  char line[8192];
  struct text text;
  text_init(&text, line, sizeof line);
  text_string(&text, "{\"event\":\"launch-failed\",\"error\":");
  fault_write(fault, &text);
  text_string(&text, "}\n");
  if (send(LAUNCHER_FD, text.data, text.length, MSG_NOSIGNAL) < 0)
    _exit(write(STDERR_FILENO, text.data, text.length) < 0 ? 2 : 1);
  _exit(1);
}

static bool use_null_stdio(void) {
  int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; fd++)
    if (null < 0 || (null != fd && dup2(null, fd) < 0)) return false;
  if (null > 2 && null != LAUNCHER_FD) close(null);
  return true;
}

/* Leaves the daemon's process tree, session and working folder. */
static bool detach(void) {
  for (int round = 0; round < 2; round++) {
    pid_t pid = fork();
    if (pid < 0) return false;
    if (pid > 0) _exit(0);
    if (round == 0) setsid();
  }
  return true;
}

static void ignore_signals(void) {
  for (int signal = 1; signal < 32; signal++) {
    bool fatal_error = signal == SIGSEGV || signal == SIGBUS || signal == SIGILL ||
                       signal == SIGFPE || signal == SIGABRT || signal == SIGTRAP;
    struct sigaction action = {.sa_handler = SIG_IGN};
    if (!fatal_error && signal != SIGCHLD && signal != SIGKILL && signal != SIGSTOP)
      sigaction(signal, &action, NULL);
  }
}

static bool set_up(struct fault *fault) {
  if (chdir(options.bundle) != 0) return fault_errno(fault, "launch", "bundle", options.bundle);
  if (!detach()) return fault_errno(fault, "launch", "fork", NULL);
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
    return fault_errno(fault, "launch", "subreaper", NULL);
  umask(022);
  ignore_signals();
  privilege_take();
  unsetenv("NOTIFY_SOCKET");
  unsetenv("LISTEN_FDS");
  if (!loop_open() || !process_watch()) return fault_errno(fault, "launch", "loop", NULL);
  if (!container_open_log(fault)) return false;
  container_init();
  if (!conn_listen(options.socket))
    return fault_errno(fault, "launch", "listen", options.socket);
  /* A record of an earlier run must not be taken for this one's. */
  if (unlink(options.exit_file) != 0 && errno != ENOENT)
    return fault_errno(fault, "launch", "exit-file", options.exit_file);
  prctl(PR_SET_NAME, "berth-shim");
  title_set("berth-shim ");
  return true;
}

static void announce_ready(struct conn *launcher) {
  char line[64];
  struct text text;
  text_init(&text, line, sizeof line);
  text_string(&text, "{\"event\":\"ready\",\"shimPid\":");
  text_number(&text, getpid());
  text_string(&text, "}\n");
  conn_send(launcher, &text);
}

int main(int argc, char **argv) {
  struct fault fault;
  if (argc == 3 && strcmp(argv[1], ENTER_ARGUMENT) == 0) return enter_main(argv[2]);
  bool launched = fcntl(LAUNCHER_FD, F_SETFD, FD_CLOEXEC) == 0;
  syscall(SYS_close_range, LAUNCHER_FD + 1, ~0U, 0);
  title_init(argc, argv);
  if (!options_parse(argc, argv, &fault)) die(&fault);
  if (!use_null_stdio()) {
    fault_errno(&fault, "launch", "stdio", "/dev/null");
    die(&fault);
  }
  if (!set_up(&fault)) die(&fault);
  struct conn *launcher = launched ? conn_open(LAUNCHER_FD, true) : NULL;
  if (launcher != NULL) announce_ready(launcher);
  if (!options.hold && !container_start(NULL, 0, &fault))
    control_reply_fault(NULL, 0, "start-failed", &fault);
  loop_run();
  return 0;
}
