/* The command line: what the daemon tells the shim about its container. */
#ifndef BERTH_SHIM_OPTIONS_H
#define BERTH_SHIM_OPTIONS_H

#include "fault.h"

#define NAME_MAX_LENGTH 128
#define RUNTIME_ARGS_MAX 32

struct options {
  const char *id;
  const char *bundle;
  const char *runtime;
  const char *runtime_root; /* NULL: the runtime's own default */
  const char *runtime_args[RUNTIME_ARGS_MAX];
  unsigned runtime_arg_count;
  const char *log_driver;
  const char *log_path;
  const char *log_attrs; /* a JSON object, written as it is; NULL: none */
  const char *oom_file;  /* NULL: OOM kills are not watched */
  const char *exit_file;
  const char *socket; /* file name in the bundle */
  int64_t log_max_size;
  int64_t log_max_files;
  int64_t log_buffer; /* bytes between container and disk (mode=non-blocking); 0: none, the container waits */
  int64_t drain_ms;  /* how long output is awaited from processes that outlive the main one */
  int64_t linger_ms; /* how long a client that does not read may delay the shim's own end */
  bool logs; /* into log_path */
  bool log_compact;
  bool log_tell; /* subscribers are told of rotations */
  bool log_hold; /* the oldest file is removed by somebody else; the container waits for it */
  bool systemd_cgroup;
  bool tty;
  bool stdin_open;
  bool stdin_once;
  bool hold;
};

/* The options of this process; constant after options_parse(). */
extern struct options options;

/* Copies what it keeps, so that the argument area may be overwritten afterwards. */
bool options_parse(int argc, char **argv, struct fault *fault);
/* True for 1 to 128 of [A-Za-z0-9._-], the first a letter or digit: safe as a file name. */
bool is_name(const char *string);

#endif
