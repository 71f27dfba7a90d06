"""`ccmail check`: everything that can be wrong, with file and line."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from ccmail.cli.app import Command, Context
from ccmail.cli.console import Console, columns, count_of, people, problem_data
from ccmail.cli.counting import counting
from ccmail.problems import InputError, UsageError

if TYPE_CHECKING:
    from ccmail.pipeline import Checked
    from ccmail.problems import Problem


@click.command(cls=Command, name="check")
@click.argument("campaigns", nargs=-1, metavar="[CAMPAIGN]...")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--fix", is_flag=True, help="Repair tabs, colons and quotes in campaign files first; shows the change.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "github", "sarif")),
    default="text",
    help="github: annotations for a workflow. sarif: a log for code scanning.",
)
@click.pass_obj
def command(context: Context, /, campaigns: tuple[str, ...], *, strict: bool, fix: bool, form: str) -> None:
    """Find everything that can be wrong with campaigns and their lists.

    Without a CAMPAIGN (a path, a file name or an id) all of them are checked.
    """
    if form == "text":
        sys.exit(run(context, campaigns, strict=strict, fix=fix))
    if context.console.json:
        raise UsageError("--json and --format exclude each other", code="W781")
    from ccmail.cli.formats import FORMATS

    try:
        _, problems = _check(context, campaigns, fix=fix)
    except InputError as error:  # ccmail.yaml is wrong
        problems = error.problems
    context.console.result(FORMATS[form](problems))
    sys.exit(_exit_code(problems, strict=strict))


def run(context: Context, campaigns: tuple[str, ...] = (), *, strict: bool = False, fix: bool = False) -> int:
    """Check, show what was found, and return the exit code."""
    started = time.monotonic()
    checked, problems = _check(context, campaigns, fix=fix)
    _show(context.console, checked, problems, time.monotonic() - started)
    return _exit_code(problems, strict=strict)


def _check(
    context: Context, campaigns: tuple[str, ...], *, fix: bool
) -> tuple[tuple[Checked, ...], tuple[Problem, ...]]:
    from ccmail import pipeline

    workspace = pipeline.open_workspace(context.start)
    names = campaigns or tuple(str(path) for path in workspace.campaign_files())
    if fix:
        for name in names:
            context.console.say("\n".join(pipeline.mend_campaign(workspace, name)))
    with counting(context.console) as report:
        checked = tuple(pipeline.check(workspace, name, report) for name in names)
    return checked, tuple(dict.fromkeys(p for one in checked for p in one.problems))


def _exit_code(problems: tuple[Problem, ...], *, strict: bool) -> int:
    return int(any(p.is_error or (strict and p.severity.value == "warning") for p in problems))


def _show(console: Console, checked: tuple[Checked, ...], problems: tuple[Problem, ...], seconds: float) -> None:
    if console.json:
        files = [{"file": c.file, "version": c.plan.version if c.plan else None} for c in checked]
        console.result("", {"campaigns": files, "problems": [problem_data(p) for p in problems]})
        return
    if not checked:
        console.result("There is no campaign yet.  Next   ccmail new announcement")
        return
    rows = [[c.file, *_summary(c)] for c in checked] + _lists(checked, problems)
    console.result(columns(rows, indent="") + "\n")
    console.problems(problems, on_stdout=True)
    console.result(_total(problems, seconds))


def _summary(checked: Checked) -> list[str]:
    own = [p for p in checked.problems if p.place is None or p.place.file == checked.file]
    counts = _counts(own)
    if checked.plan is None:
        return [counts, ""]
    plan = checked.plan
    languages = {code for planned in plan.variants for code in planned.variant.languages}
    event = plan.edition.campaign.event
    invite = (
        f" · invite {event.date.first:%Y-%m-%d}" if event and plan.edition.campaign.calendar.value != "none" else ""
    )
    parts = [count_of(len(languages), "language"), count_of(len(plan.variants), "variant"), people(plan.recipients)]
    return [counts or "ok", " · ".join(parts) + invite]


def _lists(checked: tuple[Checked, ...], problems: tuple[Problem, ...]) -> list[list[str]]:
    """Return a row for each list in which something is wrong."""
    campaigns = {one.file for one in checked}
    files = dict.fromkeys(p.place.file for p in problems if p.place and p.place.file not in campaigns)
    rows = ([file, _counts([p for p in problems if p.place and p.place.file == file])] for file in files)
    return [row for row in rows if row[1]]


def _counts(problems: list[Problem] | tuple[Problem, ...]) -> str:
    parts = []
    for word in ("error", "warning"):
        count = sum(p.severity.value == word for p in problems)
        if count:
            parts.append(count_of(count, word))
    return ", ".join(parts)


def _total(problems: tuple[Problem, ...], seconds: float) -> str:
    return f"{_counts(problems) or 'Nothing is wrong'} in {seconds:.1f} s."
