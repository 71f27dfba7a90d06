"""A subject that inboxes cut off, or filters dislike."""

from __future__ import annotations

import re
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M638"
WHY = "the subject decides whether a mail is opened; phones show 40 characters, nobody more than 70"
_LONG, _TOO_LONG = 70, 150
_WORD = 10
_TOKEN = re.compile(r"\{\{|\}\}|\{%|\bNone\b|\bundefined\b|\blorem\b", re.IGNORECASE)


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for a subject that is missing, long, loud or not filled in."""
    subject = str(make_header(decode_header(mail.field("Subject")))).removeprefix("[TEST").strip()
    if not subject:
        yield Problem(CODE, "the mail has no subject")
    elif len(subject) > _TOO_LONG:
        yield Problem(CODE, f"the subject has {len(subject)} characters", hint=f"at most {_LONG}: “{subject[:_LONG]}…”")
    elif len(subject) > _LONG:
        hint = f"write “subject:” with at most {_LONG}; programs show “{subject[:_LONG]}…”"
        yield Problem(CODE, f"the subject has {len(subject)} characters", Severity.WARNING, hint=hint)
    if _TOKEN.search(subject):
        yield Problem(CODE, f"something was not filled into the subject: “{subject[:60]}”")
    letters = [c for c in subject if c.isalpha()]
    is_loud = len(letters) > _WORD and sum(c.isupper() for c in letters) > len(letters) * 0.7
    if is_loud or "!!" in subject:
        yield Problem(CODE, f"the subject shouts: “{subject[:60]}”", Severity.WARNING)
