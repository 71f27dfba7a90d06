"""The words of the HTML part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.checks.mail.html import Element
    from ccmail.checks.mail.message import MailOrigin, ParsedMail

_SMALLEST, _SMALL, _TIGHT = 12, 14, 1.15
_READ = 16
_PASSAGE = 120  # characters: what is so long is read, not looked up
_PIXELS = re.compile(r"([\d.]+)px")


@rule(
    "H118",
    Severity.ERROR,
    Severity.WARNING,
    why=say("under 12 pixels phones zoom by themselves; without font-family Outlook uses Times New Roman"),
)
def font_size(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """Text that is too small, too tight, or in Times.

    An error for letters under 12 px, tight lines and no font, a warning under 14 px, or 16 in long texts.
    """
    shown = [element for element in mail.page.elements if element.own_words and not element.is_hidden]
    yield from _odd_letters(shown)
    imprint = [words for _, words in origin.loaded.settings.footer.imprint]
    read = [e for e in shown if len(e.own_words) >= _PASSAGE and not any(words in e.text for words in imprint)]
    longest = max(read, key=lambda element: len(element.own_words), default=None)
    if longest and _SMALL <= _pixels(longest, "font-size") < _READ:
        message = say(
            "the longest text of the HTML, in line {line}, has letters of less than {size} px",
            line=longest.line,
            size=_READ,
        )
        yield Flaw(message, severity=Severity.WARNING)


def _odd_letters(shown: Sequence[Element]) -> Iterator[Flaw]:
    """Yield each oddity once: the first element that has it."""
    said: set[tuple[str, ...]] = set()
    for element in shown:
        for oddity, flaw in _of_letters(element):
            if oddity not in said:
                said.add(oddity)
                yield flaw


def _of_letters(element: Element) -> Iterator[tuple[tuple[str, ...], Flaw]]:
    pixels, leading = _pixels(element, "font-size"), _pixels(element, "line-height")
    line, size, height = element.line, f"{pixels:g}", f"{leading:g}"
    if 0 < pixels < _SMALL:
        severity = Severity.ERROR if pixels < _SMALLEST else Severity.WARNING
        message = say("the text in line {line} of the HTML is {size} px small", line=line, size=size)
        yield ("small", size), Flaw(message, severity=severity)
    if 0 < leading < pixels * _TIGHT:
        message = say(
            "the text in line {line} of the HTML has lines of {height} px for letters of {size} px",
            line=line,
            height=height,
            size=size,
        )
        yield ("tight", height, size), Flaw(message)
    if not any("font-family" in e.style for e in element.way_up()):
        yield ("no font",), Flaw(say("the text in line {line} of the HTML names no font", line=line))


def _pixels(element: Element, name: str) -> float:
    """Return a length that an element has or inherits, 0 if it is not in pixels."""
    value = next((e.style[name] for e in element.way_up() if name in e.style), "")
    found = _PIXELS.fullmatch(value)
    return float(found[1]) if found else 0


_REST = re.compile(r"\bundefined\b|(?<![\w“\"])None(?=[\s,.!]|$)|\blorem ipsum\b|\bNaN\b", re.IGNORECASE)
_IN_LINK = re.compile(r"(?<=[/=])(?:None|undefined|NaN)(?=$|[/?&#.])|%7[Bb]%7[Bb]|\{\{")
_TOKEN = re.compile(r"\{\{|\}\}|\{%|%\}|\*\|\w+\|\*")


@rule("H122", Severity.ERROR, why=say("“Dear None,” tells readers that a machine does not know them"))
def unfilled(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """Something in the HTML that was to be filled in."""
    for found in (*_REST.finditer(mail.page.text), *_TOKEN.finditer(mail.html)):
        if not origin.is_written(found[0]):  # “None of the cities”, {% raw %}
            yield Flaw(say("the HTML shows “{found}”", found=found[0][:40]), hint=say("something was not filled in"))
            break
    for link in mail.page.named("a", "img"):
        rest = _IN_LINK.search(link.get("href") or link.get("src"))
        if rest:
            marks = origin.marks_of(link.get("href") or link.get("src"))
            where = say("of this text") if marks else say("in line {line} of the HTML", line=link.line)
            message = say("a link {where} holds “{rest}”", where=where, rest=rest[0])
            yield Flaw(message, marks, say("something was not filled in"))


_LEAST = 150


@rule("H125", Severity.WARNING, why=say("with pictures blocked an empty frame is left, and filters take it for spam"))
def few_words(mail: ParsedMail) -> Iterator[Flaw]:
    """A mail that is nearly all pictures."""
    if len(mail.page.text) < _LEAST:
        yield Flaw(say("without its pictures the mail has {count} characters", count=len(mail.page.text)))


_SHORT, _LONG = 40, 130
_FILLER = re.compile("[\u034f\u2007\ufeff\u200c]+")


@rule("H126", Severity.WARNING, why=say("without it inboxes show “View in browser” or the salutation"))
def preheader(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """The words that inboxes show behind the subject."""
    body = mail.page.named("body")
    first = next((e for e in mail.page.elements if body and e.parent is body[0]), None)
    words = " ".join(_FILLER.sub(" ", "".join(first.words)).split()) if first else ""
    marks = origin.marks_of_field("preheader", "subtitle")
    if first is None or first.style.get("display") != "none" or not words:
        yield Flaw(say("the HTML does not begin with a preheader"))
    elif words.casefold() == next((e.own_words.casefold() for e in mail.page.named("title")), ""):
        yield Flaw(say("the preheader repeats the subject"), marks, say("write “preheader:”"))
    elif len(words) > _LONG:
        yield Flaw(_length(words, _LONG), marks)
    elif len(words) < _SHORT and origin.loaded.campaign.texts[origin.languages[0]].preheader:
        yield Flaw(_length(words, _SHORT), marks)


def _length(words: str, shown: int) -> str:
    return say("the preheader has {count} characters: inboxes show {shown}", count=len(words), shown=shown)
