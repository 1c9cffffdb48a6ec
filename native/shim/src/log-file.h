/* The log's files: written in whole lines, rotated by size and count, whatever the lines mean. */
#ifndef BERTH_SHIM_LOG_FILE_H
#define BERTH_SHIM_LOG_FILE_H

#include <stddef.h>

#include "fault.h"

/* Opens options.log_path. A full disk is no failure. */
bool log_file_open(struct fault *fault);
/* Writes whole lines and rotates between them: before the first line that meets a file of log_max_size or more.
 * Blocks on nothing but the disk; what cannot be written is dropped, in whole lines, and counted. */
void log_file_write(const char *lines, size_t length);
/* With options.log_hold: the current file is due for rotation and the oldest must not go yet. Looks anew. */
bool log_file_is_full(void);
/* Bytes of lines that were dropped. */
int64_t log_file_dropped(void);
/* Rotations so far. */
int64_t log_file_rotations(void);
void log_file_close(void);

#endif
