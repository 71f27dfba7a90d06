"""The Markdown of campaigns: CommonMark, with tables, ~~deleted~~ words and bare addresses, without its traps.

What is different stands in docs/reference/campaign.md. The rules here refuse what CommonMark would take for
something else than was written; what they refuse stays the text that it is.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from ccmail.rendering.bare_addresses import link_addresses, web_address
from ccmail.rendering.plain_writing import REST_OF_DATE, cells_of, is_in_path

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

LIBRARIES = ("markdown-it-py", "mdurl")
"""The libraries of the parser: kept passages depend on their releases."""


class _InlineRule(Protocol):
    """A rule of markdown-it: reads what stands at one place of a line, or with `silent` passes over it."""

    def __call__(self, state: StateInline, silent: bool, /) -> bool: ...  # noqa: FBT001


class _BlockRule(Protocol):
    """A rule of markdown-it: reads a block that begins in a line, or with `silent` says whether one does."""

    def __call__(self, state: StateBlock, startLine: int, endLine: int, silent: bool, /) -> bool: ...  # noqa: FBT001, N803


_ASK, _READ = True, False  # what `silent` says
_TOP_HEADING = 3  # h1 is the mail's title, h2 are the template's headings
_DEEPEST_HEADING = 6
# HTML and pictures would be ways around the templates; four blanks, a line of dashes and a bracket with a colon are
# no code, heading or list of addresses to those who do not know Markdown
_WITHOUT = ("image", "code", "lheading", "html_block", "html_inline", "reference")
_LONGEST_COUNT = 3  # digits: “2026.” begins no list
_NO_QUOTE = re.compile(r">\s*[=\d]|>.*<\s*$")  # “> 50 cities”: more than; “>> Anmelden <<”
_SERVER = re.compile(r"\\\\(?=\w)")
_AT_THE_END = re.compile(r"\s*\Z")
_MARKS = re.compile(r"\*+|_+")
_AROUND = re.compile(r"[(\[{„“”‚‘’«»‹›\"'][)\]}“”‘’«»‹›\"']")  # (*), “_”: the sign itself is meant
# _so_ is slanted, __init__.py and @_city_ulm_ are names: what begins, what is in between, what ends
_OPENS, _SLANTED, _CLOSES = r"(?<![\w@#/\\.&=])", r"(_{1,2})(?![\s_])[^_]{1,500}(?<!\s)", r"(?![_\w]|[.,:/\\@=&-]\w)"
_IS_OPENED = re.compile(rf"{_OPENS}{_SLANTED}\1{_CLOSES}")
_IS_CLOSED = re.compile(rf"{_OPENS}{_SLANTED}\Z")
_IS_LAST = re.compile(_CLOSES)
_FAR = 503
_LINKED = re.compile(r"<(?:https?|mailto|tel):|<[^<>\s:]+@", re.IGNORECASE)


@functools.cache
def markdown_parser() -> MarkdownIt:
    """Return the parser; texts have been through `ccmail.rendering.plain_writing` before."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 60 ms that a sending which goes on need not pay

    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    parser.enable(["table", "strikethrough"]).disable(list(_WITHOUT))
    blocks = parser.block.ruler
    for name, alternatives, refusing in (
        ("list", ["paragraph", "reference", "blockquote"], _plain_lists),
        ("fence", ["paragraph", "reference", "blockquote", "list"], _closed_fences),
        ("blockquote", ["paragraph", "reference", "blockquote", "list"], _real_quotes),
        ("table", ["paragraph", "reference"], _whole_tables),
    ):
        rule = next(known.fn for known in blocks.__rules__ if known.name == name)
        blocks.at(name, refusing(rule), {"alt": alternatives})
    spans = parser.inline.ruler
    for name, narrowed in (("backticks", _whole_code), ("autolink", _known_schemes)):
        spans.at(name, narrowed(next(known.fn for known in spans.__rules__ if known.name == name)))
    parser.inline.ruler.before("emphasis", "plain_mark", _plain_mark)
    parser.inline.ruler.before("escape", "plain_backslash", _plain_backslash)
    parser.inline.ruler.before("escape", "web_address", web_address)
    parser.core.ruler.push("addresses", link_addresses)
    parser.core.ruler.push("heading_levels", _heading_levels)
    return parser


def _plain_lists(rule: _BlockRule) -> _BlockRule:
    """Refuse lists that would print other numbers than were written, dates, and dashes in the middle of a sentence."""

    def list_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        if not rule(state, start, end, _ASK):
            return False
        verdicts: dict[int, bool] = state.env.setdefault("is_list", {})
        if silent and state.sCount[start] < state.blkIndent:  # the next item of the list that is being read
            return verdicts.get(start, True)
        if start not in verdicts:
            count, interrupts = len(state.tokens), silent and state.parentType == "paragraph"
            rule(state, start, end, _READ)
            tokens = state.tokens[count:]
            is_list = _is_list(tokens) and not (interrupts and _is_dash(state, start, tokens))
            for line in _item_lines(tokens):
                verdicts.setdefault(line, is_list)
            del state.tokens[count:]
            state.line = start
        if not verdicts[start]:
            return False
        return silent or rule(state, start, end, _READ)

    return list_block


def _item_lines(tokens: Sequence[Token]) -> list[int]:
    return [t.map[0] for t in _items(tokens) if t.map]


def _items(tokens: Sequence[Token]) -> list[Token]:
    return [t for t in tokens if t.type == "list_item_open" and t.level == tokens[0].level + 1]


