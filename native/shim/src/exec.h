/* Further processes in the container. */
#ifndef BERTH_SHIM_EXEC_H
#define BERTH_SHIM_EXEC_H

#include "conn.h"
#include "fault.h"
#include "session.h"

struct exec_request {
  const char *id;
  const char *process_file; /* for the runtime; or */
  const char *plan_file;    /* for us */
  const char *cgroup;       /* with a plan: the v2 cgroup, or NULL */
  struct stream_choice wants;
  bool tty;
  bool detach;
  bool probe;         /* detached, and the reply comes once it is over, with its result */
  int64_t timeout_ms; /* of a probe: it is killed then; 0 for never */
};

/* Begins an exec whose reply goes to `conn`, which becomes its stream unless it is detached. */
bool exec_start(struct conn *conn, int64_t sequence, const struct exec_request *request,
                struct fault *fault);
/* The session of a running exec, or NULL. */
struct session *exec_find(const char *id);
bool exec_none_left(void);
/* Kills them all, those that are being launched included. */
void exec_kill_all(void);
void exec_forget(struct conn *conn);
/* [{"execId":…,"pid":…},…], at most `limit` of them; probes are left out */
void exec_write_list(struct text *text, unsigned limit);
unsigned exec_count(void);

#endif
