/* Kills for want of memory, as the container's cgroup counts them. */
#ifndef BERTH_SHIM_OOM_H
#define BERTH_SHIM_OOM_H

#include <stdint.h>

/* Watches options.oom_file (memory.events of cgroup v2, memory.oom_control of v1) if there is one and
 * calls back with each new total. */
void oom_watch(void (*changed)(int64_t count));
/* The total so far; the last known one once the cgroup is gone. */
int64_t oom_count(void);

#endif
