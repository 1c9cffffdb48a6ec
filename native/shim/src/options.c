#include "options.h"

#include <errno.h>
#include <string.h>

struct options options = {
    .log_driver = "json-file",
    .socket = "shim.sock",
    .log_max_files = 1,
    .drain_ms = 2000,
    .linger_ms = 10000,
};

struct option_row {
  const char *name;
  const char **string;
  int64_t *number;
  bool *flag;
};

static const struct option_row rows[] = {
    {"--id", &options.id, NULL, NULL},
    {"--bundle", &options.bundle, NULL, NULL},
    {"--runtime", &options.runtime, NULL, NULL},
    {"--runtime-root", &options.runtime_root, NULL, NULL},
    {"--log-driver", &options.log_driver, NULL, NULL},
    {"--log", &options.log_path, NULL, NULL},
    {"--log-attrs", &options.log_attrs, NULL, NULL},
    {"--oom-file", &options.oom_file, NULL, NULL},
    {"--exit-file", &options.exit_file, NULL, NULL},
    {"--socket", &options.socket, NULL, NULL},
    {"--log-max-size", NULL, &options.log_max_size, NULL},
    {"--log-max-files", NULL, &options.log_max_files, NULL},
    {"--log-buffer", NULL, &options.log_buffer, NULL},
    {"--drain-ms", NULL, &options.drain_ms, NULL},
    {"--linger-ms", NULL, &options.linger_ms, NULL},
    {"--systemd-cgroup", NULL, NULL, &options.systemd_cgroup},
    {"--log-tell", NULL, NULL, &options.log_tell},
    {"--log-hold", NULL, NULL, &options.log_hold},
    {"--tty", NULL, NULL, &options.tty},
    {"--stdin", NULL, NULL, &options.stdin_open},
    {"--stdin-once", NULL, NULL, &options.stdin_once},
    {"--hold", NULL, NULL, &options.hold},
};

bool is_name(const char *string) {
  static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  if (*string == '\0' || strchr(first, *string) == NULL) return false;
  size_t length = strlen(string);
  if (length > NAME_MAX_LENGTH) return false;
  for (size_t i = 0; i < length; i++)
    if (strchr(first, string[i]) == NULL && strchr("._-", string[i]) == NULL) return false;
  return true;
}

static bool refuse(struct fault *fault, const char *argument) {
  static char kept[256];
  struct text text;
  text_init(&text, kept, sizeof kept);
  text_bytes(&text, argument, strnlen(argument, sizeof kept - 1));
  text_finish(&text);
  return fault_set(fault, "launch", "options", EINVAL, kept);
}

static bool store_number(int64_t *target, const char *value) {
  size_t length = strlen(value);
  if (length == 0 || length > 18 || strspn(value, "0123456789") != length) return false;
  *target = text_parse(value);
  return true;
}

static bool store_string(const char **target, const char *value) {
  *target = strdup(value);
  return *target != NULL;
}

static const struct option_row *find_row(const char *name) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].name, name) == 0) return &rows[i];
  return NULL;
}

/* Stores one option and tells how many arguments it took; 0 when it is wrong. */
static int store(const char *name, const char *value) {
  if (strcmp(name, "--runtime-arg") == 0) {
    if (value == NULL || options.runtime_arg_count == RUNTIME_ARGS_MAX) return 0;
    return store_string(&options.runtime_args[options.runtime_arg_count++], value) ? 2 : 0;
  }
  const struct option_row *row = find_row(name);
  if (row == NULL) return 0;
  if (row->flag != NULL) {
    *row->flag = true;
    return 1;
  }
  if (value == NULL) return 0;
  bool stored = row->string != NULL ? store_string(row->string, value)
                                    : store_number(row->number, value);
  return stored ? 2 : 0;
}

static bool check_path(struct fault *fault, const char *name, const char *path) {
  return (path != NULL && path[0] == '/') || refuse(fault, name);
}

static bool check(struct fault *fault) {
  if (options.id == NULL || !is_name(options.id)) return refuse(fault, "--id");
  if (!is_name(options.socket)) return refuse(fault, "--socket");
  if (!check_path(fault, "--bundle", options.bundle)) return false;
  if (!check_path(fault, "--runtime", options.runtime)) return false;
  if (!check_path(fault, "--exit-file", options.exit_file)) return false;
  options.log_compact = strcmp(options.log_driver, "local") == 0;
  options.logs = options.log_compact || strcmp(options.log_driver, "json-file") == 0;
  if (!options.logs && strcmp(options.log_driver, "none") != 0)
    return refuse(fault, "--log-driver");
  if (options.logs && !check_path(fault, "--log", options.log_path)) return false;
  if (options.log_max_files < 1 || options.log_max_files > 1000)
    return refuse(fault, "--log-max-files");
  if (options.log_buffer > 0 && options.log_hold) return refuse(fault, "--log-hold");
  if (options.log_hold && options.log_max_files < 2) return refuse(fault, "--log-max-files");
  if (options.log_attrs != NULL && strlen(options.log_attrs) > 16384)
    return refuse(fault, "--log-attrs");
  return true;
}

bool options_parse(int argc, char **argv, struct fault *fault) {
  for (int i = 1; i < argc;) {
    int taken = store(argv[i], i + 1 < argc ? argv[i + 1] : NULL);
    if (taken == 0) return refuse(fault, argv[i]);
    i += taken;
  }
  return check(fault);
}
