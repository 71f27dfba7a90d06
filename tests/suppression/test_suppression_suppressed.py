"""Everybody who must get nothing, from the list of the unsubscribed and from the ledger."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from ccmail.audience import Reason
from ccmail.ledger import SuppressionEntry, SuppressionReason
from ccmail.problems import CcmailError
from ccmail.suppression.pseudonym import make_pseudonymiser
from ccmail.suppression.suppressed import read_suppressed, read_unsubscribed
from tests.small_workspace import ADA, CY, DEE, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

MORNING = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


def suppress(ledger: Ledger, key: str, reason: SuppressionReason = SuppressionReason.UNSUBSCRIBED) -> None:
    ledger.suppress([SuppressionEntry(key, reason, MORNING, "told by the test")])


def test_where_nobody_has_said_anything_nobody_is_suppressed(small: SmallWorkspace, ledger: Ledger) -> None:
    assert dict(read_suppressed(small.workspace, ledger)) == {}


def test_file_and_ledger_count_together(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(ADA)
    suppress(ledger, CY)

    assert read_suppressed(small.workspace, ledger).keys() == {ADA, CY}


def test_without_a_ledger_the_file_counts(small: SmallWorkspace) -> None:
    small.unsubscribe(ADA)

    assert read_suppressed(small.workspace, None).keys() == {ADA}


@pytest.mark.parametrize(
    ("in_ledger", "reason"),
    [
        (SuppressionReason.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
        (SuppressionReason.COMPLAINED, Reason.UNSUBSCRIBED),
        (SuppressionReason.BOUNCED, Reason.BOUNCED),
    ],
)
def test_the_ledger_says_why_and_where_it_knows_it_from(
    small: SmallWorkspace, ledger: Ledger, in_ledger: SuppressionReason, reason: Reason
) -> None:
    suppress(ledger, ADA, in_ledger)

    found = read_suppressed(small.workspace, ledger)[ADA]

    assert (found.reason, found.detail, found.place) == (reason, "told by the test", None)


def test_the_word_of_the_file_counts_where_both_have_one(small: SmallWorkspace, ledger: Ledger) -> None:
    (small.folder / "recipients" / "unsubscribed.csv").write_text(f"email,reason\n{ADA},by letter\n", encoding="utf-8")
    suppress(ledger, ADA, SuppressionReason.BOUNCED)

    found = read_suppressed(small.workspace, ledger)[ADA]

    assert (found.reason, found.detail) == (Reason.UNSUBSCRIBED, "by letter")
    assert found.place is not None
    assert (found.place.file, found.place.line) == ("recipients/unsubscribed.csv", 2)


def test_what_cannot_be_understood_in_the_file_is_told(small: SmallWorkspace) -> None:
    small.unsubscribe(ADA, "somebody")

    found = read_unsubscribed(small.workspace)

    assert (list(found), [problem.code for problem in found.problems]) == ([ADA], ["R511"])


# ── people who were erased ──


def test_somebody_who_was_erased_is_found_by_their_address(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(ledger, make_pseudonymiser(small.workspace)(ADA))

    found = read_suppressed(small.workspace, ledger)

    assert ADA in found
    assert found[ADA].reason is Reason.UNSUBSCRIBED
    assert (CY in found, DEE in found) == (False, False)
    assert ADA not in list(found)


def test_others_are_found_by_theirs_as_before(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(CY)
    suppress(ledger, make_pseudonymiser(small.workspace)(ADA))

    found = read_suppressed(small.workspace, ledger)

    assert CY in found
    assert len(found) == 2


def test_without_the_key_by_which_they_are_recognised_nobody_is_told_that_they_may_get_mail(
    small: SmallWorkspace, ledger: Ledger
) -> None:
    suppress(ledger, make_pseudonymiser(small.workspace)(ADA))
    (small.workspace.state / "erasure.key").unlink()

    with pytest.raises(CcmailError) as refused:
        read_suppressed(small.workspace, ledger)

    assert refused.value.code == "W791"
