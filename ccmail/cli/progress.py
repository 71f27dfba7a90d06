"""The progress of a sending: a bar in a terminal, a line for each tenth in a pipe."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.cli.console import Console, shown
from ccmail.cli.language import said, tr
from ccmail.cli.times import zone_word

if TYPE_CHECKING:
    from ccmail.delivery import Progress, Waiting
    from ccmail.sending.send_plan import SendPlan

_MANY = 50  # people; fewer are done before a line can be read
_OFTEN_ENOUGH = 0.1  # seconds between two updates of the bar: more updates only cost time


@contextlib.contextmanager
def progress_of(console: Console, plan: SendPlan, zone: dt.tzinfo) -> Iterator[Callable[[Progress], None]]:
    """Yield a function that takes each event of a sending: an outcome, or a wait; times are shown in a time zone."""
    if console.quiet or console.json:
        yield lambda _progress: None
    elif console.takes_codes(sys.stderr):
        with _bars(plan, zone) as report:
            yield report
    else:
        yield _Lines(console, plan.people, zone).report


def _wait_words(wait: Waiting, zone: dt.tzinfo) -> str:
    """Return a wait in words: "waiting 300 s, goes on at 14:32 CET: 450 too many mails per hour".

    A wait that a person ends has its words alone: "paused by kim@desk; goes on after: ccmail continue news".
    """
    if math.isinf(wait.seconds):
        return shown(said(wait.why))
    then = clock.now().astimezone(zone) + dt.timedelta(seconds=wait.seconds)
    return tr(
        "waiting {seconds} s, goes on at {time}: {why}",
        seconds=f"{wait.seconds:.0f}",
        time=f"{then:%H:%M:%S} {zone_word(then)}",
        why=shown(said(wait.why)),
    )


class _Lines:
    """Progress for pipes and logs: a line every ten percent, no control codes.

    Few people are served before a line can be read: what is said of them is only that somebody has paused them.
    """

    def __init__(self, console: Console, people: int, zone: dt.tzinfo) -> None:
        self._console = console
        self._people = people
        self._zone = zone
        self._done = 0
        self._said = 0

    def report(self, progress: Progress) -> None:
        from ccmail.delivery import Waiting, Watched

        if isinstance(progress, Waiting):
            if self._people >= _MANY or math.isinf(progress.seconds):
                self._console.say(_wait_words(progress, self._zone))
            return
        self._done = progress.done if isinstance(progress, Watched) else self._done + 1
        tenths = 10 * self._done // max(1, self._people)
        if tenths > self._said and self._people >= _MANY:
            self._said = tenths
            self._console.say(tr("{done:,} of {all:,}", done=self._done, all=self._people))


@contextlib.contextmanager
def _bars(plan: SendPlan, zone: dt.tzinfo) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from ccmail.delivery import Waiting, Watched

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
    advice = tr("Ctrl-C pauses, nothing is lost")
    if plan.workers:
        advice = tr("Ctrl-C ends this view, the workers go on")
    task = bars.add_task("", total=plan.people, note=advice)
    done, shown_at = 0, 0.0
    with bars:

        def report(progress: Progress) -> None:
            nonlocal done, shown_at
            if isinstance(progress, Waiting):
                bars.update(task, completed=done, note=_wait_words(progress, zone), refresh=True)
                return
            done = progress.done if isinstance(progress, Watched) else done + 1
            if time.monotonic() - shown_at > _OFTEN_ENOUGH:
                shown_at = time.monotonic()
                bars.update(task, completed=done, note=advice, refresh=True)

        yield report
        bars.update(task, completed=done, note="", refresh=True)
