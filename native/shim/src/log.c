#include "log.h"

#include <string.h>
#include <time.h>

#include "log-buffer.h"
#include "log-file.h"
#include "loop.h"
#include "options.h"

#define LINE_OVERHEAD 256
#define TELL_MS 500
#define HOLD_MS 50

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
static struct timer rotated;
static struct timer hold;
static void (*on_rotated)(void);
static void (*on_full)(bool full);
static int64_t rotations_told;

static void tell_rotated(struct timer *timer) {
  (void)timer;
  on_rotated();
}

/* Soon: many rotations are told of once. */
static void note_rotation(void) {
  if (options.log_tell && !rotated.armed) timer_arm(&rotated, TELL_MS, tell_rotated);
}

bool log_open(const struct log_hooks *hooks, struct fault *fault) {
  if (!options.logs) return true;
  on_rotated = hooks->rotated;
  on_full = hooks->full;
  char *pages = pages_take(LOG_BATCH);
  held[LOG_STDOUT].bytes = pages_take(LOG_PIECE);
  held[LOG_STDERR].bytes = pages_take(LOG_PIECE);
  if (pages == NULL || held[LOG_STDOUT].bytes == NULL || held[LOG_STDERR].bytes == NULL)
    return fault_errno(fault, "launch", "memory", NULL);
  text_init(&batch, pages, LOG_BATCH);
  if (!log_file_open(fault)) return false;
  return options.log_buffer == 0 || log_buffer_open(note_rotation, fault);
}

static void check_full(struct timer *timer) {
  if (log_file_is_full())
    timer_arm(timer, HOLD_MS, check_full);
  else
    on_full(false);
}

static void flush(void) {
  if (batch.length == 0) return;
  if (options.log_buffer > 0)
    log_buffer_put(batch.data, batch.length);
  else
    log_file_write(batch.data, batch.length);
  batch.length = 0;
  if (log_file_rotations() != rotations_told) note_rotation();
  rotations_told = log_file_rotations();
  if (options.log_hold && !hold.armed && log_file_is_full()) {
    on_full(true);
    timer_arm(&hold, HOLD_MS, check_full);
  }
}

static void append_json(enum log_stream stream, const char *bytes, size_t length,
                        const struct timespec *time) {
  text_string(&batch, "{\"log\":");
  text_json(&batch, bytes, length);
  text_string(&batch, stream == LOG_STDOUT ? ",\"stream\":\"stdout\"" : ",\"stream\":\"stderr\"");
  if (options.log_attrs != NULL) {
    text_string(&batch, ",\"attrs\":");
    text_string(&batch, options.log_attrs);
  }
  text_string(&batch, ",\"time\":\"");
  text_time(&batch, time);
  text_string(&batch, "\"}\n");
}

static void append_digits(int64_t number, int count) {
  char digits[20];
  for (int at = count; at > 0; number /= 10) digits[--at] = (char)('0' + number % 10);
  text_bytes(&batch, digits, (size_t)count);
}

/* "o1763737227123456789\ttext\n": a capital letter for a piece without its line's end. docs/logs.md */
static void append_compact(enum log_stream stream, const char *bytes, size_t length,
                           const struct timespec *time) {
  bool ends_line = length > 0 && bytes[length - 1] == '\n';
  text_bytes(&batch, &"oOeE"[(stream == LOG_STDOUT ? 0 : 2) + (ends_line ? 0 : 1)], 1);
  append_digits(time->tv_sec, 10);
  append_digits(time->tv_nsec, 9);
  if (options.log_attrs != NULL) text_string(&batch, options.log_attrs);
  text_string(&batch, "\t");
  text_bytes(&batch, bytes, ends_line ? length - 1 : length);
  text_string(&batch, "\n");
}

static void append_line(enum log_stream stream, const char *bytes, size_t length,
                        const struct timespec *time) {
  size_t attrs = options.log_attrs == NULL ? 0 : strlen(options.log_attrs);
  size_t most = length * JSON_EXPANSION + attrs + LINE_OVERHEAD;
  if (most > batch.capacity - batch.length) flush();
  if (options.log_compact)
    append_compact(stream, bytes, length, time);
  else
    append_json(stream, bytes, length, time);
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
  pages_release(batch.data, LOG_BATCH);
  if (options.log_buffer > 0) log_buffer_idle();
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
  return options.log_buffer > 0 ? log_buffer_dropped() : log_file_dropped();
}

void log_finish(void (*finished)(void)) {
  if (options.logs && options.log_buffer > 0)
    log_buffer_finish(finished);
  else
    finished();
}

void log_close(void) {
  log_file_close();
}
