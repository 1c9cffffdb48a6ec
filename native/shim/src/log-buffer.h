/* mode=non-blocking: a buffer of whole lines between the container and a process that writes the files, so that a disk
 * which hangs keeps nobody waiting. */
#ifndef BERTH_SHIM_LOG_BUFFER_H
#define BERTH_SHIM_LOG_BUFFER_H

#include <stddef.h>

#include "fault.h"

/* Starts the writer on the files of log-file.h; `changed` is called after it rotated them. */
bool log_buffer_open(void (*changed)(void), struct fault *fault);
/* Takes as many of these whole lines as options.log_buffer has room for, and drops the rest. Never waits. */
void log_buffer_put(const char *lines, size_t length);
/* Gives memory back that is not in use. */
void log_buffer_idle(void);
/* Lets the writer write what is buffered and end; `finished` is called then, or after options.drain_ms. */
void log_buffer_finish(void (*finished)(void));
int64_t log_buffer_dropped(void);

#endif
