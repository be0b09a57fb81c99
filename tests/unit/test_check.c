/* SPDX-License-Identifier: MIT */
/* The rules: what each finds, and what it must not find. */
#include "check/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "collect.h"
#include "ingest/node.h"
#include "ingest/subject.h"

#define HEADER "Type,Name,Value\n"

#define T1 "lb26ujzerk7o5xgpav5yif3ifuonjc4z"
#define T2 "x3347bxx46qciqezelqfp5np64alxc6w"
#define T3 "y5pv6syksh2pfoxfbw6ada5n3vw2m4bl"
#define T4 "7r2oxr7b56qdjtmrbnjlzikccggn4rg3"
#define T5 "xnh446ojqmrliqawisp4jijgzwlo35hn"
#define T6 "tqhivddm46ttzcxbyh2behhsbr77u3pv"
#define CNAME(token, domain, target) "CNAME," token "._domainkey." domain "," target "\n"
#define DKIM(token, domain) CNAME(token, domain, token ".dkim.amazonses.com")
#define DKIM_SET(domain) DKIM(T1, domain) DKIM(T2, domain) DKIM(T3, domain)
#define DKIM_1 DKIM(T1, "example.edu")
#define DKIM_2 DKIM(T2, "example.edu")
#define DKIM_3 DKIM(T3, "example.edu")
#define DKIM_ALL DKIM_SET("example.edu")

#define MX_VALUE(value) "MX,mail.example.edu," value "\n"
#define MX MX_VALUE("10 feedback-smtp.us-east-1.amazonses.com")
#define SPF_VALUE(value) "TXT,mail.example.edu," value "\n"
#define SPF SPF_VALUE("\"v=spf1 include:amazonses.com ~all\"")
#define DMARC_VALUE(value) "TXT,_dmarc.example.edu," value "\n"
#define DMARC DMARC_VALUE("\"v=DMARC1; p=none;\"")

#define TOKEN "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
#define OTHER_TOKEN "eLlEp8JypEb+vZk7qRQsdhwf2t1qVLKg9TNbCsdbpVQ="
#define LOWER_TOKEN "mku0dzrruvsduvgago0saci10ck7ehb05dihx0849wu="
#define CUT_TOKEN "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU"
#define AT_LABEL(token) "TXT,_amazonses.example.edu," token "\n"
#define AT_APEX(token) "TXT,example.edu,amazonses:" token "\n"

#define KEY(selector, value) "TXT," selector "._domainkey.example.edu," value "\n"

/* Public keys made for this test with openssl. */
#define RSA_512                                                                                    \
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANC+EssbruPqavmVcRCrVwDEn3NWbmx9ty8EOmoAZCC/"                 \
    "rhpFrJZNkn9cgQhqUIYOwnq5IiuQvRWP4x7VZYv8++8CAwEAAQ=="
#define RSA_1024                                                                                   \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDS6uv1Ly0u75jFe7xZy0aLoFzCqcAXJHefP0ZB"                 \
    "OvIJBJoSQyb7oaJLsPY3yDoN4ztbNiu8sSZ7GK4nPE/J75O6gl7nZpbDSVnR+qyitb8lgSwqJ+Ic"                 \
    "k79BzNTG9ntcZ1B+XvTPzeLKzT7UBqw4zkL11yFAwg6YSB9086eASJY+mwIDAQAB"
#define RSA_2048                                                                                   \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA00lCwB1YwS02X7GHfQ8IfNMY1RbjEA8y"                 \
    "zlC44dUyU2f4orIYRPkckyMgzwQGq8s9+XuC/MbiHA/6f0GduTN+2Ru1r/PVHFjesRtuMgcoagMe"                 \
    "6Dw2QB1/pMlneFjhkpjQ0ysOYUH1tzwsD+N+KU2Dg9XJqM3KoQMRgipt7Iv/3ByHI9p2P3QDwFz0"                 \
    "4mytqq5qWILsHrnn4EX7RcPDXusOHBoIdeW0ClhRWY2mtVX9obp2OFMSmfN+kuhLUZiKnOX/EBiW"                 \
    "5bjsaChQi+DP8YUCkXMgFQt/73xKmYnAKePgl4He39AlNIWs/1sqJzh/CZRpV+RYJog1abUCFQpN"                 \
    "AKdY2wIDAQAB"
#define RSA_4096                                                                                   \
    "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAwvIr5SQg+TVW+eXYoNPsqwHVIxq4UHLt"                 \
    "ja2s40DhPyuGt8Mc2RUn2RC8RKMA3BQCn8ttCbC+n1751lJyPKWkaUTERqpCjbx6QInbwUP/cYYB"                 \
    "/gOSwRgS6AaItJ/bBorIyk1PBldP/eNhL9FTpDHg7Qq0HEghifM1wxtd+uQoyEJchPeVRVCpTnHv"                 \
    "PTul2UIBkdpetpDqeqRiS7+KfLcduQoXRIA26lKCSWpy8qmFNgDIcO0hpKBsHm2r+cJO6lDAKkPF"                 \
    "dJN4Zsoa+SUkbFNNwqOHjTm9I5STSY8Q+VpAZv1HptNNFlDkhN/3hThwDcaBhiYmXcESaUkeAtQI"                 \
    "NXznZ6xBZK8JlWGcShTfQfXZmVSv73iML66IoWw2HA73wUiIhRai+oP53BBEDJVcbZ/57hFr7rpA"                 \
    "oI6yyn3TLLtln3a0HE1CtP7seDoOPXMc0ImBa7kJ82evNpURVxo+2Flf/Q+kRMpbcCGgfVzYgc7Q"                 \
    "AjEzD+JOcB5j9ASNe+cw/7AlgdwzeBghHSfxCHNed6g/dv21UQ9ow+/oVYxbN+/t4RLoWXMLqx5S"                 \
    "KAlszNgSBbpfqbS9ActLL+r5x9PeX/l0CQz1bbjdus9G9zhcNE0FOQtgHbe9nzyl6dXnTl654gpm"                 \
    "12hWUJSk4aB+WGB6ZI91INVanPwXf8/c1jTqhKcJsgMCAwEAAQ=="
