// nodemailer with its pool, nunjucks for the templates: PORT N K, letter in the folder that LETTER names, modules in
// the one that NODE_PATH names. `textEncoding` spares nodemailer looking at each text again for the best one.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.NODE_PATH, "/"));
const nodemailer = require("nodemailer");
const nunjucks = require("nunjucks");

const [port, count, connections] = process.argv.slice(2).map(Number);
const read = (name) => readFileSync(join(process.env.LETTER, name), "utf8");
const about = JSON.parse(read("letter.json"));
const html = nunjucks.compile(read("letter.html"), new nunjucks.Environment(null, { autoescape: true }));
const text = nunjucks.compile(read("letter.txt"), new nunjucks.Environment(null, { autoescape: false }));
const [above, below] = read("invite.ics").split("@@ATTENDEE@@");
const readers = read("readers.jsonl").split("\n").slice(0, count).map((line) => JSON.parse(line));

// RFC 5545 3.1: 75 octets a line, folded between characters
function folded(line) {
  let out = "";
  let room = 75;
  for (const character of line) {
    room -= Buffer.byteLength(character);
    if (room < 0) {
      out += "\r\n ";
      room = 74 - Buffer.byteLength(character);
    }
    out += character;
  }
  return out;
}

const attendee = (r) =>
  `ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="${r.name}":mailto:${r.email}`;

const mailFor = (r) => ({
  from: { name: about.from_name, address: about.from_address },
  to: { name: r.name, address: r.email },
  subject: about.subject,
  messageId: r.message_id,
  textEncoding: "quoted-printable",
  headers: { "List-Unsubscribe": `<${r.link}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
  text: text.render({ r }),
  html: html.render({ r }),
  attachments: [{
    filename: "invite.ics",
    contentType: "text/calendar; charset=utf-8; method=REQUEST",
    content: above + folded(attendee(r)) + below,
  }],
});

const server = nodemailer.createTransport({
  host: "127.0.0.1", port, ignoreTLS: true, pool: true, maxConnections: connections, maxMessages: Infinity,
  name: "bench.example", disableFileAccess: true,
});

const cpuBefore = process.cpuUsage();
const began = process.hrtime.bigint();
let next = 0;
const worker = async () => { while (next < readers.length) await server.sendMail(mailFor(readers[next++])); };
// its documentation: keep the pool busy, do not hand it everything at once
await Promise.all(Array.from({ length: 2 * connections }, worker));
const wall = Number(process.hrtime.bigint() - began) / 1e9;
const cpu = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ n: count, wall, cpu: (cpu.user + cpu.system) / 1e6 }));
server.close();
