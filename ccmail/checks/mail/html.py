"""The HTML part as a tree: what a mail program sees, read without repairing anything."""

from __future__ import annotations

import dataclasses
import functools
import html.parser
import re
from typing import TYPE_CHECKING

from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_FOR_OUTLOOK = re.compile(r"<!--\[if [^\]]*\bmso\b[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_FOR_OTHERS = re.compile(r"<!--\[if !mso\]><!-->.*?<!--<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_FILLER = re.compile("[\u034f\u200b-\u200f\u2007\ufeff\u00a0\\s]+")


@dataclasses.dataclass(eq=False)
class Element:
    """An element. `words` holds what stands directly in it; cssselect2 reads it as one of an ElementTree."""

    tag: str
    attrib: dict[str, str]
    parent: Element | None
    line: int
    words: list[str] = dataclasses.field(default_factory=list)
    inside: list[Element] = dataclasses.field(default_factory=list)

    def __iter__(self) -> Iterator[Element]:
        return iter(self.inside)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute, "" if it is missing."""
        return self.attrib.get(name, default)

    @functools.cached_property
    def style(self) -> dict[str, str]:
        """The inline style, by property."""
        return dict(declarations(self.get("style")))

    @functools.cached_property
    def text(self) -> str:
        """All words inside, with single blanks."""
        return " ".join("".join(self.all_words()).split())

    @functools.cached_property
    def own_words(self) -> str:
        """The words directly in it, without fillers."""
        return _FILLER.sub(" ", "".join(self.words)).strip()

    @functools.cached_property
    def is_hidden(self) -> bool:
        """Whether it, or what it stands in, is not shown."""
        is_hidden_itself = self.style.get("display") == "none" or self.tag in {"head", "style", "title"}
        return is_hidden_itself or (self.parent is not None and self.parent.is_hidden)

    def way_up(self) -> Iterator[Element]:
        """Yield the element and all that it stands in."""
        at: Element | None = self
        while at is not None:
            yield at
            at = at.parent

    def all_words(self) -> Iterator[str]:
        """Yield the words in it and in its parts."""
        yield " ".join(self.words)
        for element in self.inside:
            yield " "
            yield from element.all_words()


@dataclasses.dataclass(frozen=True)
class Page:
    """The HTML part.

    Attributes:
        source: As it was written.
        elements: In the order of the source.
        misnested: What is closed in the wrong order, or never.
        styles: The contents of the style elements.
    """

    source: str
    elements: tuple[Element, ...]
    misnested: tuple[str, ...]
    styles: tuple[str, ...]

    def named(self, *tags: str) -> tuple[Element, ...]:
        """Return the elements with one of these tags."""
        return tuple(e for e in self.elements if e.tag in tags)

    def meta(self, name: str) -> str:
        """Return the content of a meta element, "" if there is none."""
        return next((e.get("content") for e in self.named("meta") if e.get("name") == name), "")

    @functools.cached_property
    def text(self) -> str:
        """All words that are shown."""
        return " ".join(" ".join(e.own_words for e in self.elements if not e.is_hidden).split())


def declarations(style: str) -> Iterator[tuple[str, str]]:
    """Yield the declarations of a style attribute as (property, value), in lower case."""
    for declaration in re.split(r";(?![^(]*\))", style):
        name, colon, value = declaration.partition(":")
        if colon:
            yield name.strip().casefold(), value.strip().casefold()


def read_page(source: str) -> Page:
    """Read HTML as browsers and most programs see it."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    reader.finish()
    return Page(source, tuple(reader.elements), tuple(reader.misnested), tuple(reader.styles))


def as_outlook_reads(source: str) -> str:
    """Return HTML with the conditional comments as Word evaluates them."""
    return _FOR_OUTLOOK.sub(r"\1", _FOR_OTHERS.sub("", source))


class _Reader(html.parser.HTMLParser):
    """Collects elements, and what does not nest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.misnested: list[str] = []
        self.styles: list[str] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self._open[-1] if self._open else None
        element = Element(tag, {name: value or "" for name, value in attrs}, parent, self.getpos()[0])
        self.elements.append(element)
        if parent:
            parent.inside.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._open and self._open[-1].tag == tag:
            self._open.pop()
            return
        self.misnested.append(say("{tag} in line {line}", tag=f"</{tag}>", line=self.getpos()[0]))
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._open:
            return
        if self._open[-1].tag == "style":
            self.styles.append(data)
        else:
            self._open[-1].words.append(data.replace("\u00ad", ""))  # a word is the same with and without them

    def finish(self) -> None:
        """Book what was never closed."""
        self.misnested += [say("{tag} in line {line}", tag=f"<{e.tag}>", line=e.line) for e in self._open]