#define ED25519 "MCowBQYDK2VwAyEAyzmV6uKlATmJgEV4VhhJMWTQye8z6aK7FzslqtuypUc="
#define FILL_235                                                                                   \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"                 \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"                 \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"                 \
    "aaaaaaa"

#define NODE(text)                                                                                 \
    {                                                                                              \
        .rows = DKIM_ALL, .nodes = { text }                                                        \
    }

/* What a request is made of; what is not set is not said. */
struct input {
    const char *rows, *more; /* two files, without their headers */
    const char *nodes[2];    /* "IP=NAME" */
    const char *host;        /* an EC2 host instead of a domain */
    const char *allocation;
    const char *contact, *purpose, *account, *region, *zone;
};

/* `found` gives the code, and beside it these errors and warnings, if any; `near` does not. */
struct row {
    const char *code;
    struct input found;
    struct input near;
    const char *beside;
};

static const struct row table[] = {
    /* names */
    {"name-zone-doubled",
     {.rows = DKIM_1 DKIM_2 DKIM(T3, "example.edu.example.edu")},
     {.rows = DKIM_SET("a.com.com")},
     NULL},
    {"name-zone-appended",
     {.rows = DKIM_1 DKIM_2 DKIM(T3, "example.edu.example.org")},
     {.rows = DKIM_SET("example.com") DKIM_SET("example.com.br")},
     NULL},
    {"record-outside-domain",
     {.rows = DKIM_ALL "TXT,other.org,hello\n"},
     {.rows = DKIM_ALL "TXT,_dmarc.other.org,v=DMARC1; p=none\n"},
     "record-not-ses"},
    {"name-underscore-missing",
     {.rows = DKIM_ALL "TXT,dmarc.example.edu,v=DMARC1; p=none;\n"},
     {.rows = DKIM_ALL DMARC},
     NULL},
    {"name-underscore-missing",
     {.rows = DKIM_1 DKIM_2 "CNAME," T3 ".domainkey.example.edu," T3 ".dkim.amazonses.com\n"},
     {.rows = DKIM_ALL},
     NULL},
    {"name-underscore-missing",
     {.rows = "TXT,amazonses.example.edu," TOKEN "\n"},
     {.rows = AT_LABEL(TOKEN)},
     NULL},
    {"cname-at-apex",
     {.rows = DKIM_ALL "CNAME,example.edu,mail.amazonses.com\n"},
     {.rows = DKIM_ALL},
     NULL},
    {"cname-several",
     {.rows = DKIM_ALL CNAME(T1, "example.edu", T2 ".dkim.amazonses.com")},
     {.rows = DKIM_ALL DKIM_1},
     "dkim-token-mismatch"},
    {"cname-and-other", {.rows = DKIM_ALL KEY(T1, "p=" RSA_1024)}, {.rows = MX SPF}, NULL},
    {"record-duplicate", {.rows = DKIM_ALL DKIM_1}, {.rows = DKIM_ALL, .more = DKIM_1}, NULL},
    {"record-repeated", {.rows = DKIM_ALL, .more = DKIM_1 DKIM_2}, {.rows = DKIM_ALL DKIM_1}, NULL},
    {"domain-private",
     {.rows = DKIM_SET("example.local")},
     {.rows = DKIM_SET("local.example.edu")},
     NULL},
    {"identity-www",
     {.rows = DKIM_SET("www.example.edu")},
     {.rows = DKIM_SET("www2.example.edu")},
     NULL},

    /* targets */
    {"target-quoted",
     {.rows = MX_VALUE("\"10 \"\"feedback-smtp.us-east-1.amazonses.com\"\"\"") SPF},
     {.rows = MX SPF},
     NULL},
    {"target-address",
     {.rows = DKIM_1 DKIM_2 CNAME(T3, "example.edu", "192.0.2.1")},
     {.rows = DKIM_1 DKIM_2 CNAME(T3, "example.edu", "192.0.2.1.dkim.amazonses.com")},
     NULL},
    {"target-address", {.rows = MX_VALUE("10 2001:db8::1") SPF}, {.rows = MX SPF}, NULL},
    {"target-invalid",
     {.rows = DKIM_1 DKIM_2 CNAME(T3, "example.edu", "not a name")},
     {.rows = DKIM_1 DKIM_2 CNAME(T3, "example.edu", T3 ".dkim.amazonses.com.")},
     NULL},
    {"target-zone-appended",
     {.rows = MX_VALUE("10 feedback-smtp.us-east-1.amazonses.com.example.edu") SPF},
     {.rows = MX SPF},
     NULL},
    {"target-amazonaws",
     {.rows = MX_VALUE("10 feedback-smtp.us-east-1.amazonaws.com") SPF},
     {.rows = MX_VALUE("10 inbound-smtp.us-east-1.amazonaws.com") SPF},
     NULL},
    {"mx-inbound",
     {.rows = MX_VALUE("10 inbound-smtp.us-east-1.amazonaws.com") SPF},
     {.rows = MX_VALUE("10 feedback-smtp.us-east-1.amazonaws.com") SPF},
     NULL},
    {"record-acm",
     {.rows = DKIM_ALL "CNAME,_3b39.example.edu,_e94a.acm-validations.aws\n"},
     {.rows = DKIM_ALL "CNAME,_3b39.example.edu,_e94a.xacm-validations.aws\n"},
     NULL},
    {"target-look-alike",
     {.rows = DKIM_1 DKIM_2 CNAME(T3, "example.edu", T3 ".dkim.amazon-ses.com")},
     {.rows = DKIM_1 DKIM_2 CNAME(T3, "example.edu", T3 ".dkim.amazonses.eu")},
     NULL},
    {"record-not-ses",
     {.rows = DKIM_ALL "TXT,example.edu,google-site-verification=abc\n"},
     {.rows = DKIM_ALL DMARC},
     NULL},
    {"record-not-ses",
     {.rows = DKIM_ALL "CNAME,s1._domainkey.example.edu,s1.domainkey.u1.wl.sendgrid.net\n"},
     {.rows = DKIM_ALL},
     NULL},

    /* Easy DKIM */
    {"dkim-token-mismatch",
     {.rows = DKIM_1 DKIM_2 CNAME(T3, "example.edu", T4 ".dkim.amazonses.com")},
     {.rows = DKIM_1 DKIM_2 CNAME(T3, "example.edu", T3 ".DKIM.amazonses.com")},
     NULL},
    {"dkim-token-invalid",
     {.rows = DKIM_1 DKIM_2 DKIM("a_b", "example.edu")},
     {.rows = DKIM_1 DKIM_2 DKIM("a1b", "example.edu")},
     NULL},
    {"dkim-token-unusual",
     {.rows = DKIM_1 DKIM_2 DKIM("y5pv6syksh2pfoxfbw6ada5n3vw2m4b0", "example.edu")},
     {.rows = DKIM_ALL},
     NULL},
    {"dkim-token-unusual",
     {.rows = DKIM_1 DKIM_2 DKIM("y5pv6syksh2pfoxfbw6ada5n3vw2m4b", "example.edu")},
     {.rows = DKIM_ALL},
     NULL},
    {"dkim-zone-unknown",
     {.rows = CNAME(T1, "example.edu", T1 ".dkim.xx-west-1.amazonses.com")
          CNAME(T2, "example.edu", T2 ".dkim.xx-west-1.amazonses.com")
              CNAME(T3, "example.edu", T3 ".dkim.xx-west-1.amazonses.com")},
     {.rows = CNAME(T1, "example.edu", T1 ".dkim.eu-south-1.amazonses.com")
          CNAME(T2, "example.edu", T2 ".dkim.eu-south-1.amazonses.com")
              CNAME(T3, "example.edu", T3 ".dkim.eu-south-1.amazonses.com")},
     NULL},
    {"dkim-zone-invalid",
     {.rows = DKIM_1 DKIM_2 CNAME(T3, "example.edu", T3 ".mail.amazonses.com")},
     {.rows = DKIM_ALL},
     NULL},
    {"dkim-zone-mixed",
     {.rows = DKIM_1 DKIM_2 CNAME(T3, "example.edu", T3 ".dkim.eu-south-1.amazonses.com")},
     {.rows = DKIM_ALL CNAME(T4, "example.edu", T4 ".dkim.eu-south-1.amazonses.com")
          CNAME(T5, "example.edu", T5 ".dkim.eu-south-1.amazonses.com")
              CNAME(T6, "example.edu", T6 ".dkim.eu-south-1.amazonses.com")},
     NULL},
    {"dkim-set-incomplete", {.rows = DKIM_1 DKIM_2}, {.rows = DKIM_ALL}, NULL},
    {"dkim-set-incomplete",
     {.rows = DKIM_ALL DKIM(T4, "example.edu")},
     {.rows = DKIM_ALL DKIM_1},
     NULL},
    {"dkim-sets-several",
     {.rows = DKIM_ALL DKIM(T4, "example.edu") DKIM(T5, "example.edu") DKIM(T6, "example.edu")},
     {.rows = DKIM_ALL},
     NULL},
    {"dkim-missing", {.rows = AT_LABEL(TOKEN)}, {.rows = KEY("s", "p=" RSA_1024)}, NULL},
    {"dkim-region",
     {.rows = DKIM_ALL, .region = "eu-south-1"},
     {.rows = DKIM_ALL, .region = "us-west-2"},
     NULL},

    /* BYODKIM */
    {"dkim-key-placeholder",
     {.rows = KEY("s", "p=customerProvidedPublicKey")},
     {.rows = KEY("s", "p=" RSA_1024)},
     NULL},
    {"dkim-key-pem",
     {.rows = KEY("s", "p=-----BEGIN PUBLIC KEY-----" RSA_1024)},
     {.rows = KEY("s", "p=" RSA_1024)},
     NULL},
    {"dkim-record-type",
     {.rows = DKIM_1 DKIM_2 KEY(T3, T3 ".dkim.amazonses.com")},
     {.rows = KEY("s", "p=" RSA_1024)},
     NULL},
    {"dkim-key-revoked",
     {.rows = KEY("s", "v=DKIM1; p=")},
     {.rows = KEY("s", "v=DKIM1; p=" RSA_1024)},
     NULL},
    {"dkim-key-blank",
     {.rows = KEY("s", "p=MIGfMA0GCSqG SIb3DQEBAQUA")},
     {.rows = KEY("s", "k=rsa; p=" RSA_1024)},
     NULL},
    {"dkim-key-invalid", {.rows = KEY("s", "p=MIGfMA0G")}, {.rows = KEY("s", "p=" RSA_2048)}, NULL},
    {"dkim-key-invalid", {.rows = KEY("s", "MIGfMA0G")}, {.rows = KEY("s", "p=" RSA_2048)}, NULL},
    {"dkim-key-type",
     {.rows = KEY("s", "p=" ED25519)},
     {.rows = KEY("s", "k=RSA; p=" RSA_1024)},
     NULL},
    {"dkim-key-type",
     {.rows = KEY("s", "k=ed25519; p=" ED25519)},
     {.rows = KEY("s", "p=" RSA_1024)},
     NULL},
    {"dkim-key-bits", {.rows = KEY("s", "p=" RSA_512)}, {.rows = KEY("s", "p=" RSA_1024)}, NULL},
    {"dkim-key-bits", {.rows = KEY("s", "p=" RSA_4096)}, {.rows = KEY("s", "p=" RSA_2048)}, NULL},
    {"dkim-selector",
     {.rows = KEY("a_b", "p=" RSA_1024)},
     {.rows = KEY("a-b", "p=" RSA_1024)},
     NULL},
    {"dkim-key-several",
     {.rows = KEY("s", "p=" RSA_1024) KEY("s", "p=" RSA_2048)},
     {.rows = KEY("s", "p=" RSA_1024) KEY("t", "p=" RSA_2048)},
     NULL},

    /* domain verification */
    {"verification-lower-case", {.rows = AT_LABEL(LOWER_TOKEN)}, {.rows = AT_LABEL(TOKEN)}, NULL},
    {"verification-padding", {.rows = AT_LABEL(CUT_TOKEN)}, {.rows = AT_LABEL(TOKEN)}, NULL},
    {"verification-token",
     {.rows = AT_LABEL("MKu0dZrRuvSdUvGaGo0sAci1")},
     {.rows = AT_LABEL(TOKEN)},
     NULL},
    {"verification-token",
     {.rows = AT_LABEL("MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849w-=")},
     {.rows = AT_LABEL("MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX08+/wU=")},
     NULL},
    /* Its last character has bits beyond the 32 bytes. */
    {"verification-token",
     {.rows = AT_LABEL("MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wV=")},
     {.rows = AT_LABEL(TOKEN)},
     NULL},
    {"verification-mismatch",
     {.rows = AT_LABEL(TOKEN) AT_APEX(OTHER_TOKEN)},
     {.rows = AT_LABEL(TOKEN) AT_APEX(TOKEN)},
     NULL},
    {"verification-apex", {.rows = AT_APEX(TOKEN)}, {.rows = AT_LABEL(TOKEN) AT_APEX(TOKEN)}, NULL},
    {"verification-alternative",
     {.rows = AT_LABEL(TOKEN) AT_APEX(TOKEN)},
     {.rows = AT_LABEL(TOKEN)},
     NULL},
    {"verification-several",
     {.rows = AT_LABEL(TOKEN) AT_LABEL(OTHER_TOKEN)},
     {.rows = AT_LABEL(TOKEN)},
     NULL},
    {"verification-missing", {.rows = DKIM_ALL}, {.rows = AT_LABEL(TOKEN)}, NULL},

    /* MAIL FROM */
    {"mx-preference",
     {.rows = MX_VALUE("feedback-smtp.us-east-1.amazonses.com") SPF},
     {.rows = MX SPF},
     NULL},
    {"mx-target",
     {.rows = MX_VALUE("10 smtp.us-east-1.amazonses.com") SPF},
     {.rows = MX_VALUE("10 Feedback-SMTP.us-east-1.amazonses.com.") SPF},
     NULL},
    {"mx-region-unknown",
     {.rows = MX_VALUE("10 feedback-smtp.xx-west-1.amazonses.com") SPF},
     {.rows = MX SPF},
     NULL},
    {"mx-region",
     {.rows = MX SPF, .region = "eu-central-1"},
     {.rows = MX SPF, .region = "us-east-1"},
     NULL},
    {"mail-from-apex",
     {.rows = DKIM_ALL "MX,example.edu,10 feedback-smtp.us-east-1.amazonses.com\n"},
     {.rows = DKIM_ALL MX SPF},
     NULL},
    {"mx-several",
     {.rows = MX MX_VALUE("20 feedback-smtp.us-east-1.amazonses.com") SPF},
     {.rows = MX MX SPF},
     NULL},
    {"spf-apex",
     {.rows = DKIM_ALL "TXT,example.edu,v=spf1 include:amazonses.com ~all\n"},
     {.rows = DKIM_ALL MX SPF},
     NULL},
    {"spf-several",
     {.rows = MX SPF SPF_VALUE("v=spf1 include:amazonses.com -all")},
     {.rows = MX SPF SPF},
     NULL},
    {"spf-syntax",
     {.rows = MX SPF_VALUE("v=spf1include:amazonses.com ~all")},
     {.rows = MX SPF},
     NULL},
    {"spf-include",
     {.rows = MX SPF_VALUE("v=spf1 include:amazonses.com.example.org ~all")},
     {.rows = MX SPF_VALUE("v=spf1 a Include:AmazonSES.com ~all")},
     NULL},
    {"spf-all",
     {.rows = MX SPF_VALUE("v=spf1 include:amazonses.com ?all")},
     {.rows = MX SPF_VALUE("v=spf1 include:amazonses.com -all")},
     NULL},
    {"mail-from-incomplete", {.rows = DKIM_ALL MX}, {.rows = DKIM_ALL MX SPF}, NULL},
    {"mail-from-incomplete", {.rows = DKIM_ALL SPF}, {.rows = DKIM_ALL, .more = MX SPF}, NULL},

    /* DMARC, and TXT values in general */
    {"dmarc-version",
     {.rows = DKIM_ALL DMARC_VALUE("v=dmarc1; p=none;")},
     {.rows = DKIM_ALL DMARC},
     NULL},
    {"dmarc-policy", {.rows = DKIM_ALL DMARC_VALUE("v=DMARC1")}, {.rows = DKIM_ALL DMARC}, NULL},
    {"dmarc-policy",
     {.rows = DKIM_ALL DMARC_VALUE("v=DMARC1; p=block")},
     {.rows = DKIM_ALL DMARC_VALUE("v=DMARC1;P = Reject")},
     NULL},
    {"dmarc-owner",
     {.rows = DKIM_ALL "TXT,example.edu,v=DMARC1; p=none\n"},
     {.rows = DKIM_ALL "TXT,_dmarc.mail.example.edu,v=DMARC1; p=none\n"},
     NULL},
    {"dmarc-several",
     {.rows = DKIM_ALL DMARC DMARC_VALUE("v=DMARC1; p=reject")},
     {.rows = DKIM_ALL DMARC "TXT,_dmarc.mail.example.edu,v=DMARC1; p=none\n"},
     NULL},
    {"txt-quotes",
     {.rows = DKIM_ALL DMARC_VALUE("\"v=DMARC1; p=none; x=\"\"y\"\"\"")},
     {.rows = DKIM_ALL DMARC_VALUE("\"\"\"v=DMARC1; p=none\"\"\"")},
     NULL},
    {"txt-backslash",
     {.rows = DKIM_ALL DMARC_VALUE("v=DMARC1\\; p=none")},
     {.rows = DKIM_ALL DMARC},
     NULL},
    {"txt-cut",
     {.rows = DKIM_ALL DMARC_VALUE("v=DMARC1; p=none; x=" FILL_235)},
     {.rows = DKIM_ALL DMARC_VALUE("v=DMARC1; p=none; x=" FILL_235 "a")},
     NULL},

    /* nodes */
    {"node-address-invalid", NODE("8.8.8=m.example.edu"), NODE("8.8.8.8=m.example.edu"), NULL},
    {"node-address-private", NODE("10.0.0.1=m.example.edu"), NODE("11.0.0.1=m.example.edu"), NULL},
    {"node-address-reserved", NODE("224.0.0.1=m.example.edu"), NODE("223.0.0.1=m.example.edu"),
     NULL},
    {"node-address-documentation", NODE("2001:db8::1=m.example.edu"), NODE("2600::1=m.example.edu"),
     NULL},
    {"node-name-invalid", NODE("8.8.8.8=m_1.example.edu"), NODE("8.8.8.8=m-1.example.edu"), NULL},
    {"node-name-invalid", NODE("8.8.8.8=m 1.example.edu"), NODE("8.8.8.8=m.example.edu"), NULL},
    {"node-name-unqualified", NODE("8.8.8.8=m"), NODE("8.8.8.8=m.example.edu"), NULL},
    {"node-name-special", NODE("8.8.8.8=m.sunet"), NODE("8.8.8.8=sunet.example.edu"), NULL},
    {"node-address-twice",
     {.rows = DKIM_ALL, .nodes = {"8.8.8.8=m.example.edu", "8.8.8.8=n.example.edu"}},
     {.rows = DKIM_ALL, .nodes = {"8.8.8.8=m.example.edu", "8.8.4.4=n.example.edu"}},
     NULL},
    {"node-name-twice",
     {.rows = DKIM_ALL, .nodes = {"8.8.8.8=m.example.edu", "8.8.4.4=m.example.edu"}},
     {.rows = DKIM_ALL, .nodes = {"8.8.8.8=m.example.edu", "2600::1=m.example.edu"}},
     NULL},
    {"allocation-id",
     {.host = "m.example.edu", .nodes = {"8.8.8.8=m.example.edu"}, .allocation = "eipalloc-123"},
     {.host = "m.example.edu",
      .nodes = {"8.8.8.8=m.example.edu"},
      .allocation = "eipalloc-0123456789abcdef0"},
     NULL},
    {"allocation-id",
     {.host = "m.example.edu", .nodes = {"8.8.8.8=m.example.edu"}, .allocation = "eni-12345678"},
     {.host = "m.example.edu",
      .nodes = {"8.8.8.8=m.example.edu"},
      .allocation = "eipalloc-12345678"},
     NULL},
    {"eip-not-ipv4",
     {.host = "m.example.edu", .nodes = {"2600::1=m.example.edu"}},
     NODE("2600::1=m.example.edu"),
     NULL},

    /* what the requester says */
    {"account-id",
     {.rows = DKIM_ALL, .account = "1234-5678-9012"},
     {.rows = DKIM_ALL, .account = "123456789012"},
     NULL},
    {"region-unknown",
     {.rows = DKIM_ALL, .region = "us-west-9"},
     {.host = "m.example.edu", .region = "us-west-9"},
     NULL},
    {"zone-not-above",
     {.rows = DKIM_ALL, .zone = "example.org"},
     {.rows = DKIM_ALL, .zone = "edu"},
     NULL},
    {"words-control",
     {.rows = DKIM_ALL, .contact = "a\nb"},
     {.rows = DKIM_ALL, .contact = "a b"},
     NULL},
    {"words-control",
     {.rows = DKIM_ALL, .purpose = "\x1B[1m"},
     {.rows = DKIM_ALL, .purpose = "[1m"},
     NULL},
    {"words-non-ascii",
     {.rows = DKIM_ALL, .contact = "J\xC3\xBCrgen"},
     {.rows = DKIM_ALL, .contact = "Juergen"},
     NULL},
};

