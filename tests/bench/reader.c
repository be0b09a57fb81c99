/* SPDX-License-Identifier: MIT */
/* The floor under every checker: opens, reads and closes files, and does nothing else.
 *
 *   reader LIST
 *
 * A line of LIST is a path. Each file is looked at for its size before it is read, as programs do
 * that want it whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *what)
{
    fprintf(stderr, "reader: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void read_file(const char *path)
{
    static char bytes[64 * 1024];
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0 || fstat(file, &status) != 0 || read(file, bytes, sizeof(bytes)) < 0 ||
        close(file) != 0)
        fail(path);
}

int main(int argc, char **argv)
{
    char line[4096];
    FILE *list;

    if (argc != 2) {
        fputs("usage: reader LIST\n", stderr);
        return 2;
    }
    list = fopen(argv[1], "r");
    if (!list)
        fail(argv[1]);
    while (fgets(line, sizeof(line), list)) {
        line[strcspn(line, "\n")] = '\0';
        read_file(line);
    }
    return fclose(list) == 0 ? 0 : 1;
}
