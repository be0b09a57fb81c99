/* SPDX-License-Identifier: MIT */
#include "servicenow_text.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

void sn_die(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("fake-servicenow: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(3);
}

void *sn_alloc(size_t size)
{
    void *ptr = calloc(1, size > 0 ? size : 1);

    if (!ptr)
        sn_die("out of memory");
    return ptr;
}

char *sn_copy(const char *text, size_t len)
{
    char *copy = sn_alloc(len + 1);

    memcpy(copy, text, len);
    return copy;
}

static void reserve(struct sn_bytes *bytes, size_t more)
{
    size_t capacity = bytes->capacity > 0 ? bytes->capacity : 256;

    while (capacity < bytes->len + more + 1)
        capacity *= 2;
    if (capacity == bytes->capacity)
        return;
    bytes->ptr = realloc(bytes->ptr, capacity);
    if (!bytes->ptr)
        sn_die("out of memory");
    bytes->capacity = capacity;
}

void sn_bytes_add(struct sn_bytes *bytes, const void *ptr, size_t len)
{
    reserve(bytes, len);
    if (len > 0)
        memcpy(bytes->ptr + bytes->len, ptr, len);
    bytes->len += len;
    bytes->ptr[bytes->len] = '\0';
}

void sn_bytes_printf(struct sn_bytes *bytes, const char *format, ...)
{
    va_list arguments, again;
    int len;

    va_start(arguments, format);
    va_copy(again, arguments);
    len = vsnprintf(NULL, 0, format, arguments);
    if (len < 0)
        sn_die("cannot format");
    reserve(bytes, (size_t)len);
    vsnprintf(bytes->ptr + bytes->len, (size_t)len + 1, format, again);
    bytes->len += (size_t)len;
    va_end(again);
    va_end(arguments);
}

void sn_bytes_done(struct sn_bytes *bytes)
{
    free(bytes->ptr);
    *bytes = (struct sn_bytes){0};
}

bool sn_read_file(const char *path, struct sn_bytes *ret_bytes)
{
    struct sn_bytes bytes = {0};
    char piece[65536];
    FILE *file = fopen(path, "rb");
    size_t len;

    if (!file)
        return false;
    sn_bytes_add(&bytes, "", 0);
    while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
        sn_bytes_add(&bytes, piece, len);
    if (ferror(file)) {
        fclose(file);
        sn_bytes_done(&bytes);
        return false;
    }
    fclose(file);
    *ret_bytes = bytes;
    return true;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

    return at ? (int)(at - digits) : -1;
}

char *sn_decode(const char *text, size_t len, bool plus)
{
    char *decoded = sn_alloc(len + 1);
    size_t to = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%' && i + 2 < len && hex_digit(text[i + 1]) >= 0 &&
            hex_digit(text[i + 2]) >= 0) {
            decoded[to++] = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
            continue;
        }
        decoded[to++] = plus && text[i] == '+' ? ' ' : text[i];
    }
    decoded[to] = '\0';
    return decoded;
}

void sn_id(char id[SN_ID])
{
    unsigned char bytes[16];

    if (getentropy(bytes, sizeof(bytes)) != 0)
        sn_die("no random bytes: %s", strerror(errno));
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(id + 2 * i, 3, "%02x", bytes[i]);
}

bool sn_is_id(const char *text)
{
    return strlen(text) == SN_ID - 1 && strspn(text, "0123456789abcdefABCDEF") == SN_ID - 1;
}

void sn_stamp(time_t when, char stamp[SN_STAMP])
{
    struct tm parts;

    if (!gmtime_r(&when, &parts) || strftime(stamp, SN_STAMP, "%Y-%m-%d %H:%M:%S", &parts) == 0)
        stamp[0] = '\0';
}

bool sn_stamp_parse(const char *text, time_t *ret_when)
{
    struct tm parts = {0};
    int end = 0;

    if (sscanf(text, "%4d-%2d-%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &end) != 3 ||
        end != 10)
        return false;
    if (text[end] != '\0') {
        int more = 0;

        if (sscanf(text + end, " %2d:%2d:%2d%n", &parts.tm_hour, &parts.tm_min, &parts.tm_sec,
                   &more) != 3 ||
            text[end + more] != '\0')
            return false;
    }
    if (parts.tm_mon < 1 || parts.tm_mon > 12 || parts.tm_mday < 1 || parts.tm_mday > 31)
        return false;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    *ret_when = timegm(&parts);
    return true;
}

json_int_t sn_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (json_int_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *sn_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

/* As the instance's own language writes a map: recorded as "{link=https://instance.serviceno" where
 * a reference was sent as an object (servicenow.md 1.5). */
static char *map_text(const json_t *object)
{
    struct sn_bytes text = {0};
    const char *key;
    json_t *value;

    sn_bytes_add(&text, "{", 1);
    json_object_foreach ((json_t *)object, key, value) {
        char *inner = sn_value_text(value);

        sn_bytes_printf(&text, "%s%s=%s", text.len > 1 ? ", " : "", key, inner);
        free(inner);
    }
    sn_bytes_add(&text, "}", 1);
    return text.ptr;
}

char *sn_value_text(const json_t *value)
{
    char number[64];

    switch (json_typeof(value)) {
    case JSON_STRING:
        return sn_copy(json_string_value(value), json_string_length(value));
    case JSON_OBJECT:
        return map_text(value);
    case JSON_TRUE:
        return sn_copy("true", 4);
    case JSON_FALSE:
        return sn_copy("false", 5);
    case JSON_INTEGER:
        snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return sn_copy(number, strlen(number));
    case JSON_REAL:
        snprintf(number, sizeof(number), "%g", json_real_value(value));
        return sn_copy(number, strlen(number));
    default:
        return sn_copy("", 0);
    }
}

void sn_set(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_string(text));
}

void sn_sha256(const void *ptr, size_t len, char hex[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    if (EVP_Digest(ptr, len, digest, &size, EVP_sha256(), NULL) != 1 || size != 32)
        sn_die("no SHA-256");
    for (unsigned int i = 0; i < size; i++)
        snprintf(hex + (size_t)2 * i, 3, "%02x", digest[i]);
}
