from __future__ import annotations

import io
import itertools
import sys
import time

import pytest

from ccmail.cli.console import Console
from ccmail.cli.counting import counting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("people", "is_shown"), [(100_000, True), (800, False)])
def test_many_people_get_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, people: int, is_shown: bool) -> None:  # noqa: FBT001
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(time, "monotonic", itertools.count().__next__)

    with counting(Console(), "checked") as report:
        report(people // 2, people)

    assert ("50,000 of 100,000" in terminal.getvalue()) is is_shown


def test_a_pipe_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", pipe := io.StringIO())

    with counting(Console(), "checked") as report:
        report(50_000, 100_000)

    assert pipe.getvalue() == ""
