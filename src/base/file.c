/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Fills `bytes` from the descriptor until its end, or until `enough` of the `size` bytes are there.
 */
static int read_enough(int descriptor, char *bytes, size_t size, size_t enough, size_t *ret_len)
{
    size_t len = 0;

    while (len < enough) {
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

static int read_fully(int descriptor, char *bytes, size_t size, size_t *ret_len)
{
    return read_enough(descriptor, bytes, size, size, ret_len);
}

/* `known` is how long a regular file is, and 0 where that cannot be told. */
static int read_descriptor(int descriptor, size_t known, size_t max, struct ses_arena *arena,
                           struct ses_str *ret_bytes)
{
    /* One byte more than it should hold shows whether it has grown meanwhile. */
    size_t size = known > 0 ? known + 1 : FIRST_READ;
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
        error =
            read_enough(descriptor, bytes + len, size - len, known > 0 ? known : size - len, &got);
        if (error != 0)
            return error;
        len += got;
        if (len < size)
            break;
        if (size > max)
            return SES_ELIMIT;
        known = 0;
        size = size > max / 2 ? max + 1 : size * 2;
    }
    *ret_bytes = (struct ses_str){bytes, len};
    return 0;
}

int ses_file_read(const char *path, size_t max, struct ses_arena *arena, struct ses_str *ret_bytes)
{
    int descriptor SES_CLEANUP(close_descriptor) = STDIN_FILENO;
    struct stat status;
    size_t known = 0;

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
        known = (size_t)status.st_size;
    }
    return read_descriptor(descriptor, known, max, arena, ret_bytes);
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
static int compare(int folder, const char *name, struct ses_str bytes, bool *ret_there,
                   bool *ret_same)
{
    int descriptor SES_CLEANUP(close_descriptor) = openat(folder, name, O_RDONLY | O_CLOEXEC);
    size_t total = 0;
    char piece[16 * 1024];
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
        total += got;
        if (!ses_str_starts(bytes, (struct ses_str){piece, got}))
            return 0;
        bytes = ses_str_slice(bytes, got, bytes.len);
    } while (got == sizeof(piece));
    *ret_same = bytes.len == 0;
    *ret_there = total > 0 || *ret_same;
    return 0;
}

/* The name that a file has until all of its bytes are there, where the system has no files without
 * names: fixed, so that what an interrupted run left is overwritten by the next. */
static int part_name(const char *name, char part[NAME_MAX + 1])
{
    if (snprintf(part, NAME_MAX + 1, ".%s.part", name) <= NAME_MAX)
        return 0;
    errno = ENAMETOOLONG;
    return SES_EIO;
}

static int write_part(int folder, const char *name, struct ses_str bytes)
{
    int descriptor SES_CLEANUP(close_descriptor) = -1;
    char part[NAME_MAX + 1];
    int error = part_name(name, part);

    if (error != 0)
        return error;
    descriptor = openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor < 0)
        return SES_EIO;
    error = write_fully(descriptor, bytes);
    if (error == 0 && renameat(folder, part, folder, name) != 0)
        error = SES_EIO;
    if (error != 0) {
        int saved = errno;

        unlinkat(folder, part, 0);
        errno = saved;
    }
    return error;
}

/* Names the file of `descriptor`, which has no name yet. The way through /proc is for everybody
 * where that is mounted; the short one for root, and since Linux 6.10 for whoever made the file. It
 * says ENOENT to all others (open(2), O_TMPFILE). */
