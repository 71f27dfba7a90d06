"""The styles in the head of a mail, as rules: what applies to an element, by the way the mail is looked at."""

from __future__ import annotations

import dataclasses
import enum
import functools
import re
from typing import TYPE_CHECKING, Any

import cssselect2
import tinycss2

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ccmail.checks.mail.html import Element, Page

_SCHEME = re.compile(r"prefers-color-scheme\s*:\s*(dark|light)")
_GROUPS = {"media", "supports"}
_OF_OUTLOOK = re.compile(r"\[data-og(?:sc|sb|ac|ab)\]\s*")


class Scheme(enum.Enum):
    """The colours that a mail program shows; OUTLOOK: those that outlook.com made dark (`[data-ogsc] .ink`)."""

    ANY = "any"
    LIGHT = "light"
    DARK = "dark"
    OUTLOOK = "outlook"


@dataclasses.dataclass(frozen=True, slots=True)
class StyleRule:
    """Declarations for the elements of a selector; `selector` is of cssselect2."""

    selector: Any
    scheme: Scheme
    declared: Mapping[str, str]


@functools.lru_cache(maxsize=8)  # all mails of a campaign have the same
def read_sheet(sheet: str, properties: tuple[str, ...]) -> tuple[StyleRule, ...]:
    """Read what the rules of a style element say of some properties; what is for printing is left out."""
    nodes = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return tuple(
        StyleRule(selector, Scheme.OUTLOOK if is_of_outlook else scheme, declared)
        for scheme, rule in _rules(nodes, Scheme.ANY)
        if (declared := _declared(rule, properties))
        for selector, is_of_outlook in _selectors(rule)
    )


def rules_by_element(page: Page, properties: tuple[str, ...]) -> dict[Element, tuple[StyleRule, ...]]:
    """Return the rules in the head of a page about some properties, by element, the weakest first."""
    matcher = cssselect2.Matcher()
    for rule in (rule for style in page.styles for rule in read_sheet(style, properties)):
        matcher.add_selector(rule.selector, rule)
    roots = (cssselect2.ElementWrapper.from_html_root(e) for e in page.elements if e.parent is None)
    return {
        found.etree_element: tuple(rule for *_, rule in matcher.match(found))
        for root in roots
        for found in root.iter_subtree()
    }


def _rules(nodes: Iterable[Any], scheme: Scheme) -> Iterator[tuple[Scheme, Any]]:
    """Yield the rules of a sheet, of its @media and its @supports, each with whom it is for."""
    for node in nodes:
        if node.type == "qualified-rule":
            yield scheme, node
        elif node.type == "at-rule" and node.lower_at_keyword in _GROUPS and node.content is not None:
            query = tinycss2.serialize(node.prelude)
            if "print" not in query:
                asked = _SCHEME.search(query)
                inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield from _rules(inside, Scheme(asked[1]) if asked else scheme)


def _declared(rule: Any, properties: tuple[str, ...]) -> dict[str, str]:
    return {
        part.lower_name: tinycss2.serialize(part.value).strip().casefold() + " !important" * part.important
        for part in tinycss2.parse_blocks_contents(rule.content)
        if part.type == "declaration" and part.lower_name in properties
    }


def _selectors(rule: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the selectors of a rule, and whether they are for outlook.com; what is not understood is left out."""
    for selector in tinycss2.serialize(rule.prelude).split(","):
        bare, is_of_outlook = _OF_OUTLOOK.subn("", selector)
        try:
            compiled = cssselect2.compile_selector_list(bare)
        except cssselect2.SelectorError:
            continue
        yield from ((each, bool(is_of_outlook)) for each in compiled if each.pseudo_element is None)
