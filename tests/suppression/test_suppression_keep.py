"""Suppressions in the ledger: nobody can read there who they are, and they count for good."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import Feedback, NewRecipient, SendingKind, State, SuppressionEntry, SuppressionReason
from ccmail.ledger.pseudonym import is_hashed
from ccmail.problems import CcmailError
from ccmail.suppression.keep import find_entry, name_people, open_hashes, suppress
from ccmail.suppression.pseudonym import make_pseudonymiser
from ccmail.suppression.resubscribe import find_suppression, resubscribe
from ccmail.suppression.suppressed import read_suppressed
from tests.small_workspace import ADA, BO, CY, DEE, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger

MORNING = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
BOUNCED, COMPLAINED = SuppressionReason.BOUNCED, SuppressionReason.COMPLAINED


def entry(key: str, reason: SuppressionReason = BOUNCED, source: str = "a bounce") -> SuppressionEntry:
    return SuppressionEntry(key, reason, MORNING, source)


def started(ledger: Ledger, *people: str, person: Callable[[str], str] = lambda _key: "") -> Sending:
    entries = [NewRecipient(key, key, "german", person=person(key)) for key in people]
    return ledger.start("news", SendingKind.SMTP, "v", entries, confirmed=len(people), dtstamp=MORNING)


def key_file_gone(small: SmallWorkspace) -> None:
    (small.workspace.state / "erasure.key").unlink()


# ── what stands in the ledger ──


def test_nothing_of_an_address_can_be_read_in_the_table(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(small.workspace, ledger, [entry(ADA, source=f"bounce <1@x.example> of {ADA}")])

    with closing(sqlite3.connect(small.workspace.ledger_file)) as file:
        ((key, *rest),) = file.execute("SELECT * FROM suppression").fetchall()
    assert key.startswith("person:")
    assert not any("@" in str(value) or "bonn" in str(value) for value in (key, *rest))
    assert rest[-1] == "bounce of"


def test_the_person_is_found_by_the_address(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(small.workspace, ledger, [entry(ADA), entry(CY, COMPLAINED)])

    found = read_suppressed(small.workspace, ledger)

    assert [key in found for key in (ADA, BO, CY)] == [True, False, True]
    assert found[ADA].detail == "a bounce"


def test_a_newer_one_replaces_an_older_one(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(small.workspace, ledger, [entry(ADA)])

    suppress(small.workspace, ledger, [entry(ADA, COMPLAINED)])

    assert [each.reason for each in ledger.suppressed()] == [COMPLAINED]


def test_who_was_erased_stays_erased(small: SmallWorkspace, ledger: Ledger) -> None:
    pseudonym = make_pseudonymiser(small.workspace)(ADA)
    ledger.suppress([entry(pseudonym)])

    suppress(small.workspace, ledger, [entry(ADA, COMPLAINED), entry(pseudonym, COMPLAINED)])

    assert list(ledger.suppressed()) == [entry(pseudonym)]


def test_a_suppressed_person_may_come_back_and_an_erased_one_may_not(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(small.workspace, ledger, [entry(ADA)])
    ledger.suppress([entry(make_pseudonymiser(small.workspace)(CY))])

    assert find_suppression(small.workspace, ADA).in_ledger is BOUNCED
    with pytest.raises(CcmailError, match="was erased"):
        resubscribe(small.workspace, CY, "a letter")
    resubscribe(small.workspace, ADA, "a letter")

    assert ADA not in read_suppressed(small.workspace, ledger)
    assert CY in read_suppressed(small.workspace, ledger)


def test_proofs_are_kept_with_their_suppressions_and_not_of_who_was_erased(
    small: SmallWorkspace, ledger: Ledger
) -> None:
    ledger.suppress([entry(make_pseudonymiser(small.workspace)(CY))])
    proofs = [Feedback(key, "unsubscribed by link", MORNING, MORNING, key=key) for key in (ADA, CY)]

    suppress(small.workspace, ledger, [entry(ADA), entry(CY)], proofs=proofs)

    assert [proof.key for proof in ledger.feedback()] == [ADA]
    assert find_entry(small.workspace, ledger, ADA)


def test_of_many_suppressions_the_right_ones_are_found(small: SmallWorkspace, ledger: Ledger) -> None:
    many = [f"p{n}@netz.example" for n in range(2500)]  # more than a query has at once
    suppress(small.workspace, ledger, map(entry, many))
    names = [open_hashes(small.workspace, ledger).person(key) for key in many]

    assert len(ledger.suppressions_of(names)) == len(many)
    assert find_entry(small.workspace, ledger, many[-1])
    assert find_entry(small.workspace, ledger, ADA) is None


# ── an older ccmail's ledger ──


def test_addresses_of_an_older_ccmail_count_until_they_are_hashes(small: SmallWorkspace, ledger: Ledger) -> None:
    ledger.suppress([entry(ADA), entry(DEE, COMPLAINED)])
    before = ADA in read_suppressed(small.workspace, ledger)

    open_hashes(small.workspace, ledger)

    assert before
    assert all(is_hashed(each.key) for each in ledger.suppressed())
    found = read_suppressed(small.workspace, ledger)
    assert [key in found for key in (ADA, BO, DEE)] == [True, False, True]
    assert {each.reason for each in ledger.suppressed()} == {BOUNCED, COMPLAINED}


def test_an_address_that_has_a_hash_already_leaves_it(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(small.workspace, ledger, [entry(ADA, COMPLAINED)])
    ledger.suppress([entry(ADA)])

    open_hashes(small.workspace, ledger)

    assert [each.reason for each in ledger.suppressed()] == [COMPLAINED]


def test_rows_of_an_older_ccmail_get_their_hashes_before_the_mails_leave(small: SmallWorkspace, ledger: Ledger) -> None:
    sending = started(ledger, ADA, CY, "erased:1")

    name_people(small.workspace, ledger, sending)
    suppress(small.workspace, ledger, [entry(CY)])

    assert [claim.key for claim in ledger.claim(sending, 9)] == [ADA, "erased:1"]
    assert [row.reason for row in ledger.rows(sending, State.LEFT_OUT)] == ["bounced"]


# ── at the last moment (F32) ──


def test_who_is_suppressed_between_two_mails_is_left_out(small: SmallWorkspace, ledger: Ledger) -> None:
    sending = started(ledger, ADA, BO, CY, person=open_hashes(small.workspace, ledger).person)
    first = ledger.claim(sending, 1)

    suppress(small.workspace, ledger, [entry(CY, COMPLAINED)])

    assert [claim.key for claim in (*first, *ledger.claim(sending, 9))] == [ADA, BO]
    assert [(row.key, row.reason) for row in ledger.rows(sending, State.LEFT_OUT)] == [(CY, "complained")]


def test_who_is_there_by_address_and_by_hash_is_left_out_once(small: SmallWorkspace, ledger: Ledger) -> None:
    sending = started(ledger, ADA, BO, person=open_hashes(small.workspace, ledger).person)
    suppress(small.workspace, ledger, [entry(ADA)])
    ledger.suppress([entry(ADA, COMPLAINED)])

    assert [claim.key for claim in ledger.claim(sending, 9)] == [BO]


# ── the key ──


def test_without_the_key_nobody_is_told_that_they_may_get_mail(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(small.workspace, ledger, [entry(ADA)])
    key_file_gone(small)

    for refused in (
        lambda: read_suppressed(small.workspace, ledger),
        lambda: suppress(small.workspace, ledger, [entry(CY)]),
        lambda: find_suppression(small.workspace, CY),
        lambda: open_hashes(small.workspace, ledger),
    ):
        with pytest.raises(CcmailError) as caught:
            refused()
        assert caught.value.code == "W791"


def test_another_key_is_noticed(small: SmallWorkspace, ledger: Ledger) -> None:
    started(ledger, ADA, person=open_hashes(small.workspace, ledger).person)
    suppress(small.workspace, ledger, [entry(CY)])
    key_file_gone(small)
    make_pseudonymiser(small.workspace)

    with pytest.raises(CcmailError, match="not the key") as caught:
        read_suppressed(small.workspace, ledger)

    assert caught.value.code == "W791"


def test_a_lost_key_that_nobody_depends_on_is_made_anew(small: SmallWorkspace, ledger: Ledger) -> None:
    sending = started(ledger, ADA, BO, person=open_hashes(small.workspace, ledger).person)
    key_file_gone(small)

    name_people(small.workspace, ledger, sending)
    suppress(small.workspace, ledger, [entry(ADA)])

    assert [claim.key for claim in ledger.claim(sending, 9)] == [BO]
