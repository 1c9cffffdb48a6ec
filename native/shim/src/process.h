/* Child processes: who is waited for, and what happens when they end. */
#ifndef BERTH_SHIM_PROCESS_H
#define BERTH_SHIM_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
  struct process *next;
  pid_t pid; /* 0: not running */
  void (*ended)(struct process *process, int status);
};

/* Blocks SIGCHLD and serves it from the loop. */
bool process_watch(void);
/* Waits for a child (or a descendant that will become one). Its status is never lost, even when it has
 * ended already. */
void process_add(struct process *process, pid_t pid,
                 void (*ended)(struct process *process, int status));
void process_forget(struct process *process);
/* Whether it is a child that nobody waits for yet, dead or alive. */
bool process_is_new(pid_t pid);
/* While a launch is open an unknown dead child is left alone: it may be the process whose pid the runtime
 * is about to tell. */
void process_launch_begin(void);
void process_launch_end(void);
/* Reaps what has ended, after a change that SIGCHLD does not tell of. */
void process_reap(void);
/* Start time in clock ticks after boot (field 22 of /proc/PID/stat), 0 when there is no such process. */
int64_t process_start_time(pid_t pid);

#endif
