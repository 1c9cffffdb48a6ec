/* libnftables(3), loaded on first use so that hosts without it still run containers without networks. */
#include "sys.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIBRARY "libnftables.so.1"
#define OUTPUT_JSON (1u << 4)

struct nft_ctx;

static struct {
  struct nft_ctx *(*ctx_new)(uint32_t flags);
  void (*ctx_free)(struct nft_ctx *ctx);
  int (*buffer_output)(struct nft_ctx *ctx);
  int (*buffer_error)(struct nft_ctx *ctx);
  const char *(*get_output)(struct nft_ctx *ctx);
  const char *(*get_error)(struct nft_ctx *ctx);
  void (*set_output_flags)(struct nft_ctx *ctx, unsigned int flags);
  void (*set_dry_run)(struct nft_ctx *ctx, bool dry);
  int (*run)(struct nft_ctx *ctx, const char *commands);
} nft;

/* Guards everything below: libnftables keeps global state, and worker threads may call too. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct nft_ctx *host_context;
/* The netlink port of its socket, by which its changes are known; 0 before there is one. Read without the lock. */
static _Atomic uint32_t host_port;

struct nft_job {
  struct job job;
  char *commands;
  bool json;
  bool dry;
  int namespace_fd;
  int status;
  char *output;
  char *errors;
};

/*
 * libnftables waits with select(2), which ends the process for descriptors of FD_SETSIZE (1024) and above. A
 * daemon with thousands of open sockets has no lower ones to give, so some are kept from its beginning. Freed
 * just before a context opens its socket, one is the lowest and so the one that socket(2) takes.
 */
#define LOW_DESCRIPTORS 32
#define LOW_LIMIT 1000
static int low_descriptors[LOW_DESCRIPTORS];
static int low_count;

/* Takes descriptors until there are enough. Those that are too high are of no use. */
static void low_descriptors_fill(void) {
  while (low_count < LOW_DESCRIPTORS) {
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    if (fd >= LOW_LIMIT) {
      close(fd);
      return;
    }
    low_descriptors[low_count++] = fd;
  }
}

void nftables_reserve(void) {
  pthread_mutex_lock(&lock);
  low_descriptors_fill();
  pthread_mutex_unlock(&lock);
}

/* The lowest kept descriptor, now closed; -1 when there is none. */
static int low_descriptor_free(void) {
  int lowest = 0;
  low_descriptors_fill();
  if (low_count == 0) return -1;
  for (int i = 1; i < low_count; i++)
    if (low_descriptors[i] < low_descriptors[lowest]) lowest = i;
  int fd = low_descriptors[lowest];
  low_descriptors[lowest] = low_descriptors[--low_count];
  close(fd);
  return fd;
}

static bool load_library(char **reason) {
  static const struct {
    const char *name;
    void **slot;
  } symbols[] = {
      {"nft_ctx_new", (void **)&nft.ctx_new},
      {"nft_ctx_free", (void **)&nft.ctx_free},
      {"nft_ctx_buffer_output", (void **)&nft.buffer_output},
      {"nft_ctx_buffer_error", (void **)&nft.buffer_error},
      {"nft_ctx_get_output_buffer", (void **)&nft.get_output},
      {"nft_ctx_get_error_buffer", (void **)&nft.get_error},
      {"nft_ctx_output_set_flags", (void **)&nft.set_output_flags},
      {"nft_ctx_set_dry_run", (void **)&nft.set_dry_run},
      {"nft_run_cmd_from_buffer", (void **)&nft.run},
  };
  static bool loaded;
  if (loaded) return true;
  void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
  for (size_t i = 0; library != NULL && i < sizeof symbols / sizeof symbols[0]; i++) {
    *symbols[i].slot = dlsym(library, symbols[i].name);
    if (*symbols[i].slot == NULL) {
      *reason = strdup(symbols[i].name);
      return false;
    }
  }
  if (library == NULL) {
    const char *message = dlerror();
    *reason = strdup(message == NULL ? LIBRARY : message);
    return false;
  }
  loaded = true;
  return true;
}

static struct nft_ctx *open_context(void) {
  struct nft_ctx *context = nft.ctx_new(0);
  if (context == NULL) return NULL;
  if (nft.buffer_output(context) == 0 && nft.buffer_error(context) == 0) return context;
  nft.ctx_free(context);
  return NULL;
}

/*
 * The port of a new socket to the firewall, which gets one by this; 0 for another socket: a thread may have taken the
 * place that was meant for it.
 */
static uint32_t context_port(int fd) {
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  int domain = 0, protocol = 0;
  socklen_t size = sizeof address, domain_size = sizeof domain, protocol_size = sizeof protocol;
  if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &domain_size) < 0 || domain != AF_NETLINK ||
      getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &protocol_size) < 0 ||
      protocol != NETLINK_NETFILTER || bind(fd, (struct sockaddr *)&address, size) < 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) < 0)
    return 0;
  return address.nl_pid;
}

