"""`ccmail check`: all problems of campaigns and lists, with file and line."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.console import Console, columns, decimal, explaining, number, people, shown, step
from ccmail.cli.counting import counting
from ccmail.cli.language import said, tr, tr_n
from ccmail.cli.severity_words import counted, verdict_word
from ccmail.cli.values import FilePath, OneOf
from ccmail.problems import InputError, Mark, Place, Severity, UsageError
from ccmail.wording import say
from ccmail.wording.days import day_in_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ccmail.checks.online.spam import SpamRow
    from ccmail.checks.online.targets import LinkAnswer
    from ccmail.pipeline import Checked
    from ccmail.planning.plan import AudiencePlan, LeftOutGroup
    from ccmail.problems import Problem
    from ccmail.workspace import Workspace


@click.command(cls=Command, name="check")
@click.argument("campaigns", type=CampaignName(), nargs=-1, metavar="[CAMPAIGN]...")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--online", is_flag=True, help="Also check the targets of links: this asks other computers.")
@click.option("--fix", is_flag=True, help="First repair tabs, colons and quotes in the files; shows the changes.")
@click.option(
    "--previous",
    type=FilePath(exists=True, dir_okay=False),
    metavar="FILE",
    help="Also compare with the .ics file that was sent before.",
)
@click.option(
    "--format",
    "form",
    type=OneOf(("text", "github", "sarif")),
    default="text",
    help="github: annotations for a workflow. sarif: a log for code scanning.",
)
@click.pass_obj
def command(
    context: CliContext,
    /,
    campaigns: tuple[str, ...],
    *,
    strict: bool,
    online: bool,
    fix: bool,
    previous: Path | None,
    form: str,
) -> None:
    """Find everything that can be wrong with campaigns and their lists.

    Without a CAMPAIGN (a path, a file name or an id) all of them are checked.
    """
    if previous and len(campaigns) != 1:
        raise UsageError(
            say("--previous is for one campaign"), code="W781", hint=say("ccmail check CAMPAIGN --previous FILE")
        )
    if form == "text":
        sys.exit(run(context, campaigns, strict=strict, online=online, fix=fix, previous=previous))
    if context.console.json:
        raise UsageError(say("--json and --format exclude each other"), code="W781", hint=say("use one of them"))
    from ccmail.cli.formats import FORMATS, in_repository
    from ccmail.workspace import find_workspace

    try:
        problems = _check(context, campaigns, online=online, fix=fix, previous=previous).placed
    except InputError as error:  # ccmail.yaml is wrong
        problems = error.problems
    context.console.result(FORMATS[form](in_repository(problems, find_workspace(context.start))))
    sys.exit(_exit_code(problems, strict=strict))


def run(
    context: CliContext,
    campaigns: tuple[str, ...] = (),
    *,
    strict: bool = False,
    online: bool = False,
    fix: bool = False,
    previous: Path | None = None,
) -> int:
    """Check, show the problems, and return the exit code."""
    started = time.monotonic()
    context.console.begin(tr("Reading campaigns and lists …"))  # before all modules are loaded
    found = _check(context, campaigns, online=online, fix=fix, previous=previous)
    _show(context.console, found, time.monotonic() - started)
    return _exit_code(found.problems, strict=strict)


def _check(context: CliContext, campaigns: tuple[str, ...], *, online: bool, fix: bool, previous: Path | None) -> Found:
    from ccmail import pipeline
    from ccmail.workspace import open_workspace

    if fix:
        _fix(context, campaigns)
    workspace = open_workspace(context.start)
    names = campaigns or tuple(str(path) for path in workspace.campaign_files())
    with counting(context.console, tr("checked")) as report:
        checked = tuple(pipeline.check(workspace, name, report) for name in names)
    if previous:
        updates = pipeline.compare_with_sent(workspace, checked[0], previous)
        checked = (dataclasses.replace(checked[0], problems=(*checked[0].problems, *updates)),)
    spam = tuple(pipeline.check_spam(workspace, checked)) if workspace.settings.check.spam.is_wanted else ()
    return Found(checked, _links(workspace, names) if online else (), spam)


def _links(workspace: Workspace, names: Sequence[str]) -> tuple[LinkAnswer, ...]:
    from ccmail.checks.online.targets import check_links

    return check_links(workspace, names)


def _fix(context: CliContext, campaigns: tuple[str, ...]) -> None:
    """Make the safe repairs; first those of ccmail.yaml, which cannot be read while its syntax is wrong."""
    from ccmail.campaign.mend import mend_campaign, mend_settings
    from ccmail.workspace import open_workspace

    _show_change(context.console, mend_settings(context.start))
    workspace = open_workspace(context.start)
    for name in campaigns or map(str, workspace.campaign_files()):
        _show_change(context.console, mend_campaign(workspace, name))


def _show_change(console: Console, difference: Sequence[str]) -> None:
    if difference:
        console.say("\n".join(difference))


def _exit_code(problems: tuple[Problem, ...], *, strict: bool) -> int:
    return int(any(p.is_error or (strict and p.is_warning) for p in problems))


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """The results of a check; `links` and `spam` are empty if links or spam filters were not asked."""

    checked: tuple[Checked, ...]
    links: tuple[LinkAnswer, ...] = ()
    spam: tuple[SpamRow, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, each once."""
        return self._with_outside(p for one in self.checked for p in one.problems)

    @property
    def placed(self) -> tuple[Problem, ...]:
        """All problems, each with a file: one without a file belongs to its campaign's file as a whole."""
        return self._with_outside(
            p if p.place else dataclasses.replace(p, marks=(Mark(Place(one.file)),))
            for one in self.checked
            for p in one.problems
        )

    def _with_outside(self, own: Iterable[Problem]) -> tuple[Problem, ...]:
        outside = (*(row.problem for row in self.spam), *(link.problem for link in self.links))
        return tuple(dict.fromkeys((*own, *filter(None, outside))))


