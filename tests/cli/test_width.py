"""On a terminal no line is wider than it, and no word is broken."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from ccmail.cli.app import ccmail
from ccmail.cli.console import Console, beside, columns, fold, width
from ccmail.cli.snippet import snippet
from ccmail.problems import Mark, Place, Problem

LONG = "Bürgermeisterkonferenz in 東京都庁舎 mit Zu\u0308rich, Tbilisi und vielen anderen Städten des Netzwerks"
ROWS = [
    ["to", "in", "people", "begins"],
    ["international", "Deutsch + English", "1,184", f"Sehr geehrte Frau Prof. Dr. {LONG},"],
    ["recipients/german.csv", LONG, "3", "Guten Tag,"],
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(params=[40, 60, 80, 120])
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Terminal]:
    """A function that makes standard output a terminal: called in the test, since pytest captures each phase anew."""

    def begin() -> Terminal:
        monkeypatch.setattr(sys, "stdout", output := Terminal())
        return output

    return begin


def words(text: str) -> list[str]:
    return text.split()


def test_a_table_wraps_inside_its_columns(terminal: int, screen: Callable[[], Terminal]) -> None:
    screen()

    table = columns(ROWS, right={2}, headed=True)

    assert max(map(width, table.split("\n"))) <= terminal
    assert set(words(table)) == set(words(" ".join(cell for row in ROWS for cell in row)))


def test_a_long_line_hangs_below_its_last_column(terminal: int) -> None:
    lines = fold(f"  left out   {LONG} {LONG}", terminal).split("\n")

    assert max(map(width, lines)) <= terminal
    assert all(line.startswith(" " * 13) and line[13] != " " for line in lines[1:])
    assert words(" ".join(lines)) == ["left", "out", *words(LONG), *words(LONG)]


def test_an_address_that_is_too_long_stays_whole() -> None:
    assert fold(f"  see {'x' * 90}", 60) == f"  see\n    {'x' * 90}"


def test_the_console_prints_no_line_wider_than_the_terminal(terminal: int, screen: Callable[[], Terminal]) -> None:
    output = screen()

    Console().result(f"Wrote 3 files. {LONG}\n{columns(ROWS)}")

    assert max(map(width, output.getvalue().split("\n"))) <= terminal


@pytest.mark.parametrize("at", [1, 40, 160, 300])
def test_a_source_line_moves_its_window_to_the_caret(terminal: int, at: int) -> None:
    line = (LONG * 6)[: at - 1] + "WRONG" + LONG * 3
    place = Place("campaigns/a.yaml", 20, at, 5, line)

    drawn = snippet(
        Problem("Y101", LONG, marks=(Mark(place, "this is a long explanation of it"),), hint=LONG), terminal
    )

    shown, carets = next(pair for pair in zip(drawn.split("\n"), drawn.split("\n")[1:], strict=False) if "^" in pair[1])
    assert max(map(width, drawn.split("\n"))) <= terminal
    assert width(shown[: shown.index("WRONG")]) == carets.index("^^^^^")


def test_the_path_of_a_file_hangs_below_itself() -> None:
    place = Place("recipients/contacts of the network.csv", 12, 1, 5, "wrong", field="E-Mail")

    drawn = snippet(Problem("R501", "no address", marks=(Mark(place),)), 40).split("\n")

    assert max(map(width, drawn)) <= 40
    assert [line.strip() for line in drawn[1:3]] == [
        "╭─ recipients/contacts of the",
        "│  network.csv:12, column E-Mail",
    ]


def test_a_pair_that_does_not_fit_stands_one_below_the_other(
    monkeypatch: pytest.MonkeyPatch, screen: Callable[[], Terminal]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    screen()

    table = columns(
        [["recipients/international.csv", "columns: E-Mail-Adresse → email, Nachname → last name"]], indent=""
    )

    assert table.split("\n")[0] == "recipients/international.csv"


def test_a_cell_that_would_be_tall_and_narrow_stands_below_the_others_of_its_row(
    monkeypatch: pytest.MonkeyPatch, screen: Callable[[], Terminal]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    screen()
    row = ["campaigns/2020-10-07-a-name-that-is-long-as-many.yaml", "ok", "2 languages · 4 variants · " * 3]

    assert columns([row], indent="") == f"{row[0]}\n  ok\n  {row[2]}"


def test_a_place_stands_below_a_line_that_has_no_room_for_it(
    monkeypatch: pytest.MonkeyPatch, screen: Callable[[], Terminal]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    screen()

    assert beside("warning: two words", "recipients/a b.csv:3") == "warning: two words   recipients/a b.csv:3"
    assert beside("w" * 45, "recipients/a b.csv:3") == "w" * 45 + "\n    recipients/a b.csv:3"


@pytest.mark.parametrize("words", [(), ("send",), ("recipients", "find"), ("check",)])
def test_help_breaks_no_word(terminal: int, words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(ccmail, [*words, "--help"], terminal_width=terminal - 2)
    wide = CliRunner().invoke(ccmail, [*words, "--help"], terminal_width=78)

    assert max(map(width, done.output.split("\n"))) <= terminal
    assert done.output.split() == wide.output.split()


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_without_colours_gets_no_codes(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Console().takes_codes(Terminal())

    monkeypatch.setenv(variable, value)

    assert not Console().takes_codes(Terminal())
    assert Console().paint("error", "error", Terminal()) == "error"
