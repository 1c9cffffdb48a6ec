#include "conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "control.h"
#include "options.h"

/* A subscriber that lets this much pile up is dropped. */
#define LINES_BACKLOG_MAX (256 * 1024)

static struct conn *conns;
static unsigned count;

static void on_ready(struct watch *watch, uint32_t events);

static void backlog_clear(struct backlog *backlog) {
  free(backlog->data);
  *backlog = (struct backlog){0};
}

static bool backlog_append(struct backlog *backlog, const void *bytes, size_t length) {
  size_t end = backlog->offset + backlog->length;
  if (length == 0) return true;
  if (end + length > backlog->capacity) {
    size_t capacity = backlog->capacity == 0 ? 4096 : backlog->capacity;
    while (capacity < end + length) capacity *= 2;
    char *data = realloc(backlog->data, capacity);
    if (data == NULL) return false;
    backlog->data = data;
    backlog->capacity = capacity;
  }
  memcpy(backlog->data + end, bytes, length);
  backlog->length += length;
  return true;
}

static void backlog_consume(struct backlog *backlog, size_t length) {
  backlog->offset += length;
  backlog->length -= length;
  if (backlog->length == 0) backlog_clear(backlog);
}

struct conn *conn_open(int fd, bool primary) {
  struct conn *conn = count < CONN_MAX ? calloc(1, sizeof *conn) : NULL;
  struct watch watch;
  watch_init(&watch, fd, on_ready);
  if (conn == NULL) {
    watch_close(&watch);
    return NULL;
  }
  conn->watch = watch;
  conn->primary = primary;
  conn->subscribed = primary;
  conn->next = conns;
  conns = conn;
  count++;
  conn_update(conn);
  return conn;
}

static void leave_session(struct conn *conn) {
  struct session *session = conn->session;
  if (session == NULL) return;
  conn->session = NULL;
  session_remove_client(session, conn);
  if (conn->stalled) session_client_stalled(session, false);
  conn->stalled = false;
}

static void conn_close(struct conn *conn) {
  leave_session(conn);
  control_forget(conn);
  for (struct conn **at = &conns; *at != NULL; at = &(*at)->next)
    if (*at == conn) {
      *at = conn->next;
      break;
    }
  count--;
  timer_disarm(&conn->linger);
  watch_close(&conn->watch);
  backlog_clear(&conn->output);
  backlog_clear(&conn->input);
  free(conn);
  control_conn_closed();
}

static void on_linger_over(struct timer *timer) {
  conn_close((struct conn *)(void *)((char *)timer - offsetof(struct conn, linger)));
}

/* Only a connection's own handlers free it; everybody else leaves that to the next round of the loop. */
static void close_soon(struct conn *conn) {
  timer_arm(&conn->linger, 0, on_linger_over);
}

static void update_stalled(struct conn *conn) {
  bool stalled = conn->session != NULL && conn->output.length > 0;
  if (stalled == conn->stalled) return;
  conn->stalled = stalled;
  session_client_stalled(conn->session, stalled);
}

void conn_update(struct conn *conn) {
  bool input_done = conn->input_ended && conn->input.length == 0;
  uint32_t events = conn->output.length > 0 && !conn->peer_gone ? EPOLLOUT : 0;
  switch (conn->mode) {
    case CONN_LINES:
      events |= EPOLLIN;
      break;
    case CONN_ENDING:
      if (!conn->input_ended) events |= EPOLLIN;
      break;
    case CONN_WAITING:
      if (!conn->peer_gone) events |= EPOLLHUP;
      break;
    case CONN_STREAM:
      if (!conn->input_ended && conn->input.length == 0 && conn->session->running)
        events |= EPOLLIN;
      if (!conn->peer_gone) events |= EPOLLHUP;
      if (conn->peer_gone && input_done) close_soon(conn);
      break;
  }
  watch_set(&conn->watch, events);
}

static void lose_peer(struct conn *conn) {
  conn->peer_gone = true;
  backlog_clear(&conn->output);
  update_stalled(conn);
  if (conn->mode == CONN_LINES || conn->mode == CONN_ENDING) close_soon(conn);
  conn_update(conn);
}

static void send_parts(struct conn *conn, struct iovec *parts, int number) {
  size_t sent = 0;
  if (conn->peer_gone) return;
  if (conn->output.length == 0) {
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)number};
    ssize_t result = sendmsg(conn->watch.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (result < 0 && errno != EAGAIN && errno != EINTR && errno != ENOBUFS) {
      lose_peer(conn);
      return;
    }
    if (result > 0) sent = (size_t)result;
  }
  bool kept = true;
  for (int i = 0; i < number; i++) {
    size_t skip = sent < parts[i].iov_len ? sent : parts[i].iov_len;
    sent -= skip;
    kept = kept && backlog_append(&conn->output, (char *)parts[i].iov_base + skip,
                                  parts[i].iov_len - skip);
  }
  if (!kept || (conn->mode == CONN_LINES && conn->output.length > LINES_BACKLOG_MAX)) {
    lose_peer(conn);
    return;
  }
  update_stalled(conn);
  conn_update(conn);
}

void conn_send(struct conn *conn, const struct text *text) {
  struct iovec part = {text->data, text->length};
  send_parts(conn, &part, 1);
}

void conn_broadcast(const struct text *text) {
  for (struct conn *conn = conns; conn != NULL; conn = conn->next)
    if (conn->subscribed && conn->mode == CONN_LINES) conn_send(conn, text);
}

