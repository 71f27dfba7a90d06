"""The events of the other campaigns of a workspace: one event has one calendar entry, whoever announces it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ccmail.campaign import load_campaign
from ccmail.ledger import ledger_if_any
from ccmail.problems import Mark, Problem, Severity, did_you_mean
from ccmail.wording import say

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.campaign import Campaign
    from ccmail.workspace import Workspace

_MADE_BY = ("pydantic",)


def check_other_events(workspace: Workspace, campaign: Campaign) -> Iterator[Problem]:
    """Yield the problems of a campaign's event beside those of the others: the same one, or an unknown `same_as`."""
    event = campaign.event
    if event is None or not campaign.has_calendar_entry:
        return
    if event.same_as is not None:
        yield from _unknown(workspace, campaign)
        return
    moment = (event.start or event.date.first).isoformat()
    for path in workspace.campaign_files():
        other = _event(workspace, path) if path.stem != campaign.id else None
        if other and other["begins"] == moment and other["same_as"] != campaign.id:
            name = other["same_as"] or path.stem
            message = say(
                "{other} announces an event at the same time: readers of both get two calendar entries", other=path.stem
            )
            hint = say("the same event? Then write “same_as: {name}” below “event:”, or “calendar: none”", name=name)
            yield Problem("E485", message, Severity.WARNING, (Mark(event.date.place),), hint)


def _unknown(workspace: Workspace, campaign: Campaign) -> Iterator[Problem]:
    """Yield an error if `same_as` names no campaign that is here or was sent."""
    name = campaign.event.same_as if campaign.event else None
    if name is None:
        return
    known = [path.stem for path in workspace.campaign_files()]
    if name == campaign.id:
        message, hint = say("a campaign cannot be about the event of itself"), say("take “same_as” out")
    elif name in known or _was_sent(workspace, name):
        return
    else:
        near = did_you_mean(name, known)
        message = say("there is no campaign “{name}” whose event this could be", name=name)
        hint = say("did you mean {near}?", near=near) if near else say("campaigns here: {names}", names=tuple(known))
    yield Problem("E487", message, marks=(Mark(name.place),), hint=hint)


def _was_sent(workspace: Workspace, name: str) -> bool:
    with ledger_if_any(workspace.ledger_place) as ledger:
        return bool(ledger and ledger.sendings(name))


def _event(workspace: Workspace, path: Path) -> dict[str, Any] | None:
    """Return beginning and `same_as` of a campaign's event, None if it puts none into calendars; from the cache."""

    def read() -> str:
        campaign, _ = load_campaign(path, workspace)
        event = campaign.event if campaign and campaign.has_calendar_entry else None
        if event is None:
            return "null"
        return json.dumps({"begins": (event.start or event.date.first).isoformat(), "same_as": event.same_as})

    try:
        content = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    made_from = ("event of a campaign", path.name, content, workspace.settings.timezone)
    found: dict[str, Any] | None = json.loads(workspace.cache.text(made_from, read, _MADE_BY))
    return found
