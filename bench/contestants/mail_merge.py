"""The command mailmerge, within this process. It connects for each mail and has one attachment for all."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import tempfile
from pathlib import Path

import kit
from mailmerge.__main__ import main

TEMPLATE = """\
TO: {{{{name}}}} <{{{{email}}}}>
FROM: {about.from_name} <{about.from_address}>
SUBJECT: {about.subject}
ATTACHMENT: invite.ics
List-Unsubscribe: <{{{{link}}}}>
List-Unsubscribe-Post: {post}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="boundary"

--boundary
Content-Type: text/plain; charset=utf-8

{text}
--boundary
Content-Type: text/html; charset=utf-8

{html}
--boundary--
"""


def flat(template: str) -> str:
    return template.replace("{{ r.", "{{ ")


def write_files() -> None:
    mail = TEMPLATE.format(about=kit.ABOUT, post=kit.UNSUBSCRIBE_POST, text=flat(kit.TEXT), html=flat(kit.HTML))
    Path("mailmerge_template.txt").write_text(mail, encoding="utf-8")
    Path("mailmerge_server.conf").write_text(f"[smtp_server]\nhost = {kit.HOST}\nport = {kit.PORT}\n", encoding="utf-8")
    Path("invite.ics").write_bytes(kit.invite(kit.READERS[0]).encode())
    with Path("mailmerge_database.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, list(kit.READERS[0]))
        rows.writeheader()
        rows.writerows(kit.READERS)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    write_files()
    with kit.stopwatch(), contextlib.redirect_stdout(io.StringIO()):
        main(["--no-dry-run", "--no-limit", "--output-format", "raw"], standalone_mode=False)
    os.chdir("/")
