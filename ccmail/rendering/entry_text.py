"""The text of a calendar entry (DESCRIPTION): some mail programs show it in the place of the mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.calendar.text import cut, escaped_size
from ccmail.rendering.notice import change_line
from ccmail.rendering.slots import TEXT_WIDTH, has_markers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.languages import Language
    from ccmail.rendering import content
    from ccmail.rendering.slots import FieldTracker

# octets in the file; together they leave room for title, links and contact below its 12,000
_LONGEST_TEXT = 4_000
_LONGEST_PROGRAMME = 3_000

_STARTS_A_LINE = re.compile(r"\s*(?:- |> |\d+[.)] |https?://|\S+:$| {4})")


def news(block: content.Block, language: Language, tracker: FieldTracker) -> str:
    """Return the change, or the end, that an entry brings; "" if it stays as it is.

    It stands first: calendars that show an update seldom show what was there before.
    """
    notice = block.notice
    if notice is None or notice.purpose == "reminder":
        return ""
    lines = [change_line(fact, language) for fact in notice.changes]
    heading = notice.heading + (language.words.colon if lines else ".")
    said = "\n".join(filter(None, (heading, *lines, notice.sentence)))
    own = block.text if notice.purpose == "cancellation" else notice.text
    letter = _flowing(own.plain) if own else ""
    return str(tracker.value_of("\n\n".join(filter(None, (said, letter)))))


def mail_in_short(block: content.Block) -> str:
    """Return text and programme of a mail, as they fit into an entry that is shown in its place; "" if it is off."""
    if block.notice and block.notice.purpose == "cancellation":
        return ""
    text = cut(_flowing(block.text.plain), _LONGEST_TEXT, escaped_size)
    programme = cut("\n".join(_programme(block)), _LONGEST_PROGRAMME, escaped_size)
    return "\n\n".join(filter(None, (text, programme)))


def _programme(block: content.Block) -> Iterator[str]:
    if block.programme:
        yield f"{block.words.text.programme}{block.words.colon}\n{_flowing(block.programme.plain)}"
    elif block.agenda:
        yield f"{block.words.agenda}{block.words.colon}"
    for item in block.agenda:
        yield from filter(None, (item.day,))
        speaker = f" ({item.speaker})" if item.speaker else ""
        yield f"{item.time} {item.title}{speaker}".strip()


def _flowing(plain: str) -> str:
    """Return the plain text of a passage without its soft line breaks, and without paragraphs that name the reader.

    One file is for all readers of a mail; a paragraph with somebody's name would need a file for each of them.
    """
    paragraphs = (_one_line(paragraph) for paragraph in plain.split("\n\n") if not has_markers(paragraph))
    return "\n\n".join(filter(None, paragraphs))


def _one_line(paragraph: str) -> str:
    """Return a paragraph with those line breaks only that its author made, as far as one can see that."""
    lines: list[str] = []
    before = ""
    for line in paragraph.split("\n"):
        word = line.split()[:1]
        is_soft = before and word and len(before) + 1 + len(word[0]) > TEXT_WIDTH and not _STARTS_A_LINE.match(line)
        if is_soft:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
        before = line
    return "\n".join(lines)
