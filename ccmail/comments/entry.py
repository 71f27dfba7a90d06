"""The form of an entry in a file of comments: Markdown that people read, and that nothing in a comment can leave.

    ## 5f2c91aa · comment · Jana Müller · 2020-10-02T14:03:11+02:00

    - place: de.text/2
    - words: Wir laden Kommunen und städtische Praktiker …

        Bitte den Zugangslink nennen.

    ## 5f2c91aa · done · Ria Kraft · 2020-10-02T16:40:00+02:00

An entry begins with its heading in the first column. The lines of a comment's text are indented by four blanks, so that
none of them can be a heading. Both sides of a merge in git are entries after each other.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Iterator

from ccmail.comments.comment import Comment, Remark

INDENT = "    "
_HEADING = re.compile(r"## ([0-9a-f]{8}) · (comment|done|open) · (.+) · (\S+)")
_FIELD = re.compile(r"- (place|words): ?(.*)")
_ERASED = "(erased)"


@dataclasses.dataclass(slots=True)
class Entry:
    """One entry while its lines are read: a comment, or that one is done or open again."""

    id: str
    kind: str
    by: str
    at: dt.datetime
    fields: dict[str, str] = dataclasses.field(default_factory=dict)
    lines: list[str] = dataclasses.field(default_factory=list)

    def comment(self) -> Comment:
        """Return the comment that it holds."""
        text = "\n".join(self.lines).strip("\n")
        remark = Remark(self.by, text, self.fields.get("place", ""), self.fields.get("words", ""))
        return Comment(self.id, remark, self.at)


def written_comment(comment: Comment) -> str:
    """Return a comment as an entry."""
    remark = comment.remark
    fields = [f"- {name}: {value}\n" for name, value in (("place", remark.key), ("words", remark.words)) if value]
    text = "".join(f"{INDENT}{line}".rstrip() + "\n" for line in remark.text.split("\n"))
    return "\n".join(
        [_heading(comment.id, "comment", remark.by, comment.at), *([("".join(fields))] if fields else []), text]
    )


def written_mark(name: str, by: str, at: dt.datetime, *, done: bool) -> str:
    """Return the entry that calls a comment done, or open again."""
    return _heading(name, "done" if done else "open", by, at)


def _heading(name: str, kind: str, by: str, at: dt.datetime) -> str:
    return f"## {name} · {kind} · {by} · {at.isoformat(timespec='seconds')}\n"


def read_entries(lines: Iterable[str]) -> tuple[list[Entry], list[int]]:
    """Return the entries of a file, and the numbers, from 1, of the lines that are none."""
    entries: list[Entry] = []
    odd: list[int] = []
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            found = _entry(line)
            entries += [found] if found else []
            odd += [] if found else [number]
        elif entries and line.startswith(INDENT):
            entries[-1].lines.append(line.removeprefix(INDENT))
        elif entries and not line.strip():
            entries[-1].lines.append("")
        elif entries and (field := _FIELD.fullmatch(line)) and not any(entries[-1].lines):
            entries[-1].fields[field[1]] = field[2]
        elif entries:
            odd.append(number)
    return entries, odd


def _entry(line: str) -> Entry | None:
    found = _HEADING.fullmatch(line.rstrip())
    try:
        at = dt.datetime.fromisoformat(found[4]) if found else None
    except ValueError:
        return None
    return Entry(found[1], found[2], found[3], at) if found and at and at.tzinfo else None


def comments_in(entries: Iterable[Entry]) -> tuple[Comment, ...]:
    """Return the comments of entries, the oldest first; the latest mark of each counts, wherever it stands."""
    comments: dict[str, Comment] = {}
    marks: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.at):
        if entry.kind == "comment":
            comments.setdefault(entry.id, entry.comment())
        else:
            marks[entry.id] = entry
    return tuple(_marked(comment, marks.get(comment.id)) for comment in comments.values())


def _marked(comment: Comment, mark: Entry | None) -> Comment:
    if mark is None or mark.kind == "open":
        return comment
    return dataclasses.replace(comment, done_by=mark.by, done_at=mark.at)


def without(lines: Iterable[str], is_theirs: Iterable[bool]) -> Iterator[str]:
    """Yield lines of a file; those that are somebody's have nothing left but what makes them an entry."""
    for line, theirs in zip(lines, is_theirs, strict=True):
        if not theirs:
            yield line
        elif found := _HEADING.fullmatch(line.rstrip()):
            yield f"## {found[1]} · {found[2]} · {_ERASED} · {found[4]}"
        elif field := _FIELD.fullmatch(line):
            yield f"- {field[1]}: {_ERASED}"
        else:
            yield f"{INDENT}{_ERASED}"
