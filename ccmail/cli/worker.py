"""`ccmail worker`: sends batches of a ledger on a server, beside other workers."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING, Literal

import click

from ccmail import gc_tuning
from ccmail.cli.app import CliContext, Command
from ccmail.cli.language import tr
from ccmail.cli.values import OneOf, WholeNumber

if TYPE_CHECKING:
    from ccmail.worker.process import WorkerProcess

_JOBS = 3
_STALE = 30  # seconds


@click.command(cls=Command, name="worker")
@click.option("--jobs", type=WholeNumber(1, 64), default=_JOBS, help="Batches of 500 people at the same time.")
@click.option("--metrics", metavar="HOST:PORT", help="Show numbers for Prometheus there, such as 127.0.0.1:9464.")
@click.option("--log", type=OneOf(("json", "text")), help="The form of the log; text on a terminal, else json.")
@click.option(
    "--stale",
    type=WholeNumber(1, 3600),
    default=_STALE,
    metavar="SECONDS",
    help="Count as dead, for the others, after so many seconds of silence.",
)
@click.pass_obj
def command(
    context: CliContext, /, *, jobs: int, metrics: str | None, log: Literal["json", "text"] | None, stale: int
) -> None:
    """Send what `ccmail send` puts into the queue, until Ctrl-C or SIGTERM.

    The ledger has to lie on a PostgreSQL server; any number of workers on any number of computers share it. A worker
    needs ccmail.yaml and the keys in .ccmail: no campaigns, no templates, no lists. At its end it finishes the mails
    under way, and leaves the rest to the others.
    """
    from ccmail.jobs import open_queue
    from ccmail.worker.counters import Counters
    from ccmail.worker.log import Log
    from ccmail.worker.process import WorkerProcess, refuse_unready
    from ccmail.worker.state import read_state
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    queue = open_queue(workspace)
    refuse_unready(workspace, queue)
    counters, lines = Counters(), Log(sys.stderr, log)
    process = WorkerProcess(workspace, queue, lines, counters, jobs=jobs, stale=float(stale))
    context.console.say(tr("Waiting for batches; Ctrl-C finishes the mails under way and ends"))
    with contextlib.ExitStack() as stack:
        stack.enter_context(lines.of_libraries())
        if metrics:
            from ccmail.worker.metrics import MetricsServer

            server = stack.enter_context(MetricsServer(metrics, counters, lambda: read_state(workspace, queue)))
            context.console.say(tr("Numbers for Prometheus: {url}", url=server.url))
        asyncio.run(_work(process))


async def _work(process: WorkerProcess) -> None:
    from ccmail.delivery import stop_at_signals

    gc_tuning.tighten()
    gc_tuning.freeze()  # what is loaded by now stays
    with stop_at_signals() as stop:
        await process.work(stop)
