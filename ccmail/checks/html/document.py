"""The HTML part as a document: what it declares, how it nests, what it must not hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.mail.html import as_outlook_reads, read_page
from ccmail.checks.rule import Flaw, flaws, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import MailOrigin, ParsedMail


@rule(
    "H110",
    Severity.ERROR,
    why=say("screen readers need language and title, phones the viewport, Gmail the character set"),
)
def document(mail: ParsedMail) -> Iterator[Flaw]:
    """HTML without what every page needs."""
    page = mail.page
    if not page.source.startswith("<!DOCTYPE html>"):
        yield Flaw(say("the HTML does not begin with <!DOCTYPE html>"))
    charsets = {e.get("charset").casefold() for e in page.named("meta")}
    yield from flaws(
        {
            say("the HTML does not have a language (<html lang>)"): not any(e.get("lang") for e in page.named("html")),
            say("the HTML does not have a title"): not any(e.own_words for e in page.named("title")),
            say("the HTML does not have its character set"): "utf-8" not in charsets,
            say("the HTML does not have a viewport"): "width=device-width" not in page.meta("viewport"),
        }
    )
    if re.search(r"user-scalable\s*=\s*no|maximum-scale\s*=\s*1\b", page.meta("viewport")):
        yield Flaw(say("the viewport keeps readers from zooming in"))


@rule(
    "H111",
    Severity.WARNING,
    why=say(
        "without this, programs invert the colours; without role=article, webmail programs drop language and title"
    ),
)
def dark(mail: ParsedMail) -> Iterator[Flaw]:
    """A mail that is not made for dark mode, or is no article for screen readers."""
    page = mail.page
    if "dark" not in page.meta("color-scheme"):
        yield Flaw(say("the HTML says nothing about dark colours (meta color-scheme)"))
    if not any("prefers-color-scheme" in style for style in page.styles):
        yield Flaw(say("no style is for dark colours"))
    articles = [e for e in page.elements if e.get("role") == "article"]
    if not any(e.get("lang") and e.get("aria-label") for e in articles):
        yield Flaw(say("no element is the article, with its language and label"))


@rule(
    "H112",
    Severity.ERROR,
    why=say("a layout table without role=presentation is read cell by cell: “row 1 of 12, column 1 of 2 …”"),
)
def tables(mail: ParsedMail) -> Iterator[Flaw]:
    """A layout table that screen readers would read aloud, or a data table without headings."""
    for table in mail.page.named("table"):
        heads = [e for e in mail.page.named("th") if table in e.way_up()]
        if table.get("role") in {"presentation", "none"}:
            continue
        if not heads or table.inside == []:
            yield Flaw(
                say("the table in line {line} of the HTML has neither role=presentation nor headings", line=table.line)
            )
        elif any(not th.get("scope") for th in heads):
            yield Flaw(say("a heading of the table in line {line} of the HTML has no scope", line=table.line))


_MUCH, _MOST = 80 * 1024, 102 * 1024
_MUCH_STYLE, _MOST_STYLE = 8 * 1024, 16 * 1024


@rule(
    "H116",
    Severity.ERROR,
    Severity.WARNING,
    why=say("Gmail shows 102 KB and hides the rest, also the unsubscribe link; it reads 16 KB of styles"),
)
def too_large(mail: ParsedMail) -> Iterator[Flaw]:
    """HTML that Gmail cuts off.

    An error from 102 KB of HTML or 16 KB of style on, a warning from 80 and 8 on.
    """
    size = len(mail.html.encode())
    if size > _MUCH:
        severity = Severity.ERROR if size > _MOST else Severity.WARNING
        yield Flaw(
            say("the HTML has {kilobytes} KB: Gmail cuts it off at 102", kilobytes=size // 1024),
            hint=say("shorten the text"),
            severity=severity,
        )
    for style in mail.page.styles:
        size = len(style.encode())
        if size > _MUCH_STYLE:
            severity = Severity.ERROR if size > _MOST_STYLE else Severity.WARNING
            yield Flaw(say("a style element has {kilobytes} KB", kilobytes=size // 1024), severity=severity)


_UNKNOWN = frozenset({"position", "float", "transform", "animation", "filter", "grid-template-columns", "gap", "flex"})
_DISPLAY = re.compile(r"(?:inline-)?(?:flex|grid)\b")
_VALUES = re.compile(r"\bvar\(|\b[\d.]+v(?:w|h|min|max)\b|url\(\s*['\"]?data:|\bcalc\(")


@rule(
    "H119",
    Severity.ERROR,
    why=say("GMX and WEB.DE drop every style element: what stands in the elements has to be right alone"),
)
def base_layer(mail: ParsedMail) -> Iterator[Flaw]:
    """Inline styles that GMX, WEB.DE or Outlook do not know."""
    said: set[str] = set()
    for element in mail.page.elements:
        for name, value in element.style.items():
            is_wrong = name in _UNKNOWN or _VALUES.search(value) or (name == "display" and _DISPLAY.match(value))
            if is_wrong and name not in said:
                said.add(name)
                yield Flaw(
                    say(
                        "“{name}: {value}” in line {line} of the HTML is not understood everywhere",
                        name=name,
                        value=value[:40],
                        line=element.line,
                    )
                )
    for element in mail.page.named("svg", "picture", "canvas", "math"):
        yield Flaw(
            say("<{tag}> in line {line} of the HTML is not shown everywhere", tag=element.tag, line=element.line)
        )


@rule("H120", Severity.ERROR, why=say("each program repairs broken nesting in its own way; Outlook shows half a mail"))
def nesting(mail: ParsedMail) -> Iterator[Flaw]:
    """Elements that are closed in the wrong order."""
    for element in mail.page.misnested[:1]:
        yield Flaw(say("the HTML does not nest: {element}", element=element))
    for element in read_page(as_outlook_reads(mail.html)).misnested[:1]:
        yield Flaw(say("the HTML as Outlook reads it does not nest: {element}", element=element))


_OPEN = re.compile(r"<!--\[if ", re.IGNORECASE)
_CLOSE = re.compile(r"<!\[endif\]-->", re.IGNORECASE)


@rule("H121", Severity.ERROR, why=say("an open conditional comment hides the rest of the mail from Outlook"))
def conditional(mail: ParsedMail) -> Iterator[Flaw]:
    """Comments for Outlook that do not close."""
    opened, closed = len(_OPEN.findall(mail.html)), len(_CLOSE.findall(mail.html))
    if opened != closed:
        yield Flaw(
            say("{opened} conditional comments are opened and {closed} are closed", opened=opened, closed=closed)
        )
    if "<![if" in mail.html:
        yield Flaw(say("<![if !mso]> becomes a dead comment"), hint=say("write <!--[if !mso]><!-->…<!--<![endif]-->"))


_ACTIVE = (
    "script", "form", "input", "button", "select", "textarea", "iframe", "frame", "object", "embed", "applet",
    "video", "audio", "base", "link",
)  # fmt: skip


@rule("H123", Severity.ERROR, why=say("programs remove it, filters count it, and readers are right to mistrust it"))
def active(mail: ParsedMail) -> Iterator[Flaw]:
    """Something in the HTML that runs, asks or loads."""
    for element in mail.page.named(*_ACTIVE):
        yield Flaw(
            say(
                "<{tag}> in line {line} of the HTML: a mail shows and links, it runs nothing",
                tag=element.tag,
                line=element.line,
            )
        )
    for element in mail.page.elements:
        if any(name.startswith("on") for name in element.attrib):
            yield Flaw(
                say("<{tag}> in line {line} of the HTML wants to run something", tag=element.tag, line=element.line)
            )
    if any(e.get("http-equiv").casefold() == "refresh" for e in mail.page.named("meta")):
        yield Flaw(say("a meta element of the HTML leads to another page by itself"))
    if re.search(r"@import\b|url\(\s*['\"]?(?:https?:)?//", mail.html, re.IGNORECASE):
        yield Flaw(say("a style of the HTML loads something from elsewhere"))


_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")


@rule("H124", Severity.ERROR, why=say("WCAG 3.1.1: a screen reader reads German with an English voice otherwise"))
def languages(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A language code that is none."""
    for element in mail.page.elements:
        for name in ("lang", "xml:lang"):
            code = element.attrib.get(name)
            if code is not None and not _CODE.fullmatch(code):
                yield Flaw(
                    say(
                        "“{code}” in line {line} of the HTML is not the code of a language",
                        code=code,
                        line=element.line,
                    )
                )
    declared = next((e.get("lang") for e in mail.page.named("html")), "")
    if declared and declared != origin.languages[0]:
        yield Flaw(
            say(
                "the HTML says it is “{declared}”, the mail is “{language}”",
                declared=declared,
                language=origin.languages[0],
            )
        )
