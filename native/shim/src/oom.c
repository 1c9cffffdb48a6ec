#include "oom.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "loop.h"
#include "options.h"

/* cgroup v1 tells of the shortage before it counts the kill. */
#define RECHECK_MS 50
#define RECHECKS 20

static struct watch watch;
static struct timer recheck;
static int rechecks_left;
static int64_t known;
static void (*on_change)(int64_t count);

int64_t oom_count(void) {
  static const char key[] = "oom_kill ";
  char content[512];
  if (options.oom_file == NULL) return 0;
  int fd = open(options.oom_file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return known;
  ssize_t length = read(fd, content, sizeof content - 1);
  close(fd);
  if (length <= 0) return known;
  content[length] = '\0';
  for (char *line = content; line != NULL; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (strncmp(line, key, sizeof key - 1) == 0) known = text_parse(line + sizeof key - 1);
  }
  return known;
}

static void check(struct timer *timer) {
  int64_t before = known;
  if (oom_count() > before)
    on_change(known);
  else if (rechecks_left-- > 0)
    timer_arm(timer, RECHECK_MS, check);
}

static void on_event(struct watch *event, uint32_t events) {
  char bytes[512];
  if (read(event->fd, bytes, sizeof bytes) <= 0 || (events & EPOLLHUP)) {
    watch_close(event);
    return;
  }
  rechecks_left = RECHECKS;
  check(&recheck);
}

/* cgroup v1: an eventfd registered in cgroup.event_control beside the file. */
static int watch_control(const char *path) {
  char control[PATH_MAX], order[48];
  struct text text;
  const char *slash = strrchr(path, '/');
  text_init(&text, control, sizeof control);
  text_bytes(&text, path, (size_t)(slash - path) + 1);
  text_string(&text, "cgroup.event_control");
  if (!text_finish(&text)) return -1;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  int target = open(control, O_WRONLY | O_CLOEXEC);
  int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  text_init(&text, order, sizeof order);
  text_number(&text, event);
  text_string(&text, " ");
  text_number(&text, file);
  bool registered = file >= 0 && target >= 0 && event >= 0 &&
                    write(target, order, text.length) == (ssize_t)text.length;
  if (file >= 0) close(file);
  if (target >= 0) close(target);
  if (registered) return event;
  if (event >= 0) close(event);
  return -1;
}

static int watch_events(const char *path) {
  int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (fd >= 0 && inotify_add_watch(fd, path, IN_MODIFY) >= 0) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

void oom_watch(void (*changed)(int64_t count)) {
  const char *path = options.oom_file;
  if (path == NULL || strchr(path, '/') == NULL) return;
  on_change = changed;
  bool first_version = strcmp(strrchr(path, '/'), "/memory.oom_control") == 0;
  watch_init(&watch, first_version ? watch_control(path) : watch_events(path), on_event);
  watch_set(&watch, EPOLLIN);
  check(&recheck);
}
