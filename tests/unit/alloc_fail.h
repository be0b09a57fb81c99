/* SPDX-License-Identifier: MIT */
/* Fails the n-th allocation, to show that running out of memory at any point is an error like
 * others and leaks nothing (style rule 12).
 *
 * A test that uses this is linked with ALLOC_FAIL_LINK:
 *     -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
 * and statically with the library. That catches the calls of our own objects only; libraries linked
 * as shared objects allocate as always. Leaks show under -fsanitize=address or valgrind.
 *
 * The function under test runs once for each allocation that it makes, with that one failing, and
 * must return SES_ENOMEM each time; then once without a failure, and must return 0. It has to
 * release what it made both ways. One thread only. */
#ifndef SES_TESTS_ALLOC_FAIL_H
#define SES_TESTS_ALLOC_FAIL_H

/* Runs `run` as said above, as assertions of cmocka. Memory that `run` is to find ready is made by
 * the caller beforehand. */
void alloc_fail_each(int (*run)(void *ctx), void *ctx);

#endif