static void add_requests(const struct input *input, struct ses_arena *arena,
                         struct ses_requests *requests, struct ses_findings *findings)
{
    const char *const files[] = {input->rows, input->more};
    struct ses_entries entries = {0};

    for (size_t i = 0; i < COUNT(files); i++) {
        struct ses_str text;

        if (!files[i])
            continue;
        assert_int_equal(ses_arena_printf(arena, &text, HEADER "%s", files[i]), 0);
        assert_int_equal(collect_read(i == 0 ? "1" : "2", text, arena, &entries, findings), 0);
    }
    assert_int_equal(
        ses_subject_assign(&entries, NULL, 0, (struct ses_place){0}, arena, requests, findings), 0);
    if (input->host) {
        struct ses_request *request = ses_requests_add(requests, arena, SES_SUBJECT_HOST);

        assert_non_null(request);
        request->subject = ses_str_of(input->host);
    }
}

static void add_nodes(const struct input *input, struct ses_request *request,
                      struct ses_arena *arena, struct ses_findings *findings)
{
    for (size_t i = 0; i < COUNT(input->nodes) && input->nodes[i]; i++) {
        struct ses_node node;

        assert_int_equal(ses_node_parse(ses_str_of(input->nodes[i]),
                                        (struct ses_place){.file = "-"}, arena, &node, findings),
                         0);
        node.allocation = ses_str_of(input->allocation);
        assert_int_equal(ses_request_add_node(request, arena, &node), 0);
    }
}

