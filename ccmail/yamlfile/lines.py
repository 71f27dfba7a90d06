"""Texts for readers: a `Line` of one line, `Prose` of several."""

from __future__ import annotations

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Annotated

from ccmail.problems import Severity
from ccmail.wording import say
from ccmail.yamlfile.reading import FromText, ReadContext, ValueProblem, remark
from ccmail.yamlfile.text import SourceText

LONGEST = 1000
"""Characters of a line. A subject has 70, an imprint 200."""

LONGEST_TEXT = 50_000
"""Characters of a text: eight thousand words. Gmail cuts off a mail at 102 kB."""

_WORD_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# C0, C1, lone surrogates, noncharacters; U+202A… and U+2066… change the writing direction of the text after them
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,40}\?[bBqQ]\?[^?]*\?=")
_BLANKS = re.compile(r"[ \t\n\xa0]*\n[ \t\n\xa0]*|\t")


def read_line(text: SourceText, context: ReadContext) -> SourceText:
    """Return a text as one line: line breaks become blanks, invisible characters are refused.

    Raises:
        ValueProblem: The text has a control character or an encoded word (RFC 2047), which would be decoded later, or
            is too long.
    """
    _remark_comment(text, context)
    line = _without_word_breaks(text, " ", context)
    line = _BLANKS.sub(" ", line.strip())
    if len(line) > LONGEST:  # first: what follows takes long for a long row of accents
        raise ValueProblem(
            "C221",
            say("this has {count:,} characters, too many for one line", count=len(line)),
            text.place,
            hint=say("shorten it"),
        )
    line = unicodedata.normalize("NFC", line)
    _refuse_invisible(text, line)
    _refuse_encoded_words(text, line)
    return text.moved(line)


def read_prose(text: SourceText, context: ReadContext) -> SourceText:
    """Return a text of several lines; its line breaks stay, even those that YAML joins after `>`.

    Raises:
        ValueProblem: The text has a control character, or is too long.
    """
    if len(text) > LONGEST_TEXT:
        message = say("this text has {count:,} characters, the most is {most:,}", count=len(text), most=LONGEST_TEXT)
        raise ValueProblem("C221", message, text.place, hint=say("put parts of it on a web page"))
    _remark_comment(text, context)
    text = text.as_written()
    prose = _without_word_breaks(text, "\n", context).rstrip()
    _refuse_invisible(text, prose.replace("\t", " ").replace("\n", " "))
    return text.moved(unicodedata.normalize("NFC", prose))


def _remark_comment(text: SourceText, context: ReadContext) -> None:
    if text.comment is None:
        return
    meant = re.split(r"\s{2,}#", text.comment.text[text.comment.column - 1 :], maxsplit=1)[0].rstrip()
    remark(
        context,
        "Y106",
        say("everything after “ #” is a comment, not text"),
        text.comment,
        label=say("will not be in the mail"),
        hint=say('if it belongs to the text, use quotes: "{text}"', text=f"{text} {meant}"),
    )


def _without_word_breaks(text: SourceText, instead: str, context: ReadContext) -> str:
    cleaned = _WORD_BREAKS.sub(instead, text)
    if cleaned != text:
        remark(
            context,
            "C219",
            say("a line break from Word is read as a blank")
            if instead == " "
            else say("a line break from Word is in this text"),
            text.place,
            severity=Severity.NOTE,
            hint=say("delete it"),
        )
    return cleaned


def _refuse_invisible(text: SourceText, line: str) -> None:
    found = _INVISIBLE.search(line)
    if found:
        name = unicodedata.name(found[0], "").lower() or say("a control character")
        raise ValueProblem(
            "C220",
            say("this text holds an invisible character (U+{code}, {name})", code=f"{ord(found[0]):04X}", name=name),
            text.place,
            hint=say("type the text again, without pasting"),
        )


def _refuse_encoded_words(text: SourceText, line: str) -> None:
    """Refuse encoded words: header parsers decode them, which can smuggle line breaks in (CVE-2024-6923)."""
    found = _ENCODED_WORD.search(line)
    if found is None:
        return
    meant = _ENCODED_WORD.sub(lambda hit: _decoded(hit[0]), line)
    if _INVISIBLE.search(meant) or _WORD_BREAKS.search(meant) or "\n" in meant:
        label, hint = say("it hides control characters"), say("delete it; write what should be read")
    else:
        label, hint = say("did you mean “{near}”?", near=meant), say("write the text as it should be read")
    raise ValueProblem(
        "C222",
        say("“{found}” is the code of a mail header, not a text", found=found[0]),
        text.place,
        label=label,
        hint=hint,
    )


def _decoded(word: str) -> str:
    try:
        content, charset = decode_header(word)[0]
        if isinstance(content, str):
            return str(content)
        return bytes(content).decode(charset or "ascii", "replace")
    except (HeaderParseError, LookupError, ValueError):
        return "\x00"


Line = Annotated[SourceText, FromText(read_line, SourceText)]
"""One line for readers."""

Prose = Annotated[SourceText, FromText(read_prose, SourceText)]
"""Markdown of several lines."""
