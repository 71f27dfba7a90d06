"""`--at`: the line that a terminal shows while a sending waits for its time."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from ccmail.cli.language import tr
from ccmail.cli.times import moment, span

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from ccmail.cli.console import Console

_MINUTE = 60


@contextlib.contextmanager
def countdown(console: Console, at: dt.datetime, zone: dt.tzinfo) -> Iterator[Callable[[float], None]]:
    """Yield a function that shows the seconds that are left, in a line that changes; in a pipe one line is enough."""
    time = moment(at, zone)
    if not console.takes_codes(sys.stderr) or console.quiet or console.json:
        console.say(tr("waits until {time}. The number is confirmed; Ctrl-C cancels.", time=time))
        yield lambda _left: None
        return
    from rich.console import Console as Terminal
    from rich.progress import Progress, TextColumn

    terminal = Terminal(stderr=True, highlight=False)
    with Progress(TextColumn("{task.description}"), console=terminal, auto_refresh=False, transient=True) as line:
        task = line.add_task("")

        def show(left: float) -> None:
            rest = span(left) if left > _MINUTE else f"{left:.0f} s"
            words = tr("  waits until {time} · {rest} left · Ctrl-C cancels", time=time, rest=rest)
            line.update(task, description=words, refresh=True)

        yield show
