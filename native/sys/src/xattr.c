/* Extended attributes of the file itself, never of what a symbolic link points to (lgetxattr(2)). */
#include "sys.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/xattr.h>

/* XATTR_SIZE_MAX and XATTR_LIST_MAX of the kernel are both 64 KiB. */
#define XATTR_LIMIT 65536
#define XATTR_NAME_LIMIT 256

/* listXattrs(path) -> Buffer of names, each ended by NUL */
static napi_value sys_list_xattrs(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX], list[XATTR_LIMIT];
  if (!arguments_open(&a, env, info, "llistxattr", 1) || !argument_text(&a, 0, path, sizeof path))
    return NULL;
  ssize_t length = llistxattr(path, list, sizeof list);
  if (length < 0) return sys_throw(env, "llistxattr", errno, path);
  return sys_bytes(env, list, (size_t)length);
}

/* getXattr(path, name) -> Buffer, or undefined when the attribute is not there */
static napi_value sys_get_xattr(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX], name[XATTR_NAME_LIMIT], value[XATTR_LIMIT];
  if (!arguments_open(&a, env, info, "lgetxattr", 2) ||
      !argument_text(&a, 0, path, sizeof path) || !argument_text(&a, 1, name, sizeof name))
    return NULL;
  ssize_t length = lgetxattr(path, name, value, sizeof value);
  if (length < 0 && errno == ENODATA) return sys_undefined(env);
  if (length < 0) return sys_throw(env, "lgetxattr", errno, path);
  return sys_bytes(env, value, (size_t)length);
}

/* setXattr(path, name, value) */
static napi_value sys_set_xattr(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX], name[XATTR_NAME_LIMIT];
  struct bytes value;
  if (!arguments_open(&a, env, info, "lsetxattr", 3) ||
      !argument_text(&a, 0, path, sizeof path) || !argument_text(&a, 1, name, sizeof name) ||
      !argument_bytes(&a, 2, &value))
    return NULL;
  if (lsetxattr(path, name, value.data, value.length, 0) < 0)
    return sys_throw(env, "lsetxattr", errno, path);
  return sys_undefined(env);
}

/* removeXattr(path, name) */
static napi_value sys_remove_xattr(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX], name[XATTR_NAME_LIMIT];
  if (!arguments_open(&a, env, info, "lremovexattr", 2) ||
      !argument_text(&a, 0, path, sizeof path) || !argument_text(&a, 1, name, sizeof name))
    return NULL;
  if (lremovexattr(path, name) < 0) return sys_throw(env, "lremovexattr", errno, path);
  return sys_undefined(env);
}

const struct binding xattr_bindings[] = {
    {"listXattrs", sys_list_xattrs},
    {"getXattr", sys_get_xattr},
    {"setXattr", sys_set_xattr},
    {"removeXattr", sys_remove_xattr},
    {0},
};
