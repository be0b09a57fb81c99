/* SPDX-License-Identifier: MIT */
/* Runs a command and says what it took: seconds of wall time, of user and of system time, its peak
 * memory in KiB, and its exit status.
 *
 *   spawn REPORT COMMAND [ARGUMENT...]
 *
 * REPORT gets the figures in one line. A small program does this because the peak memory of a child
 * begins with that of the process which forked it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    struct rusage usage;
    double start;
    FILE *report;
    int status;
    pid_t child;

    if (argc < 3) {
        fputs("usage: spawn REPORT COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    start = now();
    child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        fprintf(stderr, "spawn: %s: %s\n", argv[2], strerror(errno));
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return 1;
    start = now() - start;
    report = fopen(argv[1], "w");
    if (!report)
        return 1;
    fprintf(report, "%.6f %.6f %.6f %ld %d\n", start, seconds(usage.ru_utime),
            seconds(usage.ru_stime), usage.ru_maxrss,
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return fclose(report) == 0 ? 0 : 1;
}
