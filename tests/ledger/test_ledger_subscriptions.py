"""Subscriptions in the ledger: a wish and its mail are kept together, and only the proof stays."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import NewRecipient, SendingKind, State, StateChange, StoredMail, Subscription
from ccmail.ledger.subscriptions import REQUESTS
from ccmail.problems import LedgerFailure
from tests.ledger.example import Clock

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

AT = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
EVE = "eve@kassel.example"
WISH = Subscription(
    token="t1",
    person="person:1",
    segment="german",
    language="de",
    consent="0123456789ab",
    words="Ja",
    asked_at=AT,
    network="person:n",
    address=EVE,
    fields={"first_name": "Eve"},
)


def ask(ledger: Ledger, token: str = WISH.token, **values: object) -> None:
    wish = dataclasses.replace(WISH, token=token, **values)  # type: ignore[arg-type]
    entry = NewRecipient(token, EVE, "german", ("de",), message_id=f"<{token}@x>", mail=1, personal_parts=[b"To: Eve"])
    ledger.subscriptions.ask(wish, entry, StoredMail(1, "0123456789ab", b"mail", {}))


def test_a_wish_and_its_mail_are_kept_together(ledger: Ledger) -> None:
    ask(ledger)

    [sending] = ledger.subscriptions.sendings(are_open=True)
    [claim] = ledger.claim(sending, 10)
    assert (sending.campaign, sending.delivery, sending.confirmed) == (REQUESTS, SendingKind.SUBSCRIBE, 1)
    assert (claim.email, claim.personal_parts, ledger.mail(sending, claim.mail)) == (EVE, [b"To: Eve"], b"mail")
    assert ledger.subscriptions.by_token("t1") == dataclasses.replace(WISH, sending=sending.id)
    assert ledger.subscriptions.by_token("t2") is None


def test_a_second_wish_with_the_same_token_leaves_nothing(ledger: Ledger) -> None:
    ask(ledger)

    with pytest.raises(LedgerFailure):
        ask(ledger)

    assert len(ledger.subscriptions.sendings()) == 1


def test_its_mails_are_of_no_campaign(ledger: Ledger) -> None:
    ask(ledger)

    assert (ledger.sendings(), ledger.sendings(drafts=True)) == ((), ())


def test_wishes_are_counted_by_time_person_and_network(ledger: Ledger) -> None:
    for number, (person, network) in enumerate((("p", "n"), ("p", "m"), ("q", "n"))):
        ask(ledger, f"t{number}", person=person, network=network, asked_at=AT + dt.timedelta(minutes=number))

    count = ledger.subscriptions.count
    before = AT - dt.timedelta(seconds=1)
    assert (count(before), count(before, person="p"), count(before, network="n")) == (3, 2, 2)
    assert (count(AT), count(AT + dt.timedelta(minutes=1), person="p")) == (2, 0)


@pytest.mark.parametrize("state", [State.IN_FLIGHT, State.CLAIMED])
def test_after_a_dead_process_a_mail_in_flight_is_in_doubt_and_others_leave(ledger: Ledger, state: State) -> None:
    ask(ledger)
    [sending] = ledger.subscriptions.sendings()
    [claim] = ledger.claim(sending, 1)
    if state is State.IN_FLIGHT:
        ledger.record(sending, [StateChange(claim.position, state, server="mail.test:25", date=AT)])

    ledger.repair(sending)

    [row] = ledger.rows(sending)
    assert row.state is (State.IN_DOUBT if state is State.IN_FLIGHT else State.QUEUED)
    assert len(ledger.subscriptions.sendings(are_open=True)) == (state is State.CLAIMED)


def test_a_confirmed_wish_leaves_the_proof_and_the_outcome(ledger: Ledger, clock: Clock) -> None:
    ask(ledger)
    [sending] = ledger.subscriptions.sendings()
    ledger.claim(sending, 1)
    ledger.record(
        sending, [StateChange(1, State.ACCEPTED, "end", 250, text=f"queued for {EVE}", server="mail.test:25")]
    )

    assert [ledger.subscriptions.confirm("t1") for _ in range(2)] == [True, False]

    found = ledger.subscriptions.by_token("t1")
    assert found == dataclasses.replace(WISH, address="", fields={}, confirmed_at=clock(), sending=sending.id)
    assert ledger.search(lambda data: b"kassel" in data or b"Eve" in data) == ()
    assert [row.state for row in ledger.rows(sending)] == [State.ACCEPTED]
    assert len(ledger.taken_since("mail.test", AT - dt.timedelta(days=1))) == 1


def test_what_is_old_and_not_confirmed_is_removed_and_proofs_stay(ledger: Ledger) -> None:
    for number in range(3):
        ask(ledger, f"t{number}", asked_at=AT + dt.timedelta(days=number))
    ledger.subscriptions.confirm("t0")

    assert ledger.subscriptions.drop(AT + dt.timedelta(days=2)) == 1

    kept = [ledger.subscriptions.by_token(f"t{number}") for number in range(3)]
    assert [wish and (wish.confirmed_at is not None, wish.sending is not None) for wish in kept] == [
        (True, False),
        None,
        (False, True),
    ]
    assert len(ledger.subscriptions.sendings()) == 1


def test_all_of_a_person_is_erased_and_nothing_of_others(ledger: Ledger) -> None:
    ask(ledger, "t1")
    ask(ledger, "t2")
    ask(ledger, "t3", person="person:2")
    ledger.subscriptions.confirm("t1")

    assert ledger.subscriptions.erase(["person:1", "erased:1"]) == 2

    assert [wish.token for wish in ledger.subscriptions.of_person(["person:1", "person:2"])] == ["t3"]
    assert len(ledger.subscriptions.sendings()) == 1
