/* SPDX-License-Identifier: MIT */
#include "cli/connection.h"

#include <stdlib.h>

#include "base/error.h"
#include "cli/secret.h"
#include "submit/code.h"
#include "submit/instance.h"

static const char *text_or_null(const struct ses_instance *instance,
                                enum ses_instance_setting setting)
{
    struct ses_str text = ses_instance_text(instance, setting);

    return text.len > 0 ? text.ptr : NULL;
}

static struct ses_auth_options describe(const struct cli_connection *connection)
{
    const struct ses_instance *instance = &connection->options->instance;
    struct ses_auth_options auth = {
        .user = text_or_null(instance, SES_INSTANCE_USER),
        .client_id = text_or_null(instance, SES_INSTANCE_CLIENT_ID),
        .api_key_header = ses_instance_text(instance, SES_INSTANCE_API_KEY_HEADER).ptr,
        .api_key_prefix = ses_instance_text(instance, SES_INSTANCE_API_KEY_PREFIX).ptr,
        .token_path = ses_instance_text(instance, SES_INSTANCE_TOKEN_PATH).ptr,
        .secrets = &connection->secrets,
        .clock = connection->clock,
    };

    /* The setting is one of the names (instance.c). */
    (void)ses_auth_parse(ses_instance_text(instance, SES_INSTANCE_AUTH), &auth.kind);
    return auth;
}

static int report(enum ses_submit_code code, const char *value, const char *sentence,
                  struct ses_findings *findings)
{
    const struct ses_finding finding = {.code = &ses_submit_codes[code],
                                        .value = ses_str_of(value)};
    int error = ses_finding_report(findings, finding, "%s", sentence);

    return error != 0 ? error : SES_EINVALID;
}

int cli_connection_open(struct cli_connection *connection, const struct cli_options *options,
                        struct ses_clock *clock, struct ses_findings *findings)
{
    struct ses_auth_options auth;
    const char *missing;
    int error;

    *connection = (struct cli_connection){.options = options, .clock = clock};
    if (ses_instance_text(&options->instance, SES_INSTANCE_ORIGIN).len == 0)
        return report(SES_SUBMIT_BAD_SETTING, "instance", "the config names no ServiceNow instance",
                      findings);
    error = ses_http_start();
    connection->started = error == 0;
    if (error == 0)
        error = cli_secrets_read(&connection->secrets, options, findings);
    if (error == 0)
        error = cli_trace_open(&connection->trace, options->trace);
    if (error != 0)
        return error;
    auth = describe(connection);
    missing = ses_auth_missing(&auth);
    return missing
               ? report(SES_SUBMIT_NO_SECRET, missing,
                        "what this kind of authentication needs is nowhere to be found", findings)
               : 0;
}

/* The first of these variables that is set; NULL where none is. */
static const char *variable(const char *const *names)
{
    const char *value = NULL;

    while (!value && *names)
        value = getenv(*names++);
    return value;
}

/* The config's, or the environment's, as curl(1) and others read it. */
static void set_proxy(const struct ses_instance *instance, struct ses_http_options *http)
{
    static const char *const proxies[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                          NULL};
    static const char *const exceptions[] = {"no_proxy", "NO_PROXY", NULL};

    http->proxy = text_or_null(instance, SES_INSTANCE_PROXY);
    if (http->proxy)
        return;
    http->proxy = variable(proxies);
    http->no_proxy = variable(exceptions);
}

void cli_connection_done(struct cli_connection *connection)
{
    cli_trace_close(&connection->trace);
    ses_secrets_done(&connection->secrets);
    if (connection->started)
        ses_http_stop();
    connection->started = false;
}

int cli_connection_connect(void *context, struct ses_http **ret_http, struct ses_auth **ret_auth)
{
    struct cli_connection *connection = context;
    const struct ses_instance *instance = &connection->options->instance;
    const struct ses_auth_options auth = describe(connection);
    struct ses_http_options http = {
        .origin = ses_instance_text(instance, SES_INSTANCE_ORIGIN).ptr,
        .ca_file = text_or_null(instance, SES_INSTANCE_CA_FILE),
        .certificate = text_or_null(instance, SES_INSTANCE_CERTIFICATE),
        .key = text_or_null(instance, SES_INSTANCE_CERTIFICATE_KEY),
        .key_password = connection->secrets.key_password,
        .connect_seconds = ses_instance_number(instance, SES_INSTANCE_CONNECT_SECONDS),
        .transfer_seconds = ses_instance_number(instance, SES_INSTANCE_TRANSFER_SECONDS),
        .trace = connection->trace.file ? &connection->trace.trace : NULL,
        .secret_headers = auth.api_key_header,
        .secrets = &connection->secrets,
    };
    int error;

    set_proxy(instance, &http);
    error = ses_http_new(&http, ret_http);
    if (error != 0)
        return error;
    error = ses_auth_new(&auth, ret_auth);
    if (error != 0)
        ses_http_freep(ret_http);
    return error;
}
