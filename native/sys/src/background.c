/* Calls that wait in the kernel for milliseconds, on the thread pool. The mount table, working folder and
 * descriptors are the process's, so it does not matter which thread asks. */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOUNT_DATA_SIZE 4096
/* Where a launched program finds its socket. */
#define LAUNCHED_FD 3

struct mount_job {
  struct job job;
  char source[PATH_MAX], type[64], data[MOUNT_DATA_SIZE];
  bool has_type, has_data;
  int64_t flags;
};

static void mount_run(struct job *job) {
  struct mount_job *work = (struct mount_job *)job;
  if (mount(work->source, job->path, work->has_type ? work->type : NULL,
            (unsigned long)work->flags, work->has_data ? work->data : NULL) < 0)
    job->error = errno;
}

/* mountAsync(source, target, type | null, flags, data | null) */
static napi_value sys_mount_async(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct mount_job *work = calloc(1, sizeof *work);
  if (work == NULL) return sys_throw(env, "mount", ENOMEM, NULL);
  work->job.run = mount_run;
  work->job.syscall = "mount";
  if (arguments_open(&a, env, info, "mount", 5) &&
      argument_text(&a, 0, work->source, sizeof work->source) &&
      argument_optional_text(&a, 2, work->type, sizeof work->type, &work->has_type) &&
      argument_int64(&a, 3, &work->flags) &&
      argument_optional_text(&a, 4, work->data, sizeof work->data, &work->has_data) &&
      argument_long_text(&a, 1, &work->job.path))
    return job_start(env, &work->job);
  free(work);
  return NULL;
}

struct unmount_job {
  struct job job;
  int flags;
};

static void unmount_run(struct job *job) {
  if (umount2(job->path, ((struct unmount_job *)job)->flags) < 0) job->error = errno;
}

/* umountAsync(target, flags) */
static napi_value sys_umount_async(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct unmount_job *work = calloc(1, sizeof *work);
  if (work == NULL) return sys_throw(env, "umount2", ENOMEM, NULL);
  work->job.run = unmount_run;
  work->job.syscall = "umount2";
  if (arguments_open(&a, env, info, "umount2", 2) && argument_int(&a, 1, &work->flags) &&
      argument_long_text(&a, 0, &work->job.path))
    return job_start(env, &work->job);
  free(work);
  return NULL;
}

static void pin_run(struct job *job) {
  job->error = pin_network_namespace(job->path, &job->syscall);
}

/* pinNetworkNamespaceAsync(path): as pinNetworkNamespace. */
static napi_value sys_pin_async(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct job *job = calloc(1, sizeof *job);
  if (job == NULL) return sys_throw(env, "open", ENOMEM, NULL);
  job->run = pin_run;
  job->syscall = "open";
  if (arguments_open(&a, env, info, "pinNetworkNamespace", 1) &&
      argument_long_text(&a, 0, &job->path))
    return job_start(env, job);
  free(job);
  return NULL;
}

struct launch_job {
  struct job job;
  char *directory;
  char **argv;
  char **env;
  int socket;
};

static void launch_release(struct job *job) {
  struct launch_job *work = (struct launch_job *)job;
  free(work->directory);
  texts_free(work->argv);
  texts_free(work->env);
}

/* Whatever the daemon's own is (--oom-score-adjust, OOMScoreAdjust= of its unit): crun leaves a score of 0 as it finds it. */
static void reset_oom_score(void) {
  int file = open("/proc/self/oom_score_adj", O_WRONLY);
  if (file < 0) return;
  if (write(file, "0", 1) != 1) { /* Where it may not be lowered, it stays. */
  }
  close(file);
}

/* In the child of vfork(): only system calls. All signals are blocked. */
static _Noreturn void become(const struct launch_job *work, int socket, volatile int *error) {
  sigset_t none;
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigemptyset(&none);
  reset_oom_score();
  int null = open("/dev/null", O_RDWR);
  bool ready = null >= 0 && chdir(work->directory) == 0;
  /* The socket may stand where the null device is to go. */
  int high = fcntl(socket, F_DUPFD, LAUNCHED_FD + 1);
  for (int fd = 0; fd < LAUNCHED_FD; fd++) ready = ready && dup2(null, fd) == fd;
  ready = ready && high >= 0 && dup2(high, LAUNCHED_FD) == LAUNCHED_FD;
  syscall(SYS_close_range, LAUNCHED_FD + 1, ~0U, 0);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (ready) execve(work->job.path, work->argv, work->env);
  *error = errno;
  _exit(127);
}

