/* Calls on open files and whole file systems. */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/statfs.h>
#include <unistd.h>

static bool push_number(napi_env env, napi_value array, uint32_t index, off_t number) {
  return napi_set_element(env, array, index, sys_int(env, number)) == napi_ok;
}

/* dataExtents(descriptor, size) -> [offset, length, offset, length, …] */
static napi_value sys_data_extents(napi_env env, napi_callback_info info) {
  struct arguments a;
  int fd;
  int64_t size;
  if (!arguments_open(&a, env, info, "lseek", 2) || !argument_int(&a, 0, &fd) ||
      !argument_int64(&a, 1, &size))
    return NULL;
  napi_value extents = NULL;
  napi_create_array(env, &extents);
  uint32_t count = 0;
  off_t end = 0;
  while (end < size) {
    off_t start = lseek(fd, end, SEEK_DATA);
    if (start < 0 && errno == ENXIO) break;
    if (start >= 0 && start < size) end = lseek(fd, start, SEEK_HOLE);
    if (start < 0 || end < 0) return sys_throw(env, "lseek", errno, NULL);
    if (start >= size || end <= start) break;
    if (end > size) end = size;
    if (!push_number(env, extents, count, start) ||
        !push_number(env, extents, count + 1, end - start))
      return NULL;
    count += 2;
  }
  return extents;
}

static bool range_unsupported(int error) {
  return error == EXDEV || error == ENOSYS || error == EINVAL || error == EOPNOTSUPP ||
         error == ETXTBSY || error == EPERM;
}

/* copyRange(from, to, offset, length) -> bytes copied at the same offset; less only at the end of `from` */
static napi_value sys_copy_range(napi_env env, napi_callback_info info) {
  struct arguments a;
  int from, to;
  int64_t start, length;
  if (!arguments_open(&a, env, info, "copy_file_range", 4) || !argument_int(&a, 0, &from) ||
      !argument_int(&a, 1, &to) || !argument_int64(&a, 2, &start) ||
      !argument_int64(&a, 3, &length))
    return NULL;
  off_t in = start, out = start, end = start + length;
  bool by_range = true;
  if (lseek(to, start, SEEK_SET) < 0) return sys_throw(env, "lseek", errno, NULL);
  while (in < end) {
    size_t wanted = (size_t)(end - in);
    ssize_t copied = by_range ? copy_file_range(from, &in, to, &out, wanted, 0)
                              : sendfile(to, from, &in, wanted);
    if (copied == 0 && by_range) {
      /* Files of unknown length (procfs and the like) read as empty here. */
      by_range = false;
      if (lseek(to, in, SEEK_SET) < 0) return sys_throw(env, "lseek", errno, NULL);
      continue;
    }
    if (copied == 0) break;
    if (copied > 0 || errno == EINTR) continue;
    if (!by_range || !range_unsupported(errno))
      return sys_throw(env, by_range ? "copy_file_range" : "sendfile", errno, NULL);
    by_range = false;
    if (lseek(to, in, SEEK_SET) < 0) return sys_throw(env, "lseek", errno, NULL);
  }
  return sys_int(env, in - start);
}

/* clone(from, to) -> false when the file system cannot share extents */
static napi_value sys_clone(napi_env env, napi_callback_info info) {
  struct arguments a;
  int from, to;
  if (!arguments_open(&a, env, info, "ioctl FICLONE", 2) || !argument_int(&a, 0, &from) ||
      !argument_int(&a, 1, &to))
    return NULL;
  if (ioctl(to, FICLONE, from) == 0) return sys_bool(env, true);
  if (errno == EOPNOTSUPP || errno == EXDEV || errno == EINVAL || errno == ENOTTY ||
      errno == ENOSYS)
    return sys_bool(env, false);
  return sys_throw(env, "ioctl FICLONE", errno, NULL);
}

/* flock(descriptor, operation) -> false when LOCK_NB met a lock of somebody else */
static napi_value sys_flock(napi_env env, napi_callback_info info) {
  struct arguments a;
  int fd, operation;
  if (!arguments_open(&a, env, info, "flock", 2) || !argument_int(&a, 0, &fd) ||
      !argument_int(&a, 1, &operation))
    return NULL;
  while (flock(fd, operation) < 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return sys_bool(env, false);
    return sys_throw(env, "flock", errno, NULL);
  }
  return sys_bool(env, true);
}

