"""A Markdown text of a campaign becomes a passage of the mail, as HTML and as plain text."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from ccmail.rendering.content import Passage
from ccmail.rendering.dialect import LIBRARIES, markdown_parser
from ccmail.rendering.plain_writing import ENDS_HERE, as_markdown, without_fields
from ccmail.rendering.slots import FieldTracker, has_markers
from ccmail.rendering.text_table import table_lines

if TYPE_CHECKING:
    from markdown_it.token import Token

    from ccmail.workspace import TextCache

_LONG_WORD = 20
_ENDS = {".", ","}  # behind an address, which has a line of its own: alone on the next line it would be a speck
_LINK_BREAK = "\x00"  # stands before and after an address in a paragraph: the address gets a line of its own


def render_markdown(text: str, tracker: FieldTracker, cache: TextCache | None = None, colon: str = ":") -> Passage:
    """Return Markdown, with its fields printed already, as HTML and wrapped text.

    Slots inside a link's address are quoted for URLs. `javascript:` and the like are never links (markdown-it's own
    rule); a slot that is a whole address is checked when it is filled.

    Args:
        text: A text from `as_markdown`, with its fields printed.
        tracker: Knows the fields.
        cache: Keeps passages without fields.
        colon: The sign that the language puts behind a label.
    """
    text = text.replace(ENDS_HERE, "\n")
    if cache is None or has_markers(text):
        return _render(text, tracker, colon)
    kept = cache.text(("passage", text, colon), lambda: _to_json(_render(text, tracker, colon)), LIBRARIES)
    return _from_json(kept)


def _to_json(passage: Passage) -> str:
    return json.dumps([passage.html, passage.plain])


def _from_json(kept: str) -> Passage:
    html, plain = json.loads(kept)
    return Passage(html=Markup(html), plain=plain)  # noqa: S704 - it was markup when it was kept


def _render(text: str, tracker: FieldTracker, colon: str) -> Passage:
    parser = markdown_parser()
    tokens = parser.parse(text)
    for token, inside in itertools.pairwise([*tokens, *tokens[-1:]]):
        _dress(token, inside.content)
        _mark_links(token.children or (), tracker)
    html = parser.renderer.render(tokens, parser.options, {})
    plain = "\n\n".join(_blocks(list(tokens), tracker, "", colon))
    return Passage(html=tracker.settle(Markup(html)).rstrip("\n"), plain=tracker.settle(plain))  # noqa: S704


def marks_left(text: str, cache: TextCache | None = None) -> list[tuple[int, str]]:
    """Return where a text has a **, ~~ or ``` that means nothing without its partner, with that mark."""
    found = [mark for mark in ("**", "~~", "```") if mark in text]
    if not found:
        return []
    if cache is None:
        return _marks_left(text)
    kept = json.loads(cache.text(("marks left", text), lambda: json.dumps(_marks_left(text)), LIBRARIES))
    return [(position, mark) for position, mark in kept]


def _marks_left(text: str) -> list[tuple[int, str]]:
    prepared = as_markdown(without_fields(text)).split("\n")
    written = [n for n, line in enumerate(prepared) for _ in range(1 + line.count(ENDS_HERE))]
    starts = list(itertools.accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    left: list[tuple[int, str]] = []
    for token in markdown_parser().parse("\n".join(prepared).replace(ENDS_HERE, "\n")):
        said = "".join(child.content for child in token.children or () if child.type == "text")
        for mark in ("**", "~~", "```"):
            if mark in said and token.map:
                first, last = written[token.map[0]], written[token.map[1] - 1]
                left.append((max(text.rfind(mark, starts[first], starts[last + 1]), starts[first]), mark))
    return left


def _dress(token: Token, inside: str) -> None:
    """Give a table what mail programs and screen readers need; the templates have the styles of its classes.

    Only a cell with a long word is broken inside its words: in others a phone would show “13:” and “00”.
    """
    match token.type:
        case "table_open":
            token.attrs = {"class": "grid", "cellpadding": "0", "cellspacing": "0", "border": "0", "width": "100%"}
        case "th_open":
            token.attrs = {"scope": "col", "valign": "bottom", "class": "entry grid-head", **token.attrs}
        case "td_open":
            is_long = any(len(word) > _LONG_WORD for word in inside.split())
            token.attrs = {"valign": "top", "class": f"entry grid-cell{' grid-long' * is_long}", **token.attrs}


def _mark_links(children: Sequence[Token], tracker: FieldTracker) -> None:
    for opening, label in itertools.pairwise(children):
        if opening.type == "link_open":
            opening.attrSet("href", tracker.for_links(str(opening.attrGet("href"))))
            if opening.info == "auto":  # what is shown is the address, as it can be opened
                label.content = tracker.for_links(label.content)


def _blocks(tokens: Sequence[Token], tracker: FieldTracker, indent: str, colon: str) -> Iterator[str]:
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
                yield "\n".join(_items(token, inner, tracker, indent, colon))
            case "blockquote_open":
                yield "\n\n".join(_blocks(inner, tracker, indent + "> ", colon))
            case "table_open":
                yield table_lines(_rows(inner), tracker, indent, colon)
            case "fence":
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


def _items(opening: Token, inner: Sequence[Token], tracker: FieldTracker, indent: str, colon: str) -> Iterator[str]:
    position = 0
    while position < len(inner):
        end = _closing(inner, position)
        number = inner[position].info
        bullet = "- " if opening.type == "bullet_list_open" else f"{number}{inner[position].markup} "
        hanging = indent + " " * len(bullet)
        blocks = list(_blocks(inner[position + 1 : end], tracker, hanging, colon))
        item = (
            "\n" if all(t.hidden for t in inner[position + 1 : end] if t.type == "paragraph_open") else "\n\n"
        ).join(blocks)
        yield indent + bullet + item.removeprefix(hanging)
        position = end + 1


def _rows(inner: Sequence[Token]) -> list[list[str]]:
    """Return the cells of a table, its head first; an address stands in its cell behind its label."""
    rows: list[list[str]] = []
    for token in inner:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            words = _inline(token.children or ())
            rows[-1].append(" ".join(words.replace(_LINK_BREAK, " ").split()))
    return rows


def _heading(inline: Token, indent: str) -> str:
    words = _inline(inline.children or ()).replace("\n", " ").replace(_LINK_BREAK, " ")
    return f"{indent}{words}\n{indent}{'-' * min(len(words), 40)}"


def _paragraph(inline: Token, tracker: FieldTracker, indent: str) -> str:
    lines: list[str] = []
    for part in _inline(inline.children or ()).split("\n"):
        for index, piece in enumerate(part.split(_LINK_BREAK)):
            words = piece.strip()
            if not words or (index and words in _ENDS):
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
            case "s_open" | "s_close":
                words.append("~~")
            case "link_open":
                links.append(("" if token.info == "auto" else str(token.attrGet("href")), len(words)))
            case "link_close":
                address, start = links.pop()
                words.append(_address(address, "".join(words[start:])))
    return "".join(words)


def _address(address: str, label: str) -> str:
    """Return the address as it follows a link's label: "" if the label is the address already, or for ""."""
    mail = re.fullmatch(r"mailto:([^?]*)(\?.*)?", address)
    if mail:
        return "" if mail[1] == label else f" ({mail[1]})"
    return "" if address in {"", label} else f"{_LINK_BREAK}{address}{_LINK_BREAK}"
