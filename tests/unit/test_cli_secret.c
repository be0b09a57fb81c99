/* SPDX-License-Identifier: MIT */
/* Where secrets come from, which of several wins, and what is refused. */
#include "cli/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/config.h"
#include "cli/option.h"
#include "collect.h"

static int enter_folder(void **state)
{
    char folder[] = P_tmpdir "/sesdns-test-XXXXXX";

    *state = strdup(mkdtemp(folder) ? folder : "");
    umask(077);
    setenv("HOME", *state, 1);
    return *state && chdir(*state) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    char command[64];

    if (chdir("/") != 0)
        return -1;
    snprintf(command, sizeof(command), "rm -rf '%s'", (const char *)*state);
    free(*state);
    return system(command);
}

static void put(const char *path, const char *text, mode_t mode)
{
    FILE *file SES_CLEANUP(ses_file_closep) = NULL;

    unlink(path);
    if (!text)
        return;
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fchmod(fileno(file), mode), 0);
}

/* Reads the config and collects; "key=value ..." of what was found, or the code of the finding. */
static void collect_from(const char *config, mode_t mode, struct ses_buf *found)
{
    struct cli_options options = {.config = (char *)"config.ini"};
    struct ses_secrets secrets = {0};
    struct collect collect;
    int error;

    collect_init(&collect, SES_NOTE);
    ses_instance_init(&options.instance);
    ses_site_init(&options.site);
    put("config.ini", config, mode);
    assert_true(cli_config_read(&options));
    error = cli_secrets_read(&secrets, &options, &collect.findings);
    if (error != 0) {
        assert_int_equal(error, SES_EINVALID);
        ses_buf_add(found, ses_str_of(collect_codes(&collect)));
    }
    for (size_t i = 0; error == 0 && i < ses_secret_count; i++) {
        const char *value = *ses_secret_slot(&secrets, &ses_secret_rows[i]);

        if (value)
            ses_buf_printf(found, "%s=%s ", ses_secret_rows[i].key, value);
    }
    if (error == 0 && secrets.user)
        ses_buf_printf(found, "user=%s ", secrets.user);
    /* What is told of a secret is where it is, never what it is. */
    assert_null(strstr(collect_lines(&collect), "geheim"));
    assert_null(collect.shown.ptr ? strstr(collect.shown.ptr, "geheim") : NULL);
    ses_secrets_done(&secrets);
    cli_secret_file_done(&options.config_secrets);
    ses_arena_done(&options.arena);
    collect_done(&collect);
}

#define BASE "[servicenow]\ninstance = https://a.example.edu\nuser = ann\n"
#define IN_FILE "secrets_file = secrets.ini\n"
#define COMMAND "password_command = echo geheim-command\n"
#define NETRC "machine a.example.edu login ann password geheim-netrc\n"
#define FILE_TEXT "# ours\n[servicenow]\n; old = x\npassword = geheim-file\n"
#define EXPOSED "servicenow-secret-exposed"
#define NONE "servicenow-no-secret"

