#include "console.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "text.h"

int console_listen(char *name, size_t capacity) {
  static int64_t number;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct text text;
  text_init(&text, name, capacity);
  text_string(&text, "console-");
  text_number(&text, ++number);
  text_string(&text, ".sock");
  text_finish(&text);
  memcpy(address.sun_path, name, text.length + 1);
  unlink(name);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  mode_t mask = umask(0177);
  bool listens = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                 listen(fd, 1) == 0;
  umask(mask);
  if (listens) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

int console_receive(int listener) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control = {0};
  char bytes[256];
  struct iovec part = {bytes, sizeof bytes};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t received = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  close(fd);
  struct cmsghdr *header = received < 0 ? NULL : CMSG_FIRSTHDR(&message);
  if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
      header->cmsg_len != CMSG_LEN(sizeof(int))) {
    if (received >= 0) errno = EPROTO;
    return -1;
  }
  int master;
  memcpy(&master, CMSG_DATA(header), sizeof master);
  return master;
}
