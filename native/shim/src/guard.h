/* The guard: a child that does nothing but notice the shim's sudden death, and then ends the container. */
#ifndef BERTH_SHIM_GUARD_H
#define BERTH_SHIM_GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Starts the guard; from now on a SIGKILL of the shim ends whatever the runtime has started for it. A
 * guard that is killed is replaced. */
bool guard_start(void);
/* Tells the guard the container's first process, so that it dies at once and not only by the runtime. */
void guard_tell(pid_t pid, int64_t start_time);
/* The container is gone: ends the guard. */
void guard_stop(void);

#endif
