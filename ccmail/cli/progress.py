"""The progress of a sending: a bar in a terminal, a line for each tenth in a pipe."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ccmail.cli.console import Console, number, shown

if TYPE_CHECKING:
    from ccmail.delivery import Progress
    from ccmail.sending.send_plan import SendPlan

_MANY = 50  # people; fewer are done before a line can be read
_OFTEN_ENOUGH = 0.1  # seconds between two updates of the bar: more updates only cost time


@contextlib.contextmanager
def progress_of(console: Console, plan: SendPlan) -> Iterator[Callable[[Progress], None]]:
    """Yield a function that takes each event of a sending: an outcome, or a wait."""
    if console.quiet or console.json:
        yield lambda _progress: None
    elif console.takes_codes(sys.stderr):
        with _bars(plan) as report:
            yield report
    else:
        yield _Lines(console, plan.people).report if plan.people >= _MANY else lambda _progress: None


class _Lines:
    """Progress for pipes and logs: a line every ten percent, no control codes."""

    def __init__(self, console: Console, people: int) -> None:
        self._console = console
        self._people = people
        self._done = 0
        self._said = 0

    def report(self, progress: Progress) -> None:
        from ccmail.delivery import Waiting

        if isinstance(progress, Waiting):
            self._console.say(f"waiting {progress.seconds:.0f} s: {shown(progress.why)}")
            return
        self._done += 1
        tenths = 10 * self._done // max(1, self._people)
        if tenths > self._said:
            self._said = tenths
            self._console.say(f"{number(self._done)} of {number(self._people)}")


@contextlib.contextmanager
def _bars(plan: SendPlan) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from ccmail.delivery import Waiting

    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=Terminal(stderr=True, highlight=False),
        auto_refresh=False,
        transient=False,
    )
    task = bars.add_task("", total=plan.people, note="Ctrl-C pauses, nothing is lost")
    done, shown_at = 0, 0.0
    with bars:

        def report(progress: Progress) -> None:
            nonlocal done, shown_at
            if isinstance(progress, Waiting):
                note = f"waiting {progress.seconds:.0f} s: {shown(progress.why)}"
                bars.update(task, completed=done, note=note, refresh=True)
                return
            done += 1
            if time.monotonic() - shown_at > _OFTEN_ENOUGH:
                shown_at = time.monotonic()
                bars.update(task, completed=done, note="Ctrl-C pauses, nothing is lost", refresh=True)

        yield report
        bars.update(task, completed=done, note="", refresh=True)
