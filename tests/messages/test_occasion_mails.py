"""Whole mails of updates, reminders and cancellations: trees, files, and one compiled mail for each held state."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccmail.audience import Contact
from ccmail.calendar.reading import read_invitation
from ccmail.campaign import Variant
from ccmail.campaign.event_facts import EventFacts
from ccmail.checks.updates import check_update
from ccmail.ledger import Purpose
from ccmail.rendering import LoadedCampaign
from tests.calendar.conftest import broken_rules
from tests.messages.conftest import SETTINGS
from tests.occasions import LATER, assembler_for, changed, facts_of, on_occasion

__all__ = ["broken_rules"]

LoadedOf = Callable[..., LoadedCampaign]
CAMPAIGN = """\
type: announcement
calendar: MODE
event: {date: 7.10.2020, time: "13:00–15:30", place: online, link: "https://meet.example/x"}
agenda:
  - {time: 13:00–13:15, title: {de: Begrüßung, en: Welcome}}
de:
  title: Dienste für {{ city or "alle" }}
  text: Wir laden Sie ein, {{ first_name }}.
  update: Der Saal ist zu klein, {{ first_name }}.
en:
  title: Services
  text: We invite you, {{ first_name }}.
"""
MODES = ("attachment", "rsvp", "none")
JANA = Contact(email="jana@bonn.example", first_name="Jana", last_name="Müller", city="Bonn", country="DE")


def mail_of(loaded: LoadedCampaign, contact: Contact = JANA, *codes: str, sequence: int = 1) -> EmailMessage:
    variant = Variant(loaded.campaign.segments[0], codes or ("de",))
    raw = assembler_for(loaded, sequence).assemble(contact, variant).as_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def tree(message: EmailMessage) -> object:
    if message.is_multipart():
        return [message.get_content_subtype(), *(tree(p) for p in message.iter_parts() if isinstance(p, EmailMessage))]
    return message.get_content_type()


def octets_of(message: EmailMessage, kind: str = "text/calendar") -> bytes:
    (content,) = (p.get_payload(decode=True) for p in message.walk() if p.get_content_type() == kind)
    assert isinstance(content, bytes)
    return content


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def campaign_in(mode: str, *replacements: tuple[str, str]) -> str:
    return changed(CAMPAIGN, ("MODE", mode), *replacements)


TEXTS = ["text/plain", "text/html"]
TREES: dict[str, object] = {
    "attachment": ["mixed", ["alternative", *TEXTS], "text/calendar"],
    "rsvp": ["mixed", ["alternative", *TEXTS, "text/calendar"], "application/ics"],
    "none": ["alternative", *TEXTS],
}


@pytest.mark.parametrize("purpose", LATER, ids=lambda purpose: purpose.value)
@pytest.mark.parametrize("mode", MODES)
def test_a_mail_about_an_event_has_the_tree_of_its_invitation(loaded_of: LoadedOf, mode: str, purpose: Purpose) -> None:
    loaded = loaded_of(campaign_in(mode))

    message = mail_of(on_occasion(loaded, purpose, facts_of(loaded, begins=dt.time(12))))

    assert tree(message) == TREES[mode]
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            assert part.get_param("method") == read_invitation(octets_of(message)).method
            assert (part.get_content_disposition() is None) is (mode == "rsvp")


@pytest.mark.parametrize(("mode", "people"), [("attachment", 0), ("rsvp", 1)])
def test_a_cancellation_takes_off_what_was_invited(loaded_of: LoadedOf, mode: str, people: int) -> None:
    loaded = loaded_of(campaign_in(mode))

    invited = read_invitation(octets_of(mail_of(loaded, sequence=0)))
    message = mail_of(on_occasion(loaded, Purpose.CANCELLATION))
    cancelled = read_invitation(octets_of(message))

    assert (cancelled.method, cancelled.status, cancelled.sequence) == ("CANCEL", "CANCELLED", 1)
    assert (cancelled.uid, cancelled.start, cancelled.end) == (invited.uid, invited.start, invited.end)
    assert (cancelled.organizer, cancelled.attendees) == (invited.organizer, invited.attendees)
    assert len(cancelled.attendees) == people
    assert [p.get_filename() for p in message.iter_attachments()] == ["absage-2020-10-07.ics"]


def test_a_test_of_a_cancellation_asks_nobody_and_takes_nothing_off(loaded_of: LoadedOf) -> None:
    loaded = on_occasion(loaded_of(campaign_in("rsvp")), Purpose.CANCELLATION)

    message = mail_of(dataclasses.replace(loaded, is_test=True))

    assert tree(message) == ["mixed", ["alternative", *TEXTS], "text/calendar"]
    assert read_invitation(octets_of(message)).attendees == ()
    assert read_invitation(octets_of(message)).uid[:36] != read_invitation(octets_of(mail_of(loaded))).uid[:36]


@pytest.mark.parametrize("purpose", [Purpose.CAMPAIGN, *LATER], ids=lambda purpose: purpose.value)
def test_the_copy_of_an_invitation_is_a_switch(loaded_of: LoadedOf, purpose: Purpose) -> None:
    loaded = loaded_of(campaign_in("rsvp"), f"{SETTINGS}calendar_copy: false\n")

    message = mail_of(loaded if purpose is Purpose.CAMPAIGN else on_occasion(loaded, purpose, None))

    assert tree(message) == ["alternative", *TEXTS, "text/calendar"]


def test_a_cancellation_carries_no_further_files(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(campaign_in("none", ("agenda:", "attachments: [plan.pdf]\nagenda:")), plan_pdf=b"%PDF-1.4")

    update, off = (mail_of(on_occasion(loaded, purpose, None)) for purpose in (Purpose.UPDATE, Purpose.CANCELLATION))

    assert [p.get_filename() for p in update.iter_attachments()] == ["plan.pdf"]
    assert list(off.iter_attachments()) == []


@pytest.mark.parametrize("mode", ["attachment", "rsvp"])
def test_calendars_take_an_update_for_news_of_the_same_event(loaded_of: LoadedOf, mode: str) -> None:
    before = loaded_of(campaign_in(mode))
    sent = octets_of(mail_of(before, sequence=0)).replace(b"DTSTAMP:20200928", b"DTSTAMP:20200921")
    held = facts_of(before)
    later = on_occasion(loaded_of(campaign_in(mode, ("13:00–15:30", "14:00–16:30"))), Purpose.UPDATE, held)

    update, cancelled = octets_of(mail_of(later)), octets_of(mail_of(on_occasion(before, Purpose.CANCELLATION)))

    assert list(check_update(update, sent)) == []
    assert list(check_update(cancelled, sent)) == []


@pytest.mark.parametrize("purpose", LATER, ids=lambda purpose: purpose.value)
@pytest.mark.parametrize("mode", ["attachment", "rsvp"])
def test_readers_that_share_no_code_with_the_writer_understand_the_files(
    loaded_of: LoadedOf, broken_rules: Callable[[bytes], set[str]], mode: str, purpose: Purpose
) -> None:
    loaded = loaded_of(campaign_in(mode))
    octets = octets_of(mail_of(on_occasion(loaded, purpose, facts_of(loaded, begins=dt.time(12)))))

    (event,) = icalendar.Calendar.from_ical(octets).walk("VEVENT")

    assert broken_rules(octets) == set()
    assert event.decoded("DTSTART").astimezone(dt.UTC) == dt.datetime(2020, 10, 7, 11, tzinfo=dt.UTC)
    assert str(event["SUMMARY"]) == "Dienste für Bonn"
    assert ("Zur Veranstaltung" in str(event["DESCRIPTION"])) is (
        mode == "rsvp" and purpose is not Purpose.CANCELLATION
    )


@pytest.mark.parametrize("mode", ["attachment", "rsvp"])
def test_an_invitation_to_answer_offers_answers_and_no_links_that_add(loaded_of: LoadedOf, mode: str) -> None:
    message = mail_of(loaded_of(campaign_in(mode)))
    html = message.get_body(("html",))

    assert html is not None
    shown, written = (" ".join(part.split()) for part in (str(html.get_content()), text_of(message)))
    for words in (shown, written):
        assert ("Bitte antworten Sie mit den Schaltflächen" in words) is (mode == "rsvp")
        assert ("Die angehängte Kalenderdatei" in words) is (mode == "attachment")
    assert ("calendar.google.com" in shown) is (mode == "attachment")
    assert ("Im Kalender vormerken" in shown) is (mode == "attachment")
    assert "calendar.google.com" not in written


def test_each_block_of_a_mail_in_two_languages_says_what_is_new(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(campaign_in("attachment"))
    updated = on_occasion(loaded, Purpose.UPDATE, facts_of(loaded, begins=dt.time(12)))

    text = text_of(mail_of(updated, JANA, "de", "en"))

    assert text.startswith(
        "Die Veranstaltung hat sich geändert:\nBeginn:  jetzt 13:00 Uhr (MESZ)\n         bisher 12:00 Uhr (MESZ)\n\n"
        "Der Saal ist zu klein, Jana.\n\nAktuelles · 07.10.2020"
    )
    assert (
        "\nThe event has changed:\nStart:  now 13:00 (CEST)\n        previously 12:00 (CEST)\n\nNews · 7 October"
        in text
    )


@pytest.mark.parametrize("purpose", LATER, ids=lambda purpose: purpose.value)
@pytest.mark.parametrize("mode", MODES)
def test_filling_equals_rendering_whatever_readers_hold(loaded_of: LoadedOf, mode: str, purpose: Purpose) -> None:
    loaded = loaded_of(campaign_in(mode))
    states: tuple[EventFacts | None, ...] = (None, facts_of(loaded, begins=dt.time(12)), facts_of(loaded, link=""))
    later = on_occasion(loaded, purpose, *states)
    holders = {f"{n}@y.example": n for n in range(len(states))}
    assembler, variant = assembler_for(later, held=holders), Variant(later.campaign.segments[0], ("de", "en"))

    @settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
    @given(
        name=st.sampled_from(["Jana", "", "Ö" * 40]),
        holder=st.sampled_from(list(holders)),
        country=st.sampled_from(["DE", "GE"]),
    )
    def they_get_the_same(name: str, holder: str, country: str) -> None:
        contact = Contact(holder, first_name=name, country=country)

        assert (
            assembler.assemble(contact, variant).as_bytes() == assembler.assemble_naively(contact, variant).as_bytes()
        )

    they_get_the_same()


def test_one_mail_is_compiled_for_each_state_that_readers_hold(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(campaign_in("rsvp", (' für {{ city or "alle" }}', "")))
    updated = on_occasion(loaded, Purpose.UPDATE, facts_of(loaded, begins=dt.time(12)), facts_of(loaded, link=""))
    holders = {f"{n}@y.example": n % 2 for n in range(20)}
    assembler, variant = assembler_for(updated, held=holders), Variant(updated.campaign.segments[0], ("de",))

    messages = [
        assembler.assemble(Contact(holder, first_name=f"N{n}", country="DE"), variant)
        for n, holder in enumerate(holders)
    ]

    assert assembler.compiled_mails == 2
    assert len({message.as_bytes() for message in messages}) == 20
    assert assembler.looked_at == {"held", "timezone"}
