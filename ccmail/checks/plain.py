"""The text part of a finished mail."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ccmail.calendar import is_calendar_link
from ccmail.checks.rule import Flaw, flaws, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import MailOrigin, ParsedMail

_WRONG = (
    (
        re.compile(r"</?(?:p|div|span|table|tr|td|br|a|b|i|strong|em|ul|li|h[1-6])\b[^>\n]*>", re.IGNORECASE),
        say("HTML"),
    ),
    (re.compile(r"&(?:amp|lt|gt|quot|nbsp|zwnj|#\d{2,5}|#x[0-9a-f]{2,4});", re.IGNORECASE), say("an entity")),
    (re.compile(r"\{\{|\}\}|\{%|%\}|\bundefined\b|(?<=\s)None(?=[\s,.])"), say("the rest of a template")),
    (re.compile("[\u034f\u200c\u2007]{2,}"), say("filler of the preheader")),
)


@rule(
    "T320",
    Severity.ERROR,
    why=say("phones, watches and GMX show the text part: a tag or a token there is seen by many"),
)
def clean(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """Something in the text part that is no text."""
    for pattern, what in _WRONG:
        found = next((f for f in pattern.finditer(mail.text) if not origin.is_written(f[0])), None)
        if found:
            yield Flaw(say("the text part holds {what}: “{found}”", what=what, found=found[0][:40]))


_LONGEST = 78
_ADDRESS = re.compile(r"https?://|mailto:")
_SHOWN = re.compile(r"(?<![^\s()<>„“”»«,;])[^\s()<>„“”»«,;]+\.[^\s()<>„“”»«]*[^\s()<>„“”»«.,;:!?]")
_NOT_READ = re.compile(r"^(?:https?://|mailto:)|/$", re.IGNORECASE)
_HOST_AND_PATH = re.compile(r"([^/?#]*)(.*)", re.DOTALL)


@rule(
    "T321",
    Severity.WARNING,
    why=say("plain text is shown as it is: what is over 76 columns wraps in the middle of words"),
)
def long_lines(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """Lines of the text part that programs break anywhere."""
    for number, line in enumerate(mail.text.split("\n"), 1):
        if len(line) > _LONGEST and " " in line.strip() and not _ADDRESS.search(line):
            marks = origin.marks_of(line.strip())
            where = say("this line") if marks else say("line {number} of the text part", number=number)
            yield Flaw(say("{where} has {count} characters", where=where, count=len(line)), marks)
            return


@rule("T322", Severity.WARNING, why=say("readers of the text part cannot click a link that is not there"))
def links(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A link that the HTML has and the text part has not; the links to calendars do what the calendar file does."""
    words = mail.text
    for link in mail.page.named("a"):
        target = link.get("href")
        if target.startswith("mailto:"):
            target = target[7:].partition("?")[0]
        if target.startswith("#") or not target or is_calendar_link(target):
            continue
        if target in words or _is_shown(target, words):
            continue
        yield Flaw(
            say("the text part does not have the link {target}", target=target[:60]), origin.marks_of(target, link.text)
        )


def _is_shown(target: str, words: str) -> bool:
    """Return whether an address stands in a text as it was written: with umlauts, without https://."""
    wanted = _as_read(target)
    return any(_as_read(found[0]) == wanted for found in _SHOWN.finditer(words))


def _as_read(address: str) -> str:
    """Return an address as people read it: without its scheme, nothing encoded, its host in lower case."""
    before, at, rest = _NOT_READ.sub("", unquote(address)).rpartition("@")
    host, path = _HOST_AND_PATH.fullmatch(rest).groups()  # type: ignore[union-attr]  # it matches any text
    with contextlib.suppress(UnicodeError):
        host = host.encode().decode("idna")
    return unicodedata.normalize("NFC", f"{before}{at}{host.casefold()}{path}")


_LEAST = 0.7
_WORD = re.compile(r"[^\W_]{3,}")


@rule(
    "T323",
    Severity.WARNING,
    why=say(
        "filters compare the two (MPART_ALT_DIFF: 2.2 points), and readers of the text miss what is only in the HTML"
    ),
)
def same_words(mail: ParsedMail) -> Iterator[Flaw]:
    """A text part that says something else than the HTML."""
    shown, said = _words(mail.page.text), _words(mail.text)
    share = len(shown & said) / len(shown) if shown else 1
    if share < _LEAST:
        yield Flaw(say("only {share} of the words of the HTML are in the text part", share=f"{share:.0%}"))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


@rule(
    "T324", Severity.ERROR, why=say("the law requires it (UWG section 7), and readers who do not find it press “spam”")
)
def unsubscribe_text(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A mail that does not say how to get off the list."""
    words = [origin.loaded.languages[code].words.footer.unsubscribe for code in origin.languages]
    targets = [link.get("href") for link in mail.page.named("a") if link.text in words]
    if not any(targets) or not all(word in mail.page.text for word in words):
        yield Flaw(
            say("the HTML has no link to unsubscribe"), hint=say("the footer of the template prints block.unsubscribe")
        )
    if not all(word in " ".join(mail.text.split()) for word in words):
        yield Flaw(say("the text part does not say how to unsubscribe"))


@rule("T325", Severity.ERROR, why=say("German law requires an imprint in every newsletter (DDG section 5)"))
def missing_imprint(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A mail that does not say who is responsible for it."""
    imprint = origin.loaded.settings.footer.imprint
    parts = {say("the HTML"): mail.page.text, say("the text part"): " ".join(mail.text.split())}
    for part, text in parts.items():
        if not any(" ".join(words.split()) in text for _, words in imprint):
            yield Flaw(say("{part} does not show the imprint", part=part), hint=say("the footer prints block.imprint"))


@rule(
    "T326",
    Severity.WARNING,
    why=say(
        "plain text has nothing but lines: GMX and K-9 show the first as a preview, and all fold "
        "away what is below “-- ”"
    ),
)
def layout(mail: ParsedMail) -> Iterator[Flaw]:
    """A text part that is hard to find one's way in."""
    lines = mail.text.split("\n")
    yield from flaws(
        {
            say("the text part begins with an empty line"): not lines[0].strip(),
            say("the text part has two empty lines in a row"): "\n\n\n" in mail.text.rstrip("\n"),
            say("the text part does not begin its footer with a line of “-- ”"): "-- " not in lines,
        }
    )
