"""Answers to invitations, as mail programs really write them."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.feedback.evidence import InvitationAnswer, MessageKind
from ccmail.feedback.rsvp import read_answer, read_mail
from tests.feedback.came_back import answer

ANA, OFFICE = "ana@bonn.example", "office@bonn.example"
DATE = dt.datetime(2020, 9, 21, 7, 0, tzinfo=dt.UTC)


def calendar(*lines: str, method: str = "REPLY") -> str:
    """Return a calendar file with these lines in its event."""
    event = "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])
    return f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\n{event}\r\nEND:VCALENDAR\r\n"


def event(*lines: str, method: str = "REPLY", sender: str = ANA, date: dt.datetime | None = DATE) -> InvitationAnswer:
    """Return the answer in an event with these lines beside its UID."""
    found = read_answer([calendar("UID:e-t@netz.example", *lines, method=method)], sender, date)
    assert found is not None
    return found


def accepted(*parameters: str, by: str = ANA) -> str:
    """Return the line of a participant who accepts."""
    return ";".join(("ATTENDEE", "PARTSTAT=ACCEPTED", *parameters)) + f":mailto:{by}"


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "DECLINED", "DELEGATED"])
def test_an_answer_has_the_partstat_of_its_attendee(partstat: str) -> None:
    found = event(f"ATTENDEE;PARTSTAT={partstat}:mailto:{ANA}")

    assert (found.partstat, found.attendee, found.uid) == (partstat, ANA, "e-t@netz.example")
    assert not found.is_counter


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "REFRESH", "PUBLISH", "ADD", ""])
def test_other_methods_are_no_answers(method: str) -> None:
    assert read_answer([calendar("UID:x@y", accepted(), method=method)], ANA, DATE) is None


def test_the_method_in_the_file_counts_not_the_one_of_the_part() -> None:
    mail = answer("x@y.example", ANA).replace(b"; method=REPLY", b"; method=REQUEST", 1)

    assert read_mail(mail).answer


@pytest.mark.parametrize("partstat", ["NEEDS-ACTION", "X-PERHAPS", ""])
def test_who_has_not_decided_has_not_answered(partstat: str) -> None:
    assert read_answer([calendar("UID:x@y", f"ATTENDEE;PARTSTAT={partstat}:mailto:{ANA}")], ANA, DATE) is None


def test_a_proposal_of_another_time_counts_without_a_partstat_too() -> None:
    proposed = event(f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{ANA}", method="COUNTER")

    assert (proposed.is_counter, proposed.partstat) == (True, "")


def test_of_several_attendees_the_one_who_writes_answers() -> None:
    others = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{OFFICE}", f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{ANA.upper()}"

    assert event(*others).partstat == "TENTATIVE"


@pytest.mark.parametrize("lines", [(), (accepted(), accepted(by=OFFICE)), ("ATTENDEE;PARTSTAT=ACCEPTED:urn:uuid:1",)])
def test_an_answer_of_nobody_in_particular_is_none(lines: tuple[str, ...]) -> None:
    assert read_answer([calendar("UID:x@y", *lines)], "somebody.else@bonn.example", DATE) is None


@pytest.mark.parametrize("uid", ["", "   ", "x" * 501])
def test_an_answer_to_nothing_is_none(uid: str) -> None:
    assert read_answer([calendar(f"UID:{uid}", accepted())], ANA, DATE) is None


# ── who wrote it ──


def test_who_answers_for_somebody_is_named() -> None:
    assert event(accepted(), sender=OFFICE).answered_by == OFFICE
    assert event(accepted(f'SENT-BY="mailto:{OFFICE}"')).answered_by == OFFICE
    assert event(accepted()).answered_by == ""


def test_a_delegate_is_named_on_both_sides() -> None:
    delegating = event(f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{OFFICE}":mailto:{ANA}')
    delegate = event(accepted(f'DELEGATED-FROM="mailto:{ANA}"', by=OFFICE), sender=OFFICE)

    assert delegating.delegated_to == OFFICE
    assert delegate.delegated_from == ANA


def test_an_address_is_read_in_any_spelling() -> None:
    assert event(f"ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:\r\n {ANA}").attendee == ANA
    assert event(f'ATTENDEE;CN="Weiß: Ana; x";PARTSTAT=ACCEPTED:mailto: {ANA}').attendee == ANA
    assert event(f'ATTENDEE;CN="Ana;PARTSTAT=ACCEPTED:mailto:{ANA}', method="COUNTER").attendee == ANA
    assert event(f"ATTENDEE;PARTSTAT=accepted;EMAIL={ANA}:/a/principal/").attendee == ANA


# ── when ──


def test_the_stamp_says_when_it_was_answered() -> None:
    assert event(accepted(), "DTSTAMP:20200921T080000Z").stamp == dt.datetime(2020, 9, 21, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize("stamp", ["00000000T000000", "20201341T080000Z", "gestern", ""])
def test_without_a_stamp_the_time_of_microsoft_or_the_date_counts(stamp: str) -> None:
    reply_time = "X-MICROSOFT-CDO-REPLYTIME:20200921T083000Z"

    assert event(accepted(), f"DTSTAMP:{stamp}", reply_time).stamp == dt.datetime(2020, 9, 21, 8, 30, tzinfo=dt.UTC)
    assert event(accepted(), f"DTSTAMP:{stamp}").stamp == DATE
    assert event(accepted(), date=None).stamp is None


@pytest.mark.parametrize(("written", "sequence"), [("3", 3), ("0", 0), ("", None), ("-1", None), ("9" * 30, None)])
def test_the_sequence_is_a_number_or_unknown(written: str, sequence: int | None) -> None:
    assert event(accepted(), f"SEQUENCE:{written}").sequence == sequence


# ── what they say ──


def test_a_comment_is_read_without_escapes() -> None:
    assert event(accepted(), r"COMMENT;LANGUAGE=de:Ja\, gern\nAna").comment == "Ja, gern\nAna"


def test_google_has_the_comment_in_a_parameter() -> None:
    assert event(accepted("X-RESPONSE-COMMENT=\"Ja, ^'gern^'\""), "COMMENT:").comment == 'Ja, "gern"'


def test_a_very_long_comment_ends_somewhere() -> None:
    assert len(event(accepted(), "COMMENT:" + "a" * 10_000).comment) == 2000


# ── forms of files ──


def test_lines_may_be_longer_than_allowed_or_folded_anywhere() -> None:
    folded = calendar(
        "UID:\r\n e-\r\n\tt@netz.example", "ATTENDEE;PARTSTAT=ACC\r\n EPTED;CN=" + "a" * 100 + f":mailto:{ANA}"
    )

    found = read_answer([folded], ANA, DATE)

    assert found is not None
    assert (found.uid, found.partstat) == ("e-t@netz.example", "ACCEPTED")


def test_a_time_zone_and_an_alarm_are_not_the_event() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nCOMMENT:zone\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    alarm = "BEGIN:VALARM", "UID:other", "COMMENT:alarm", "END:VALARM"
    text = calendar(*alarm, "UID:e-t@netz.example", accepted()).replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT", 1)

    found = read_answer([text], ANA, DATE)

    assert found is not None
    assert (found.uid, found.comment) == ("e-t@netz.example", "")


def test_the_first_file_with_an_answer_counts() -> None:
    files = ["no calendar", calendar("UID:a@b", accepted(), method="REQUEST"), calendar("UID:c@d", accepted())]

    found = read_answer(files, ANA, DATE)

    assert found is not None
    assert found.uid == "c@d"


@pytest.mark.parametrize(
    "content_type", ["text/calendar", "application/ics; name=invite.ics", "text/plain; name=a.ics"]
)
@pytest.mark.parametrize("encoding", ["base64", "8bit"])
def test_the_answer_may_lie_in_any_part(content_type: str, encoding: str) -> None:
    text = calendar("UID:c@d", accepted(), "COMMENT:für später").encode()
    body = base64.encodebytes(text) if encoding == "base64" else text
    mail = (
        f"From: {ANA}\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n"
        f"Content-Type: {content_type}\nContent-Transfer-Encoding: {encoding}\n\n"
    ).encode()

    found = read_mail(mail + body + b"\n--b--\n")

    assert found.kind is MessageKind.RSVP
    assert found.answer is not None
    assert found.answer.comment == "für später"


@given(st.text(max_size=400))
def test_whatever_stands_there_ends_without_an_exception(text: str) -> None:
    read_answer([text, f"BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\n{text}\nUID:a@b\n{accepted()}"], text, None)


@given(st.lists(st.sampled_from(["BEGIN:VEVENT", "END:VEVENT", "UID:a", accepted(), ";:", '"', 'ATTENDEE;X="', "\\"])))
def test_broken_files_end_without_an_exception(lines: list[str]) -> None:
    read_answer(["BEGIN:VCALENDAR\nMETHOD:COUNTER\n" + "\n".join(lines)], ANA, None)
