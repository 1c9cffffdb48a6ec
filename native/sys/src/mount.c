/* mount(2), umount2(2) and the file-descriptor mount API (fsopen(2), fsconfig(2), fsmount(2)). */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* copy_mount_options in the kernel takes at most one page. */
#define MOUNT_DATA_SIZE 4096

/* mount(source, target, type | null, flags, data | null) */
static napi_value sys_mount(napi_env env, napi_callback_info info) {
  struct arguments a;
  char source[PATH_MAX], target[PATH_MAX], type[64], data[MOUNT_DATA_SIZE];
  bool has_type, has_data;
  int64_t flags;
  if (!arguments_open(&a, env, info, "mount", 5) ||
      !argument_text(&a, 0, source, sizeof source) ||
      !argument_text(&a, 1, target, sizeof target) ||
      !argument_optional_text(&a, 2, type, sizeof type, &has_type) ||
      !argument_int64(&a, 3, &flags) ||
      !argument_optional_text(&a, 4, data, sizeof data, &has_data))
    return NULL;
  if (mount(source, target, has_type ? type : NULL, (unsigned long)flags,
            has_data ? data : NULL) < 0)
    return sys_throw(env, "mount", errno, target);
  return sys_undefined(env);
}

/* umount(target, flags) */
static napi_value sys_umount(napi_env env, napi_callback_info info) {
  struct arguments a;
  char target[PATH_MAX];
  int flags;
  if (!arguments_open(&a, env, info, "umount2", 2) ||
      !argument_text(&a, 0, target, sizeof target) || !argument_int(&a, 1, &flags))
    return NULL;
  if (umount2(target, flags) < 0) return sys_throw(env, "umount2", errno, target);
  return sys_undefined(env);
}

/* fsopen(type) -> descriptor of a new file-system context */
static napi_value sys_fsopen(napi_env env, napi_callback_info info) {
  struct arguments a;
  char type[64];
  if (!arguments_open(&a, env, info, "fsopen", 1) || !argument_text(&a, 0, type, sizeof type))
    return NULL;
  long fd = syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
  if (fd < 0) return sys_throw(env, "fsopen", errno, type);
  return sys_int(env, fd);
}

/* fsconfig(context, command, key | null, value | null) */
static napi_value sys_fsconfig(napi_env env, napi_callback_info info) {
  struct arguments a;
  int context, command;
  char key[256], value[PATH_MAX];
  bool has_key, has_value;
  if (!arguments_open(&a, env, info, "fsconfig", 4) || !argument_int(&a, 0, &context) ||
      !argument_int(&a, 1, &command) ||
      !argument_optional_text(&a, 2, key, sizeof key, &has_key) ||
      !argument_optional_text(&a, 3, value, sizeof value, &has_value))
    return NULL;
  if (syscall(SYS_fsconfig, context, command, has_key ? key : NULL, has_value ? value : NULL, 0) < 0)
    return sys_throw(env, "fsconfig", errno, has_key ? key : NULL);
  return sys_undefined(env);
}

/* What the kernel has to say about a failed fsconfig: the context's message log, or "". */
static napi_value sys_fslog(napi_env env, napi_callback_info info) {
  struct arguments a;
  int context;
  char log[1024];
  if (!arguments_open(&a, env, info, "read", 1) || !argument_int(&a, 0, &context)) return NULL;
  ssize_t length = read(context, log, sizeof log);
  while (length > 0 && log[length - 1] == '\n') length--;
  return sys_text(env, log, length < 0 ? 0 : (size_t)length);
}

/* fsmount(context, attributes) -> descriptor of a detached mount */
static napi_value sys_fsmount(napi_env env, napi_callback_info info) {
  struct arguments a;
  int context, attributes;
  if (!arguments_open(&a, env, info, "fsmount", 2) || !argument_int(&a, 0, &context) ||
      !argument_int(&a, 1, &attributes))
    return NULL;
  long fd = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);
  if (fd < 0) return sys_throw(env, "fsmount", errno, NULL);
  return sys_int(env, fd);
}

/* moveMount(mount, target): attaches a detached mount. */
static napi_value sys_move_mount(napi_env env, napi_callback_info info) {
  struct arguments a;
  int fd;
  char target[PATH_MAX];
  if (!arguments_open(&a, env, info, "move_mount", 2) || !argument_int(&a, 0, &fd) ||
      !argument_text(&a, 1, target, sizeof target))
    return NULL;
  if (syscall(SYS_move_mount, fd, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) < 0)
    return sys_throw(env, "move_mount", errno, target);
  return sys_undefined(env);
}

const struct binding mount_bindings[] = {
    {"mount", sys_mount},       {"umount", sys_umount},   {"fsopen", sys_fsopen},
    {"fsconfig", sys_fsconfig}, {"fslog", sys_fslog},     {"fsmount", sys_fsmount},
    {"moveMount", sys_move_mount}, {0},
};
