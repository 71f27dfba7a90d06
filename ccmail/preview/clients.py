"""The HTML of a mail as different mail programs show it.

`draw` takes the HTML of the message and makes only the changes that a program would make. It is an approximation with
the differences that matter for these mails (tables, inlined styles, a few conditional comments).
"""

from __future__ import annotations

import dataclasses
import enum
import operator
import re
from collections.abc import Callable

from ccmail.preview.colours import invert


class Client(enum.Enum):
    """The mail program to imitate."""

    SENT = "sent"
    GMX = "gmx"
    OUTLOOK = "outlook"


class ColourScheme(enum.Enum):
    """The colours of a mail: light, dark from the mail's own styles, or inverted by a mail program."""

    LIGHT = "light"
    DARK = "dark"
    INVERTED = "inverted"


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """The way in which a mail is shown."""

    client: Client = Client.SENT
    colours: ColourScheme = ColourScheme.LIGHT
    images: bool = True


AS_SENT = Look()

_SCHEME_QUERY = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
_SCHEME = re.compile(r"(color-scheme(?:\"\s+content=\"|\s*:\s*))light dark", re.IGNORECASE)
_ALWAYS, _NEVER = "(min-width: 0px)", "(max-width: 0px)"
_STYLE = re.compile(r"<style\b[^>]*>.*?</style>", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SHOWN_TO_WORD = re.compile(r"<!--\[if ([^\]]*)\]>(.*?)<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_FOR_OFFICE = re.compile(r"(?:<noscript>)?<xml>.*?</xml>(?:</noscript>)?", re.DOTALL | re.IGNORECASE)
_HIDDEN_FROM_WORD = re.compile(r"<!--\[if !mso\]><!-->(.*?)<!--<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(r"(<img\b[^>]*?\ssrc=\")([^\"]*)(\")", re.IGNORECASE)
_ADDRESS = re.compile(r"(\ssrc=\"|url\(['\"]?)((?:cid:|https?://)[^\"')\s]+)", re.IGNORECASE)
_TAG = re.compile(r"<([a-zA-Z][\w:]*)((?:[^>\"]|\"[^\"]*\")*)>")
_STYLE_ATTRIBUTE = re.compile(r"\sstyle=\"([^\"]*)\"", re.IGNORECASE)
_DROPPED_BY_GMX = re.compile(r"\s(?:class|id|role|dir|aria-[\w-]+)=\"[^\"]*\"", re.IGNORECASE)
_HEX_GROUND = re.compile(r"background-color\s*:\s*#[^;]*;?", re.IGNORECASE)
_NOT_IN_GMX = {"border-radius", "opacity", "box-shadow", "flex", "gap", "grid", "position", "transform"}
_NOT_IN_WORD = _NOT_IN_GMX | {
    "max-width", "min-width", "max-height", "min-height", "float", "overflow", "object-fit", "overflow-wrap",
    "word-break", "text-wrap", "hyphens", "background-image", "background-size",
}  # fmt: skip
_CONDITION = re.compile(r"(!?)\(?\s*(?:(gte?|lte?)\s+)?mso(?:\s+(\d+))?\s*\)?", re.IGNORECASE)
_COMPARISONS = {"": operator.eq, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}
_WORD = 16  # the version of Outlook 2016 to 2024 in conditional comments
_LINE = 24  # pixels of a line in a button
_WIDE_BLANK = re.compile(r"<i\b[^>]*\bmso-font-width:\s*(\d+)%[^>]*\bhidden\b[^>]*>", re.IGNORECASE)
_RAISED = re.compile(r"mso-text-raise:\s*(\d+)px", re.IGNORECASE)
_CELLS = {"td", "th"}
_BROKEN = "data:,"


def draw(html: str, look: Look, picture: Callable[[str], str] = lambda address: address) -> str:
    """Return HTML as a mail program shows it; `picture` maps an address (`cid:…`, https) to one of the page."""
    if look.client is Client.OUTLOOK:
        html = _as_word(html)
    elif look.client is Client.GMX:
        html = _as_gmx(html)
    html = _coloured(html, look.colours)
    if not look.images:
        return _SOURCE.sub(rf"\g<1>{_BROKEN}\g<3>", html)
    return _ADDRESS.sub(lambda found: found[1] + picture(found[2]), html)


def _coloured(html: str, colours: ColourScheme) -> str:
    """Return HTML that shows the chosen colours, whatever colour scheme the browser prefers."""
    wanted = "dark" if colours is ColourScheme.DARK else "light"
    html = _SCHEME_QUERY.sub(lambda found: _ALWAYS if found[1].lower() == wanted else _NEVER, html)
    html = _SCHEME.sub(rf"\g<1>{wanted}", html)
    return invert(html) if colours is ColourScheme.INVERTED else html


def _as_gmx(html: str) -> str:
    """Return HTML as GMX and WEB.DE show it: without style elements, comments, and hex `background-color`s."""
    bare = _COMMENT.sub("", _STYLE.sub("", html))
    return _TAG.sub(lambda tag: _with_styles(_DROPPED_BY_GMX.sub("", tag[0]), _gmx_style), bare)


def _gmx_style(_tag: str, css: str) -> str:
    return _without(_HEX_GROUND.sub("", css), _NOT_IN_GMX)


def _as_word(html: str) -> str:
    """Return HTML as Word, and so classic Outlook, shows it: with its conditional comments, old CSS, no media query."""
    html = _HIDDEN_FROM_WORD.sub("", html)
    html = _SHOWN_TO_WORD.sub(lambda found: found[2] if is_for_word(found[1]) else "", html)
    html = _FOR_OFFICE.sub("", html)  # invisible settings
    html = _STYLE.sub(lambda style: "" if "@media" in style[0] else style[0], html)
    return _WIDE_BLANK.sub(_as_room, _TAG.sub(lambda tag: _with_styles(tag[0], _word_style), html))


def _as_room(blank: re.Match[str]) -> str:
    """Return a blank that Word makes wide, and its line high, as the room that it takes: so buttons get their padding.

    A raised blank (mso-text-raise) makes the line higher by as much; templates/components/button.html.j2 relies on it.
    """
    raised = _RAISED.search(blank[0])
    height = f"height:{_LINE + int(raised[1])}px;" if raised else ""
    return f'<i style="display:inline-block;width:{int(blank[1]) / 100:g}em;{height}vertical-align:middle">'


def is_for_word(condition: str) -> bool:
    """Return whether a condition holds for classic Outlook: "mso", "gte mso 9", "(mso)|(IE)"."""
    return any(_holds(part.strip()) for part in condition.split("|"))


def _holds(condition: str) -> bool:
    found = _CONDITION.fullmatch(condition)
    if found is None:
        return False
    negated, comparison, version = found.groups()
    holds = _COMPARISONS[(comparison or "").lower()](_WORD, int(version or _WORD))
    return holds is not bool(negated)


def _word_style(tag: str, css: str) -> str:
    dropped = set(_NOT_IN_WORD)
    if tag not in _CELLS:
        dropped |= {"padding", "padding-top", "padding-right", "padding-bottom", "padding-left"}
    if tag == "img":
        dropped |= {"width", "height"}  # Word takes the attributes
    css = _without(css, dropped)
    return re.sub(r"display\s*:\s*inline-block", "display: inline", css, flags=re.IGNORECASE)


def _with_styles(tag: str, change: Callable[[str, str], str]) -> str:
    name = tag[1:].split(None, 1)[0].rstrip(">/").lower()
    return _STYLE_ATTRIBUTE.sub(lambda found: f' style="{change(name, found[1])}"', tag)


def _without(css: str, dropped: set[str]) -> str:
    declarations = (d for d in css.split(";") if d.strip())
    return ";".join(d for d in declarations if d.partition(":")[0].strip().lower() not in dropped)
