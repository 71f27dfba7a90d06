"""The HTML part: styles inlined, and the context of each slot in the result."""

from __future__ import annotations

import enum
import functools
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from ccmail.problems import CcmailError
from ccmail.rendering.slots import count_markers, has_stand_in, own_markers, stand_ins
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.workspace import TextCache

DOCTYPE = "<!DOCTYPE html>"
# With these options premailer changes only what a browser computes anyway; each default breaks something:
# docs/decisions/0004-premailer.md.
_OPTIONS: dict[str, Any] = {
    "keep_style_tags": False,
    "strip_important": False,
    "remove_classes": False,
    "allow_network": False,
    "disable_link_rewrites": True,
    "disable_basic_attributes": ["width", "height", "align", "valign", "bgcolor"],
    "disable_validation": True,
    "align_floating_images": False,
    "include_star_selectors": False,
    "cache_css_parsing": True,
    "cssutils_logging_level": 50,  # CRITICAL
}
_MOVERS = ("premailer", "cssutils", "cssselect", "lxml")
_FETCHES = re.compile(
    r"@import\b|url\(\s*['\"]?\s*(?:https?:|file:|ftp:|//)|<link\b[^>]*\bstylesheet\b|<base\b", re.IGNORECASE
)
_RULES: dict[tuple[str, int], tuple[list[Any], list[Any]]] = {}
_MANY_SHEETS = 32
_CONDITIONAL = re.compile(r"<!--\[if |<!\[endif\]-->", re.IGNORECASE)
# lxml drops the end tag of an empty list item: the HTML would depend on whether a reader's field is empty
_EMPTY_ITEM = re.compile(r"(<li\b[^>]*>)(</li>)")
_TAG_OR_COMMENT = re.compile(r"<!--.*?-->|<[A-Za-z/!](?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
_SINGLE_QUOTED = re.compile(r"(\s[^\s=<>\"'/]+=)'([^']*)'")
# mail programs remove these, and no reader's data may come near them
_ACTIVE = re.compile(r"<(?:script|iframe|object|embed|form|video|audio)\b|<[^<>]*\son\w+\s*=", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[^!-~]+")
_ADDRESS_ATTRIBUTE = re.compile(r"\b(?:href|src|action)=\"[^\"]*\Z", re.IGNORECASE)


class TemplateTrouble(CcmailError):
    """The HTML of a template cannot become a mail."""


class SlotContext(enum.Enum):
    """The place of a slot in the HTML, which decides how its value is escaped."""

    TEXT = enum.auto()
    ATTRIBUTE = enum.auto()
    ADDRESS = enum.auto()
    COMMENT = enum.auto()


def inline_styles(html: str, cache: TextCache | None = None) -> str:
    """Return HTML with the rules of its `<style>` elements inlined; those with `data-premailer="ignore"` stay.

    Opens no socket, and no file but the cache's. The result is lxml's output with every attribute in double quotes.

    Raises:
        TemplateTrouble: An element is active or would fetch something, the doctype is missing, or inlining lost a
            slot or a conditional comment.
    """
    _refuse_what_acts(html)
    if not html.startswith(DOCTYPE):
        raise TemplateTrouble(
            say("the HTML does not begin with <!DOCTYPE html>"),
            code="H102",
            hint=say("make it the first bytes of the template"),
        )
    nothing = "Zn" + hashlib.sha256(stand_ins(html).encode()).hexdigest()[:12]  # no text can hold its own hash
    filled = _EMPTY_ITEM.sub(rf"\1{nothing}\2", html)
    inlined = _double_quotes(_moved(filled, cache).replace(nothing, ""))
    if not inlined.startswith(DOCTYPE):
        inlined = DOCTYPE + inlined.partition(">")[2]
    for part, before, after in (
        (say("a slot"), count_markers(html), count_markers(inlined)),
        (say("a conditional comment"), len(_CONDITIONAL.findall(html)), len(_CONDITIONAL.findall(inlined))),
    ):
        if before != after:
            raise TemplateTrouble(say("moving the styles into the HTML lost {part}", part=part), code="H103")
    return inlined


def _moved(html: str, cache: TextCache | None) -> str:
    if cache is None or has_stand_in(html):
        return _move(html)
    made_from = ("styles moved", repr(_OPTIONS), stand_ins(html))
    return own_markers(cache.text(made_from, lambda: stand_ins(_move(html)), _MOVERS))


def _move(html: str) -> str:
    return str(_premailer()(html, **_OPTIONS).transform(pretty_print=False))


def _refuse_what_acts(html: str) -> None:
    active = _ACTIVE.search(html)
    if active:
        line = html.count("\n", 0, active.start()) + 1
        raise TemplateTrouble(
            say(
                "“{element}” in line {line} of the HTML does something: mail programs remove it",
                element=active[0],
                line=line,
            ),
            code="H106",
            hint=say("take it out: a mail can show things and have links, nothing more"),
        )
    found = _FETCHES.search(html)
    if found:
        line = html.count("\n", 0, found.start()) + 1
        raise TemplateTrouble(
            say("“{style}” in line {line} of the HTML would fetch something from elsewhere", style=found[0], line=line),
            code="H101",
            hint=say("write the styles into the template; pictures belong into the campaign"),
        )


@functools.cache
def _premailer() -> Any:
    import cssutils  # noqa: PLC0415  # 181 ms with premailer: only rendering pays for it
    from premailer import Premailer  # noqa: PLC0415

    # allow_network=False does not keep cssutils from fetching an @import (file:// too). `_refuse_what_acts` refuses
    # one first; this is the second lock.
    cssutils.util._defaultFetcher = lambda _url: None  # noqa: SLF001
    # GMX and some others read colours of six digits only; cssutils would write #0b6 for #00bb66
    cssutils.ser.prefs.minimizeColorHash = False

    class Inliner(Premailer):  # type: ignore[misc]
        """Premailer that parses a style sheet once: all mails of a campaign have the same one."""

        def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
            known = _RULES.get((css_body, ruleset_index))
            if known is None:
                known = _RULES[css_body, ruleset_index] = super()._parse_style_rules(css_body, ruleset_index)
                if len(_RULES) > _MANY_SHEETS:
                    _RULES.clear()
            return known

    return Inliner


def _double_quotes(html: str) -> str:
    """Return HTML with every attribute in double quotes; lxml uses single ones if the value has a double one."""

    def quote(tag: re.Match[str]) -> str:
        if tag[0].startswith("<!--") or "'" not in tag[0]:
            return tag[0]
        return _SINGLE_QUOTED.sub(lambda a: f'{a[1]}"{a[2].replace(chr(34), "&quot;")}"', tag[0])

    return _TAG_OR_COMMENT.sub(quote, html)


def contexts(html: str) -> Iterator[tuple[str, SlotContext]]:
    """Yield the tags, comments and texts of HTML in order, each with the context of a slot inside it."""
    end = 0
    for found in _TAG_OR_COMMENT.finditer(html):
        if found.start() > end:
            yield html[end : found.start()], SlotContext.TEXT
        yield found[0], SlotContext.COMMENT if found[0].startswith("<!--") else SlotContext.ATTRIBUTE
        end = found.end()
    if end < len(html):
        yield html[end:], SlotContext.TEXT


def stands_in_address(before: str) -> bool:
    """Return whether the tag so far ends inside a URL attribute (`<a href="https://…`)."""
    return _ADDRESS_ATTRIBUTE.search(before) is not None


def escaping(context: SlotContext) -> Callable[[str], str]:
    """Return the escape function of a context: it writes as lxml does, so filling a slot equals rendering its value."""
    return _ESCAPING[context]


def _in_text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _in_attribute(value: str) -> str:
    return _in_text(value).replace('"', "&quot;")


def _in_address(value: str) -> str:
    if value.isascii() and value.isprintable() and " " not in value:
        return _in_attribute(value)
    return _NOT_IN_ADDRESSES.sub(_percent, _in_attribute(value))


def _percent(found: re.Match[str]) -> str:
    return "%" + found[0].encode().hex("%").upper()


def _in_comment(value: str) -> str:
    return str(escape(value))


_ESCAPING = {
    SlotContext.TEXT: _in_text,
    SlotContext.ATTRIBUTE: _in_attribute,
    SlotContext.ADDRESS: _in_address,
    SlotContext.COMMENT: _in_comment,
}
