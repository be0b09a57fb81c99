/* SPDX-License-Identifier: MIT */
/* Loaded before a program (LD_PRELOAD), it makes waiting free: what the program waits is added to
 * the clock instead. So pauses of minutes can be gone through a thousand times. Time-outs of a
 * network are the system's and stay what they are. */
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/select.h>
#include <time.h>

static _Atomic int64_t skipped_ns;

/* The function of the same name that the program would have got. */
#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = NEXT(clock_gettime)(clock, time);
    int64_t ns;

    if (result != 0 || clock != CLOCK_REALTIME)
        return result;
    ns = (int64_t)time->tv_sec * 1000000000 + time->tv_nsec + atomic_load(&skipped_ns);
    time->tv_sec = (time_t)(ns / 1000000000);
    time->tv_nsec = (long)(ns % 1000000000);
    return result;
}

/* A wait for nothing but time. */
int pselect(int count, fd_set *readable, fd_set *writable, fd_set *special,
            const struct timespec *time, const sigset_t *mask)
{
    if (count != 0 || !time)
        return NEXT(pselect)(count, readable, writable, special, time, mask);
    atomic_fetch_add(&skipped_ns, (int64_t)time->tv_sec * 1000000000 + time->tv_nsec);
    return NEXT(pselect)(0, NULL, NULL, NULL, &(struct timespec){0}, mask);
}
