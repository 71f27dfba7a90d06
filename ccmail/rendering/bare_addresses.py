"""Bare addresses in a text become links: https://…, http://…, www.… and mail addresses, and nothing else.

What ends a sentence or encloses an address is no part of it; “z.B.”, “plan.pdf” and “city.example” are words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_REST = r"[^\s<>\"“”„«»‹›‚‘`|\\^{}]"
_NAME = r"[^\W_](?:[\w-]*[^\W_])?"
_HOST = rf"(?:{_NAME}(?:\.{_NAME})*\.?|\[[0-9a-fA-F:]+\])(?![\w@])"
_WEB = re.compile(rf"https?://(?:{_HOST})(?::\d+)?(?:[/?#]{_REST}*)?", re.IGNORECASE)
_SCHEME = re.compile(r"(?<![^\W_])https?\Z", re.IGNORECASE)
_WWW = rf"(?<![\w@/.-])www\.(?:{_NAME}\.)+[^\W\d_]{{2,}}(?![\w@])(?::\d+)?(?:[/?#]{_REST}*)?"
_MAIL = rf"(?<![\w.+@/-])(?:mailto:)?[\w+-](?:[\w.+-]*[\w+-])?@(?:{_NAME}\.)+[^\W\d_]{{2,}}(?![\w@])"
_OTHERS = re.compile(rf"(?P<www>{_WWW})|(?P<mail>{_MAIL})", re.IGNORECASE)
_ENDS = ".,;:!?…'’*_~"
_BRACKETS = {")": "(", "]": "["}


def web_address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Read https://… where it stands, so that no sign in it means anything else; a rule of markdown-it."""
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    before = state.pending
    scheme = _SCHEME.search(before, max(0, len(before) - len("https")))
    found = _WEB.match(state.src, state.pos - len(scheme[0])) if scheme else None
    if not scheme or not found:
        return False
    address = _without_ends(found[0])
    href = state.md.normalizeLink(address)
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.pending = state.pending[: scheme.start()]
        opening = state.push("link_open", "a", 1)
        opening.attrs, opening.info = {"href": href}, "auto"
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1).info = "auto"
    state.pos += len(address) - len(scheme[0])
    return True


def link_addresses(state: StateCore) -> None:
    """Make links of www.… and mail addresses outside of links; a rule of markdown-it."""
    for inline in state.tokens:
        if inline.type == "inline" and ("www." in inline.content.lower() or "@" in inline.content):
            inline.children = list(_linked(inline.children or [], state))


def _linked(tokens: list[Token], state: StateCore) -> Iterator[Token]:
    inside = 0
    for token in tokens:
        inside += token.nesting if token.type in {"link_open", "link_close"} else 0
        if inside or token.type != "text":
            yield token
        else:
            yield from _split(token, state)


def _split(token: Token, state: StateCore) -> Iterator[Token]:
    end = 0
    for found in _OTHERS.finditer(token.content):
        written = _without_ends(found[0])
        label = written.removeprefix("mailto:")
        href = state.md.normalizeLink(f"https://{label}" if found["www"] else f"mailto:{label}")
        if not state.md.validateLink(href):
            continue
        yield token.copy(content=token.content[end : found.start()])
        yield token.copy(type="link_open", tag="a", nesting=1, content="", attrs={"href": href}, info="auto")
        yield token.copy(content=label)
        yield token.copy(type="link_close", tag="a", nesting=-1, content="", info="auto")
        end = found.start() + len(written)
    yield token.copy(content=token.content[end:])


def _without_ends(address: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    while address:
        last = address[-1]
        opening = _BRACKETS.get(last)
        if last not in _ENDS and not (opening and address.count(last) > address.count(opening)):
            break
        address = address[:-1]
    return address
