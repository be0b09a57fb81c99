/* SPDX-License-Identifier: MIT */
/* Loaded before a program (LD_PRELOAD), it kills the program, as kill -9 would, at the call that
 * STOP_AT_CALL numbers, counted over all calls that change the file system. The call itself is not
 * made. COUNT_CALLS names a file that gets the number of calls of a whole run. NO_NAMELESS makes
 * the system one that has no files without names (O_TMPFILE). */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static void count_call(void)
{
    const char *stop = getenv("STOP_AT_CALL");

    if (atomic_fetch_add(&calls, 1) + 1 == (stop ? atol(stop) : 0))
        raise(SIGKILL);
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("COUNT_CALLS");
    FILE *file = path ? fopen(path, "w") : NULL;

    if (!file)
        return;
    fprintf(file, "%ld\n", atomic_load(&calls));
    fclose(file);
}

/* The function of the same name that the program would have got. */
#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

int openat(int folder, const char *path, int flags, ...)
{
    va_list values;
    mode_t mode;

    va_start(values, flags);
    mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(values, mode_t) : 0;
    va_end(values);
    if ((flags & O_TMPFILE) == O_TMPFILE && getenv("NO_NAMELESS")) {
        errno = EOPNOTSUPP;
        return -1;
    }
    if ((flags & (O_CREAT | O_WRONLY)) != 0)
        count_call();
    return NEXT(openat)(folder, path, flags, mode);
}

ssize_t write(int file, const void *bytes, size_t size)
{
    count_call();
    return NEXT(write)(file, bytes, size);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    count_call();
    return NEXT(linkat)(from_folder, from, to_folder, to, flags);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    count_call();
    return NEXT(renameat)(from_folder, from, to_folder, to);
}

int mkdirat(int folder, const char *path, mode_t mode)
{
    count_call();
    return NEXT(mkdirat)(folder, path, mode);
}

int unlinkat(int folder, const char *path, int flags)
{
    count_call();
    return NEXT(unlinkat)(folder, path, flags);
}
