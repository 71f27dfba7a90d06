"""The life of an event: its states, who has which, and the revision that comes next."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ccmail import clock
from ccmail.calendar import Method, Revision
from ccmail.ledger import NewRecipient, Purpose, Sending, SendingKind, State, StateChange, StoredMail
from ccmail.ledger.store import Ledger
from ccmail.problems import UsageError
from ccmail.rendering import LoadedCampaign
from ccmail.sending.event_life import EventLife, event_of, older_states, read_life, revise
from ccmail.sending.sent_event import SentEvent, sent_event
from ccmail.sending.shared_receipt import SentPart, read_shared, write_shared
from tests.small_workspace import SmallWorkspace

MORNING = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
EVENT = "{date: 12.10.2020, time: '13:00–15:30', place: Rathaus}"


@pytest.fixture
def ride(small: SmallWorkspace) -> SmallWorkspace:
    """The small campaign as an invitation."""
    small.edit("campaigns/news.yaml", "type: review", "type: announcement\ncalendar: attachment")
    small.edit("campaigns/news.yaml", "event: {date: 12.3.2020, place: Tartu}", f"event: {EVENT}")
    return small


def move(ride: SmallWorkspace, new: str = "14:00–16:30") -> LoadedCampaign:
    ride.edit("campaigns/news.yaml", "13:00–15:30", new)
    return ride.loaded()


def state(ride: SmallWorkspace, sequence: int = 0, method: Method = Method.PUBLISH) -> SentEvent:
    found = sent_event(ride.loaded(), Revision(sequence, MORNING + dt.timedelta(hours=sequence), method))
    assert found is not None
    return found


def sent(
    ledger: Ledger,
    event: SentEvent | None,
    *people: str,
    number: int = 0,
    purpose: Purpose = Purpose.CAMPAIGN,
    kind: SendingKind = SendingKind.SMTP,
    campaign: str = "news",
) -> Sending:
    """Have these people got a mail with a state of the event."""
    version = f"{campaign}-{number}"
    entries = [NewRecipient(key=each, email=each, segment="german", mail=1) for each in people]
    sending = ledger.start(
        campaign, kind, version, entries, confirmed=len(people), dtstamp=MORNING, purpose=purpose, number=number
    )
    ledger.freeze(sending, version, b"", event.as_json() if event else None)
    ledger.keep_mail(sending, StoredMail(1, version, b"", {}))
    for row in ledger.claim(sending, len(people)):
        ledger.record(sending, [StateChange(row.position, State.IN_FLIGHT)])
        ledger.record(sending, [StateChange(row.position, State.ACCEPTED, "end")])
    return sending


def life(ride: SmallWorkspace, ledger: Ledger, kind: SendingKind = SendingKind.SMTP, **how: Any) -> EventLife:
    return read_life(ride.workspace, ledger, event_of(ride.loaded()), kind, **how)


def revision(ride: SmallWorkspace, found: EventLife, purpose: Purpose = Purpose.UPDATE) -> Revision:
    return revise(found, ride.loaded(), purpose, clock.now())


def test_what_nobody_has_got_has_no_life_yet(ride: SmallWorkspace, ledger: Ledger) -> None:
    found = life(ride, ledger)

    assert (found.is_sent, found.last, found.states) == (False, None, ())
    assert revision(ride, found, Purpose.CAMPAIGN).sequence == 0


def test_each_person_has_the_state_of_their_last_mail(ride: SmallWorkspace, ledger: Ledger) -> None:
    first = state(ride)
    sent(ledger, first, "a@x.example", "b@x.example")
    move(ride)
    second = state(ride, 1)
    sent(ledger, second, "b@x.example", number=1, purpose=Purpose.UPDATE)

    found = life(ride, ledger)

    assert found.states == (first, second)
    assert {key: had.state for key, had in found.held.items()} == {"a@x.example": 0, "b@x.example": 1}
    assert found.last == second


def test_a_state_is_the_same_after_the_ledger_has_kept_it(ride: SmallWorkspace) -> None:
    first = state(ride)

    assert SentEvent.from_json(first.as_json()) == first


@pytest.mark.parametrize(
    ("old", "new", "sequence"),
    [
        ("13:00–15:30", "14:00–15:30", 1),
        ("13:00–15:30", "13:00–16:30", 1),
        ("12.10.2020", "13.10.2020", 1),
        ("place: Rathaus", "place: Stadthaus", 1),
        ("place: Rathaus", "place: Rathaus, timezone: Asia/Tbilisi", 1),
        ("place: Rathaus", "place: Rathaus, link: 'https://meet.example/x'", 0),
        ("place: Rathaus", "place: Rathaus, register: 'https://netz.example/r'", 0),
        ("title: Nachrichten", "title: Neuigkeiten", 0),
    ],
)
def test_the_number_rises_for_time_and_place_and_for_nothing_else(
    ride: SmallWorkspace, ledger: Ledger, old: str, new: str, sequence: int
) -> None:
    sent(ledger, state(ride), "a@x.example")
    ride.edit("campaigns/news.yaml", old, new)

    found = revision(ride, life(ride, ledger))

    assert found.sequence == sequence
    assert found.dtstamp > MORNING


def test_the_link_of_an_online_event_is_its_place(ride: SmallWorkspace, ledger: Ledger) -> None:
    ride.edit("campaigns/news.yaml", "place: Rathaus", "place: online")
    sent(ledger, state(ride), "a@x.example")
    ride.edit("campaigns/news.yaml", "place: online", "place: online, link: 'https://meet.example/x'")

    assert revision(ride, life(ride, ledger)).sequence == 1


def test_the_text_of_the_mail_alone_changes_no_entry(ride: SmallWorkspace, ledger: Ledger) -> None:
    first = state(ride)
    sent(ledger, first, "a@x.example")
    ride.edit("campaigns/news.yaml", "Die Sonne scheint.", "Es regnet.")

    assert revision(ride, life(ride, ledger)) == first.record.revision


def test_a_campaign_that_was_sent_without_a_note_gets_a_higher_number(ride: SmallWorkspace, ledger: Ledger) -> None:
    sent(ledger, None, "a@x.example")

    found = life(ride, ledger)

    assert (found.states, found.last, found.is_sent) == ((None,), None, True)
    assert revision(ride, found).sequence == 1
    assert revision(ride, found, Purpose.CANCELLATION).method is Method.CANCEL


def test_after_a_cancellation_no_entry_comes_back(ride: SmallWorkspace, ledger: Ledger) -> None:
    sent(ledger, state(ride), "a@x.example")
    sent(ledger, state(ride, 1, Method.CANCEL), "a@x.example", number=1, purpose=Purpose.CANCELLATION)

    with pytest.raises(UsageError) as refused:
        revision(ride, life(ride, ledger))

    assert refused.value.code == "E482"
    assert revision(ride, life(ride, ledger), Purpose.CANCELLATION).sequence == 1


def test_an_attachment_does_not_become_an_invitation_to_answer(ride: SmallWorkspace, ledger: Ledger) -> None:
    sent(ledger, state(ride), "a@x.example")
    ride.edit("campaigns/news.yaml", "calendar: attachment", "calendar: rsvp")

    with pytest.raises(UsageError) as refused:
        revision(ride, life(ride, ledger))

    assert refused.value.code == "E486"


def test_the_sending_that_is_planned_again_does_not_count(ride: SmallWorkspace, ledger: Ledger) -> None:
    first = state(ride)
    sent(ledger, first, "a@x.example")
    move(ride)
    update = sent(ledger, state(ride, 1), "a@x.example", number=1, purpose=Purpose.UPDATE)

    assert life(ride, ledger, without=update).states == (first,)


def test_a_rehearsal_counts_only_while_nobody_has_the_event(ride: SmallWorkspace, ledger: Ledger) -> None:
    rehearsed = state(ride)
    sent(ledger, rehearsed, "a@x.example", kind=SendingKind.OUTBOX)
    in_rehearsal = life(ride, ledger, SendingKind.OUTBOX, purpose=Purpose.UPDATE)
    real_before = life(ride, ledger)
    move(ride)
    real = state(ride)
    sent(ledger, real, "b@x.example")

    afterwards = life(ride, ledger, SendingKind.OUTBOX, purpose=Purpose.UPDATE)

    assert (in_rehearsal.states, real_before.states, afterwards.states) == ((rehearsed,), (), (real,))


@pytest.mark.parametrize(("purpose", "counts"), [(Purpose.UPDATE, 1), (Purpose.REMINDER, 2), (Purpose.CANCELLATION, 2)])
def test_a_rehearsal_begins_before_those_of_its_own_purpose(
    ride: SmallWorkspace, ledger: Ledger, purpose: Purpose, counts: int
) -> None:
    sent(ledger, state(ride), "a@x.example", kind=SendingKind.OUTBOX)
    move(ride)
    sent(ledger, state(ride, 1), "a@x.example", number=1, purpose=Purpose.UPDATE, kind=SendingKind.OUTBOX)

    assert len(life(ride, ledger, SendingKind.OUTBOX, purpose=purpose).sendings) == counts


def test_the_older_states_that_people_still_have_are_counted(ride: SmallWorkspace, ledger: Ledger) -> None:
    sent(ledger, state(ride), "a@x.example", "b@x.example", "c@x.example")
    move(ride)
    sent(ledger, state(ride, 1), "a@x.example", number=1, purpose=Purpose.UPDATE)

    (older,) = older_states(ride.workspace, ledger, "news")

    assert (older.people, older.latest.record.revision.sequence) == (2, 1)


def test_nobody_has_an_older_state_where_all_have_the_same(ride: SmallWorkspace, ledger: Ledger) -> None:
    sent(ledger, state(ride), "a@x.example")

    assert older_states(ride.workspace, ledger, "news") == ()
    assert older_states(ride.workspace, ledger, "unknown") == ()


# ── two computers ──


def part(ride: SmallWorkspace, event: SentEvent, **values: Any) -> SentPart:
    usual = SentPart("other", Purpose.CAMPAIGN, 0, "v", MORNING, {"german": 3}, event)
    return dataclasses.replace(usual, **values)


def test_what_another_computer_has_sent_is_had_by_a_segment(ride: SmallWorkspace, ledger: Ledger) -> None:
    first = state(ride)
    write_shared(
        ride.workspace, "news", [part(ride, first), part(ride, first, version="w", people={"international": 0})]
    )

    found = life(ride, ledger)

    assert (found.states, found.elsewhere, found.is_sent) == ((first,), {"german": 0}, True)


def test_an_update_from_elsewhere_reaches_the_people_of_this_ledger(ride: SmallWorkspace, ledger: Ledger) -> None:
    sent(ledger, state(ride), "a@x.example")
    move(ride)
    write_shared(ride.workspace, "news", [part(ride, state(ride, 1), purpose=Purpose.UPDATE, number=1)])

    assert life(ride, ledger).held["a@x.example"].state == 1


def test_two_different_states_of_one_number_are_a_split_that_a_higher_number_ends(
    ride: SmallWorkspace, ledger: Ledger
) -> None:
    move(ride)
    sent(ledger, state(ride, 1), "a@x.example")
    ride.edit("campaigns/news.yaml", "14:00–16:30", "15:00–17:30")
    other = part(ride, state(ride, 1), purpose=Purpose.UPDATE, number=1, people={"international": 2})
    write_shared(ride.workspace, "news", [other])

    found = life(ride, ledger)

    assert found.is_split()
    assert revision(ride, found).sequence == 2


def test_the_own_parts_of_a_receipt_are_not_from_elsewhere(ride: SmallWorkspace, ledger: Ledger) -> None:
    own = read_shared(ride.workspace, "news").computer
    write_shared(ride.workspace, "news", [part(ride, state(ride), computer=own)])

    assert life(ride, ledger).elsewhere == {}


def test_a_receipt_is_the_same_after_it_was_written(ride: SmallWorkspace) -> None:
    first, second = part(ride, state(ride)), part(ride, state(ride), computer="third", tokens="abc")

    write_shared(ride.workspace, "news", [first])
    write_shared(ride.workspace, "news", [second])

    assert read_shared(ride.workspace, "news").parts == (first, second)


def test_each_part_of_a_receipt_has_a_line_of_its_own_so_that_git_merges_them(ride: SmallWorkspace) -> None:
    write_shared(ride.workspace, "news", [part(ride, state(ride)), part(ride, state(ride), computer="third")])

    lines = (ride.folder / "campaigns" / ".sent" / "news.json").read_text(encoding="utf-8").splitlines()

    assert [sum(name in line for line in lines) for name in ('"other"', '"third"')] == [1, 1]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sent": [{}]}', '{"sent": [{"computer": 1}]}', "<<<<<<< HEAD\n{}"])
def test_a_damaged_receipt_is_refused_with_its_repair(ride: SmallWorkspace, text: str) -> None:
    folder = ride.folder / "campaigns" / ".sent"
    folder.mkdir()
    (folder / "news.json").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        read_shared(ride.workspace, "news")

    assert (refused.value.code, "<<<<<<<" in refused.value.hint) == ("W850", True)


def test_no_receipt_is_written_through_a_link(ride: SmallWorkspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (ride.folder / "campaigns" / ".sent").symlink_to(elsewhere)

    with pytest.raises(Exception, match="link"):
        write_shared(ride.workspace, "news", [part(ride, state(ride))])

    assert list(elsewhere.iterdir()) == []
