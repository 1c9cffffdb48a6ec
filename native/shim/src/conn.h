/* Connections of clients: request lines first, raw streams after `attach` and `exec`. */
#ifndef BERTH_SHIM_CONN_H
#define BERTH_SHIM_CONN_H

#include "loop.h"
#include "session.h"
#include "text.h"

#define REQUEST_MAX 8192
#define CONN_MAX 4096

enum conn_mode {
  CONN_LINES,   /* reads requests, writes replies and events */
  CONN_WAITING, /* its exec is being launched: nothing is read */
  CONN_STREAM,  /* carries a session's bytes */
  CONN_ENDING,  /* last bytes are on their way, then it closes */
};

/* Bytes that could not be passed on yet. */
struct backlog {
  char *data;
  size_t offset;
  size_t length;
  size_t capacity;
};

struct stream_choice {
  bool in, out, err;
};

struct conn {
  struct watch watch; /* first member */
  struct conn *next;
  struct conn *next_client; /* of the same session */
  struct session *session;
  struct timer linger;
  struct backlog output; /* to the client */
  struct backlog input;  /* CONN_LINES: an unfinished line; CONN_STREAM: bytes for stdin */
  enum conn_mode mode;
  struct stream_choice wants;
  bool primary; /* the launching daemon's connection */
  bool subscribed;
  bool input_ended;
  bool peer_gone; /* nothing more can be sent; input may still be under way */
  bool stalled;   /* counted in session->stalled */
};

/* Listens on a unix socket of that name in the working folder, for the owner only. */
bool conn_listen(const char *name);
void conn_stop_listening(const char *name);
/* Takes over the descriptor; NULL (and closed) when there are too many connections or no memory. */
struct conn *conn_open(int fd, bool primary);
/* Sends what is left, then ends the stream and waits a while for the client to close. */
void conn_end(struct conn *conn);
void conn_send(struct conn *conn, const struct text *text);
/* Sends to every subscriber. */
void conn_broadcast(const struct text *text);
/* Makes the connection a raw stream of the session; replies before this call are sent first. */
void conn_become_stream(struct conn *conn, struct session *session, struct stream_choice wants);
void conn_send_output(struct conn *conn, enum output_number number, const char *bytes,
                      size_t length);
/* Tries again to pass the client's input on. */
void conn_pump_input(struct conn *conn);
/* Reconsiders what the connection waits for. */
void conn_update(struct conn *conn);
void conn_end_all(void);
bool conn_none_left(void);

#endif
