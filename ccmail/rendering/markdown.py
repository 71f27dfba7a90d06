"""A Markdown text of a campaign becomes a passage of the mail, as HTML and as plain text."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from ccmail.rendering.content import Passage
from ccmail.rendering.slots import FieldTracker, has_markers

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from ccmail.workspace import TextCache

_TOP_HEADING = 3  # h1 is the mail's title, h2 are the template's headings
_LIBRARIES = ("markdown-it-py", "mdurl")
_LINK_BREAK = "\x00"  # stands before and after an address in a paragraph: the address gets a line of its own


def render_markdown(text: str, tracker: FieldTracker, cache: TextCache | None = None) -> Passage:
    """Return Markdown, with its fields printed already, as HTML and wrapped text.

    Slots inside a link's address are quoted for URLs. `javascript:` and the like are never links (markdown-it's own
    rule); a slot that is a whole address is checked when it is filled.
    """
    if cache is None or has_markers(text):
        return _render(text, tracker)
    kept = cache.text(("passage", text), lambda: _to_json(_render(text, tracker)), _LIBRARIES)
    return _from_json(kept)


def _to_json(passage: Passage) -> str:
    return json.dumps([passage.html, passage.plain])


def _from_json(kept: str) -> Passage:
    html, plain = json.loads(kept)
    return Passage(html=Markup(html), plain=plain)  # noqa: S704 - it was markup when it was kept


def _render(text: str, tracker: FieldTracker) -> Passage:
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        _lower_heading(token)
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", tracker.for_links(str(child.attrGet("href"))))
    html = parser.renderer.render(tokens, parser.options, {})
    plain = "\n\n".join(_blocks(list(tokens), tracker))
    return Passage(html=tracker.settle(Markup(html)).rstrip("\n"), plain=tracker.settle(plain))  # noqa: S704


@functools.cache
def _parser() -> MarkdownIt:
    """Return a CommonMark parser without raw HTML and pictures.

    Raw HTML would bypass every rule of the templates; pictures have their own keys in a campaign.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 40 ms that a resumed sending does not need

    return MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False}).disable("image")


def _lower_heading(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(_TOP_HEADING - 1 + int(token.tag[1]), 6)}"


def _blocks(tokens: Sequence[Token], tracker: FieldTracker, indent: str = "") -> Iterator[str]:
    """Yield the blocks of a text (paragraphs, lists, …), each wrapped and indented."""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        end = _closing(tokens, position)
        inner = tokens[position + 1 : end]
        match token.type:
            case "paragraph_open":
                yield _paragraph(inner[0], tracker, indent)
            case "heading_open":
                yield _heading(inner[0], indent)
            case "bullet_list_open" | "ordered_list_open":
                yield "\n".join(_items(token, inner, tracker, indent))
            case "blockquote_open":
                yield "\n\n".join(_blocks(inner, tracker, indent + "> "))
            case "fence" | "code_block":
                yield "\n".join(indent + "    " + line for line in token.content.rstrip("\n").split("\n"))
            case "hr":
                yield indent + "-" * 10
        position = end + 1


def _closing(tokens: Sequence[Token], position: int) -> int:
    depth = 0
    for index in range(position, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    raise AssertionError(tokens[position])  # markdown-it closes what it opens


def _items(opening: Token, inner: Sequence[Token], tracker: FieldTracker, indent: str) -> Iterator[str]:
    number = int(opening.attrGet("start") or 1)
    position = 0
    while position < len(inner):
        end = _closing(inner, position)
        bullet = "- " if opening.type == "bullet_list_open" else f"{number}. "
        hanging = indent + " " * len(bullet)
        blocks = list(_blocks(inner[position + 1 : end], tracker, hanging))
        item = (
            "\n" if all(t.hidden for t in inner[position + 1 : end] if t.type == "paragraph_open") else "\n\n"
        ).join(blocks)
        yield indent + bullet + item.removeprefix(hanging)
        number += 1
        position = end + 1


def _heading(inline: Token, indent: str) -> str:
    words = _inline(inline.children or ()).replace("\n", " ").replace(_LINK_BREAK, " ")
    return f"{indent}{words}\n{indent}{'-' * min(len(words), 40)}"


def _paragraph(inline: Token, tracker: FieldTracker, indent: str) -> str:
    lines: list[str] = []
    for part in _inline(inline.children or ()).split("\n"):
        for index, piece in enumerate(part.split(_LINK_BREAK)):
            words = piece.strip()
            if not words:
                continue
            # every second piece is an address: it stays whole, on its own line
            lines.append(indent + words if index % 2 else tracker.wrap(words, indent, indent))
    return "\n".join(lines)


def _inline(children: Sequence[Token]) -> str:
    """Return a paragraph's words: one line, line feeds at hard breaks only, addresses between `_LINK_BREAK`s."""
    words: list[str] = []
    links: list[tuple[str, int]] = []
    for token in children:
        match token.type:
            case "text" | "code_inline" | "text_special" | "html_inline":
                words.append(token.content)
            case "softbreak":
                words.append(" ")
            case "hardbreak":
                words.append("\n")
            case "link_open":
                links.append((str(token.attrGet("href")), len(words)))
            case "link_close":
                address, start = links.pop()
                words.append(_address(address, "".join(words[start:])))
    return "".join(words)


def _address(address: str, label: str) -> str:
    """Return the address as it follows a link's label: "" if the label is the address already."""
    mail = re.fullmatch(r"mailto:([^?]*)(\?.*)?", address)
    if mail:
        return "" if mail[1] == label else f" ({mail[1]})"
    return "" if address == label else f"{_LINK_BREAK}{address}{_LINK_BREAK}"
