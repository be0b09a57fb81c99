/* SPDX-License-Identifier: MIT */
#include "ingest/subject.h"

#include "base/error.h"
#include "base/map.h"
#include "model/name.h"

enum {
    NOT_FOUND,
    NOT_WANTED,
    INFERRED,
};

const struct ses_code ses_subject_codes[] = {
    [NOT_FOUND] = {"domain-not-found", SES_ERROR, "No record belongs to the domain that was named.",
                   "The files are of another domain, or the domain is mistyped.",
                   "Compare the domain with the names in the files.",
                   "Amazon SES Developer Guide: records stand at names below the verified domain"},
    [NOT_WANTED] = {"domain-left-out", SES_NOTE, "The input has a domain that was not asked for.",
                    "Its records are not part of this request.",
                    "Name it too, with --domain or in a row of its own, if it should be.",
                    "Meaning of --domain, and of a row of a manifest"},
    [INFERRED] =
        {"domain-inferred", SES_NOTE,
         "The records do not name their domain; it was inferred from a MAIL FROM name.",
         "A custom MAIL FROM domain is a subdomain of the identity, in general by one label.",
         "Name the domain with --domain, or add the DKIM export.",
         "Amazon SES Developer Guide, custom MAIL FROM: a subdomain of the verified domain"},
};
const size_t ses_subject_code_count = sizeof(ses_subject_codes) / sizeof(ses_subject_codes[0]);

struct subject {
    struct ses_str domain;
    struct ses_place place;      /* where it was first named */
    size_t dkim_count;           /* DKIM CNAMEs that name it */
    struct subject *merged_into; /* the domain it is a mistyped form of */
    struct ses_request *request;
    bool named; /* by --domain */
    bool inferred;
    bool left_out;
};

struct assignment {
    const struct ses_entries *entries;
    struct ses_arena *arena;
    struct ses_findings *findings;
    struct ses_requests *requests;
    struct ses_map by_domain;
    struct subject **subjects; /* arena, in the order of appearance */
    size_t count;
    size_t capacity;
    bool narrowed; /* --domain was given */
};

static struct subject *find(const struct assignment *assignment, struct ses_str domain)
{
    return ses_map_find(&assignment->by_domain, domain);
}

/* The closest subject that `name` is or lies below. */
static struct subject *find_above(const struct assignment *assignment, struct ses_str name)
{
    for (; name.len > 0; name = ses_name_parent(name)) {
        struct subject *subject = find(assignment, name);

        if (subject)
            return subject;
    }
    return NULL;
}

static int add(struct assignment *assignment, struct ses_str domain, struct ses_place place,
               struct subject **ret_subject)
{
    struct subject *subject = find(assignment, domain);
    int error;

    *ret_subject = subject;
    if (subject)
        return 0;
    subject = ses_arena_alloc(assignment->arena, sizeof(*subject));
    if (!subject)
        return SES_ENOMEM;
    *subject = (struct subject){.domain = domain, .place = place};
    error = ses_arena_grow(assignment->arena, &assignment->subjects, assignment->count,
                           &assignment->capacity, sizeof(struct subject *));
    if (error == 0)
        error = ses_map_set(&assignment->by_domain, assignment->arena, domain, subject);
    if (error != 0)
        return error;
    assignment->subjects[assignment->count++] = subject;
    *ret_subject = subject;
    return 0;
}

/* The domain a record names, with a zone that some form appended twice taken away: the record goes
 * to the request it was meant for, where a rule reports it. */
static struct ses_str domain_of(const struct ses_record *record)
{
    struct ses_str once = ses_name_undoubled(record->domain);

    return once.len > 0 ? once : record->domain;
}

static bool is_strong(enum ses_record_kind kind)
{
    return kind <= SES_RECORD_VERIFICATION_APEX;
}

