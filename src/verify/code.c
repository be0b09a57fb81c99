/* SPDX-License-Identifier: MIT */
#include "verify/code.h"

#define SES_GUIDE "Amazon SES Developer Guide, "

const struct ses_code ses_verify_codes[] = {
    [SES_VERIFY_MISSING] = {"verify-missing", SES_ERROR, "A record is not in DNS.",
                            "SES does not find it, and the identity stays unverified; a verified "
                            "one is taken back after 72 hours.",
                            "Wait until the change is published, or ask the DNS team; the dig "
                            "command shows what they see.",
                            SES_GUIDE "verifying identities; RFC 2308 section 2"},
    [SES_VERIFY_DOUBLED] = {"verify-doubled", SES_ERROR,
                            "A record stands at a name with the zone in it twice.",
                            "The DNS form adds the zone to what is typed; SES asks at the right "
                            "name and finds nothing.",
                            "Enter the name without the zone, or with a dot at its end.",
                            SES_GUIDE "troubleshooting verification; aws/aws-cdk issue 21306"},
    [SES_VERIFY_DIFFERENT] = {"verify-different", SES_ERROR,
                              "Something else stands at the name of a record.",
                              "SES compares the values and takes only its own.",
                              "Compare both values; replace the old one if it is not needed.",
                              SES_GUIDE "troubleshooting verification"},
    [SES_VERIFY_TARGET_APPENDED] =
        {"verify-target-appended", SES_ERROR, "The target of a record has the zone appended to it.",
         "Without a dot at its end the target was taken as relative to the zone, and points "
         "nowhere.",
         "Enter the target with a dot at its end.",
         "RFC 1035 section 5.1; mail-in-a-box/mailinabox issue 1999"},
    [SES_VERIFY_NOT_CNAME] =
        {"verify-not-cname", SES_ERROR, "Other data is served where a CNAME should stand.",
         "The CNAME was flattened or proxied, or its target was copied. SES looks for the CNAME, "
         "and changes its keys behind it.",
         "Make it a plain CNAME record: DNS only, no proxy, no flattening.",
         SES_GUIDE "Easy DKIM; MicrosoftDocs OfficeDocs-o365seccomp issue 950"},
    [SES_VERIFY_VALUE_DAMAGED] =
        {"verify-value-damaged", SES_ERROR, "A value was changed on its way into DNS.",
         "Case, quotation marks, blanks and length count: SES and receivers compare byte by byte.",
         "Enter the value again exactly as the ticket has it.",
         SES_GUIDE
         "troubleshooting verification: values are case-sensitive; zone-eu/wildduck issue "
         "176"},
    [SES_VERIFY_SEVERAL] =
        {"verify-several", SES_ERROR, "There are several records where there must be one.",
         "SES wants exactly one MX at a MAIL FROM domain; receivers use neither of two SPF or "
         "DMARC records, nor two keys at one selector.",
         "Keep one; merge what the others say into it.",
         SES_GUIDE "custom MAIL FROM domain; RFC 7208 section 4.5; RFC 7489 section 6.6.3; RFC "
                   "6376 section 3.6.2.2; RFC 2181 section 10.1"},
    [SES_VERIFY_KEY_MISSING] =
        {"verify-dkim-key-missing", SES_ERROR, "There is no DKIM key behind a CNAME.",
         "The CNAME is right, but a CNAME alone signs nothing: receivers find no key and DKIM "
         "fails.",
         "See in the console whether the identity still exists there, and is of the Region and "
         "account that the token belongs to.",
         "RFC 6376 section 6.1.2; " SES_GUIDE "troubleshooting DKIM"},
    [SES_VERIFY_KEY_INVALID] =
        {"verify-dkim-key-invalid", SES_ERROR, "The DKIM key behind a CNAME cannot be used.",
         "It is revoked (an empty p=), not RSA, too short, or not a key: DKIM fails.",
         "Ask AWS Support; the key is theirs.", "RFC 6376 section 3.6.1; RFC 8301 section 3.2"},
    [SES_VERIFY_KEY_UNSEEN] =
        {"verify-dkim-key-unseen", SES_NOTE, "The DKIM key behind a CNAME was not looked at.",
         "The server that was asked has the CNAME, and does not ask others for what lies behind "
         "it.",
         "Run it without --server to see the key too.", "RFC 1034 section 3.6.2"},
    [SES_VERIFY_PTR_SEVERAL] =
        {"verify-ptr-several", SES_NOTE, "An address has several names.",
         "Which of them a receiver sees is left to chance; some compare only the first.",
         "Let the address point to one name.", "RFC 8601 section 2.7.3"},
    [SES_VERIFY_BOGUS] =
        {"verify-bogus", SES_ERROR, "DNSSEC validation of an answer fails.",
         "Whoever validates gets no answer at all, whatever the zone holds; that is not a missing "
         "record.",
         "Tell the DNS team: signatures, keys and DS of the zone do not fit together.",
         "RFC 4035 section 5.5"},
    [SES_VERIFY_UNKNOWN] =
        {"verify-unknown", SES_WARNING, "DNS did not say whether a record is there.",
         "The servers were not reached, refused, or failed. The record may be there.",
         "Try again later, or ask another server with --server.", "RFC 2308 section 7; RFC 8914"},
    [SES_BEFORE_LIVE] = {"before-live", SES_NOTE, "All records are there already.",
                         "Somebody has published them: no ticket is needed.", NULL,
                         SES_GUIDE "verifying identities"},
    [SES_BEFORE_UNREGISTERED] =
        {"before-unregistered", SES_ERROR, "The domain is not delegated.",
         "The registry does not know it: it is mistyped, not registered yet, or has no name "
         "servers, and nobody could publish records in it.",
         "Check the spelling; have the domain registered and delegated first.",
         "RFC 8499 section 7; publicsuffix.org"},
    [SES_BEFORE_NOT_PUBLIC] =
        {"before-not-public", SES_ERROR, "The domain is not in the public DNS.",
         "SES and receivers ask the public DNS, where its last label does not exist.",
         "Use a domain that the public DNS has.",
         SES_GUIDE "verifying identities: the domain must resolve publicly; RFC 6761"},
    [SES_BEFORE_ZONE] =
        {"before-zone", SES_WARNING, "The zone is not the one that was named.",
         "Labels are typed in relative to the zone, so that those of the ticket "
         "would make other names.",
         "Name the zone that DNS shows with --zone, or in the manifest.",
         "RFC 1034 section 4.2.1; Scout24/aws-cf-verified-ssl-certificate issue 14"},
    [SES_BEFORE_OCCUPIED] =
        {"before-occupied", SES_ERROR, "Other data stands where a CNAME is to be.",
         "A CNAME stands alone: DNS servers refuse it beside other data, or refuse the whole zone.",
         "Ask the owner of that data whether it can go.",
         "RFC 1034 section 3.6.2; RFC 2181 section "
         "10.1"},
    [SES_BEFORE_CNAME] =
        {"before-cname", SES_ERROR, "A CNAME stands where another record is to be.",
         "A CNAME stands alone: the new record cannot be added beside it.",
         "Ask the owner of the CNAME whether it can go, or publish the record at its target.",
         "RFC 1034 section 3.6.2; RFC 2181 section 10.1"},
    [SES_BEFORE_KEEP] =
        {"before-keep", SES_WARNING, "There is such a record already, and only one may be.",
         "A second SPF, DMARC or DKIM key record makes receivers use neither.",
         "Keep the old record and merge the new value into it; tell the DNS team so.",
         "RFC 7208 section 4.5; RFC 7489 section 6.6.3; RFC 6376 section 3.6.2.2"},
    [SES_BEFORE_MX] =
        {"before-mx", SES_ERROR, "The MAIL FROM name has an MX already.",
         "SES wants exactly one MX there, its own; and the name may be receiving mail.",
         "Choose another MAIL FROM subdomain in the console.", SES_GUIDE "custom MAIL FROM domain"},
    [SES_BEFORE_NODE] = {"before-node", SES_WARNING, "The name or the address is in use.",
                         "The name has another address, or the address another name; mail "
                         "receivers want one for the other.",
                         "Ask the owner, or choose another name.", "RFC 8601 section 2.7.3"},
    [SES_BEFORE_OTHER_ZONE] =
        {"before-other-zone", SES_NOTE, "A record lies in another zone than the domain.",
         "It is delegated: other name servers, and perhaps other people, have it.",
         "Send this part to those who run that zone.", "RFC 1034 section 4.2.1"},
    [SES_BEFORE_WILDCARD] =
        {"before-wildcard", SES_NOTE, "A wildcard answers for names that do not exist.",
         "That a name answers says little here, and the new records hide the wildcard at their "
         "names and below.",
         NULL, "RFC 4592 sections 2.2.1 and 4.3"},
    [SES_BEFORE_BOGUS] = {"before-bogus", SES_ERROR, "DNSSEC validation fails in this zone.",
                          "Whoever validates gets no answer, and new records will not help.",
                          "Tell the DNS team: signatures, keys and DS of the zone do not fit "
                          "together.",
                          "RFC 4035 section 5.5"},
    [SES_BEFORE_UNKNOWN] = {"before-unknown", SES_WARNING, "DNS did not say what stands at a name.",
                            "The servers were not reached, refused, or failed.",
                            "Try again later, or ask another server with --server.",
                            "RFC 2308 section 7; RFC 8914"},
};

const size_t ses_verify_code_count = sizeof(ses_verify_codes) / sizeof(ses_verify_codes[0]);
