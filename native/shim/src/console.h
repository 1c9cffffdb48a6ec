/* The console socket over which an OCI runtime hands out the master of a new pty. */
#ifndef BERTH_SHIM_CONSOLE_H
#define BERTH_SHIM_CONSOLE_H

#include <stddef.h>

/* Listens on a new name in the working folder and stores the name. -1 on failure. */
int console_listen(char *name, size_t capacity);
/* Takes the master that the runtime has sent; it does not wait. -1 when there is none. */
int console_receive(int listener);

#endif
