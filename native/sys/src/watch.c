/* Messages that the kernel sends to a netlink(7) group, as a stream that an event loop can read. */
#include "sys.h"

#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_SPACE 65536
#define QUEUE_SPACE (4 * 1024 * 1024)

struct watch {
  int netlink;
  int stream;
};

static bool write_all(int fd, const uint8_t *data, size_t length) {
  while (length > 0) {
    ssize_t sent = send(fd, data, length, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    data += sent;
    length -= (size_t)sent;
  }
  return true;
}

/* One datagram of the kernel's, or NLMSG_OVERRUN when some were lost. False at the end of the watch. */
static bool pass_on(const struct watch *watch, uint8_t *space) {
  struct sockaddr_nl sender;
  socklen_t size = sizeof sender;
  ssize_t length = recvfrom(watch->netlink, space, RECEIVE_SPACE, MSG_DONTWAIT | MSG_TRUNC,
                            (struct sockaddr *)&sender, &size);
  if (length < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (length < 0 && errno != ENOBUFS) return false;
  if (length < 0 || length > RECEIVE_SPACE) {
    const struct nlmsghdr lost = {.nlmsg_len = sizeof lost, .nlmsg_type = NLMSG_OVERRUN};
    return write_all(watch->stream, (const uint8_t *)&lost, sizeof lost);
  }
  return sender.nl_pid != 0 || write_all(watch->stream, space, (size_t)length);
}

/* Ends when the reader has closed its end of the stream. */
static void *watch_run(void *data) {
  struct watch *watch = data;
  uint8_t *space = malloc(RECEIVE_SPACE);
  struct pollfd fds[] = {{.fd = watch->netlink, .events = POLLIN}, {.fd = watch->stream}};
  while (space != NULL) {
    if (poll(fds, 2, -1) < 0 && errno != EINTR) break;
    if (fds[1].revents != 0) break;
    if (fds[0].revents != 0 && !pass_on(watch, space)) break;
  }
  free(space);
  close(watch->netlink);
  close(watch->stream);
  free(watch);
  return NULL;
}

static int open_group(int protocol, int group) {
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  const int space = QUEUE_SPACE;
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (fd < 0) return -1;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &space, sizeof space) < 0)
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &space, sizeof space);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
      setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) == 0)
    return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

static int start_thread(struct watch *watch) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 128 * 1024);
  int error = pthread_create(&thread, &attributes, watch_run, watch);
  pthread_attr_destroy(&attributes);
  return error;
}

/* netlinkWatch(protocol, group) -> socket of messages; closing it ends the watch */
static napi_value sys_netlink_watch(napi_env env, napi_callback_info info) {
  struct arguments a;
  int protocol, group;
  int pair[2];
  if (!arguments_open(&a, env, info, "netlink", 2) || !argument_int(&a, 0, &protocol) ||
      !argument_int(&a, 1, &group))
    return NULL;
  int netlink = open_group(protocol, group);
  if (netlink < 0) return sys_throw(env, "netlink", errno, NULL);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
    int error = errno;
    close(netlink);
    return sys_throw(env, "socketpair", error, NULL);
  }
  struct watch *watch = malloc(sizeof *watch);
  int error = ENOMEM;
  if (watch != NULL) {
    *watch = (struct watch){.netlink = netlink, .stream = pair[1]};
    error = start_thread(watch);
  }
  if (error == 0) return sys_int(env, pair[0]);
  free(watch);
  close(netlink);
  close(pair[0]);
  close(pair[1]);
  return sys_throw(env, "pthread_create", error, NULL);
}

const struct binding watch_bindings[] = {{"netlinkWatch", sys_netlink_watch}, {0}};
