"""`ccmail new`: a new campaign file."""

from __future__ import annotations

from pathlib import Path

import click

from ccmail.cli.app import Command, Context

_TITLES = {"announcement": "Unsere nächste Veranstaltung", "review": "Rückblick auf unsere Veranstaltung"}


@click.command(cls=Command, name="new")
@click.argument("kind", metavar="TYPE", type=click.Choice(["announcement", "review"]))
@click.argument("title", required=False)
@click.option("--date", help="7.10.2020 or 2020-10-07; without it: in four weeks (a review: today).")
@click.option("--time", "times", default="", help="13:00-15:30; without it the event takes the whole day.")
@click.option("--place", default="online", show_default=True, help="online, or an address.")
@click.option(
    "--from", "text", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A text file to begin with."
)
@click.option("--open", "edit", is_flag=True, help="Open it in the editor.")
@click.pass_obj
def command(
    context: Context,
    /,
    kind: str,
    title: str | None,
    *,
    date: str | None,
    times: str,
    place: str,
    text: Path | None,
    edit: bool,
) -> None:
    """Make a new campaign file: TYPE is announcement or review."""
    from ccmail import pipeline

    console = context.console
    workspace = pipeline.open_workspace(context.start)
    if title is None and console.may_ask():
        title = console.ask(f"Title? [{_TITLES[kind]}] ")
        date = date or console.ask("Date of the event? [in four weeks] ") or None
        times = times or console.ask("Time, such as 13:00–15:30? [whole day] ")
    path = pipeline.make_campaign(
        workspace, kind, title or _TITLES[kind], date=date, times=times, place=place, text=text
    )
    lines = path.read_text(encoding="utf-8").count("\n")
    shown = workspace.shown(path)
    console.result(f"Wrote {shown} ({lines} lines)\nNext   ccmail check {path.stem}", {"file": shown, "id": path.stem})
    if edit:
        click.edit(filename=str(path))
