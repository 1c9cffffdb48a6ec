/* The log: json-file as Docker writes it, or the compact format of docs/logs.md. One entry a line in both. */
#ifndef BERTH_SHIM_LOG_H
#define BERTH_SHIM_LOG_H

#include "fault.h"

/* Lines longer than this are logged in pieces; a piece that is not the last has no newline. */
#define LOG_PIECE 16384
/* The most that is written at once; longer than any entry. */
#define LOG_BATCH (192 * 1024)

enum log_stream { LOG_STDOUT, LOG_STDERR };

struct log_hooks {
  /* Files were rotated a moment ago; only with options.log_tell. */
  void (*rotated)(void);
  /* With options.log_hold: no more output may be read; and, later, it may again. */
  void (*full)(bool full);
};

/* Opens options.log_path; without options.logs every call does nothing. A full disk is no failure. */
bool log_open(const struct log_hooks *hooks, struct fault *fault);
/* Logs a piece of output. A line is held until its end is seen or it is LOG_PIECE long. Never blocks on
 * anything but the disk, and with options.log_buffer not even on that; what cannot be written is dropped and counted. */
void log_feed(enum log_stream stream, const char *bytes, size_t length);
/* The stream has ended: logs a held line, without newline. */
void log_end(enum log_stream stream);
/* Log bytes that were dropped because they could not be written. */
int64_t log_dropped(void);
/* After both streams' ends: calls back, at once or soon, when everything is in the file. */
void log_finish(void (*finished)(void));
void log_close(void);

#endif
