/* SPDX-License-Identifier: MIT */
/* What programs read of a ticket's text: its last lines, which begin with "sesdns-request: 1" or
 * "sesdns-group: 1", and some of those above them.
 *
 * The text is untrusted: anybody may have edited the ticket. So a block counts only where the key
 * that it comes to is the ticket's (ses_block_agrees), and what stands above it only where the
 * digest is that of the block. */
#ifndef SES_SUBMIT_BLOCK_H
#define SES_SUBMIT_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"
#include "model/key.h"
#include "model/request.h"

/* Nodes that a text lists: more do not fit into a ticket. */
#define SES_MAX_BLOCK_NODES 200

struct ses_block_node {
    struct ses_str name, address, allocation; /* slices of the text */
};

/* All texts are slices of the text, but the subject. */
struct ses_block {
    bool is_group;
    enum ses_operation operation;
    struct ses_str subject;       /* arena: canonical; empty for a group */
    struct ses_str refers;        /* key of the ticket that is renewed or removed; may be empty */
    struct ses_lifetime lifetime; /* its kind may be NONE for a removal */
    char digest[SES_DIGEST_TEXT];

    /* From above the block; empty where they are not there, or were shortened. */
    bool is_host;
    struct ses_str contact, purpose, account, region, zone;
    struct ses_block_node *nodes; /* arena */
    size_t node_count;
};

/* Reads the last block of `text`. Returns 0, SES_ENOMEM, or SES_EINVALID where there is none, or
 * one that lacks a line or has one that is wrong. */
int ses_block_parse(struct ses_str text, struct ses_arena *arena,
                    struct ses_block *ret_block) SES_MUSTCHECK;

/* True where `key` is what the block, about `subject`, comes to. */
bool ses_block_agrees(const struct ses_block *block, struct ses_str subject, struct ses_str key);

#endif
