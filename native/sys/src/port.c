/* Ports of this host, taken without being served: Node can only bind TCP by listening. */
#include "sys.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
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

/* How a port is taken. */
struct bind_options {
  int protocol;
  /* With an IPv6 wildcard: IPv4 too. */
  bool dual;
};

static int bind_once(const union address *address, socklen_t size, struct bind_options options,
                     bool reuse) {
  const int on = 1, off = 0, only = !options.dual;
  int fd = socket(address->any.sa_family,
                  socket_type(options.protocol) | SOCK_CLOEXEC | SOCK_NONBLOCK, options.protocol);
  if (fd < 0) return -1;
  bool ready = address->any.sa_family != AF_INET6 ||
               setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) == 0;
  ready = ready && (!reuse || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
  if (ready && bind(fd, &address->any, size) == 0) {
    /* Marked like this, a socket that does not listen would keep nobody else from the port. */
    if (reuse) (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &off, sizeof off);
    return fd;
  }
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/*
 * A descriptor of a socket that is bound and does not listen, so the kernel refuses the port to everybody
 * else and answers no connection on it; -1 with errno. Old connections in TIME_WAIT are in the way of a
 * plain bind; with SO_REUSEADDR only a socket in real use is.
 */
static int bind_port(const char *text, uint16_t port, struct bind_options options) {
  union address address;
  socklen_t size = address_parse(text, port, &address);
  if (size == 0) {
    errno = EINVAL;
    return -1;
  }
  int fd = bind_once(&address, size, options, false);
  if (fd < 0 && errno == EADDRINUSE && options.protocol == IPPROTO_TCP)
    fd = bind_once(&address, size, options, true);
  return fd;
}

/* bindPort(address, port, protocol) -> descriptor */
static napi_value sys_bind_port(napi_env env, napi_callback_info info) {
  struct arguments a;
  char text[INET6_ADDRSTRLEN];
  struct bind_options options = {0};
  int port = 0;
  if (!arguments_open(&a, env, info, "bind", 3) || !argument_text(&a, 0, text, sizeof text) ||
      !argument_int(&a, 1, &port) || !argument_int(&a, 2, &options.protocol))
    return NULL;
  if (port < 0 || port > UINT16_MAX) return sys_throw(env, "bind", EINVAL, text);
  int fd = bind_port(text, (uint16_t)port, options);
  if (fd < 0) return sys_throw(env, "bind", errno, text);
  return sys_int(env, fd);
}

/* Ports that follow each other, all on one address. */
struct range_job {
  struct job job;
  char address[INET6_ADDRSTRLEN];
  struct bind_options options;
  int first, count, bound;
  int32_t *descriptors;
};

static void descriptors_close(const int32_t *descriptors, size_t count) {
  for (size_t i = 0; i < count; i++) close(descriptors[i]);
}

/* Which address of a dual one is taken: a port in use by IPv4 is told as such. */
static const char *refusing_address(const struct range_job *work, uint16_t port) {
  if (!work->options.dual) return work->address;
  int fd = bind_port("0.0.0.0", port, (struct bind_options){.protocol = work->options.protocol});
  if (fd < 0) return "0.0.0.0";
  close(fd);
  return work->address;
}

static void range_run(struct job *job) {
  struct range_job *work = (struct range_job *)job;
  for (work->bound = 0; work->bound < work->count; work->bound++) {
    uint16_t port = (uint16_t)(work->first + work->bound);
    int fd = bind_port(work->address, port, work->options);
    if (fd >= 0) {
      work->descriptors[work->bound] = fd;
      continue;
    }
    char place[INET6_ADDRSTRLEN + 16];
    job->error = errno;
    const char *address = errno == EADDRINUSE ? refusing_address(work, port) : work->address;
    snprintf(place, sizeof place, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address, port);
    job->path = strdup(place);
    descriptors_close(work->descriptors, (size_t)work->bound);
    return;
  }
}

static napi_value range_value(napi_env env, struct job *job) {
  struct range_job *work = (struct range_job *)job;
  return sys_bytes(env, work->descriptors, (size_t)work->count * sizeof *work->descriptors);
}

static void range_release(struct job *job) { free(((struct range_job *)job)->descriptors); }

/* The arguments (address, first, count, protocol, dual) as a job; NULL with an exception thrown. */
static struct range_job *range_open(struct arguments *a, napi_env env, napi_callback_info info) {
  struct range_job *work = calloc(1, sizeof *work);
  if (work == NULL) {
    sys_throw(env, "bind", ENOMEM, NULL);
    return NULL;
  }
  work->job = (struct job){
      .run = range_run, .value = range_value, .release = range_release, .syscall = "bind"};
  if (arguments_open(a, env, info, "bind", 5) &&
      argument_text(a, 0, work->address, sizeof work->address) &&
      argument_int(a, 1, &work->first) && argument_int(a, 2, &work->count) &&
      argument_int(a, 3, &work->options.protocol) && argument_bool(a, 4, &work->options.dual)) {
    bool valid = work->first >= 0 && work->count > 0 && work->count <= UINT16_MAX + 1 - work->first;
    if (valid) work->descriptors = malloc((size_t)work->count * sizeof *work->descriptors);
    if (work->descriptors != NULL) return work;
    sys_throw(env, "bind", valid ? ENOMEM : EINVAL, work->address);
  }
  free(work);
  return NULL;
}

/*
 * bindRange(address, first, count, protocol, dual) -> descriptors, as a Buffer of int32. All or none: the
 * error names the address and port that could not be had.
 */
static napi_value sys_bind_range(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct range_job *work = range_open(&a, env, info);
  if (work == NULL) return NULL;
  range_run(&work->job);
  napi_value value = work->job.error == 0
                         ? range_value(env, &work->job)
                         : sys_throw(env, "bind", work->job.error, work->job.path);
  range_release(&work->job);
  free(work->job.path);
  free(work);
  return value;
}

/* bindRangeAsync(…) -> promise of the same, from the thread pool */
static napi_value sys_bind_range_async(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct range_job *work = range_open(&a, env, info);
  return work == NULL ? NULL : job_start(env, &work->job);
}

struct close_job {
  struct job job;
  size_t count;
  int32_t *descriptors;
};

static void close_run(struct job *job) {
  struct close_job *work = (struct close_job *)job;
  descriptors_close(work->descriptors, work->count);
}

static void close_release(struct job *job) { free(((struct close_job *)job)->descriptors); }

/* closeRangeAsync(descriptors) -> promise: closing many sockets takes as long as opening them. */
static napi_value sys_close_range_async(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct bytes given;
  if (!arguments_open(&a, env, info, "close", 1) || !argument_bytes(&a, 0, &given)) return NULL;
  struct close_job *work = calloc(1, sizeof *work);
  int32_t *copy = malloc(given.length + 1);
  if (work == NULL || copy == NULL) {
    free(work);
    free(copy);
    return sys_throw(env, "close", ENOMEM, NULL);
  }
  if (given.length > 0) memcpy(copy, given.data, given.length);
  work->job = (struct job){.run = close_run, .release = close_release, .syscall = "close"};
  work->count = given.length / sizeof *copy;
  work->descriptors = copy;
  return job_start(env, &work->job);
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
    {"bindPort", sys_bind_port},
    {"bindRange", sys_bind_range},
    {"bindRangeAsync", sys_bind_range_async},
    {"closeRangeAsync", sys_close_range_async},
    {"connectPort", sys_connect_port},
    {0},
};
