"""Somebody wants mails again, as a person says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import SuppressionEntry, SuppressionReason
from ccmail.problems import UsageError
from ccmail.suppression.pseudonym import make_pseudonymiser
from ccmail.suppression.resubscribe import find_suppression, resubscribe
from ccmail.suppression.suppressed import read_suppressed
from tests.small_workspace import ADA, CY, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

MORNING = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


def suppress(ledger: Ledger, key: str, reason: SuppressionReason) -> None:
    ledger.suppress([SuppressionEntry(key, reason, MORNING, "told by the test")])


def unsubscribed(small: SmallWorkspace) -> Path:
    return small.folder / "recipients" / "unsubscribed.csv"


# ── what keeps somebody from getting mails ──


def test_the_rows_of_somebody_are_found_in_whatever_spelling(small: SmallWorkspace) -> None:
    small.unsubscribe(CY, "ADA@Bonn.example", ADA)

    status = find_suppression(small.workspace, f" {ADA}")

    assert (status.address, status.file, status.lines) == (ADA, "recipients/unsubscribed.csv", (3, 4))
    assert (status.in_ledger, status.reason) == (None, SuppressionReason.UNSUBSCRIBED)


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_the_reason_of_the_ledger_is_named(small: SmallWorkspace, ledger: Ledger, reason: SuppressionReason) -> None:
    suppress(ledger, ADA, reason)

    status = find_suppression(small.workspace, ADA)

    assert (status.rows, status.in_ledger, status.reason) == ((), reason, reason)


def test_the_word_of_the_file_is_the_reason_where_both_have_one(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(ADA)
    suppress(ledger, ADA, SuppressionReason.BOUNCED)

    status = find_suppression(small.workspace, ADA)

    assert (status.in_ledger, status.reason) == (SuppressionReason.BOUNCED, SuppressionReason.UNSUBSCRIBED)


def test_a_bounce_in_the_file_is_one(small: SmallWorkspace) -> None:
    unsubscribed(small).write_text(f"email,reason\n{ADA},unknown user\n", encoding="utf-8")

    assert find_suppression(small.workspace, ADA).reason is SuppressionReason.BOUNCED


def test_nothing_keeps_somebody_whom_nobody_has_named(small: SmallWorkspace) -> None:
    small.unsubscribe(CY)

    with pytest.raises(UsageError) as refused:
        find_suppression(small.workspace, ADA)

    assert refused.value.code == "W796"


def test_to_look_makes_no_ledger(small: SmallWorkspace) -> None:
    small.unsubscribe(ADA)
    small.workspace.ledger_file.unlink()

    find_suppression(small.workspace, ADA)

    assert not small.workspace.ledger_file.exists()


def test_what_is_no_address_is_refused(small: SmallWorkspace) -> None:
    with pytest.raises(UsageError) as refused:
        find_suppression(small.workspace, "ada")

    assert refused.value.code == "W790"


# ── they get mails again ──


def test_file_and_ledger_let_them_go_and_nobody_else(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(ADA, CY)
    suppress(ledger, ADA, SuppressionReason.COMPLAINED)
    suppress(ledger, CY, SuppressionReason.COMPLAINED)

    status, _ = resubscribe(small.workspace, ADA, "a letter")

    assert (status.lines, status.in_ledger) == ((2,), SuppressionReason.COMPLAINED)
    assert unsubscribed(small).read_text(encoding="utf-8") == f"email\n{CY}\n"
    found = read_suppressed(small.workspace, ledger)
    assert (ADA in found, CY in found) == (False, True)


def test_it_is_noted_why_they_got_nothing_and_how_we_know(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(ADA)

    _, asked = resubscribe(small.workspace, ADA.upper(), "mail of 20 Sep\nto  Fatina")

    assert (asked.key, asked.was, asked.note) == (ADA, SuppressionReason.UNSUBSCRIBED, "mail of 20 Sep to Fatina")
    assert ledger.resubscriptions([ADA]) == (asked,)


@pytest.mark.parametrize("note", ["", " \n"])
def test_without_saying_how_we_know_nothing_is_changed(small: SmallWorkspace, ledger: Ledger, note: str) -> None:
    small.unsubscribe(ADA)

    with pytest.raises(UsageError, match="how do you know"):
        resubscribe(small.workspace, ADA, note)

    assert read_suppressed(small.workspace, ledger).keys() == {ADA}
    assert ledger.resubscriptions([ADA]) == ()


def test_somebody_whom_nothing_keeps_is_not_noted(small: SmallWorkspace, ledger: Ledger) -> None:
    with pytest.raises(UsageError) as refused:
        resubscribe(small.workspace, ADA, "a letter")

    assert refused.value.code == "W796"
    assert ledger.resubscriptions([ADA]) == ()


def test_a_row_that_keeps_others_too_is_left_as_it_is(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(f"{ADA} {CY}")
    before = unsubscribed(small).read_bytes()

    with pytest.raises(UsageError) as refused:
        resubscribe(small.workspace, ADA, "a letter")

    assert refused.value.code == "W795"
    assert unsubscribed(small).read_bytes() == before
    assert ledger.resubscriptions([ADA]) == ()


def test_where_the_ledger_alone_kept_them_the_file_is_not_touched(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(ledger, ADA, SuppressionReason.BOUNCED)

    resubscribe(small.workspace, ADA, "a letter")

    assert not unsubscribed(small).exists()
    assert ADA not in read_suppressed(small.workspace, ledger)


def test_somebody_who_was_erased_gets_nothing_more(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(ledger, make_pseudonymiser(small.workspace)(ADA), SuppressionReason.UNSUBSCRIBED)
    small.unsubscribe(ADA)

    with pytest.raises(UsageError) as refused:
        resubscribe(small.workspace, ADA, "a letter")

    assert refused.value.code == "W797"
    assert ADA in unsubscribed(small).read_text(encoding="utf-8")


def test_others_may_come_back_where_somebody_was_erased(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(ledger, make_pseudonymiser(small.workspace)(ADA), SuppressionReason.UNSUBSCRIBED)
    small.unsubscribe(CY)

    resubscribe(small.workspace, CY, "a letter")

    assert CY not in read_suppressed(small.workspace, ledger)
