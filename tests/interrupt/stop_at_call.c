/* SPDX-License-Identifier: MIT */
/* Loaded before a program (LD_PRELOAD), it kills the program, as kill -9 would, at the call that
 * STOP_AT_CALL numbers, counted over all calls that change the file system or see to it that a
 * change is on the disk, and over those that send to somebody else or take what they say. The call
 * itself is not made; with TEAR_CALL half of what it would write is written, and with AFTER_CALL a
 * call that sends is made before the program dies. COUNT_CALLS names a file that gets the number of
 * calls of a whole run. NO_NAMELESS makes the system one that has no files without names
 * (O_TMPFILE). */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static bool is_last(void)
{
    const char *stop = getenv("STOP_AT_CALL");

    return atomic_fetch_add(&calls, 1) + 1 == (stop ? atol(stop) : 0);
}

static void count_call(void)
{
    if (is_last())
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

int open(const char *path, int flags, ...)
{
    va_list values;
    mode_t mode;

    va_start(values, flags);
    mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(values, mode_t) : 0;
    va_end(values);
    if ((flags & (O_CREAT | O_WRONLY)) != 0)
        count_call();
    return NEXT(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list values;
    mode_t mode;

    va_start(values, flags);
    mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(values, mode_t) : 0;
    va_end(values);
    if ((flags & (O_CREAT | O_WRONLY)) != 0)
        count_call();
    return NEXT(open64)(path, flags, mode);
}

ssize_t write(int file, const void *bytes, size_t size)
{
    if (is_last()) {
        if (getenv("TEAR_CALL") && NEXT(write)(file, bytes, size / 2) < 0)
            perror("write");
        raise(SIGKILL);
    }
    return NEXT(write)(file, bytes, size);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at)
{
    if (is_last()) {
        if (getenv("TEAR_CALL") && NEXT(pwrite)(file, bytes, size / 2, at) < 0)
            perror("pwrite");
        raise(SIGKILL);
    }
    return NEXT(pwrite)(file, bytes, size, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at)
{
    if (is_last()) {
        if (getenv("TEAR_CALL") && NEXT(pwrite64)(file, bytes, size / 2, at) < 0)
            perror("pwrite64");
        raise(SIGKILL);
    }
    return NEXT(pwrite64)(file, bytes, size, at);
}

int ftruncate(int file, off_t size)
{
    count_call();
    return NEXT(ftruncate)(file, size);
}

int ftruncate64(int file, off64_t size)
{
    count_call();
    return NEXT(ftruncate64)(file, size);
}

int fsync(int file)
{
    count_call();
    return NEXT(fsync)(file);
}

int fdatasync(int file)
{
    count_call();
    return NEXT(fdatasync)(file);
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

int rename(const char *from, const char *to)
{
    count_call();
    return NEXT(rename)(from, to);
}

int mkdir(const char *path, mode_t mode)
{
    count_call();
    return NEXT(mkdir)(path, mode);
}

int unlink(const char *path)
{
    count_call();
    return NEXT(unlink)(path);
}

/* Before a call that sends: true where it is the last and is to be made. */
static bool begins_last(void)
{
    bool last = is_last();

    if (last && !getenv("AFTER_CALL"))
        raise(SIGKILL);
    return last;
}

static ssize_t end_sending(ssize_t sent, bool last)
{
    if (last)
        raise(SIGKILL);
    return sent;
}

ssize_t send(int file, const void *bytes, size_t size, int flags)
{
    bool last = begins_last();

    return end_sending(NEXT(send)(file, bytes, size, flags), last);
}

ssize_t sendto(int file, const void *bytes, size_t size, int flags, const struct sockaddr *address,
               socklen_t address_size)
{
    bool last = begins_last();

    return end_sending(NEXT(sendto)(file, bytes, size, flags, address, address_size), last);
}

ssize_t sendmsg(int file, const struct msghdr *message, int flags)
{
    bool last = begins_last();

    return end_sending(NEXT(sendmsg)(file, message, flags), last);
}

int connect(int file, const struct sockaddr *address, socklen_t size)
{
    count_call();
    return NEXT(connect)(file, address, size);
}

int flock(int file, int operation)
{
    count_call();
    return NEXT(flock)(file, operation);
}

ssize_t recv(int file, void *bytes, size_t size, int flags)
{
    count_call();
    return NEXT(recv)(file, bytes, size, flags);
}
