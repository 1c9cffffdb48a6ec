#include "log-file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop.h"
#include "options.h"
#include "text.h"

#define REOPEN_MS 1000
/* Rotated files that were compressed have this behind their number. */
#define COMPRESSED ".gz"

static int log_fd = -1;
static int64_t file_size;
static int64_t dropped;
static int64_t rotations;
static int64_t reopen_at;

static bool open_file(int flags) {
  log_fd = open(options.log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | flags, 0640);
  struct stat status;
  file_size = log_fd >= 0 && fstat(log_fd, &status) == 0 ? status.st_size : 0;
  return log_fd >= 0;
}

bool log_file_open(struct fault *fault) {
  if (!open_file(0) && errno != ENOSPC && errno != EDQUOT)
    return fault_errno(fault, "launch", "log", options.log_path);
  return true;
}

static bool reopen_file(void) {
  if (log_fd >= 0) return true;
  if (clock_ms() < reopen_at) return false;
  reopen_at = clock_ms() + REOPEN_MS;
  return open_file(0);
}

/* After a write that stopped early: cuts the file back to its last whole line. */
static void drop_rest(const char *lines, size_t length, size_t written) {
  size_t whole = written;
  while (whole > 0 && lines[whole - 1] != '\n') whole--;
  struct stat status;
  if (whole < written && fstat(log_fd, &status) == 0 &&
      ftruncate(log_fd, status.st_size - (off_t)(written - whole)) != 0)
    whole = written;
  file_size += (int64_t)whole;
  dropped += (int64_t)(length - whole);
}

static void append(const char *lines, size_t length) {
  size_t written = 0;
  if (reopen_file()) {
    while (written < length) {
      ssize_t count = write(log_fd, lines + written, length - written);
      if (count > 0)
        written += (size_t)count;
      else if (count == 0 || errno != EINTR)
        break;
    }
  }
  if (written == length)
    file_size += (int64_t)written;
  else
    drop_rest(lines, length, written);
}

static bool numbered_path(char *path, int64_t number, const char *ending) {
  struct text text;
  text_init(&text, path, PATH_MAX);
  text_string(&text, options.log_path);
  if (number > 0) {
    text_string(&text, ".");
    text_number(&text, number);
  }
  text_string(&text, ending);
  return text_finish(&text);
}

/* A missing file is no obstacle. */
static bool move_file(int64_t from, int64_t to, const char *ending) {
  char old[PATH_MAX], new[PATH_MAX];
  return numbered_path(old, from, ending) && numbered_path(new, to, ending) &&
         (rename(old, new) == 0 || errno == ENOENT);
}

static void remove_file(int64_t number, const char *ending) {
  char path[PATH_MAX];
  if (numbered_path(path, number, ending)) unlink(path);
}

/* path → path.1 → … → path.(files-1), and the same for compressed ones; the oldest goes. */
static bool shift_files(void) {
  int64_t last = options.log_max_files - 1;
  remove_file(last, COMPRESSED);
  if (last > 1) remove_file(last, "");
  for (int64_t number = last; number > 1; number--)
    if (!move_file(number - 1, number, "") || !move_file(number - 1, number, COMPRESSED))
      return false;
  return move_file(0, 1, "");
}

/* Whoever replaces a rotated file by its compressed form locks the folder for that moment. -1: locked. */
static int lock_folder(void) {
  char path[PATH_MAX];
  const char *slash = strrchr(options.log_path, '/');
  struct text text;
  text_init(&text, path, sizeof path);
  text_bytes(&text, options.log_path, (size_t)(slash - options.log_path) + 1);
  if (!text_finish(&text)) return -1;
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return fd;
  close(fd);
  return -1;
}

static bool exists(int64_t number, const char *ending) {
  char path[PATH_MAX];
  return numbered_path(path, number, ending) && access(path, F_OK) == 0;
}

static bool is_held(void) {
  int64_t last = options.log_max_files - 1;
  return options.log_hold && (exists(last, "") || exists(last, COMPRESSED));
}

static bool is_due(void) {
  return options.log_max_size > 0 && file_size >= options.log_max_size;
}

static void rotate(void) {
  struct stat status;
  if (log_fd < 0 || is_held()) return;
  /* Somebody may have emptied the file: its true size decides. */
  if (fstat(log_fd, &status) == 0) file_size = status.st_size;
  if (!is_due()) return;
  bool keep = options.log_max_files > 1;
  int lock = keep ? lock_folder() : -1;
  /* A folder that is locked now is free at one of the next lines. */
  if (keep && lock < 0) return;
  bool shifted = !keep || shift_files();
  if (lock >= 0) close(lock);
  if (!shifted) return;
  rotations++;
  close(log_fd);
  if (!open_file(keep ? 0 : O_TRUNC)) reopen_at = clock_ms() + REOPEN_MS;
}

/* How many bytes of the lines belong into the current file. */
static size_t fitting(const char *lines, size_t length) {
  if (options.log_max_size == 0 || is_due()) return length;
  size_t room = (size_t)(options.log_max_size - file_size);
  if (room >= length) return length;
  const char *newline = memchr(lines + room - 1, '\n', length - room + 1);
  return newline == NULL ? length : (size_t)(newline - lines) + 1;
}

void log_file_write(const char *lines, size_t length) {
  for (size_t at = 0; at < length;) {
    if (is_due()) rotate();
    size_t taken = fitting(lines + at, length - at);
    append(lines + at, taken);
    at += taken;
  }
}

bool log_file_is_full(void) {
  return is_due() && is_held();
}

int64_t log_file_dropped(void) {
  return dropped;
}

int64_t log_file_rotations(void) {
  return rotations;
}

void log_file_close(void) {
  if (log_fd >= 0) close(log_fd);
  log_fd = -1;
}
