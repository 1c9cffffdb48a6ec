#include "log-buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log-file.h"
#include "log.h"
#include "loop.h"
#include "options.h"
#include "process.h"
#include "title.h"

#define WRITER_FD 3
#define RESTART_MS 1000

/* What the writer has done so far; sent after each change. */
struct account {
  int64_t dropped;
  int64_t rotations;
};

static char *ring;
static size_t capacity, begin, used;
static int64_t dropped;
static struct account account;
static struct process writer;
static struct watch link_watch;
static struct timer timer;
static bool mid_line; /* the writer that comes next gets the rest of a line first */
static void (*on_change)(void);
static void (*on_finish)(void);
static bool finishing;

static bool send_account(struct account *last) {
  struct account now = {log_file_dropped(), log_file_rotations()};
  if (now.dropped == last->dropped && now.rotations == last->rotations) return true;
  *last = now;
  /* Nobody may read it any more. */
  return send(WRITER_FD, &now, sizeof now, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof now;
}

/* As read(2); memory is given back before a wait. */
static ssize_t next_bytes(char *bytes, size_t length) {
  ssize_t count = recv(WRITER_FD, bytes + length, LOG_BATCH - length, MSG_DONTWAIT);
  if (count >= 0 || errno != EAGAIN) return count;
  if (length == 0) pages_release(bytes, LOG_BATCH);
  return recv(WRITER_FD, bytes + length, LOG_BATCH - length, 0);
}

static _Noreturn void writer_main(int end) {
  struct fault fault;
  struct account last = {0, 0};
  char *bytes = pages_take(LOG_BATCH);
  size_t length = 0;
  ssize_t count;
  if (end != WRITER_FD) dup2(end, WRITER_FD);
  log_file_close();
  syscall(SYS_close_range, WRITER_FD + 1, ~0U, 0);
  prctl(PR_SET_NAME, "berth-log");
  title_set("berth-shim-log ");
  if (bytes == NULL || !log_file_open(&fault)) _exit(1);
  while ((count = next_bytes(bytes, length)) != 0) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    length += (size_t)count;
    const char *newline = memrchr(bytes, '\n', length);
    if (newline == NULL) continue;
    size_t whole = (size_t)(newline - bytes) + 1, cut = 0;
    if (mid_line) cut = (size_t)((char *)memchr(bytes, '\n', whole) - bytes) + 1;
    mid_line = false;
    log_file_write(bytes + cut, whole - cut);
    length -= whole;
    memmove(bytes, bytes + whole, length);
    send_account(&last);
  }
  _exit(0);
}

static void finish(void) {
  void (*finished)(void) = on_finish;
  on_finish = NULL;
  timer_disarm(&timer);
  watch_close(&link_watch);
  if (finished != NULL) finished();
}

static void on_time(struct timer *fired) {
  (void)fired;
  finish();
}

static void take(size_t count) {
  begin = (begin + count) % capacity;
  used -= count;
  if (used == 0) begin = 0;
}

void log_buffer_idle(void) {
  if (used == 0) pages_release(ring, capacity);
}

/* Hands over what the writer's socket takes now. */
static void pass_on(void) {
  while (used > 0 && link_watch.fd >= 0) {
    size_t piece = used < capacity - begin ? used : capacity - begin;
    ssize_t count = send(link_watch.fd, ring + begin, piece, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    mid_line = ring[(begin + (size_t)count - 1) % capacity] != '\n';
    take((size_t)count);
  }
  if (link_watch.fd < 0) return;
  watch_set(&link_watch, used > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN);
  if (finishing && used == 0) shutdown(link_watch.fd, SHUT_WR);
}

static void on_link(struct watch *watch, uint32_t events) {
  struct account news;
  int64_t before = account.rotations;
  ssize_t count;
  while ((count = recv(watch->fd, &news, sizeof news, MSG_DONTWAIT)) == (ssize_t)sizeof news)
    account = news;
  if (account.rotations != before) on_change();
  if (count == 0 || (events & EPOLLERR))
    watch_close(watch);
  else
    pass_on();
}

static bool start_writer(void);

static void on_restart(struct timer *fired) {
  if (!start_writer()) timer_arm(fired, RESTART_MS, on_restart);
}

static void on_writer_end(struct process *process, int status) {
  (void)process;
  (void)status;
  watch_close(&link_watch);
  dropped += account.dropped;
  account = (struct account){0, 0};
  if (finishing)
    finish();
  else
    timer_arm(&timer, RESTART_MS, on_restart);
}

static bool start_writer(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
  pid_t pid = fork();
  if (pid == 0) writer_main(ends[1]);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return false;
  }
  watch_init(&link_watch, ends[0], on_link);
  process_add(&writer, pid, on_writer_end);
  pass_on();
  return true;
}

bool log_buffer_open(void (*changed)(void), struct fault *fault) {
  on_change = changed;
  capacity = options.log_buffer > LOG_BATCH ? (size_t)options.log_buffer : LOG_BATCH;
  ring = pages_take(capacity);
  if (ring == NULL) return fault_errno(fault, "launch", "memory", NULL);
  if (!start_writer()) return fault_errno(fault, "launch", "log-writer", NULL);
  log_file_close();
  return true;
}

/* How many bytes of the lines there is room for. One line always goes into an empty buffer. */
static size_t room_for(const char *lines, size_t length) {
  size_t limit = (size_t)options.log_buffer;
  size_t room = used < limit ? limit - used : 0;
  if (room >= length) return length;
  const char *newline = room == 0 ? NULL : memrchr(lines, '\n', room);
  if (newline == NULL && used == 0) newline = memchr(lines, '\n', length);
  return newline == NULL ? 0 : (size_t)(newline - lines) + 1;
}

void log_buffer_put(const char *lines, size_t length) {
  size_t taken = room_for(lines, length);
  size_t end = (begin + used) % capacity;
  size_t first = taken < capacity - end ? taken : capacity - end;
  dropped += (int64_t)(length - taken);
  memcpy(ring + end, lines, first);
  memcpy(ring, lines + first, taken - first);
  used += taken;
  pass_on();
}

void log_buffer_finish(void (*finished)(void)) {
  finishing = true;
  on_finish = finished;
  if (writer.pid <= 0) {
    finish();
    return;
  }
  timer_arm(&timer, options.drain_ms, on_time);
  pass_on();
}

int64_t log_buffer_dropped(void) {
  return dropped + account.dropped;
}
