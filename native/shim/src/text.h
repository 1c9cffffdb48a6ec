/* Bounded text building without allocation. */
#ifndef BERTH_SHIM_TEXT_H
#define BERTH_SHIM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Text in a caller's buffer. What does not fit is left out and sets `overflow`. */
struct text {
  char *data;
  size_t length;
  size_t capacity;
  bool overflow;
};

/* The most bytes that one input byte can become in JSON. */
#define JSON_EXPANSION 6

void text_init(struct text *text, char *data, size_t capacity);
void text_bytes(struct text *text, const void *bytes, size_t length);
void text_string(struct text *text, const char *string);
/* The system's words for an errno as Go writes them, which Docker's clients know: in small letters. */
void text_errno(struct text *text, int error);
void text_number(struct text *text, int64_t number);
/* The decimal number at the beginning of a string; 0 when there is none or it is beyond 18 digits. */
int64_t text_parse(const char *digits);
void text_boolean(struct text *text, bool value);
/* The bytes as a JSON string, quotes included, escaped byte for byte as Docker's json-file writer does:
 * <, > and & as \u00XX, controls other than \n and \r as \u00XX, invalid UTF-8 as \ufffd. */
void text_json(struct text *text, const char *bytes, size_t length);
void text_json_string(struct text *text, const char *string);
/* RFC 3339 in UTC with up to nine fraction digits, trailing zeros left out. */
void text_time(struct text *text, const struct timespec *time);
/* Ends the text with a NUL (not counted); false when something did not fit. */
bool text_finish(struct text *text);

/* Length of the UTF-8 sequence at `bytes`: 0 when it is invalid, or cut off by `length`. */
size_t utf8_length(const unsigned char *bytes, size_t length);
/* How many bytes at the end are the beginning of a sequence that more bytes could complete. */
size_t utf8_unfinished(const char *bytes, size_t length);

#endif
