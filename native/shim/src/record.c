#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

void record_exit(struct text *text, const struct session *session) {
  text_string(text, "\"code\":");
  text_number(text, session_exit_code(session));
  text_string(text, ",\"signal\":");
  text_number(text, session_exit_signal(session));
  text_string(text, ",\"exitedAt\":\"");
  text_time(text, &session->exited_at);
  text_string(text, "\"");
}

static bool write_whole(int fd, const struct text *text) {
  size_t written = 0;
  while (written < text->length) {
    ssize_t count = write(fd, text->data + written, text->length - written);
    if (count > 0)
      written += (size_t)count;
    else if (count == 0 || errno != EINTR)
      return false;
  }
  return true;
}

bool record_write(const char *path, const struct text *text) {
  char temporary[PATH_MAX];
  struct text name;
  text_init(&name, temporary, sizeof temporary);
  text_string(&name, path);
  text_string(&name, ".tmp");
  if (!text_finish(&name)) {
    errno = ENAMETOOLONG;
    return false;
  }
  int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  bool written = write_whole(fd, text);
  int error = errno;
  close(fd);
  if (written && rename(temporary, path) == 0) return true;
  if (written) error = errno;
  unlink(temporary);
  errno = error;
  return false;
}
