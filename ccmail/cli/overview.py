"""`ccmail` without a command: the campaigns of the workspace, and the next command."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.cli.console import columns, next_lines, step
from ccmail.cli.kind_words import kind_word
from ccmail.cli.language import said, tr
from ccmail.cli.sending_words import pause_data, state_words, step_lines
from ccmail.cli.severity_words import counted
from ccmail.cli.times import plain_day
from ccmail.ledger import Purpose
from ccmail.problems import Severity, UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.cli.app import CliContext
    from ccmail.report import CampaignStatus
    from ccmail.workspace import Workspace

_STATES = {
    "draft": say("draft"),
    "rehearsed": say("rehearsed"),
    "tested": say("tested"),
    "interrupted": say("interrupted"),
    "sent": say("sent"),
}


def overview(context: CliContext) -> None:
    """Print the campaigns of the workspace with their states, and the next command."""
    from ccmail.report import workspace_status
    from ccmail.workspace import open_workspace

    try:
        workspace = open_workspace(context.start)
    except UsageError:
        context.console.result(_without_a_workspace(), {"workspace": None})
        return
    status = workspace_status(workspace)
    statuses = status.campaigns
    context.console.problems(() if context.console.json else status.problems)
    context.console.result(
        _text(workspace, statuses),
        {
            "workspace": workspace.root,
            "name": workspace.settings.name,
            "delivery": workspace.settings.delivery,
            "campaigns": [
                {
                    "id": s.id,
                    "type": s.kind,
                    "state": s.state,
                    "told": s.told,
                    "errors": s.errors,
                    "warnings": s.warnings,
                    "file": not s.is_gone,
                    "pause": pause_data(s.pause),
                }
                for s in statuses
            ],
            "problems": status.problems,
        },
    )


def _without_a_workspace() -> str:
    head = tr("There is no workspace here: no ccmail.yaml in this folder or above it.")
    demo = "ccmail demo".ljust(len("ccmail init ~/newsletter"))
    steps = (
        step("ccmail init ~/newsletter", tr("makes one")),
        step(demo, tr("shows two example campaigns first")),
    )
    return f"{head}\n\n{next_lines(steps)}\n{_more()}"


def _more() -> str:
    return f"{tr('More').ljust(len(tr('Next')))}   ccmail --help"


def _text(workspace: Workspace, statuses: tuple[CampaignStatus, ...]) -> str:
    delivery = tr("delivery: outbox (nothing leaves this computer)")
    if workspace.sends_for_real:
        delivery = tr("delivery: {way} (mails go out)", way=workspace.settings.delivery.value)
    head = f"{workspace.settings.name} · {workspace.root} · {delivery}\n"
    if clock.is_pretended():
        head += tr("pretending it is {time}", time=plain_day(clock.now(), workspace.zone)) + "\n"
    if not statuses:
        return f"{head}\n{tr('There is no campaign yet.')}\n\n{next_lines(['ccmail new announcement'])}\n{_more()}"
    rows = [[s.id, kind_word(s.kind), _state(s), said(s.when), _notes(s)] for s in statuses]
    return f"{head}\n{columns(rows)}\n\n{next_lines(_next(statuses))}\n{_more()}"


def _state(status: CampaignStatus) -> str:
    own = state_words(status.people, real=True) if status.people else said(_STATES[status.state])
    if status.pause:
        own = tr("{state}, paused", state=own)
    told = (state_words(people, real=True, purpose=Purpose(purpose)) for purpose, people in status.told.items())
    return ", ".join((own, *told))


def _notes(status: CampaignStatus) -> str:
    if status.is_gone:
        return tr("its file is gone")
    counts = ((Severity.ERROR, status.errors), (Severity.WARNING, status.warnings))
    return ", ".join(counted(severity, count) for severity, count in counts if count)


def _next(found: tuple[CampaignStatus, ...]) -> tuple[str, ...]:
    """Return the commands for the campaign that waits most for somebody."""
    from ccmail.report.next_steps import open_occasion, steps_of

    statuses = tuple(status for status in found if not status.is_gone)
    waiting = (
        (s for s in statuses if s.errors),
        (s for s in statuses if s.pause),
        (s for s in statuses if s.state == "interrupted"),
        (s for s in statuses if s.state == "sent" and s.people.get("in_doubt")),
        filter(open_occasion, statuses),
        (s for s in statuses if s.state != "sent"),
    )
    if chosen := next(itertools.chain.from_iterable(waiting), None):
        return step_lines(steps_of(chosen))
    return (*(step_lines(steps_of(statuses[0])) if statuses else ()), "ccmail new announcement")
