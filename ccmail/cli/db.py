"""`ccmail db`: the tables of the ledger, and the move of a ledger to a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command, Commands
from ccmail.cli.console import columns, people, step
from ccmail.cli.language import tr, tr_n
from ccmail.cli.values import FilePath
from ccmail.problems import UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.ledger.moving import LedgerImport
    from ccmail.ledger.revision import LedgerUpgrade
    from ccmail.workspace import Workspace


_LOOK = ["ccmail status"]


@click.group(cls=Commands, name="db")
def command() -> None:
    """Bring a ledger on a server up to date, or import a ledger into one."""


# ── upgrade ──


@command.command(cls=Command, name="upgrade")
@click.pass_obj
def upgrade(context: CliContext, /) -> None:
    """Bring the tables of the ledger up to date; on a server nobody else may be working with it."""
    from ccmail.ledger import upgrade_ledger
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    place = workspace.ledger_place
    if isinstance(place, Path) and not place.exists():
        words = tr("There is no ledger yet: the first sending makes it.")
        data: dict[str, Any] = {"ledger": str(place), "from": None, "to": None, "copy": None, "queue": None}
        context.console.result(words, data, then=_LOOK)
        return
    done = upgrade_ledger(place)
    steps = _upgrade_queue(workspace)
    data = {
        "ledger": done.ledger,
        "from": done.found,
        "to": done.revision,
        "copy": done.copy or None,
        "queue": None if steps is None else list(steps),
    }
    lines = [*_upgrade_lines(workspace, done)]
    if steps:
        lines.append(tr("The tables of the queue for workers are up to date now."))
    context.console.result("\n".join(lines), data, then=_LOOK)


def _upgrade_queue(workspace: Workspace) -> tuple[str, ...] | None:
    """Bring the tables of the queue up to date, which lie beside those of the ledger, while nobody works with them.

    Returns:
        The steps that were done; None where no workers can be: with a file, or without their extra.
    """
    from ccmail.jobs import open_queue
    from ccmail.ledger import nobody_else

    try:
        queue = open_queue(workspace)
    except UsageError:
        return None
    try:
        queue.refuse_outdated()
    except UsageError:
        with nobody_else(workspace.ledger_place):
            return queue.upgrade()
    return ()


def _upgrade_lines(workspace: Workspace, done: LedgerUpgrade) -> Iterator[str]:
    if not done.has_changed:
        yield tr(
            "The tables of the ledger {ledger} are of revision {revision}: there is nothing to do.",
            ledger=_shown(workspace, done.ledger),
            revision=done.revision,
        )
        return
    if done.found is None:
        yield tr(
            "The ledger {ledger} was empty. Its tables are made, of revision {revision}.",
            ledger=done.ledger,
            revision=done.revision,
        )
        return
    yield tr(
        "The tables of the ledger {ledger} were of revision {found}, and are of revision {revision} now.",
        ledger=_shown(workspace, done.ledger),
        found=done.found,
        revision=done.revision,
    )
    if done.copy:
        yield tr("The ledger as it was before: {file}", file=workspace.shown(Path(done.copy)))
    else:
        yield tr("ccmail has made no copy: backups of a server are its administrator's.")


def _shown(workspace: Workspace, ledger: str) -> str:
    return ledger if workspace.settings.ledger else workspace.shown(Path(ledger))


# ── import ──


@command.command(cls=Command, name="import")
@click.argument("file", required=False, metavar="[FILE]", type=FilePath(exists=True, dir_okay=False))
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would be imported; nothing is written.")
@click.pass_obj
def import_file(context: CliContext, /, file: Path | None, *, dry_run: bool) -> None:
    """Move the ledger in FILE into the empty database that ccmail.yaml names; without FILE: that of this workspace."""
    from ccmail.ledger import import_ledger
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    source = file or workspace.ledger_file
    context.console.begin(tr("Reading {file} …", file=workspace.shown(source)))
    done = import_ledger(source, workspace.ledger_place, workspace.state, workspace.zone, look_only=dry_run)
    is_over = done.kept is not None or dry_run
    if not is_over:
        context.console.warn(
            say(
                "{file} could not be given another name: do it yourself, so that nobody sends from it",
                file=workspace.shown(source),
            )
        )
    data = _import_data(workspace, done, dry_run=dry_run)
    then = [step("ccmail db import", tr("imports it"))] if dry_run else _LOOK
    context.console.result("\n".join(_import_lines(workspace, done, dry_run=dry_run)), data, then=then)


def _import_data(workspace: Workspace, done: LedgerImport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "file": workspace.shown(done.file),
        "ledger": done.ledger,
        "revision": done.revision,
        "tables": [{"name": name, "rows": rows} for name, rows in done.rows.items()],
        "campaigns": done.campaigns,
        "is_imported": not dry_run,
        "kept": workspace.shown(done.kept) if done.kept else None,
        "copy": workspace.shown(Path(done.copy)) if done.copy else None,
    }


def _import_lines(workspace: Workspace, done: LedgerImport, *, dry_run: bool) -> Iterator[str]:
    file = workspace.shown(done.file)
    if dry_run:
        yield tr("{file} would go to {ledger}:", file=file, ledger=done.ledger)
    else:
        yield tr(
            "{file} is imported into {ledger}; every row was read back and compared.", file=file, ledger=done.ledger
        )
    yield columns(
        [[name, tr_n("{n:,} row", "{n:,} rows", rows)] for name, rows in done.rows.items() if rows], right={1}
    )
    for campaign in done.campaigns:
        yield "  " + tr(
            "{campaign}: {accepted:,} of {people} have the mail",
            campaign=campaign.id,
            accepted=campaign.accepted,
            people=people(campaign.people),
        )
    if done.copy:
        yield tr("The ledger as it was before: {file}", file=workspace.shown(Path(done.copy)))
    if done.kept:
        yield tr(
            "The file is called {file} now, and nothing reads it any more. The keys stay where they are.",
            file=workspace.shown(done.kept),
        )
    if dry_run:
        yield tr("Nothing was written.")
