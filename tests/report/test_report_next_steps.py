"""What comes next for a campaign, and the stage at which it is."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from ccmail.ledger import NOT_TESTED, Approval, Purpose, VersionStatus, records, sole_sender
from ccmail.report import CampaignStatus, workspace_status
from ccmail.report.next_steps import NextStep, VersionNow, Why, steps_of
from ccmail.report.stage import StageKind, stage_of
from tests.small_workspace import CAMPAIGN, SmallWorkspace

AT = dt.datetime(2020, 9, 21, 9, tzinfo=dt.UTC)
DRAFT = CampaignStatus("news", "review", "draft", "", 0, 0, {})
TESTED = records.Tested("news", "7f3a-91c2", AT, ("fatina@netz.example",), real=True)
APPROVED = Approval("news", "7f3a-91c2", "Ria Kraft", AT)
PARTLY = {"accepted": 40, "queued": 60, "left_out": 7}


def now(status: VersionStatus = NOT_TESTED, *, wants: bool = True) -> VersionNow:
    return VersionNow("7f3a-91c2", status, wants)


def campaign(**changes: Any) -> CampaignStatus:
    return dataclasses.replace(DRAFT, **changes)


@pytest.mark.parametrize(
    ("status", "version", "step"),
    [
        (campaign(errors=2), now(), NextStep("ccmail check news", Why.REPAIR)),
        (
            campaign(state="interrupted", people=PARTLY, sender="1 on x"),
            now(),
            NextStep("ccmail status news", Why.WAIT),
        ),
        (campaign(state="interrupted", people=PARTLY), now(), NextStep("ccmail send news", Why.GO_ON)),
        (campaign(state="sent", people={"in_doubt": 1}), now(), NextStep("ccmail resolve news", Why.DOUBT)),
        (campaign(state="sent", people={"accepted": 9}), now(), NextStep("ccmail report news", Why.REPORT)),
        (DRAFT, None, NextStep("ccmail check news", Why.CHECK)),
        (campaign(state="tested"), None, NextStep("ccmail send news", Why.SEND)),
        (campaign(state="tested"), now(), NextStep("ccmail test news", Why.TEST)),  # of another version
        (DRAFT, now(VersionStatus(TESTED)), NextStep("ccmail approve news 7f3a-91c2 --by NAME", Why.APPROVE)),
        (DRAFT, now(VersionStatus(TESTED), wants=False), NextStep("ccmail send news", Why.SEND)),
        (DRAFT, now(VersionStatus(TESTED, APPROVED)), NextStep("ccmail send news", Why.SEND)),
    ],
)
def test_the_first_step_is_what_the_campaign_waits_for(
    status: CampaignStatus, version: VersionNow | None, step: NextStep
) -> None:
    assert steps_of(status, version)[0] == step


def test_an_update_has_steps_of_its_own() -> None:
    sent = campaign(state="sent", people={"accepted": 9})

    untested = steps_of(sent, now(), Purpose.UPDATE)
    ready = steps_of(sent, now(VersionStatus(TESTED, APPROVED)), Purpose.UPDATE)

    assert [step.command for step in (*untested, *ready)] == ["ccmail test news --of update", "ccmail update news"]


@pytest.mark.parametrize(
    ("changes", "version", "kind"),
    [
        ({}, None, StageKind.DRAFT),
        ({"state": "rehearsed"}, NOT_TESTED, StageKind.REHEARSED),
        ({"state": "tested"}, None, StageKind.TESTED),
        ({"state": "tested"}, NOT_TESTED, StageKind.TESTED_BEFORE),
        ({"state": "tested"}, VersionStatus(TESTED), StageKind.TESTED),
        ({"state": "tested"}, VersionStatus(TESTED, APPROVED), StageKind.APPROVED),
        ({"errors": 1}, VersionStatus(TESTED, APPROVED), StageKind.ERRORS),
        ({"state": "interrupted", "people": PARTLY}, None, StageKind.INTERRUPTED),
        ({"state": "interrupted", "people": PARTLY, "sender": "1 on x"}, None, StageKind.SENDING),
        ({"state": "sent", "people": {"accepted": 9}, "errors": 1}, None, StageKind.SENT),
        ({"state": "sent", "told": {"cancellation": {"accepted": 9}}}, None, StageKind.CANCELLED),
    ],
)
def test_each_state_is_a_stage(changes: Mapping[str, Any], version: VersionStatus | None, kind: StageKind) -> None:
    stage = stage_of(campaign(**changes), version)

    assert stage.kind is kind
    if kind in {StageKind.INTERRUPTED, StageKind.SENDING}:
        assert (stage.done, stage.of) == (40, 100)


def test_a_campaign_that_is_being_sent_waits_for_its_end(small: SmallWorkspace) -> None:
    workspace = small.workspace

    with sole_sender(workspace.state, CAMPAIGN, workspace.zone):
        (status,) = workspace_status(workspace).campaigns

    assert (status.title, status.days) == ("Nachrichten", (dt.date(2020, 3, 12), dt.date(2020, 3, 12)))
    assert status.sender.startswith("process ")
    assert [step.command for step in steps_of(status)] == [f"ccmail status {CAMPAIGN}"]
