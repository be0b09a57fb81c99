/* SPDX-License-Identifier: MIT */
#include "cli/program.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/exit.h"

/* Where they are, seen from the folder of this one: where a build leaves all of them, and where an
 * installation has them, wherever that was put or moved to. */
static const char *const places[] = {"", SESDNS_LIBEXEC_FROM_BIN "/"};

/* The folder of this program with its final slash; 0 where the system does not tell. */
static size_t own_folder(char path[PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX);

    while (len > 0 && path[len - 1] != '/')
        len--;
    return len > 0 ? (size_t)len : 0;
}

/* Becomes the program; returns where it is not near. */
static void start_near(const char *program, char *const *arguments)
{
    char path[PATH_MAX];
    size_t len = own_folder(path);

    for (size_t i = 0; len > 0 && i < sizeof(places) / sizeof(places[0]); i++) {
        int written = snprintf(path + len, sizeof(path) - len, "%s%s", places[i], program);

        if (written > 0 && (size_t)written < sizeof(path) - len)
            execv(path, arguments);
    }
}

static int run(const char *program, int argc, const char **argv)
{
    char installed[PATH_MAX];
    const char **arguments = calloc((size_t)argc + 2, sizeof(*arguments));

    if (!arguments) {
        fprintf(stderr, "sesdns %s: out of memory\n", argv[0]);
        return CLI_LOCAL;
    }
    arguments[0] = "sesdns";
    memcpy(arguments + 1, argv, (size_t)argc * sizeof(*argv));
    start_near(program, (char *const *)arguments);
    snprintf(installed, sizeof(installed), "%s/%s", SESDNS_LIBEXEC, program);
    execv(installed, (char *const *)arguments);
    fprintf(stderr, "sesdns %s: cannot start %s: %s\n", argv[0], installed, strerror(errno));
    free(arguments);
    return CLI_LOCAL;
}

int cli_render_run(int argc, const char **argv)
{
    return run("sesdns-render", argc, argv);
}

int cli_remote_run(int argc, const char **argv)
{
    return run("sesdns-remote", argc, argv);
}