/* First those records that can name nothing but their identity. */
static int add_strong(struct assignment *assignment)
{
    for (size_t i = 0; i < assignment->entries->count; i++) {
        const struct ses_record *record = assignment->entries->items[i].record;
        struct subject *subject;
        int error;

        if (!is_strong(record->kind) || record->domain.len == 0)
            continue;
        error = add(assignment, domain_of(record), record->owner_at, &subject);
        if (error != 0)
            return error;
        subject->dkim_count += record->kind == SES_RECORD_DKIM;
    }
    return 0;
}

/* Then the others, as far as no domain above them is known yet. */
static int add_implied(struct assignment *assignment, enum ses_record_kind kind)
{
    for (size_t i = 0; i < assignment->entries->count; i++) {
        const struct ses_record *record = assignment->entries->items[i].record;
        struct subject *subject;
        struct ses_str domain;
        int error;

        if (record->kind != kind || find_above(assignment, record->owner))
            continue;
        domain = record->domain.len > 0 ? domain_of(record) : ses_name_parent(record->owner);
        /* A name of two labels is more likely the domain itself than a name below a TLD. */
        if (ses_name_label_count(domain) < 2)
            domain = record->owner;
        error = add(assignment, domain, record->owner_at, &subject);
        if (error != 0)
            return error;
        subject->inferred |= kind == SES_RECORD_MAIL_FROM || kind == SES_RECORD_SPF;
    }
    return 0;
}

/* True where `longer` is `shorter` with a zone behind it ("example.edu.example.org") and the two do
 * look like one set torn apart: "example.com" beside "example.com.br", each whole, are two domains.
 */
static bool is_appended(const struct subject *shorter, const struct subject *longer)
{
    if (longer->domain.len <= shorter->domain.len + 1 ||
        !ses_str_starts(longer->domain, shorter->domain) ||
        longer->domain.ptr[shorter->domain.len] != '.')
        return false;
    if (shorter->named && shorter->dkim_count == 0)
        return true;
    return shorter->dkim_count % 3 != 0 && (shorter->dkim_count + longer->dkim_count) % 3 == 0;
}

static void merge_appended(struct assignment *assignment)
{
    for (size_t i = 0; i < assignment->count; i++) {
        struct subject *longer = assignment->subjects[i];

        /* Every prefix of whole labels may be the domain that was meant. */
        for (size_t len = 0; len < longer->domain.len; len++) {
            struct subject *shorter;

            if (longer->domain.ptr[len] != '.')
                continue;
            shorter = find(assignment, ses_str_slice(longer->domain, 0, len));
            if (shorter && !shorter->merged_into && is_appended(shorter, longer)) {
                longer->merged_into = shorter;
                break;
            }
        }
    }
}

static int add_named(struct assignment *assignment, const struct ses_str *wanted, size_t count,
                     struct ses_place wanted_at)
{
    assignment->narrowed = count > 0;
    for (size_t i = 0; i < count; i++) {
        struct subject *subject;
        int error = add(assignment, wanted[i], wanted_at, &subject);

        if (error != 0)
            return error;
        subject->named = true;
    }
    return 0;
}

static struct subject *subject_of(const struct assignment *assignment,
                                  const struct ses_entry *entry)
{
    const struct ses_record *record = entry->record;
    struct subject *subject = NULL;

    if (is_strong(record->kind) && record->domain.len > 0)
        subject = find(assignment, domain_of(record));
    if (!subject)
        subject = find_above(assignment, record->owner);
    return subject && subject->merged_into ? subject->merged_into : subject;
}

static int leave_out(struct assignment *assignment, struct subject *subject,
                     const struct ses_record *record)
{
    struct ses_finding finding = {.code = &ses_subject_codes[NOT_WANTED],
                                  .place = record->owner_at,
                                  .value = subject->domain};

    if (subject->left_out)
        return 0;
    subject->left_out = true;
    return ses_finding_report(assignment->findings, finding,
                              "records of another domain than was named are left out");
}

