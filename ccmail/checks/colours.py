"""The colours that a reader sees an element in, by the way the mail is looked at."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from ccmail.checks.sheet import Scheme, is_important, read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ccmail.checks.page import Element, Page
    from ccmail.checks.selector import Selector
    from ccmail.checks.sheet import StyleRule

# the names of CSS 1: all that GMX and WEB.DE take for background-color
_NAMED = {
    "black": "#000000", "silver": "#c0c0c0", "gray": "#808080", "grey": "#808080", "white": "#ffffff",
    "maroon": "#800000", "red": "#ff0000", "purple": "#800080", "fuchsia": "#ff00ff", "green": "#008000",
    "lime": "#00ff00", "olive": "#808000", "yellow": "#ffff00", "navy": "#000080", "blue": "#0000ff",
    "teal": "#008080", "aqua": "#00ffff",
}  # fmt: skip
_COLOUR = re.compile(rf"#(?:[0-9a-f]{{6}}|[0-9a-f]{{3}})\b|rgb\(([\d\s,]+)\)|(?<![\w-])(?:{'|'.join(_NAMED)})(?![\w-])")
_URL = re.compile(r"url\([^)]*\)")
_INK, _GROUND = ("color",), ("background", "background-color")
_PAPER, _NIGHT = ("#000000", "#ffffff"), ("#ffffff", "#121212")

_Rank = tuple[bool, bool, tuple[int, int, int], int]


class Property:
    """What elements have for one property: their own styles, and what the rules say of them."""

    def __init__(self, names: tuple[str, ...], rules: Iterable[StyleRule], default: str) -> None:
        """Take what the property may be called, the rules in their order, and the colour of what says nothing."""
        self._names = names
        self._default = default
        self._rules: dict[str, list[tuple[_Rank, str, Selector]]] = {}
        self._found: dict[Element, tuple[str, bool]] = {}
        for number, rule in enumerate(rules, 1):
            last, said = rule.selector.last, self._said(rule.declared)
            if said:
                rank = (is_important(said), False, rule.selector.weight, number)
                key = last.identity or next(iter(last.classes), last.tag)
                self._rules.setdefault(key, []).append((rank, said, rule.selector))

    def of(self, element: Element) -> tuple[str, bool]:
        """Return an element's colour, and whether a rule says it."""
        found = self._found.get(element)
        if found is None:
            found = self._own(element)
            if not found[0]:
                found = self.of(element.parent) if element.parent else (self._default, False)
            self._found[element] = found
        return found

    def _own(self, element: Element) -> tuple[str, bool]:
        best = self._said(element.style)
        rank, is_by_rule = (is_important(best), bool(best), (0, 0, 0), 0), False
        for key in ("", element.tag, element.get("id"), *element.classes):
            for found, said, selector in self._rules.get(key, ()):
                if found > rank and selector.fits(element):
                    best, rank, is_by_rule = said, found, True
        if colour := colour_in(best):
            return colour, is_by_rule
        return (colour_in(element.get("bgcolor").casefold()) if self._names == _GROUND else "", False)

    def _said(self, declared: Mapping[str, str]) -> str:
        return next((declared[name] for name in self._names if name in declared), "")


class Colours:
    """The colours of a page in one way of looking at it.

    Attributes:
        words: For the way, to be put behind a line's number.
    """

    def __init__(
        self, words: str, rules: Sequence[StyleRule], *, default: tuple[str, str] = _PAPER, by_rules: bool = False
    ) -> None:
        """Take the rules that apply, and the colours of what says nothing; `by_rules`: only what rules say is known."""
        self.words = words
        self._ink, self._ground = Property(_INK, rules, default[0]), Property(_GROUND, rules, default[1])
        self._by_rules = by_rules

    def of(self, element: Element) -> tuple[str, str] | None:
        """Return the colours of an element's letters and of what they stand on; None if they are not certain."""
        (ink, is_ink_by_rule), (ground, is_ground_by_rule) = self._ink.of(element), self._ground.of(element)
        is_certain = not self._by_rules or (is_ink_by_rule and is_ground_by_rule)
        return (ink, ground) if is_certain else None


@functools.lru_cache(maxsize=256)
def colour_in(value: str) -> str:
    """Return the colour that a value of CSS holds, as #rrggbb; "" if it holds none that is certain."""
    found = _COLOUR.search(_URL.sub("", value))
    if found is None:
        return ""
    if found[1]:
        channels = [min(255, int(number)) for number in re.findall(r"\d+", found[1])]
        return f"#{channels[0]:02x}{channels[1]:02x}{channels[2]:02x}" if len(channels) == len("rgb") else ""
    colour = _NAMED.get(found[0], found[0])
    return colour if len(colour) == len("#rrggbb") else "#" + "".join(digit * 2 for digit in colour[1:])


def ways_to_look_at(page: Page) -> Iterator[Colours]:
    """Yield the colours of a page without the styles of its head, with them, and in the dark."""
    rules = [rule for style in page.styles for rule in read_sheet(style)]
    rules = [rule for rule in rules if not rule.declared.keys().isdisjoint((*_INK, *_GROUND))]
    schemes = {rule.scheme for rule in rules}
    yield Colours("", ())
    if schemes & {Scheme.ANY, Scheme.LIGHT}:
        yield Colours(" with the styles of the head", _of(rules, Scheme.ANY, Scheme.LIGHT))
    if Scheme.DARK in schemes:
        yield Colours(" in the dark", _of(rules, Scheme.ANY, Scheme.DARK), default=_NIGHT)
    if Scheme.OUTLOOK in schemes:
        # what no rule is for, outlook.com turns round by itself
        yield Colours(" in the dark at outlook.com", _of(rules, Scheme.OUTLOOK), by_rules=True)


def _of(rules: Iterable[StyleRule], *schemes: Scheme) -> list[StyleRule]:
    return [rule for rule in rules if rule.scheme in schemes]