static int link_nameless(int descriptor, int folder, const char *name)
{
    char link[32];

#ifdef AT_EMPTY_PATH
    if (linkat(descriptor, "", folder, name, AT_EMPTY_PATH) == 0)
        return 0;
    if (errno != ENOENT)
        return SES_EIO;
#endif
    snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
    return linkat(AT_FDCWD, link, folder, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : SES_EIO;
}

/* The same, in the place of what has the name now. */
static int replace_by(int descriptor, int folder, const char *name)
{
    char part[NAME_MAX + 1];
    int error = part_name(name, part);

    if (error != 0)
        return error;
    unlinkat(folder, part, 0);
    if (link_nameless(descriptor, folder, part) != 0)
        return SES_EIO;
    if (renameat(folder, part, folder, name) == 0)
        return 0;
    unlinkat(folder, part, 0);
    return SES_EIO;
}

/* Linux has files without names (open(2), O_TMPFILE): one that is cut short leaves nothing at all.
 * SES_EINVALID where this system or file system has none. */
static int write_nameless(int folder, const char *name, struct ses_str bytes, bool there)
{
#ifdef O_TMPFILE
    int descriptor SES_CLEANUP(close_descriptor) =
        openat(folder, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
    int error;

    if (descriptor < 0)
        return errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT || errno == EINVAL
                   ? SES_EINVALID
                   : SES_EIO;
    error = write_fully(descriptor, bytes);
    if (error != 0)
        return error;
    if (there)
        return replace_by(descriptor, folder, name);
    if (link_nameless(descriptor, folder, name) == 0)
        return 0;
    if (errno == EEXIST)
        return SES_ECONFLICT;
    return errno == ENOENT ? SES_EINVALID : SES_EIO;
#else
    (void)folder, (void)name, (void)bytes, (void)there;
    return SES_EINVALID;
#endif
}

/* True, and `*ret_error` what the caller returns, where nothing is to be written. */
static bool is_settled(int folder, const char *name, struct ses_str bytes, bool replace,
                       enum ses_file_outcome *ret_outcome, int *ret_error)
{
    bool there;
    bool same;

    *ret_error = compare(folder, name, bytes, &there, &same);
    if (*ret_error == 0 && same)
        *ret_outcome = SES_FILE_SAME;
    else if (*ret_error == 0 && there && !replace)
        *ret_error = SES_ECONFLICT;
    return *ret_error != 0 || same;
}

int ses_file_write(int folder, const char *name, struct ses_str bytes, bool replace,
                   enum ses_file_outcome *ret_outcome)
{
    int error;

    if (is_settled(folder, name, bytes, replace, ret_outcome, &error))
        return error;
    error = write_nameless(folder, name, bytes, replace);
    /* An empty file, which counts as none, or one that came into being just now. */
    if (error == SES_ECONFLICT) {
        if (is_settled(folder, name, bytes, replace, ret_outcome, &error))
            return error;
        error = write_nameless(folder, name, bytes, true);
    }
    if (error == SES_EINVALID)
        error = write_part(folder, name, bytes);
    if (error == 0)
        *ret_outcome = SES_FILE_WRITTEN;
    return error;
}

int ses_file_write_first(int folder, const char *name, struct ses_str bytes, bool replace,
                         enum ses_file_outcome *ret_outcome)
{
    int error = write_nameless(folder, name, bytes, false);

    if (error == SES_ECONFLICT || error == SES_EINVALID)
        return ses_file_write(folder, name, bytes, replace, ret_outcome);
    if (error == 0)
        *ret_outcome = SES_FILE_WRITTEN;
    return error;
}

/* Pieces of a stream are handed to the system together, so many bytes at a time. */
#define STREAM_ROOM ((size_t)64 * 1024)

/* A file without a name can be given one only through /proc, which a bare container lacks. */
static int open_nameless(int folder)
{
#ifdef O_TMPFILE
    if (access("/proc/self/fd", X_OK) == 0)
        return openat(folder, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0666);
#endif
    (void)folder;
    errno = EOPNOTSUPP;
    return -1;
}

int ses_stream_open(struct ses_stream *stream, int folder, const char *name)
{
    char part[NAME_MAX + 1];
    int error = part_name(name, part);

    *stream = (struct ses_stream){.folder = folder, .name = name, .descriptor = -1};
    ses_buf_init(&stream->waiting, STREAM_ROOM);
    if (error != 0)
        return error;
    stream->descriptor = open_nameless(folder);
    stream->nameless = stream->descriptor >= 0;
    if (!stream->nameless && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        stream->descriptor =
            openat(folder, part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    return stream->descriptor < 0 ? SES_EIO : 0;
}

static int send_waiting(struct ses_stream *stream)
{
    int error = write_fully(stream->descriptor, ses_buf_str(&stream->waiting));

    ses_buf_clear(&stream->waiting);
    return error;
}

int ses_stream_add(struct ses_stream *stream, struct ses_str bytes)
{
    int error = 0;

    if (stream->waiting.len + bytes.len > STREAM_ROOM)
        error = send_waiting(stream);
    if (error == 0 && bytes.len > STREAM_ROOM)
        return write_fully(stream->descriptor, bytes);
    if (error == 0) {
        ses_buf_add(&stream->waiting, bytes);
        error = ses_buf_status(&stream->waiting);
    }
    return error;
}

/* Compares what two descriptors have left. */
static int compare_rest(int left, int right, bool *ret_same)
{
    char left_piece[16 * 1024];
    char right_piece[16 * 1024];
    size_t left_len;
    size_t right_len;

    *ret_same = false;
    do {
        int error = read_fully(left, left_piece, sizeof(left_piece), &left_len);

        if (error == 0)
            error = read_fully(right, right_piece, sizeof(right_piece), &right_len);
        if (error != 0)
            return error;
        if (left_len != right_len || memcmp(left_piece, right_piece, left_len) != 0)
            return 0;
    } while (left_len == sizeof(left_piece));
    *ret_same = true;
    return 0;
}

/* Whether the name belongs to a file with the bytes of the stream. */
static int compare_stream(const struct ses_stream *stream, bool *ret_there, bool *ret_same)
{
    int descriptor SES_CLEANUP(close_descriptor) =
        openat(stream->folder, stream->name, O_RDONLY | O_CLOEXEC);
    struct stat mine;
    struct stat other;

    *ret_there = descriptor >= 0;
    *ret_same = false;
    if (descriptor < 0)
        return errno == ENOENT ? 0 : SES_EIO;
    if (fstat(stream->descriptor, &mine) != 0 || fstat(descriptor, &other) != 0)
        return SES_EIO;
    if (mine.st_size != other.st_size)
        return 0;
    if (lseek(stream->descriptor, 0, SEEK_SET) != 0)
        return SES_EIO;
    return compare_rest(stream->descriptor, descriptor, ret_same);
}

static int name_stream(const struct ses_stream *stream, bool there)
{
    char part[NAME_MAX + 1];
    int error;

    if (!stream->nameless) {
        error = part_name(stream->name, part);
        if (error == 0 && renameat(stream->folder, part, stream->folder, stream->name) != 0)
            error = SES_EIO;
        return error;
    }
    if (!there && link_nameless(stream->descriptor, stream->folder, stream->name) == 0)
        return 0;
    return there || errno == EEXIST ? replace_by(stream->descriptor, stream->folder, stream->name)
                                    : SES_EIO;
}

int ses_stream_finish(struct ses_stream *stream, enum ses_file_outcome *ret_outcome)
{
    bool there;
    bool same;
    int error = send_waiting(stream);

    if (error == 0)
        error = compare_stream(stream, &there, &same);
    if (error == 0 && !same)
        error = name_stream(stream, there);
    if (error != 0)
        return error;
    *ret_outcome = same ? SES_FILE_SAME : SES_FILE_WRITTEN;
    /* A part that has become the file has lost its name, and what has it next is not ours. */
    stream->nameless = stream->nameless || !same;
    return 0;
}

void ses_stream_close(struct ses_stream *stream)
{
    char part[NAME_MAX + 1];
    int saved = errno;

    if (stream->descriptor >= 0 && !stream->nameless && part_name(stream->name, part) == 0)
        unlinkat(stream->folder, part, 0);
    ses_folder_closep(&stream->descriptor);
    ses_buf_done(&stream->waiting);
    errno = saved;
}

void ses_folder_closep(int *folder)
{
    if (*folder >= 0)
        close(*folder);
    *folder = -1;
}

static int make_one(const char *path, mode_t mode)
{
    struct stat status;

    if (mkdir(path, mode) == 0)
        return 0;
    if (errno == EEXIST && stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return 0;
        errno = ENOTDIR;
    }
    return SES_EIO;
}

static int make_all(struct ses_str path, mode_t mode)
{
    struct ses_buf part SES_CLEANUP(ses_buf_done);
    int error = 0;

    ses_buf_init(&part, path.len);
    for (size_t end = 1; end <= path.len && error == 0; end++) {
        if (end < path.len && path.ptr[end] != '/')
            continue;
        ses_buf_clear(&part);
        ses_buf_add(&part, ses_str_slice(path, 0, end));
        error = ses_buf_status(&part);
        if (error == 0)
            error = make_one(part.ptr, mode);
    }
    return error;
}

int ses_folder_make_private(const char *path)
{
    return make_all(ses_str_of(path), 0700);
}

int ses_folder_open(const char *path, int *ret_folder)
{
    int error = make_all(ses_str_of(path), 0777);
    int folder;

    if (error != 0)
        return error;
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return SES_EIO;
    *ret_folder = folder;
    return 0;
}

int ses_folder_enter(int parent, const char *name, int *ret_folder, bool *ret_made)
{
    bool made = mkdirat(parent, name, 0777) == 0;
    int folder;

    if (!made && errno != EEXIST)
        return SES_EIO;
    folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return SES_EIO;
    *ret_folder = folder;
    *ret_made = made;
    return 0;
}