static const struct {
    const char *name;
    const char *config;
    const char *variable; /* SESDNS_PASSWORD */
    const char *file;     /* secrets.ini */
    const char *netrc;
    mode_t config_mode, file_mode, netrc_mode;
    const char *expected;
} rows[] = {
    {"nothing", BASE, NULL, NULL, NULL, 0644, 0600, 0600, ""},
    /* Each source. */
    {"a variable", BASE, "geheim-env", NULL, NULL, 0644, 0600, 0600, "password=geheim-env "},
    {"a command", BASE COMMAND, NULL, NULL, NULL, 0644, 0600, 0600, "password=geheim-command "},
    {"a file", BASE IN_FILE, NULL, FILE_TEXT, NULL, 0644, 0600, 0600, "password=geheim-file "},
    {"the config", BASE "password = geheim-config\n", NULL, NULL, NULL, 0600, 0600, 0600,
     "password=geheim-config "},
    {"netrc", BASE, NULL, NULL, NETRC, 0644, 0600, 0600, "password=geheim-netrc user=ann "},
    {"netrc elsewhere", BASE "netrc = other\n", NULL, NULL, NETRC, 0644, 0600, 0600, ""},
    {"no netrc", BASE "netrc =\n", NULL, NULL, NETRC, 0644, 0600, 0600, ""},
    {"read by root only", BASE IN_FILE, NULL, FILE_TEXT, NULL, 0644, 0400, 0600,
     "password=geheim-file "},
    /* The first of them wins. */
    {"all", BASE COMMAND IN_FILE "password = geheim-config\n", "geheim-env", FILE_TEXT, NETRC, 0600,
     0600, 0600, "password=geheim-env "},
    {"all but a variable", BASE COMMAND IN_FILE "password = geheim-config\n", NULL, FILE_TEXT,
     NETRC, 0600, 0600, 0600, "password=geheim-command "},
    {"all but a command", BASE IN_FILE "password = geheim-config\n", "", FILE_TEXT, NETRC, 0600,
     0600, 0600, "password=geheim-file "},
    {"the config before netrc", BASE "password = geheim-config\n", NULL, NULL, NETRC, 0600, 0600,
     0600, "password=geheim-config "},
    /* A file that others can read. */
    {"config, group", BASE "password = geheim-config\n", NULL, NULL, NULL, 0640, 0600, 0600,
     EXPOSED},
    {"config, others", BASE "password = geheim-config\n", NULL, NULL, NULL, 0604, 0600, 0600,
     EXPOSED},
    {"config, others may write", BASE "password = geheim-config\n", NULL, NULL, NULL, 0602, 0600,
     0600, EXPOSED},
    {"config, and a variable", BASE "password = geheim-config\n", "geheim-env", NULL, NULL, 0644,
     0600, 0600, EXPOSED},
    {"config, a secret that is not used", BASE "api_key = geheim-config\n", "geheim-env", NULL,
     NULL, 0644, 0600, 0600, EXPOSED},
    {"config, password of a proxy", BASE "proxy = http://bob:geheim@proxy.example.edu:1\n",
     "geheim-env", NULL, NULL, 0644, 0600, 0600, EXPOSED},
    {"config, a proxy without", BASE "proxy = http://proxy.example.edu:1\n", "geheim-env", NULL,
     NULL, 0644, 0600, 0600, "password=geheim-env "},
    {"file", BASE IN_FILE, NULL, FILE_TEXT, NULL, 0644, 0644, 0600, EXPOSED},
    {"file, and a variable", BASE IN_FILE, "geheim-env", FILE_TEXT, NULL, 0644, 0640, 0600,
     EXPOSED},
    {"file without a secret", BASE IN_FILE, "geheim-env", "[servicenow]\n", NULL, 0644, 0644, 0600,
     "password=geheim-env "},
    {"netrc, exposed", BASE, NULL, NULL, NETRC, 0644, 0600, 0644, EXPOSED},
    {"netrc, exposed, of another host", BASE, NULL, NULL, "machine b login ann password geheim",
     0644, 0600, 0644, ""},
    {"netrc, exposed and not asked", BASE, "geheim-env", NULL, NETRC, 0644, 0600, 0644,
     "password=geheim-env "},
    /* A file that does not do. */
    {"no such file", BASE IN_FILE, "geheim-env", NULL, NULL, 0644, 0600, 0600, NONE},
    {"file without a section", BASE IN_FILE, NULL, "password = geheim\n", NULL, 0644, 0600, 0600,
     "servicenow-bad-setting"},
    {"file with another key", BASE IN_FILE, NULL, "[servicenow]\nuser = geheim\n", NULL, 0644, 0600,
     0600, "servicenow-bad-setting"},
    {"file with half a line", BASE IN_FILE, NULL, "[servicenow]\ngeheim\n", NULL, 0644, 0600, 0600,
     "servicenow-bad-setting"},
    {"every byte of a line", BASE IN_FILE, NULL,
     "\r\n[servicenow]\r\npassword =  g e;h ;=#e  \r\nclient_secret = x", NULL, 0644, 0600, 0600,
     "password=g e;h ;=#e "},
    {"an empty secret", BASE IN_FILE, NULL, "[servicenow]\npassword =\n", NULL, 0644, 0600, 0600,
     NONE},
    {"a control character", BASE, "geheim\n", NULL, NULL, 0644, 0600, 0600, NONE},
    /* A command. */
    {"only its first line", BASE "password_command = printf 'a b\\r\\nx\\n'\n", NULL, NULL, NULL,
     0644, 0600, 0600, "password=a b "},
    {"without an end of line", BASE "password_command = printf x\n", NULL, NULL, NULL, 0644, 0600,
     0600, "password=x "},
    {"that fails", BASE "password_command = echo geheim; exit 3\n", NULL, NULL, NULL, 0644, 0600,
     0600, NONE},
    {"that is not there", BASE "password_command = /no/such/command 2>&1\n", NULL, NULL, NULL, 0644,
     0600, 0600, NONE},
    {"that is killed", BASE "password_command = kill $$\n", NULL, NULL, NULL, 0644, 0600, 0600,
     NONE},
    {"that prints nothing", BASE "password_command = true\n", NULL, NULL, NULL, 0644, 0600, 0600,
     NONE},
    {"that prints too much", BASE "password_command = yes | head -c 20000 | tr -d '\\n'\n", NULL,
     NULL, NULL, 0644, 0600, 0600, NONE},
    {"that never ends", BASE "password_command = yes\n", NULL, NULL, NULL, 0644, 0600, 0600, NONE},
    {"that wants to read", BASE "password_command = cat; echo x\n", NULL, NULL, NULL, 0644, 0600,
     0600, "password=x "},
    {"that is not needed", BASE "password_command = touch ran; echo x\n", "geheim-env", NULL, NULL,
     0644, 0600, 0600, "password=geheim-env "},
    /* What each way of authentication needs, and no more. */
    {"client credentials",
     BASE "auth = client_credentials\nclient_id = id\nclient_secret = geheim-c\napi_key = geheim\n",
     "geheim-env", NULL, NULL, 0600, 0600, 0600, "client_secret=geheim-c "},
    {"the command's is the main one",
     BASE "auth = password\nclient_id = id\nclient_secret = geheim-c\n" COMMAND, NULL, NULL, NULL,
     0600, 0600, 0600, "password=geheim-command client_secret=geheim-c "},
    {"refresh token", BASE "auth = refresh_token\nrefresh_token = geheim-r\nclient_secret = c\n",
     NULL, NULL, NULL, 0600, 0600, 0600, "client_secret=c refresh_token=geheim-r "},
    {"api key", BASE "auth = api_key\n" COMMAND, NULL, NULL, NETRC, 0600, 0600, 0600,
     "api_key=geheim-command "},
    {"key of a certificate", BASE "auth = certificate\ncertificate = x.pem\n" COMMAND, NULL, NULL,
     NULL, 0600, 0600, 0600, "key_password=geheim-command "},
    {"a certificate without", BASE "auth = certificate\ncertificate = x.pem\n", NULL, NULL, NULL,
     0600, 0600, 0600, ""},
    {"a certificate beside a password",
     BASE "certificate = x.pem\nkey_password = k\npassword = p\n", NULL, NULL, NULL, 0600, 0600,
     0600, "password=p key_password=k "},
};

