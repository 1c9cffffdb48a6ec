/* What a process in the container is to be: read from the file that the daemon writes for `exec`. */
#ifndef BERTH_SHIM_PLAN_H
#define BERTH_SHIM_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#define PLAN_MAX_BYTES (8 * 1024 * 1024)
#define PLAN_MAX_CGROUPS 32
#define PLAN_MAX_LIMITS 16

struct plan_limit {
  int resource;
  struct rlimit value;
};

struct plan {
  char **argv; /* NULL-terminated, at least one */
  char **env;  /* NULL-terminated */
  const char *cwd;
  const char *filter; /* file with a compiled seccomp filter, or NULL */
  const char *cgroups[PLAN_MAX_CGROUPS]; /* v1 folders */
  const char *oom_score; /* or NULL */
  gid_t *groups;
  struct plan_limit limits[PLAN_MAX_LIMITS];
  uint64_t bounding, effective, permitted, inheritable, ambient;
  size_t cgroup_count, group_count, limit_count;
  uid_t uid;
  gid_t gid;
  mode_t mask;
  unsigned short rows, columns;
  bool no_new_privileges;
  bool terminal;
};

/* Reads `key=value` texts that end with NUL each. The plan points into memory that is never freed. On
 * false errno is set: EBADMSG for an unknown key or a value that makes no sense. */
bool plan_read(struct plan *plan, const char *path);

#endif
