"""`ccmail status`: who got what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ccmail.cli.app import Command, Context
from ccmail.cli.console import columns, number, shown
from ccmail.cli.overview import overview

if TYPE_CHECKING:
    from ccmail.report import Books


@click.command(cls=Command, name="status")
@click.argument("campaign", required=False)
@click.pass_obj
def command(context: Context, /, campaign: str | None) -> None:
    """Show where every campaign stands, or who got CAMPAIGN and who did not."""
    from ccmail import pipeline

    if campaign is None:
        overview(context)
        return
    workspace = pipeline.open_workspace(context.start)
    with pipeline.open_ledger(workspace) as ledger:
        books = pipeline.read_books(workspace, ledger, campaign)
    context.console.result(_text(books), {"campaign": books.campaign, "sendings": [_data(b) for b in books.sendings]})


def _text(books: Books) -> str:
    if not books.sendings:
        return f"{books.campaign} has not been sent yet."
    parts = []
    for one in books.sendings:
        what = "sent" if one.real else "rehearsed"
        parts.append(f"{what} {one.started_at:%-d %b %Y %H:%M} · version {one.version}")
        rows = [["", *(word.replace("_", " ") for word in one.states)]]
        rows += [[segment, *(number(count) for count in counts)] for segment, counts in one.rows]
        parts.append(columns(rows, right=range(1, len(rows[0]))))
        parts.append(
            f"  {number(one.candidates)} on the lists = "
            + " + ".join(f"{number(total)} {word.replace('_', ' ')}" for word, total in one.totals)
        )
        parts += [f"  {word.replace('_', ' ')}  {shown(email)}  {shown(why)}" for email, word, why in one.named]
    return "\n".join(parts)


def _data(one: object) -> dict[str, object]:
    import dataclasses

    return dataclasses.asdict(one)  # type: ignore[call-overload, no-any-return]
