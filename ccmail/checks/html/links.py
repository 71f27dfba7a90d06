"""The links of the HTML part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import ParsedMail

_SCHEME = re.compile(r"https?://[^/]|mailto:[^@]+@|tel:\+?\d|webcal://", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?]\S*)?$")  # “Outlook.com” is a name
_VAGUE = frozenset({"hier", "hier klicken", "mehr", "klick", "link", "here", "click here", "more", "read more", "this"})


@rule(
    "H115",
    Severity.ERROR,
    Severity.WARNING,
    why="a link that shows one host and leads to another is what phishing looks like",
)
def links(mail: ParsedMail) -> Iterator[Flaw]:
    """A link that leads nowhere, or elsewhere than it says.

    An error for empty, relative and dishonest links, a warning for http, vague words and words used twice.
    """
    ids = {e.get("id") or e.get("name") for e in mail.page.elements}
    for link in mail.page.named("a"):
        target, where = link.get("href"), f"in line {link.line} of the HTML"
        if "href" not in link.attrib:
            continue
        if target.startswith("#") and target[1:] in ids - {""}:
            continue
        if not _SCHEME.match(target):
            yield Flaw(f"the link {where} leads nowhere: “{target[:40]}”")
        elif target.startswith("http:"):
            yield Flaw(f"the link {where} is not encrypted: {target[:60]}", hint="https://", severity=Severity.WARNING)
        shown = _HOST.match(link.text)
        if shown and target.startswith("http") and _bare(shown[1]) != _bare(urlsplit(target).hostname or ""):
            yield Flaw(f"the link {where} shows {shown[1]} and leads to {urlsplit(target).hostname}")
        if link.text.casefold().strip(" .»›→") in _VAGUE:
            yield Flaw(f"“{link.text}” does not say where the link leads", severity=Severity.WARNING)
    yield from _same_words(mail)


def _same_words(mail: ParsedMail) -> Iterator[Flaw]:
    """Yield a warning for links that sound alike in one language and lead to different places."""
    targets: dict[tuple[str, str], str] = {}
    for link in mail.page.named("a"):
        words = link.get("aria-label") or link.text
        if not words or not link.get("href"):
            continue
        language = next((e.get("lang") for e in link.way_up() if e.get("lang")), "")
        if targets.setdefault((language, words), link.get("href")) != link.get("href"):
            message = f"“{words}” in line {link.line} of the HTML leads elsewhere than the same words before"
            yield Flaw(message, hint="screen readers list links without what is around them", severity=Severity.WARNING)


def _bare(host: str) -> str:
    return host.casefold().removeprefix("www.")