/* All that the rules say of `input`; reading it gives no error. */
static void check_input(const struct input *input, struct collect *collect)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_requests requests = {0};

    add_requests(input, &arena, &requests, &collect->findings);
    assert_int_equal(collect->findings.counts[SES_ERROR], 0);
    collect_clear(collect);
    for (size_t i = 0; i < requests.count; i++) {
        struct ses_request *request = requests.items[i];

        add_nodes(input, request, &arena, &collect->findings);
        request->contact = ses_str_of(input->contact);
        request->purpose = ses_str_of(input->purpose);
        request->account = ses_str_of(input->account);
        request->region = ses_str_of(input->region);
        request->zone = ses_str_of(input->zone);
        assert_int_equal(ses_request_settle(request, &arena), 0);
        assert_int_equal(ses_request_seal(request, NULL), 0);
        assert_int_equal(ses_check_request(request, &collect->findings), 0);
    }
}

static const struct ses_code *code_of(struct ses_str name)
{
    const struct ses_code *code = NULL;

    for (size_t i = 0; (code = ses_check_code(i)) != NULL; i++) {
        if (ses_str_eq(ses_str_of(code->code), name))
            return code;
    }
    fail_msg("no rule has the code %.*s", SES_STR_ARG(name));
    return NULL;
}

