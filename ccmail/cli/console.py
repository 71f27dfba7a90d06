"""All output: results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import enum
import itertools
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, TypeVar

from ccmail.cli.language import catalogue, said, tr, tr_n
from ccmail.cli.severity_words import HELP, severity_word
from ccmail.problems import CcmailError, InputError, Problem, Severity, UsageError
from ccmail.wording import Wording, say

T = TypeVar("T")

# Characters that control a terminal: names and server replies come from strangers.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MEGABYTE = 1_000_000
_STATES = {
    "accepted": say("accepted"),
    "refused": say("refused"),
    "deferred": say("to retry"),
    "in_doubt": say("in doubt"),
    "to_go": say("to go"),
    "queued": say("to go"),
    "claimed": say("taken"),
    "in_flight": say("handed over"),
    "left_out": say("left out"),
}
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_APART = re.compile(r"\S( {3,})(?=\S)")
_DRAWN = ("│", "╭", "├")  # lines of `snippet`, which knows the width
_EXPLAINED = 3  # codes of errors
_NEXT = say("Next")
_APART_FROM_ITS_WORDS = " " * 5
_PAIR = 2  # columns of a table with headers that is not made narrower by taking it apart
_TALLEST = 4  # lines of a cell; a taller and narrow one is better read below the others of its row
_SHORTEST = 12  # columns of a hanging text; with fewer, its words stand one below the other
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

    def result(self, text: str, data: Mapping[str, Any] | None = None, *, then: Sequence[str] = ()) -> None:
        """Print the result of the command.

        Args:
            text: For people.
            data: With --json.
            then: The commands that may come next. They are left out with --quiet, and inside another command.
        """
        if self.json and self._collected is not None:
            self._collected.append(dict(data or {}))
        elif self.json:
            import json

            self.stream([json.dumps(_in_words(data or {}), default=self._plain, ensure_ascii=False)])
        else:
            shows_next = then and not self.quiet and self._collected is None
            if parts := [part for part in (text, next_lines(then) if shows_next else "") if part]:
                self._write(sys.stdout, "\n\n".join(parts))

    def stream(self, lines: Iterable[str]) -> bool:
        """Print any number of lines as they come; end when the reader of the pipe is gone, and return False then."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            for line in lines:
                sys.stdout.write(line + "\n")
            sys.stdout.flush()
            return True
        return False

    def say(self, text: str) -> None:
        """Print a message about progress, on standard error; nothing with --quiet."""
        if not self.quiet:
            self._write(sys.stderr, text)

    def begin(self, text: str) -> None:
        """Say at a terminal what begins now and may take a while; nothing in a pipe or with --json."""
        if not self.json and terminal_width(sys.stderr):
            self.say(text)

    def warn(self, text: str) -> None:
        """Print a warning; nothing with --json."""
        if not self.json:
            word = f"{said(severity_word(Severity.WARNING))}:"
            self._write(sys.stderr, f"{self.paint(word, 'warning', sys.stderr)} {said(text)}")

    def problems(self, problems: Iterable[Problem], *, on_stdout: bool = False) -> None:
        """Show problems with their source lines; notes only with --verbose."""
        from ccmail.cli.snippet import snippet

        stream = sys.stdout if on_stdout else sys.stderr
        for problem in problems:
            if problem.severity is Severity.NOTE and not self.verbose:
                continue
            drawn = snippet(problem, terminal_width(stream), catalogue=catalogue())
            head, line_end, rest = drawn.partition("\n")
            word = problem.severity.value
            self._write(stream, self.paint(head, word, stream) + line_end + rest + "\n")

    def failure(self, error: CcmailError) -> None:
        """Show the error that stopped the run."""
        message, hint = map(said, (error.message, error.hint))
        if self.json:
            data: dict[str, Any] = {"error": {"code": error.code, "message": message, "hint": hint}}
            if isinstance(error, InputError):
                data |= {"problems": error.problems}
            self.result("", data)
            return
        if isinstance(error, InputError):
            self.problems(error.problems)
            if not self.quiet:
                self._write(sys.stderr, next_lines(explaining(error.problems)))
            return
        word = said(severity_word(Severity.ERROR))
        label = f"{word}[{error.code}]" if error.code else f"{word}:"
        below = f"\n  {said(HELP)} {hint}" if hint else ""
        self._write(sys.stderr, f"{self.paint(label, 'error', sys.stderr)} {message}{below}")

    def ask(self, question: str) -> str:
        """Ask for a confirmation and return what was typed; Ctrl-C and the end of the input are the answer "".

        What was typed before the question could be read is no answer.
        """
        _forget_typed_ahead()
        typed = ""
        with contextlib.suppress(KeyboardInterrupt):
            typed = self._line(question)
        if not typed:
            self._write(sys.stderr, "")  # the cursor still stands behind the question
        return typed.strip()

    def _line(self, question: str) -> str:
        """Ask a question and return the line that was typed, "" at the end of the input."""
        limit = terminal_width(sys.stderr)
        lines = wrap(question, limit - _SHORTEST) if limit else [question]
        sys.stderr.write("\n".join(lines) + " ")
        sys.stderr.flush()
        return sys.stdin.readline()

    def ask_for(self, question: str, default: str, read: Callable[[str], T]) -> T:
        """Ask a question until the answer can be read; Enter takes the default.

        Args:
            question: The text, with its question mark.
            default: Shown in brackets; `read` accepts it.
            read: Returns the meaning of an answer, or raises `UsageError` with the reason why it is wrong.

        Raises:
            KeyboardInterrupt: Ctrl-C, or the end of the input (Ctrl-D, a closed window): neither takes the default.
        """
        while True:
            typed = self._line(f"{question} [{default}]")
            if not typed:
                raise KeyboardInterrupt
            try:
                return read(typed.strip() or default)
            except UsageError as reason:
                words = filter(None, map(said, (reason.message, reason.hint)))
                self._write(sys.stderr, f"  {': '.join(words)}")

    def may_ask(self) -> bool:
        """Return whether a person at a terminal may be asked."""
        return self.interactive and not self.json and sys.stdin is not None and sys.stdin.isatty()

    def paint(self, text: str, style: str, stream: IO[str] | None = None) -> str:
        """Return a text in the colour of a style, if the stream is a terminal with colours."""
        stream = stream or sys.stdout
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if not self.json and self.takes_codes(stream) else text

    def takes_codes(self, stream: IO[str] | None) -> bool:
        """Return whether a stream is a terminal that may be given colours and cursor moves."""
        refuses = not self.colour or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not refuses and stream is not None and stream.isatty()

    def _plain(self, value: Any) -> Any:
        """Return a value that JSON does not know as one that it knows."""
        match value:
            case Problem():
                return _problem_data(value.said_in(catalogue()))
            case enum.Enum():
                return value.value
            case dt.date() | dt.datetime():
                return value.isoformat()
            case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
                return _in_words({f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
            case _:
                return str(value)

    def _write(self, stream: IO[str], text: str) -> None:
        if limit := terminal_width(stream):
            text = "\n".join(fold(line, limit) for line in text.split("\n"))
        # the reader of our output may be gone or missing: a sending must go on all the same
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.write(text + "\n")
            stream.flush()


def _in_words(value: Any) -> Any:
    """Return a value for JSON with its texts in the language of the person at the terminal."""
    match value:
        case Wording():
            return said(value)
        case Mapping():
            return {key: _in_words(each) for key, each in value.items()}
        case list() | tuple():
            return [_in_words(each) for each in value]
    return value


def _forget_typed_ahead() -> None:
    if sys.platform != "win32":
        import termios

        with contextlib.suppress(termios.error, OSError, ValueError):  # a pipe: nobody types
            termios.tcflush(sys.stdin, termios.TCIFLUSH)


def next_lines(steps: Sequence[str]) -> str:
    """Return the lines that end the output of a command: "Next   ccmail send news     goes on with the rest".

    On a terminal that is too narrow for a command and what it does, the command stands alone.
    """
    lead = f"{said(_NEXT)}   "
    limit = (terminal_width(sys.stdout) or sys.maxsize) - len(lead)
    commands = (each if width(each) <= limit else each.partition(_APART_FROM_ITS_WORDS)[0] for each in steps)
    return lead + f"\n{' ' * len(lead)}".join(commands)


def step(command: str, words: str) -> str:
    """Return a command that may come next, with what it does."""
    return f"{command}{_APART_FROM_ITS_WORDS}{words}"


def explaining(problems: Iterable[Problem]) -> tuple[str, ...]:
    """Return the command that explains the errors of an input, a few of them; none if there is no error."""
    codes = list(dict.fromkeys(p.code for p in problems if p.is_error))[:_EXPLAINED]
    return (step(f"ccmail explain {' '.join(codes)}", tr("says more")),) if codes else ()


def shown(text: str) -> str:
    """Return a foreign text safe to print: control characters become visible."""
    return _OBEYED.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", " ").replace("\n", " "))


def number(count: int) -> str:
    """Return a number as people write it: 1,184."""
    return catalogue().number(count)


def people(count: int) -> str:
    """Return "1 person", "1,184 people"."""
    return tr_n("{n:,} person", "{n:,} people", count)


def state_word(name: str, *, real: bool = True) -> str:
    """Return a state or term as people say it: "in doubt"; docs/reference/commands.md lists these words.

    Args:
        name: As in the ledger and in --json.
        real: Whether mails left this computer: no server accepts what a rehearsal writes.
    """
    return tr("written") if name == "accepted" and not real else said(_STATES[name])


def balance_line(candidates: int, terms: Mapping[str, int], *, real: bool = True, has_lists: bool = True) -> str:
    """Return the books in one line: "11 on the lists = 9 accepted + 2 refused".

    Without `has_lists` the people are those who have an event: "11 with the event = 11 accepted".
    """
    said_terms = " + ".join(f"{number(people)} {state_word(term, real=real)}" for term, people in terms.items())
    if has_lists:
        return tr("  {n:,} on the lists = {terms}", n=candidates, terms=said_terms)
    return tr("  {n:,} with the event = {terms}", n=candidates, terms=said_terms)


def size(count: int) -> str:
    """Return a size as people write it: "41 kB"."""
    return f"{decimal(count / 1e6)} MB" if count >= _MEGABYTE else f"{max(1, round(count / 1000))} kB"


def decimal(value: float) -> str:
    """Return a number with one digit behind the point, or in German the comma: 0.4."""
    whole, tenths = f"{value:.1f}".split(".")
    return tr("{whole}.{tenths}", whole=whole, tenths=tenths)


def columns(
    rows: Sequence[Sequence[str]], *, indent: str = "  ", right: Iterable[int] = (), headed: bool = False
) -> str:
    """Return rows aligned in columns, three blanks apart.

    On a terminal that is too narrow, the widest columns become narrower, and their cells have several lines; if not
    even that fits, the cells of a row stand one below the other.

    Args:
        rows: The rows.
        indent: What each line begins with.
        right: The columns that are aligned right: numbers.
        headed: Whether the first row says what the columns are.
    """
    aligned_right = frozenset(right)
    widths = [max(width(row[i]) for row in rows if i < len(row)) for i in range(max(map(len, rows)))]
    if limit := terminal_width(sys.stdout):
        room = limit - len(indent) - 3 * (len(widths) - 1)
        widths = _narrowed(rows, widths, room)
        if sum(widths) > room and (len(widths) > _PAIR or not headed):
            return _stacked(rows, indent, headed=headed)
    wrapped = [[wrap(cell, widths[index]) for index, cell in enumerate(row)] for row in rows]
    if not headed and any(
        len(c) > _TALLEST and widths[i] < limit / 2 for cells in wrapped for i, c in enumerate(cells)
    ):
        return _stacked(rows, indent, headed=False)
    lines = []
    for cells in wrapped:
        for line in itertools.zip_longest(*cells, fillvalue=""):
            aligned = (
                _aligned(cell, widths[index], to_the_right=index in aligned_right) for index, cell in enumerate(line)
            )
            lines.append((indent + "   ".join(aligned)).rstrip())
    return "\n".join(lines)


def _stacked(rows: Sequence[Sequence[str]], indent: str, *, headed: bool) -> str:
    """Return rows with their cells one below the other, each with the header of its column."""
    if not headed:
        pieces = [[f"{indent}{'  ' if i else ''}{cell}" for i, cell in enumerate(row) if cell] for row in rows]
        return "\n".join(line for lines in pieces for line in lines)
    heads, *others = rows
    named = ([[head, cell] for head, cell in zip(heads, row, strict=False) if cell] for row in others)
    return "\n\n".join(columns(pairs, indent=indent) for pairs in named if pairs)


def _aligned(cell: str, columns_wide: int, *, to_the_right: bool) -> str:
    blanks = " " * (columns_wide - width(cell))
    return blanks + cell if to_the_right else cell + blanks


def _narrowed(rows: Sequence[Sequence[str]], widths: Sequence[int], limit: int) -> list[int]:
    """Return the widths of columns that have so much room together, none of them narrower than its longest word."""
    words = [
        max((width(word) for row in rows if i < len(row) for word in row[i].split()), default=0)
        for i in range(len(widths))
    ]
    narrowed = list(widths)
    while sum(narrowed) > limit:
        broad = [i for i, each in enumerate(narrowed) if each > words[i]]
        if not broad:
            break
        narrowed[max(broad, key=lambda i: narrowed[i])] -= 1
    return narrowed


def beside(line: str, place: str) -> str:
    """Return a line with a place at its end; on a terminal that is too narrow, with the place below it."""
    limit = terminal_width(sys.stdout)
    fits = not limit or width(f"{line}   {place}") <= limit
    return f"{line}   {place}".rstrip() if fits else f"{line}\n    {place}"


def wrap(text: str, columns_wide: int) -> list[str]:
    """Return a text in lines of at most so many terminal columns; no word is broken."""
    if width(text) <= columns_wide:
        return [text]
    lines = [""]
    for word in text.split():
        line = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and width(line) > columns_wide:
            lines.append(word)
        else:
            lines[-1] = line
    return lines


def fold(line: str, columns_wide: int) -> str:
    """Return a line in several ones if it is wider than a terminal: they hang below its last column, or its indent."""
    if width(line) <= columns_wide or any(sign in line for sign in _DRAWN):
        return line
    ends = (found.end(1) for found in _APART.finditer(line))
    apart = [end for end in ends if _fits(line[end:], width(line[:end]), columns_wide)]
    hang = max((width(line[:end]) for end in apart), default=0)
    head = next((line[:end] for end in apart if width(line[:end]) == hang), "")
    rest = line[len(head) :]
    indent = rest[: len(rest) - len(rest.lstrip())]
    if not hang:
        head, hang, rest = indent, len(indent), rest[len(indent) :]
        hang += 2 if indent else 0
    first, *more = _pieces(rest, columns_wide - width(head), columns_wide - hang)
    return "\n".join([head + first, *(" " * hang + piece for piece in more)])


def _fits(text: str, hang: int, columns_wide: int) -> bool:
    """Return whether a text may hang at a column: each of its words fits there."""
    return hang + max(_SHORTEST, *map(width, text.split())) <= columns_wide


def _pieces(text: str, first: int, others: int) -> list[str]:
    """Return a text in lines: the first one has another width than the others."""
    lines = wrap(text, first)
    return [lines[0], *wrap(" ".join(lines[1:]), others)] if len(lines) > 1 else lines


def terminal_width(stream: IO[str] | None) -> int:
    """Return how many columns a terminal has (COLUMNS wins), 0 for a file or pipe: their lines may have any width."""
    try:
        if stream is None or not stream.isatty():
            return 0
    except ValueError:  # it is closed
        return 0
    return shutil.get_terminal_size().columns


def width(text: str) -> int:
    """Return the number of terminal columns of a text."""
    seen = _ESCAPES.sub("", text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in seen)


def _problem_data(problem: Problem) -> dict[str, Any]:
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
