"""The selection of the audience: the mail of each row, or the reason for none. Does no I/O."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ccmail.audience import list_problems
from ccmail.audience.contact import Contact
from ccmail.audience.list_problems import ROW_IS_LOST, mistake
from ccmail.audience.marks import MarkedContact, Suppression
from ccmail.audience.reason import Reason
from ccmail.audience.seen_addresses import LinesSeen
from ccmail.mail_address import address_key
from ccmail.problems import Place, Problem
from ccmail.wording import join, say

if TYPE_CHECKING:
    from ccmail.audience.wishes import Wishes


@dataclasses.dataclass(frozen=True, slots=True)
class SegmentList:
    """A segment and the list behind it.

    Attributes:
        name: As in ccmail.yaml.
        languages: The languages of its mail, unless a row has its own; several make one mail in all of them.
        entries: The list's people and problems in the order of its rows; read once.
        marks: The addresses that this list marks as those of people who get no mail, by key; they count in all lists.
        file: Its name in messages; a segment can have several lists, one after the other.
    """

    name: str
    languages: tuple[str, ...]
    entries: Iterable[Contact | MarkedContact | Problem]
    marks: Mapping[str, Suppression] = dataclasses.field(default_factory=dict)
    file: str = ""


class Selected(NamedTuple):
    """A contact who gets the mail of a segment, in these languages."""

    contact: Contact
    segment: str
    languages: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that gets no mail.

    Attributes:
        email: As in `Contact`; the text of the cell, if that is not an address.
        detail: In plain words, e.g. "same person as line 2 (case differs)".
        place: The row.
        column: The header of the column of a list that says no, "" if none does.
    """

    email: str
    segment: str
    reason: Reason
    detail: str = ""
    place: Place | None = None
    column: str = ""


def select_audience(
    segments: Sequence[SegmentList],
    suppressed: Mapping[str, Suppression] | Container[str],
    languages: Collection[str],
    wishes: Wishes | None = None,
) -> Iterator[Selected | LeftOut | Problem]:
    """Yield for every row of every list the mail that it gets, or the reason for none.

    Lists count in their order: a person on several of them gets the mail of the first whose segment they have not left.
    The result depends on the lists only, so that two people who send one segment each get the same one. A mark in one
    list counts in all of them, also in those before it. Problems of the lists are passed on; memory grows by 30 bytes
    per address, and by the marks.

    Args:
        segments: With their lists, each read once and in turn.
        suppressed: Keys (`ccmail.audience.address_key`) of the addresses that get no mail; a mapping has the reasons.
        languages: Codes of the languages of the campaign's texts.
        wishes: What people have chosen; None if nobody has.
    """
    selection = _Selection(suppressed, all_marks(segments), frozenset(languages), wishes)
    for segment in segments:
        yield from selection.choose(segment)


class _Selection:
    """Remembers the addresses of all lists so far."""

    def __init__(
        self,
        suppressed: Mapping[str, Suppression] | Container[str],
        marks: Mapping[str, Suppression],
        languages: frozenset[str],
        wishes: Wishes | None,
    ) -> None:
        self._suppressed = suppressed
        self._marks = marks
        self._languages = languages
        self._wishes = wishes
        self._seen: list[tuple[SegmentList, LinesSeen]] = []
        self._spelt: dict[str, str] = {}  # by key: addresses with another spelling than their key

    def choose(self, segment: SegmentList) -> Iterator[Selected | LeftOut | Problem]:
        seen = LinesSeen()
        self._seen.append((segment, seen))
        default = segment.languages if set(segment.languages) <= self._languages else ()
        unwritten = defaulted = 0
        for entry in segment.entries:
            if not isinstance(entry, Contact):  # one question for nearly all
                yield from self._no_reader(entry, segment.name)
                continue
            address = address_key(entry.email)
            if out := self._left_out(entry, address, segment.name):
                yield out
                continue
            if entry.email != address:
                self._spelt[address] = entry.email
            chosen = (entry.language,) if entry.language else default
            if self._wishes and (language := self._wishes.language(address)) in self._languages:
                chosen = (language,)
            defaulted += not entry.language
            if chosen and self._languages.issuperset(chosen):
                yield Selected(entry, segment.name, chosen)
                continue
            yield _without_language(entry, segment)
            if entry.language:
                yield _unknown_language(entry, self._languages)
            else:
                unwritten += 1
        yield from _about_languages(segment, len(seen), defaulted, unwritten)

    def _no_reader(self, entry: MarkedContact | Problem, segment: str) -> Iterator[LeftOut | Problem]:
        if isinstance(entry, MarkedContact):
            yield self._marked(entry, segment)
        else:
            yield entry
            yield from _lost(entry, segment)

    def _marked(self, entry: MarkedContact, segment: str) -> LeftOut:
        """Return a person whom their own row leaves out; the reason in unsubscribed.csv or the ledger comes first."""
        contact, address = entry.contact, address_key(entry.contact.email)
        if out := self._left_out(contact, address, segment):
            return out
        mark = entry.mark
        return LeftOut(contact.email, segment, mark.reason, mark.detail, contact.place, mark.column)

    def _left_out(self, contact: Contact, address: str, segment: str) -> LeftOut | None:
        place, email = contact.place, contact.email
        seen = self._seen[-1][1]
        line = seen.note(address, place.line)
        if line is not None:
            differs = self._spelt.get(address, address) != email
            detail: str = say("same person as line {line}", line=line)
            if differs:
                detail = say("same person as line {line} (case differs)", line=line)
            return LeftOut(email, segment, Reason.DUPLICATE, detail, place)
        if address in self._suppressed:
            suppression = _suppression(self._suppressed, address)
            return LeftOut(email, segment, suppression.reason, suppression.detail, place)
        if self._marks and (mark := self._marks.get(address)):
            detail = mark.detail
            if mark.place != place:
                detail = say("{detail} in {place}", detail=mark.detail, place=mark.place)
            return LeftOut(email, segment, mark.reason, detail, place, mark.column)
        if self._wishes and (reason := self._wishes.reason(address, segment)):
            return LeftOut(email, segment, reason, self._wishes.detail(address), place)
        return self._served_before(contact, address, segment)

    def _served_before(self, contact: Contact, address: str, segment: str) -> LeftOut | None:
        """Return a person who gets the mail of an earlier list; None for anybody else."""
        for first, other in self._seen[:-1]:
            if address not in other or (self._wishes and self._wishes.has_left(address, first.name)):
                continue
            if first.name == segment:
                detail = say("same person as in {file}", file=first.file)
                return LeftOut(contact.email, segment, Reason.DUPLICATE, detail, contact.place)
            gets = say("gets the {segment} mail", segment=first.name)
            return LeftOut(contact.email, segment, Reason.OTHER_SEGMENT, gets, contact.place)
        return None


