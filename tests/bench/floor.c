/* SPDX-License-Identifier: MIT */
/* The floor under every renderer: makes files of given names and sizes, and does nothing else.
 *
 *   floor LIST FOLDER
 *
 * A line of LIST is a path relative to FOLDER, a tab, and a size in bytes; or a path that ends in
 * "/", for a folder. What is in the files is not computed: it is one block of memory. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *what)
{
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* The bytes that are written: as many as the largest file has. */
static const char *bytes_of(size_t size)
{
    static char *bytes;
    static size_t held;

    if (size > held) {
        bytes = realloc(bytes, size);
        if (!bytes)
            fail("memory");
        memset(bytes + held, 'x', size - held);
        held = size;
    }
    return bytes;
}

static void make_file(int folder, const char *path, size_t size)
{
    const char *bytes = bytes_of(size);
    int file = openat(folder, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (file < 0 || write(file, bytes, size) != (ssize_t)size || close(file) != 0)
        fail(path);
}

static void make(int folder, char *line)
{
    char *tab = strchr(line, '\t');
    size_t len = strlen(line);

    if (tab) {
        *tab = '\0';
        make_file(folder, line, strtoul(tab + 1, NULL, 10));
        return;
    }
    if (len > 0 && line[len - 1] == '/')
        line[len - 1] = '\0';
    if (mkdirat(folder, line, 0777) != 0)
        fail(line);
}

int main(int argc, char **argv)
{
    char line[4096];
    FILE *list;
    int folder;

    if (argc != 3) {
        fputs("usage: floor LIST FOLDER\n", stderr);
        return 2;
    }
    list = fopen(argv[1], "r");
    if (!list)
        fail(argv[1]);
    if (mkdir(argv[2], 0777) != 0)
        fail(argv[2]);
    folder = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        fail(argv[2]);
    while (fgets(line, sizeof(line), list)) {
        line[strcspn(line, "\n")] = '\0';
        make(folder, line);
    }
    return fclose(list) == 0 ? 0 : 1;
}
