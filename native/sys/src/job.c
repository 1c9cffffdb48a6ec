/* Blocking calls on libuv's thread pool. */
#include "sys.h"

#include <errno.h>
#include <stdlib.h>

static void job_free(struct job *job) {
  if (job->release != NULL) job->release(job);
  free(job->path);
  free(job->detail);
  free(job);
}

static void job_execute(napi_env env, void *data) {
  (void)env;
  struct job *job = data;
  job->run(job);
}

static void job_complete(napi_env env, napi_status status, void *data) {
  struct job *job = data;
  if (status == napi_cancelled) job->error = ECANCELED;
  if (job->error != 0)
    napi_reject_deferred(env, job->deferred,
                         sys_error(env, job->syscall, job->error, job->path, job->detail));
  else
    napi_resolve_deferred(env, job->deferred,
                          job->value == NULL ? sys_undefined(env) : job->value(env, job));
  napi_delete_async_work(env, job->work);
  job_free(job);
}

napi_value job_start(napi_env env, struct job *job) {
  napi_value promise = NULL;
  napi_value name = sys_text(env, job->syscall, NAPI_AUTO_LENGTH);
  if (napi_create_promise(env, &job->deferred, &promise) != napi_ok ||
      napi_create_async_work(env, NULL, name, job_execute, job_complete, job, &job->work) !=
          napi_ok ||
      napi_queue_async_work(env, job->work) != napi_ok) {
    job_free(job);
    napi_throw_error(env, NULL, "the thread pool refused the work");
    return NULL;
  }
  return promise;
}