/* The descriptor that the next socket gets: the lowest free one, or if that is too high a kept one. */
static int next_low_descriptor(void) {
  int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (lowest >= 0) close(lowest);
  return lowest >= 0 && lowest < LOW_LIMIT ? lowest : low_descriptor_free();
}

/* A context whose socket select(2) can take, and the socket's port; NULL with errno. */
static struct nft_ctx *new_context(uint32_t *port) {
  for (int attempt = 0; attempt < LOW_DESCRIPTORS; attempt++) {
    int place = next_low_descriptor();
    if (place < 0) break;
    struct nft_ctx *context = open_context();
    if (context == NULL) {
      errno = ENOMEM;
      return NULL;
    }
    *port = context_port(place);
    if (*port != 0) return context;
    nft.ctx_free(context);
  }
  errno = EMFILE;
  return NULL;
}

static void run_in_context(struct nft_job *work, struct nft_ctx *context) {
  nft.set_output_flags(context, work->json ? OUTPUT_JSON : 0);
  nft.set_dry_run(context, work->dry);
  work->status = nft.run(context, work->commands);
  work->output = strdup(nft.get_output(context));
  work->errors = strdup(nft.get_error(context));
  if (work->output == NULL || work->errors == NULL) work->job.error = ENOMEM;
}

/* A context is bound to the namespace it was made in, so a foreign one lives for one call only. */
static void run_once(void *data) {
  struct nft_job *work = data;
  uint32_t port;
  struct nft_ctx *context = new_context(&port);
  if (context == NULL) {
    work->job.error = errno;
    return;
  }
  run_in_context(work, context);
  nft.ctx_free(context);
  // At once: the next socket that stays open would take the place for good.
  low_descriptors_fill();
}

static void run_locked(struct nft_job *work) {
  if (!load_library(&work->job.detail)) {
    work->job.syscall = "dlopen";
    work->job.error = ELIBACC;
    return;
  }
  if (work->namespace_fd >= 0) {
    int error = within_network_namespace(work->namespace_fd, run_once, work);
    if (error == 0) return;
    work->job.syscall = "setns";
    work->job.error = error;
    return;
  }
  uint32_t port = host_port;
  if (host_context == NULL) host_context = new_context(&port);
  host_port = port;
  if (host_context == NULL)
    work->job.error = errno;
  else
    run_in_context(work, host_context);
}

static void nft_job_run(struct job *job) {
  pthread_mutex_lock(&lock);
  run_locked((struct nft_job *)job);
  pthread_mutex_unlock(&lock);
}

static napi_value nft_job_value(napi_env env, struct job *job) {
  struct nft_job *work = (struct nft_job *)job;
  napi_value result = NULL;
  napi_create_object(env, &result);
  napi_set_named_property(env, result, "ok", sys_bool(env, work->status == 0));
  napi_set_named_property(env, result, "output", sys_text(env, work->output, NAPI_AUTO_LENGTH));
  napi_set_named_property(env, result, "errors", sys_text(env, work->errors, NAPI_AUTO_LENGTH));
  return result;
}

static void nft_job_release(struct job *job) {
  struct nft_job *work = (struct nft_job *)job;
  free(work->commands);
  free(work->output);
  free(work->errors);
}

/* nft(commands, json, dry, namespace descriptor | -1) -> promise of {ok, output, errors} */
static napi_value sys_nft(napi_env env, napi_callback_info info) {
  struct arguments a;
  bool json, dry;
  int namespace_fd;
  char *commands;
  if (!arguments_open(&a, env, info, "nft", 4) || !argument_bool(&a, 1, &json) ||
      !argument_bool(&a, 2, &dry) || !argument_int(&a, 3, &namespace_fd) ||
      !argument_long_text(&a, 0, &commands))
    return NULL;
  struct nft_job *work = calloc(1, sizeof *work);
  if (work == NULL) {
    free(commands);
    return sys_throw(env, "nft", ENOMEM, NULL);
  }
  work->job = (struct job){.run = nft_job_run,
                           .value = nft_job_value,
                           .release = nft_job_release,
                           .syscall = "nft"};
  work->commands = commands;
  work->json = json;
  work->dry = dry;
  work->namespace_fd = namespace_fd;
  return job_start(env, &work->job);
}

/* nftPort() -> the netlink port that changes of this process's own namespace come from */
static napi_value sys_nft_port(napi_env env, napi_callback_info info) {
  (void)info;
  return sys_int(env, host_port);
}

const struct binding nftables_bindings[] = {{"nft", sys_nft}, {"nftPort", sys_nft_port}, {0}};