static void test_cli_secret__comes_from_the_first_that_has_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_buf found SES_CLEANUP(ses_buf_done);

        ses_buf_init(&found, 100000);
        unsetenv("SESDNS_PASSWORD");
        if (rows[i].variable)
            setenv("SESDNS_PASSWORD", rows[i].variable, 1);
        put("secrets.ini", rows[i].file, rows[i].file_mode);
        put(".netrc", rows[i].netrc, rows[i].netrc_mode);
        collect_from(rows[i].config, rows[i].config_mode, &found);
        if (strcmp(found.len > 0 ? found.ptr : "", rows[i].expected) != 0)
            fail_msg("%s: '%s', not '%s'", rows[i].name, found.len > 0 ? found.ptr : "",
                     rows[i].expected);
    }
    assert_int_not_equal(access("ran", F_OK), 0);
}

static void test_cli_secret__has_a_variable_for_each(void **state)
{
    static const char *const configs[] = {"auth = password\nclient_id = id\n",
                                          "auth = refresh_token\n", "auth = api_key\n",
                                          "auth = certificate\ncertificate = x.pem\n"};
    struct ses_buf found SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&found, 100000);
    for (size_t i = 0; i < ses_secret_count; i++)
        setenv(ses_secret_rows[i].variable, ses_secret_rows[i].key, 1);
    for (size_t i = 0; i < COUNT(configs); i++) {
        char config[256];

        snprintf(config, sizeof(config), "%s%s", BASE, configs[i]);
        collect_from(config, 0600, &found);
    }
    for (size_t i = 0; i < ses_secret_count; i++) {
        assert_non_null(strstr(found.ptr, ses_secret_rows[i].key));
        unsetenv(ses_secret_rows[i].variable);
    }
}

