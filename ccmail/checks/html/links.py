"""A link that leads nowhere, or elsewhere than it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H115"
WHY = "a link that shows one host and leads to another is what phishing looks like"
_SCHEME = re.compile(r"https?://[^/]|mailto:[^@]+@|tel:\+?\d|webcal://", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?]\S*)?$")  # “Outlook.com” is a name
_VAGUE = frozenset({"hier", "hier klicken", "mehr", "klick", "link", "here", "click here", "more", "read more", "this"})


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for empty, relative and dishonest links, a warning for http and vague words."""
    ids = {e.get("id") or e.get("name") for e in mail.page.elements}
    for link in mail.page.named("a"):
        target, where = link.get("href"), f"in line {link.line} of the HTML"
        if "href" not in link.attributes:
            continue
        if target.startswith("#") and target[1:] in ids - {""}:
            continue
        if not _SCHEME.match(target):
            yield Problem(CODE, f"the link {where} leads nowhere: “{target[:40]}”")
        elif target.startswith("http:"):
            yield Problem(CODE, f"the link {where} is not encrypted: {target[:60]}", Severity.WARNING, hint="https://")
        shown = _HOST.match(link.text)
        if shown and target.startswith("http") and _bare(shown[1]) != _bare(urlsplit(target).hostname or ""):
            yield Problem(CODE, f"the link {where} shows {shown[1]} and leads to {urlsplit(target).hostname}")
        if link.text.casefold().strip(" .»›→") in _VAGUE:
            yield Problem(CODE, f"“{link.text}” does not say where the link leads", Severity.WARNING)


def _bare(host: str) -> str:
    return host.casefold().removeprefix("www.")
