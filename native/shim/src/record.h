/* Exit records on disk. */
#ifndef BERTH_SHIM_RECORD_H
#define BERTH_SHIM_RECORD_H

#include "session.h"
#include "text.h"

/* The members of an exit record, without braces: "code":…,"signal":…,"exitedAt":… */
void record_exit(struct text *text, const struct session *session);
/* Writes the file whole by way of a temporary name. False when it could not, with errno. */
bool record_write(const char *path, const struct text *text);

#endif
