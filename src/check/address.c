/* SPDX-License-Identifier: MIT */
/* Rules about nodes: dedicated IPs and Elastic IPs, and the names they are to have. */
#include "model/address.h"

#include "check/rule.h"
#include "model/name.h"

static const struct ses_str nothing = {0};

static int report_address(const struct ses_check *check, const struct ses_node *node,
                          const char *sentence)
{
    return ses_rule_report(check, node->place, node->address_text, nothing, "%s", sentence);
}

/* Calls `look` for each node; a rule about nodes is a rule about the request. */
static int each_node(const struct ses_check *check,
                     int (*look)(const struct ses_check *check, size_t index))
{
    int error = 0;

    for (size_t i = 0; i < check->request->node_count && error == 0; i++)
        error = look(check, i);
    return error;
}

static int look_invalid(const struct ses_check *check, size_t index)
{
    const struct ses_node *node = &check->request->nodes[index];

    return node->address.version == 0
               ? report_address(check, node, "invalid IP address, want IPv4 or IPv6")
               : 0;
}

static int look_scope(const struct ses_check *check, size_t index, enum ses_address_scope scope,
                      const char *what)
{
    const struct ses_node *node = &check->request->nodes[index];
    const char *block;

    if (node->address.version == 0 || ses_address_scope(&node->address, &block) != scope)
        return 0;
    return ses_rule_report(check, node->place, node->address_text, nothing, "%s address, %s", what,
                           block);
}

static int look_private(const struct ses_check *check, size_t index)
{
    return look_scope(check, index, SES_ADDRESS_PRIVATE, "private");
}

static int look_reserved(const struct ses_check *check, size_t index)
{
    return look_scope(check, index, SES_ADDRESS_RESERVED, "reserved");
}

static int look_documentation(const struct ses_check *check, size_t index)
{
    return look_scope(check, index, SES_ADDRESS_DOCUMENTATION, "documentation");
}

static int look_name(const struct ses_check *check, size_t index)
{
    const struct ses_node *node = &check->request->nodes[index];

    if (ses_name_is_host(node->name))
        return 0;
    return ses_rule_report(check, node->place, node->name_text, nothing,
                           "invalid host name, want letters, digits and hyphens");
}

static int look_unqualified(const struct ses_check *check, size_t index)
{
    const struct ses_node *node = &check->request->nodes[index];

    if (node->name.len == 0 || ses_name_label_count(node->name) >= 2)
        return 0;
    return ses_rule_report(check, node->place, node->name_text, nothing,
                           "host name without its domain");
}

static int look_special(const struct ses_check *check, size_t index)
{
    const struct ses_node *node = &check->request->nodes[index];

    if (ses_name_label_count(node->name) < 2 || (!ses_name_is_in(node->name, SES_STR("sunet")) &&
                                                 !ses_name_is_in(node->name, SES_STR("nodomain"))))
        return 0;
    return ses_rule_report(check, node->place, node->name_text, nothing,
                           "node name that never enters public DNS");
}

static int look_two_names(const struct ses_check *check, size_t index)
{
    const struct ses_node *nodes = check->request->nodes;

    for (size_t i = 0; i < index; i++) {
        if (nodes[index].address.version == 0 || nodes[index].name.len == 0 ||
            !ses_address_eq(&nodes[i].address, &nodes[index].address))
            continue;
        if (ses_str_eq(nodes[i].name, nodes[index].name))
            return ses_rule_report(check, nodes[index].place, nodes[index].address_text, nothing,
                                   "node that was given already");
        return ses_rule_report(check, nodes[index].place, nodes[index].name_text, nothing,
                               "second name for address %s", nodes[i].address.text);
    }
    return 0;
}

static int look_two_addresses(const struct ses_check *check, size_t index)
{
    const struct ses_node *nodes = check->request->nodes;

    for (size_t i = 0; i < index; i++) {
        if (nodes[index].name.len > 0 && ses_str_eq(nodes[i].name, nodes[index].name) &&
            nodes[index].address.version != 0 &&
            nodes[i].address.version == nodes[index].address.version &&
            !ses_address_eq(&nodes[i].address, &nodes[index].address))
            return ses_rule_report(check, nodes[index].place, nodes[index].address_text, nothing,
                                   "second IPv%d address for one name",
                                   nodes[index].address.version);
    }
    return 0;
}

