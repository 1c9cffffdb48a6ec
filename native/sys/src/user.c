/* User namespaces (user_namespaces(7)) and mounts whose owners are mapped (mount_setattr(2)). */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* linux/mount.h since Linux 5.12. */
#define ATTR_IDMAP 0x00100000
#define TREE_CLONE 1
struct mount_attributes {
  uint64_t set, clear, propagation, user_namespace;
};

/* The child shares our memory: it only waits for the other end of its pipe to close. */
#define CHILD_STACK 16384
struct waiting_child {
  int pipe[2], ready[2];
  /* User namespace to enter before a network namespace is made; -1: the child was begun in its namespaces. */
  int joined;
  volatile int error;
  pid_t pid;
  char *stack;
};

static int wait_for_close(void *argument) {
  struct waiting_child *child = argument;
  char byte = 0;
  syscall(SYS_close, child->pipe[1]);
  if (child->joined >= 0 && (syscall(SYS_setns, child->joined, CLONE_NEWUSER) < 0 ||
                             syscall(SYS_unshare, CLONE_NEWNET) < 0))
    child->error = errno;
  syscall(SYS_write, child->ready[1], &byte, 1);
  while (syscall(SYS_read, child->pipe[0], &byte, 1) > 0) continue;
  syscall(SYS_exit, 0);
  return 0;
}

static void end_child(struct waiting_child *child) {
  close(child->pipe[1]);
  while (child->pid > 0 && waitpid(child->pid, NULL, __WALL) < 0 && errno == EINTR) continue;
  close(child->pipe[0]);
  close(child->ready[0]);
  close(child->ready[1]);
  free(child->stack);
}

static int open_pipes(struct waiting_child *child) {
  child->stack = malloc(CHILD_STACK);
  if (child->stack == NULL) return ENOMEM;
  int error = 0;
  if (pipe2(child->pipe, O_CLOEXEC) < 0) {
    error = errno;
  } else if (pipe2(child->ready, O_CLOEXEC) < 0) {
    error = errno;
    close(child->pipe[0]);
    close(child->pipe[1]);
  }
  if (error != 0) free(child->stack);
  return error;
}

/* A process in new namespaces, or in a new network namespace of the user namespace `joined` (-1: none). 0 or an errno
 * value, and then there is nothing to end. */
static int begin_child(struct waiting_child *child, int namespaces, int joined) {
  sigset_t all, before;
  char byte;
  *child = (struct waiting_child){.joined = joined};
  int error = open_pipes(child);
  if (error != 0) return error;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  /* No signal at its end: nobody else in the process is to hear of it. */
  child->pid = clone(wait_for_close, child->stack + CHILD_STACK, CLONE_VM | namespaces, child);
  error = child->pid < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  while (error == 0 && read(child->ready[0], &byte, 1) < 0 && errno == EINTR) continue;
  if (error == 0) error = child->error;
  if (error != 0) end_child(child);
  return error;
}

/* One write, as the kernel demands of a map. */
static int write_map(pid_t pid, const char *name, const char *text) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  int error = write(fd, text, strlen(text)) < 0 ? errno : 0;
  close(fd);
  return error;
}

struct id_maps {
  char *uids, *gids;
};

static int begin_mapped_child(struct waiting_child *child, int namespaces,
                              const struct id_maps *maps, const char **step) {
  *step = "clone";
  int error = begin_child(child, CLONE_NEWUSER | namespaces, -1);
  if (error != 0) return error;
  *step = "write uid_map";
  error = write_map(child->pid, "uid_map", maps->uids);
  if (error == 0) {
    *step = "write gid_map";
    error = write_map(child->pid, "gid_map", maps->gids);
  }
  if (error != 0) end_child(child);
  return error;
}

static int open_namespace(const struct waiting_child *child, const char *kind) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", child->pid, kind);
  return open(path, O_RDONLY | O_CLOEXEC);
}

/* openUserNamespace(uid map, gid map) -> descriptor of a new user namespace; maps as in uid_map of user_namespaces(7) */
static napi_value sys_open_user_namespace(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct id_maps maps = {0};
  struct waiting_child child;
  const char *step = "clone";
  if (!arguments_open(&a, env, info, "clone", 2) || !argument_long_text(&a, 0, &maps.uids))
    return NULL;
  if (!argument_long_text(&a, 1, &maps.gids)) {
    free(maps.uids);
    return NULL;
  }
  int fd = -1;
  int error = begin_mapped_child(&child, 0, &maps, &step);
  if (error == 0) {
    step = "open";
    fd = open_namespace(&child, "user");
    error = fd < 0 ? errno : 0;
    end_child(&child);
  }
  free(maps.uids);
  free(maps.gids);
  return error == 0 ? sys_int(env, fd) : sys_throw(env, step, error, NULL);
}

/* openOwner(path) -> descriptor of the user namespace that owns the namespace pinned at `path` (ioctl_nsfs(2)) */
static napi_value sys_open_owner(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX];
  if (!arguments_open(&a, env, info, "open", 1) || !argument_text(&a, 0, path, sizeof path))
    return NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return sys_throw(env, "open", errno, path);
  int owner = ioctl(fd, NS_GET_USERNS);
  int error = errno;
  close(fd);
  return owner < 0 ? sys_throw(env, "ioctl NS_GET_USERNS", error, path) : sys_int(env, owner);
}

