/* Launches without the OCI runtime: a sealed copy of this program enters the container. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container.h"
#include "enter.h"
#include "runtime.h"

#define EXECUTABLE_MEMFD 0x0010U /* MFD_EXEC, since Linux 6.3 */
#define INTO_CGROUP 0x200000000ULL
/* Above the descriptors that the program is to find at fixed numbers. */
#define FIRST_FREE_FD 8

/* struct clone_args of linux/sched.h, CLONE_ARGS_SIZE_VER2 */
struct clone_arguments {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid,
      set_tid_size, cgroup;
};

/* What the child needs; the descriptors are ours. */
struct entry {
  const char *plan_file;
  const int *stdio;
  int image;
  int target; /* pidfd of the container's first process */
  int report;
  pid_t parent;
};

static int new_memfd(void) {
  const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  int fd = memfd_create("berth-exec", flags | EXECUTABLE_MEMFD);
  return fd >= 0 || errno != EINVAL ? fd : memfd_create("berth-exec", flags);
}

/* A copy of this program that cannot be written: the container may get hold of it by /proc/PID/exe, and must
 * not find the host's file there (CVE-2019-5736). */
static int sealed_program(void) {
  struct stat facts;
  int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (program < 0) return -1;
  int copy = fstat(program, &facts) == 0 ? new_memfd() : -1;
  off_t done = 0;
  while (copy >= 0 && done < facts.st_size)
    if (sendfile(copy, program, &done, (size_t)(facts.st_size - done)) <= 0) break;
  close(program);
  if (copy < 0) return -1;
  if (done == facts.st_size &&
      fcntl(copy, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
    return copy;
  close(copy);
  return -1;
}

static _Noreturn void exec_entry(const struct entry *entry) {
  char name[] = "berth-exec", argument[] = ENTER_ARGUMENT;
  char *argv[] = {name, argument, (char *)(uintptr_t)entry->plan_file, NULL};
  char *env[] = {NULL};
  int image = fcntl(entry->image, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
  int target = fcntl(entry->target, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
  int report = fcntl(entry->report, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
  bool ready = image >= 0 && runtime_child_reset(true, entry->parent);
  for (int i = 0; i < 3; i++) ready = ready && dup2(entry->stdio[i], i) == i;
  ready = ready && dup2(target, ENTER_PIDFD) >= 0 && dup2(report, ENTER_REPORT) >= 0;
  if (ready) syscall(SYS_execveat, image, "", argv, env, AT_EMPTY_PATH);
  _exit(127);
}

/* Like fork(), and into the cgroup at once: it is the only move that waits for nothing on v2. */
static pid_t fork_into(const char *cgroup) {
  struct clone_arguments arguments = {.exit_signal = SIGCHLD};
  int folder = -1;
  if (cgroup != NULL) {
    folder = open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 && errno != ENOENT) return -1;
  }
  if (folder < 0) return fork();
  arguments.flags = INTO_CGROUP;
  arguments.cgroup = (uint64_t)folder;
  pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid == 0) return 0;
  int error = errno;
  close(folder);
  errno = error;
  return pid;
}

static pid_t spawn(struct entry *entry, const char *cgroup) {
  pid_t pid = -1;
  entry->parent = getpid();
  entry->image = sealed_program();
  entry->target = (int)syscall(SYS_pidfd_open, container.session.process.pid, 0);
  if (entry->image >= 0 && entry->target >= 0) pid = fork_into(cgroup);
  if (pid == 0) exec_entry(entry);
  int error = errno;
  if (entry->image >= 0) close(entry->image);
  if (entry->target >= 0) close(entry->target);
  errno = error;
  return pid;
}

static ssize_t receive(int socket, char *bytes, size_t capacity, int *fd) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct iovec part = {bytes, capacity};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  struct cmsghdr *header = length < 0 ? NULL : CMSG_FIRSTHDR(&message);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(int)))
    memcpy(fd, CMSG_DATA(header), sizeof *fd);
  return length;
}

static bool take_process(struct launch *launch, pid_t pid, int master, struct fault *fault) {
  /* A container that may trace others could have sent this report: its pid must be our new child. */
  if (!process_is_new(pid)) return fault_set(fault, launch->op, "pid", EBADMSG, NULL);
  if (launch->session->tty != (master >= 0) ||
      (master >= 0 && !session_take_terminal(launch->session, master))) {
    kill(pid, SIGKILL);
    return fault_set(fault, launch->op, "console", EPROTO, NULL);
  }
  session_run(launch->session, pid);
  return true;
}

/* The program that entered has ended, after its report if it got that far. */
static void on_entry_end(struct process *process, int status) {
  struct launch *launch = (struct launch *)process;
  struct fault fault;
  char *bytes = io_buffer();
  int master = -1;
  ssize_t length = receive(launch->report, bytes, REPORT_MAX, &master);
  bool running = false;
  bytes[length > 0 ? length : 0] = '\0';
  int64_t number = length > 1 ? text_parse(bytes + 1) : 0;
  fault_set(&fault, launch->op, "native", number > 0 ? (int)number : EIO, NULL);
  if (bytes[0] == REPORT_PID && status == 0 && number > 1) {
    running = take_process(launch, (pid_t)number, master, &fault);
    if (running) master = -1;
  } else if (bytes[0] == REPORT_REFUSAL) {
    fault_set(&fault, launch->op, "runtime", 0, NULL);
    fault.message = bytes + 1;
  } else if (bytes[0] == REPORT_UNABLE && strchr(bytes, ' ') != NULL) {
    fault.path = strchr(bytes, ' ') + 1;
  }
  if (master >= 0) close(master);
  if (!running) session_abandon(launch->session);
  launch_clean(launch);
  process_launch_end();
  launch->done(launch, running ? NULL : &fault);
}

bool launch_begin_native(struct launch *launch, const char *plan_file, const char *cgroup,
                         struct session_stdio *stdio, struct fault *fault) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return fault_errno(fault, launch->op, "native", NULL);
  struct entry entry = {.plan_file = plan_file, .stdio = stdio->child, .report = ends[1]};
  process_launch_begin();
  pid_t pid = spawn(&entry, cgroup);
  if (pid < 0) fault_errno(fault, launch->op, "native", NULL);
  close(ends[1]);
  launch->report = ends[0];
  session_close_child(stdio);
  if (pid < 0) {
    process_launch_end();
    return false;
  }
  process_add(&launch->process, pid, on_entry_end);
  return true;
}
