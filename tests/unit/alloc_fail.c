/* SPDX-License-Identifier: MIT */
#include "alloc_fail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/error.h"

/* More allocations than any tested function makes; a loop that never gets through stops here. */
#define MAX_ALLOCATIONS 100000

/* The linker gives the wrappers no context, so this is the one place with a variable of its own. */
static struct {
    bool armed;
    bool fired;
    size_t left; /* allocations that succeed before the one that fails */
} state;

static bool fails(void)
{
    if (!state.armed || state.fired)
        return false;
    state.fired = state.left == 0;
    state.left -= state.left > 0;
    return state.fired;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

void alloc_fail_each(int (*run)(void *ctx), void *ctx)
{
    for (size_t n = 0; n < MAX_ALLOCATIONS; n++) {
        int error;

        state.armed = true;
        state.fired = false;
        state.left = n;
        error = run(ctx);
        state.armed = false;
        if (!state.fired) {
            assert_int_equal(error, 0);
            return;
        }
        if (error != SES_ENOMEM)
            fail_msg("allocation %zu failed and the result is %d, not SES_ENOMEM", n, error);
    }
    fail_msg("still failing after %d allocations", MAX_ALLOCATIONS);
}
