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

const struct binding namespace_bindings[] = {
    {"pinNetworkNamespace", sys_pin_network_namespace},
    {"unshare", sys_unshare},
    {"setns", sys_setns},
    {0},
};
