/* unshare(2), setns(2) and network namespaces pinned as bind-mounted files. */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

static const char thread_namespace[] = "/proc/thread-self/ns/net";

/* A thread left in a foreign namespace would act on the wrong network for ever after. */
static void return_or_abort(int home) {
  if (setns(home, CLONE_NEWNET) == 0) return;
  fprintf(stderr, "berth: cannot return to the host's network namespace: %s\n", strerror(errno));
  abort();
}

int within_network_namespace(int namespace_fd, void (*action)(void *context), void *context) {
  int home = open(thread_namespace, O_RDONLY | O_CLOEXEC);
  if (home < 0) return errno;
  if (setns(namespace_fd, CLONE_NEWNET) < 0) {
    int error = errno;
    close(home);
    return error;
  }
  action(context);
  return_or_abort(home);
  close(home);
  return 0;
}

int loopback_up(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  int error = ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? errno : 0;
  close(fd);
  return error;
}

/* Makes the namespace, brings its loopback up and pins it at `path`; sets *step to what failed. */
static int pin_new_namespace(const char *path, const char **step) {
  *step = "open";
  int home = open(thread_namespace, O_RDONLY | O_CLOEXEC);
  if (home < 0) return errno;
  *step = "unshare";
  if (unshare(CLONE_NEWNET) < 0) {
    int error = errno;
    close(home);
    return error;
  }
  *step = "ioctl SIOCSIFFLAGS";
  int error = loopback_up();
  if (error == 0) {
    *step = "mount";
    error = mount(thread_namespace, path, NULL, MS_BIND, NULL) < 0 ? errno : 0;
  }
  return_or_abort(home);
  close(home);
  return error;
}

int pin_network_namespace(const char *path, const char **step) {
  *step = "open";
  int file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (file < 0) return errno;
  close(file);
  int error = pin_new_namespace(path, step);
  if (error != 0) unlink(path);
  return error;
}

/* pinNetworkNamespace(path): creates the file `path` (EEXIST when there is one) and pins a new namespace on it. */
static napi_value sys_pin_network_namespace(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX];
  if (!arguments_open(&a, env, info, "pinNetworkNamespace", 1) ||
      !argument_text(&a, 0, path, sizeof path))
    return NULL;
  const char *step = NULL;
  int error = pin_network_namespace(path, &step);
  return error == 0 ? sys_undefined(env) : sys_throw(env, step, error, path);
}

/* unshare(flags): of the calling thread. */
static napi_value sys_unshare(napi_env env, napi_callback_info info) {
  struct arguments a;
  int flags;
  if (!arguments_open(&a, env, info, "unshare", 1) || !argument_int(&a, 0, &flags)) return NULL;
  if (unshare(flags) < 0) return sys_throw(env, "unshare", errno, NULL);
  return sys_undefined(env);
}

/* setns(descriptor, type): moves the calling thread. */
static napi_value sys_setns(napi_env env, napi_callback_info info) {
  struct arguments a;
  int fd, type;
  if (!arguments_open(&a, env, info, "setns", 2) || !argument_int(&a, 0, &fd) ||
      !argument_int(&a, 1, &type))
    return NULL;
  if (setns(fd, type) < 0) return sys_throw(env, "setns", errno, NULL);
  return sys_undefined(env);
}

struct write_request {
  const char *path;
  const char *text;
  int error;
};

static void write_text(void *context) {
  struct write_request *request = context;
  int fd = open(request->path, O_WRONLY | O_CLOEXEC);
  size_t length = strlen(request->text);
  if (fd < 0 || write(fd, request->text, length) != (ssize_t)length) request->error = errno;
  if (fd >= 0) close(fd);
}

struct write_job {
  struct job job;
  int namespace_fd;
  char *text;
};

static void write_run(struct job *job) {
  struct write_job *work = (struct write_job *)job;
  struct write_request request = {.path = job->path, .text = work->text};
  int error = within_network_namespace(work->namespace_fd, write_text, &request);
  if (error != 0) job->syscall = "setns";
  job->error = error != 0 ? error : request.error;
}

static void write_release(struct job *job) { free(((struct write_job *)job)->text); }

/* writeInNamespaceAsync(namespace descriptor, path, text) -> promise: a switch of that namespace below /proc/sys/net */
static napi_value sys_write_in_namespace(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct write_job *work = calloc(1, sizeof *work);
  if (work == NULL) return sys_throw(env, "write", ENOMEM, NULL);
  work->job = (struct job){.run = write_run, .release = write_release, .syscall = "write"};
  if (arguments_open(&a, env, info, "write", 3) && argument_int(&a, 0, &work->namespace_fd) &&
      argument_long_text(&a, 1, &work->job.path) && argument_long_text(&a, 2, &work->text))
    return job_start(env, &work->job);
  free(work->job.path);
  free(work);
  return NULL;
}

struct index_request {
  struct ifreq link;
  int error;
};

/* Takes no lock that others hold while they change links, unlike RTM_GETLINK. */
static void find_index(void *context) {
  struct index_request *request = context;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ioctl(fd, SIOCGIFINDEX, &request->link) < 0) request->error = errno;
  if (fd >= 0) close(fd);
}

/* linkIndex(namespace descriptor | -1, name) -> index; 0 when there is no such link */
static napi_value sys_link_index(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct index_request request = {0};
  int namespace_fd, error = 0;
  if (!arguments_open(&a, env, info, "ioctl", 2) || !argument_int(&a, 0, &namespace_fd) ||
      !argument_text(&a, 1, request.link.ifr_name, sizeof request.link.ifr_name))
    return NULL;
  if (namespace_fd < 0)
    find_index(&request);
  else
    error = within_network_namespace(namespace_fd, find_index, &request);
  if (error != 0) return sys_throw(env, "setns", error, NULL);
  if (request.error == ENODEV) return sys_int(env, 0);
  if (request.error != 0) return sys_throw(env, "ioctl", request.error, request.link.ifr_name);
  return sys_int(env, request.link.ifr_ifindex);
}

const struct binding namespace_bindings[] = {
    {"linkIndex", sys_link_index},
    {"writeInNamespaceAsync", sys_write_in_namespace},
    {"pinNetworkNamespace", sys_pin_network_namespace},
    {"unshare", sys_unshare},
    {"setns", sys_setns},
    {0},
};
