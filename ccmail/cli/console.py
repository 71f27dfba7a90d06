"""All output: results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import enum
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import IO, Any, TypeVar

from ccmail.problems import CcmailError, InputError, Problem, Severity, UsageError

T = TypeVar("T")

# Characters that control a terminal: names and server replies come from strangers.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MEGABYTE = 1_000_000
_COLOURS = {"error": "31;1", "warning": "33;1", "note": "36;1", "bold": "1", "dim": "2", "green": "32"}


@dataclasses.dataclass(slots=True)
class Console:
    """The output of a command.

    Attributes:
        json: Print one JSON object instead of text.
        quiet: Print results and errors only.
        verbose: Show notes, too.
        interactive: Whether questions may be asked.
    """

    json: bool = False
    quiet: bool = False
    verbose: bool = False
    colour: bool = True
    interactive: bool = True
    _collected: list[dict[str, Any]] | None = None

    @contextlib.contextmanager
    def collecting(self) -> Iterator[list[dict[str, Any]]]:
        """Collect the JSON of commands that run inside another one, which prints all of it as one object."""
        self._collected = []
        try:
            yield self._collected
        finally:
            self._collected = None

    def result(self, text: str, data: Mapping[str, Any] | None = None) -> None:
        """Print the result of the command: `text` for people, `data` with --json."""
        if self.json and self._collected is not None:
            self._collected.append(dict(data or {}))
        elif self.json:
            import json

            self._write(sys.stdout, json.dumps(data or {}, default=_plain, ensure_ascii=False))
        elif text:
            self._write(sys.stdout, text)

    def stream(self, lines: Iterable[str]) -> None:
        """Print any number of lines as they come; end when the reader of the pipe is gone."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            for line in lines:
                sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def say(self, text: str) -> None:
        """Print a message about progress, on standard error; nothing with --quiet."""
        if not self.quiet:
            self._write(sys.stderr, text)

    def warn(self, text: str) -> None:
        """Print a warning; nothing with --json."""
        if not self.json:
            self._write(sys.stderr, f"{self.paint('warning:', 'warning', sys.stderr)} {text}")

    def problems(self, problems: Iterable[Problem], *, on_stdout: bool = False) -> None:
        """Show problems with their source lines; notes only with --verbose."""
        from ccmail.cli.snippet import snippet

        stream = sys.stdout if on_stdout else sys.stderr
        for problem in problems:
            if problem.severity is Severity.NOTE and not self.verbose:
                continue
            drawn = snippet(problem)
            head, line_end, rest = drawn.partition("\n")
            word = problem.severity.value
            self._write(stream, self.paint(head, word, stream) + line_end + rest + "\n")

    def failure(self, error: CcmailError) -> None:
        """Show the error that stopped the run."""
        if self.json:
            data: dict[str, Any] = {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
            if isinstance(error, InputError):
                data |= {"problems": [problem_data(p) for p in error.problems]}
            self.result("", data)
            return
        if isinstance(error, InputError):
            self.problems(error.problems)
            return
        label = f"error[{error.code}]" if error.code else "error:"
        hint = f"\n  help: {error.hint}" if error.hint else ""
        self._write(sys.stderr, f"{self.paint(label, 'error', sys.stderr)} {error.message}{hint}")

    def ask(self, question: str) -> str:
        """Ask a question and return what was typed, "" at the end of input."""
        sys.stderr.write(question)
        sys.stderr.flush()
        return sys.stdin.readline().strip()

    def ask_for(self, question: str, default: str, read: Callable[[str], T]) -> T:
        """Ask a question until the answer can be read; Enter takes the default.

        Args:
            question: The text, with its question mark.
            default: Shown in brackets; `read` accepts it.
            read: Returns the meaning of an answer, or raises `UsageError` with the reason why it is wrong.
        """
        while True:
            typed = self.ask(f"{question} [{default}] ")
            try:
                return read(typed or default)
            except UsageError as reason:
                hint = f": {reason.hint}" if reason.hint else ""
                self._write(sys.stderr, f"  {reason.message}{hint}")

    def may_ask(self) -> bool:
        """Return whether a person at a terminal may be asked."""
        return self.interactive and not self.json and sys.stdin is not None and sys.stdin.isatty()

    def paint(self, text: str, style: str, stream: IO[str] | None = None) -> str:
        """Return a text in the colour of a style, if the stream is a terminal with colours."""
        stream = stream or sys.stdout
        if not self.colour or self.json or os.environ.get("NO_COLOR") or stream is None or not stream.isatty():
            return text
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m"

    def _write(self, stream: IO[str], text: str) -> None:
        # the reader of our output may be gone or missing: a sending must go on all the same
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.write(text + "\n")
            stream.flush()


def shown(text: str) -> str:
    """Return a foreign text safe to print: control characters become visible."""
    return _OBEYED.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", " ").replace("\n", " "))


def number(count: int) -> str:
    """Return a number as people write it: 1,184."""
    return f"{count:,}"


def people(count: int) -> str:
    """Return "1 person", "1,184 people"."""
    return f"{number(count)} {'person' if count == 1 else 'people'}"


def count_of(count: int, thing: str) -> str:
    """Return "1 variant", "3 variants"."""
    return f"{number(count)} {thing}{'' if count == 1 else 's'}"


def moment(at: dt.datetime, zone: dt.tzinfo) -> str:
    """Return a time in a time zone: "21 Sep 2020 11:00 CEST"."""
    return f"{at.astimezone(zone):%-d %b %Y %H:%M %Z}"


def in_words(name: str) -> str:
    """Return a state or term as people say it: "in doubt"."""
    return name.replace("_", " ")


def balance_line(candidates: int, terms: Mapping[str, int]) -> str:
    """Return the books in one line: "11 on the lists = 9 accepted + 2 refused"."""
    return f"  {number(candidates)} on the lists = " + " + ".join(
        f"{number(people)} {in_words(term)}" for term, people in terms.items()
    )


def size(count: int) -> str:
    """Return a size as people write it: "41 kB"."""
    return f"{count / 1e6:.1f} MB" if count >= _MEGABYTE else f"{max(1, round(count / 1000))} kB"


def columns(rows: Sequence[Sequence[str]], *, indent: str = "  ", right: Iterable[int] = ()) -> str:
    """Return rows aligned in columns, three blanks apart; the columns in `right` (numbers) are aligned right."""
    aligned_right = frozenset(right)
    widths = [max(width(row[i]) for row in rows if i < len(row)) for i in range(max(map(len, rows)))]
    lines = []
    for row in rows:
        cells = []
        for index, cell in enumerate(row):
            blanks = " " * (widths[index] - width(cell))
            cells.append(blanks + cell if index in aligned_right else cell + blanks)
        lines.append((indent + "   ".join(cells)).rstrip())
    return "\n".join(lines)


def width(text: str) -> int:
    """Return the number of terminal columns of a text."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def problem_data(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON data."""
    place = problem.place
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "hint": problem.hint,
    }


def _plain(value: Any) -> Any:
    match value:
        case enum.Enum():
            return value.value
        case dt.date() | dt.datetime():
            return value.isoformat()
        case PurePath():
            return str(value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        case _:
            return str(value)
