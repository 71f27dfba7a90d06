"""What is held about one person: each kind of it, and nothing of others."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from ccmail.delivery import Outbox
from ccmail.delivery.outbox import file_name
from ccmail.ledger import (
    Feedback,
    NewRecipient,
    Purpose,
    Sending,
    SendingKind,
    State,
    StateChange,
    SuppressionEntry,
    SuppressionReason,
)
from ccmail.privacy.erasure import erase_recipient
from ccmail.privacy.lookup import PersonalData, find_personal_data
from ccmail.suppression.keep import suppress
from ccmail.suppression.resubscribe import resubscribe
from tests.small_workspace import ADA, BO, CY, EVE, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

MORNING = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
FATINA = "fatina@netz.example"


def held(small: SmallWorkspace, address: str = ADA) -> PersonalData:
    return find_personal_data(small.workspace, address)


def kinds(found: PersonalData) -> set[str]:
    """Return the names of those kinds of data of which something is held."""
    return {field.name for field in dataclasses.fields(found) if getattr(found, field.name)} - {"address"}


def start(ledger: Ledger, *entries: NewRecipient, kind: SendingKind = SendingKind.SMTP) -> Sending:
    return ledger.start("news", kind, "7f3a-91c2", entries, confirmed=len(entries), dtstamp=MORNING)


def ada(**more: Any) -> NewRecipient:
    return NewRecipient(ADA, "Ada@Bonn.example", "german", ("de",), {"email": ADA, "city": "Bonn"}, "<1@x>", **more)


# ── nothing ──


def test_of_somebody_unknown_nothing_is_held(small: SmallWorkspace, ledger: Ledger) -> None:
    start(ledger, ada())
    ledger.mark_tested("news", "7f3a-91c2", (FATINA,), real=True)
    ledger.approve("news", "7f3a-91c2", "Fatina Toukan")

    found = held(small, EVE)

    assert kinds(found) == set()
    assert found.is_empty


def test_to_look_makes_no_ledger(small: SmallWorkspace) -> None:
    small.workspace.ledger_file.unlink()

    assert kinds(held(small)) == {"lists"}
    assert not small.workspace.ledger_file.exists()


# ── lists ──


def test_rows_of_lists_are_found_in_every_spelling_of_the_address(small: SmallWorkspace) -> None:
    found = held(small, "BO@xn--kln-sna.example")

    (row,) = found.lists
    assert (row.file, row.line) == ("recipients/german.csv", 3)
    assert row.data == {"email": BO, "first_name": "Bo", "last_name": "Weiß"}
    assert not found.is_empty


def test_lists_that_no_segment_has_are_looked_through_too(small: SmallWorkspace) -> None:
    (small.folder / "recipients" / "old.csv").write_text(f"email\n{ADA}\n", encoding="utf-8")

    assert [(row.file, row.line) for row in held(small).lists] == [
        ("recipients/german.csv", 2),
        ("recipients/old.csv", 2),
    ]


def test_a_row_that_names_somebody_and_cannot_be_read_is_found(small: SmallWorkspace) -> None:
    (small.folder / "recipients" / "german.csv").write_text(
        f"email,city\n{BO},Köln\n{ADA.upper()} or no address,Bonn\n", encoding="utf-8"
    )

    rows = held(small).lists

    assert [(row.file, row.line, row.data) for row in rows] == [("recipients/german.csv", 3, {})]


def test_a_list_that_is_not_there_is_passed_over(small: SmallWorkspace) -> None:
    (small.folder / "recipients" / "international.csv").unlink()

    assert len(held(small).lists) == 1


# ── who gets nothing ──


def test_why_somebody_gets_nothing_is_told_from_file_and_ledger(small: SmallWorkspace, ledger: Ledger) -> None:
    (small.folder / "recipients" / "unsubscribed.csv").write_text(f"email,reason\n{ADA},moved\n", encoding="utf-8")
    ledger.suppress([SuppressionEntry(ADA, SuppressionReason.COMPLAINED, MORNING, "a complaint")])

    found = held(small)

    assert [(one.file, one.line, one.reason) for one in found.suppressions] == [
        ("recipients/unsubscribed.csv", 2, "moved"),
        (".ccmail/ledger.sqlite", 0, "complained"),
    ]


def test_a_suppression_that_is_a_hash_is_found_by_the_address(small: SmallWorkspace, ledger: Ledger) -> None:
    suppress(small.workspace, ledger, [SuppressionEntry(ADA, SuppressionReason.BOUNCED, MORNING, "a bounce")])

    assert [one.reason for one in held(small).suppressions] == ["bounced"]
    assert held(small, CY).suppressions == ()


def test_what_came_back_is_held_of_the_person_and_of_others_who_name_them(
    small: SmallWorkspace, ledger: Ledger
) -> None:
    own = Feedback("1", "rsvp", MORNING, MORNING, key=ADA, details={"partstat": "DECLINED", "comment": "No"})
    named = Feedback("2", "rsvp", MORNING, MORNING, key=CY, details={"delegated_to": ADA.upper()})
    other = Feedback("3", "bounce", MORNING, MORNING, key=CY, details={"status": "5.1.1"})
    ledger.add_feedback([own, named, other])

    found = held(small).feedback

    assert [(each.kind, each.is_own, dict(each.details)) for each in found] == [
        ("rsvp", True, {"partstat": "DECLINED", "comment": "No"}),
        ("rsvp", False, {"delegated_to": ADA.upper()}),
    ]


def test_the_purpose_of_each_sending_is_held(small: SmallWorkspace, ledger: Ledger) -> None:
    for number, purpose in enumerate(Purpose):
        person = NewRecipient(ADA, ADA, "german")
        ledger.start(
            "news", SendingKind.SMTP, "v", [person], confirmed=1, dtstamp=MORNING, purpose=purpose, number=number
        )

    assert [sent.purpose for sent in held(small).sendings] == ["cancellation", "reminder", "update", "campaign"]


def test_a_file_that_gives_no_reason_says_that_they_have_unsubscribed(small: SmallWorkspace) -> None:
    small.unsubscribe(EVE)

    found = held(small, EVE)

    assert [one.reason for one in found.suppressions] == ["unsubscribed"]
    assert not found.is_empty


def test_that_somebody_asked_for_mails_again_is_held(small: SmallWorkspace) -> None:
    small.unsubscribe(EVE)
    resubscribe(small.workspace, EVE, "a letter")

    found = held(small, EVE)

    assert [(one.was, one.note) for one in found.resubscriptions] == [(SuppressionReason.UNSUBSCRIBED, "a letter")]
    assert (found.suppressions, found.is_empty) == ((), False)


# ── sendings ──


def test_what_became_of_somebody_is_told_for_every_sending_the_latest_first(
    small: SmallWorkspace, ledger: Ledger
) -> None:
    first = start(ledger, ada())
    ledger.claim(first, 1)
    ledger.record(first, [StateChange(1, State.REFUSED, "rcpt", 550, "5.1.1", "unknown user", "mail.test")])
    start(ledger, ada(left_out="duplicate"), kind=SendingKind.OUTBOX)

    rehearsed, real = held(small).sendings

    assert (rehearsed.delivery, rehearsed.state, rehearsed.reason) == ("outbox", "left_out", "duplicate")
    assert (real.campaign, real.delivery, real.segment, real.state) == ("news", "smtp", "german", "refused")
    assert (real.reason, real.at, real.message_id, real.reply) == ("", MORNING, "<1@x>", "550 5.1.1 unknown user")
    assert (real.data, real.erased) == ({"email": ADA, "city": "Bonn"}, False)


def test_where_nothing_was_replied_nothing_stands(small: SmallWorkspace, ledger: Ledger) -> None:
    start(ledger, ada())

    assert [one.reply for one in held(small).sendings] == [""]


def test_a_draft_is_no_sending(small: SmallWorkspace, ledger: Ledger) -> None:
    draft = ledger.draft("news", SendingKind.SMTP, "7f3a-91c2", dtstamp=MORNING)
    ledger.add(draft, [ada()])

    assert held(small).sendings == ()


# ── people who make the mails ──


def test_tests_are_found_by_the_address_of_the_tester(small: SmallWorkspace, ledger: Ledger) -> None:
    ledger.mark_tested("news", "7f3a-91c2", (EVE, FATINA.upper()), real=True)

    found = held(small, FATINA)

    assert [(test.campaign, test.version, test.at) for test in found.tests] == [("news", "7f3a-91c2", MORNING)]
    assert kinds(held(small, EVE)) == {"tests"}
    assert not held(small, EVE).is_empty


@pytest.mark.parametrize(
    "by", [FATINA, "Fatina Toukan", "fatina", "FATINA TOUKAN", f"F. Toukan <{FATINA}>", f"us; {FATINA.upper()}, too"]
)
def test_approvals_are_found_by_the_address_and_the_names_that_go_with_it(
    small: SmallWorkspace, ledger: Ledger, by: str
) -> None:
    ledger.approve("news", "7f3a-91c2", by)

    assert [approval.by for approval in held(small, FATINA).approvals] == [by]
    assert held(small, EVE).approvals == ()


@pytest.mark.parametrize("by", ["Fatina T.", "Otto Ohne", f"x{FATINA}"])
def test_approvals_of_others_are_not(small: SmallWorkspace, ledger: Ledger, by: str) -> None:
    ledger.approve("news", "7f3a-91c2", by)

    assert held(small, FATINA).approvals == ()


def test_people_of_the_workspace_are_named_as_ccmail_yaml_names_them(small: SmallWorkspace) -> None:
    found = held(small, "Fatina@NETZ.example")

    assert (found.people, found.is_empty) == (("fatina",), False)


# ── further files ──


def put(small: SmallWorkspace, folder: str, position: int, address: str, mail: bytes) -> str:
    """Put a mail into the outbox, and return its path as people see it."""
    box = Outbox(small.workspace.outbox / folder)
    box.announce([file_name(position, address)])
    return small.workspace.shown(box.folder / box.write(position, address, [mail]).text)


def test_mails_of_a_rehearsal_are_found_by_whom_they_go_to(small: SmallWorkspace) -> None:
    theirs = put(small, "news", 1, ADA, f"Subject: x\r\nTo: <{ADA}>\r\n\r\n".encode())
    half = put(small, "news", 2, ADA, b"Subj")
    others = put(small, "news", 3, EVE, f"To: <{EVE}>\r\n".encode())

    assert held(small).mails == (theirs, half)
    assert held(small, EVE).mails == (others,)


@pytest.mark.parametrize(
    "text",
    [
        b"To: a_b@x.example\r\n",
        b"To: =?utf-8?q?A?= <A_B@X.example>\r\n",
        b"To: y@x.example\r\n\r\nATTENDEE;CN=3DA:mailto:a_b=40x.exa=\r\nmple\r\n",
        b"To: y@x.example\r\n\r\n"
        + base64.encodebytes(b"ATTENDEE;CN=A;RSVP=TRUE:mailto:a_b@x.example").replace(b"\n", b"\r\n"),
        b"To: y@x.example\r\n\r\n<a href=3D'https://x.example/?to=3Da_b%40x.example'>",
    ],
    ids=["plain", "other case", "quoted-printable", "base64", "in a link"],
)
def test_a_mail_is_theirs_however_their_address_stands_in_it(small: SmallWorkspace, text: bytes) -> None:
    mail = put(small, "news", 1, "y@x.example", text)

    assert held(small, "a_b@x.example").mails == (mail,)


@pytest.mark.parametrize("other", ["a!b@x.example", "xa_b@x.example", "a_b@x.example.org", "c.a_b@x.example"])
def test_whose_address_is_only_alike_has_other_mails(small: SmallWorkspace, other: str) -> None:
    put(small, "news", 1, other, f"To: <{other}>\r\n".encode())

    assert held(small, "a_b@x.example").mails == ()


def test_of_a_test_that_the_ledger_does_not_know_every_mail_may_show_their_data(small: SmallWorkspace) -> None:
    mail = put(small, "news.test", 1, FATINA, f"To: <{FATINA}>\r\n\r\nDear Ada".encode())

    assert held(small).mails == (mail,)


@pytest.mark.parametrize("end", ["before-5", "imported", "imported-2"])
def test_copies_of_the_ledger_are_named_if_they_have_somebody(small: SmallWorkspace, ledger: Ledger, end: str) -> None:
    start(ledger, ada())
    ledger.close()
    copy = small.workspace.state / f"ledger.sqlite.{end}"
    with closing(sqlite3.connect(copy)) as into, closing(sqlite3.connect(small.workspace.ledger_file)) as source:
        source.backup(into)

    assert held(small).copies == (f".ccmail/ledger.sqlite.{end}",)
    assert held(small, EVE).copies == ()


def test_other_files_that_name_somebody_are_found(small: SmallWorkspace) -> None:
    (small.workspace.state / "notes.txt").write_text(f"call {ADA}!", encoding="utf-8")

    assert held(small).files == (".ccmail/notes.txt",)
    assert held(small, EVE).files == ()


# ── somebody who was erased ──


def test_somebody_who_was_erased_is_found_by_the_pseudonym(small: SmallWorkspace, ledger: Ledger) -> None:
    sending = start(ledger, ada())
    ledger.claim(sending, 1)
    ledger.record(sending, [StateChange(1, State.ACCEPTED, "end", 250, "", f"queued for {ADA}")])
    ledger.mark_tested("news", "7f3a-91c2", (ADA,), real=True)
    ledger.approve("news", "7f3a-91c2", ADA)
    small.unsubscribe(ADA)
    resubscribe(small.workspace, ADA, f"a letter of {ADA}")
    erase_recipient(small.workspace, ADA)

    found = held(small)

    (mail,) = found.sendings
    assert (mail.state, mail.erased, mail.data, mail.message_id, mail.reply) == ("accepted", True, {}, "", "250")
    assert [(one.line, one.reason) for one in found.suppressions] == [(0, "unsubscribed")]
    assert [one.note for one in found.resubscriptions] == [""]
    assert len(found.tests) == 1
    assert [approval.by[:7] for approval in found.approvals] == ["erased:"]
