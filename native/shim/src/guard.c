#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "options.h"
#include "process.h"
#include "runtime.h"
#include "title.h"

struct charge {
  int64_t pid;
  int64_t start_time;
};

static struct process guard;
static struct charge charge;
static int pipe_end = -1;

/* The pidfd pins the process before its start time is compared, so a reused pid is never hit. */
static void kill_charge(const struct charge *target) {
  int fd = target->pid > 1 ? (int)syscall(SYS_pidfd_open, (pid_t)target->pid, 0) : -1;
  if (fd >= 0 && process_start_time((pid_t)target->pid) == target->start_time)
    syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
}

static void delete_container(void) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  int stdio[3] = {null, null, null};
  struct command command;
  runtime_delete_command(&command);
  pid_t pid = runtime_spawn(&command, stdio, false);
  while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
}

static _Noreturn void guard_main(int read_end) {
  struct charge target = {0, 0};
  ssize_t length;
  setsid();
  if (read_end != 3) dup2(read_end, 3);
  syscall(SYS_close_range, 4, ~0U, 0);
  prctl(PR_SET_NAME, "berth-guard");
  title_set("berth-shim-guard ");
  do {
    length = read(3, &target, sizeof target);
  } while (length > 0 || (length < 0 && errno == EINTR));
  kill_charge(&target);
  delete_container();
  unlink(options.socket);
  _exit(0);
}

static void on_guard_end(struct process *process, int status) {
  (void)process;
  (void)status;
  close(pipe_end);
  pipe_end = -1;
  if (guard_start() && charge.pid > 0) guard_tell((pid_t)charge.pid, charge.start_time);
}

bool guard_start(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  pid_t pid = fork();
  if (pid == 0) guard_main(ends[0]);
  close(ends[0]);
  if (pid < 0) {
    close(ends[1]);
    return false;
  }
  pipe_end = ends[1];
  process_add(&guard, pid, on_guard_end);
  return true;
}

void guard_tell(pid_t pid, int64_t start_time) {
  charge = (struct charge){pid, start_time};
  if (pipe_end >= 0 && write(pipe_end, &charge, sizeof charge) != (ssize_t)sizeof charge)
    charge.pid = pid;
}

void guard_stop(void) {
  pid_t pid = guard.pid;
  if (pid <= 0) return;
  process_forget(&guard);
  kill(pid, SIGKILL);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
  close(pipe_end);
  pipe_end = -1;
}
