/* Calls on names in directories. */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* mknod(path, mode with file type, major, minor) */
static napi_value sys_mknod(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX];
  int mode, major_number, minor_number;
  if (!arguments_open(&a, env, info, "mknod", 4) || !argument_text(&a, 0, path, sizeof path) ||
      !argument_int(&a, 1, &mode) || !argument_int(&a, 2, &major_number) ||
      !argument_int(&a, 3, &minor_number))
    return NULL;
  dev_t device = makedev((unsigned)major_number, (unsigned)minor_number);
  if (mknod(path, (mode_t)mode, device) < 0) return sys_throw(env, "mknod", errno, path);
  return sys_undefined(env);
}

/* setTimes(path, access seconds, nanoseconds, modification seconds, nanoseconds) */
static napi_value sys_set_times(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX];
  int64_t numbers[4];
  if (!arguments_open(&a, env, info, "utimensat", 5) || !argument_text(&a, 0, path, sizeof path))
    return NULL;
  for (size_t i = 0; i < 4; i++)
    if (!argument_int64(&a, i + 1, &numbers[i])) return NULL;
  const struct timespec times[2] = {{.tv_sec = numbers[0], .tv_nsec = numbers[1]},
                                    {.tv_sec = numbers[2], .tv_nsec = numbers[3]}};
  if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) < 0)
    return sys_throw(env, "utimensat", errno, path);
  return sys_undefined(env);
}

/* openat2(directory descriptor, path, flags, mode, resolve) -> descriptor */
static napi_value sys_openat2(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX];
  int directory, mode;
  int64_t flags, resolve;
  if (!arguments_open(&a, env, info, "openat2", 5) || !argument_int(&a, 0, &directory) ||
      !argument_text(&a, 1, path, sizeof path) || !argument_int64(&a, 2, &flags) ||
      !argument_int(&a, 3, &mode) || !argument_int64(&a, 4, &resolve))
    return NULL;
  struct open_how how = {.flags = (uint64_t)flags | O_CLOEXEC,
                         .mode = (uint64_t)mode,
                         .resolve = (uint64_t)resolve};
  long fd;
  int attempts = 0;
  /* EAGAIN: a rename raced with the resolution of "..". */
  do fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
  while (fd < 0 && (errno == EINTR || (errno == EAGAIN && attempts++ < 64)));
  if (fd < 0) return sys_throw(env, "openat2", errno, path);
  return sys_int(env, fd);
}

/* renameat2(from, to, flags) */
static napi_value sys_renameat2(napi_env env, napi_callback_info info) {
  struct arguments a;
  char from[PATH_MAX], to[PATH_MAX];
  int flags;
  if (!arguments_open(&a, env, info, "renameat2", 3) || !argument_text(&a, 0, from, sizeof from) ||
      !argument_text(&a, 1, to, sizeof to) || !argument_int(&a, 2, &flags))
    return NULL;
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, (unsigned)flags) < 0)
    return sys_throw(env, "renameat2", errno, to);
  return sys_undefined(env);
}

const struct binding node_bindings[] = {
    {"mknod", sys_mknod},         {"setTimes", sys_set_times}, {"openat2", sys_openat2},
    {"renameat2", sys_renameat2}, {0},
};
