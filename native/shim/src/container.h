/* The container's first process, from held to gone.
 *
 *   held ──start──► starting ──runtime succeeded──► running ──exit, output drained──► exited
 *    │                  │                                                                │
 *    └── shutdown, ─────┴── runtime failed ───────────────┐             exit file written, announced;
 *        launcher gone                                    ▼             runtime delete
 *                                                        gone ◄──────────────────────────┘
 */
#ifndef BERTH_SHIM_CONTAINER_H
#define BERTH_SHIM_CONTAINER_H

#include "conn.h"
#include "fault.h"
#include "session.h"

enum phase { PHASE_HELD, PHASE_STARTING, PHASE_RUNNING, PHASE_EXITED, PHASE_GONE };

struct container {
  struct session session;
  enum phase phase;
  int64_t oom_kills;
  bool ended; /* the exit is announced */
};

extern struct container container;

bool container_open_log(struct fault *fault);
void container_init(void);
/* Starts it. The reply goes to `conn`, or to all subscribers when that is NULL. False: not even begun. */
bool container_start(struct conn *conn, int64_t sequence, struct fault *fault);
/* Ends a held shim; kills what runs or starts. */
void container_shutdown(void);
/* The connection is being freed. */
void container_forget(struct conn *conn);
/* An exec has ended: it may have been the last thing to wait for. */
void container_exec_ended(void);
const char *container_phase_name(void);
/* The announcement of the exit, for those that subscribe after it. */
void container_write_exit(struct text *text);

#endif