void conn_send_output(struct conn *conn, enum output_number number, const char *bytes,
                      size_t length) {
  unsigned char header[8] = {(unsigned char)number,        0, 0, 0, (unsigned char)(length >> 24),
                             (unsigned char)(length >> 16), (unsigned char)(length >> 8),
                             (unsigned char)length};
  struct iovec parts[2] = {{header, sizeof header}, {(void *)(uintptr_t)bytes, length}};
  bool framed = !conn->session->tty;
  if (number == OUTPUT_STDOUT ? !conn->wants.out : !conn->wants.err) return;
  send_parts(conn, framed ? parts : parts + 1, framed ? 2 : 1);
}

void conn_become_stream(struct conn *conn, struct session *session, struct stream_choice wants) {
  conn->mode = CONN_STREAM;
  conn->wants = wants;
  conn->session = session;
  session_add_client(session, conn);
  update_stalled(conn);
  conn_pump_input(conn);
  conn_update(conn);
}

void conn_pump_input(struct conn *conn) {
  struct session *session = conn->session;
  if (session == NULL || !session->running || conn->input.length == 0) return;
  const char *bytes = conn->input.data + conn->input.offset;
  size_t taken = conn->wants.in ? session_write_input(session, bytes, conn->input.length)
                                : conn->input.length;
  backlog_consume(&conn->input, taken);
  if (conn->input.length == 0 && conn->input_ended && conn->wants.in) session_input_ended(session);
  conn_update(conn);
}

static void stream_input_ended(struct conn *conn) {
  conn->input_ended = true;
  if (conn->wants.in) session_input_ended(conn->session);
  conn_update(conn);
}

static void read_stream(struct conn *conn) {
  char *io = io_buffer();
  ssize_t length = recv(conn->watch.fd, io, IO_SIZE, MSG_DONTWAIT);
  if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (length <= 0) {
    stream_input_ended(conn);
    return;
  }
  if (!conn->wants.in) return;
  size_t taken = session_write_input(conn->session, io, (size_t)length);
  if (!backlog_append(&conn->input, io + taken, (size_t)length - taken)) lose_peer(conn);
  conn_update(conn);
}

/* Serves every whole line; what is left is the beginning of the next one, or of a stream. */
static void read_requests(struct conn *conn) {
  char *io = io_buffer();
  size_t length = conn->input.length, at = 0;
  if (length > 0) memcpy(io, conn->input.data + conn->input.offset, length);
  ssize_t received = recv(conn->watch.fd, io + length, REQUEST_MAX - length, MSG_DONTWAIT);
  if (received < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (received <= 0) {
    conn->input_ended = true;
    conn_end(conn);
    return;
  }
  length += (size_t)received;
  backlog_clear(&conn->input);
  while (conn->mode == CONN_LINES) {
    char *newline = memchr(io + at, '\n', length - at);
    if (newline == NULL) break;
    control_request(conn, io + at, (size_t)(newline - io) - at);
    at = (size_t)(newline - io) + 1;
  }
  if (conn->mode == CONN_LINES && length - at >= REQUEST_MAX) {
    control_line_too_long(conn);
    conn_end(conn);
  }
  if (conn->mode == CONN_ENDING) return;
  if (!backlog_append(&conn->input, io + at, length - at)) lose_peer(conn);
  conn_pump_input(conn);
  conn_update(conn);
}

/* With everything sent the client sees the end; without anything to read any more we are done. */
static void end_if_flushed(struct conn *conn) {
  if (conn->output.length > 0) return;
  shutdown(conn->watch.fd, SHUT_WR);
  if (conn->input_ended || conn->peer_gone) close_soon(conn);
}

static void flush_output(struct conn *conn) {
  while (conn->output.length > 0) {
    ssize_t sent = send(conn->watch.fd, conn->output.data + conn->output.offset,
                        conn->output.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == ENOBUFS)) break;
    if (sent <= 0) {
      lose_peer(conn);
      return;
    }
    backlog_consume(&conn->output, (size_t)sent);
    if (conn->mode == CONN_ENDING) timer_arm(&conn->linger, options.linger_ms, on_linger_over);
  }
  if (conn->mode == CONN_ENDING) end_if_flushed(conn);
  update_stalled(conn);
  conn_update(conn);
}

void conn_end(struct conn *conn) {
  if (conn->mode == CONN_ENDING) return;
  leave_session(conn);
  conn->mode = CONN_ENDING;
  backlog_clear(&conn->input);
  timer_arm(&conn->linger, options.linger_ms, on_linger_over);
  end_if_flushed(conn);
  conn_update(conn);
}

/* Input after the end is read and thrown away, so that the client does not see a reset. */
static void discard_input(struct conn *conn) {
  ssize_t length = recv(conn->watch.fd, io_buffer(), IO_SIZE, MSG_DONTWAIT);
  if (length > 0 || (length < 0 && (errno == EAGAIN || errno == EINTR))) return;
  conn->input_ended = true;
  end_if_flushed(conn);
  conn_update(conn);
}

static void on_ready(struct watch *watch, uint32_t events) {
  struct conn *conn = (struct conn *)watch;
  bool streams = conn->mode == CONN_WAITING || conn->mode == CONN_STREAM;
  if (events & EPOLLOUT) flush_output(conn);
  /* Both directions are shut. Elsewhere that is seen by reading. */
  if (streams && (events & (EPOLLHUP | EPOLLERR)) && !conn->peer_gone) lose_peer(conn);
  if (!(events & (EPOLLIN | EPOLLHUP))) return;
  if (conn->mode == CONN_LINES)
    read_requests(conn);
  else if (conn->mode == CONN_ENDING)
    discard_input(conn);
  else if (conn->mode == CONN_STREAM && (events & EPOLLIN) && conn->session->running)
    read_stream(conn);
}

void conn_end_all(void) {
  for (struct conn *conn = conns; conn != NULL; conn = conn->next) conn_end(conn);
}

bool conn_none_left(void) {
  return conns == NULL;
}
