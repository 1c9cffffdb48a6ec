/* Arguments from JavaScript, results to it, and errors. */
#include "sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool arguments_open(struct arguments *a, napi_env env, napi_callback_info info, const char *syscall,
                    size_t minimum) {
  a->env = env;
  a->syscall = syscall;
  a->count = MAX_ARGUMENTS;
  if (napi_get_cb_info(env, info, &a->count, a->values, NULL, NULL) != napi_ok) return false;
  if (a->count > MAX_ARGUMENTS) a->count = MAX_ARGUMENTS;
  if (a->count >= minimum) return true;
  char message[96];
  snprintf(message, sizeof message, "%s: %zu arguments expected", syscall, minimum);
  napi_throw_type_error(env, NULL, message);
  return false;
}

static bool wrong_type(const struct arguments *a, size_t index, const char *expected) {
  char message[96];
  snprintf(message, sizeof message, "%s: argument %zu must be %s", a->syscall, index, expected);
  napi_throw_type_error(a->env, NULL, message);
  return false;
}

/* A Buffer stands for a name that need not be valid UTF-8. */
static bool copy_text(const struct arguments *a, size_t index, char *out, size_t size,
                      size_t *length) {
  struct bytes bytes;
  bool is_buffer = false;
  napi_is_buffer(a->env, a->values[index], &is_buffer);
  if (!is_buffer) {
    if (napi_get_value_string_utf8(a->env, a->values[index], NULL, 0, length) != napi_ok)
      return wrong_type(a, index, "a string");
    if (*length < size) napi_get_value_string_utf8(a->env, a->values[index], out, size, length);
    return true;
  }
  if (!argument_bytes(a, index, &bytes)) return false;
  *length = bytes.length;
  if (*length >= size) return true;
  if (*length > 0) memcpy(out, bytes.data, *length);
  out[*length] = '\0';
  return true;
}

bool argument_text(const struct arguments *a, size_t index, char *out, size_t size) {
  size_t length = 0;
  if (index >= a->count) return wrong_type(a, index, "a string");
  if (!copy_text(a, index, out, size, &length)) return false;
  if (length < size && memchr(out, '\0', length) == NULL) return true;
  sys_throw(a->env, a->syscall, length < size ? EINVAL : ENAMETOOLONG, NULL);
  return false;
}

bool argument_optional_text(const struct arguments *a, size_t index, char *out, size_t size,
                            bool *given) {
  napi_valuetype type = napi_undefined;
  if (index < a->count) napi_typeof(a->env, a->values[index], &type);
  *given = type != napi_undefined && type != napi_null;
  return *given ? argument_text(a, index, out, size) : true;
}

bool argument_long_text(const struct arguments *a, size_t index, char **out) {
  size_t length = 0;
  *out = NULL;
  if (index >= a->count ||
      napi_get_value_string_utf8(a->env, a->values[index], NULL, 0, &length) != napi_ok)
    return wrong_type(a, index, "a string");
  char *text = malloc(length + 1);
  if (text == NULL) {
    sys_throw(a->env, a->syscall, ENOMEM, NULL);
    return false;
  }
  napi_get_value_string_utf8(a->env, a->values[index], text, length + 1, &length);
  if (memchr(text, '\0', length) != NULL) {
    free(text);
    sys_throw(a->env, a->syscall, EINVAL, NULL);
    return false;
  }
  *out = text;
  return true;
}

void texts_free(char **list) {
  for (char **at = list; list != NULL && *at != NULL; at++) free(*at);
  free(list);
}

bool argument_texts(const struct arguments *a, size_t index, char ***out) {
  uint32_t length = 0;
  *out = NULL;
  if (index >= a->count ||
      napi_get_array_length(a->env, a->values[index], &length) != napi_ok)
    return wrong_type(a, index, "a list of strings");
  char **list = calloc((size_t)length + 1, sizeof *list);
  if (list == NULL) {
    sys_throw(a->env, a->syscall, ENOMEM, NULL);
    return false;
  }
  for (uint32_t i = 0; i < length; i++) {
    struct arguments one = {.env = a->env, .syscall = a->syscall, .count = 1};
    if (napi_get_element(a->env, a->values[index], i, &one.values[0]) != napi_ok ||
        !argument_long_text(&one, 0, &list[i])) {
      texts_free(list);
      return false;
    }
  }
  *out = list;
  return true;
}

