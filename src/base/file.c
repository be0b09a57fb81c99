/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"

/* The first read of a file whose size is not known (a pipe). */
#define FIRST_READ ((size_t)16 * 1024)

void ses_file_closep(FILE **file)
{
    if (*file)
        fclose(*file);
    *file = NULL;
}

static void close_descriptor(int *descriptor)
{
    int saved = errno;

    if (*descriptor > STDERR_FILENO)
        close(*descriptor);
    errno = saved;
}

/* Fills `bytes` from the descriptor until its end or `size`. */
static int read_fully(int descriptor, char *bytes, size_t size, size_t *ret_len)
{
    size_t len = 0;

    while (len < size) {
        ssize_t got = read(descriptor, bytes + len, size - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return SES_EIO;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *ret_len = len;
    return 0;
}

static int read_descriptor(int descriptor, size_t size, size_t max, struct ses_arena *arena,
                           struct ses_str *ret_bytes)
{
    char *bytes = NULL;
    size_t len = 0;

    for (;;) {
        char *grown = ses_arena_alloc(arena, size + 1);
        size_t got;
        int error;

        if (!grown)
            return SES_ENOMEM;
        if (len > 0)
            memcpy(grown, bytes, len);
        bytes = grown;
        error = read_fully(descriptor, bytes + len, size - len, &got);
        if (error != 0)
            return error;
        len += got;
        if (len < size)
            break;
        if (size > max)
            return SES_ELIMIT;
        size = size > max / 2 ? max + 1 : size * 2;
    }
    *ret_bytes = (struct ses_str){bytes, len};
    return 0;
}

int ses_file_read(const char *path, size_t max, struct ses_arena *arena, struct ses_str *ret_bytes)
{
    int descriptor SES_CLEANUP(close_descriptor) = STDIN_FILENO;
    struct stat status;
    size_t size = FIRST_READ;

    if (strcmp(path, "-") != 0) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
            return SES_EIO;
    }
    if (fstat(descriptor, &status) != 0)
        return SES_EIO;
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return SES_EIO;
    }
    if (S_ISREG(status.st_mode)) {
        if ((unsigned long long)status.st_size > max)
            return SES_ELIMIT;
        /* One byte more than it should hold, so that one read sees the end. */
        size = (size_t)status.st_size + 1;
    }
    return read_descriptor(descriptor, size, max, arena, ret_bytes);
}

static int write_fully(int descriptor, struct ses_str bytes)
{
    while (bytes.len > 0) {
        ssize_t put = write(descriptor, bytes.ptr, bytes.len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return SES_EIO;
        bytes = ses_str_slice(bytes, (size_t)put, bytes.len);
    }
    return 0;
}

/* Compares in pieces, so that a large file in the way costs no memory. */
static int compare(const char *path, struct ses_str bytes, bool *ret_there, bool *ret_same)
{
    int descriptor SES_CLEANUP(close_descriptor) = open(path, O_RDONLY | O_CLOEXEC);
    char piece[4096];
    size_t got;
    int error;

    *ret_there = descriptor >= 0;
    *ret_same = false;
    if (descriptor < 0)
        return errno == ENOENT ? 0 : SES_EIO;
    do {
        error = read_fully(descriptor, piece, sizeof(piece), &got);
        if (error != 0)
            return error;
        if (!ses_str_starts(bytes, (struct ses_str){piece, got}))
            return 0;
        bytes = ses_str_slice(bytes, got, bytes.len);
    } while (got == sizeof(piece));
    *ret_same = bytes.len == 0;
    return 0;
}

static int write_new(const char *beside, const char *path, struct ses_str bytes)
{
    int descriptor SES_CLEANUP(close_descriptor) = -1;
    int error;

    descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor < 0)
        return SES_EIO;
    error = write_fully(descriptor, bytes);
    if (error == 0 && fsync(descriptor) != 0)
        error = SES_EIO;
    if (error == 0 && rename(beside, path) != 0)
        error = SES_EIO;
    if (error != 0) {
        int saved = errno;

        unlink(beside);
        errno = saved;
    }
    return error;
}

int ses_file_write(const char *path, struct ses_str bytes, bool replace,
                   enum ses_file_outcome *ret_outcome)
{
    struct ses_buf beside SES_CLEANUP(ses_buf_done);
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
    bool there;
    bool same;
    int error;

    ses_buf_init(&beside, folder + 255);
    error = compare(path, bytes, &there, &same);
    if (error != 0)
        return error;
    if (same) {
        *ret_outcome = SES_FILE_SAME;
        return 0;
    }
    if (there && !replace)
        return SES_ECONFLICT;
    /* A fixed name, not a random one: what an interrupted run left is overwritten by the next. */
    ses_buf_printf(&beside, "%.*s.%s.part", (int)folder, path, path + folder);
    error = ses_buf_status(&beside);
    if (error == SES_ELIMIT) {
        errno = ENAMETOOLONG;
        return SES_EIO;
    }
    if (error == 0)
        error = write_new(beside.ptr, path, bytes);
    if (error == 0)
        *ret_outcome = SES_FILE_WRITTEN;
    return error;
}

static int make_one(const char *path)
{
    struct stat status;

    if (mkdir(path, 0777) == 0)
        return 0;
    if (errno == EEXIST && stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return 0;
        errno = ENOTDIR;
    }
    return SES_EIO;
}

int ses_file_make_folder(const char *path)
{
    struct ses_buf part SES_CLEANUP(ses_buf_done);
    struct ses_str whole = ses_str_of(path);
    int error = 0;

    ses_buf_init(&part, whole.len);
    for (size_t end = 1; end <= whole.len && error == 0; end++) {
        if (end < whole.len && path[end] != '/')
            continue;
        ses_buf_clear(&part);
        ses_buf_add(&part, ses_str_slice(whole, 0, end));
        error = ses_buf_status(&part);
        if (error == 0)
            error = make_one(part.ptr);
    }
    return error;
}