/* statfs(path) -> [magic, block size, blocks, blocks available to users, blocks free] */
static napi_value sys_statfs(napi_env env, napi_callback_info info) {
  struct arguments a;
  char path[PATH_MAX];
  struct statfs facts;
  if (!arguments_open(&a, env, info, "statfs", 1) || !argument_text(&a, 0, path, sizeof path))
    return NULL;
  if (statfs(path, &facts) < 0) return sys_throw(env, "statfs", errno, path);
  const int64_t numbers[] = {(int64_t)(uint32_t)facts.f_type, facts.f_frsize, (int64_t)facts.f_blocks,
                             (int64_t)facts.f_bavail, (int64_t)facts.f_bfree};
  napi_value result = NULL;
  napi_create_array(env, &result);
  for (uint32_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    napi_set_element(env, result, i, sys_int(env, numbers[i]));
  return result;
}

static void syncfs_run(struct job *job) {
  int fd = open(job->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 || syncfs(fd) < 0) job->error = errno;
  if (fd >= 0) close(fd);
}

/* syncfs(path) -> promise */
static napi_value sys_syncfs(napi_env env, napi_callback_info info) {
  struct arguments a;
  char *path;
  if (!arguments_open(&a, env, info, "syncfs", 1) || !argument_long_text(&a, 0, &path)) return NULL;
  struct job *job = calloc(1, sizeof *job);
  if (job == NULL) {
    free(path);
    return sys_throw(env, "syncfs", ENOMEM, NULL);
  }
  *job = (struct job){.run = syncfs_run, .syscall = "syncfs", .path = path};
  return job_start(env, job);
}

struct replace_job {
  struct job job;
  char *temporary;
  uint8_t *content;
  size_t length;
  int mode, uid, gid;
};

static void replace_release(struct job *job) {
  struct replace_job *work = (struct replace_job *)job;
  free(work->temporary);
  free(work->content);
}

static bool write_all(int fd, const uint8_t *data, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, data, length);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    data += written;
    length -= (size_t)written;
  }
  return true;
}

static void replace_run(struct job *job) {
  struct replace_job *work = (struct replace_job *)job;
  int fd = open(work->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                (mode_t)work->mode);
  if (fd < 0) {
    job->error = errno;
    return;
  }
  job->syscall = "write";
  bool done = write_all(fd, work->content, work->length);
  if (done && work->uid >= 0) {
    job->syscall = "fchown";
    done = fchown(fd, (uid_t)work->uid, (gid_t)work->gid) == 0;
  }
  if (done) {
    job->syscall = "rename";
    done = rename(work->temporary, job->path) == 0;
  }
  if (!done) job->error = errno;
  close(fd);
  if (!done) unlink(work->temporary);
}

/* replaceFileAsync(path, temporary, content, mode, uid | -1, gid) -> promise: the file as a whole, by rename. */
static napi_value sys_replace_file(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct bytes content;
  struct replace_job *work = calloc(1, sizeof *work);
  if (work == NULL) return sys_throw(env, "open", ENOMEM, NULL);
  work->job = (struct job){.run = replace_run, .release = replace_release, .syscall = "open"};
  if (arguments_open(&a, env, info, "open", 6) && argument_bytes(&a, 2, &content) &&
      argument_int(&a, 3, &work->mode) && argument_int(&a, 4, &work->uid) &&
      argument_int(&a, 5, &work->gid) && argument_long_text(&a, 0, &work->job.path) &&
      argument_long_text(&a, 1, &work->temporary)) {
    work->content = malloc(content.length + 1);
    work->length = content.length;
    if (work->content != NULL) {
      if (content.length > 0) memcpy(work->content, content.data, content.length);
      return job_start(env, &work->job);
    }
    sys_throw(env, "open", ENOMEM, NULL);
  }
  replace_release(&work->job);
  free(work->job.path);
  free(work);
  return NULL;
}

const struct binding file_bindings[] = {
    {"dataExtents", sys_data_extents}, {"copyRange", sys_copy_range}, {"clone", sys_clone},
    {"flock", sys_flock},              {"statfs", sys_statfs},        {"syncfs", sys_syncfs},
    {"replaceFileAsync", sys_replace_file},
    {0},
};
