/* SPDX-License-Identifier: MIT */
/* Replies of an instance: whatever comes, rows are whole, and every route reads them without being
 * taken in. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "submit/reply.h"
#include "submit/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static void check_rows(const struct ses_reply *reply)
{
    CHECK(reply->count <= SES_MAX_REPLY_ROWS);
    CHECK(reply->is_list || reply->count <= 1);
    for (size_t i = 0; i < reply->count; i++) {
        const struct ses_reply_row *row = &reply->rows[i];

        for (size_t k = 0; k < row->count; k++) {
            struct ses_str value;

            CHECK(row->cells[k].name.ptr && row->cells[k].value.ptr);
            CHECK(row->cells[k].name.ptr[row->cells[k].name.len] == '\0');
            CHECK(ses_reply_get(row, row->cells[k].name.ptr, &value));
        }
    }
}

/* An answer that names a ticket names it by a sys_id, or by none, which a look-up then finds. */
static void check_routes(const struct ses_reply *reply)
{
    static const char *const names[] = {"table", "change", "catalog", "producer", "import"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct ses_route *route = ses_route_find(ses_str_of(names[i]));
        struct ses_remote_ticket ticket = {0};
        int error = route->answer(reply, &ticket);

        CHECK(error == 0 || error == SES_EINVALID);
        CHECK(error != 0 || ticket.record.len == 0 || ses_reply_is_id(ticket.record));
        if (route->reason)
            (void)route->reason(reply);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct ses_str body = {(const char *)bytes, len};
    struct ses_arena arena = {0};
    struct ses_reply reply;
    struct ses_str said;
    int error;

    ses_arena_init(&arena, (size_t)64 * 1024 * 1024);
    error = ses_reply_parse(body, &arena, &reply);
    if (error == 0) {
        check_rows(&reply);
        check_routes(&reply);
    }
    error = ses_reply_error(body, &arena, &said);
    CHECK(error == 0 || error == SES_ENOMEM);
    ses_arena_done(&arena);
    return 0;
}
