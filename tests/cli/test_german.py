"""The whole conversation at a terminal in German: plans, results, questions, numbers and dates."""

from __future__ import annotations

import datetime as dt
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ccmail.cli.app import ccmail
from ccmail.cli.console import balance_line, decimal, number, people, size, width
from ccmail.cli.language import choose_language, tr, tr_n
from ccmail.cli.ledger_words import ledger_words
from ccmail.cli.times import day_of_the_week, moment, plain_day, span, to_the_second
from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell

BERLIN = ZoneInfo("Europe/Berlin")
AT = dt.datetime(2020, 9, 21, 9, 0, 5, tzinfo=dt.UTC)
ENGLISH = re.compile(
    r"\b(?:the|is|are|and|with|not|of|to|from|for|by|this|that|who|it|on the|people|sent|next|nothing|yet|"
    r"error|warning|note|help|accepted|refused|written|left out|columns?|version of|days?)\b",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"│.*|“[^”]*”|„[^“]*“|→ .*|\S*[/\\]\S*|ccmail [a-z-].*?(?= {3,}|$)|--[a-z-]+|\S+@\S+"  # files, quotes, commands
    r"|Spalten: .*|event\.link|Dear .*"
)
WALK = (
    (),
    ("status", ANNOUNCEMENT),
    ("report", ANNOUNCEMENT),
    ("send", "-n", "-v", ANNOUNCEMENT),
    ("test", ANNOUNCEMENT),
    ("resolve", ANNOUNCEMENT),
    ("answers", REVIEW),
    ("recipients", "check", "recipients/german.csv"),
    ("recipients", "find", "jana.mueller@stadt-bonn.example"),
    ("recipients", "unsubscribe", "jana.mueller@stadt-bonn.example"),
    ("new", "announcement", "Neu"),
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def german() -> Iterator[None]:
    """The language of this test."""
    choose_language("de")
    yield
    choose_language("")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.environment["LC_ALL"] = "de_DE.UTF-8"
    return shell


def english_in(text: str) -> list[str]:
    """Return the lines in which English is left, without what is a name, a command, or quoted."""
    lines = (NAMED.sub("", line) for line in text.splitlines())
    return [line for line in lines if ENGLISH.search(line)]


def test_a_german_organiser_who_walks_through_the_demo_reads_no_english(shell: Shell) -> None:
    shown = shell.run("demo")

    assert english_in(shown.stdout + shown.stderr) == []
    assert "11 Mails in den Postausgang geschrieben" in shown.stdout
    shell.folder /= "ccmail-demo"
    for words in WALK:
        done = shell.run(*words)

        assert english_in(done.stdout + done.stderr) == [], words
        assert re.search("[äöüß]|Weiter|Spalten", done.stdout), words


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("words", [("send", "-n", "-v", ANNOUNCEMENT), ("status",), ("recipients", "check")])
def test_german_words_fit_a_terminal_and_none_is_broken(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, columns: int, words: tuple[str, ...]
) -> None:
    shell.run("demo")
    shell.folder /= "ccmail-demo"
    piped = shell.run(*words, code=int(words[0] == "recipients")).stdout
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("CCMAIL_NOW", shell.environment["CCMAIL_NOW"])
    monkeypatch.setattr(sys, "stdout", screen := Terminal())

    with pytest.raises(SystemExit):
        sys.exit(ccmail.main(["-C", str(shell.folder), *words], standalone_mode=False))

    lines = screen.getvalue().splitlines()
    assert len(lines) > 3
    # a path or command that is longer than the line stays whole, and so do the drawn lines of a source
    wide = [line for line in lines if width(line) > columns and not re.search(r"[│╭╰]", line)]
    assert [line for line in wide if len(line.split()) > 1] == []
    assert {word for word in screen.getvalue().split() if word.isalpha()} <= set(piped.split())


# ── numbers and times ──


@pytest.mark.usefixtures("german")
def test_numbers_are_written_as_germans_write_them() -> None:
    assert number(1184) == "1.184"
    assert people(1) == "1 Person"
    assert people(1184) == "1.184 Personen"
    assert decimal(0.42) == "0,4"
    assert size(1_234_000) == "1,2 MB"
    assert balance_line(1184, {"accepted": 1183, "in_doubt": 1}) == (
        "  1.184 auf den Listen = 1.183 angenommen + 1 im Zweifel"
    )


@pytest.mark.usefixtures("german")
def test_times_are_written_as_germans_write_them() -> None:
    assert moment(AT, BERLIN) == "21. Sep. 2020, 11:00 MESZ"
    assert to_the_second(AT, BERLIN) == "21. Sep. 2020, 11:00:05 MESZ"
    assert plain_day(AT, BERLIN) == "21. September 2020, 11:00 MESZ"
    assert moment(AT + dt.timedelta(days=60), BERLIN).endswith("MEZ")
    assert moment(AT, dt.UTC).endswith("09:00 UTC")
    assert day_of_the_week(AT) == "Mo, 21. Sep. 2020"
    assert span(59) == "1 Minute"
    assert span(19800) == "5 Stunden 30 Minuten"


def test_in_english_they_are_as_they_were() -> None:
    assert number(1184) == "1,184"
    assert moment(AT, BERLIN) == "21 Sep 2020 11:00 CEST"
    assert plain_day(AT, BERLIN) == "21 September 2020, 11:00 CEST"
    assert day_of_the_week(AT) == "Mon 21 Sep 2020"
    assert size(1_234_000) == "1.2 MB"


@pytest.mark.usefixtures("german")
def test_the_words_of_the_ledger_are_said_and_those_of_a_server_stay() -> None:
    interrupted = "ccmail ended between handing the mail over (2020-09-21 09:00:05 UTC) and the server’s answer"

    assert ledger_words(interrupted, BERLIN) == (
        "ccmail endete zwischen der Übergabe der Mail (21. Sep. 2020, 11:00:05 MESZ) und der Antwort des Servers"
    )
    assert ledger_words("no answer in time", BERLIN) == "keine Antwort in der vorgesehenen Zeit"
    assert ledger_words("550 5.1.1 no such user", BERLIN) == "550 5.1.1 no such user"


@pytest.mark.usefixtures("german")
def test_a_text_is_said_at_once() -> None:
    assert tr("{whole}.{tenths}", whole=1, tenths=2) == "1,2"
    assert tr_n("{n:,} hour", "{n:,} hours", 1) == "1 Stunde"
    assert tr_n("{n:,} hour", "{n:,} hours", 1184) == "1.184 Stunden"
