#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"
#include "options.h"

#define BATCH_SIZE (192 * 1024)
#define LINE_OVERHEAD 256
#define REOPEN_MS 1000

/* One output stream's unfinished line. */
struct held_line {
  char *bytes;
  size_t length;
  struct timespec begun; /* time of the first piece, shared by all pieces of a line */
  bool in_pieces;
};

static struct held_line held[2];
static struct text batch;
static struct timer idle;
static int log_fd = -1;
static int64_t file_size;
static int64_t dropped;
static int64_t reopen_at;

static bool open_file(int flags) {
  log_fd = open(options.log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | flags, 0640);
  struct stat status;
  file_size = log_fd >= 0 && fstat(log_fd, &status) == 0 ? status.st_size : 0;
  return log_fd >= 0;
}

bool log_open(struct fault *fault) {
  if (!options.logs) return true;
  char *pages = pages_take(BATCH_SIZE);
  held[LOG_STDOUT].bytes = pages_take(LOG_PIECE);
  held[LOG_STDERR].bytes = pages_take(LOG_PIECE);
  if (pages == NULL || held[LOG_STDOUT].bytes == NULL || held[LOG_STDERR].bytes == NULL)
    return fault_errno(fault, "launch", "memory", NULL);
  text_init(&batch, pages, BATCH_SIZE);
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
static void drop_rest(size_t written) {
  size_t whole = written;
  while (whole > 0 && batch.data[whole - 1] != '\n') whole--;
  struct stat status;
  if (whole < written && fstat(log_fd, &status) == 0 &&
      ftruncate(log_fd, status.st_size - (off_t)(written - whole)) != 0)
    whole = written;
  file_size += (int64_t)whole;
  dropped += (int64_t)(batch.length - whole);
}

static void flush(void) {
  if (batch.length == 0) return;
  size_t written = 0;
  if (reopen_file()) {
    while (written < batch.length) {
      ssize_t count = write(log_fd, batch.data + written, batch.length - written);
      if (count > 0)
        written += (size_t)count;
      else if (count == 0 || errno != EINTR)
        break;
    }
  }
  if (written == batch.length)
    file_size += (int64_t)written;
  else
    drop_rest(written);
  batch.length = 0;
}

static bool numbered_path(char *path, int64_t number) {
  struct text text;
  text_init(&text, path, PATH_MAX);
  text_string(&text, options.log_path);
  text_string(&text, ".");
  text_number(&text, number);
  return text_finish(&text);
}

/* path → path.1 → … → path.(files-1); the oldest goes. A missing file in the row is no obstacle. */
static bool shift_files(void) {
  char from[PATH_MAX], to[PATH_MAX];
  for (int64_t number = options.log_max_files - 1; number > 1; number--) {
    if (!numbered_path(from, number - 1) || !numbered_path(to, number)) return false;
    if (rename(from, to) != 0 && errno != ENOENT) return false;
  }
  return numbered_path(to, 1) && (rename(options.log_path, to) == 0 || errno == ENOENT);
}

static void rotate(void) {
  struct stat status;
  flush();
  if (log_fd < 0) return;
  /* Somebody may have emptied the file: its true size decides. */
  if (fstat(log_fd, &status) == 0) file_size = status.st_size;
  if (file_size < options.log_max_size) return;
  bool keep = options.log_max_files > 1;
  if (keep && !shift_files()) return;
  close(log_fd);
  if (!open_file(keep ? 0 : O_TRUNC)) reopen_at = clock_ms() + REOPEN_MS;
}

static void append_line(enum log_stream stream, const char *bytes, size_t length,
                        const struct timespec *time) {
  size_t attrs = options.log_attrs == NULL ? 0 : strlen(options.log_attrs);
  size_t most = length * JSON_EXPANSION + attrs + LINE_OVERHEAD;
  if (options.log_max_size > 0 && file_size + (int64_t)batch.length >= options.log_max_size)
    rotate();
  if (most > batch.capacity - batch.length) flush();
  text_string(&batch, "{\"log\":");
  text_json(&batch, bytes, length);
  text_string(&batch, stream == LOG_STDOUT ? ",\"stream\":\"stdout\"" : ",\"stream\":\"stderr\"");
  if (attrs > 0) {
    text_string(&batch, ",\"attrs\":");
    text_bytes(&batch, options.log_attrs, attrs);
  }
  text_string(&batch, ",\"time\":\"");
  text_time(&batch, time);
  text_string(&batch, "\"}\n");
}

static void append_piece(enum log_stream stream, const char *bytes, size_t length, bool ends_line,
                         const struct timespec *now) {
  struct held_line *line = &held[stream];
  if (!line->in_pieces) line->begun = *now;
  line->in_pieces = !ends_line;
  append_line(stream, bytes, length, &line->begun);
}

/* Logs a full held piece, but keeps back a character that was cut in two. */
static void append_full_piece(enum log_stream stream, const struct timespec *now) {
  struct held_line *line = &held[stream];
  size_t rest = utf8_unfinished(line->bytes, line->length);
  append_piece(stream, line->bytes, line->length - rest, false, now);
  memmove(line->bytes, line->bytes + line->length - rest, rest);
  line->length = rest;
}

/* Takes one line, or what there is of it, and returns how much. */
static size_t take_line(enum log_stream stream, const char *bytes, size_t length,
                        const struct timespec *now) {
  struct held_line *line = &held[stream];
  size_t room = LOG_PIECE - line->length;
  size_t limit = length < room ? length : room;
  const char *newline = memchr(bytes, '\n', limit);
  size_t taken = newline == NULL ? limit : (size_t)(newline - bytes) + 1;
  if (newline != NULL && line->length == 0) {
    append_piece(stream, bytes, taken, true, now);
    return taken;
  }
  memcpy(line->bytes + line->length, bytes, taken);
  line->length += taken;
  if (newline != NULL) {
    append_piece(stream, line->bytes, line->length, true, now);
    line->length = 0;
  } else if (line->length == LOG_PIECE) {
    append_full_piece(stream, now);
  }
  return taken;
}

static void release_memory(struct timer *timer) {
  (void)timer;
  pages_release(batch.data, BATCH_SIZE);
  for (int stream = 0; stream < 2; stream++)
    if (held[stream].length == 0) pages_release(held[stream].bytes, LOG_PIECE);
}

void log_feed(enum log_stream stream, const char *bytes, size_t length) {
  if (!options.logs) return;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  for (size_t at = 0; at < length;) at += take_line(stream, bytes + at, length - at, &now);
  flush();
  if (!idle.armed) timer_arm(&idle, 500, release_memory);
}

void log_end(enum log_stream stream) {
  struct held_line *line = &held[stream];
  if (!options.logs || line->length == 0) return;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  append_piece(stream, line->bytes, line->length, false, &now);
  line->length = 0;
  flush();
}

int64_t log_dropped(void) {
  return dropped;
}

void log_close(void) {
  if (log_fd >= 0) close(log_fd);
  log_fd = -1;
}
