#include "enter.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "plan.h"
#include "program.h"
#include "text.h"

/* From the kernel's headers, which a musl tool chain does not see. */
#define CAPABILITY_VERSION_3 0x20080522
#define SECCOMP_SET_MODE_FILTER 1
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW 4
#define KEYCTL_JOIN_SESSION_KEYRING 1
#define TERMINAL_PEER 0x5441 /* TIOCGPTPEER */
#define CLONE_CGROUP_NAMESPACE 0x02000000
#define FILTER_MAX_BYTES (4096 * 8)
#define PROGRAM_MAX 4096

struct filter {
  unsigned short length;
  void *instructions;
};

static int master = -1;
static int slave = -1;

static void send_report(const struct text *text) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct iovec part = {text->data, text->length};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (master >= 0) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &master, sizeof master);
  }
  _exit(sendmsg(ENTER_REPORT, &message, MSG_NOSIGNAL) < 0 ? 2 : 0);
}

/* The runtime may manage what we do not. */
static _Noreturn void unable(const char *step) {
  char bytes[128] = {REPORT_UNABLE};
  struct text text;
  text_init(&text, bytes, sizeof bytes);
  text.length = 1;
  text_number(&text, errno);
  text_string(&text, " ");
  text_string(&text, step);
  close(master);
  master = -1;
  send_report(&text);
  _exit(2);
}

/* The user's fault; nobody else could do better. The reason is `error`, or `after` tells it already. */
static _Noreturn void refuse(const char *before, const char *subject, const char *after,
                             int error) {
  char bytes[REPORT_MAX] = {REPORT_REFUSAL};
  struct text text;
  text_init(&text, bytes, sizeof bytes);
  text.length = 1;
  text_string(&text, "unable to start container process: ");
  text_string(&text, before);
  text_string(&text, subject);
  text_string(&text, after);
  if (error != 0) text_errno(&text, error);
  close(master);
  master = -1;
  send_report(&text);
  _exit(2);
}

static bool write_file(const char *path, const char *value) {
  int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return false;
  size_t length = strlen(value);
  bool written = write(fd, value, length) == (ssize_t)length;
  int error = errno;
  close(fd);
  errno = error;
  return written;
}

/* Into the v1 hierarchies, as a thread that moves itself: unlike a move by cgroup.procs it waits for no RCU
 * grace period. A hierarchy in which the runtime made no cgroup does not count. */
static void join_cgroups(const struct plan *plan) {
  size_t joined = 0;
  for (size_t i = 0; i < plan->cgroup_count; i++) {
    char path[PROGRAM_MAX];
    struct text text;
    text_init(&text, path, sizeof path);
    text_string(&text, plan->cgroups[i]);
    text_string(&text, "/tasks");
    if (text_finish(&text) && write_file(path, "0"))
      joined++;
    else if (errno != ENOENT)
      unable("cgroup");
  }
  if (plan->cgroup_count > 0 && joined == 0) unable("cgroup");
}

static struct filter read_filter(const char *path) {
  static char bytes[FILTER_MAX_BYTES + 1];
  struct filter filter = {0, bytes};
  if (path == NULL) return filter;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
  if (length <= 0 || length > FILTER_MAX_BYTES || length % 8 != 0) {
    if (length >= 0) errno = EBADMSG;
    unable("filter");
  }
  close(fd);
  filter.length = (unsigned short)(length / 8);
  return filter;
}

static void load_filter(const struct filter *filter) {
  if (filter->length > 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                    SECCOMP_FILTER_FLAG_SPEC_ALLOW, filter) != 0)
    unable("seccomp");
}

static void leave_keyring(void) {
  if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
    unable("keyring");
}

static void join_namespaces(void) {
  const int all = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
                  CLONE_CGROUP_NAMESPACE;
  if (setns(ENTER_PIDFD, all) != 0) unable("namespaces");
  close(ENTER_PIDFD);
}

/* The container's own /dev/ptmx, if that is one: its files are not to be trusted. */
static void open_terminal(const struct plan *plan) {
  struct stat facts;
  struct winsize size = {.ws_row = plan->rows, .ws_col = plan->columns};
  int unlocked = 0;
  master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (master < 0 || fstat(master, &facts) != 0) unable("terminal");
  if (!S_ISCHR(facts.st_mode) || facts.st_rdev != makedev(5, 2)) {
    errno = ENOTTY;
    unable("terminal");
  }
  if (ioctl(master, TIOCSPTLCK, &unlocked) != 0) unable("terminal");
  slave = ioctl(master, TERMINAL_PEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0 || fchown(slave, plan->uid, (gid_t)-1) != 0) unable("terminal");
  if (size.ws_row > 0 && size.ws_col > 0 && ioctl(master, TIOCSWINSZ, &size) != 0)
    unable("terminal");
}

/* The process may reopen its pipes by /proc/self/fd; devices such as /dev/null stay whose they are. */
static void give_streams(uid_t uid) {
  struct stat facts;
  for (int fd = 0; fd < 3; fd++)
    if (fstat(fd, &facts) == 0 && !S_ISCHR(facts.st_mode) && facts.st_uid != uid &&
        fchown(fd, uid, (gid_t)-1) != 0)
      unable("streams");
}

static void set_limits(const struct plan *plan) {
  for (size_t i = 0; i < plan->limit_count; i++)
    if (setrlimit(plan->limits[i].resource, &plan->limits[i].value) != 0) unable("limits");
}

static bool enter_folder(const char *path) {
  char name[PROGRAM_MAX];
  if (chdir(path) != 0) return false;
  /* A folder outside of the root has no name here: "(unreachable)…" (CVE-2024-21626). */
  if (syscall(SYS_getcwd, name, sizeof name) < 0) return false;
  if (name[0] == '/') return true;
  errno = ENOENT;
  return false;
}

