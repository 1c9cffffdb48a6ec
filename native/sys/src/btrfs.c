/* Subvolumes of btrfs (ioctl(2) with linux/btrfs.h). */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
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

/* Fails with EINVAL for a directory inside a subvolume, which would stand for the whole of it. */
static int require_subvolume(int fd) {
  struct stat facts;
  if (fstat(fd, &facts) < 0) return -1;
  return facts.st_ino == BTRFS_FIRST_FREE_OBJECTID ? 0 : (errno = EINVAL, -1);
}

/* Number of the subvolume `name`, which is also that of its quota group; 0 when it is none. */
static uint64_t subvolume_id(int directory, const char *name) {
  struct btrfs_ioctl_ino_lookup_args request = {.objectid = BTRFS_FIRST_FREE_OBJECTID};
  int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return 0;
  int result = require_subvolume(fd);
  if (result == 0) result = ioctl(fd, BTRFS_IOC_INO_LOOKUP, &request);
  return closed(fd, result) < 0 ? 0 : request.treeid;
}

/*
 * Removes the quota group of a subvolume that is gone. Fails silently without quotas, and on Linux 6.8 and newer while
 * the subvolume's files are still counted: there the kernel removes the group itself (6.10).
 */
static void remove_quota_group(int directory, uint64_t id) {
  struct btrfs_ioctl_qgroup_create_args request = {.create = 0, .qgroupid = id};
  if (id != 0) (void)ioctl(directory, BTRFS_IOC_QGROUP_CREATE, &request);
}

/* subvolumeDestroy(directory, name): with its quota group */
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
  uint64_t id = subvolume_id(fd, name);
  int result = ioctl(fd, BTRFS_IOC_SNAP_DESTROY, &request);
  if (result == 0) remove_quota_group(fd, id);
  if (closed(fd, result) < 0) return sys_throw(env, "ioctl", errno, directory);
  return sys_undefined(env);
}

/*
 * subvolumeLimit(path, bytes): of all that the subvolume refers to; turns quotas of the file system on.
 * -1 takes the limit away and fails with ENOTCONN where there are no quotas.
 */
static napi_value sys_subvolume_limit(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX];
  int64_t bytes;
  if (!arguments_open(&a, env, info, "ioctl", 2) || !argument_text(&a, 0, path, sizeof path) ||
      !argument_int64(&a, 1, &bytes))
    return NULL;
  if (bytes == 0 || bytes < -1) return sys_throw(env, "ioctl", EINVAL, path);
  struct btrfs_ioctl_quota_ctl_args enable = {.cmd = BTRFS_QUOTA_CTL_ENABLE};
  struct btrfs_ioctl_qgroup_limit_args limit = {
      .lim = {.flags = BTRFS_QGROUP_LIMIT_MAX_RFER, .max_rfer = (uint64_t)bytes}};
  int fd = open_directory(path);
  if (fd < 0) return sys_throw(env, "open", errno, path);
  int result = require_subvolume(fd);
  if (result == 0 && bytes > 0) result = ioctl(fd, BTRFS_IOC_QUOTA_CTL, &enable);
  if (result == 0) result = ioctl(fd, BTRFS_IOC_QGROUP_LIMIT, &limit);
  if (closed(fd, result) < 0) return sys_throw(env, "ioctl", errno, path);
  return sys_undefined(env);
}

const struct binding btrfs_bindings[] = {
    {"subvolumeCreate", sys_subvolume_create},
    {"subvolumeDestroy", sys_subvolume_destroy},
    {"subvolumeLimit", sys_subvolume_limit},
    {0},
};
