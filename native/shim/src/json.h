/* Reading of flat JSON objects: the requests of the control protocol and the OCI runtime's log lines. */
#ifndef BERTH_SHIM_JSON_H
#define BERTH_SHIM_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_MAX_FIELDS 16

enum json_kind { JSON_STRING, JSON_NUMBER, JSON_BOOLEAN, JSON_NULL };

struct json_field {
  const char *name;
  const char *string;
  int64_t number;
  enum json_kind kind;
};

struct json_object {
  struct json_field fields[JSON_MAX_FIELDS];
  unsigned count;
};

/* Parses one object whose values are strings, integers, booleans or null. Strings are decoded in place
 * and NUL-terminated, so `line` is overwritten and must outlive the object. False for anything else:
 * nested values, fractions, a NUL in a string, too many fields, text after the object. */
bool json_parse(struct json_object *object, char *line, size_t length);

/* The value of a field, or the fallback when it is absent or of another kind. */
const char *json_string(const struct json_object *object, const char *name);
int64_t json_number(const struct json_object *object, const char *name, int64_t fallback);
bool json_boolean(const struct json_object *object, const char *name);

#endif
