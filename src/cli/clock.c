/* SPDX-License-Identifier: MIT */
#include "cli/clock.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/select.h>
#include <time.h>

/* A handler is given no context, so this is the one variable of the program that outlives calls. */
static volatile sig_atomic_t interrupted;

static void note(int signal)
{
    (void)signal;
    interrupted = 1;
}

static const int signals[] = {SIGINT, SIGTERM};

enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };

/* Without SA_RESTART: a question on the terminal ends as well. With SA_RESETHAND the second one
 * does what it always does. */
static void catch_signals(struct sigaction before[SIGNALS])
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};

    sigemptyset(&action.sa_mask);
    for (int i = 0; i < SIGNALS; i++) {
        sigaction(signals[i], &action, &before[i]);
        /* A shell has what runs in the background ignore it. */
        if (before[i].sa_handler == SIG_IGN)
            sigaction(signals[i], &before[i], NULL);
    }
}

static int64_t now(struct ses_clock *clock)
{
    struct timespec time;

    (void)clock;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Signals come in only while pselect waits, so that none is missed between looking and waiting. One
 * that another thread takes is seen at the next call. */
static bool wait_caught(struct ses_clock *clock, int64_t milliseconds)
{
    const struct timespec time = {.tv_sec = (time_t)(milliseconds / 1000),
                                  .tv_nsec = (long)(milliseconds % 1000) * 1000000};
    sigset_t set;
    sigset_t before;
    sigset_t open;

    (void)clock;
    sigemptyset(&set);
    for (int i = 0; i < SIGNALS; i++)
        sigaddset(&set, signals[i]);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    open = before;
    for (int i = 0; i < SIGNALS; i++)
        sigdelset(&open, signals[i]);
    if (!interrupted)
        pselect(0, NULL, NULL, NULL, &time, &open);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !interrupted;
}

static bool wait(struct ses_clock *clock, int64_t milliseconds)
{
    struct sigaction before[SIGNALS];
    bool waited;

    catch_signals(before);
    waited = wait_caught(clock, milliseconds);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &before[i], NULL);
    return waited;
}

struct ses_clock cli_clock(void)
{
    return (struct ses_clock){now, wait};
}

struct ses_clock cli_clock_catching(void)
{
    struct sigaction before[SIGNALS];

    catch_signals(before);
    return (struct ses_clock){now, wait_caught};
}