class WithMarks(Mapping[str, Suppression]):
    """Suppressions, and after them the marks of lists."""

    def __init__(self, suppressed: Mapping[str, Suppression], marks: Mapping[str, Suppression]) -> None:
        self._suppressed = suppressed
        self._marks = marks

    def __getitem__(self, key: str) -> Suppression:
        return self._suppressed[key] if key in self._suppressed else self._marks[key]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._suppressed, *self._marks)))

    def __len__(self) -> int:
        return len(self._suppressed) + sum(key not in self._suppressed for key in self._marks)


def all_marks(segments: Sequence[SegmentList]) -> dict[str, Suppression]:
    """Return the marks of all lists; what can be read counts more than what cannot."""
    marks: dict[str, Suppression] = {}
    for segment in segments:
        for key, mark in segment.marks.items():
            if key not in marks or marks[key].reason is Reason.MISTAKE:
                marks[key] = mark
    return marks


def _suppression(suppressed: Mapping[str, Suppression] | Container[str], address: str) -> Suppression:
    return suppressed[address] if isinstance(suppressed, Mapping) else Suppression()


def _lost(problem: Problem, segment: str) -> Iterator[LeftOut]:
    """Yield the row that a problem of a list leaves out, if there is one."""
    place = problem.place
    if place is None or not place.line:
        return
    text = place.text[place.column - 1 :][: place.width]
    if problem.code in ROW_IS_LOST:
        yield LeftOut(text, segment, Reason.MISTAKE, problem.message, place)
    elif problem.code == list_problems.NO_ADDRESS:
        yield LeftOut("", segment, Reason.NO_ADDRESS, problem.message, place)


def _without_language(contact: Contact, segment: SegmentList) -> LeftOut:
    wanted = say("wants “{wanted}”", wanted=contact.language or segment.languages)
    return LeftOut(contact.email, segment.name, Reason.NO_LANGUAGE, wanted, contact.place)


def _unknown_language(contact: Contact, languages: frozenset[str]) -> Problem:
    wanted = contact.language[:40]
    message = say(
        "“{wanted}” is not a language of this campaign ({languages})", wanted=wanted, languages=tuple(sorted(languages))
    )
    hint = say("write a “{wanted}:” block for the campaign, or change the language in the list", wanted=wanted)
    place = dataclasses.replace(contact.place, field=contact.place.field or "language")
    return mistake(list_problems.NO_LANGUAGE, message, place, label=join("", [contact.email]), hint=hint)


def _about_languages(segment: SegmentList, people: int, defaulted: int, unwritten: int) -> Iterator[Problem]:
    """Yield one problem for many rows without a language."""
    if unwritten:
        message = say(
            "{people:,} people of {segment} would get {languages}, which this campaign does not have",
            people=unwritten,
            segment=segment.name,
            languages=segment.languages,
        )
        hint = say("write it, or set segments.{segment}.language to one of the others", segment=segment.name)
        yield mistake(list_problems.NO_LANGUAGE, message, Place(""), hint=hint)
    elif 0 < defaulted < people:
        message = say(
            "{people:,} people of {segment} have no language in the list and get {languages}",
            people=defaulted,
            segment=segment.name,
            languages=segment.languages,
        )
        yield mistake(list_problems.DEFAULT_LANGUAGE, message, Place(""))
