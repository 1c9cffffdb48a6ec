#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conn.h"
#include "log.h"
#include "options.h"

/* The most that is read at once when a process has ended: more than its pipes can hold. */
#define DRAIN_BYTES (4 * 1024 * 1024)

/* The most that the system lets a pipe hold without further rights. */
#define WIDE_PIPE (1024 * 1024)

static void close_fd(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void on_output(struct watch *watch, uint32_t events);
static void on_input(struct watch *watch, uint32_t events);

static bool open_pipe(int *ours, int *theirs, bool we_read) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  *ours = ends[we_read ? 0 : 1];
  *theirs = ends[we_read ? 1 : 0];
  return fcntl(*ours, F_SETFL, O_NONBLOCK) == 0;
}

static void init_streams(struct session *session) {
  watch_init(&session->input, -1, on_input);
  for (int i = 0; i < 2; i++) {
    struct output *output = &session->outputs[i];
    watch_init(&output->watch, -1, on_output);
    output->session = session;
    output->number = i == 0 ? OUTPUT_STDOUT : OUTPUT_STDERR;
  }
}

static bool open_end(bool wanted, int *ours, int *theirs, bool we_read) {
  if (wanted) return open_pipe(ours, theirs, we_read);
  *theirs = open("/dev/null", (we_read ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
  return *theirs >= 0;
}

bool session_open_stdio(struct session *session, struct session_stdio *stdio, bool in, bool out,
                        bool err) {
  bool pipes = !session->tty;
  int *child = stdio->child;
  child[0] = child[1] = child[2] = -1;
  init_streams(session);
  return open_end(pipes && in, &session->input.fd, &child[0], false) &&
         open_end(pipes && out, &session->outputs[0].watch.fd, &child[1], true) &&
         open_end(pipes && err, &session->outputs[1].watch.fd, &child[2], true);
}

void session_close_child(struct session_stdio *stdio) {
  for (int i = 0; i < 3; i++) close_fd(&stdio->child[i]);
}

bool session_output_full(const struct session *session) {
  for (int i = 0; i < 2; i++) {
    int fd = session->outputs[i].watch.fd, held = 0;
    if (fd < 0 || ioctl(fd, FIONREAD, &held) != 0) continue;
    /* Each write may begin a page, so that little more than half of the pages' bytes can fill them. */
    if (held >= fcntl(fd, F_GETPIPE_SZ) / 2) return true;
  }
  return false;
}

bool session_take_terminal(struct session *session, int master) {
  session->outputs[0].watch.fd = master;
  session->input.fd = fcntl(master, F_DUPFD_CLOEXEC, 0);
  return session->input.fd >= 0 && fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK) == 0;
}

static bool outputs_closed(const struct session *session) {
  return session->outputs[0].watch.fd < 0 && session->outputs[1].watch.fd < 0;
}

static void update_outputs(struct session *session) {
  bool serve = (session->running || session->early) && session->stalled == 0;
  for (int i = 0; i < 2; i++) watch_set(&session->outputs[i].watch, serve ? EPOLLIN : 0);
}

static void close_output(struct output *output) {
  if (output->watch.fd < 0) return;
  watch_close(&output->watch);
  if (output->session->logged) log_end(output->number == OUTPUT_STDOUT ? LOG_STDOUT : LOG_STDERR);
}

static void keep(struct kept_output *kept, const char *bytes, size_t length) {
  size_t room = KEPT_MAX - kept->length;
  if (length > room) kept->cut = true;
  if (length > room) length = room;
  memcpy(kept->bytes + kept->length, bytes, length);
  kept->length += length;
}

static void deliver(struct output *output, const char *bytes, size_t length) {
  struct session *session = output->session;
  if (session->kept != NULL) keep(session->kept, bytes, length);
  if (session->logged)
    log_feed(output->number == OUTPUT_STDOUT ? LOG_STDOUT : LOG_STDERR, bytes, length);
  for (struct conn *conn = session->clients; conn != NULL; conn = conn->next_client)
    conn_send_output(conn, output->number, bytes, length);
}

/* Passes on what one read gives. 0: nothing to be had now, or ever. */
static size_t pump_output(struct output *output) {
  char *io = io_buffer();
  if (output->watch.fd < 0) return 0;
  ssize_t length = read(output->watch.fd, io, IO_SIZE);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  /* The end of a pty is EIO. */
  if (length <= 0) {
    close_output(output);
    return 0;
  }
  deliver(output, io, (size_t)length);
  return (size_t)length;
}

static void finish(struct session *session) {
  if (session->ended) return;
  session->ended = true;
  session->running = false;
  timer_disarm(&session->drain);
  watch_close(&session->input);
  for (int i = 0; i < 2; i++) close_output(&session->outputs[i]);
  session->finished(session);
}

static void on_output(struct watch *watch, uint32_t events) {
  struct output *output = (struct output *)watch;
  struct session *session = output->session;
  (void)events;
  pump_output(output);
  if (session->exited && outputs_closed(session)) finish(session);
}

/* Takes what can be read at once, whether or not clients keep up: they get it from their backlog. */
static void drain(struct session *session) {
  size_t left = DRAIN_BYTES;
  for (int i = 0; i < 2; i++) {
    size_t length;
    while (left > 0 && (length = pump_output(&session->outputs[i])) > 0)
      left = length < left ? left - length : 0;
  }
}

static void on_drain_over(struct timer *timer) {
  struct session *session =
      (struct session *)(void *)((char *)timer - offsetof(struct session, drain));
  drain(session);
  finish(session);
}

static void on_exit(struct process *process, int status) {
  struct session *session = (struct session *)process;
  session->exited = true;
  clock_gettime(CLOCK_REALTIME, &session->exited_at);
  session->status = status;
  drain(session);
  if (outputs_closed(session) || session->hasty)
    finish(session);
  else
    timer_arm(&session->drain, options.drain_ms, on_drain_over);
}

void session_widen_output(struct session *session) {
  for (int i = 0; i < 2; i++)
    if (session->outputs[i].watch.fd >= 0)
      fcntl(session->outputs[i].watch.fd, F_SETPIPE_SZ, WIDE_PIPE);
}

void session_serve_early(struct session *session) {
  session->early = true;
  update_outputs(session);
}

void session_run(struct session *session, pid_t pid) {
  session->running = true;
  session->start_time = process_start_time(pid);
  process_add(&session->process, pid, on_exit);
  update_outputs(session);
  for (struct conn *conn = session->clients; conn != NULL; conn = conn->next_client) {
    conn_pump_input(conn);
    conn_update(conn);
  }
}

void session_abandon(struct session *session) {
  session->ended = true;
  session->running = false;
  watch_close(&session->input);
  for (int i = 0; i < 2; i++) watch_close(&session->outputs[i].watch);
}

bool session_resize(struct session *session, int64_t rows, int64_t columns) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  if (session->input.fd >= 0) return ioctl(session->input.fd, TIOCSWINSZ, &size) == 0;
  errno = ESRCH;
  return false;
}

