/* SPDX-License-Identifier: MIT */
/* Names: what is parsed is canonical, and the functions on canonical names agree with each other.
 * The input is a name, and behind a NUL a second one to compare it with. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "model/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Holds in every build: a fuzz target without asserts finds nothing. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static bool parse(struct ses_str text, struct ses_arena *arena, struct ses_name *ret_name)
{
    struct ses_name_flaw flaw = {0};
    int error = ses_name_parse(text, arena, ret_name, &flaw);

    CHECK(error == 0 || error == SES_EINVALID);
    CHECK(error == 0 || flaw.kind != SES_NAME_OK);
    CHECK(error == 0 || flaw.offset <= text.len);
    CHECK(error == 0 || flaw.kind != SES_NAME_BAD_BYTE || flaw.offset < text.len);
    return error == 0;
}

static void check_bytes(struct ses_str text)
{
    size_t label = 0;

    CHECK(text.len > 0 && text.len <= SES_MAX_NAME && text.ptr[text.len] == '\0');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        label = c == '.' ? 0 : label + 1;
        CHECK(label <= SES_MAX_LABEL);
        CHECK((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.');
    }
}

/* Canonical text stays what it is, and so does what people write instead of it. */
static void check_again(struct ses_str text, struct ses_arena *arena)
{
    struct ses_str unicode;
    struct ses_str dotted;
    struct ses_name name;

    CHECK(parse(text, arena, &name) && ses_str_eq(name.text, text));
    CHECK(!name.final_dot && !name.upper && !name.idn);
    CHECK(ses_arena_printf(arena, &dotted, "%.*s.", SES_STR_ARG(text)) == 0);
    CHECK(parse(dotted, arena, &name) && ses_str_eq(name.text, text));
    CHECK(name.final_dot && !name.upper && !name.idn);
    CHECK(ses_name_to_unicode(text, arena, &unicode) == 0);
    CHECK(parse(unicode, arena, &name) && ses_str_eq(name.text, text));
}

static void check_labels(struct ses_str text)
{
    size_t count = ses_name_label_count(text);
    size_t steps = 0;
    struct ses_str once = ses_name_undoubled(text);

    for (struct ses_str rest = text; rest.len > 0; rest = ses_name_parent(rest)) {
        struct ses_str relative = ses_name_relative(text, rest);

        CHECK(ses_name_is_in(text, rest));
        CHECK(!ses_name_is_in(rest, text) || rest.len == text.len);
        CHECK(ses_name_first(rest).len > 0);
        CHECK(rest.len == text.len ? ses_str_eq(relative, SES_STR("@"))
                                   : relative.len + 1 + rest.len == text.len);
        steps++;
    }
    CHECK(steps == count);
    CHECK(once.len == 0 || (once.len < text.len && ses_str_starts(text, once) &&
                            ses_name_is_in(once, ses_str_slice(text, once.len + 1, text.len))));
}

static void check_pair(struct ses_str name, struct ses_str zone)
{
    struct ses_str relative = ses_name_relative(name, zone);

    CHECK(ses_name_is_in(name, zone) || ses_str_eq(relative, name));
    CHECK(!ses_name_is_in(name, zone) || ses_str_eq(name, zone) ||
          relative.len + 1 + zone.len == name.len);
    CHECK(ses_name_is_in(name, zone) + ses_name_is_in(zone, name) < 2 || ses_str_eq(name, zone));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str rest = {(const char *)bytes, len};
    struct ses_str text = {0};
    struct ses_name first;
    struct ses_name second;

    if (!ses_str_split(&rest, '\0', &text) || !parse(text, &arena, &first))
        return 0;
    check_bytes(first.text);
    check_again(first.text, &arena);
    check_labels(first.text);
    if (parse(rest, &arena, &second))
        check_pair(first.text, second.text);
    return 0;
}
