#include "json.h"

#include <string.h>

struct reader {
  char *at;
  char *end;
};

static void skip_space(struct reader *in) {
  while (in->at < in->end && strchr(" \t\r\n", *in->at) != NULL && *in->at != '\0') in->at++;
}

static bool take(struct reader *in, char wanted) {
  skip_space(in);
  if (in->at >= in->end || *in->at != wanted) return false;
  in->at++;
  return true;
}

static bool take_word(struct reader *in, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(in->end - in->at) < length || memcmp(in->at, word, length) != 0) return false;
  in->at += length;
  return true;
}

static bool read_hex4(struct reader *in, uint32_t *value) {
  if (in->end - in->at < 4) return false;
  *value = 0;
  for (int i = 0; i < 4; i++) {
    char c = *in->at++;
    uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                     : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                     : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                            : 16;
    if (digit == 16) return false;
    *value = *value << 4 | digit;
  }
  return true;
}

static char *put_utf8(char *out, uint32_t code) {
  if (code < 0x80) {
    *out++ = (char)code;
    return out;
  }
  if (code < 0x800) {
    *out++ = (char)(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      *out++ = (char)(0xe0 | code >> 12);
    } else {
      *out++ = (char)(0xf0 | code >> 18);
      *out++ = (char)(0x80 | (code >> 12 & 63));
    }
    *out++ = (char)(0x80 | (code >> 6 & 63));
  }
  *out++ = (char)(0x80 | (code & 63));
  return out;
}

/* The part of a \u escape after the u; a lone surrogate becomes U+FFFD. */
static bool read_unicode(struct reader *in, char **out) {
  uint32_t code, low;
  if (!read_hex4(in, &code) || code == 0) return false;
  if (code >= 0xd800 && code <= 0xdbff) {
    struct reader ahead = *in;
    if (take_word(&ahead, "\\u") && read_hex4(&ahead, &low) && low >= 0xdc00 && low <= 0xdfff) {
      *in = ahead;
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else {
      code = 0xfffd;
    }
  } else if (code >= 0xdc00 && code <= 0xdfff) {
    code = 0xfffd;
  }
  *out = put_utf8(*out, code);
  return true;
}

static bool read_escape(struct reader *in, char **out) {
  static const char names[] = "\"\\/bfnrt";
  static const char values[] = "\"\\/\b\f\n\r\t";
  if (in->at >= in->end) return false;
  char c = *in->at++;
  if (c == 'u') return read_unicode(in, out);
  const char *found = c == '\0' ? NULL : strchr(names, c);
  if (found == NULL) return false;
  *(*out)++ = values[found - names];
  return true;
}

/* Decoding never lengthens a string, so it happens where the string stands. */
static bool read_string(struct reader *in, const char **string) {
  if (!take(in, '"')) return false;
  char *out = in->at;
  *string = out;
  while (in->at < in->end) {
    char c = *in->at++;
    if (c == '"') {
      *out = '\0';
      return true;
    }
    if ((unsigned char)c < 0x20) return false;
    if (c != '\\')
      *out++ = c;
    else if (!read_escape(in, &out))
      return false;
  }
  return false;
}

static bool read_number(struct reader *in, int64_t *number) {
  bool negative = *in->at == '-';
  if (negative) in->at++;
  if (in->at >= in->end || *in->at < '0' || *in->at > '9') return false;
  int64_t value = 0;
  for (int digits = 0; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++) {
    if (++digits > 18) return false;
    value = value * 10 + (*in->at - '0');
  }
  *number = negative ? -value : value;
  return true;
}

static bool read_value(struct reader *in, struct json_field *field) {
  skip_space(in);
  if (in->at >= in->end) return false;
  field->number = 0;
  field->string = NULL;
  if (*in->at == '"') {
    field->kind = JSON_STRING;
    return read_string(in, &field->string);
  }
  field->kind = JSON_BOOLEAN;
  if (take_word(in, "false")) return true;
  if (take_word(in, "true")) {
    field->number = 1;
    return true;
  }
  field->kind = JSON_NULL;
  if (take_word(in, "null")) return true;
  field->kind = JSON_NUMBER;
  return read_number(in, &field->number);
}

bool json_parse(struct json_object *object, char *line, size_t length) {
  struct reader in = {line, line + length};
  object->count = 0;
  if (!take(&in, '{')) return false;
  if (!take(&in, '}')) {
    do {
      if (object->count == JSON_MAX_FIELDS) return false;
      struct json_field *field = &object->fields[object->count];
      if (!read_string(&in, &field->name) || !take(&in, ':') || !read_value(&in, field))
        return false;
      object->count++;
    } while (take(&in, ','));
    if (!take(&in, '}')) return false;
  }
  skip_space(&in);
  return in.at == in.end;
}

static const struct json_field *find(const struct json_object *object, const char *name,
                                     enum json_kind kind) {
  for (unsigned i = 0; i < object->count; i++)
    if (object->fields[i].kind == kind && strcmp(object->fields[i].name, name) == 0)
      return &object->fields[i];
  return NULL;
}

const char *json_string(const struct json_object *object, const char *name) {
  const struct json_field *field = find(object, name, JSON_STRING);
  return field == NULL ? NULL : field->string;
}

int64_t json_number(const struct json_object *object, const char *name, int64_t fallback) {
  const struct json_field *field = find(object, name, JSON_NUMBER);
  return field == NULL ? fallback : field->number;
}

bool json_boolean(const struct json_object *object, const char *name) {
  const struct json_field *field = find(object, name, JSON_BOOLEAN);
  return field != NULL && field->number != 0;
}
