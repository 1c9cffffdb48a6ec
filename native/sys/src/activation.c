/* Sockets that wait for their first client: one thread and one epoll(7) set for all, so that nobody serves
 * a port before somebody asks for it. */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 64
#define BACKLOG 511
/* Stands for the stream in the set; descriptors have numbers of their own. */
#define STREAM UINT64_MAX

struct activation {
  int set;
  int stream;
};

/* Writes the number of each socket that has a client; ends when the reader has closed its end. */
static void *activation_run(void *data) {
  struct activation *own = data;
  struct epoll_event events[EVENTS];
  for (bool open = true; open;) {
    int count = epoll_wait(own->set, events, EVENTS, -1);
    if (count < 0 && errno != EINTR) break;
    for (int i = 0; i < count && open; i++)
      open = events[i].data.u64 != STREAM &&
             send(own->stream, &events[i].data.u64, sizeof events[i].data.u64, MSG_NOSIGNAL) ==
                 sizeof events[i].data.u64;
  }
  close(own->set);
  close(own->stream);
  free(own);
  return NULL;
}

static int start_thread(struct activation *own) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 128 * 1024);
  int error = pthread_create(&thread, &attributes, activation_run, own);
  pthread_attr_destroy(&attributes);
  return error;
}

static int activation_start(int set, int pair[2]) {
  struct epoll_event event = {.events = EPOLLRDHUP, .data.u64 = STREAM};
  struct activation *own = malloc(sizeof *own);
  if (own == NULL) return ENOMEM;
  *own = (struct activation){.set = set, .stream = pair[1]};
  int error = epoll_ctl(set, EPOLL_CTL_ADD, pair[1], &event) < 0 ? errno : start_thread(own);
  if (error != 0) free(own);
  return error;
}

/* activationOpen() -> [set, stream of socket numbers]; closing the stream ends it, and the set with it */
static napi_value sys_activation_open(napi_env env, napi_callback_info info) {
  (void)info;
  int pair[2];
  int set = epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) return sys_throw(env, "epoll_create1", errno, NULL);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
    int error = errno;
    close(set);
    return sys_throw(env, "socketpair", error, NULL);
  }
  int error = activation_start(set, pair);
  if (error != 0) {
    close(set);
    close(pair[0]);
    close(pair[1]);
    return sys_throw(env, "pthread_create", error, NULL);
  }
  napi_value list = NULL;
  napi_create_array_with_length(env, 2, &list);
  napi_set_element(env, list, 0, sys_int(env, set));
  napi_set_element(env, list, 1, sys_int(env, pair[0]));
  return list;
}

struct waiting_job {
  struct job job;
  int set;
  bool add;
  uint32_t group;
  size_t count;
  int32_t *descriptors;
};

/*
 * What is left of connections in TIME_WAIT is in the way of the next socket on the port unless both are marked. A socket
 * that listens is refused to others all the same; one that does not would not be, so it is marked no longer.
 */
static void mark_reusable(int fd, int on) {
  (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

/* A tcp socket listens from then on; any is reported once, as `group` and its place among the descriptors. */
static int wait_for_client(const struct waiting_job *work, size_t index) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT,
                              .data.u64 = (uint64_t)work->group << 32 | index};
  int fd = work->descriptors[index];
  mark_reusable(fd, 1);
  if (listen(fd, BACKLOG) < 0) {
    int error = errno;
    mark_reusable(fd, 0);
    if (error != EOPNOTSUPP) return error;
  }
  return epoll_ctl(work->set, EPOLL_CTL_ADD, fd, &event) < 0 ? errno : 0;
}

/* A socket that listens keeps its port when it is shut down, and can listen again; one of udp would be of no use. */
static void stop_waiting(const struct waiting_job *work, size_t index) {
  int fd = work->descriptors[index], listens = 0;
  socklen_t size = sizeof listens;
  (void)epoll_ctl(work->set, EPOLL_CTL_DEL, fd, NULL);
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) < 0 || !listens) return;
  mark_reusable(fd, 0);
  (void)shutdown(fd, SHUT_RDWR);
}

static void waiting_run(struct job *job) {
  struct waiting_job *work = (struct waiting_job *)job;
  size_t done = 0;
  if (work->add)
    while (done < work->count && (job->error = wait_for_client(work, done)) == 0) done++;
  if (!work->add || job->error != 0)
    for (size_t i = 0; i < (work->add ? done : work->count); i++) stop_waiting(work, i);
}

static void waiting_release(struct job *job) { free(((struct waiting_job *)job)->descriptors); }

static napi_value waiting_start(napi_env env, napi_callback_info info, bool add) {
  struct arguments a;
  struct bytes given;
  int set;
  int64_t group = 0;
  if (!arguments_open(&a, env, info, "epoll_ctl", add ? 3 : 2) || !argument_int(&a, 0, &set) ||
      !argument_bytes(&a, 1, &given) || (add && !argument_int64(&a, 2, &group)))
    return NULL;
  if (group < 0 || group >= UINT32_MAX) return sys_throw(env, "epoll_ctl", EINVAL, NULL);
  struct waiting_job *work = calloc(1, sizeof *work);
  int32_t *copy = malloc(given.length + 1);
  if (work == NULL || copy == NULL) {
    free(work);
    free(copy);
    return sys_throw(env, "epoll_ctl", ENOMEM, NULL);
  }
  if (given.length > 0) memcpy(copy, given.data, given.length);
  work->job = (struct job){.run = waiting_run, .release = waiting_release, .syscall = "epoll_ctl"};
  work->set = set;
  work->add = add;
  work->group = (uint32_t)group;
  work->count = given.length / sizeof *copy;
  work->descriptors = copy;
  return job_start(env, &work->job);
}

/* activationAdd(set, descriptors, group) -> promise; all or none */
static napi_value sys_activation_add(napi_env env, napi_callback_info info) {
  return waiting_start(env, info, true);
}

/* activationRemove(set, descriptors) -> promise */
static napi_value sys_activation_remove(napi_env env, napi_callback_info info) {
  return waiting_start(env, info, false);
}

/* duplicate(descriptor) -> another one of the same socket, for a server that closes its own */
static napi_value sys_duplicate(napi_env env, napi_callback_info info) {
  struct arguments a;
  int fd;
  if (!arguments_open(&a, env, info, "fcntl", 1) || !argument_int(&a, 0, &fd)) return NULL;
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  return copy < 0 ? sys_throw(env, "fcntl", errno, NULL) : sys_int(env, copy);
}

const struct binding activation_bindings[] = {{"activationOpen", sys_activation_open},
                                              {"activationAdd", sys_activation_add},
                                              {"activationRemove", sys_activation_remove},
                                              {"duplicate", sys_duplicate},
                                              {0}};
