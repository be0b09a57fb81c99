/* SPDX-License-Identifier: MIT */
/* Makes the input of the benchmark: N domains, from a fixed seed, the same bytes every time.
 *
 *   gen N FOLDER
 *
 * FOLDER/manifest.csv             one row a domain
 * FOLDER/exports/NNN/DOMAIN-*.csv what the SES console gives: a file with one TXT, one with three
 *                                 CNAMEs, neither with a final newline; a thousand domains a folder
 * FOLDER/zone                     the same records as one zone, for the zone checkers */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEED 20240229U
#define DOMAINS_PER_FOLDER 1000
#define TOKENS 3

#define TOKEN_TEXT 33
#define SECRET_BYTES 32
#define SECRET_TEXT 45

struct domain {
    char name[64];
    char tokens[TOKENS][TOKEN_TEXT];
    char verification[SECRET_TEXT];
    unsigned contact;
    int poc;
};

static void fail(const char *what)
{
    fprintf(stderr, "gen: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* SplitMix64: good enough to look like tokens, and the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t value = *state += 0x9E3779B97F4A7C15U;

    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

/* Easy DKIM tokens are 32 characters of base32, in lower case. */
static void make_token(uint64_t *state, char token[TOKEN_TEXT])
{
    for (int i = 0; i < TOKEN_TEXT - 1; i++)
        token[i] = "abcdefghijklmnopqrstuvwxyz234567"[next_random(state) % 32];
    token[TOKEN_TEXT - 1] = '\0';
}

/* Verification tokens are the base64 of 32 bytes. */
static void make_secret(uint64_t *state, char text[SECRET_TEXT])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char bytes[SECRET_BYTES + 1] = {0};
    size_t len = 0;

    for (int i = 0; i < SECRET_BYTES; i++)
        bytes[i] = (unsigned char)next_random(state);
    for (int i = 0; i < SECRET_BYTES; i += 3) {
        unsigned group = (unsigned)bytes[i] << 16U | (unsigned)bytes[i + 1] << 8U |
                         (i + 2 < SECRET_BYTES ? bytes[i + 2] : 0U);

        for (unsigned shift = 18; len < SECRET_TEXT - 2 && shift <= 18; shift -= 6)
            text[len++] = digits[(group >> shift) & 63U];
    }
    text[len++] = '=';
    text[len] = '\0';
}

static void make_domain(size_t number, uint64_t *state, struct domain *domain)
{
    static const char *const words[] = {"alumni", "biology", "clinic",   "events",
                                        "forms",  "library", "research", "sports"};

    snprintf(domain->name, sizeof(domain->name), "%s%zu.example.edu", words[next_random(state) % 8],
             number);
    for (int i = 0; i < TOKENS; i++)
        make_token(state, domain->tokens[i]);
    make_secret(state, domain->verification);
    domain->contact = (unsigned)(next_random(state) % 100);
    domain->poc = next_random(state) % 2 == 0;
}

static void write_file(int folder, const char *name, const char *bytes, int len)
{
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    if (file < 0 || write(file, bytes, (size_t)len) != len || close(file) != 0)
        fail(name);
}

static void write_exports(int folder, const struct domain *domain)
{
    char name[128];
    char text[1024];
    int len;

    len = snprintf(text, sizeof(text), "Type,Name,Value\nTXT,_amazonses.%s,%s", domain->name,
                   domain->verification);
    snprintf(name, sizeof(name), "%s-txt.csv", domain->name);
    write_file(folder, name, text, len);
    len = snprintf(text, sizeof(text), "Type,Name,Value");
    for (int i = 0; i < TOKENS; i++)
        len += snprintf(text + len, sizeof(text) - (size_t)len,
                        "\nCNAME,%s._domainkey.%s,%s.dkim.amazonses.com", domain->tokens[i],
                        domain->name, domain->tokens[i]);
    snprintf(name, sizeof(name), "%s-dkim.csv", domain->name);
    write_file(folder, name, text, len);
}

static void write_row(FILE *manifest, size_t number, const struct domain *domain)
{
    size_t folder = number / DOMAINS_PER_FOLDER;

    fprintf(manifest,
            "%s,%s,%s,exports/%03zu/%s-txt.csv;exports/%03zu/%s-dkim.csv,"
            "contact%u@example.edu,Newsletter %zu,123456789012,us-east-1\n",
            domain->name, domain->poc ? "poc" : "production", domain->poc ? "2024-06-30" : "",
            folder, domain->name, folder, domain->name, domain->contact, number);
}

static void write_zone(FILE *zone, const struct domain *domain)
{
    fprintf(zone, "_amazonses.%s. IN TXT \"%s\"\n", domain->name, domain->verification);
    for (int i = 0; i < TOKENS; i++)
        fprintf(zone, "%s._domainkey.%s. IN CNAME %s.dkim.amazonses.com.\n", domain->tokens[i],
                domain->name, domain->tokens[i]);
}

/* The folder of domain `number`; `*folder` is the open one. */
static void enter_folder(int exports, size_t number, int *folder)
{
    char name[32];

    if (number % DOMAINS_PER_FOLDER != 0)
        return;
    if (*folder >= 0)
        close(*folder);
    snprintf(name, sizeof(name), "%03zu", number / DOMAINS_PER_FOLDER);
    if (mkdirat(exports, name, 0755) != 0 && errno != EEXIST)
        fail(name);
    *folder = openat(exports, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*folder < 0)
        fail(name);
}

static FILE *create(const char *name, const char *first)
{
    FILE *file = fopen(name, "w");

    if (!file)
        fail(name);
    fputs(first, file);
    return file;
}

int main(int argc, char **argv)
{
    size_t count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
    uint64_t state = SEED;
    int folder = -1;
    FILE *manifest, *zone;
    int exports;

    if (count == 0) {
        fputs("usage: gen N FOLDER\n", stderr);
        return 2;
    }
    if ((mkdir(argv[2], 0755) != 0 && errno != EEXIST) || chdir(argv[2]) != 0 ||
        (mkdir("exports", 0755) != 0 && errno != EEXIST))
        fail(argv[2]);
    exports = open("exports", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (exports < 0)
        fail("exports");
    manifest =
        create("manifest.csv", "domain,lifetime,expires,exports,contact,purpose,account,region\n");
    zone = create("zone", "$ORIGIN example.edu.\n$TTL 300\n"
                          "@ IN SOA ns1 hostmaster 1 7200 3600 1209600 300\n"
                          "@ IN NS ns1\nns1 IN A 192.0.2.1\n");
    for (size_t i = 0; i < count; i++) {
        struct domain domain;

        make_domain(i, &state, &domain);
        enter_folder(exports, i, &folder);
        write_exports(folder, &domain);
        write_row(manifest, i, &domain);
        write_zone(zone, &domain);
    }
    if (fclose(manifest) != 0 || fclose(zone) != 0)
        fail(argv[2]);
    return 0;
}
