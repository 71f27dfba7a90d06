"""`ccmail` alone: where am I, and what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.cli.console import columns
from ccmail.problems import UsageError

if TYPE_CHECKING:
    from ccmail.cli.app import CliContext
    from ccmail.report import CampaignStatus
    from ccmail.workspace import Workspace

_NO_WORKSPACE = """\
There is no workspace here: no ccmail.yaml in this folder or above it.

Next   ccmail init ~/newsletter     make one
       ccmail demo                  see two example campaigns first
More   ccmail --help"""


def overview(context: CliContext) -> None:
    """Print the campaigns of the workspace, where each stands, and the next command."""
    from ccmail import pipeline

    try:
        workspace = pipeline.open_workspace(context.start)
    except UsageError:
        context.console.result(_NO_WORKSPACE, {"workspace": None})
        return
    standings = pipeline.stand(workspace)
    context.console.result(
        _text(workspace, standings),
        {
            "workspace": workspace.root,
            "name": workspace.settings.name,
            "delivery": workspace.settings.delivery,
            "campaigns": [
                {"id": s.id, "type": s.kind, "state": s.state, "errors": s.errors, "warnings": s.warnings}
                for s in standings
            ],
        },
    )


def _text(workspace: Workspace, standings: tuple[CampaignStatus, ...]) -> str:
    real = workspace.settings.delivery.value == "smtp"
    delivery = "delivery: smtp (mails go out)" if real else "delivery: outbox (nothing leaves this computer)"
    pretended = f"\npretending it is {clock.now():%-d %B %Y, %H:%M} UTC" if clock.is_pretended() else ""
    head = f"{workspace.settings.name} · {workspace.root} · {delivery}{pretended}\n"
    if not standings:
        return f"{head}\nThere is no campaign yet.\n\nNext   ccmail new announcement\nMore   ccmail --help"
    rows = [[s.id, s.kind, s.state, s.when, _notes(s)] for s in standings]
    return f"{head}\n{columns(rows)}\n\n{_next(standings)}\nMore   ccmail --help"


def _notes(standing: CampaignStatus) -> str:
    counts = ((standing.errors, "error"), (standing.warnings, "warning"))
    return ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count)


def _next(standings: tuple[CampaignStatus, ...]) -> str:
    wrong = next((s for s in standings if s.errors), None)
    if wrong:
        return f"Next   ccmail check {wrong.id}"
    draft = next((s for s in standings if s.state != "sent"), standings[0])
    steps = [
        f"ccmail check {draft.id}",
        f"ccmail preview {draft.id}",
        f"ccmail test {draft.id}",
        f"ccmail send {draft.id}",
    ]
    begun = 3 if draft.state in {"tested", "interrupted"} else 0
    return "Next   " + "\n       ".join(steps[begun:])
