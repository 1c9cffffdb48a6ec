#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"
#include "text.h"

static struct process *processes;
static unsigned launches;
static struct watch signals;

static struct process *find(pid_t pid) {
  struct process *process = processes;
  while (process != NULL && process->pid != pid) process = process->next;
  return process;
}

/* Reaps one known process that has ended; its handler may change the list. */
static bool reap_known(void) {
  for (struct process *process = processes; process != NULL; process = process->next) {
    int status;
    if (waitpid(process->pid, &status, WNOHANG) != process->pid) continue;
    process_forget(process);
    process->ended(process, status);
    return true;
  }
  return false;
}

static bool reap_unknown(void) {
  siginfo_t info = {0};
  if (launches > 0) return false;
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return false;
  if (find(info.si_pid) != NULL) return true;
  return waitpid(info.si_pid, NULL, WNOHANG) == info.si_pid;
}

void process_reap(void) {
  while (reap_known() || reap_unknown()) continue;
}

static void on_signal(struct watch *watch, uint32_t events) {
  struct signalfd_siginfo info;
  (void)events;
  while (read(watch->fd, &info, sizeof info) == (ssize_t)sizeof info) continue;
  process_reap();
}

bool process_watch(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return false;
  watch_init(&signals, signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), on_signal);
  watch_set(&signals, EPOLLIN);
  return signals.fd >= 0;
}

void process_add(struct process *process, pid_t pid,
                 void (*ended)(struct process *process, int status)) {
  process->pid = pid;
  process->ended = ended;
  process->next = processes;
  processes = process;
}

void process_forget(struct process *process) {
  for (struct process **at = &processes; *at != NULL; at = &(*at)->next)
    if (*at == process) {
      *at = process->next;
      break;
    }
  process->pid = 0;
}

bool process_is_new(pid_t pid) {
  siginfo_t info;
  return find(pid) == NULL && waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void process_launch_begin(void) {
  launches++;
}

void process_launch_end(void) {
  launches--;
}

int64_t process_start_time(pid_t pid) {
  char path[32], stat[512];
  struct text text;
  text_init(&text, path, sizeof path);
  text_string(&text, "/proc/");
  text_number(&text, pid);
  text_string(&text, "/stat");
  text_finish(&text);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = read(fd, stat, sizeof stat - 1);
  close(fd);
  if (length <= 0) return 0;
  stat[length] = '\0';
  /* The command name may hold anything; the fields after it begin behind the last parenthesis. */
  char *at = strrchr(stat, ')');
  for (int field = 2; at != NULL && field < 22; field++) {
    at = strchr(at, ' ');
    if (at != NULL) at++;
  }
  return at == NULL ? 0 : text_parse(at);
}
