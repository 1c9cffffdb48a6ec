/* The event loop: descriptors, timers, and the memory that bulk I/O uses for a moment. */
#ifndef BERTH_SHIM_LOOP_H
#define BERTH_SHIM_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A descriptor that is waited for. Its handler may close or free it. */
struct watch {
  int fd; /* -1: none */
  uint32_t events;
  void (*ready)(struct watch *watch, uint32_t events);
};

struct timer {
  struct timer *next;
  int64_t due;
  void (*fire)(struct timer *timer);
  bool armed;
};

bool loop_open(void);
/* Serves events one at a time until loop_stop(). */
void loop_run(void);
void loop_stop(void);
/* Serves at most one event or timer; waits no longer than `wait_ms` (-1: for ever). */
void loop_step(int wait_ms);

void watch_init(struct watch *watch, int fd, void (*ready)(struct watch *, uint32_t));
/* Waits for these events from now on; 0 takes the descriptor out, so that not even a hang-up is seen. */
void watch_set(struct watch *watch, uint32_t events);
/* Takes the descriptor out and closes it. */
void watch_close(struct watch *watch);

/* Monotonic milliseconds. */
int64_t clock_ms(void);
/* (Re)starts the timer. */
void timer_arm(struct timer *timer, int64_t delay_ms, void (*fire)(struct timer *));
void timer_disarm(struct timer *timer);

/* A shared buffer for one read-and-write at a time. Its pages go back to the kernel soon after use. */
#define IO_SIZE 65536
char *io_buffer(void);
/* Another such buffer, for building one message. */
#define SCRATCH_SIZE 65536
char *scratch_buffer(void);
/* A page-aligned buffer of which only touched pages cost memory; NULL without memory. */
char *pages_take(size_t size);
/* Gives the content's memory back; the buffer stays usable and reads as zeros. */
void pages_release(char *pages, size_t size);

#endif
