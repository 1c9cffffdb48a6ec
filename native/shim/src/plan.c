#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct entry {
  char *key;
  char *value;
};

static char *read_all(const char *path, size_t *length) {
  struct stat facts;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return NULL;
  char *bytes = NULL;
  if (fstat(fd, &facts) == 0 && facts.st_size > 0 && facts.st_size <= PLAN_MAX_BYTES) {
    bytes = malloc((size_t)facts.st_size);
    if (bytes != NULL && read(fd, bytes, (size_t)facts.st_size) == facts.st_size &&
        bytes[facts.st_size - 1] == '\0')
      *length = (size_t)facts.st_size;
    else
      *length = 0;
  }
  close(fd);
  if (bytes != NULL && *length > 0) return bytes;
  errno = EBADMSG;
  return NULL;
}

static bool refuse(void) {
  errno = EBADMSG;
  return false;
}

static bool parse_number(const char *text, int base, uint64_t limit, uint64_t *number) {
  char *end;
  if (*text == '\0' || *text == '-' || *text == '+' || *text == ' ') return refuse();
  errno = 0;
  unsigned long long value = strtoull(text, &end, base);
  if (*end != '\0' || errno != 0 || value > limit) return refuse();
  *number = value;
  return true;
}

static bool parse_limit(struct plan *plan, char *text) {
  static const struct {
    const char *name;
    int resource;
  } names[] = {
      {"AS", RLIMIT_AS},           {"CORE", RLIMIT_CORE},         {"CPU", RLIMIT_CPU},
      {"DATA", RLIMIT_DATA},       {"FSIZE", RLIMIT_FSIZE},       {"LOCKS", RLIMIT_LOCKS},
      {"MEMLOCK", RLIMIT_MEMLOCK}, {"MSGQUEUE", RLIMIT_MSGQUEUE}, {"NICE", RLIMIT_NICE},
      {"NOFILE", RLIMIT_NOFILE},   {"NPROC", RLIMIT_NPROC},       {"RSS", RLIMIT_RSS},
      {"RTPRIO", RLIMIT_RTPRIO},   {"RTTIME", RLIMIT_RTTIME},     {"SIGPENDING", RLIMIT_SIGPENDING},
      {"STACK", RLIMIT_STACK},
  };
  char *soft = strchr(text, ' ');
  char *hard = soft == NULL ? NULL : strchr(soft + 1, ' ');
  uint64_t value[2];
  if (hard == NULL || plan->limit_count == PLAN_MAX_LIMITS) return refuse();
  *soft++ = '\0';
  *hard++ = '\0';
  if (!parse_number(soft, 10, UINT64_MAX, &value[0])) return false;
  if (!parse_number(hard, 10, UINT64_MAX, &value[1])) return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(names[i].name, text) != 0) continue;
    plan->limits[plan->limit_count++] =
        (struct plan_limit){names[i].resource, {value[0], value[1]}};
    return true;
  }
  return refuse();
}

static bool store_id(const struct entry *entry, struct plan *plan) {
  uint64_t number;
  if (!parse_number(entry->value, 10, UINT32_MAX - 1, &number)) return false;
  if (strcmp(entry->key, "uid") == 0)
    plan->uid = (uid_t)number;
  else if (strcmp(entry->key, "gid") == 0)
    plan->gid = (gid_t)number;
  else
    plan->groups[plan->group_count++] = (gid_t)number;
  return true;
}

static bool store_number(const struct entry *entry, struct plan *plan) {
  const struct {
    const char *key;
    uint64_t *set;
  } sets[] = {{"bounding", &plan->bounding},
              {"effective", &plan->effective},
              {"permitted", &plan->permitted},
              {"inheritable", &plan->inheritable},
              {"ambient", &plan->ambient}};
  uint64_t number;
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
    if (strcmp(entry->key, sets[i].key) == 0)
      return parse_number(entry->value, 16, UINT64_MAX, sets[i].set);
  if (strcmp(entry->key, "umask") == 0) {
    if (!parse_number(entry->value, 10, 0777, &number)) return false;
    plan->mask = (mode_t)number;
    return true;
  }
  bool rows = strcmp(entry->key, "rows") == 0;
  if (!rows && strcmp(entry->key, "columns") != 0) return refuse();
  if (!parse_number(entry->value, 10, UINT16_MAX, &number)) return false;
  *(rows ? &plan->rows : &plan->columns) = (unsigned short)number;
  return true;
}

static bool is_yes(const struct entry *entry, const char *key, bool *flag) {
  if (strcmp(entry->key, key) != 0) return false;
  *flag = strcmp(entry->value, "1") == 0;
  return true;
}

static bool store_text(const struct entry *entry, const char *key, const char **text) {
  if (strcmp(entry->key, key) != 0) return false;
  *text = entry->value;
  return true;
}

static bool store(const struct entry *entry, struct plan *plan, size_t *args, size_t *variables) {
  const char *key = entry->key;
  if (strcmp(key, "arg") == 0) {
    plan->argv[(*args)++] = entry->value;
    return true;
  }
  if (strcmp(key, "env") == 0) {
    plan->env[(*variables)++] = entry->value;
    return true;
  }
  if (strcmp(key, "cgroup") == 0) {
    if (plan->cgroup_count == PLAN_MAX_CGROUPS) return refuse();
    plan->cgroups[plan->cgroup_count++] = entry->value;
    return true;
  }
  if (store_text(entry, "cwd", &plan->cwd) || store_text(entry, "filter", &plan->filter) ||
      store_text(entry, "oomScoreAdj", &plan->oom_score) ||
      is_yes(entry, "noNewPrivileges", &plan->no_new_privileges) ||
      is_yes(entry, "terminal", &plan->terminal))
    return true;
  if (strcmp(key, "limit") == 0) return parse_limit(plan, entry->value);
  if (strcmp(key, "uid") == 0 || strcmp(key, "gid") == 0 || strcmp(key, "group") == 0)
    return store_id(entry, plan);
  return store_number(entry, plan);
}

static size_t count_texts(const char *bytes, size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++) count += bytes[i] == '\0';
  return count;
}

bool plan_read(struct plan *plan, const char *path) {
  size_t length = 0, args = 0, variables = 0;
  char *bytes = read_all(path, &length);
  if (bytes == NULL) return false;
  size_t texts = count_texts(bytes, length);
  *plan = (struct plan){.mask = 022};
  plan->argv = calloc(texts + 1, sizeof *plan->argv);
  plan->env = calloc(texts + 1, sizeof *plan->env);
  plan->groups = calloc(texts + 1, sizeof *plan->groups);
  if (plan->argv == NULL || plan->env == NULL || plan->groups == NULL) return false;
  for (char *at = bytes; at < bytes + length;) {
    char *next = at + strlen(at) + 1;
    struct entry entry = {at, strchr(at, '=')};
    if (entry.value == NULL) return refuse();
    *entry.value++ = '\0';
    if (!store(&entry, plan, &args, &variables)) return false;
    at = next;
  }
  return (args > 0 && plan->cwd != NULL && plan->cwd[0] == '/') || refuse();
}