int session_exit_signal(const struct session *session) {
  return WIFSIGNALED(session->status) ? WTERMSIG(session->status) : 0;
}

int session_exit_code(const struct session *session) {
  int signal = session_exit_signal(session);
  return signal != 0 ? 128 + signal : WEXITSTATUS(session->status);
}

void session_add_client(struct session *session, struct conn *conn) {
  struct conn **at = &session->clients;
  while (*at != NULL) at = &(*at)->next_client;
  conn->next_client = NULL;
  *at = conn;
}

void session_remove_client(struct session *session, struct conn *conn) {
  for (struct conn **at = &session->clients; *at != NULL; at = &(*at)->next_client)
    if (*at == conn) {
      *at = conn->next_client;
      return;
    }
}

void session_client_stalled(struct session *session, bool stalled) {
  session->stalled += stalled ? 1 : (unsigned)-1;
  update_outputs(session);
}

void session_end_clients(struct session *session) {
  while (session->clients != NULL) conn_end(session->clients);
}

static bool input_left(const struct session *session) {
  for (const struct conn *conn = session->clients; conn != NULL; conn = conn->next_client)
    if (conn->wants.in && conn->input.length > 0) return true;
  return false;
}

size_t session_write_input(struct session *session, const char *bytes, size_t length) {
  size_t written = 0;
  while (session->input.fd >= 0 && written < length) {
    ssize_t count = write(session->input.fd, bytes + written, length - written);
    if (count > 0) {
      written += (size_t)count;
    } else if (count < 0 && errno == EAGAIN) {
      watch_set(&session->input, EPOLLOUT);
      return written;
    } else if (count == 0 || errno != EINTR) {
      watch_close(&session->input);
    }
  }
  return length;
}

static void on_input(struct watch *watch, uint32_t events) {
  struct session *session =
      (struct session *)(void *)((char *)watch - offsetof(struct session, input));
  (void)events;
  watch_set(watch, 0);
  for (struct conn *conn = session->clients; conn != NULL; conn = conn->next_client)
    conn_pump_input(conn);
  if (session->input_closing && !input_left(session)) watch_close(&session->input);
}

void session_input_ended(struct session *session) {
  if (session->input_once && !session->tty) session_close_input(session);
}

void session_close_input(struct session *session) {
  session->input_closing = true;
  if (!input_left(session)) watch_close(&session->input);
}
