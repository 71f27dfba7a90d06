"""The oddities of one reader's mail: nobody looks at the mail of the 412th.

The public verb is `check_reader`; it is called for everybody on the lists and costs microseconds.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Mark, Problem, Severity, Subject
from ccmail.rendering.reader import ANSWER_LINK
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.problems import Place, Problem

_ODD = re.compile(
    r"^\W*$"  # nothing
    r"|\s[,!:]|,,|\s\s"  # a gap where a name should be
    r"|[@\d<>{}\[\]|=;]|https?:"  # no part of a name
    r"|\b(\w{2,})\s+\1\b"  # Frau Frau
    r"|\b(?:Frau|Herr|Herrn|Mr|Mrs|Ms|Dr|Prof)\.?\s*[,!:]?$"  # a title and no name
    r"|\b(?:Test|Mustermann|Unbekannt|Unknown|N\.?\s?N)\b",
    re.IGNORECASE,
)
_NO_LAST_WORDS = frozenset(["FRAU", "HERR", "HERRN", "MR", "MRS", "MS", "DR", "PROF"])
_NO_WORDS = frozenset(["TEST", "MUSTERMANN", "UNBEKANNT", "UNKNOWN", "NN"])


@rule("R550", Severity.WARNING, why=say("the first line decides whether a reader feels meant"), about=Subject.ROW)
def greeting(fields: Mapping[str, str], place: Place) -> Iterator[Flaw]:
    """A salutation that nobody would write: empty, or “Sehr geehrte Frau ,”."""
    for name, value in fields.items():
        if name.startswith("greeting") and is_odd(value):
            yield Flaw(
                say("this mail would begin “{value}”", value=value),
                (Mark(place),),
                say("correct the name, or write the salutation into a column Briefanrede (greeting)"),
            )


@functools.lru_cache(maxsize=4096)  # people of one name are greeted alike
def is_odd(greeting: str) -> bool:
    """Return whether a salutation is one that nobody would write."""
    return not _is_usual(greeting) and _ODD.search(greeting) is not None


def _is_usual(greeting: str) -> bool:
    """Return whether it is words alone, none of them twice: nearly all are, and then nothing has to be searched for."""
    if not greeting.endswith((",", "!")) or greeting.endswith((" ,", " !")) or "  " in greeting:
        return False
    # `upper` after `lower` makes equal whatever a search that ignores case takes for equal: ı and i, ſ and s
    apart = greeting[:-1].lower().upper().replace(".", " ").replace("-", " ").replace("'", " ")
    words = list(filter(None, apart.split(" ")))
    return (
        "".join(words).isalpha()
        and len(set(words)) == len(words)
        and words[-1] not in _NO_LAST_WORDS
        and _NO_WORDS.isdisjoint(words)
    )


_NOTHING = frozenset(
    [
        "None",
        "nan",
        "NULL",
        "null",
        "undefined",
        "N/A",
        "n/a",
        "#N/A",
        "#NV",
        "#REF!",
        "#BEZUG!",
        "#NAME?",
        "#VALUE!",
        "#WERT!",
        "-",
        "?",
        "??",
        "???",
    ]
)
_SIGNS = ("{{", "}}", "{%", "*|", "#N/A", "#NV", "#BEZUG!", "#REF!", " None,", " nan,", " undefined,")


@rule(
    "R551",
    Severity.WARNING,
    why=say("“Dear #N/A,” was an empty cell on the way through three programs"),
    about=Subject.ROW,
)
def unresolved(fields: Mapping[str, str], place: Place) -> Iterator[Flaw]:
    """A cell that holds no value, but what a program wrote in its place: None, #N/A, {{ city }}."""
    values = fields.values()
    if _NOTHING.isdisjoint(values) and not _has_sign("\n".join(values)):  # nearly always
        return
    for name, value in fields.items():
        if value in _NOTHING or _has_sign(value):
            yield Flaw(
                say("{name} would be “{value}” in this mail", name=name, value=value[:60]),
                (Mark(place),),
                say("correct the cell, or leave it empty"),
            )


def _has_sign(text: str) -> bool:
    return any(map(text.__contains__, _SIGNS))


_LONGEST_WORD = 70
_LONGEST_GREETING = 120


@rule(
    "R552",
    Severity.WARNING,
    why=say("a word of 80 letters widens the mail beyond every phone; a salutation of 120 is a paragraph"),
    about=Subject.ROW,
)
def overlong(fields: Mapping[str, str], place: Place) -> Iterator[Flaw]:
    """A value that no line of a mail can hold.

    A salutation that is too long, or an overlong word that is no web address.
    """
    if max(map(len, fields.values()), default=0) <= _LONGEST_WORD:  # nearly always
        return
    for name, value in fields.items():
        if len(value) <= _LONGEST_WORD:
            continue
        is_long = len(value) > _LONGEST_GREETING if name.startswith("greeting") else False
        if is_long or any(len(word) > _LONGEST_WORD and "://" not in word for word in value.split()):
            message = say("{name} has {count} characters: “{value}…”", name=name, count=len(value), value=value[:40])
            yield Flaw(message, (Mark(place),), say("shorten it in the list"))


_MACHINE = re.compile(r"(?:no|do-?not)[._-]?reply|mailer-daemon|bounces?|abuse|spam", re.IGNORECASE)
# RFC 2606 and 6761; `.example` is what the sample campaigns are written with
_MADE_UP = (".example.com", ".example.net", ".example.org", ".invalid", ".localhost")


@rule(
    "R553",
    Severity.WARNING,
    why=say(
        "mail to machines and made-up addresses comes back, and a sender whose mail comes back is taken for a spammer"
    ),
    about=Subject.ROW,
)
def nobody_reads(fields: Mapping[str, str], place: Place) -> Iterator[Flaw]:
    """An address that nobody reads: of a machine, or made up for a test."""
    address = fields.get("_to_address", "")
    local, _, domain = address.rpartition("@")
    if _MACHINE.fullmatch(local) or f".{domain.lower()}".endswith(_MADE_UP):
        message = say("nobody reads {address}", address=address)
        yield Flaw(message, (Mark(place),), say("write the address of a person, or take it out"))


_MADE_HERE = frozenset({"_to_address", "_message_id", "unsubscribe", "in_browser", ANSWER_LINK})
"""Nobody reads them, nobody has typed them."""
_OF_WORDS = (greeting, overlong, unresolved)


def check_reader(fields: Mapping[str, str], place: Place) -> Iterator[Problem]:
    """Yield a warning for everything that is odd about a reader's mail.

    Args:
        fields: What is filled into the mail, by name.
        place: The reader's row.
    """
    words = {name: value for name, value in fields.items() if name not in _MADE_HERE}
    for each in _OF_WORDS:
        for flaw in each.find(words, place):
            yield each.problem(flaw)
    for flaw in nobody_reads.find(fields, place):
        yield nobody_reads.problem(flaw)
