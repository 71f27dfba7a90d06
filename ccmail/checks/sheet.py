"""The styles in the head of a mail, as rules: what applies to an element, by the way the mail is looked at."""

from __future__ import annotations

import dataclasses
import enum
import functools
import re
from typing import TYPE_CHECKING

from ccmail.checks.page import declarations
from ccmail.checks.selector import Selector, read_selectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SCHEME = re.compile(r"prefers-color-scheme\s*:\s*(dark|light)")
_IMPORTANT = re.compile(r"\s*!\s*important$")


class Scheme(enum.Enum):
    """Which colours a mail program shows; ANY: whichever."""

    ANY = "any"
    LIGHT = "light"
    DARK = "dark"
    OUTLOOK = "outlook"


@dataclasses.dataclass(frozen=True, slots=True)
class StyleRule:
    """Declarations for the elements of a selector."""

    selector: Selector
    scheme: Scheme
    declared: Mapping[str, str]


@functools.lru_cache(maxsize=8)  # all mails of a campaign have the same
def read_sheet(sheet: str) -> tuple[StyleRule, ...]:
    """Read the rules of a style element; those for printing are left out, and what is neither rule nor @media."""
    return tuple(_read(sheet))


def _read(sheet: str) -> Iterator[StyleRule]:
    for head, body in _blocks(_COMMENT.sub("", sheet)):
        if not head.startswith("@"):
            yield from _rules(head, body, Scheme.ANY)
        elif head.startswith("@media") and "print" not in head:
            asked = _SCHEME.search(head)
            for inner, declared in _blocks(body):
                yield from _rules(inner, declared, Scheme(asked[1]) if asked else Scheme.ANY)


def is_important(value: str) -> bool:
    """Return whether a value stands above those of elements."""
    return value.endswith("important") and _IMPORTANT.search(value) is not None


def _rules(head: str, body: str, scheme: Scheme) -> Iterator[StyleRule]:
    declared = dict(declarations(body))
    for selector in read_selectors(head):
        yield StyleRule(selector, Scheme.OUTLOOK if selector.for_outlook else scheme, declared)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before and between the outer braces of a sheet."""
    depth = start = opened = 0
    for brace in re.finditer(r"[{}]", sheet):
        if brace[0] == "{":
            opened = opened if depth else brace.start()
            depth += 1
        elif depth == 1:
            yield sheet[start:opened].rpartition(";")[2].strip(), sheet[opened + 1 : brace.start()]
            depth, start = 0, brace.end()
        else:
            depth -= 1
