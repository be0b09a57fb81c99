/* SPDX-License-Identifier: MIT */
/* Nodes as people write them: "198.51.100.7=mail1.example.edu". */
#ifndef SES_INGEST_NODE_H
#define SES_INGEST_NODE_H

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "model/request.h"

/* Makes a node of an address and a name. Neither need be valid: rules report what is wrong with
 * them. Returns 0 or SES_ENOMEM. */
int ses_node_make(struct ses_str address, struct ses_str name, struct ses_place place,
                  struct ses_arena *arena, struct ses_node *ret_node) SES_MUSTCHECK;

/* Reads "IP=NAME". Returns 0, SES_ENOMEM, or SES_EINVALID after a finding where there is no "="
 * with something on both sides. */
int ses_node_parse(struct ses_str text, struct ses_place place, struct ses_arena *arena,
                   struct ses_node *ret_node, struct ses_findings *findings) SES_MUSTCHECK;

/* Adds `node` to the request it belongs to: the only one, or the one whose subject is closest above
 * its name. A node that belongs to none is reported. Returns 0, SES_ENOMEM, or what the sink
 * returned. */
int ses_node_assign(const struct ses_node *node, struct ses_requests *requests,
                    struct ses_arena *arena, struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_node_codes[];
extern const size_t ses_node_code_count;

#endif
