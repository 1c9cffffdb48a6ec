#include "title.h"

#include <string.h>

#include "options.h"
#include "text.h"

static char *area;
static size_t area_size;

void title_init(int argc, char **argv) {
  area = argv[0];
  area_size = (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) + 1 - argv[0]);
}

void title_set(const char *prefix) {
  struct text text;
  text_init(&text, area, area_size - 1);
  text_string(&text, prefix);
  text_bytes(&text, options.id, strnlen(options.id, 12));
  if (!text_finish(&text)) return;
  /* With a last byte that is not NUL the kernel shows the area as one string up to its first NUL. */
  area[area_size - 1] = ' ';
}
