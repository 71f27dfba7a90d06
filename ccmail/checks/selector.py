"""A selector of a style sheet, as far as mails use them: names, classes, ids and attributes, one inside the other."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.page import Element

_STEP = re.compile(r"(?P<tag>\*|[a-z][\w-]*)?(?P<rest>(?:[.#][\w-]+|\[[\w:-]+(?:=[^\]]*)?\])*)", re.IGNORECASE)
_PART = re.compile(r"([.#])([\w-]+)|\[([\w:-]+)(?:=[\"']?([^\]\"']*)[\"']?)?\]")
_OF_OUTLOOK = frozenset({"data-ogsc", "data-ogsb", "data-ogac", "data-ogab"})


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What one element has to be; `value` None of an attribute: it only has to be there."""

    tag: str = ""
    identity: str = ""
    classes: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, str | None], ...] = ()

    def fits(self, element: Element) -> bool:
        """Return whether an element is that."""
        return (
            self.tag in {"", element.tag}
            and self.identity in {"", element.get("id")}
            and self.classes <= element.classes
            and all(
                name in element.attributes and value in {None, element.attributes[name]}
                for name, value in self.attributes
            )
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Selector:
    """One selector.

    Attributes:
        last: What the element itself has to be.
        around: What it has to stand in, from the inside out.
        for_outlook: Whether it is for what outlook.com made dark (`[data-ogsc] .ink`).
        weight: How much it counts beside others (CSS Selectors 3, 9).
    """

    last: Step
    around: tuple[Step, ...]
    for_outlook: bool
    weight: tuple[int, int, int]

    def fits(self, element: Element) -> bool:
        """Return whether it speaks of an element."""
        if not self.last.fits(element):
            return False
        outside = element.way_up()
        next(outside)
        return all(any(step.fits(each) for each in outside) for step in self.around)


def read_selectors(text: str) -> Iterator[Selector]:
    """Read a list of selectors; those that are of no kind above (`:hover`, `a > b`) are left out."""
    for selector in text.split(","):
        steps = [_read_step(step) for step in selector.replace(":link", "").split()]
        known = [step for step in steps if step is not None]
        if len(known) < len(steps) or not known:
            continue
        for_outlook = any(name in _OF_OUTLOOK for name, _ in known[0].attributes)
        last, *around = reversed(known[1:] if for_outlook else known)
        yield Selector(last, tuple(around), for_outlook, _weight(known))


def _weight(steps: list[Step]) -> tuple[int, int, int]:
    classes = sum(len(step.classes) + len(step.attributes) for step in steps)
    return sum(bool(step.identity) for step in steps), classes, sum(bool(step.tag) for step in steps)


def _read_step(text: str) -> Step | None:
    found = _STEP.fullmatch(text)
    if found is None:
        return None
    parts = [part.groups() for part in _PART.finditer(found["rest"])]
    ids = [name for kind, name, _, _ in parts if kind == "#"]
    classes = frozenset(name for kind, name, _, _ in parts if kind == ".")
    attributes = tuple((name, value) for kind, _, name, value in parts if not kind)
    return Step((found["tag"] or "").casefold().strip("*"), "".join(ids), classes, attributes)
