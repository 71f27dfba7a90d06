"""Both example campaigns in both languages, and what follows an invitation, for reading in a review: tests/golden/."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from ccmail.audience import Contact
from ccmail.campaign import CalendarMode, Variant
from ccmail.checks.planned import plan_mails
from ccmail.ledger import Purpose
from ccmail.planning.assembler import make_assembler
from ccmail.planning.load import load_with_files
from ccmail.workspace import open_workspace
from ccmail.workspace.mail_look import MailLook
from ccmail.yamlfile import SourceText
from tests.golden_files import assert_golden
from tests.occasions import assembler_for, facts_of, on_occasion
from tests.translations import CODES, translated

ROOT = Path(__file__).parents[2]


def outline(message: EmailMessage, depth: int = 0) -> Iterator[str]:
    """Yield the headers of every part, without its content."""
    for name, value in message.items():
        yield f"{'  ' * depth}{name}: {' '.join(str(value).split())}"
    for part in message.iter_parts():
        assert isinstance(part, EmailMessage)
        yield f"{'  ' * depth}└"
        yield from outline(part, depth + 1)


def content(message: EmailMessage, content_type: str) -> bytes:
    """Return the decoded content of the one part of a type."""
    (part,) = (p for p in message.walk() if p.get_content_type() == content_type)
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


@pytest.mark.parametrize("segment", ["german", "international"])
@pytest.mark.parametrize("name", ["2020-10-digitalisierung", "2021-04-governance-rueckblick"])
def test_golden_mail(name: str, segment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T09:00")
    workspace = open_workspace(ROOT)
    loaded, problems = load_with_files(workspace, name)
    assert loaded is not None, problems
    assembler = make_assembler(workspace, loaded, "ccmail")
    planned = next(v for v in plan_mails(workspace, loaded, None).variants if v.variant.segment.name == segment)

    message = email.message_from_bytes(
        assembler.assemble(planned.first.contact, planned.variant).as_bytes(), policy=email.policy.default
    )

    assert isinstance(message, EmailMessage)
    stem = f"{name}.{planned.variant.languages[0]}"
    assert_golden(f"{stem}.head.txt", ("\n".join(outline(message)) + "\n").encode())
    assert_golden(f"{stem}.html", content(message, "text/html").replace(b"\r\n", b"\n") + b"\n")
    assert_golden(f"{stem}.txt", content(message, "text/plain").replace(b"\r\n", b"\n") + b"\n")
    if loaded.campaign.calendar.value != "none":
        assert_golden(f"{stem}.ics", content(message, "text/calendar"))


@pytest.mark.parametrize("look", ["plain", "photo"])
@pytest.mark.parametrize("name", ["2020-10-digitalisierung", "2021-04-governance-rueckblick"])
def test_golden_mail_in_another_look(name: str, look: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T09:00")
    workspace = open_workspace(ROOT)
    loaded, problems = load_with_files(workspace, name)
    assert loaded is not None, problems
    campaign = loaded.campaign.model_copy(update={"look": MailLook(look)})
    assembler = make_assembler(workspace, dataclasses.replace(loaded, campaign=campaign), "ccmail")

    message = email.message_from_bytes(
        assembler.assemble(JANA, Variant(campaign.segments[0], ("de",))).as_bytes(), policy=email.policy.default
    )

    assert isinstance(message, EmailMessage)
    assert_golden(f"{name}.{look}.de.html", content(message, "text/html").replace(b"\r\n", b"\n") + b"\n")


JANA = Contact(email="jana.mueller@bonn.example", first_name="Jana", last_name="Müller", country="DE")
NINO = Contact(email="nino@tbilisi.example", first_name="Nino", last_name="Kvariani", country="GE")
LINKS = {
    "link": SourceText.plain("https://meet.connective-cities.example/digital"),
    "register": SourceText.plain("https://www.connective-cities.example/register"),
}
OCCASIONS = [
    *((purpose, mode, "de") for purpose in ("update", "reminder", "cancellation") for mode in ("attachment", "rsvp")),
    ("update", "attachment", "en"),
    ("update", "attachment", "ar"),
    ("cancellation", "rsvp", "en"),
]


@pytest.mark.parametrize(("purpose", "mode", "language"), OCCASIONS)
def test_golden_mail_after_the_invitation(
    purpose: str, mode: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-28T09:00")
    loaded, problems = load_with_files(open_workspace(ROOT), "2020-10-digitalisierung")
    assert loaded is not None, problems
    loaded = translated(loaded, language) if language in CODES else loaded
    before = facts_of(loaded, first=dt.date(2020, 10, 6), last=dt.date(2020, 10, 6), begins=dt.time(12))
    assert loaded.campaign.event is not None
    event = loaded.campaign.event.model_copy(update=LINKS)
    now = {"event": event, "calendar": CalendarMode(mode)}
    later = on_occasion(
        dataclasses.replace(loaded, campaign=loaded.campaign.model_copy(update=now)), Purpose(purpose), before
    )
    contact, segment = (JANA, 0) if language == "de" else (NINO, 1)
    variant = Variant(loaded.campaign.segments[segment], (language,))

    message = email.message_from_bytes(
        assembler_for(later).assemble(contact, variant).as_bytes(), policy=email.policy.default
    )

    assert isinstance(message, EmailMessage)
    stem = f"2020-10-digitalisierung.{purpose}.{mode}.{language}"
    assert_golden(f"{stem}.head.txt", ("\n".join(outline(message)) + "\n").encode())
    assert_golden(f"{stem}.txt", content(message, "text/plain").replace(b"\r\n", b"\n") + b"\n")
    assert_golden(f"{stem}.ics", content(message, "text/calendar"))
    if mode == "attachment":
        assert_golden(f"{stem}.html", content(message, "text/html").replace(b"\r\n", b"\n") + b"\n")


@pytest.mark.parametrize("language", CODES)
def test_golden_mail_in_a_further_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T09:00")
    workspace = open_workspace(ROOT)
    loaded, problems = load_with_files(workspace, "2020-10-digitalisierung")
    assert loaded is not None, problems
    variant = Variant(loaded.campaign.segments[1], (language,))

    message = email.message_from_bytes(
        make_assembler(workspace, translated(loaded, language), "ccmail").assemble(NINO, variant).as_bytes(),
        policy=email.policy.default,
    )

    assert isinstance(message, EmailMessage)
    stem = f"2020-10-digitalisierung.{language}"
    assert_golden(f"{stem}.head.txt", ("\n".join(outline(message)) + "\n").encode())
    assert_golden(f"{stem}.html", content(message, "text/html").replace(b"\r\n", b"\n") + b"\n")
    assert_golden(f"{stem}.txt", content(message, "text/plain").replace(b"\r\n", b"\n") + b"\n")
    assert_golden(f"{stem}.ics", content(message, "text/calendar"))
