/* Typed failures: what was wanted, how far it got, why. */
#ifndef BERTH_SHIM_FAULT_H
#define BERTH_SHIM_FAULT_H

#include "text.h"

struct fault {
  const char *op;    /* launch, start, exec, kill … */
  const char *stage; /* the step of it that failed */
  int error;         /* errno, or 0 */
  const char *path;  /* what it was about, or NULL */
  const char *message; /* the OCI runtime's own words, or empty */
};

/* Both return false, for `return fault_set(…)`. The first takes errno as the reason. */
bool fault_errno(struct fault *fault, const char *op, const char *stage, const char *path);
bool fault_set(struct fault *fault, const char *op, const char *stage, int error, const char *path);
/* {"op":…,"stage":…,"errno":"ENOENT","path":…,"message":…} */
void fault_write(const struct fault *fault, struct text *text);

#endif
