/* SPDX-License-Identifier: MIT */
/* Waiting, and being interrupted: each in a process of its own, which ends with a status that says
 * what happened. */
#include "cli/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "collect.h"

/* Longer than any test may take. */
#define LONG_MS 60000

enum { ENDED_EARLY = 10, WAITED = 11 };

static int result_of(bool waited)
{
    return waited ? WAITED : ENDED_EARLY;
}

static int wait_a_little(void)
{
    struct ses_clock clock = cli_clock();
    int64_t before = clock.now(&clock);
    bool waited = clock.wait(&clock, 20);

    return clock.now(&clock) - before >= 19 ? result_of(waited) : 1;
}

/* One that has come already, and is let in only where the clock waits. */
static int wait_with(int pending)
{
    struct ses_clock clock = cli_clock();
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, pending);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(pending);
    return result_of(clock.wait(&clock, LONG_MS));
}

static int wait_for_interrupt(void)
{
    return wait_with(SIGINT);
}

static int wait_for_end(void)
{
    return wait_with(SIGTERM);
}

/* The signal comes to another thread, or while nobody waits: here, to itself. */
static int work_and_wait(void)
{
    struct ses_clock clock = cli_clock_catching();

    raise(SIGTERM);
    return result_of(clock.wait(&clock, LONG_MS));
}

static int work_without_catching(void)
{
    struct ses_clock clock = cli_clock();

    (void)clock.wait(&clock, 0);
    raise(SIGINT);
    return 1;
}

static int twice(void)
{
    struct ses_clock clock = cli_clock_catching();

    (void)clock;
    raise(SIGINT);
    raise(SIGINT);
    return 1;
}

static int each_once(void)
{
    struct ses_clock clock = cli_clock_catching();

    raise(SIGINT);
    raise(SIGTERM);
    return result_of(clock.wait(&clock, LONG_MS));
}

/* As a shell starts what runs in the background. */
static int ignored(void)
{
    struct ses_clock clock;

    signal(SIGINT, SIG_IGN);
    clock = cli_clock_catching();
    raise(SIGINT);
    raise(SIGINT);
    return result_of(clock.wait(&clock, 1));
}

static const struct {
    const char *name;
    int (*run)(void);
    int status; /* it ends with; negative: the signal that kills it */
} rows[] = {
    {"waits", wait_a_little, WAITED},
    {"an interrupt ends a wait", wait_for_interrupt, ENDED_EARLY},
    {"so does SIGTERM", wait_for_end, ENDED_EARLY},
    {"it ends the program outside of one", work_without_catching, -SIGINT},
    {"but not where it is caught", work_and_wait, ENDED_EARLY},
    {"a second one does", twice, -SIGINT},
    {"each kind has its first", each_once, ENDED_EARLY},
    {"what is ignored stays so", ignored, WAITED},
};

static int status_of(int (*run)(void))
{
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0)
        _exit(run());
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void test_cli_clock__waits_until_it_is_interrupted(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int got = status_of(rows[i].run);

        if (got != rows[i].status)
            fail_msg("%s: %d, not %d", rows[i].name, got, rows[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cli_clock__waits_until_it_is_interrupted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
