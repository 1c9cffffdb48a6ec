#include "text.h"

#include <string.h>

static const char hex[] = "0123456789abcdef";

void text_init(struct text *text, char *data, size_t capacity) {
  text->data = data;
  text->length = 0;
  text->capacity = capacity;
  text->overflow = false;
}

void text_bytes(struct text *text, const void *bytes, size_t length) {
  if (length > text->capacity - text->length) {
    text->overflow = true;
    return;
  }
  memcpy(text->data + text->length, bytes, length);
  text->length += length;
}

void text_string(struct text *text, const char *string) {
  text_bytes(text, string, strlen(string));
}

void text_errno(struct text *text, int error) {
  const char *words = strerror(error);
  char first = *words;
  if (first >= 'A' && first <= 'Z') first = (char)(first - 'A' + 'a');
  text_bytes(text, &first, 1);
  if (first != '\0') text_string(text, words + 1);
}

void text_number(struct text *text, int64_t number) {
  char digits[20];
  size_t at = sizeof digits;
  uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  do {
    digits[--at] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (number < 0) text_bytes(text, "-", 1);
  text_bytes(text, digits + at, sizeof digits - at);
}

int64_t text_parse(const char *digits) {
  int64_t number = 0;
  int count = 0;
  for (; *digits >= '0' && *digits <= '9'; digits++) {
    if (++count > 18) return 0;
    number = number * 10 + (*digits - '0');
  }
  return number;
}

void text_boolean(struct text *text, bool value) {
  text_string(text, value ? "true" : "false");
}

size_t utf8_length(const unsigned char *bytes, size_t length) {
  unsigned char first = bytes[0];
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length < size) return 0;
  unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (bytes[1] < low || bytes[1] > high) return 0;
  for (size_t i = 2; i < size; i++)
    if ((bytes[i] & 0xc0) != 0x80) return 0;
  return size;
}

size_t utf8_unfinished(const char *bytes, size_t length) {
  for (size_t back = 1; back <= 3 && back <= length; back++) {
    unsigned char byte = (unsigned char)bytes[length - back];
    if ((byte & 0xc0) == 0x80) continue;
    size_t size = byte < 0xc2 || byte > 0xf4 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return size > back ? back : 0;
  }
  return 0;
}

static bool is_plain(unsigned char byte) {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' && byte != '<' && byte != '>' &&
         byte != '&';
}

static void escape_ascii(struct text *text, unsigned char byte) {
  char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
  size_t length = 2;
  if (byte == '"' || byte == '\\')
    escape[1] = (char)byte;
  else if (byte == '\n')
    escape[1] = 'n';
  else if (byte == '\r')
    escape[1] = 'r';
  else
    length = sizeof escape;
  text_bytes(text, escape, length);
}

/* Writes one character that is_plain() refused and returns how many input bytes it took. */
static size_t escape_one(struct text *text, const unsigned char *bytes, size_t length) {
  if (bytes[0] < 0x80) {
    escape_ascii(text, bytes[0]);
    return 1;
  }
  size_t size = utf8_length(bytes, length);
  if (size == 0) {
    text_string(text, "\\ufffd");
    return 1;
  }
  bool separator = size == 3 && bytes[0] == 0xe2 && bytes[1] == 0x80 && (bytes[2] & 0xfe) == 0xa8;
  if (separator)
    text_string(text, bytes[2] == 0xa8 ? "\\u2028" : "\\u2029");
  else
    text_bytes(text, bytes, size);
  return size;
}

void text_json(struct text *text, const char *bytes, size_t length) {
  const unsigned char *at = (const unsigned char *)bytes;
  const unsigned char *end = at + length;
  text_bytes(text, "\"", 1);
  while (at < end) {
    const unsigned char *run = at;
    while (at < end && is_plain(*at)) at++;
    if (at > run) text_bytes(text, run, (size_t)(at - run));
    if (at < end) at += escape_one(text, at, (size_t)(end - at));
  }
  text_bytes(text, "\"", 1);
}

void text_json_string(struct text *text, const char *string) {
  text_json(text, string, strlen(string));
}

static void padded(struct text *text, int64_t number, int width) {
  char digits[9];
  for (int i = width; i-- > 0; number /= 10) digits[i] = (char)('0' + number % 10);
  text_bytes(text, digits, (size_t)width);
}

void text_time(struct text *text, const struct timespec *time) {
  int64_t seconds = time->tv_sec;
  int64_t days = seconds / 86400 + 719468;
  int64_t rest = seconds % 86400;
  /* Proleptic Gregorian calendar counted from 1 March of year 0, in cycles of 400 years. */
  int64_t era = days / 146097;
  int64_t day_of_era = days % 146097;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * day_of_year + 2) / 153;
  int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  padded(text, era * 400 + year_of_era + (month <= 2), 4);
  text_bytes(text, "-", 1);
  padded(text, month, 2);
  text_bytes(text, "-", 1);
  padded(text, day, 2);
  text_bytes(text, "T", 1);
  padded(text, rest / 3600, 2);
  text_bytes(text, ":", 1);
  padded(text, rest / 60 % 60, 2);
  text_bytes(text, ":", 1);
  padded(text, rest % 60, 2);
  if (time->tv_nsec != 0) {
    int64_t fraction = time->tv_nsec;
    int width = 9;
    for (; fraction % 10 == 0; fraction /= 10) width--;
    text_bytes(text, ".", 1);
    padded(text, fraction, width);
  }
  text_bytes(text, "Z", 1);
}

bool text_finish(struct text *text) {
  if (text->length >= text->capacity) text->overflow = true;
  if (text->overflow) return false;
  text->data[text->length] = '\0';
  return true;
}
