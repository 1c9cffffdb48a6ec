/* The program that goes into the container and becomes a further process there (see README.md). */
#ifndef BERTH_SHIM_ENTER_H
#define BERTH_SHIM_ENTER_H

/* The argument that makes this program the one that enters; the plan's path follows. */
#define ENTER_ARGUMENT "--enter"

/* Descriptors of the entering program: the container's first process, and a SOCK_SEQPACKET socket for
 * the one report. Standard streams are the new process's. */
#define ENTER_PIDFD 3
#define ENTER_REPORT 4

/* First byte of the report. A pid has decimal digits behind it, and with a terminal its master beside it;
 * a refusal has the words for the user; anything else `errno step`: the runtime may still manage. */
#define REPORT_PID 'p'
#define REPORT_REFUSAL 'r'
#define REPORT_UNABLE 'u'
#define REPORT_MAX 4096

int enter_main(const char *plan_file);

#endif
