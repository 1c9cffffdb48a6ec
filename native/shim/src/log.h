/* The json-file log: one JSON object a line, as Docker writes it, rotated by size and count. */
#ifndef BERTH_SHIM_LOG_H
#define BERTH_SHIM_LOG_H

#include "fault.h"

/* Lines longer than this are logged in pieces; a piece that is not the last has no newline. */
#define LOG_PIECE 16384

enum log_stream { LOG_STDOUT, LOG_STDERR };

/* Opens options.log_path; without options.logs every call does nothing. A full disk is no failure. */
bool log_open(struct fault *fault);
/* Logs a piece of output. A line is held until its end is seen or it is LOG_PIECE long. Never blocks on
 * anything but the disk; what cannot be written is dropped and counted. */
void log_feed(enum log_stream stream, const char *bytes, size_t length);
/* The stream has ended: logs a held line, without newline. */
void log_end(enum log_stream stream);
/* Log bytes that were dropped because they could not be written. */
int64_t log_dropped(void);
void log_close(void);

#endif