static void refuse_folder(const char *path) {
  refuse("chdir to cwd (\"", path, "\") set in config.json failed: ", errno);
}

static void set_capabilities(const struct plan *plan) {
  const struct {
    uint32_t version;
    int pid;
  } header = {CAPABILITY_VERSION_3, 0};
  const struct {
    uint32_t effective, permitted, inheritable;
  } data[2] = {
      {(uint32_t)plan->effective, (uint32_t)plan->permitted, (uint32_t)plan->inheritable},
      {(uint32_t)(plan->effective >> 32), (uint32_t)(plan->permitted >> 32),
       (uint32_t)(plan->inheritable >> 32)},
  };
  if (syscall(SYS_capset, &header, data) != 0) unable("capabilities");
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) unable("capabilities");
  /* Only what is permitted and inheritable can be ambient (capabilities(7)). */
  uint64_t ambient = plan->ambient & plan->permitted & plan->inheritable;
  for (unsigned long bit = 0; bit < 64; bit++)
    if ((ambient >> bit & 1) != 0 &&
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, bit, 0, 0) != 0)
      unable("capabilities");
}

static void drop_bounding(uint64_t keep) {
  for (unsigned long bit = 0; bit < 64; bit++) {
    if ((keep >> bit & 1) != 0 || prctl(PR_CAPBSET_DROP, bit, 0, 0, 0) == 0) continue;
    if (errno == EINVAL) return; /* beyond the last */
    unable("bounding");
  }
}

/* From root to what the process may be. Without no_new_privs a filter needs CAP_SYS_ADMIN. */
static void become(const struct plan *plan, const struct filter *filter) {
  bool inside = enter_folder(plan->cwd);
  if (!inside && errno != EACCES && errno != EPERM) refuse_folder(plan->cwd);
  if (!plan->no_new_privileges) load_filter(filter);
  if (setgroups(plan->group_count, plan->groups) != 0) unable("groups");
  drop_bounding(plan->bounding);
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) unable("keepcaps");
  if (setresgid(plan->gid, plan->gid, plan->gid) != 0) unable("group");
  if (setresuid(plan->uid, plan->uid, plan->uid) != 0) unable("user");
  set_capabilities(plan);
  /* The change of user may have made us visible to the user's other processes. */
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) unable("dumpable");
  if (!inside && !enter_folder(plan->cwd)) refuse_folder(plan->cwd);
  umask(plan->mask);
  if (!plan->no_new_privileges) return;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) unable("no-new-privileges");
  load_filter(filter);
}

/* The only part that runs inside of the container's process namespace: it has the rights of the process
 * to be and no descriptor but its streams and the pipe. */
static _Noreturn void run(const struct plan *plan, const char *program, int pipe_end) {
  close(ENTER_REPORT);
  bool ready = setsid() >= 0;
  if (slave >= 0) {
    ready = ready && ioctl(slave, TIOCSCTTY, 0) == 0;
    for (int fd = 0; fd < 3; fd++) ready = ready && dup2(slave, fd) == fd;
  }
  if (ready) execve(program, plan->argv, plan->env);
  int error = errno;
  _exit(write(pipe_end, &error, sizeof error) < 0 ? 126 : 127);
}

/* The new process is a sibling, so that the shim is its parent from the beginning. */
static pid_t spawn(const struct plan *plan, const char *program, const int ends[2]) {
  int error = 0;
  ssize_t length;
  pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
  if (pid < 0) unable("clone");
  if (pid == 0) run(plan, program, ends[1]);
  close(ends[1]);
  do {
    length = read(ends[0], &error, sizeof error);
  } while (length < 0 && errno == EINTR);
  if (length > 0) refuse("exec ", program, ": ", error);
  return pid;
}

static _Noreturn void report_pid(pid_t pid) {
  char bytes[32] = {REPORT_PID};
  struct text text;
  text_init(&text, bytes, sizeof bytes);
  text.length = 1;
  text_number(&text, pid);
  send_report(&text);
  _exit(2);
}

int enter_main(const char *plan_file) {
  struct plan plan;
  int ends[2];
  char program[PROGRAM_MAX], reason[PROGRAM_MAX + 64];
  struct text path, problem;
  /* Nobody inside may look at us or at what we have open (CVE-2016-9962). */
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) unable("dumpable");
  if (syscall(SYS_close_range, ENTER_REPORT + 1, ~0U, 0) != 0) unable("descriptors");
  fcntl(ENTER_PIDFD, F_SETFD, FD_CLOEXEC);
  fcntl(ENTER_REPORT, F_SETFD, FD_CLOEXEC);
  if (!plan_read(&plan, plan_file)) unable("plan");
  struct filter filter = read_filter(plan.filter);
  join_cgroups(&plan);
  if (plan.oom_score != NULL && !write_file("/proc/self/oom_score_adj", plan.oom_score))
    unable("oom-score");
  leave_keyring();
  if (pipe2(ends, O_CLOEXEC) != 0) unable("pipe");
  join_namespaces();
  if (plan.terminal)
    open_terminal(&plan);
  else
    give_streams(plan.uid);
  set_limits(&plan);
  become(&plan, &filter);
  text_init(&path, program, sizeof program);
  text_init(&problem, reason, sizeof reason);
  text_string(&problem, "\": ");
  if (!program_find(plan.argv[0], plan.env, &path, &problem)) {
    text_finish(&problem);
    refuse("exec: \"", plan.argv[0], reason, 0);
  }
  report_pid(spawn(&plan, program, ends));
}
