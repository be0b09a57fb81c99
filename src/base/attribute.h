/* SPDX-License-Identifier: MIT */
/* Compiler attributes that this project relies on, under names of its own. gcc and clang only. */
#ifndef SES_BASE_ATTRIBUTE_H
#define SES_BASE_ATTRIBUTE_H

/* The result says whether the call worked; ignoring it is a bug. */
#define SES_MUSTCHECK __attribute__((warn_unused_result))

/* printf-like: the format is argument `f`, its first value argument `v` (both from 1). */
#define SES_PRINTF(f, v) __attribute__((format(printf, f, v)))

/* Calls `fn(&variable)` when the variable leaves its scope. */
#define SES_CLEANUP(fn) __attribute__((cleanup(fn)))

#endif
