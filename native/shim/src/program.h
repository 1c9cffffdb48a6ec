/* The program that an argument list names. */
#ifndef BERTH_SHIM_PROGRAM_H
#define BERTH_SHIM_PROGRAM_H

#include <stdbool.h>

#include "text.h"

/* Finds what `name` means to someone who may run it, with the PATH of `env`, as Go's exec.LookPath does.
 * On false `problem` says why, in the words of that. */
bool program_find(const char *name, char *const *env, struct text *path, struct text *problem);

#endif