def _is_list(tokens: Sequence[Token]) -> bool:
    items = _items(tokens)
    if tokens[0].markup == "+" and any(token.content[:1].isdigit() for token in tokens):
        return False  # + 500 Euro, + 49 30 1234: a sign, which “-” in the text part would turn round
    if tokens[0].type == "bullet_list_open":
        return len(items) > 1 or _has_blocks(tokens) or (tokens[0].markup == "-" and any(t.content for t in tokens))
    numbers = [item.info for item in items]
    first = int(numbers[0])
    counts_on = numbers == [str(n) for n in range(first, first + len(numbers))]
    begins = [
        inline.content
        for item, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if item.type == "list_item_open" and item.level == tokens[0].level + 1 and paragraph.type == "paragraph_open"
    ]
    is_date = any(REST_OF_DATE.match(words) for words in begins)
    is_one = len(items) == 1 and not _has_blocks(tokens)
    return counts_on and not is_date and not is_one and len(numbers[0]) <= _LONGEST_COUNT


def _has_blocks(tokens: Sequence[Token]) -> bool:
    """Return whether an item of a list has more in it than a paragraph."""
    inside = tokens[0].level + 2
    return sum(t.level == inside and t.nesting >= 0 and t.type != "inline" for t in tokens) > len(_items(tokens))


def _is_dash(state: StateBlock, start: int, tokens: Sequence[Token]) -> bool:
    """Return whether what follows a line of text is a single dash or star that a sentence goes on with."""
    if len(_items(tokens)) > 1 or start == 0:
        return False
    before = state.src[state.bMarks[start - 1] : state.eMarks[start - 1]].rstrip()
    return not before.endswith((".", ":", "!", "?", ";"))


def _closed_fences(rule: _BlockRule) -> _BlockRule:
    """Refuse ~~~ and a ``` that is never closed: it would swallow all that follows."""

    def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
        rest = (
            state.src[state.bMarks[n] + state.tShift[n] : state.eMarks[n]].startswith("```")
            for n in range(start + 1, end)
        )
        return line.startswith("```") and any(rest) and rule(state, start, end, silent)

    return fence


def _real_quotes(rule: _BlockRule) -> _BlockRule:
    """Refuse “> 50 cities” on a line of its own, which means more than 50, and “>> Register <<”."""

    def blockquote(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        def line(number: int) -> str:
            return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]] if number < end else ""

        is_none = bool(_NO_QUOTE.match(line(start))) and not line(start + 1).startswith(">")
        return not is_none and rule(state, start, end, silent)

    return blockquote


def _whole_tables(rule: _BlockRule) -> _BlockRule:
    """Refuse tables whose rows have more or fewer cells than their head: cells would be lost."""

    def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        if not rule(state, start, end, _ASK):
            return False
        widths = set()
        for number in range(start, end):
            line = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
            if not line:
                break
            widths.add(len(cells_of(line)))
        return len(widths) == 1 and (silent or rule(state, start, end, _READ))

    return table


def _plain_mark(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read stars in words (Bürger*innen, 2*3*4), in brackets and quotation marks, and _ in names as what they are."""
    marks = _MARKS.match(state.src, state.pos)
    if not marks:
        return False
    before, after = state.src[max(0, state.pos - 1) : state.pos], state.src[marks.end() : marks.end() + 2]
    if marks[0] == "*" and before.isalnum() and after[:1].isalnum():
        return _take(state, "*", 1, silent=silent)
    in_name = marks[0][0] == "_" and not _is_slanted(state.src, *marks.span())
    if in_name or _AROUND.fullmatch(before + after[:1]):
        return _take(state, marks[0], len(marks[0]), silent=silent)
    return False


def _is_slanted(text: str, start: int, end: int) -> bool:
    """Return whether _ begins or ends slanted words."""
    closed = _IS_LAST.match(text, end) and _IS_CLOSED.search(text[max(0, start - _FAR) : start])
    return bool(closed or _IS_OPENED.match(text, start))


def _take(state: StateInline, words: str, length: int, *, silent: bool) -> bool:
    if not silent:
        state.pending += words
    state.pos += length
    return True


def _plain_backslash(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    r"""Keep the backslashes of \\server and C:\_old; leave out one that would break the last line of a paragraph."""
    if state.src[state.pos] != "\\":
        return False
    begins_word = state.pos == 0 or state.src[state.pos - 1].isspace()
    if begins_word and _SERVER.match(state.src, state.pos):
        return _take(state, "\\\\", 2, silent=silent)
    if is_in_path(state.src, state.pos):
        return _take(state, "\\", 1, silent=silent)
    return bool(_AT_THE_END.match(state.src, state.pos + 1)) and _take(state, "", 1, silent=silent)


def _whole_code(rule: _InlineRule) -> _InlineRule:
    """Refuse code that begins or ends inside a word: Rock`n`Roll and D`Angelo have apostrophes."""

    def backticks(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        start, count, pending = state.pos, len(state.tokens), state.pending
        if not rule(state, silent):
            return False
        if state.src[max(0, start - 1) : start].isalnum() or state.src[state.pos : state.pos + 1].isalnum():
            del state.tokens[count:]
            state.pos, state.pending = start, pending
            return _take(state, "`", 1, silent=silent)
        return True

    return backticks


def _known_schemes(rule: _InlineRule) -> _InlineRule:
    """Refuse <Ort:Ulm> and <st1:city>: what Word and people write in < > is seldom an address."""

    def autolink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        return bool(_LINKED.match(state.src, state.pos)) and rule(state, silent)

    return autolink


def _heading_levels(state: StateCore) -> None:
    """Let the headings begin below the template's, and skip no level."""
    above: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            written = int(token.tag[1])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(_TOP_HEADING - 1 + len(above), _DEEPEST_HEADING)}"
