"""SPF records (RFC 7208): the servers that may send for a domain."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from ccmail.doctor.finding import Verdict
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.doctor.names import Names

_MOST_QUESTIONS = 10  # RFC 7208 4.6.4
_ALL = re.compile(r"[+?~-]?all", re.IGNORECASE)
_ASKS = re.compile(r"[+?~-]?(?:(include|exists):|(a|mx|ptr)(?=[:/]|$)|(redirect)=)(\S*)", re.IGNORECASE)


def records(names: Names, domain: str) -> list[str]:
    """Return the SPF records of a domain; it should have one."""
    return [text for text in names.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]


def judge(names: Names, record: str) -> tuple[Verdict, str, str] | None:
    """Return verdict, words and repair for a wrong record, None for a good one."""
    terms = [term.lower() for term in record.split()[1:]]
    if {"all", "+all"} & set(terms):
        words = say("{record}: everybody may send for this domain", record=record)
        return Verdict.ERROR, words, say("end it with -all or ~all")
    # not one more: an include of itself, twice, would be asked for ever
    if sum(1 for _ in itertools.islice(_questions(names, record), _MOST_QUESTIONS + 1)) > _MOST_QUESTIONS:
        words = say(
            "{record}: receivers would have to ask more than {most} times, and give up",
            record=record,
            most=_MOST_QUESTIONS,
        )
        return Verdict.ERROR, words, say("fewer include:, a and mx")
    if empty := next((to for to in _included(record) if len(records(names, to)) != 1), ""):  # RFC 7208 5.2: permerror
        words = say("{record}: {domain} has not one record, and receivers give up there", record=record, domain=empty)
        return Verdict.ERROR, words, say("take include:{domain} out, or ask the people who run it", domain=empty)
    if not {"-all", "~all"} & set(terms) and not any(term.startswith("redirect=") for term in terms):
        words = say("{record}: it does not say who must not send", record=record)
        return Verdict.WARNING, words, say("end it with -all or ~all")
    return None


def _included(record: str) -> Iterator[str]:
    """Yield the domains that a record includes by name."""
    found = (_ASKS.fullmatch(term) for term in record.split()[1:])
    yield from (one[4] for one in found if one and (one[1] or "").lower() == "include" and "%" not in one[4])


def _questions(names: Names, record: str, depth: int = 0) -> Iterator[str]:
    """Yield the terms that make a receiver ask the DNS, those of included records too."""
    terms = record.split()[1:]
    has_end = any(_ALL.fullmatch(term) for term in terms)
    heeded = itertools.takewhile(lambda term: not _ALL.fullmatch(term), terms)  # RFC 7208 5.1: nothing behind “all” is
    for term in heeded:
        found = _ASKS.fullmatch(term)
        if found is None or (found[3] and has_end):  # 6.1
            continue
        yield term
        goes_on = (found[1] or "").lower() == "include" or found[3]
        if goes_on and "%" not in found[4] and depth <= _MOST_QUESTIONS:
            for inner in records(names, found[4])[:1]:
                yield from _questions(names, inner, depth + 1)
