/* Ports of this host, taken without being served: Node can only bind TCP by listening. */
#include "sys.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

/* Fills `out` from a numeric address; its size, or 0 when `text` is none. */
static socklen_t address_parse(const char *text, uint16_t port, union address *out) {
  memset(out, 0, sizeof *out);
  if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons(port);
    return sizeof out->v4;
  }
  if (inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1) {
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons(port);
    return sizeof out->v6;
  }
  return 0;
}

static int socket_type(int protocol) { return protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM; }

static int bind_once(const union address *address, socklen_t size, int protocol, bool reuse) {
  const int on = 1;
  int fd = socket(address->any.sa_family, socket_type(protocol) | SOCK_CLOEXEC | SOCK_NONBLOCK,
                  protocol);
  if (fd < 0) return -1;
  bool ready = address->any.sa_family != AF_INET6 ||
               setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0;
  ready = ready && (!reuse || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
  if (ready && bind(fd, &address->any, size) == 0) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/*
 * bindPort(address, port, protocol): a descriptor of a socket that is bound and does not listen, so the
 * kernel refuses the port to everybody else and answers no connection on it. Old connections in
 * TIME_WAIT are in the way of a plain bind; with SO_REUSEADDR only a socket in real use is.
 */
static napi_value sys_bind_port(napi_env env, napi_callback_info info) {
  struct arguments a;
  char text[INET6_ADDRSTRLEN];
  int port = 0;
  int protocol = 0;
  if (!arguments_open(&a, env, info, "bind", 3) || !argument_text(&a, 0, text, sizeof text) ||
      !argument_int(&a, 1, &port) || !argument_int(&a, 2, &protocol))
    return NULL;
  union address address;
  if (port < 0 || port > UINT16_MAX) return sys_throw(env, "bind", EINVAL, text);
  socklen_t size = address_parse(text, (uint16_t)port, &address);
  if (size == 0) return sys_throw(env, "bind", EINVAL, text);
  int fd = bind_once(&address, size, protocol, false);
  if (fd < 0 && errno == EADDRINUSE && protocol == IPPROTO_TCP)
    fd = bind_once(&address, size, protocol, true);
  if (fd < 0) return sys_throw(env, "bind", errno, text);
  return sys_int(env, fd);
}

/* A socket on its way to the address, or -1 with errno. */
static int connect_once(const struct addrinfo *target, int protocol) {
  int fd = socket(target->ai_family, socket_type(protocol) | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) return -1;
  if (connect(fd, target->ai_addr, target->ai_addrlen) == 0 || errno == EINPROGRESS) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/*
 * connectPort(address, port, protocol): a descriptor of a socket that is connected (udp) or connecting
 * (tcp). The address is numeric and may name a zone, `fe80::1%eth0`.
 */
static napi_value sys_connect_port(napi_env env, napi_callback_info info) {
  struct arguments a;
  char text[NI_MAXHOST];
  char service[16];
  int port = 0;
  int protocol = 0;
  if (!arguments_open(&a, env, info, "connect", 3) || !argument_text(&a, 0, text, sizeof text) ||
      !argument_int(&a, 1, &port) || !argument_int(&a, 2, &protocol))
    return NULL;
  if (port < 0 || port > UINT16_MAX) return sys_throw(env, "connect", EINVAL, text);
  snprintf(service, sizeof service, "%d", port);
  const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                 .ai_socktype = socket_type(protocol)};
  struct addrinfo *target = NULL;
  if (getaddrinfo(text, service, &hints, &target) != 0)
    return sys_throw(env, "connect", EINVAL, text);
  int fd = connect_once(target, protocol);
  int error = errno;
  freeaddrinfo(target);
  if (fd < 0) return sys_throw(env, "connect", error, text);
  return sys_int(env, fd);
}

const struct binding port_bindings[] = {
    {"bindPort", sys_bind_port}, {"connectPort", sys_connect_port}, {0}};
