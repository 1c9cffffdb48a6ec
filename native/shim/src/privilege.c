#include "privilege.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static const char path[] = "/proc/self/oom_score_adj";
static char original[8];

static bool write_score(const char *score) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  size_t length = strlen(score);
  bool written = write(fd, score, length) == (ssize_t)length;
  close(fd);
  return written;
}

void privilege_take(void) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t length = read(fd, original, sizeof original - 1);
  close(fd);
  original[length > 0 ? length : 0] = '\0';
  if (!write_score("-998") && original[0] != '-') write_score("0");
}

void privilege_restore(void) {
  if (original[0] != '\0') write_score(original);
}