/* True where `code` is among `codes`; `others` gets the other errors and warnings. */
static bool take_out(const char *codes, const char *code, struct ses_buf *others)
{
    struct ses_str rest = ses_str_of(codes);
    struct ses_str found;
    bool seen = false;

    while (ses_str_split(&rest, ' ', &found)) {
        if (ses_str_eq(found, ses_str_of(code)))
            seen = true;
        else if (code_of(found)->severity > SES_NOTE)
            ses_buf_printf(others, "%s%.*s", others->len > 0 ? " " : "", SES_STR_ARG(found));
    }
    return seen;
}

static void test_check__finds_what_each_rule_is_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct collect collect SES_CLEANUP(collect_done);
        struct ses_buf others SES_CLEANUP(ses_buf_done);

        collect_init(&collect, SES_NOTE);
        ses_buf_init(&others, 10000);
        check_input(&table[i].found, &collect);
        if (!take_out(collect_codes(&collect), table[i].code, &others) ||
            !ses_str_eq(ses_buf_str(&others), ses_str_of(table[i].beside)))
            fail_msg("row %zu, %s: found %s", i, table[i].code, collect_codes(&collect));
    }
}

static void test_check__does_not_find_what_only_comes_near(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct collect collect SES_CLEANUP(collect_done);
        struct ses_buf others SES_CLEANUP(ses_buf_done);

        collect_init(&collect, SES_NOTE);
        ses_buf_init(&others, 10000);
        check_input(&table[i].near, &collect);
        if (take_out(collect_codes(&collect), table[i].code, &others))
            fail_msg("row %zu: found %s", i, collect_codes(&collect));
    }
}

