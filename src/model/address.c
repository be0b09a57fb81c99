/* SPDX-License-Identifier: MIT */
#include "model/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

int ses_address_parse(struct ses_str text, struct ses_address *ret_address)
{
    struct ses_address address = {0};
    char terminated[SES_MAX_ADDRESS_TEXT] = "";
    int family;

    if (text.len == 0 || text.len >= sizeof(terminated))
        return SES_EINVALID;
    memcpy(terminated, text.ptr, text.len);
    family = memchr(terminated, ':', text.len) ? AF_INET6 : AF_INET;
    if (strlen(terminated) != text.len || inet_pton(family, terminated, address.bytes) != 1 ||
        !inet_ntop(family, address.bytes, address.text, sizeof(address.text)))
        return SES_EINVALID;
    address.version = family == AF_INET ? 4 : 6;
    *ret_address = address;
    return 0;
}

bool ses_address_eq(const struct ses_address *a, const struct ses_address *b)
{
    return a->version == b->version && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* From the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), more specific blocks
 * before those that hold them. */
static const struct {
    int version;
    unsigned prefix;
    unsigned char bytes[4];
    enum ses_address_scope scope;
    const char *name;
} blocks[] = {
    {4, 24, {192, 0, 2, 0}, SES_ADDRESS_DOCUMENTATION, "192.0.2.0/24 (RFC 5737)"},
    {4, 24, {198, 51, 100, 0}, SES_ADDRESS_DOCUMENTATION, "198.51.100.0/24 (RFC 5737)"},
    {4, 24, {203, 0, 113, 0}, SES_ADDRESS_DOCUMENTATION, "203.0.113.0/24 (RFC 5737)"},
    {4, 8, {0}, SES_ADDRESS_RESERVED, "0.0.0.0/8 (RFC 791)"},
    {4, 8, {10}, SES_ADDRESS_PRIVATE, "10.0.0.0/8 (RFC 1918)"},
    {4, 10, {100, 64}, SES_ADDRESS_PRIVATE, "100.64.0.0/10 (RFC 6598)"},
    {4, 8, {127}, SES_ADDRESS_PRIVATE, "127.0.0.0/8, loopback (RFC 1122)"},
    {4, 16, {169, 254}, SES_ADDRESS_PRIVATE, "169.254.0.0/16, link-local (RFC 3927)"},
    {4, 12, {172, 16}, SES_ADDRESS_PRIVATE, "172.16.0.0/12 (RFC 1918)"},
    {4, 24, {192, 0, 0}, SES_ADDRESS_RESERVED, "192.0.0.0/24 (RFC 6890)"},
    {4, 24, {192, 88, 99}, SES_ADDRESS_RESERVED, "192.88.99.0/24 (RFC 7526)"},
    {4, 16, {192, 168}, SES_ADDRESS_PRIVATE, "192.168.0.0/16 (RFC 1918)"},
    {4, 15, {198, 18}, SES_ADDRESS_RESERVED, "198.18.0.0/15, benchmarks (RFC 2544)"},
    {4, 4, {224}, SES_ADDRESS_RESERVED, "224.0.0.0/4, multicast (RFC 5771)"},
    {4, 4, {240}, SES_ADDRESS_RESERVED, "240.0.0.0/4, future use (RFC 1112)"},
    {6, 32, {0x20, 0x01, 0x0d, 0xb8}, SES_ADDRESS_DOCUMENTATION, "2001:db8::/32 (RFC 3849)"},
    {6, 20, {0x3f, 0xff, 0x00}, SES_ADDRESS_DOCUMENTATION, "3fff::/20 (RFC 9637)"},
    {6, 23, {0x20, 0x01, 0x00}, SES_ADDRESS_RESERVED, "2001::/23 (RFC 2928)"},
    {6, 16, {0x20, 0x02}, SES_ADDRESS_RESERVED, "2002::/16, 6to4 (RFC 3056)"},
    {6, 7, {0xfc}, SES_ADDRESS_PRIVATE, "fc00::/7 (RFC 4193)"},
    {6, 10, {0xfe, 0x80}, SES_ADDRESS_PRIVATE, "fe80::/10, link-local (RFC 4291)"},
    {6, 8, {0xff}, SES_ADDRESS_RESERVED, "ff00::/8, multicast (RFC 4291)"},
};

static bool in_prefix(const unsigned char *address, const unsigned char *block, unsigned prefix)
{
    unsigned whole = prefix / 8;
    unsigned rest = prefix % 8;
    unsigned char mask = (unsigned char)(0xFF << (8 - rest));

    if (memcmp(address, block, whole) != 0)
        return false;
    return rest == 0 || (address[whole] & mask) == (block[whole] & mask);
}

enum ses_address_scope ses_address_scope(const struct ses_address *address, const char **ret_name)
{
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        if (blocks[i].version == address->version &&
            in_prefix(address->bytes, blocks[i].bytes, blocks[i].prefix)) {
            *ret_name = blocks[i].name;
            return blocks[i].scope;
        }
    }
    /* Only 2000::/3 has been given out for unicast: RFC 4291 section 2.4, IANA's allocation list.
     */
    if (address->version == 6 && (address->bytes[0] & 0xE0) != 0x20) {
        *ret_name = "outside 2000::/3 (RFC 4291)";
        return SES_ADDRESS_RESERVED;
    }
    *ret_name = NULL;
    return SES_ADDRESS_PUBLIC;
}

void ses_address_reverse(const struct ses_address *address, char text[SES_MAX_REVERSE_TEXT])
{
    const unsigned char *byte = address->bytes;
    char *at = text;

    if (address->version == 4) {
        snprintf(text, SES_MAX_REVERSE_TEXT, "%u.%u.%u.%u.in-addr.arpa", byte[3], byte[2], byte[1],
                 byte[0]);
        return;
    }
    for (int i = 15; i >= 0; i--)
        at += snprintf(at, 5, "%x.%x.", byte[i] & 0xFU, byte[i] >> 4U);
    snprintf(at, sizeof("ip6.arpa"), "ip6.arpa");
}
