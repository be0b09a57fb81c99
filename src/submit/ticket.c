/* SPDX-License-Identifier: MIT */
#include "submit/ticket.h"

#include <string.h>

#include "base/error.h"

/* Digits of a SHA-256 in a name. */
#define NAME_DIGITS 8

static const char *const names[SES_TICKET_STATES] = {
    [SES_TICKET_NEW] = "open",        [SES_TICKET_CHANGED] = "changed",
    [SES_TICKET_BLOCKED] = "blocked", [SES_TICKET_FOUND] = "found",
    [SES_TICKET_OPENED] = "opened",   [SES_TICKET_REFUSED] = "refused",
    [SES_TICKET_FAILED] = "failed",
};

const char *ses_ticket_state_name(enum ses_ticket_state state)
{
    return names[state];
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

int ses_ticket_file_name(const char *path, struct ses_arena *arena, struct ses_str *ret_name)
{
    const char *slash = strrchr(path, '/');
    struct ses_str from = ses_str_of(slash ? slash + 1 : path);
    char *name = ses_arena_alloc(arena, from.len + 2);
    size_t len = from.len;

    if (!name)
        return SES_ENOMEM;
    for (size_t i = 0; i < len; i++)
        name[i] = is_plain(from.ptr[i]) ? from.ptr[i] : '_';
    /* A name like that would be hidden, or climb out of a folder, wherever it is saved. */
    if (len == 0 || name[0] == '.')
        name[0] = '_';
    len = len > 0 ? len : 1;
    if (len > SES_MAX_FILE_NAME) {
        size_t half = SES_MAX_FILE_NAME / 2;

        memmove(name + half, name + len - half, half);
        len = SES_MAX_FILE_NAME;
        name[len] = '\0';
    }
    *ret_name = (struct ses_str){name, len};
    return 0;
}

int ses_ticket_file_rename(const struct ses_ticket_file *file, struct ses_arena *arena,
                           struct ses_str *ret_name)
{
    const char *dot = memrchr(file->name.ptr, '.', file->name.len);
    struct ses_str ending = ses_str_slice(
        file->name, dot ? (size_t)(dot - file->name.ptr) : file->name.len, file->name.len);
    size_t room = SES_MAX_FILE_NAME - NAME_DIGITS - 1;
    struct ses_str stem;

    if (ending.len > room)
        ending.len = 0;
    stem = ses_str_slice(file->name, 0, file->name.len - ending.len);
    stem = ses_str_slice(stem, 0, room - ending.len);
    return ses_arena_printf(arena, ret_name, "%.*s-%.*s%.*s", SES_STR_ARG(stem), NAME_DIGITS,
                            file->sha256, SES_STR_ARG(ending));
}