static void test_cli_secret__follows_a_link_to_the_file(void **state)
{
    struct ses_buf found SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&found, 100000);
    unsetenv("SESDNS_PASSWORD");
    put("target.ini", FILE_TEXT, 0644);
    put("secrets.ini", NULL, 0);
    put(".netrc", NULL, 0);
    assert_int_equal(symlink("target.ini", "secrets.ini"), 0);
    collect_from(BASE IN_FILE, 0600, &found);
    assert_string_equal(found.ptr, EXPOSED);
    assert_int_equal(chmod("target.ini", 0600), 0);
    ses_buf_clear(&found);
    collect_from(BASE IN_FILE, 0600, &found);
    assert_string_equal(found.ptr, "password=geheim-file ");
    unlink("secrets.ini");
}

static void test_cli_secret__refuses_the_file_of_somebody_else(void **state)
{
    struct stat status = {.st_mode = S_IFREG | 0600, .st_uid = geteuid()};

    (void)state;
    assert_false(cli_secret_is_exposed(&status));
    status.st_uid = geteuid() + 1;
    assert_true(cli_secret_is_exposed(&status));
}

/* A part of a secret would be worse than none. */
static void test_cli_secret__does_not_take_half_of_one(void **state)
{
    static const char *const configs[] = {
        BASE "password = geheim ;comment\n",
        BASE "password = geheim\t;comment\n",
        BASE "password = geheim\n  more\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(configs); i++) {
        struct cli_options options = {.config = (char *)"config.ini"};
        int saved = dup(STDERR_FILENO);
        char said[512] = "";
        FILE *file;

        ses_instance_init(&options.instance);
        ses_site_init(&options.site);
        put("config.ini", configs[i], 0600);
        assert_non_null(freopen("said", "w", stderr));
        ASSERT_ROW(configs[i], !cli_config_read(&options));
        fflush(stderr);
        dup2(saved, STDERR_FILENO);
        close(saved);
        file = fopen("said", "r");
        assert_non_null(file);
        assert_true(fread(said, 1, sizeof(said) - 1, file) > 0);
        fclose(file);
        assert_non_null(strstr(said, "secrets_file"));
        assert_null(strstr(said, "geheim"));
        cli_secret_file_done(&options.config_secrets);
        ses_arena_done(&options.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cli_secret__comes_from_the_first_that_has_it),
        cmocka_unit_test(test_cli_secret__has_a_variable_for_each),
        cmocka_unit_test(test_cli_secret__follows_a_link_to_the_file),
        cmocka_unit_test(test_cli_secret__refuses_the_file_of_somebody_else),
        cmocka_unit_test(test_cli_secret__does_not_take_half_of_one),
    };

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
