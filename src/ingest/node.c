/* SPDX-License-Identifier: MIT */
#include "ingest/node.h"

#include "base/error.h"
#include "model/name.h"

enum {
    SYNTAX,
    HOMELESS,
};

const struct ses_code ses_node_codes[] = {
    [SYNTAX] = {"node-syntax", SES_ERROR, "A node is not written as IP=NAME.",
                "NetDB needs both: the address, and the name that mail servers will see.",
                "Write it as 198.51.100.7=mail1.example.edu.",
                "NetDB help, node records: a name and an address"},
    [HOMELESS] = {"node-without-domain", SES_ERROR,
                  "A node's name is in none of the domains of the input.",
                  "With several domains the name decides whose dedicated IP it is.",
                  "Give the node a name in one of the domains, or run one domain at a time.",
                  "Meaning of --dedicated-ip"},
};
const size_t ses_node_code_count = sizeof(ses_node_codes) / sizeof(ses_node_codes[0]);

int ses_node_make(struct ses_str address, struct ses_str name, struct ses_place place,
                  struct ses_arena *arena, struct ses_node *ret_node)
{
    struct ses_node node = {.address_text = address, .name_text = name, .place = place};
    struct ses_name_flaw flaw;
    struct ses_name parsed;
    int error = ses_name_parse(name, arena, &parsed, &flaw);

    if (error == 0)
        node.name = parsed.text;
    else if (error != SES_EINVALID)
        return error;
    if (ses_address_parse(address, &node.address) != 0)
        node.address.version = 0;
    *ret_node = node;
    return 0;
}

int ses_node_parse(struct ses_str text, struct ses_place place, struct ses_arena *arena,
                   struct ses_node *ret_node, struct ses_findings *findings)
{
    struct ses_finding finding = {.code = &ses_node_codes[SYNTAX], .place = place, .value = text};
    size_t equals = ses_str_find(text, '=');
    struct ses_str address = ses_str_trim(ses_str_slice(text, 0, equals));
    struct ses_str name = ses_str_trim(ses_str_slice(text, equals + 1, text.len));
    int error;

    if (address.len > 0 && name.len > 0)
        return ses_node_make(address, name, place, arena, ret_node);
    error = ses_finding_report(findings, finding, "invalid node, want IP=NAME");
    return error != 0 ? error : SES_EINVALID;
}

int ses_node_assign(const struct ses_node *node, struct ses_requests *requests,
                    struct ses_arena *arena, struct ses_findings *findings)
{
    struct ses_finding finding = {
        .code = &ses_node_codes[HOMELESS], .place = node->place, .value = node->name_text};
    struct ses_request *closest = requests->count == 1 ? requests->items[0] : NULL;

    for (size_t i = 0; i < requests->count && requests->count > 1; i++) {
        struct ses_request *request = requests->items[i];

        if (node->name.len > 0 && ses_name_is_in(node->name, request->subject) &&
            (!closest || request->subject.len > closest->subject.len))
            closest = request;
    }
    if (closest)
        return ses_request_add_node(closest, arena, node);
    return ses_finding_report(findings, finding, "node name is in none of the domains");
}
