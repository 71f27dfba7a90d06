"""The mail that all contestants send: ccmail's own, as templates for the others.

One mail is rehearsed for a reader with conspicuous names. Its HTML (styles inlined), text and calendar entry become
templates for Jinja2 and nunjucks. So all mails have the same content in the same number of bytes, even if ccmail's
templates change; the other contestants only fill the templates, which is to their advantage.
"""

from __future__ import annotations

import email
import email.policy
import json
import re
import subprocess
import tempfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import workspace
from readers import Reader

CONSPICUOUS = Reader("conspicuous@city.example", "Frau", "Firstname", "Conspicuouslastname")
ATTENDEE = "@@ATTENDEE@@"
"""The place of the reader's line in the calendar entry."""
_TEMPLATE = re.compile(r"\{\{ r\.(\w+) \}\}")


def write_letter(folder: Path) -> dict[str, Any]:
    """Write letter.html, letter.txt, invite.ics and letter.json, which is returned."""
    raw = _rehearsed()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    link = re.findall(r"<(https:[^>]+)>", mail["List-Unsubscribe"])[0]
    html, text = (_body(mail, kind) for kind in ("html", "plain"))
    invite = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    calendar = invite.get_payload(decode=True)
    assert isinstance(calendar, bytes)
    address = mail["From"].addresses[0]
    about = {
        "subject": mail["Subject"],
        "from_name": address.display_name,
        "from_address": address.addr_spec,
        "wire_bytes": len(raw),
        "content_bytes": len(html.encode()) + len(text.encode()) + len(calendar),
    }
    (folder / "letter.html").write_text(_template(html, link), encoding="utf-8")
    (folder / "letter.txt").write_text(_template(text, link), encoding="utf-8")
    (folder / "invite.ics").write_bytes(re.sub(rb"ATTENDEE;.*\r\n(?: .*\r\n)*", ATTENDEE.encode() + b"\r\n", calendar))
    (folder / "letter.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return about


def fill(template: str, fields: dict[str, str]) -> str:
    """Fill a template without escaping anything."""
    return _TEMPLATE.sub(lambda found: fields[found[1]], template)


def _rehearsed() -> bytes:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace.make_workspace(folder, iter([CONSPICUOUS]), port=2525, connections=1)
        command = workspace.ccmail(folder, "send", "--rehearse", workspace.CAMPAIGN)
        subprocess.run(command, env=workspace.environment(), check=True, stdout=subprocess.DEVNULL)
        (file,) = (folder / ".ccmail" / "outbox").rglob("*.eml")
        return file.read_bytes()


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    text = part.get_content()
    assert not re.search(r"\{[{%#]", text), f"the {kind} part would be taken for a template"
    return str(text)


def _template(text: str, link: str) -> str:
    values = {**CONSPICUOUS.fields, "link": link}
    for name in ("greeting", "name", "email", "link"):
        assert values[name] in text, f"the mail does not have the reader's {name}"
        text = text.replace(values[name], f"{{{{ r.{name} }}}}")
    return text
