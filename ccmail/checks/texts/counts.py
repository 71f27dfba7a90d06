"""Numbers in the texts."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, rule
from ccmail.checks.texts.passage import passages
from ccmail.languages.countries import find_country
from ccmail.problems import Mark, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.texts.passage import TextPassage
    from ccmail.rendering import LoadedCampaign

_NUMBERS = {
    word: number
    for words in (
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "two three four five six seven eight nine ten eleven twelve",
    )
    for number, word in enumerate(words.split(), 2)
}
_COUNTRIES = r"(?:Länder[ns]?|Staaten|countries|states)"
_THINGS = (
    r"(?:Städten?|Kommunen|Gemeinden|Regionen|Themen|Punkten?|Fragen|Schritten?|Beispielen?|Fällen?|Vorträgen?"
    r"|Zielen?|Maßnahmen|cities|municipalities|towns|regions|topics|points|questions|steps|examples|cases|talks|goals"
    r"|measures)"
)
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_COUNTED_COUNTRIES = re.compile(rf"\b{_NUMBER}\s+{_COUNTRIES}\b", re.IGNORECASE)
_COUNTED_THINGS = re.compile(rf"\b{_NUMBER}\s+(?:\w+\s+)?{_THINGS}\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[^.!?\n]|\n(?!\s*\n|\s*[-*] )|[.!?](?!\s+[A-ZÄÖÜ]|\s*$))+")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*[^\W_]|[^\W\d_]")
_LONGEST_NAME = 5  # words
_SHORT_NAMES = frozenset({"USA", "UAE", "VAE", "UK"})
_SHORTEST = 4  # characters; what is shorter is a code, or the German “es”
_BENT = re.compile(r"(?<=e)n\b|(?<=[a-z])s$")
_FEW = 3  # so many names are a list
_BETWEEN_LIST_AND_NUMBER = re.compile(r"[\s,(\[–—-]*(?:insgesamt|in total|zusammen|altogether)?\s*$", re.IGNORECASE)
_BETWEEN_NUMBER_AND_LIST = re.compile(
    r"^[\s:(\[–—,-]*(?:(?:und zwar|nämlich|namely|i\.e\.|das sind|aus|from|der|die|das|den|the)\s+)*$", re.IGNORECASE
)
_ITEM = re.compile(r"^[ \t]*(?:[-*]|\d+\.)[ \t]+", re.MULTILINE)
_LIST_BELOW = re.compile(
    r"[^.!?\n]{0,60}:[ \t]*\n(?:[ \t]*\n)?(?P<items>(?:[ \t]*(?:[-*]|\d+\.)[ \t]+.*(?:\n(?![ \t]*\n).*)*\n?)+)"
)
_NAMES_IN_FRONT = re.compile(
    r"(?P<names>(?:[A-ZÄÖÜ][\w.-]*(?:\s[A-ZÄÖÜ(][\w.)-]*)*,\s+)+[A-ZÄÖÜ][\w.\s-]*?\s(?:und|and|sowie)\s[A-ZÄÖÜ][\w.-]*(?:\s[A-ZÄÖÜ][\w.-]*)*)\s*[(\[]$"
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Slip:
    """A number and what is really there."""

    passage: TextPassage
    start: int
    end: int
    counted: int
    names: str

    @property
    def said(self) -> str:
        return " ".join(self.passage.text[self.start : self.end].split())

    @property
    def kind(self) -> tuple[str, str, int]:
        """The part of a mistake that is the same in every language."""
        return self.passage.field, str(_number(self.said.split()[0])), self.counted


@rule("T312", Severity.WARNING, why=say("readers count, above all those who are missing from the number"))
def miscounted(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A number in a text that is not that of the list beside it: “(16 Länder)” behind the names of 17."""
    slips: dict[tuple[str, str, int], list[_Slip]] = {}
    for passage in passages(loaded.campaign):
        for slip in (*_countries(passage), *_lists_below(passage), *_names(passage)):
            slips.setdefault(slip.kind, []).append(slip)
    for first, *others in slips.values():
        marks = [
            Mark(
                first.passage.place(first.start, first.end),
                say("{names} are {counted}", names=first.names, counted=first.counted),
            )
        ]
        marks += [Mark(o.passage.place(o.start, o.end), say("the same here")) for o in others]
        message = say("the sentence says “{said}” but names {counted}", said=first.said, counted=first.counted)
        yield Flaw(message, tuple(marks), say("correct the number, or the list"))


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.casefold()]