/* napi_get_value_int64 turns NaN into 0, which as a descriptor would be the standard input. */
bool argument_int64(const struct arguments *a, size_t index, int64_t *out) {
  double number = 0;
  if (index >= a->count || napi_get_value_double(a->env, a->values[index], &number) != napi_ok ||
      !(number >= -9007199254740992.0 && number <= 9007199254740992.0) ||
      number != (double)(int64_t)number)
    return wrong_type(a, index, "an integer");
  *out = (int64_t)number;
  return true;
}

bool argument_int(const struct arguments *a, size_t index, int *out) {
  int64_t wide = 0;
  if (!argument_int64(a, index, &wide)) return false;
  if (wide < INT_MIN || wide > INT_MAX) return wrong_type(a, index, "a 32-bit number");
  *out = (int)wide;
  return true;
}

bool argument_bool(const struct arguments *a, size_t index, bool *out) {
  if (index >= a->count || napi_get_value_bool(a->env, a->values[index], out) != napi_ok)
    return wrong_type(a, index, "a boolean");
  return true;
}

bool argument_bytes(const struct arguments *a, size_t index, struct bytes *out) {
  void *data = NULL;
  bool is_buffer = false;
  if (index < a->count) napi_is_buffer(a->env, a->values[index], &is_buffer);
  if (!is_buffer ||
      napi_get_buffer_info(a->env, a->values[index], &data, &out->length) != napi_ok)
    return wrong_type(a, index, "a Buffer");
  out->data = data;
  return true;
}

/* The class is kept per environment: each worker thread loads the addon anew. */
napi_value sys_set_error_class(napi_env env, napi_callback_info info) {
  struct arguments a;
  if (!arguments_open(&a, env, info, "setErrorClass", 1)) return NULL;
  napi_ref reference = NULL;
  if (napi_create_reference(env, a.values[0], 1, &reference) != napi_ok) return NULL;
  napi_set_instance_data(env, reference, NULL, NULL);
  return sys_undefined(env);
}

napi_value sys_text(napi_env env, const char *text, size_t length) {
  napi_value value = NULL;
  napi_create_string_utf8(env, text, length, &value);
  return value;
}

napi_value sys_error(napi_env env, const char *syscall, int error, const char *path,
                     const char *detail) {
  const char *known = strerrorname_np(error);
  char unknown[16];
  snprintf(unknown, sizeof unknown, "E%d", error);
  const char *name = known == NULL ? unknown : known;

  napi_value arguments[4] = {
      sys_text(env, syscall, NAPI_AUTO_LENGTH),
      sys_text(env, name, NAPI_AUTO_LENGTH),
      path == NULL ? sys_undefined(env) : sys_text(env, path, NAPI_AUTO_LENGTH),
      detail == NULL ? sys_undefined(env) : sys_text(env, detail, NAPI_AUTO_LENGTH),
  };
  void *reference = NULL;
  napi_value class = NULL;
  napi_value instance = NULL;
  napi_get_instance_data(env, &reference);
  if (reference != NULL && napi_get_reference_value(env, reference, &class) == napi_ok &&
      napi_new_instance(env, class, 4, arguments, &instance) == napi_ok)
    return instance;
  napi_create_error(env, arguments[1], arguments[0], &instance);
  return instance;
}

napi_value sys_throw(napi_env env, const char *syscall, int error, const char *path) {
  napi_throw(env, sys_error(env, syscall, error, path, NULL));
  return NULL;
}

napi_value sys_undefined(napi_env env) {
  napi_value value = NULL;
  napi_get_undefined(env, &value);
  return value;
}

napi_value sys_int(napi_env env, int64_t number) {
  napi_value value = NULL;
  napi_create_int64(env, number, &value);
  return value;
}

napi_value sys_bool(napi_env env, bool truth) {
  napi_value value = NULL;
  napi_get_boolean(env, truth, &value);
  return value;
}

napi_value sys_bytes(napi_env env, const void *data, size_t length) {
  napi_value value = NULL;
  napi_create_buffer_copy(env, length, data, NULL, &value);
  return value;
}
