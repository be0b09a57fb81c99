/* SPDX-License-Identifier: MIT */
/* What a run made, for people and for programs: DIR/index.html, a page to search and sort, and
 * DIR/index.json, described by examples/index.schema.json.
 *
 * new, add each subject in the order of the input, finish, free. Both files are written as they
 * grow, so a million subjects take no more memory than one; they get their names at the end, in the
 * place of those of an earlier run, and files that hold the same already are not touched. The same
 * entries give the same bytes. Not for use by two threads at a time.
 *
 * The page is made of three templates, which may say:
 *
 * index-head.html                   nothing: it is written before there is anything to say
 * index-foot.html
 *   requests, rendered, not_written, refused
 *                                   how many subjects, and how many in each state
 *   request_words                   "1 request", "3 requests"
 *   has_refused, has_not_written    there are such
 *   errors, warnings, notes         how many findings
 *   finding_words                   "1 error, 2 notes"; empty for none
 *   rows, rows_left_out             how many rows the page has, and how many it has no room for;
 *                                   the latter is empty for none
 * index-row.html
 *   number                          the place among the subjects, from 1
 *   subject                         the name; of a row that was refused as it was given, empty
 *                                   where there is none
 *   subject_unicode, is_idn         as people write it; true where that differs
 *   is_domain, is_host
 *   state, state_word               "rendered", "not written" or "refused"; the same in one word
 *   is_rendered, is_not_written, is_refused
 *   lifetime, is_poc, is_production, expires
 *                                   empty or false where it was not said
 *   contact, purpose, account, region, group
 *   digest                          "sha256:...", empty where nothing was made
 *   place                           "file:line" that asked for it; empty where there is none
 *   files                           documents: name, href (relative to the page), bytes, sha256
 *   has_files
 *   findings                        code, severity, message, value, suggestion, place; one of
 *                                   is_error, is_warning and is_note is true
 *   has_findings, finding_words     "1 error, 2 notes"
 *   errors, warnings, notes         how many
 *   findings_left_out               how many are not in the list; empty for none */
#ifndef SES_RENDER_INDEX_H
#define SES_RENDER_INDEX_H

#include <stddef.h>

#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"
#include "model/request.h"
#include "render/output.h"

/* Rows of the page. Browsers open so many in some seconds and hardly more; index.json has all. */
#define SES_MAX_INDEX_ROWS 100000

/* What became of a subject. */
enum ses_index_state {
    SES_INDEX_RENDERED,
    SES_INDEX_NOT_WRITTEN, /* some document could not be made or written */
    SES_INDEX_REFUSED,     /* nothing was made: the findings say why */
    SES_INDEX_STATES
};

/* A document, as a file in the folder of its subject. */
struct ses_index_file {
    const char *name;
    size_t bytes;
    char digest[SES_DIGEST_TEXT];
};

/* A finding that outlives its emit call. */
struct ses_index_finding {
    const struct ses_code *code;
    struct ses_str file; /* empty where it has no place */
    size_t line, column; /* 0 where it is about the whole file */
    struct ses_str message, value, suggestion;
};

/* One subject. All of it is borrowed for the length of the call. */
struct ses_index_entry {
    const struct ses_request *request; /* NULL where the input could not be made into one */
    struct ses_str subject;            /* then: what it was called, if anything */
    struct ses_place place;            /* what asked for it; the file is NULL where nothing did */
    enum ses_index_state state;
    const struct ses_index_file *files;
    size_t file_count;
    const struct ses_index_finding *findings;
    size_t finding_count;
    size_t findings_left_out;      /* found, and not in the list */
    size_t counts[SES_SEVERITIES]; /* of all findings */
};

struct ses_index;

/* Begins both files in the folder of `output`, which is borrowed. Templates are looked for in
 * `templates` first (NULL: none). Returns 0, and the caller owns the index; SES_ENOMEM; SES_EIO
 * after a finding; or what ses_template_new returns. */
int ses_index_new(const struct ses_output *output, const char *templates,
                  struct ses_index **ret_index, struct ses_findings *findings) SES_MUSTCHECK;

/* Adds one subject. Returns 0; SES_ENOMEM; SES_EIO after a finding; or what ses_template_expand
 * returns. After a failure the index is only good for freeing. */
int ses_index_add(struct ses_index *index, const struct ses_index_entry *entry,
                  struct ses_findings *findings) SES_MUSTCHECK;

/* Ends both files and gives them their names. Returns as ses_index_add does. */
int ses_index_finish(struct ses_index *index, struct ses_findings *findings) SES_MUSTCHECK;

/* An index that was not finished leaves no trace. */
void ses_index_free(struct ses_index *index);

/* For SES_CLEANUP on a `struct ses_index *`. */
void ses_index_freep(struct ses_index **index);

#endif
