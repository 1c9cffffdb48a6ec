/* The shim's listening socket. */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "conn.h"

#define RETRY_MS 100

static struct watch listener;
static struct timer retry;

static void on_retry(struct timer *timer) {
  (void)timer;
  watch_set(&listener, EPOLLIN);
}

static void on_connect(struct watch *watch, uint32_t events) {
  (void)events;
  int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC);
  if (fd >= 0) {
    conn_open(fd, false);
  } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
    watch_set(watch, 0);
    timer_arm(&retry, RETRY_MS, on_retry);
  }
}

/* Removes the socket of a shim that is dead; one that answers is not replaced. */
static bool clear_name(const struct sockaddr_un *address) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  bool answers = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ||
                 errno == EAGAIN;
  close(fd);
  if (answers) {
    errno = EADDRINUSE;
    return false;
  }
  return unlink(address->sun_path) == 0 || errno == ENOENT;
}

bool conn_listen(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(name);
  if (length >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return false;
  }
  memcpy(address.sun_path, name, length);
  if (!clear_name(&address)) return false;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  watch_init(&listener, fd, on_connect);
  mode_t mask = umask(0177);
  bool bound = bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
  umask(mask);
  if (!bound || listen(fd, 128) != 0) return false;
  watch_set(&listener, EPOLLIN);
  return true;
}

void conn_stop_listening(const char *name) {
  timer_disarm(&retry);
  unlink(name);
  watch_close(&listener);
}
