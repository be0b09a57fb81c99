/* SPDX-License-Identifier: MIT */
/* What the rooms of the stand-in share about bytes, texts, time and JSON.
 *
 * The stand-in is a test's tool: out of memory ends it with a sentence, so that nothing here has to
 * be checked for NULL. Texts are NUL-terminated. */
#ifndef FAKE_SERVICENOW_TEXT_H
#define FAKE_SERVICENOW_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Written by sn_stamp: "2026-07-14 00:28:27". */
#define SN_STAMP 20
/* Written by sn_id: 32 hex digits. */
#define SN_ID 33

/* Bytes that grow. A zeroed one is empty and valid; sn_bytes_done releases it. */
struct sn_bytes {
    char *ptr; /* owned; NUL-terminated once anything was added */
    size_t len, capacity;
};

void sn_bytes_add(struct sn_bytes *bytes, const void *ptr, size_t len);
void sn_bytes_printf(struct sn_bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sn_bytes_done(struct sn_bytes *bytes);

/* Ends the program with a sentence on standard error; its status is 3. */
void sn_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Never NULL. */
void *sn_alloc(size_t size);
char *sn_copy(const char *text, size_t len);

/* The bytes of `path`, or false. */
bool sn_read_file(const char *path, struct sn_bytes *ret_bytes);

/* Percent signs and, in a query, plus signs undone. The caller frees it. */
char *sn_decode(const char *text, size_t len, bool plus);

/* A new sys_id, which is random: 32 hex digits. */
void sn_id(char id[SN_ID]);
bool sn_is_id(const char *text);

/* UTC, as the instance stores it. */
void sn_stamp(time_t when, char stamp[SN_STAMP]);
/* False where `text` is not such a stamp; a bare date is midnight. */
bool sn_stamp_parse(const char *text, time_t *ret_when);

/* Milliseconds since 1970. */
json_int_t sn_now_ms(void);

/* The text of a member, or "" where there is none. */
const char *sn_text(const json_t *object, const char *key);
/* The text of a value as the instance turns JSON into a field's text. The caller frees it. */
char *sn_value_text(const json_t *value);
void sn_set(json_t *object, const char *key, const char *text);

/* The lower-case hex SHA-256 of the bytes. */
void sn_sha256(const void *ptr, size_t len, char hex[65]);

#endif
