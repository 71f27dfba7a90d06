"""The report that a server writes as text: up to the mail that it returns, with the lines about each address."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Collection, Iterator

from ccmail.feedback.header_fields import ADDRESS, HeaderFields, read_fields

_LOOKED_AT, _LONGEST, _LONGEST_LINE, _MOST_LINES, _LONGEST_SAID = 60_000, 12_000, 600, 12, 3000

# The lines with which servers begin the mail that they return.
_RETURNED = re.compile(
    r"^[>\s]{0,8}[-=_*#]{0,80}[ \t]*(?:"
    r"(?:this|below this line|enclosed|below|following|attached|here) is (?:a|the|your)"
    r" (?:copy|original|message|returned)"
    r"|(?:a )?copy of (?:the|your) (?:original )?message|(?:the )?(?:message )?headers? (?:of the original|follows?)"
    r"|(?:possibly )?truncated original message follows|message headers? follow|message non-deliverable"
    r"|(?:the )?(?:original|returned|rejected|failed|undelivered|unsent|urspr[uü]ngliche)"
    r" (?:e-?mail|mail|message|nachricht)(?: headers?| info| text)?[ \t]*(?:\W{0,80}$|follow)"
    r"|(?:received|return-path): )",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = r"(?:from|to|subject|date|message-id|mime-version|content-type|received|return-path|x-[\w-]{1,40})"
_HEADERS = re.compile(
    rf"^(?:{_FIELD}:.{{0,2000}}\n(?:[ \t]+\S.{{0,2000}}\n){{0,20}}){{3}}", re.IGNORECASE | re.MULTILINE
)

# `<person@place>: words`, `person@place`, `554 <person@place>... words`, `Recipient address: person@place`
_AT_START = re.compile(
    rf"[>\s]{{0,80}}(?:[-*•]{{1,4}}\s*)?(?:[45]\d\d[ -])?(?:(?:recipient|original|rcpt|to|failed"
    rf"|delivery failed)[ \w]{{0,12}}:\s*)?"
    rf"[<\"']?(?P<address>{ADDRESS})[>\"']{{0,2}}(?:[\s:;.,(\[<\"'>].*|)",
    re.IGNORECASE,
)
# `There was an error delivering your mail to <person@place>.`
_IN_LINE = re.compile(
    rf"(?:\b(?:to|reach|recipients?|recipient's|address|addressee|userid|user|mailbox|an|für|empfänger\w{{0,2}}"
    rf"|adresse|destinataire|à)"
    rf"(?: the)?(?: following)?(?: e?-?mail)?(?: address| recipients?)?(?:\(e?s\))?\s{{0,4}}:?"
    rf"|rcpt to:)\s{{0,4}}[<\"']?(?P<address>{ADDRESS})",
    re.IGNORECASE,
)
_NEXT_HOST = re.compile(r"(?:[245]\d\d [\w.-]{1,100} \(|while talking to)", re.IGNORECASE)
_ABOUT_OTHERS = re.compile(
    r"\b(?:contact|please|forward|assistance|question|support|help|report(?:ed)? to|mail from|reply|sent by|hello"
    r"|hi|dear)\b",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True, slots=True)
class AddressLines:
    """An address that a report names as a recipient, with the words about it."""

    address: str
    said: str


@dataclasses.dataclass(frozen=True, slots=True)
class ReportText:
    """The words of a server, and the header fields of the mail that follows them.

    Attributes:
        is_followed: Whether a mail follows, as a line above it says, or its header fields.
    """

    words: str
    original: HeaderFields
    is_followed: bool


def read_report(text: str) -> ReportText:
    """Part a server's text from the mail that it returns within it."""
    cut = text[:_LOOKED_AT]
    ends = [found.start() for found in (_RETURNED.search(cut), _HEADERS.search(cut)) if found]
    end = min((at for at in ends if cut[:at].strip()), default=len(cut))
    return ReportText(cut[:end][:_LONGEST], _original_fields(cut[end:]), end < len(cut))


def find_recipients(words: str, excluded: Collection[str]) -> tuple[AddressLines, ...]:
    """Return the addresses that a report speaks of as recipients, with the words about each.

    Args:
        words: Those of the server.
        excluded: Addresses in lower case that cannot be meant: the sender, the postmaster, this mailbox.
    """
    lines = [line[:_LONGEST_LINE] for line in words.split("\n")]
    merged: dict[str, AddressLines] = {}
    for one in [*_at_start(lines, excluded)] or _in_lines(lines, excluded):
        key = one.address.lower()
        earlier = merged.get(key)
        said = f"{earlier.said} {one.said}" if earlier else one.said
        merged[key] = AddressLines(earlier.address if earlier else one.address, said[:_LONGEST_SAID])
    return tuple(merged.values())


def _original_fields(text: str) -> HeaderFields:
    """Return the header fields that stand first in a text."""
    found = _HEADERS.search(text)
    return read_fields(text[found.start() :].partition("\n\n")[0]) if found else HeaderFields()


def _at_start(lines: list[str], excluded: Collection[str]) -> Iterator[AddressLines]:
    for at, line in enumerate(lines):
        found = _AT_START.fullmatch(line)
        if found and found["address"].lower() not in excluded:
            yield AddressLines(found["address"], " ".join([line.strip(), *_lines_after(lines[at + 1 :])]))


def _in_lines(lines: list[str], excluded: Collection[str]) -> Iterator[AddressLines]:
    for at, (line, following) in enumerate(itertools.pairwise([*lines, ""])):
        goes_on = line.rstrip().endswith((":", " to"))
        found = None if _ABOUT_OTHERS.search(line) else _IN_LINE.search(f"{line} {following}" if goes_on else line)
        if found and found["address"].lower() not in excluded:
            yield AddressLines(found["address"], " ".join([line.strip(), *_lines_after(lines[at + 1 :])]))


def _lines_after(lines: list[str]) -> Iterator[str]:
    """Yield the lines that belong to an address: up to an empty line that comes after words, or the next address."""
    begun = False
    for line in lines[:_MOST_LINES]:
        if _AT_START.fullmatch(line) or _NEXT_HOST.match(line) or (begun and not line.strip()):
            return
        begun = begun or bool(line.strip())
        yield line.strip()
