/* SPDX-License-Identifier: MIT */
#include "cli/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/option.h"

static SES_PRINTF(1, 2) void complain(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    cli_complain(format, values);
    va_end(values);
}

static void write_text(struct ses_trace *base, struct ses_str text)
{
    struct cli_trace *trace = (struct cli_trace *)base;
    struct timespec now;
    struct tm date;
    char stamp[32];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &date);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &date);
    pthread_mutex_lock(&trace->lock);
    fprintf(trace->file, "# %s.%03ldZ\n", stamp, now.tv_nsec / 1000000);
    fwrite(text.ptr, 1, text.len, trace->file);
    /* A run that is killed is one that somebody wants to look at. */
    fflush(trace->file);
    pthread_mutex_unlock(&trace->lock);
}

/* What is masked is not all that is not for everybody: tickets are in it. */
static FILE *open_private(const char *path)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct stat status;
    FILE *file = NULL;

    if (descriptor < 0)
        return NULL;
    if (fstat(descriptor, &status) == 0 &&
        (!S_ISREG(status.st_mode) ||
         (fchmod(descriptor, 0600) == 0 && ftruncate(descriptor, 0) == 0)))
        file = fdopen(descriptor, "w");
    if (!file)
        close(descriptor);
    return file;
}

int cli_trace_open(struct cli_trace *trace, const char *path)
{
    *trace = (struct cli_trace){.trace = {write_text}, .path = path};
    if (!path)
        return 0;
    trace->file = open_private(path);
    if (!trace->file) {
        complain("%s: cannot write the trace: %s", path, strerror(errno));
        return SES_EIO;
    }
    pthread_mutex_init(&trace->lock, NULL);
    return 0;
}

void cli_trace_close(struct cli_trace *trace)
{
    bool failed;

    if (!trace->file)
        return;
    failed = ferror(trace->file) != 0;
    if (fclose(trace->file) != 0 || failed)
        complain("%s: the trace is not whole: %s", trace->path, strerror(errno));
    pthread_mutex_destroy(&trace->lock);
    *trace = (struct cli_trace){0};
}