/* "eipalloc-" and 8 or 17 hexadecimal digits: EC2's short and long resource ids. */
static int look_allocation(const struct ses_check *check, size_t index)
{
    static const struct ses_str prefix = {"eipalloc-", 9};
    const struct ses_node *node = &check->request->nodes[index];
    struct ses_str digits = ses_str_slice(node->allocation, prefix.len, node->allocation.len);
    bool good = ses_str_starts(node->allocation, prefix) && (digits.len == 8 || digits.len == 17);

    if (node->allocation.len == 0)
        return 0;
    for (size_t i = 0; i < digits.len; i++)
        good &= (digits.ptr[i] >= '0' && digits.ptr[i] <= '9') ||
                (digits.ptr[i] >= 'a' && digits.ptr[i] <= 'f');
    if (good)
        return 0;
    return ses_rule_report(check, node->place, node->allocation, nothing,
                           "invalid allocation id, want eipalloc- and 8 or 17 hexadecimal digits");
}

static int look_elastic_ipv6(const struct ses_check *check, size_t index)
{
    const struct ses_node *node = &check->request->nodes[index];

    if (check->request->kind != SES_SUBJECT_HOST || node->address.version != 6)
        return 0;
    return report_address(check, node, "IPv6 address as Elastic IP");
}

#define EACH(name)                                                                                 \
    static int check_##name(const struct ses_check *check)                                         \
    {                                                                                              \
        return each_node(check, look_##name);                                                      \
    }

EACH(invalid)
EACH(private)
EACH(reserved)
EACH(documentation)
EACH(name)
EACH(unqualified)
EACH(special)
EACH(two_names)
EACH(two_addresses)
EACH(allocation)
EACH(elastic_ipv6)

static const struct ses_rule rules[] = {
    {{"node-address-invalid", SES_ERROR, "An IP address cannot be read.",
      "NetDB would refuse the node, or register another host.",
      "Give four numbers from 0 to 255, or an IPv6 address.",
      "RFC 791 section 3.2, RFC 4291 section 2.2"},
     0,
     check_invalid},
    {{"node-address-private", SES_ERROR, "The IP address is private.",
      "No mail server on the Internet sees it. A dedicated IP or an Elastic IP is public; this is "
      "probably the address of the host inside its network.",
      "Give the public address: for EC2 the Elastic IP.",
      "IANA special-purpose address registries, "
      "RFC 6890"},
     0,
     check_private},
    {{"node-address-reserved", SES_ERROR, "The IP address is reserved.",
      "No host on the Internet can have it; it is probably mistyped.", "Compare with the console.",
      "IANA special-purpose address registries, RFC 6890"},
     0,
     check_reserved},
    {{"node-address-documentation", SES_NOTE, "The IP address is set aside for examples.",
      "No host has it. Fine for trying things out, wrong in a real request.",
      "Give the real address in a real request.", "RFC 5737, RFC 3849, RFC 9637"},
     0,
     check_documentation},
    {{"node-name-invalid", SES_ERROR, "The name of a node is not a host name.",
      "NetDB and reverse DNS take letters, digits and hyphens only.", "Correct the name.",
      "NetDB help, domains; RFC 1123 section 2.1"},
     0,
     check_name},
    {{"node-name-unqualified", SES_ERROR, "The name of a node has no domain.",
      "NetDB would append the default domain of whoever types it in.",
      "Give the full name, such as mail1.example.edu.", "NetDB help, users: default domain"},
     0,
     check_unqualified},
    {{"node-name-special", SES_ERROR,
      "The name of a node is in a domain that public DNS never has.",
      "A mail server's name must resolve for everybody: receivers compare it with the reverse "
      "name.",
      "Use a name in a public domain.", "NetDB help: .SUNet and .NoDomain"},
     0,
     check_special},
    {{"node-address-twice", SES_ERROR, "One address was given twice.",
      "A mail server's address must have exactly one name, or forward and reverse DNS do not "
      "agree.",
      "Keep one name for the address.", "NetDB help, reverse lookup order; RFC 1912 section 2.1"},
     0,
     check_two_names},
    {{"node-name-twice", SES_WARNING, "One name was given two addresses of a kind.",
      "It resolves to either at random, and a node cloned twice is refused the second time.",
      "Give each address a name of its own.", "NetDB help, node names are unique"},
     0,
     check_two_addresses},
    {{"allocation-id", SES_ERROR, "The allocation id is not one of EC2.",
      "The command that sets reverse DNS would fail.", "Copy it from EC2, Elastic IPs.",
      "Amazon EC2 User Guide, resource ids"},
     0,
     check_allocation},
    {{"eip-not-ipv4", SES_ERROR, "An Elastic IP is an IPv4 address.",
      "EC2 has no Elastic IP for IPv6, and AWS sets reverse DNS for Elastic IPs only.",
      "Give the IPv4 Elastic IP of the host.", "Amazon EC2 User Guide, Elastic IP addresses"},
     0,
     check_elastic_ipv6},
};

const struct ses_rule_table ses_address_rules = {rules, sizeof(rules) / sizeof(rules[0])};