static int make_request(struct assignment *assignment, struct subject *subject,
                        const struct ses_record *record)
{
    struct ses_finding finding = {
        .code = &ses_subject_codes[INFERRED], .place = record->owner_at, .value = subject->domain};
    struct ses_request *request =
        ses_requests_add(assignment->requests, assignment->arena, SES_SUBJECT_DOMAIN);
    int error;

    if (!request)
        return SES_ENOMEM;
    subject->request = request;
    request->subject_at = record->owner_at;
    /* A copy: the domain can be a part of a longer name, and must end where it ends. */
    error = ses_arena_copy(assignment->arena, subject->domain, &request->subject);
    if (error == 0)
        error = ses_name_to_unicode(request->subject, assignment->arena, &request->subject_unicode);
    if (error != 0 || !subject->inferred || subject->named)
        return error;
    return ses_finding_report(assignment->findings, finding,
                              "the domain was inferred from the MAIL FROM name");
}

/* A record of no known domain goes to the request of the record before it in its file, or becomes
 * one of its own: rules say what is wrong with it. */
static int subject_of_stray(struct assignment *assignment, size_t index, struct subject *previous,
                            struct subject **ret_subject)
{
    const struct ses_entry *entries = assignment->entries->items;

    *ret_subject = previous;
    if (previous && index > 0 && entries[index - 1].source == entries[index].source)
        return 0;
    for (size_t i = index + 1; i < assignment->entries->count; i++) {
        if (entries[i].source != entries[index].source)
            break;
        *ret_subject = subject_of(assignment, &entries[i]);
        if (*ret_subject)
            return 0;
    }
    return add(assignment, entries[index].record->owner, entries[index].record->owner_at,
               ret_subject);
}

static int assign_entry(struct assignment *assignment, size_t index, struct subject **previous)
{
    const struct ses_entry *entry = &assignment->entries->items[index];
    struct subject *subject = subject_of(assignment, entry);
    int error = 0;

    if (!subject)
        error = subject_of_stray(assignment, index, *previous, &subject);
    if (error != 0)
        return error;
    *previous = subject;
    if (assignment->narrowed && !subject->named)
        return leave_out(assignment, subject, entry->record);
    if (!subject->request)
        error = make_request(assignment, subject, entry->record);
    if (error == 0)
        error = ses_request_add_record(subject->request, assignment->arena, entry->record);
    if (error == 0)
        error = ses_request_add_source(subject->request, assignment->arena, entry->source);
    return error;
}

static int report_not_found(struct assignment *assignment)
{
    for (size_t i = 0; i < assignment->count; i++) {
        const struct subject *subject = assignment->subjects[i];
        struct ses_finding finding = {.code = &ses_subject_codes[NOT_FOUND],
                                      .place = subject->place,
                                      .value = subject->domain};
        int error;

        if (!subject->named || subject->request)
            continue;
        error =
            ses_finding_report(assignment->findings, finding, "no record belongs to the domain");
        if (error != 0)
            return error;
    }
    return 0;
}

int ses_subject_assign(const struct ses_entries *entries, const struct ses_str *wanted,
                       size_t wanted_count, struct ses_place wanted_at, struct ses_arena *arena,
                       struct ses_requests *ret_requests, struct ses_findings *findings)
{
    struct ses_requests requests = {0};
    struct assignment assignment = {
        .entries = entries, .arena = arena, .findings = findings, .requests = &requests};
    struct subject *previous = NULL;
    int error = add_named(&assignment, wanted, wanted_count, wanted_at);

    if (error == 0)
        error = add_strong(&assignment);
    if (error == 0)
        merge_appended(&assignment);
    if (error == 0)
        error = add_implied(&assignment, SES_RECORD_DMARC);
    if (error == 0)
        error = add_implied(&assignment, SES_RECORD_MAIL_FROM);
    if (error == 0)
        error = add_implied(&assignment, SES_RECORD_SPF);
    for (size_t i = 0; i < entries->count && error == 0; i++)
        error = assign_entry(&assignment, i, &previous);
    if (error == 0)
        error = report_not_found(&assignment);
    if (error == 0)
        *ret_requests = requests;
    return error;
}
