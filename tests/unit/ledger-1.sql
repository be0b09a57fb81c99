-- SPDX-License-Identifier: MIT
-- A ledger as version 1 of its schema has it: test_store.c makes a file of this text and opens it. It is never
-- changed, because such files are out there. A later version adds a file of its own beside it.
BEGIN;
CREATE TABLE ticket (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  operation TEXT NOT NULL,
  subject TEXT NOT NULL,
  digest TEXT NOT NULL,
  refers_to TEXT NOT NULL,
  instance TEXT NOT NULL,
  class TEXT NOT NULL,
  record TEXT NOT NULL,
  number TEXT NOT NULL,
  state TEXT NOT NULL,
  intended_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  attached_at INTEGER NOT NULL
) STRICT;
CREATE TABLE request (
  id INTEGER PRIMARY KEY,
  ticket INTEGER NOT NULL REFERENCES ticket ON DELETE CASCADE,
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  zone TEXT NOT NULL,
  lifetime TEXT NOT NULL,
  expires TEXT NOT NULL,
  contact TEXT NOT NULL,
  purpose TEXT NOT NULL,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  team TEXT NOT NULL,
  digest TEXT NOT NULL,
  dns TEXT NOT NULL DEFAULT 'unknown',
  dns_at INTEGER NOT NULL DEFAULT 0,
  removed_by TEXT REFERENCES ticket (key) ON DELETE SET NULL,
  removed_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX request_ticket ON request (ticket, subject);
CREATE INDEX request_subject ON request (subject);
CREATE TABLE renewal (
  id INTEGER PRIMARY KEY,
  request INTEGER NOT NULL REFERENCES request ON DELETE CASCADE,
  renewed_by TEXT NOT NULL REFERENCES ticket (key) ON DELETE CASCADE,
  lifetime TEXT NOT NULL,
  expires TEXT NOT NULL,
  UNIQUE (request, renewed_by)
) STRICT;
CREATE TABLE record (
  request INTEGER NOT NULL REFERENCES request ON DELETE CASCADE,
  position INTEGER NOT NULL,
  type TEXT NOT NULL,
  owner TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (request, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE node (
  request INTEGER NOT NULL REFERENCES request ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  allocation TEXT NOT NULL,
  PRIMARY KEY (request, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE extra (
  request INTEGER NOT NULL REFERENCES request ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (request, position)
) STRICT, WITHOUT ROWID;

INSERT INTO ticket VALUES (1, 'sesdns-add-1', 'add', 'example.edu', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', '', 'https://example.service-now.com', 'incident', '0123456789abcdef0123456789abcdef', 'INC0010001', 'New', 1764547200, 1764547201, 1764547202, 1764547203);
INSERT INTO ticket VALUES (2, 'sesdns-renew-2', 'renew', 'example.edu', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae', 'sesdns-add-1', '', '', '', 'INC0010002', '', 1764633600, 0, 1764633600, 0);
INSERT INTO ticket VALUES (3, 'sesdns-add-3', 'add', 'mail.example.edu', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015af', '', '', '', '', '', '', 1764720000, 0, 0, 0);
INSERT INTO request VALUES (1, 1, 'example.edu', 'domain', 'example.edu', 'poc', '2026-03-31', 'Ann <ann@example.edu>', 'newsletter', '123456789012', 'us-west-2', 'physics', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'part', 1764640000, NULL, 0);
INSERT INTO request VALUES (2, 2, 'example.edu', 'domain', '', 'poc', '2026-06-30', '', '', '', '', '', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae', 'unknown', 0, NULL, 0);
INSERT INTO request VALUES (3, 3, 'mail.example.edu', 'host', '', 'production', '', '', '', '', '', '', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015af', 'unknown', 0, NULL, 0);
INSERT INTO renewal VALUES (1, 1, 'sesdns-renew-2', 'poc', '2026-06-30');
INSERT INTO record VALUES (1, 0, 'TXT', '_dmarc.example.edu', 'v=DMARC1; p=none;');
INSERT INTO record VALUES (1, 1, 'CNAME', 'abc._domainkey.example.edu', 'abc.dkim.amazonses.com');
INSERT INTO node VALUES (3, 0, 'mail.example.edu', '198.51.100.7', 'eipalloc-0123456789abcdef0');
INSERT INTO extra VALUES (1, 0, 'x_team', 'B');
PRAGMA application_id = 1399157572;
PRAGMA user_version = 1;
COMMIT;
