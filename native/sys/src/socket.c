/* Unix datagrams, which Node's own modules lack. */
#include "sys.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* sendDatagram(path, message): a path that begins with '@' is an abstract address. */
static napi_value sys_send_datagram(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct bytes message;
  char path[sizeof address.sun_path];
  if (!arguments_open(&a, env, info, "sendto", 2) || !argument_text(&a, 0, path, sizeof path) ||
      !argument_bytes(&a, 1, &message))
    return NULL;
  size_t length = strlen(path);
  memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);

  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return sys_throw(env, "socket", errno, path);
  ssize_t sent = sendto(fd, message.data, message.length, MSG_NOSIGNAL,
                        (struct sockaddr *)&address, size);
  int error = errno;
  close(fd);
  if (sent < 0) return sys_throw(env, "sendto", error, path);
  return sys_undefined(env);
}

const struct binding socket_bindings[] = {{"sendDatagram", sys_send_datagram}, {0}};
