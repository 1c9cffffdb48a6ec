/* netlink(7): sockets, and one request with all of its answers in a single call. */
#include "sys.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_SPACE 65536

struct open_request {
  int protocol;
  int fd;
  int error;
};

static void open_socket(void *context) {
  struct open_request *request = context;
  static const int options[] = {NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK};
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  const int on = 1;

  request->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, request->protocol);
  if (request->fd < 0) {
    request->error = errno;
    return;
  }
  /* Older kernels lack some of these; answers are then merely less detailed. */
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
    (void)setsockopt(request->fd, SOL_NETLINK, options[i], &on, sizeof on);
  if (bind(request->fd, (struct sockaddr *)&address, sizeof address) == 0) return;
  request->error = errno;
  close(request->fd);
}

/* netlinkOpen(protocol, namespace descriptor | -1) -> socket */
static napi_value sys_netlink_open(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct open_request request = {.fd = -1};
  int namespace_fd;
  if (!arguments_open(&a, env, info, "netlink", 2) || !argument_int(&a, 0, &request.protocol) ||
      !argument_int(&a, 1, &namespace_fd))
    return NULL;
  if (namespace_fd < 0) {
    open_socket(&request);
  } else {
    int error = within_network_namespace(namespace_fd, open_socket, &request);
    if (error != 0) return sys_throw(env, "setns", error, NULL);
  }
  if (request.error != 0) return sys_throw(env, "netlink", request.error, NULL);
  return sys_int(env, request.fd);
}

struct answer {
  uint8_t *data;
  size_t length;
  size_t capacity;
};

static int grow(struct answer *answer) {
  if (answer->capacity - answer->length >= RECEIVE_SPACE) return 0;
  size_t capacity = answer->capacity * 2 + RECEIVE_SPACE;
  uint8_t *data = realloc(answer->data, capacity);
  if (data == NULL) return ENOMEM;
  answer->data = data;
  answer->capacity = capacity;
  return 0;
}

/* The sequence number of the last message of a request, whose acknowledgement ends the exchange. */
static int last_sequence(const uint8_t *data, size_t length, uint32_t *sequence) {
  struct nlmsghdr header;
  size_t offset = 0;
  while (offset + sizeof header <= length) {
    memcpy(&header, data + offset, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > length - offset) return EINVAL;
    *sequence = header.nlmsg_seq;
    offset += NLMSG_ALIGN(header.nlmsg_len);
  }
  return offset == 0 ? EINVAL : 0;
}

/* True when one datagram holds the final acknowledgement or end of dump of `sequence`. */
static bool ends_exchange(const uint8_t *data, size_t length, uint32_t sequence) {
  struct nlmsghdr header;
  size_t offset = 0;
  while (offset + sizeof header <= length) {
    memcpy(&header, data + offset, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > length - offset) return true;
    if (header.nlmsg_seq == sequence &&
        (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR))
      return true;
    offset += NLMSG_ALIGN(header.nlmsg_len);
  }
  return false;
}

static int talk(int fd, const uint8_t *request, size_t length, struct answer *answer) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  uint32_t sequence = 0;
  int error = last_sequence(request, length, &sequence);
  if (error != 0) return error;
  while (sendto(fd, request, length, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
    if (errno != EINTR) return errno;
  for (;;) {
    error = grow(answer);
    if (error != 0) return error;
    struct iovec space = {answer->data + answer->length, answer->capacity - answer->length};
    struct sockaddr_nl sender;
    struct msghdr message = {
        .msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = &space, .msg_iovlen = 1};
    ssize_t received = recvmsg(fd, &message, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received < 0) return errno;
    if (message.msg_flags & MSG_TRUNC) return EMSGSIZE;
    if (sender.nl_pid != 0) continue;
    const uint8_t *datagram = answer->data + answer->length;
    answer->length += (size_t)received;
    if (ends_exchange(datagram, (size_t)received, sequence)) return 0;
  }
}

/* netlinkTalk(socket, request) -> every answer up to the last acknowledgement or end of dump */
static napi_value sys_netlink_talk(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct bytes request;
  struct answer answer = {0};
  int fd;
  if (!arguments_open(&a, env, info, "netlink", 2) || !argument_int(&a, 0, &fd) ||
      !argument_bytes(&a, 1, &request))
    return NULL;
  int error = talk(fd, request.data, request.length, &answer);
  napi_value value = error == 0 ? sys_bytes(env, answer.data, answer.length)
                                : sys_throw(env, "netlink", error, NULL);
  free(answer.data);
  return value;
}

struct talk_job {
  struct job job;
  int fd;
  uint8_t *request;
  size_t length;
  struct answer answer;
};

static void talk_run(struct job *job) {
  struct talk_job *work = (struct talk_job *)job;
  job->error = talk(work->fd, work->request, work->length, &work->answer);
}

static napi_value talk_value(napi_env env, struct job *job) {
  struct talk_job *work = (struct talk_job *)job;
  return sys_bytes(env, work->answer.data, work->answer.length);
}

static void talk_release(struct job *job) {
  struct talk_job *work = (struct talk_job *)job;
  free(work->request);
  free(work->answer.data);
}

/* netlinkTalkAsync(socket, request) -> promise; nothing else may use the socket until it settles. */
static napi_value sys_netlink_talk_async(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct bytes request;
  int fd;
  if (!arguments_open(&a, env, info, "netlink", 2) || !argument_int(&a, 0, &fd) ||
      !argument_bytes(&a, 1, &request))
    return NULL;
  struct talk_job *work = calloc(1, sizeof *work);
  uint8_t *copy = malloc(request.length + 1);
  if (work == NULL || copy == NULL) {
    free(work);
    free(copy);
    return sys_throw(env, "netlink", ENOMEM, NULL);
  }
  if (request.length > 0) memcpy(copy, request.data, request.length);
  work->job = (struct job){
      .run = talk_run, .value = talk_value, .release = talk_release, .syscall = "netlink"};
  work->fd = fd;
  work->request = copy;
  work->length = request.length;
  return job_start(env, &work->job);
}

const struct binding netlink_bindings[] = {
    {"netlinkOpen", sys_netlink_open},
    {"netlinkTalk", sys_netlink_talk},
    {"netlinkTalkAsync", sys_netlink_talk_async},
    {0},
};
