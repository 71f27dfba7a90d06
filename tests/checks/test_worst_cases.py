"""Campaigns that are hard to show: none of the rules about finished mails finds an error or warning."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ccmail.audience import Contact
from ccmail.calendar import Method, Revision
from ccmail.checks import check_mail
from ccmail.messages import Assembler, MailStamp
from ccmail.workspace import Workspace, load_workspace
from tests.messages.conftest import SENT_AT, SETTINGS, loaded_in, variant_of

# 120 letters without a blank
COMPOUND = (
    "Kommunalverwaltungsdigitalisierungsbeschleunigungsgesetz"
    "gebungsverfahrensbeteiligungsmöglichkeitenüberblicksseminar"
    "reihe"
)
TALK = (
    "  - {{speaker: {speaker}, role: {{de: Bürgermeisterin, en: Mayor}}, city: Tiflis, country: GE,\n"
    "     title: {{de: Vortrag {n}, en: Talk {n}}}}}\n"
)
TEXT = """\
  text: |
    Wir haben drei Stunden lang über das gesprochen, was in den Städten gelungen ist, und über das, was nicht. Hier ist
    nachzulesen, was daraus folgt: für die Verwaltung, für die Menschen in der Stadt und für das Geld, das da ist.
"""
ENGLISH = """\
en:
  title: Digital services of municipalities
  subtitle: What worked, and what did not, in twelve cities
  text: |
    For three hours we spoke about what has worked in our cities, and about what has not. Here you can read what follows
    from it: for the administration, for the people who live there and for the money that there is to spend.
"""
GERMAN = (
    f"de:\n  title: Digitale Dienste der Kommunen\n  subtitle: Was gelungen ist und was nicht, in zwölf Städten\n{TEXT}"
)
REVIEW = "type: review\nevent: {date: 12.3.2021, place: online}\n"
SPEAKERS = ("ნინო კვარაცხელია", "Сергій Шевченко", "Ng", "Roberto Zambrana Flores de la Fuente y Cervantes", "Ōe")


def gallery(shots: int) -> str:
    rows = "".join(f"  - {{file: city{n % 3}.png, caption: {{de: Bild {n}, en: Shot {n}}}}}\n" for n in range(shots))
    return f"gallery:\n{rows}" if rows else ""


CAMPAIGNS = {
    "compound title": f"{REVIEW}de:\n  title: {COMPOUND}\n  subject: Rückblick auf die Seminarreihe\n"
    f"  subtitle: Was gelungen ist und was nicht, in zwölf Städten\n{TEXT}",
    "twelve speakers": f"{REVIEW}presentations:\n"
    + "".join(TALK.format(speaker=SPEAKERS[n % len(SPEAKERS)], n=n + 1) for n in range(12))
    + GERMAN,
    "no pictures": REVIEW + GERMAN,
    "one picture": REVIEW + gallery(1) + GERMAN,
    "seven pictures": REVIEW + "photo: {file: city0.png, alt: Eine Stadt}\n" + gallery(7) + GERMAN,
    "film and slides": f"{REVIEW}video: {{url: https://cities.example/film, image: city0.png, alt: Der Saal}}\n"
    f"presentations:\n  - {{speaker: Ng, title: {{de: Vortrag}}, slides: https://cities.example/slides}}\n"
    f"  - {{speaker: Ōe, title: {{de: Noch einer}}, slides: https://cities.example/more}}\n{GERMAN}",
    "all in an announcement": "type: announcement\ncontacts: all\n"
    "event: {date: 30.3.–1.4.2021, place: {de: Rathaus, en: Town hall}, language: en,\n"
    "        register: https://cities.example/r, link: https://cities.example/l}\n"
    'agenda:\n  - {time: "9:00–9:30", title: {de: Beginn, en: Opening}, speaker: Ng}\n' + GERMAN,
    "two languages": f"{REVIEW}segments: {{german: {{language: [de, en]}}}}\n{GERMAN}{ENGLISH}",
    "an announcement in two languages": "type: announcement\n"
    'event: {date: 30.3.2021, time: "9:00–11:00", place: online, register: https://cities.example/r}\n'
    f"segments: {{german: {{language: [de, en]}}}}\n{GERMAN}{ENGLISH}",
    "English": f"{REVIEW}segments: {{german: {{language: en}}}}\n{ENGLISH}",
}
READERS = {
    "nobody": Contact(email="post@bonn.example"),
    "Georgian": Contact(email="nino@tbilisi.example", first_name="ნინო", last_name="კვარაცხელია", country="GE"),
    "long": Contact(email="a@b.example", first_name="Maria-Theresia", last_name="Freifrau von Hohenstein zu Berg"),
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("workspace")
    (root / "campaigns").mkdir()
    for n in range(3):
        Image.new("RGB", (1200, 600), "#0b6a8f").save(root / "campaigns" / f"city{n}.png", "PNG")
    (root / "ccmail.yaml").write_text(f"{SETTINGS}theme: {{logo: campaigns/city0.png}}\n", encoding="utf-8")
    loaded, problems = load_workspace(root)
    assert loaded is not None, problems
    return loaded


def write(workspace: Workspace, campaign: str) -> Path:
    path = workspace.root / "campaigns" / "worst.yaml"
    path.write_text(campaign, encoding="utf-8")
    return path


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("campaign", CAMPAIGNS.values(), ids=CAMPAIGNS)
def test_a_hard_campaign_becomes_a_mail_without_error_or_warning(
    workspace: Workspace, campaign: str, reader: Contact
) -> None:
    loaded = loaded_in(workspace, write(workspace, campaign))
    variant = variant_of(loaded.campaign)
    assembler = Assembler(loaded, MailStamp(SENT_AT, Revision(0, SENT_AT, Method.PUBLISH), "test"))

    message = assembler.assemble(reader, variant)

    assert list(check_mail(message.as_bytes(), loaded, variant, message.to)) == []
    assert len(message.as_bytes()) < 300_000
