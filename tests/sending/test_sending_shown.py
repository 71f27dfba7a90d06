"""The people whose mails are shown to those who look at a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccmail.audience import LeftOut, Selected
from ccmail.ledger import Purpose, SuppressionEntry, SuppressionReason
from ccmail.problems import UsageError
from ccmail.sending.shown import ShownMailing, shown_mailing, shown_people
from tests.sending.conftest import MORNING
from tests.small_workspace import ADA, BO, CY, DEE, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger


def test_the_readers_of_a_campaign_are_those_who_would_get_it(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(BO)
    ledger.suppress([SuppressionEntry(DEE, SuppressionReason.COMPLAINED, MORNING, "a complaint")])

    people = list(shown_people(small.workspace, ShownMailing(small.loaded())))

    assert [item.contact.email for item in people if isinstance(item, Selected)] == [ADA, CY]
    assert {item.email for item in people if isinstance(item, LeftOut)} == {BO, DEE}


def test_looking_at_the_readers_makes_no_ledger(small: SmallWorkspace) -> None:
    workspace = small.workspace
    workspace.ledger_file.unlink(missing_ok=True)

    people = list(shown_people(workspace, shown_mailing(workspace, small.loaded(), Purpose.CAMPAIGN)))

    assert len([item for item in people if isinstance(item, Selected)]) == 4
    assert not workspace.ledger_file.exists()


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.CAMPAIGN])
def test_a_review_has_nothing_else_to_show(small: SmallWorkspace, purpose: Purpose) -> None:
    with pytest.raises(UsageError) as refused:
        shown_mailing(small.workspace, small.loaded(), purpose)

    assert refused.value.code == "W851"