static void launch_run(struct job *job) {
  struct launch_job *work = (struct launch_job *)job;
  sigset_t all, before;
  int ends[2], status;
  volatile int error = 0;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    job->error = errno;
    return;
  }
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t pid = vfork();
  if (pid == 0) become(work, ends[1], &error);
  job->error = pid < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  if (error != 0) job->error = error;
  if (job->error == 0)
    work->socket = ends[0];
  else
    close(ends[0]);
}

static napi_value launch_value(napi_env env, struct job *job) {
  return sys_int(env, ((struct launch_job *)job)->socket);
}

/* launch(program, arguments with the name, environment, folder) -> promise of a socket's descriptor. The
 * program is to leave for the background by itself: the promise settles when what was started has ended. */
static napi_value sys_launch(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct launch_job *work = calloc(1, sizeof *work);
  if (work == NULL) return sys_throw(env, "execve", ENOMEM, NULL);
  work->job = (struct job){
      .run = launch_run, .value = launch_value, .release = launch_release, .syscall = "execve"};
  if (arguments_open(&a, env, info, "execve", 4) && argument_long_text(&a, 0, &work->job.path) &&
      argument_texts(&a, 1, &work->argv) && argument_texts(&a, 2, &work->env) &&
      argument_long_text(&a, 3, &work->directory))
    return job_start(env, &work->job);
  launch_release(&work->job);
  free(work->job.path);
  free(work);
  return NULL;
}

struct rmdir_job {
  struct job job;
  char **paths;
  int *errors;
};

static void rmdir_release(struct job *job) {
  struct rmdir_job *work = (struct rmdir_job *)job;
  texts_free(work->paths);
  free(work->errors);
}

static void rmdir_run(struct job *job) {
  struct rmdir_job *work = (struct rmdir_job *)job;
  for (size_t i = 0; work->paths[i] != NULL; i++)
    work->errors[i] = rmdir(work->paths[i]) < 0 ? errno : 0;
}

static napi_value rmdir_value(napi_env env, struct job *job) {
  struct rmdir_job *work = (struct rmdir_job *)job;
  napi_value list = NULL;
  napi_create_array(env, &list);
  for (uint32_t i = 0; work->paths[i] != NULL; i++)
    napi_set_element(env, list, i, sys_int(env, work->errors[i]));
  return list;
}

/* rmdirAsync(paths) -> promise of an errno value for each; 0: removed. */
static napi_value sys_rmdir_async(napi_env env, napi_callback_info info) {
  struct arguments a;
  struct rmdir_job *work = calloc(1, sizeof *work);
  if (work == NULL) return sys_throw(env, "rmdir", ENOMEM, NULL);
  work->job = (struct job){
      .run = rmdir_run, .value = rmdir_value, .release = rmdir_release, .syscall = "rmdir"};
  if (arguments_open(&a, env, info, "rmdir", 1) && argument_texts(&a, 0, &work->paths)) {
    size_t count = 0;
    while (work->paths[count] != NULL) count++;
    work->errors = calloc(count + 1, sizeof *work->errors);
    if (work->errors != NULL) return job_start(env, &work->job);
    sys_throw(env, "rmdir", ENOMEM, NULL);
  }
  rmdir_release(&work->job);
  free(work);
  return NULL;
}

static void trim_run(struct job *job) {
  (void)job;
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

/* trimMemory(): malloc_trim(3) of all arenas; nothing with another C library. */
static napi_value sys_trim_memory(napi_env env, napi_callback_info info) {
  (void)info;
  struct job *job = calloc(1, sizeof *job);
  if (job == NULL) return sys_throw(env, "malloc_trim", ENOMEM, NULL);
  job->run = trim_run;
  job->syscall = "malloc_trim";
  return job_start(env, job);
}

const struct binding background_bindings[] = {
    {"mountAsync", sys_mount_async},
    {"umountAsync", sys_umount_async},
    {"pinNetworkNamespaceAsync", sys_pin_async},
    {"launch", sys_launch},
    {"rmdirAsync", sys_rmdir_async},
    {"trimMemory", sys_trim_memory},
    {0},
};
