"""The progress of a plan or check of many people, as a bar on a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING

from ccmail import gc_tuning
from ccmail.cli.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress

    from ccmail.cli.console import Console

_MANY = 5000  # people; fewer are done before a bar can be read
_OFTEN_ENOUGH = 0.1  # seconds between two updates of the bar


@contextlib.contextmanager
def counting(console: Console, done_word: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that takes the number of people done and the number of all.

    Its first call means that everything is loaded and a stream of any length begins: it makes Python collect garbage
    often from then on.

    Args:
        console: Decides whether a bar is shown.
        done_word: The word on the bar, in the language of the person at the terminal: "checked".
    """
    is_shown = not (console.quiet or console.json) and console.takes_codes(sys.stderr)
    with contextlib.ExitStack() as shown:
        bar: Progress | None = None
        shown_at = time.monotonic()

        def report(done: int, of: int) -> None:
            nonlocal bar, shown_at
            if done == 1:
                gc_tuning.tighten()
            if not is_shown or of < _MANY or time.monotonic() - shown_at < _OFTEN_ENOUGH:
                return
            shown_at = time.monotonic()
            if bar is None:
                bar = shown.enter_context(_bar(done_word, of))
            bar.update(bar.task_ids[0], completed=done, total=max(done, of), counted=_counted(done, of), refresh=True)

        yield report


def _bar(done_word: str, of: int) -> Progress:
    """Return a bar that vanishes at the end: "  checked ━━━━━━━╸────── 50,000 of 100,000"."""
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, Progress, TextColumn

    bar = Progress(
        TextColumn("  {task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[counted]}"),
        console=Terminal(stderr=True, highlight=False),
        auto_refresh=False,
        transient=True,
    )
    bar.add_task(done_word, total=of, counted="")
    return bar


def _counted(done: int, of: int) -> str:
    return tr("{done:,} of {all:,}", done=done, all=max(done, of))
