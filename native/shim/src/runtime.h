/* Runs of the OCI runtime. */
#ifndef BERTH_SHIM_RUNTIME_H
#define BERTH_SHIM_RUNTIME_H

#include "fault.h"
#include "options.h"
#include "process.h"
#include "session.h"

#define COMMAND_MAX (RUNTIME_ARGS_MAX + 32)
#define FILE_NAME_MAX (NAME_MAX_LENGTH + 32)

/* An argument list: the runtime, its global options, then what is added. */
struct command {
  const char *argv[COMMAND_MAX];
  unsigned count;
};

void command_init(struct command *command, const char *log_file);
void command_add(struct command *command, const char *argument);

/* In a new child, before it executes something: default signals, the original OOM score and, `tied`, death with
 * its parent. False when the parent is gone already. */
bool runtime_child_reset(bool tied, pid_t parent);
/* Starts the runtime. `tied`: it dies with the shim. -1 and errno when it could not be executed. */
pid_t runtime_spawn(struct command *command, const int stdio[3], bool tied);
/* The whole of `delete --force`, for a process that then has nothing else to do. */
void runtime_delete_command(struct command *command);

/* One `run` or `exec` that leaves a process behind. */
struct launch {
  struct process process; /* the runtime; first member */
  struct session *session;
  /* Called once: with NULL when the process runs and its session is served, else with the fault. */
  void (*done)(struct launch *launch, struct fault *fault);
  const char *op;
  int console; /* listening socket, or -1 */
  int report;  /* of a process that enters by itself, or -1 */
  struct timer look;  /* at pipes that the runtime may have filled */
  unsigned full_looks;
  char console_name[FILE_NAME_MAX];
  char log_name[FILE_NAME_MAX];
  char pid_name[FILE_NAME_MAX];
};

/* Names the launch's files `NAME.log`, `NAME.pid` in the bundle. */
void launch_init(struct launch *launch, struct session *session, const char *op, const char *name);
/* Adds --detach, --pid-file and, with a tty, --console-socket. */
bool launch_add_options(struct launch *launch, struct command *command, struct fault *fault);
/* Starts it; on false nothing is left behind and `done` is not called. */
bool launch_begin(struct launch *launch, struct command *command, struct session_stdio *stdio,
                  struct fault *fault);
/* The same without the runtime: this program enters the container itself and becomes the process that the plan
 * describes. `cgroup` is the container's v2 cgroup, or NULL. A fault of stage `native` means that nothing has run
 * and that the runtime may manage. */
bool launch_begin_native(struct launch *launch, const char *plan_file, const char *cgroup,
                         struct session_stdio *stdio, struct fault *fault);
/* Ends a runtime that hangs; the launch then fails. */
void launch_kill(struct launch *launch);
/* Removes the files; for a launch that was never begun. */
void launch_clean(struct launch *launch);

#endif
