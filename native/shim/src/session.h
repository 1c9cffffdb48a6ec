/* A process's standard streams: where they come from, who listens, and their end. The container's first
 * process has one session, every exec has its own. */
#ifndef BERTH_SHIM_SESSION_H
#define BERTH_SHIM_SESSION_H

#include <time.h>

#include "loop.h"
#include "process.h"

struct conn;
struct session;

/* The most of a probe's output that is kept. */
#define KEPT_MAX 4096

/* The beginning of what a process writes, both streams together. */
struct kept_output {
  size_t length;
  bool cut; /* there was more */
  char bytes[KEPT_MAX];
};

enum output_number { OUTPUT_STDOUT = 1, OUTPUT_STDERR = 2 };

struct output {
  struct watch watch; /* first member */
  struct session *session;
  enum output_number number;
};

struct session {
  struct process process; /* first member */
  struct output outputs[2];
  struct watch input; /* write side of stdin, or a copy of the pty's master */
  struct conn *clients;
  struct kept_output *kept; /* or NULL */
  struct timer drain;
  void (*finished)(struct session *session);
  int64_t start_time;
  struct timespec exited_at;
  unsigned stalled; /* clients that have not taken what they were sent; output waits for them */
  int status;       /* of waitpid(2), once exited */
  bool tty;
  bool input_once; /* stdin closes when the first client's input ends */
  bool input_closing;
  bool logged;
  bool running; /* streams are served */
  bool early;   /* output is served although nothing is known of the process yet */
  bool hasty;   /* the end of the process ends the session, whoever holds its output open */
  bool exited;
  bool ended; /* all output is out */
};

/* The three descriptors that the runtime gets. Only those that are wanted are pipes. */
struct session_stdio {
  int child[3];
};

/* Makes the pipes of a session without a tty. With a tty all three are /dev/null. */
bool session_open_stdio(struct session *session, struct session_stdio *stdio, bool in, bool out,
                        bool err);
void session_close_child(struct session_stdio *stdio);
/* Whether a pipe of output is so full that whoever writes to it may have to wait. */
bool session_output_full(const struct session *session);
/* Lets the pipes hold more, as far as the system allows. */
void session_widen_output(struct session *session);
/* Serves the output from now on, before session_run(). */
void session_serve_early(struct session *session);
/* Takes over the pty's master. */
bool session_take_terminal(struct session *session, int master);
/* Serves the streams of a process that runs; `ended` by process_add() is set up here. */
void session_run(struct session *session, pid_t pid);
/* Gives up a session whose process never ran. */
void session_abandon(struct session *session);
bool session_resize(struct session *session, int64_t rows, int64_t columns);
void session_close_input(struct session *session);
/* Lets the clients go once they have everything. */
void session_end_clients(struct session *session);
int session_exit_code(const struct session *session);
int session_exit_signal(const struct session *session);

/* Called by connections. */
void session_add_client(struct session *session, struct conn *conn);
void session_remove_client(struct session *session, struct conn *conn);
void session_client_stalled(struct session *session, bool stalled);
/* Writes to stdin and returns how much was taken; everything when nobody can read it any more. */
size_t session_write_input(struct session *session, const char *bytes, size_t length);
/* A client's input has ended or has been written. */
void session_input_ended(struct session *session);

#endif
