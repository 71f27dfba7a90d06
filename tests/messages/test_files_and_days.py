"""Attachments under their names, photos upright, and days with hours, in the finished mail."""

from __future__ import annotations

import email
import io
import re
from collections.abc import Callable
from email.message import Message
from typing import TypeAlias

from PIL import Image

from ccmail.audience import Contact
from ccmail.campaign import Variant
from ccmail.checks.mail.message import parse_mail
from ccmail.messages import Assembler
from ccmail.rendering import LoadedCampaign, fingerprint, manifest

LoadedOf: TypeAlias = Callable[..., LoadedCampaign]
AssemblerOf: TypeAlias = Callable[[LoadedCampaign], Assembler]
VariantOf: TypeAlias = Callable[[LoadedCampaign], Variant]

HEAD = "type: announcement\nevent: {date: 27.-28.3.2027, time: 9:00-17:00, place: Rathaus}\n"
WORDS = "de: {title: Werkstatt, text: Kommen Sie.}\n"


def mail_of(loaded: LoadedCampaign, assembler_of: AssemblerOf, first_variant: VariantOf, contact: Contact) -> bytes:
    return assembler_of(loaded).assemble(contact, first_variant(loaded)).as_bytes()


def dispositions(raw: bytes) -> list[str]:
    parts: list[Message] = [p for p in email.message_from_bytes(raw).walk() if "pdf" in p.get_content_type()]
    return [re.sub(r"\s+", " ", part["Content-Disposition"]) for part in parts]


def test_attachments_have_a_readable_name_and_their_real_one(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, jana: Contact
) -> None:
    names = ["Повестка.pdf", "Povestka.pdf", "Tagung für Köln.pdf"]
    campaign = f"{HEAD}attachments: [{', '.join(names)}]\n{WORDS}"
    loaded = loaded_of(campaign, **dict.fromkeys(names, b"%PDF"))

    raw = mail_of(loaded, assembler_of, first_variant, jana)

    assert dispositions(raw) == [
        "attachment; filename=\"Povestka.pdf\"; filename*=utf-8''%D0%9F%D0%BE%D0%B2%D0%B5%D1%81%D1%82%D0%BA%D0%B0.pdf",
        "attachment; filename=\"Povestka-2.pdf\"; filename*=utf-8''Povestka.pdf",
        "attachment; filename=\"Tagung-fuer-Koeln.pdf\"; filename*=utf-8''Tagung%20f%C3%BCr%20K%C3%B6ln.pdf",
    ]
    assert [part.real_name for part in parse_mail(raw).files if part.kind == "application/pdf"] == names


def photo_of(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    octets = io.BytesIO()
    Image.new("RGB", (1500, 1000), "navy").save(octets, "JPEG", exif=exif)
    return octets.getvalue()


def test_a_photo_of_a_phone_stands_upright_and_is_cropped(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, jana: Contact
) -> None:
    loaded = loaded_of(f"{HEAD}photo: {{file: a.jpg, alt: Platz}}\n{WORDS}", a_jpg=photo_of(6))

    mail = parse_mail(mail_of(loaded, assembler_of, first_variant, jana))

    (part,) = [part for part in mail.leaves if part.kind == "image/jpeg"]
    assert Image.open(io.BytesIO(part.content)).size == (1000, 500)
    assert 'width="600" height="300"' in mail.html
    assert b"Exif" not in part.content


def test_a_file_at_two_places_is_sent_once_for_each_crop(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, jana: Contact
) -> None:
    shot = "{file: a.jpg, caption: Platz}"
    facts = f"{HEAD}photo: {{file: a.jpg, alt: Platz}}\ngallery: [{shot}, {shot}]\n{WORDS}"

    mail = parse_mail(mail_of(loaded_of(facts, a_jpg=photo_of(6)), assembler_of, first_variant, jana))

    parts = [part for part in mail.leaves if part.kind == "image/jpeg"]
    assert [Image.open(io.BytesIO(part.content)).size for part in parts] == [(1000, 500), (1000, 667)]
    assert [part.name for part in parts] == ["a.jpg", "a-2.jpg"]
    assert mail.html.count('src="cid:') == 3


def test_the_version_follows_the_file_of_a_photo(loaded_of: LoadedOf) -> None:
    campaign = f"{HEAD}photo: {{file: a.jpg, alt: Platz}}\n{WORDS}"

    versions = [fingerprint(manifest(loaded_of(campaign, a_jpg=photo_of(n)))) for n in (6, 6, 8)]

    assert versions[0] == versions[1] != versions[2]


def test_days_and_hours_stand_in_two_lines_with_the_readers_own(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf
) -> None:
    reader = Contact("nino@tbilisi.example", country="GE", timezone="Asia/Tbilisi")

    text = parse_mail(mail_of(loaded_of(HEAD + WORDS), assembler_of, first_variant, reader)).text

    assert re.search(r"^Termin: +27\.–28\. März 2027$", text, re.MULTILINE)
    assert re.search(r"^Zeit: +jeweils 09:00–17:00 Uhr \(MEZ/MESZ\)$", text, re.MULTILINE)
    assert "27. März: 12:00–20:00, 28. März: 11:00–19:00 Uhr" in " ".join(text.split())


def test_a_programme_of_two_days_has_a_heading_for_each(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, jana: Contact
) -> None:
    one, two = "{time: '9:00', title: Eins}", "{day: 2, time: '9:00', title: Drei}"
    agenda = f"agenda:\n- {one}\n- {{time: '10:00', title: Zwei}}\n- {two}\n"
    one_day = agenda.replace("day: 2, time: '9", "time: '11")

    mails = [
        parse_mail(mail_of(loaded_of(HEAD + lines + WORDS), assembler_of, first_variant, jana))
        for lines in (agenda, one_day)
    ]

    days = ["Samstag, 27. März 2027", "Sonntag, 28. März 2027"]
    assert re.findall(r"^(S\w+, .*)$", mails[0].text, re.MULTILINE) == days
    assert re.findall(r'<h3 class="agenda-day"[^>]*>([^<]*)</h3>', mails[0].html) == days
    assert not any(day in mail for day in days for mail in (mails[1].text, mails[1].html))
