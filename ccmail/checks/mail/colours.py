"""The colours that a reader sees an element in, by the way the mail is looked at."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from ccmail.checks.mail.css import Scheme, read_sheet, rules_by_element
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ccmail.checks.mail.css import StyleRule
    from ccmail.checks.mail.html import Element, Page

    RulesOf = Callable[[Element], Sequence[StyleRule]]

# the names of CSS 1: all that GMX and WEB.DE take for background-color
_NAMED = {
    "black": "#000000", "silver": "#c0c0c0", "gray": "#808080", "grey": "#808080", "white": "#ffffff",
    "maroon": "#800000", "red": "#ff0000", "purple": "#800080", "fuchsia": "#ff00ff", "green": "#008000",
    "lime": "#00ff00", "olive": "#808000", "yellow": "#ffff00", "navy": "#000080", "blue": "#0000ff",
    "teal": "#008080", "aqua": "#00ffff",
}  # fmt: skip
_COLOUR = re.compile(rf"#(?:[0-9a-f]{{6}}|[0-9a-f]{{3}})\b|rgb\(([\d\s,]+)\)|(?<![\w-])(?:{'|'.join(_NAMED)})(?![\w-])")
_IMPORTANT = re.compile(r"\s*!\s*important$")
_URL = re.compile(r"url\([^)]*\)")
_INK, _GROUND = ("color",), ("background", "background-color")
_PAPER, _NIGHT = ("#000000", "#ffffff"), ("#ffffff", "#121212")


class Property:
    """The values of elements for one property: from their own styles, and from the rules about them."""

    def __init__(self, names: tuple[str, ...], rules: RulesOf, default: str) -> None:
        """Take the names of the property, the rules about an element, and the colour where nothing is said."""
        self._names = names
        self._rules = rules
        self._default = default
        self._found: dict[Element, tuple[str, bool]] = {}

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
        own = self._said(element.style)
        ranked = [(is_important(own), bool(own), 0, own)]
        for number, rule in enumerate(self._rules(element)):
            if said := self._said(rule.declared):
                ranked.append((is_important(said), False, number, said))
        _, is_own, _, best = max(ranked)
        if colour := colour_in(best):
            return colour, not is_own
        return (colour_in(element.get("bgcolor").casefold()) if self._names == _GROUND else "", False)

    def _said(self, declared: Mapping[str, str]) -> str:
        return next((declared[name] for name in self._names if name in declared), "")


class Colours:
    """The colours of a page in one way of looking at it.

    Attributes:
        words: For the way, to be put behind a line's number.
    """

    def __init__(
        self, words: str, rules: RulesOf, *, default: tuple[str, str] = _PAPER, by_rules: bool = False
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
    found = rules_by_element(page, (*_INK, *_GROUND))
    schemes = {rule.scheme for style in page.styles for rule in read_sheet(style, (*_INK, *_GROUND))}

    def of(*wanted: Scheme) -> RulesOf:
        return lambda element: [rule for rule in found[element] if rule.scheme in wanted]

    yield Colours("", of())
    if schemes & {Scheme.ANY, Scheme.LIGHT}:
        yield Colours(say("with the styles of the head"), of(Scheme.ANY, Scheme.LIGHT))
    if Scheme.DARK in schemes:
        yield Colours(say("in the dark"), of(Scheme.ANY, Scheme.DARK), default=_NIGHT)
    if Scheme.OUTLOOK in schemes:
        # what no rule is for, outlook.com turns round by itself
        yield Colours(say("in the dark at outlook.com"), of(Scheme.OUTLOOK), by_rules=True)


def is_important(value: str) -> bool:
    """Return whether a value stands above those that are not."""
    return value.endswith("important") and _IMPORTANT.search(value) is not None
