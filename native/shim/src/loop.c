#include "loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define IDLE_MS 500

static int epoll_fd = -1;
static bool stopped;
static struct timer *timers;
static char *io_pages;
static struct timer io_idle;

bool loop_open(void) {
  stopped = false;
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  io_pages = pages_take(IO_SIZE + SCRATCH_SIZE);
  return epoll_fd >= 0 && io_pages != NULL;
}

void loop_stop(void) {
  stopped = true;
}

int64_t clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void timer_disarm(struct timer *timer) {
  if (!timer->armed) return;
  timer->armed = false;
  for (struct timer **at = &timers; *at != NULL; at = &(*at)->next)
    if (*at == timer) {
      *at = timer->next;
      return;
    }
}

void timer_arm(struct timer *timer, int64_t delay_ms, void (*fire)(struct timer *)) {
  timer_disarm(timer);
  timer->due = clock_ms() + delay_ms;
  timer->fire = fire;
  timer->armed = true;
  struct timer **at = &timers;
  while (*at != NULL && (*at)->due <= timer->due) at = &(*at)->next;
  timer->next = *at;
  *at = timer;
}

static int until_next_timer(int wait_ms) {
  if (timers == NULL) return wait_ms;
  int64_t left = timers->due - clock_ms();
  if (left < 0) left = 0;
  if (left > 60000) left = 60000;
  return wait_ms >= 0 && wait_ms < left ? wait_ms : (int)left;
}

static bool fire_due_timer(void) {
  struct timer *timer = timers;
  if (timer == NULL || timer->due > clock_ms()) return false;
  timer_disarm(timer);
  timer->fire(timer);
  return true;
}

void loop_step(int wait_ms) {
  struct epoll_event event;
  if (fire_due_timer()) return;
  if (epoll_wait(epoll_fd, &event, 1, until_next_timer(wait_ms)) != 1) return;
  struct watch *watch = event.data.ptr;
  watch->ready(watch, event.events);
}

void loop_run(void) {
  while (!stopped) loop_step(-1);
}

void watch_init(struct watch *watch, int fd, void (*ready)(struct watch *, uint32_t)) {
  watch->fd = fd;
  watch->events = 0;
  watch->ready = ready;
}

void watch_set(struct watch *watch, uint32_t events) {
  if (watch->fd < 0 || watch->events == events) return;
  struct epoll_event event = {.events = events, .data.ptr = watch};
  int action = events == 0 ? EPOLL_CTL_DEL : watch->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  watch->events = epoll_ctl(epoll_fd, action, watch->fd, &event) == 0 ? events : 0;
}

void watch_close(struct watch *watch) {
  if (watch->fd < 0) return;
  watch_set(watch, 0);
  close(watch->fd);
  watch->fd = -1;
}

static void release_io(struct timer *timer) {
  (void)timer;
  pages_release(io_pages, IO_SIZE + SCRATCH_SIZE);
}

char *io_buffer(void) {
  if (!io_idle.armed) timer_arm(&io_idle, IDLE_MS, release_io);
  return io_pages;
}

char *scratch_buffer(void) {
  return io_buffer() + IO_SIZE;
}

char *pages_take(size_t size) {
  void *pages =
      mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? NULL : pages;
}

void pages_release(char *pages, size_t size) {
  madvise(pages, size, MADV_DONTNEED);
}
