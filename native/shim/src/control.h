/* The control protocol: requests, replies and events as lines of JSON (see PROTOCOL.md). */
#ifndef BERTH_SHIM_CONTROL_H
#define BERTH_SHIM_CONTROL_H

#include "conn.h"
#include "fault.h"

/* Serves one request line (without its newline; overwritten). The connection's mode may change. */
void control_request(struct conn *conn, char *line, size_t length);
void control_line_too_long(struct conn *conn);

/* The reply to a request that took its time. Without a connection it is announced as the event, if one
 * is named. A connection that waited to become a stream is ended by a fault. */
void control_reply_process(struct conn *conn, int64_t sequence, const char *event,
                           const struct session *session);
/* What a probe has found. `late`: it was killed because its time was over. */
void control_reply_probe(struct conn *conn, int64_t sequence, const struct session *session,
                         const struct kept_output *kept, bool late);
void control_reply_fault(struct conn *conn, int64_t sequence, const char *event,
                         const struct fault *fault);

/* A connection is being freed: nobody may keep it. */
void control_forget(struct conn *conn);
/* Ends the loop when the container is gone and the last connection is closed. */
void control_conn_closed(void);

#endif