static void test_check__has_a_row_for_every_rule(void **state)
{
    const struct ses_code *code;

    (void)state;
    for (size_t i = 0; (code = ses_check_code(i)) != NULL; i++) {
        size_t rows = 0;

        for (size_t k = 0; k < COUNT(table); k++)
            rows += strcmp(table[k].code, code->code) == 0;
        ASSERT_ROW(code->code, rows > 0);
    }
}

static void test_check__explains_every_rule_once(void **state)
{
    const struct ses_code *code;

    (void)state;
    for (size_t i = 0; (code = ses_check_code(i)) != NULL; i++) {
        ASSERT_ROW(code->code, code_of(ses_str_of(code->code)) == code);
        ASSERT_ROW(code->code, strlen(code->what) > 20 && strlen(code->why) > 20);
        ASSERT_ROW(code->code, code->remedy || code->severity == SES_NOTE);
        ASSERT_ROW(code->code, strlen(code->source) > 5);
    }
}

/* What "did you mean" offers. */
static void test_check__suggests_what_was_meant(void **state)
{
    static const struct {
        const char *rows, *suggestion;
    } rows[] = {
        {DKIM_1 DKIM_2 DKIM(T3, "example.edu.example.edu"), T3 "._domainkey.example.edu"},
        {DKIM_1 DKIM_2 DKIM(T3, "example.edu.example.org"), T3 "._domainkey.example.edu"},
        {DKIM_ALL "TXT,dmarc.example.edu,v=DMARC1; p=none;\n", "_dmarc.example.edu"},
        {"TXT,amazonses.example.edu," TOKEN "\n", "_amazonses.example.edu"},
        {AT_LABEL(CUT_TOKEN), TOKEN},
        {DKIM_SET("www.example.edu"), "example.edu"},
        {MX_VALUE("10 feedback-smtp.us-east-1.amazonaws.com") SPF,
         "10 feedback-smtp.us-east-1.amazonses.com"},
        {MX_VALUE("10 amazonaws.com") SPF, "10 amazonses.com"},
        {MX_VALUE("10 feedback-smtp.us-east-1.amazonses.com.example.edu") SPF,
         "10 feedback-smtp.us-east-1.amazonses.com"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct collect collect SES_CLEANUP(collect_done);
        const struct input input = {.rows = rows[i].rows};

        collect_init(&collect, SES_NOTE);
        check_input(&input, &collect);
        ASSERT_ROW(rows[i].suggestion,
                   ses_str_contains(ses_buf_str(&collect.shown), ses_str_of(rows[i].suggestion)));
    }
}

static void test_check__has_no_complaint_about_what_the_console_gives(void **state)
{
    static const struct input families[] = {
        {.rows = DKIM_ALL},
        {.rows = DKIM_ALL DMARC},
        {.rows = DKIM_ALL MX SPF DMARC},
        {.rows = AT_LABEL(TOKEN) AT_APEX(TOKEN)},
        {.rows = DKIM_ALL MX SPF DMARC, .more = AT_LABEL(TOKEN) AT_APEX(TOKEN)},
        {.rows = MX SPF},
        {.rows = KEY("s", "p=" RSA_2048)},
        {.rows = DKIM_ALL, .nodes = {"8.8.8.8=m.example.edu", "2600::1=n.example.edu"}},
        {.host = "m.example.edu", .nodes = {"8.8.8.8=m.example.edu"}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(families); i++) {
        struct collect collect SES_CLEANUP(collect_done);

        collect_init(&collect, SES_WARNING);
        check_input(&families[i], &collect);
        assert_string_equal(collect_codes(&collect), "");
    }
}

static void test_check__says_of_a_copy_nothing_but_that_it_is_one(void **state)
{
    static const struct input input = {.rows = MX_VALUE("10 smtp.us-east-1.amazonses.com")
                                           MX_VALUE("10 smtp.us-east-1.amazonses.com") SPF};
    struct collect collect SES_CLEANUP(collect_done);

    (void)state;
    collect_init(&collect, SES_WARNING);
    check_input(&input, &collect);
    assert_string_equal(collect_codes(&collect), "mx-target record-duplicate");
}

static int refuse(struct ses_findings *findings, const struct ses_finding *finding)
{
    (void)findings;
    (void)finding;
    return SES_ECONFLICT;
}

static void test_check__stops_when_the_sink_says_so(void **state)
{
    static const char *const texts[] = {HEADER DKIM_1 DKIM_2, NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_findings findings = {.emit = refuse};
    struct ses_requests requests;

    (void)state;
    collect_init(&collect, SES_NOTE);
    assert_int_equal(collect_requests(texts, &arena, &requests, &collect.findings), 0);
    assert_int_equal(ses_check_request(requests.items[0], &findings), SES_ECONFLICT);
    assert_int_equal(
        findings.counts[SES_ERROR] + findings.counts[SES_WARNING] + findings.counts[SES_NOTE], 1);
}

/* Random exports, the same in every run: xorshift64* (Vigna, 2016). */
static uint64_t next(uint64_t *seed, uint64_t below)
{
    *seed ^= *seed >> 12U;
    *seed ^= *seed << 25U;
    *seed ^= *seed >> 27U;
    return (*seed * 2685821657736338717U >> 32U) % below;
}

static void add_random(struct ses_buf *text, uint64_t *seed, const char *alphabet, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ses_buf_add_byte(text, alphabet[next(seed, strlen(alphabet))]);
}

#define MAX_ROWS 16

struct random {
    uint64_t seed;
    struct ses_buf domain;
    struct ses_buf rows[MAX_ROWS];
    size_t count;
};

static void random_done(struct random *random)
{
    ses_buf_done(&random->domain);
    for (size_t i = 0; i < MAX_ROWS; i++)
        ses_buf_done(&random->rows[i]);
}

static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void add_dkim(struct random *random, const char *zone)
{
    for (int i = 0; i < 3; i++) {
        struct ses_buf *row = &random->rows[random->count++];
        struct ses_buf token SES_CLEANUP(ses_buf_done);

        ses_buf_init(&token, 100);
        add_random(&token, &random->seed, base32, 32);
        ses_buf_printf(row, "CNAME,%s._domainkey.%s,%s.%s", token.ptr, random->domain.ptr,
                       token.ptr, zone);
    }
}

static void add_mail_from(struct random *random, const char *region)
{
    struct ses_buf label SES_CLEANUP(ses_buf_done);

    ses_buf_init(&label, 100);
    add_random(&label, &random->seed, lower, 1 + next(&random->seed, 12));
    ses_buf_printf(&random->rows[random->count++], "MX,%s.%s,10 feedback-smtp.%s.amazonses.com",
                   label.ptr, random->domain.ptr, region);
    ses_buf_printf(&random->rows[random->count++],
                   "TXT,%s.%s,\"v=spf1 include:amazonses.com ~all\"", label.ptr,
                   random->domain.ptr);
}

static void add_verification(struct random *random)
{
    struct ses_buf token SES_CLEANUP(ses_buf_done);

    ses_buf_init(&token, 100);
    add_random(&token, &random->seed, base64, 42);
    add_random(&token, &random->seed, "AEIMQUYcgkosw048", 1); /* two bits of the last are zero */
    ses_buf_printf(&random->rows[random->count++], "TXT,_amazonses.%s,%s=", random->domain.ptr,
                   token.ptr);
    if (next(&random->seed, 2))
        ses_buf_printf(&random->rows[random->count++], "TXT,%s,amazonses:%s=", random->domain.ptr,
                       token.ptr);
}

static void fill_random(struct random *random)
{
    static const char *const endings[] = {"edu", "com", "co.uk", "com.br", "example.org"};
    static const char *const regions[][2] = {{"us-east-1", "dkim.amazonses.com"},
                                             {"eu-south-1", "dkim.eu-south-1.amazonses.com"},
                                             {"us-gov-west-1", "dkim.amazonses.com"},
                                             {"ca-west-1", "dkim.ca-west-1.amazonses.com"}};
    const char *const *region = regions[next(&random->seed, COUNT(regions))];

    ses_buf_init(&random->domain, 1000);
    for (size_t i = 0; i < MAX_ROWS; i++)
        ses_buf_init(&random->rows[i], 1000);
    for (uint64_t labels = next(&random->seed, 3) + 1; labels > 0; labels--) {
        add_random(&random->domain, &random->seed, lower, 4 + next(&random->seed, 20));
        ses_buf_add_byte(&random->domain, '.');
    }
    ses_buf_add(&random->domain, ses_str_of(endings[next(&random->seed, COUNT(endings))]));
    /* DKIM or verification, so that the records name their domain; the rest as it comes. */
    if (next(&random->seed, 4))
        add_dkim(random, region[1]);
    if (random->count == 0 || next(&random->seed, 2))
        add_verification(random);
    if (random->count > 2 && next(&random->seed, 4) == 0)
        add_dkim(random, region[1]);
    if (next(&random->seed, 2))
        add_mail_from(random, region[0]);
    if (next(&random->seed, 2))
        ses_buf_printf(&random->rows[random->count++], "TXT,_dmarc.%s,\"v=DMARC1; p=none;\"",
                       random->domain.ptr);
}

static void shuffle(struct random *random)
{
    for (size_t i = random->count; i > 1; i--) {
        size_t k = next(&random->seed, i);
        struct ses_buf row = random->rows[i - 1];

        random->rows[i - 1] = random->rows[k];
        random->rows[k] = row;
    }
}

/* The rows as `files` files, each written in one of the ways that mean the same. */
static void check_split(struct random *random, size_t files, char digest[SES_DIGEST_TEXT])
{
    static const char *const marks[] = {"", "\xEF\xBB\xBF"};
    static const char *const headers[] = {"Type,Name,Value", "Tipo,Nome,Valore",
                                          "\"Type\",\"Name\",\"Value\"", "Soort,Naam,Waarde"};
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n"};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_requests requests;
    const char *texts[9] = {NULL};
    size_t row = 0;

    collect_init(&collect, SES_WARNING);
    for (size_t i = 0; i < files; i++) {
        const char *end = ends[next(&random->seed, COUNT(ends))];
        size_t until = random->count * (i + 1) / files;
        struct ses_str text;

        assert_int_equal(ses_arena_printf(&arena, &text, "%s%s%s",
                                          marks[next(&random->seed, COUNT(marks))],
                                          headers[next(&random->seed, COUNT(headers))], end),
                         0);
        for (; row < until; row++)
            assert_int_equal(ses_arena_printf(&arena, &text, "%s%s%s", text.ptr,
                                              random->rows[row].ptr, row + 1 < until ? end : ""),
                             0);
        texts[i] = text.ptr;
    }
    assert_int_equal(collect_requests(texts, &arena, &requests, &collect.findings), 0);
    assert_int_equal(requests.count, 1);
    assert_int_equal(requests.items[0]->record_count, random->count);
    assert_int_equal(ses_check_request(requests.items[0], &collect.findings), 0);
    assert_string_equal(collect_lines(&collect), "");
    strcpy(digest, requests.items[0]->digest);
}

static void test_check__has_no_complaint_about_random_exports_however_split(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 1000; i++) {
        struct random random SES_CLEANUP(random_done) = {.seed = i * 0x9E3779B97F4A7C15U};
        char first[SES_DIGEST_TEXT];

        fill_random(&random);
        check_split(&random, 1, first);
        for (size_t files = 1; files <= random.count && files <= 4; files++) {
            char digest[SES_DIGEST_TEXT];

            shuffle(&random);
            check_split(&random, files, digest);
            assert_string_equal(digest, first);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check__finds_what_each_rule_is_for),
        cmocka_unit_test(test_check__does_not_find_what_only_comes_near),
        cmocka_unit_test(test_check__has_a_row_for_every_rule),
        cmocka_unit_test(test_check__explains_every_rule_once),
        cmocka_unit_test(test_check__suggests_what_was_meant),
        cmocka_unit_test(test_check__has_no_complaint_about_what_the_console_gives),
        cmocka_unit_test(test_check__says_of_a_copy_nothing_but_that_it_is_one),
        cmocka_unit_test(test_check__stops_when_the_sink_says_so),
        cmocka_unit_test(test_check__has_no_complaint_about_random_exports_however_split),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
