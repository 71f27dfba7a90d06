"""The features of caniemail's list that HTML and CSS use."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from ccmail.checks.clients.support import support
from ccmail.checks.mail.html import declarations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.html import Element

_TAGS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "html-h1-h6"),
    **dict.fromkeys(("ul", "ol", "dl"), "html-lists"),
    **dict.fromkeys(
        ("article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark", "nav", "section",
         "summary", "time"), "html-semantics"),
}  # fmt: skip
_ATTRIBUTES = {"srcset": "html-srcset", "sizes": "html-srcset"}
_PROPERTIES = {
    "left": "css-left-right-top-bottom", "right": "css-left-right-top-bottom", "top": "css-left-right-top-bottom",
    "bottom": "css-left-right-top-bottom", "column-gap": "css-gap", "row-gap": "css-gap",
    "grid-template-columns": "css-grid-template", "grid-template-rows": "css-grid-template",
}  # fmt: skip
_VALUES = tuple(
    (re.compile(pattern), slug)
    for pattern, slug in (
        (r"\bvar\(", "css-variables"),
        (r"\bcalc\(", "css-unit-calc"),
        (r"\bclamp\(", "css-function-clamp"),
        (r"\bmin\(", "css-function-min"),
        (r"\bmax\(", "css-function-max"),
        (r"\blinear-gradient\(", "css-linear-gradient"),
        (r"\bradial-gradient\(", "css-radial-gradient"),
        (r"\brgba\(", "css-rgba"),
        (r"\b[\d.]+rem\b", "css-unit-rem"),
        (r"\b[\d.]+vw\b", "css-unit-vw"),
        (r"\b[\d.]+vh\b", "css-unit-vh"),
        (r"\b[\d.]+ch\b", "css-unit-ch"),
    )
)
_DISPLAYS = {
    "flex": "css-display-flex",
    "inline-flex": "css-display-flex",
    "grid": "css-display-grid",
    "none": "css-display-none",
}
_AT_RULES = {
    "font-face": "css-at-font-face", "import": "css-at-import", "keyframes": "css-at-keyframes",
    "supports": "css-at-supports",
}  # fmt: skip
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK = re.compile(r"([^{}]*)\{([^{}]*)\}")


def features_of(element: Element) -> Iterator[tuple[str, str]]:
    """Yield the features of an element itself, each with what stands there."""
    known = support().titles
    slug = _TAGS.get(element.tag, f"html-{element.tag}")
    if slug in known:
        yield slug, f"<{element.tag}>"
    for name in element.attrib:
        slug = _ATTRIBUTES.get(name, f"html-{name}")
        if slug in known and name != "style":
            yield slug, name
    for name, value in element.style.items():
        yield from _of_declaration(name, value)


def features_of_styles(style: str) -> Iterator[tuple[str, str]]:
    """Yield the features of a style sheet's declarations and at-rules, each with what stands there."""
    sheet = _COMMENT.sub("", style)
    for name in re.findall(r"@([a-z-]+)", sheet):
        if name in _AT_RULES:
            yield _AT_RULES[name], f"@{name}"
    for _, body in _BLOCK.findall(sheet):
        for name, value in declarations(body):
            yield from _of_declaration(name, value.removesuffix("!important").strip())


@functools.lru_cache(maxsize=1024)  # elements have much in common, mails nearly all
def _of_declaration(name: str, value: str) -> tuple[tuple[str, str], ...]:
    return tuple(_read_declaration(name, value))


def _read_declaration(name: str, value: str) -> Iterator[tuple[str, str]]:
    slug = _PROPERTIES.get(name, f"css-{name}")
    if name == "display":
        slug = _DISPLAYS.get(value, "css-display")
    if slug in support().titles:
        yield slug, f"{name}: {value}" if name == "display" else name
    for pattern, of_value in _VALUES:
        if pattern.search(value):
            yield of_value, f"{name}: {value}"
