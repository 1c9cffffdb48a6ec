/* Subvolumes of btrfs (ioctl(2) with linux/btrfs.h). */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int open_directory(const char *path) {
  return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* Closes the descriptor; the result is that of the call before, its errno kept. */
static int closed(int fd, int result) {
  int error = errno;
  close(fd);
  errno = error;
  return result;
}

static int create_empty(int directory, const char *name) {
  struct btrfs_ioctl_vol_args request = {0};
  if (strlen(name) >= sizeof request.name) return errno = ENAMETOOLONG, -1;
  strcpy(request.name, name);
  return ioctl(directory, BTRFS_IOC_SUBVOL_CREATE, &request);
}

static int create_snapshot(int directory, const char *name, const char *source) {
  struct btrfs_ioctl_vol_args_v2 request = {0};
  if (strlen(name) >= sizeof request.name) return errno = ENAMETOOLONG, -1;
  strcpy(request.name, name);
  int fd = open_directory(source);
  if (fd < 0) return -1;
  request.fd = fd;
  return closed(fd, ioctl(directory, BTRFS_IOC_SNAP_CREATE_V2, &request));
}

/* subvolumeCreate(directory, name, source or null): an empty subvolume or a writable snapshot of `source` */
static napi_value sys_subvolume_create(napi_env env, napi_callback_info info) {
  struct arguments a;
  char directory[PATH_MAX], name[PATH_MAX], source[PATH_MAX];
  bool copies;
  if (!arguments_open(&a, env, info, "ioctl", 3) ||
      !argument_text(&a, 0, directory, sizeof directory) ||
      !argument_text(&a, 1, name, sizeof name) ||
      !argument_optional_text(&a, 2, source, sizeof source, &copies))
    return NULL;
  int fd = open_directory(directory);
  if (fd < 0) return sys_throw(env, "open", errno, directory);
  int result = copies ? create_snapshot(fd, name, source) : create_empty(fd, name);
  if (closed(fd, result) < 0) return sys_throw(env, "ioctl", errno, copies ? source : directory);
  return sys_undefined(env);
}

/* subvolumeDestroy(directory, name) */
static napi_value sys_subvolume_destroy(napi_env env, napi_callback_info info) {
  struct arguments a;
  char directory[PATH_MAX], name[PATH_MAX];
  struct btrfs_ioctl_vol_args request = {0};
  if (!arguments_open(&a, env, info, "ioctl", 2) ||
      !argument_text(&a, 0, directory, sizeof directory) ||
      !argument_text(&a, 1, name, sizeof name))
    return NULL;
  if (strlen(name) >= sizeof request.name) return sys_throw(env, "ioctl", ENAMETOOLONG, name);
  strcpy(request.name, name);
  int fd = open_directory(directory);
  if (fd < 0) return sys_throw(env, "open", errno, directory);
  if (closed(fd, ioctl(fd, BTRFS_IOC_SNAP_DESTROY, &request)) < 0)
    return sys_throw(env, "ioctl", errno, directory);
  return sys_undefined(env);
}

const struct binding btrfs_bindings[] = {
    {"subvolumeCreate", sys_subvolume_create},
    {"subvolumeDestroy", sys_subvolume_destroy},
    {0},
};