def _show(console: Console, found: Found, seconds: float) -> None:
    checked, problems = found.checked, found.problems
    if console.json:
        console.result("", _data(found))
        return
    if not checked:
        console.result(tr("There is no campaign yet."), then=["ccmail new announcement"])
        return
    rows = [[c.file, *_summary(c)] for c in checked] + _lists(checked, problems)
    console.result(columns(rows, indent="") + "\n")
    console.result(_columns_text(console, checked))
    for text in (_links_text(found.links), _spam_text(found.spam)):
        console.result(text)
    console.problems(problems, on_stdout=True)
    console.result(_total(problems, seconds), then=explaining(problems) or _next(checked))


def _next(checked: tuple[Checked, ...]) -> list[str]:
    """Return the command after a check without errors."""
    if len(checked) > 1:
        return [step("ccmail", tr("shows where each campaign stands"))]
    return [step(f"ccmail preview {Path(checked[0].file).stem}", tr("shows the mails as readers get them"))]


def _data(found: Found) -> dict[str, Any]:
    return {
        "campaigns": [{"file": c.file, "version": c.plan.version if c.plan else None} for c in found.checked],
        "lists": [dataclasses.asdict(lists) for lists in dict.fromkeys(r for c in found.checked for r in c.columns)],
        "problems": found.problems,
        "links": [
            {
                "url": one.link.url,
                "verdict": one.verdict,
                "words": one.words,
                "status": one.status,
                "leads_to": one.leads_to,
                "file": one.link.place.file,
                "line": one.link.place.line,
            }
            for one in found.links
        ],
        "spam": [{"file": row.file, "variant": row.variant, **dataclasses.asdict(row.answer)} for row in found.spam],
    }


def _columns_text(console: Console, checked: tuple[Checked, ...]) -> str:
    """Return a line for each list: the fields that its columns become, and the columns that are not used."""
    from ccmail.cli.columns_view import columns_text

    read = dict.fromkeys(lists for one in checked for lists in one.columns)
    rows = [[shown(lists.file), columns_text(lists, in_full=console.verbose)] for lists in read]
    return f"{columns(rows, indent='')}\n" if rows else ""


def _links_text(links: tuple[LinkAnswer, ...]) -> str:
    if not links:
        return ""
    rows = [
        [verdict_word(a.verdict.value), shown(a.link.url), shown(said(a.words)), _place(a.link.place)] for a in links
    ]
    return f"{tr('links')}\n{columns(rows)}\n"


def _place(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _spam_text(rows: tuple[SpamRow, ...]) -> str:
    lines = []
    for row in rows:
        answer = row.answer
        verdict = verdict_word(answer.verdict.value)
        lines.append(f"  {answer.filter}   {row.file} {row.variant}   {verdict}   {shown(said(answer.words))}")
        rules = [[f"{rule.points:g}", rule.name, shown(rule.words)] for rule in answer.rules]
        if rules:
            lines.append(columns(rules, indent="    ", right={0}))
    return "\n".join([tr("spam filters"), *lines, ""]) if lines else ""


def _summary(checked: Checked) -> list[str]:
    own = [p for p in checked.problems if p.place is None or p.place.file == checked.file]
    from ccmail.comments import OPEN_COMMENTS

    counts = _counts(own)
    if checked.plan is None:
        return [counts, ""]
    from ccmail.audience.reason import reason_words

    plan = checked.plan
    languages = {code for planned in plan.variants for code in planned.variant.languages}
    event = plan.loaded.campaign.event
    parts = [
        tr_n("{n:,} language", "{n:,} languages", len(languages)),
        tr_n("{n:,} variant", "{n:,} variants", len(plan.variants)),
        people(plan.recipients),
    ]
    parts += [f"{number(g.people)} {said(reason_words(g.reason))}{shown(said(g.source))}" for g in _marked(plan)]
    parts += [said(problem.message) for problem in checked.problems if problem.code == OPEN_COMMENTS]
    if event and plan.loaded.campaign.has_calendar_entry:
        parts.append(tr("invite {day}", day=day_in_digits(event.date.first)))
    return [counts or tr("ok"), " · ".join(parts)]


def _marked(plan: AudiencePlan) -> list[LeftOutGroup]:
    """Return the people whom columns of lists leave out; a value that cannot be read is shown as a problem."""
    return [group for group in plan.left_out if group.columns and group.reason != "mistake"]


def _lists(checked: tuple[Checked, ...], problems: tuple[Problem, ...]) -> list[list[str]]:
    """Return a row for each list with a problem, and for each that is not in UTF-8."""
    from ccmail.audience.list_problems import OTHER_ENCODING

    campaigns = {one.file for one in checked}
    files = dict.fromkeys(p.place.file for p in problems if p.place and p.place.file not in campaigns)
    rows = []
    for file in files:
        own = [p for p in problems if p.place and p.place.file == file]
        read_as = next((shown(said(p.message)) for p in own if p.code == OTHER_ENCODING), "")
        if counts := _counts(own) or (tr("ok") if read_as else ""):
            rows.append([file, counts, read_as] if read_as else [file, counts])
    return rows


def _counts(problems: list[Problem] | tuple[Problem, ...]) -> str:
    found = Counter(p.severity for p in problems)
    return ", ".join(counted(s, found[s]) for s in (Severity.ERROR, Severity.WARNING) if found[s])


def _total(problems: tuple[Problem, ...], seconds: float) -> str:
    found = _counts(problems) or tr("Nothing is wrong")
    return tr("{found} in {seconds} s.", found=found, seconds=decimal(seconds))