def _countries(passage: TextPassage) -> Iterator[_Slip]:
    for sentence in _SENTENCE.finditer(passage.text):
        claims = list(_COUNTED_COUNTRIES.finditer(passage.text, *sentence.span()))
        named = list(_named_countries(passage.text, *sentence.span())) if claims else []
        codes = {code for _, _, code in named}
        if len(codes) < _FEW:
            continue
        for claim in claims:
            if _number(claim["number"]) != len(codes) and _stands_beside(passage.text, claim, named):
                first, second, *_, last = dict.fromkeys(passage.text[s:e] for s, e, _ in named)
                names = " ".join(f"{first}, {second}, … {last}".split())
                yield _Slip(passage, claim.start(), claim.end(), len(codes), names)


def _named_countries(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    words = [found.span() for found in _WORD.finditer(text, start, end)]
    position = 0
    while position < len(words):
        for last in range(min(position + _LONGEST_NAME, len(words)) - 1, position - 1, -1):
            begin, stop = words[position][0], words[last][1]
            code = _country(text[begin:stop])
            if code:
                yield begin, stop, code
                position = last
                break
        position += 1


def _country(name: str) -> str | None:
    if (
        not (name[0].isupper() and name.rsplit(maxsplit=1)[-1][0].isupper())
        or "," in name
        or (len(name) < _SHORTEST and name not in _SHORT_NAMES)
    ):
        return None
    spelt = " ".join(name.split())
    # German bends them: “der Tschechischen Republik”, “in den Niederlanden”, “Georgiens”
    return find_country(spelt) or find_country(_BENT.sub("", spelt))


def _stands_beside(text: str, claim: re.Match[str], named: list[tuple[int, int, str]]) -> bool:
    behind = [stop for _, stop, _ in named if stop <= claim.start()]
    ahead = [begin for begin, _, _ in named if begin >= claim.end()]
    if behind and not ahead:
        return _BETWEEN_LIST_AND_NUMBER.match(text[max(behind) : claim.start()]) is not None
    if ahead and not behind:
        return _BETWEEN_NUMBER_AND_LIST.match(text[claim.end() : min(ahead)]) is not None
    return False


def _lists_below(passage: TextPassage) -> Iterator[_Slip]:
    for claim in _COUNTED_THINGS.finditer(passage.text):
        found = _LIST_BELOW.match(passage.text, claim.end())
        if found is None:
            continue
        items = _ITEM.findall(found["items"])
        outer = [item for item in items if len(item) - len(item.lstrip()) == len(items[0]) - len(items[0].lstrip())]
        if len(outer) != _number(claim["number"]):
            yield _Slip(passage, claim.start(), claim.end(), len(outer), say("the items below"))


def _names(passage: TextPassage) -> Iterator[_Slip]:
    for claim in _COUNTED_THINGS.finditer(passage.text):
        found = _NAMES_IN_FRONT.search(passage.text[max(0, claim.start() - 600) : claim.start()])
        if found is None or passage.text[claim.end() : claim.end() + 1] not in {")", "]"}:
            continue
        names = re.split(r",\s+|\s(?:und|and|sowie)\s", found["names"])
        if len(names) != _number(claim["number"]):
            yield _Slip(passage, claim.start(), claim.end(), len(names), f"{names[0]}, … {names[-1]}")
