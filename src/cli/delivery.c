/* SPDX-License-Identifier: MIT */
#include "cli/delivery.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/clock.h"
#include "cli/exit.h"
#include "cli/result.h"
#include "cli/watch.h"
#include "submit/submit.h"

/* How often it is looked whether somebody wants to end. */
#define NAP_MS 200

bool cli_delivery_can_ask(const struct cli_options *options)
{
    return options->yes || options->dry_run || (isatty(STDIN_FILENO) && isatty(STDERR_FILENO));
}

int cli_delivery_open(struct cli_delivery *delivery, const struct cli_options *options,
                      struct cli_report *report, struct cli_outbox *outbox)
{
    *delivery = (struct cli_delivery){.options = options, .report = report, .outbox = outbox};
    delivery->clock = cli_clock_catching();
    return cli_connection_open(&delivery->connection, options, &delivery->clock, &report->findings);
}

void cli_delivery_done(struct cli_delivery *delivery)
{
    cli_connection_done(&delivery->connection);
}

/* What is open already, and what would be opened. */
static int plan(const struct cli_delivery *delivery, struct ses_submit *submit,
                struct cli_watch *watch)
{
    struct cli_outbox *outbox = delivery->outbox;
    int error =
        ses_submit_plan(submit, outbox->tickets, outbox->count, &delivery->report->findings);

    cli_watch_hide(watch);
    cli_report_flush(delivery->report);
    return error;
}

/* A signal that comes just before the reading begins would not end that. */
static bool wait_for_answer(struct ses_patience *patience)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    bool stopped;
    int ready;

    do {
        ready = poll(&input, 1, NAP_MS);
        stopped = ses_patience_is_stopped(patience);
    } while (ready <= 0 && !stopped);
    return !stopped;
}

static bool confirm(const struct cli_options *options, struct ses_patience *patience, size_t open)
{
    char answer[16];

    if (options->yes || open == 0)
        return true;
    fprintf(stderr, "Open %zu %s at %s? [y/N] ", open, open == 1 ? "ticket" : "tickets",
            ses_instance_text(&options->instance, SES_INSTANCE_ORIGIN).ptr);
    fflush(stderr);
    return wait_for_answer(patience) && fgets(answer, sizeof(answer), stdin) &&
           (answer[0] == 'y' || answer[0] == 'Y');
}

static int act(struct cli_delivery *delivery, struct ses_submit *engine, struct cli_watch *watch)
{
    struct cli_outbox *outbox = delivery->outbox;
    int error = ses_submit_act(engine, outbox->tickets, outbox->count, &delivery->report->findings);

    delivery->acted = true;
    cli_watch_hide(watch);
    cli_report_flush(delivery->report);
    cli_result_print(outbox, delivery->options);
    return error;
}

/* Nobody agreed, or somebody ended it before anything was begun. */
static int leave(const struct cli_options *options, struct ses_submit *engine, int error)
{
    bool stopped = ses_patience_is_stopped(&engine->patience);

    if (stopped)
        fprintf(stderr, "%ssesdns: stopped before anything was begun: run the same command again\n",
                error == 0 ? "\n" : "");
    else if (error == 0 && !options->quiet)
        fprintf(stderr, "nothing was opened\n");
    return stopped && error == 0 ? SES_EREMOTE : error;
}

int cli_delivery_run(struct cli_delivery *delivery, struct ses_ledger *ledger)
{
    const struct cli_options *options = delivery->options;
    struct cli_watch watch;
    const struct ses_submit_options engine_options = {
        .instance = &options->instance,
        .ledger = ledger,
        .clock = &delivery->clock,
        .watch = &watch.watch,
        .connect = cli_connection_connect,
        .context = &delivery->connection,
        .jobs = options->connections > 0 ? (size_t)options->connections : 1,
        .reopen = options->reopen != 0,
    };
    struct ses_submit engine;
    size_t open;
    int error;

    cli_watch_init(&watch, delivery->outbox->count, options->quiet != 0);
    error = ses_submit_init(&engine, &engine_options, &delivery->report->findings);
    /* It is the config that is wrong; nothing was sent. */
    if (error == SES_EINVALID)
        error = SES_EIO;
    if (error == 0)
        error = plan(delivery, &engine, &watch);
    if (error == 0) {
        open = cli_result_plan(delivery->outbox, options);
        if (!options->dry_run && confirm(options, &engine.patience, open))
            error = act(delivery, &engine, &watch);
    }
    if (!options->dry_run && !delivery->acted)
        error = leave(options, &engine, error);
    cli_watch_done(&watch);
    ses_submit_done(&engine);
    cli_report_flush(delivery->report);
    return error;
}

int cli_delivery_exit(const struct cli_outbox *outbox, int error)
{
    if (error == SES_EREMOTE)
        return CLI_REMOTE;
    if (error == SES_EINVALID)
        return CLI_REFUSED;
    return error != 0 ? CLI_LOCAL : cli_result_exit(outbox);
}
