/*
 * System calls for Node: thin wrappers, no policy. Every function validates its arguments, makes one
 * call (or one uninterruptible group of calls) and throws KernelError(syscall, errno name, path).
 */
#ifndef BERTH_SYS_H
#define BERTH_SYS_H

#include <limits.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_ARGUMENTS 8

/* The arguments of one call from JavaScript. Readers throw a TypeError or KernelError and return false. */
struct arguments {
  napi_env env;
  const char *syscall;
  size_t count;
  napi_value values[MAX_ARGUMENTS];
};

struct bytes {
  const uint8_t *data;
  size_t length;
};

/* Reads the call's arguments; false (with a TypeError thrown) when fewer than `minimum` were given. */
bool arguments_open(struct arguments *a, napi_env env, napi_callback_info info, const char *syscall,
                    size_t minimum);
/* Copies a string or Buffer without NUL bytes into `out` of `size` bytes; ENAMETOOLONG when too long. */
bool argument_text(const struct arguments *a, size_t index, char *out, size_t size);
/* As argument_text, but null or undefined yields *given = false. */
bool argument_optional_text(const struct arguments *a, size_t index, char *out, size_t size,
                            bool *given);
/* A string of any length, from malloc. */
bool argument_long_text(const struct arguments *a, size_t index, char **out);
/* An array of strings as a NULL-terminated list, for texts_free. */
bool argument_texts(const struct arguments *a, size_t index, char ***out);
/* Frees a list of argument_texts; NULL is none. */
void texts_free(char **list);
bool argument_int(const struct arguments *a, size_t index, int *out);
bool argument_int64(const struct arguments *a, size_t index, int64_t *out);
bool argument_bool(const struct arguments *a, size_t index, bool *out);
/* The bytes of a Buffer; valid while the call lasts. */
bool argument_bytes(const struct arguments *a, size_t index, struct bytes *out);

/* Throws KernelError; returns NULL so that a wrapper can `return sys_throw(...)`. `path` may be NULL. */
napi_value sys_throw(napi_env env, const char *syscall, int error, const char *path);
napi_value sys_error(napi_env env, const char *syscall, int error, const char *path,
                     const char *detail);
napi_value sys_undefined(napi_env env);
napi_value sys_int(napi_env env, int64_t value);
napi_value sys_bool(napi_env env, bool value);
napi_value sys_text(napi_env env, const char *text, size_t length);
napi_value sys_bytes(napi_env env, const void *data, size_t length);

/*
 * Work on libuv's pool that settles a promise. Embed as the first member of a malloc'd structure.
 * `run` is called off the main thread and may set `error` (an errno value), `syscall` and `detail`;
 * `value` makes the result on the main thread; `release` frees what the structure holds (not itself).
 */
struct job {
  void (*run)(struct job *job);
  napi_value (*value)(napi_env env, struct job *job);
  void (*release)(struct job *job);
  const char *syscall;
  char *path;
  char *detail;
  int error;
  napi_async_work work;
  napi_deferred deferred;
};

/* Starts the job and returns its promise; takes ownership of `job` in every case. */
napi_value job_start(napi_env env, struct job *job);

/*
 * Runs `action` with the calling thread inside the network namespace `namespace_fd` and comes back.
 * Returns 0 or an errno value of entering. Aborts the process when it cannot come back.
 */
int within_network_namespace(int namespace_fd, void (*action)(void *context), void *context);

/* Makes the file `path` and pins a new network namespace on it, from any thread. Returns 0 or an errno value, with
 * *step naming the call that failed; then nothing is left. */
int pin_network_namespace(const char *path, const char **step);

/* Brings the loopback of the calling thread's network namespace up. Returns 0 or an errno value. */
int loopback_up(void);

/* Each source file adds its functions to the addon's exports. */
struct binding {
  const char *name;
  napi_callback callback;
};

extern const struct binding mount_bindings[];
extern const struct binding namespace_bindings[];
extern const struct binding netlink_bindings[];
extern const struct binding nftables_bindings[];
extern const struct binding xattr_bindings[];
extern const struct binding file_bindings[];
extern const struct binding node_bindings[];
extern const struct binding socket_bindings[];
extern const struct binding port_bindings[];
extern const struct binding activation_bindings[];
extern const struct binding watch_bindings[];
extern const struct binding background_bindings[];
extern const struct binding btrfs_bindings[];
extern const struct binding user_bindings[];

/* Keeps descriptors that libnftables can use, while there are some. Idempotent. */
void nftables_reserve(void);

napi_value sys_set_error_class(napi_env env, napi_callback_info info);

#endif
