"""What has to be true before mails leave this computer."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from ccmail import clock, ledger
from ccmail.problems import CcmailError
from ccmail.sending.readiness import refuse_unready
from ccmail.workspace import ApprovalRule
from tests.sending.conftest import MORNING, SENT, MakePlan
from tests.small_workspace import NOW, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

TESTED = ledger.Tested("news", SENT, MORNING, ("fatina@netz.example",), real=True)
APPROVED = ledger.Approval("news", SENT, "Fatina", MORNING)


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", NOW)


def workspace(written: SmallWorkspace, **settings: Any) -> Workspace:
    """Return the small workspace with other settings."""
    found = written.workspace
    return dataclasses.replace(found, settings=found.settings.model_copy(update=settings))


def refusal(workspace: Workspace, plan: Any, *, untested: bool = False) -> CcmailError:
    with pytest.raises(CcmailError) as refused:
        refuse_unready(workspace, plan, untested=untested)
    return refused.value


def test_a_tested_version_may_leave(written: SmallWorkspace, make_plan: MakePlan) -> None:
    refuse_unready(workspace(written), make_plan(5, tested=TESTED), untested=False)


def test_a_version_that_nobody_has_tested_may_not(written: SmallWorkspace, make_plan: MakePlan) -> None:
    refused = refusal(workspace(written), make_plan(5))

    assert refused.code == "W707"
    assert SENT in refused.message
    assert refused.hint == "ccmail test news sends it to the testers; or add --untested"


def test_it_may_if_somebody_says_so(written: SmallWorkspace, make_plan: MakePlan) -> None:
    refuse_unready(workspace(written), make_plan(5), untested=True)


# ── approval ──


def test_where_approval_is_required_a_test_is_not_enough(written: SmallWorkspace, make_plan: MakePlan) -> None:
    strict = workspace(written, approval=ApprovalRule.REQUIRED)

    refused = refusal(strict, make_plan(5, tested=TESTED))

    assert refused.code == "W772"
    assert refused.hint == f"ccmail approve news {SENT} --by NAME"


def test_where_approval_is_required_nobody_can_do_without_it(written: SmallWorkspace, make_plan: MakePlan) -> None:
    strict = workspace(written, approval=ApprovalRule.REQUIRED)

    assert refusal(strict, make_plan(5), untested=True).code == "W772"


def test_an_approved_version_may_leave(written: SmallWorkspace, make_plan: MakePlan) -> None:
    strict = workspace(written, approval=ApprovalRule.REQUIRED)

    refuse_unready(strict, make_plan(5, tested=TESTED, approved=APPROVED), untested=False)


# ── how many ──


def test_as_many_people_as_the_workspace_allows_may_get_it(written: SmallWorkspace, make_plan: MakePlan) -> None:
    refuse_unready(workspace(written, max_recipients=5), make_plan(5, tested=TESTED), untested=False)


def test_one_more_is_too_many(written: SmallWorkspace, make_plan: MakePlan) -> None:
    refused = refusal(workspace(written, max_recipients=1000), make_plan(1001, tested=TESTED))

    assert refused.code == "W764"
    assert refused.message == "1,001 people are more than max_recipients in ccmail.yaml allows (1,000)"


# ── the clock ──


def test_no_mail_carries_the_date_of_a_clock_that_is_wrong(
    written: SmallWorkspace, make_plan: MakePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CCMAIL_NOW")
    monkeypatch.setattr(clock, "_BUILT", 9999)

    assert refusal(workspace(written), make_plan(5, tested=TESTED)).code == "W727"


# ── what is said first ──


@pytest.mark.parametrize(
    ("people", "tested", "code"),
    [
        pytest.param(6, None, "W764", id="too many, before that nobody has tested it"),
        pytest.param(5, None, "W707", id="that nobody has tested it, before that nobody has approved it"),
        pytest.param(5, TESTED, "W772", id="at last that nobody has approved it"),
    ],
)
def test_one_thing_is_said_at_a_time(
    written: SmallWorkspace, make_plan: MakePlan, people: int, tested: ledger.Tested | None, code: str
) -> None:
    strict = workspace(written, approval=ApprovalRule.REQUIRED, max_recipients=5)

    assert refusal(strict, make_plan(people, tested=tested)).code == code
