/* The process title that ps shows. */
#ifndef BERTH_SHIM_TITLE_H
#define BERTH_SHIM_TITLE_H

/* Remembers the argument area, which titles overwrite. */
void title_init(int argc, char **argv);
/* Shows the prefix and the container's short ID. */
void title_set(const char *prefix);

#endif