/* mapTree(source, user namespace) -> descriptor of a detached private mount of `source` without the mounts below it,
 * in which owners are seen through the map of the namespace */
static napi_value sys_map_tree(napi_env env, napi_callback_info info) {
  struct arguments a;
  char source[PATH_MAX];
  int namespace_fd;
  if (!arguments_open(&a, env, info, "open_tree", 2) ||
      !argument_text(&a, 0, source, sizeof source) || !argument_int(&a, 1, &namespace_fd))
    return NULL;
  int tree = (int)syscall(SYS_open_tree, AT_FDCWD, source, TREE_CLONE | O_CLOEXEC);
  if (tree < 0) return sys_throw(env, "open_tree", errno, source);
  struct mount_attributes attributes = {
      .set = ATTR_IDMAP, .propagation = MS_PRIVATE, .user_namespace = (uint64_t)namespace_fd};
  if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) < 0) {
    int error = errno;
    close(tree);
    return sys_throw(env, "mount_setattr", error, source);
  }
  return sys_int(env, tree);
}

struct pin_job {
  struct job job;
  struct id_maps maps;
  char *joined;
};

static void loopback_within(void *context) { *(int *)context = loopback_up(); }

/* In a new user namespace with the maps, or in that of the path. */
static int begin_owner(struct waiting_child *child, const struct id_maps *maps, const char *joined,
                       const char **step) {
  if (joined == NULL) return begin_mapped_child(child, CLONE_NEWNET, maps, step);
  *step = "open";
  int fd = open(joined, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  *step = "setns";
  int error = begin_child(child, 0, fd);
  close(fd);
  return error;
}

static int pin_owned(const char *path, const struct id_maps *maps, const char *joined,
                     const char **step) {
  struct waiting_child child;
  int error = begin_owner(&child, maps, joined, step);
  if (error != 0) return error;
  *step = "open";
  int fd = open_namespace(&child, "net");
  error = fd < 0 ? errno : 0;
  if (error == 0) {
    char name[64];
    int loopback = 0;
    *step = "ioctl SIOCSIFFLAGS";
    error = within_network_namespace(fd, loopback_within, &loopback);
    if (error == 0) error = loopback;
    snprintf(name, sizeof name, "/proc/%d/ns/net", child.pid);
    if (error == 0) {
      *step = "mount";
      error = mount(name, path, NULL, MS_BIND, NULL) < 0 ? errno : 0;
    }
    close(fd);
  }
  end_child(&child);
  return error;
}

static void pin_owned_run(struct job *job) {
  job->syscall = "open";
  int file = open(job->path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (file < 0) {
    job->error = errno;
    return;
  }
  close(file);
  struct pin_job *work = (struct pin_job *)job;
  job->error = pin_owned(job->path, &work->maps, work->joined, &job->syscall);
  if (job->error != 0) unlink(job->path);
}

static void pin_owned_release(struct job *job) {
  struct pin_job *work = (struct pin_job *)job;
  free(work->maps.uids);
  free(work->maps.gids);
  free(work->joined);
}

/* pinJoinedNamespaceAsync(path, user namespace): as pinNetworkNamespaceAsync; the user namespace owns what is pinned. */
static napi_value sys_pin_joined_async(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct pin_job *work = calloc(1, sizeof *work);
  if (work == NULL) return sys_throw(env, "open", ENOMEM, NULL);
  work->job = (struct job){.run = pin_owned_run, .release = pin_owned_release, .syscall = "open"};
  if (arguments_open(&a, env, info, "open", 2) && argument_long_text(&a, 0, &work->job.path) &&
      argument_long_text(&a, 1, &work->joined))
    return job_start(env, &work->job);
  free(work->job.path);
  free(work);
  return NULL;
}

/* pinOwnedNamespaceAsync(path, uid map, gid map): as pinNetworkNamespaceAsync; a new user namespace owns what is pinned. */
static napi_value sys_pin_owned_async(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct pin_job *work = calloc(1, sizeof *work);
  if (work == NULL) return sys_throw(env, "open", ENOMEM, NULL);
  work->job = (struct job){.run = pin_owned_run, .release = pin_owned_release, .syscall = "open"};
  if (arguments_open(&a, env, info, "open", 3) && argument_long_text(&a, 0, &work->job.path) &&
      argument_long_text(&a, 1, &work->maps.uids) && argument_long_text(&a, 2, &work->maps.gids))
    return job_start(env, &work->job);
  pin_owned_release(&work->job);
  free(work->job.path);
  free(work);
  return NULL;
}

const struct binding user_bindings[] = {
    {"openUserNamespace", sys_open_user_namespace},
    {"openOwner", sys_open_owner},
    {"mapTree", sys_map_tree},
    {"pinOwnedNamespaceAsync", sys_pin_owned_async},
    {"pinJoinedNamespaceAsync", sys_pin_joined_async},
    {0},
};
