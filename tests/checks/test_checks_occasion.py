"""Rules about updates, reminders, cancellations, and invitations to answer."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ccmail.audience import Contact
from ccmail.campaign import Variant
from ccmail.checks import check_campaign, check_mail
from ccmail.checks.campaign import google_organizer, layout_of_invitation
from ccmail.checks.ics.component import place
from ccmail.checks.ics.people import people
from ccmail.checks.mail.ics import read_entry
from ccmail.checks.mail.message import MailOrigin, parse_mail
from ccmail.checks.occasion import notice, open_door
from ccmail.ledger import Purpose
from ccmail.rendering import LoadedCampaign
from tests.messages.conftest import SETTINGS
from tests.occasions import LATER, SENT_AT, assembler_for, changed, facts_of, on_occasion

LoadedOf = Callable[..., LoadedCampaign]
CAMPAIGN = """\
type: announcement
calendar: attachment
event: {date: 7.10.2020, time: "13:00–15:30", place: online, register: https://cities.example/register,
        link: https://cities.example/join}
de:
  subject: Einladung zum Fachaustausch über digitale Dienste
  title: Digitale Dienste der Kommunen
  preheader: Drei Städte erzählen, was gelungen ist und was nicht
  subtitle: Ein Fachaustausch für alle, die in ihrer Stadt damit anfangen
  text: |
    Wir laden Sie herzlich zum Fachaustausch ein. Es sprechen drei Städte über das, was gelungen ist, und über das,
    was sie heute anders machen würden; danach ist viel Zeit für Ihre Fragen.
"""
JANA = Contact(email="jana@bonn.example", first_name="Jana", last_name="Müller", city="Bonn", country="DE")


def finished(loaded: LoadedCampaign) -> tuple[bytes, MailOrigin]:
    variant = Variant(loaded.campaign.segments[0], ("de",))
    return assembler_for(loaded).assemble(JANA, variant).as_bytes(), MailOrigin(loaded, variant, JANA.email)


@pytest.mark.parametrize("purpose", LATER, ids=lambda purpose: purpose.value)
@pytest.mark.parametrize("mode", ["attachment", "rsvp", "none"])
def test_a_mail_about_an_event_breaks_no_rule(loaded_of: LoadedOf, mode: str, purpose: Purpose) -> None:
    loaded = loaded_of(changed(CAMPAIGN, ("attachment", mode)))
    before = facts_of(loaded, link="", register="https://cities.example/earlier", titles={"de": "Dienste"})

    raw, origin = finished(on_occasion(loaded, purpose, before))

    assert list(check_mail(raw, origin.loaded, origin.variant, origin.recipient)) == []


@pytest.mark.parametrize("purpose", LATER, ids=lambda purpose: purpose.value)
def test_a_mail_that_does_not_say_its_occasion_is_found_in_both_parts(loaded_of: LoadedOf, purpose: Purpose) -> None:
    loaded = loaded_of(CAMPAIGN)
    raw, origin = finished(loaded)
    silent = dataclasses.replace(origin, loaded=on_occasion(loaded, purpose))

    problems = list(notice(mail=parse_mail(raw), origin=silent))

    assert [problem.code for problem in problems] == ["E430", "E430"]
    assert problems[0].message.startswith("the HTML does not say “")
    assert problems[1].message.startswith("the text part does not say “")


def test_a_frame_of_ones_own_that_prints_no_notice_is_found(loaded_of: LoadedOf, tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "templates" / "base.txt.j2").read_text(encoding="utf-8")
    (tmp_path / "templates").mkdir()
    own = changed(shipped, ("{{ notice(block) }}\n", ""))
    (tmp_path / "templates" / "base.txt.j2").write_text(own, encoding="utf-8")
    raw, origin = finished(on_occasion(loaded_of(CAMPAIGN), Purpose.UPDATE, None))

    problems = list(check_mail(raw, origin.loaded, origin.variant, origin.recipient))

    assert [(problem.code, problem.message) for problem in problems] == [
        ("E430", "the text part does not say “Die Veranstaltung hat sich geändert”")
    ]


@pytest.mark.parametrize("door", ["register", "join"])
def test_a_cancellation_that_leads_into_the_event_is_found(loaded_of: LoadedOf, door: str) -> None:
    words = f"  cancellation: Abgesagt, [mehr dazu](https://cities.example/{door}).\n  title:"
    loaded = loaded_of(changed(CAMPAIGN, ("  title:", words)))
    raw, origin = finished(on_occasion(loaded, Purpose.CANCELLATION))

    (problem,) = open_door(mail=parse_mail(raw), origin=origin)

    assert problem.code == "E431"
    assert problem.message == f"the mail calls the event off and leads to https://cities.example/{door}"
    assert problem.place is not None
    assert problem.place.line == 7


def test_links_of_other_mails_lead_where_they_should(loaded_of: LoadedOf) -> None:
    raw, origin = finished(on_occasion(loaded_of(CAMPAIGN), Purpose.REMINDER))

    assert list(open_door(mail=parse_mail(raw), origin=origin)) == []


def test_a_cancelled_invitation_that_is_attached_only_is_found(loaded_of: LoadedOf) -> None:
    loaded = on_occasion(loaded_of(changed(CAMPAIGN, ("attachment", "rsvp"))), Purpose.CANCELLATION)
    raw, _ = finished(loaded)
    mail = parse_mail(raw)
    parts = [
        dataclasses.replace(p, within=("mixed",), disposition="attachment", name="absage.ics")
        if p.kind == "text/calendar"
        else p
        for p in mail.parts
    ]

    found = place(entry=read_entry(mail.calendars[0].content), mail=dataclasses.replace(mail, parts=tuple(parts)))

    assert [problem.message for problem in found] == ["the calendar part is not the last alternative"]


@pytest.mark.parametrize("alone", [b"ORGANIZER", b"ATTENDEE"])
def test_a_cancellation_names_both_sides_or_nobody(loaded_of: LoadedOf, alone: bytes) -> None:
    raw, _ = finished(on_occasion(loaded_of(changed(CAMPAIGN, ("attachment", "rsvp"))), Purpose.CANCELLATION))
    octets = parse_mail(raw).calendars[0].content.replace(b"\r\n%s;" % alone, b"\r\nX-%s;" % alone)

    (problem,) = people(entry=read_entry(octets))

    assert problem.message == "the calendar entry is called off, and names a reader or an organiser alone"


def test_own_words_of_an_update_may_name_the_old_day_and_hour(loaded_of: LoadedOf) -> None:
    words = "Wir beginnen um 13:00 Uhr statt um 12:00 Uhr, am 7. und nicht am 6. Oktober 2020."
    said = changed(CAMPAIGN, ("  title:", f"  update: {words}\n  cancellation: {words}\n  title:"))
    in_text = changed(CAMPAIGN, ("Fachaustausch ein.", f"Fachaustausch ein. {words.replace('7. und', '')}"))

    allowed, found = (
        [problem.code for problem in check_campaign(loaded_of(campaign), SENT_AT)] for campaign in (said, in_text)
    )

    assert allowed == []
    assert sorted(found) == ["T311", "T313"]


@pytest.mark.parametrize(("mode", "found"), [("rsvp", ["campaigns/city.yaml:2:11"]), ("attachment", [])])
def test_pictures_in_an_invitation_to_answer_are_a_warning(loaded_of: LoadedOf, mode: str, found: list[str]) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (1200, 600), "navy").save(picture, "PNG")
    with_photo = changed(CAMPAIGN, ("attachment", mode), ("\nde:", "\nphoto: {file: city.png, alt: Stadt}\nde:"))

    problems = list(check_campaign(loaded_of(with_photo, city_png=picture.getvalue()), SENT_AT))

    assert [str(problem.place) for problem in problems if problem.code == "E432"] == found


def test_an_invitation_of_words_alone_is_no_warning(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(changed(CAMPAIGN, ("attachment", "rsvp")))

    assert list(layout_of_invitation(loaded=loaded)) == []


@pytest.mark.parametrize(
    ("address", "mode", "found"),
    [
        ("fatina@gmail.com", "rsvp", 1),
        ("fatina@GoogleMail.com", "rsvp", 1),
        ("fatina@gmail.com", "attachment", 0),
        ("fatina@notgmail.com", "rsvp", 0),
    ],
)
def test_answers_to_a_google_mailbox_are_a_warning(loaded_of: LoadedOf, address: str, mode: str, found: int) -> None:
    loaded = loaded_of(
        changed(CAMPAIGN, ("attachment", mode)),
        changed(SETTINGS, ("email: fatina@cities.example", f"email: {address}")),
    )

    problems = list(google_organizer(loaded=loaded))

    assert [problem.code for problem in problems] == ["E433"] * found
    assert all(address.casefold() in problem.message.casefold() for problem in problems)
