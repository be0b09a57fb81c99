// SPDX-License-Identifier: MIT
// The job of `sesdns render --manifest M -t summary -t zone -o DIR` in JavaScript, with mustache.js
// and the very templates of sesdns.
//
//   node peer_node.js TEMPLATES MANIFEST DIR
//
// What peer_python.py leaves out, this leaves out too. Cells are taken apart at their commas: the
// files of the benchmark quote nothing.
"use strict";

const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const mustache = require("mustache");

const DOCUMENTS = ["ticket-summary.txt", "records.zone"];
const KINDS = ["DKIM", "domain verification"];

mustache.escape = (text) => text;

function sha256(bytes) {
  return crypto.createHash("sha256").update(bytes).digest("hex");
}

function recordOf(line) {
  const [type, owner, value] = line.split(",");
  const isCname = type === "CNAME";
  return {
    type,
    kind: KINDS[isCname ? 0 : 1],
    owner,
    owner_absolute: owner + ".",
    value,
    target_absolute: isCname ? value + "." : "",
    strings: isCname ? [] : value.match(/.{1,255}/gs),
    is_valid: true,
    is_cname: isCname,
    is_txt: !isCname,
    is_mx: false,
  };
}

function compare(a, b) {
  const kind = KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
  return kind !== 0 ? kind : a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0;
}

// SHA-256 over the canonical form of the request, as model/request.c writes it.
function digestOf(row, records) {
  const lines = [
    "sesdns request 1",
    "operation add",
    `domain ${row.domain.length} ${row.domain}`,
    "zone 0 ",
    `lifetime ${row.lifetime} ${row.lifetime === "poc" ? row.expires : ""}`,
  ];
  for (const name of ["contact", "purpose", "account", "region"])
    lines.push(`${name} ${row[name].length} ${row[name]}`);
  for (const record of records) {
    lines.push(`${record.type} owner ${record.owner.length} ${record.owner}`);
    lines.push(`value ${record.value.length} ${record.value}`);
  }
  return sha256(lines.join("\n") + "\n");
}

function dataOf(row, folder) {
  const records = [];
  const attachments = [];
  for (const name of row.exports.split(";")) {
    const content = fs.readFileSync(path.join(folder, name));
    for (const line of content.toString("latin1").split("\n").slice(1)) records.push(recordOf(line));
    attachments.push({ name: path.basename(name), bytes: content.length, sha256: sha256(content), is_export: true });
  }
  records.sort(compare);
  records.forEach((record, index) => (record.number = index + 1));
  return {
    subject: row.domain,
    is_domain: true,
    poc: row.lifetime === "poc",
    production: row.lifetime === "production",
    expires: row.expires,
    contact: row.contact,
    purpose: row.purpose,
    record_words: `${records.length} DNS record${records.length === 1 ? "" : "s"}`,
    records,
    attachments,
    digest: "sha256:" + digestOf(row, records),
    dns: { ttl: "3600" },
  };
}

const [templateFolder, manifest, out] = process.argv.slice(2);
const folder = path.dirname(manifest);
const templates = DOCUMENTS.map((name) => [name, fs.readFileSync(path.join(templateFolder, name), "utf8")]);
const [header, ...rows] = fs.readFileSync(manifest, "utf8").trimEnd().split("\n");
const columns = header.split(",");

fs.mkdirSync(out);
for (const line of rows) {
  const cells = line.split(",");
  const row = Object.fromEntries(columns.map((name, index) => [name, cells[index]]));
  const data = dataOf(row, folder);
  const place = path.join(out, row.domain);
  fs.mkdirSync(place);
  for (const [name, template] of templates)
    fs.writeFileSync(path.join(place, name), mustache.render(template, data));
}
