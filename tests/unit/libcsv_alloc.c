/* SPDX-License-Identifier: MIT */
/* libcsv is a shared library, so its allocations pass by the wrappers of alloc_fail.c. But it lets
 * a caller choose how it allocates: here it is told to use ours.
 *
 * Linked with -Wl,--wrap=csv_init. */
#include <csv.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int __real_csv_init(struct csv_parser *parser, unsigned char options);
int __wrap_csv_init(struct csv_parser *parser, unsigned char options);

/* The last request that failed. libcsv asks again for less until it gets something; memory that is
 * short has to stay short, or its failure would never be seen. */
static struct {
    uintptr_t old; /* its address only: it may be gone by now */
    size_t size;
} failed;

/* Not realloc itself: a pointer to it would be the one of the C library. */
static void *reallocate(void *old, size_t size)
{
    uintptr_t address = (uintptr_t)old;
    void *grown = address == failed.old && size < failed.size ? NULL : realloc(old, size);

    failed.old = address;
    failed.size = grown ? 0 : size;
    return grown;
}

int __wrap_csv_init(struct csv_parser *parser, unsigned char options)
{
    int error = __real_csv_init(parser, options);

    csv_set_realloc_func(parser, reallocate);
    return error;
}
