/* What a shim asks of the kernel for itself and must not pass on to containers. */
#ifndef BERTH_SHIM_PRIVILEGE_H
#define BERTH_SHIM_PRIVILEGE_H

/* Lowers our OOM score as far as we may and remembers the original. */
void privilege_take(void);
/* Puts the original score back; async-signal-safe, for children about to execute something else. */
void privilege_restore(void);

#endif
