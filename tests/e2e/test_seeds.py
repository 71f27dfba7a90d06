"""Every element of the two texts that the project started from stands in the mails, word for word."""

from __future__ import annotations

import email
import email.policy
import html
import re
from email.message import EmailMessage

import pytest

from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell

pytestmark = pytest.mark.slow

# as the network's editors wrote them; "(at)" is written as an address, "13:00 - 15:30 Uhr CEST" as German says it
ANNOUNCEMENT_ELEMENTS = [
    "Aktuelles",
    "07.10.2020 // virtuelle Veranstaltung",
    "Digitalisierung von kommunalen Dienstleistungen in Südosteuropa und im Kaukasus",
    "Online-Veranstaltung als Reaktion auf die COVID-19 Pandemie",
    "Foto: metamorworks | istock",
    "Wir laden Kommunen und städtische Praktiker zur Teilnahme an der Online-Veranstaltung „Digitalisierung "
    "kommunaler Dienstleistungen in Südosteuropa (SOE) und im Kaukasus als Reaktion auf die COVID-19-Pandemie“ ein.",
    "Es bringt 20 Kommunen aus 13 Ländern zusammen und versucht, bewährte Praktiken in den Bereichen "
    "Stadtentwicklung, Digitalisierung, Renaturierung und kommunales Krisenmanagement zu identifizieren.",
    "Diese Veranstaltung konzentriert sich auf den Prozess der digitalen Umgestaltung der Städte als Reaktion auf "
    "den Ausbruch von COVID-19.",
    "Herausforderungen in Bezug auf den Datenschutz, die digitale Kluft und die Gouvernementalität im Allgemeinen "
    "mit sich.",
    "Während der Veranstaltung werden die Teilnehmer die konkreten Fälle aus Südosteuropa, dem Kaukasus und "
    "Deutschland diskutieren, ihre Erkenntnisse zu diesem Thema austauschen und den Rahmen für die künftige "
    "Zusammenarbeit abstecken. Sie werden zu gegebener Zeit die Einzelheiten zur genauen Tagesordnung und den "
    "Zugangslink erhalten.",
    "Konferenzsprache ist Englisch.",
    "Termin Mittwoch, 7. Oktober 2020",
    "Zeit 13:00–15:30 Uhr (MESZ)",
    "Ort Online",
    "Bei Fragen wenden Sie sich gerne an:",
    "Nach oben",
]
CONTACTS = {
    "jana.mueller": "Für deutsche Interessierte Fatina Toukan Connective Cities Projektmanagerin in Deutschland "
    "fatina.toukan@giz.de",
    "anna.huber": "Für internationale Interessierte Irakli Samkharadze Regionaler Netzwerkkoordinator für "
    "Südosteuropa und die Kaukasus-Region irakli.samkharadze@giz.de",
}
REVIEW_ELEMENTS = [
    "Rückblicke",
    "06.04.2021",
    "Kommunale Maßnahmen zu COVID-19 im Bereich Governance",
    "Rückblick auf den virtuellen Fachaustausch am 12. März 2021",
    "Foto: Chan2545 | iStock",
    "Rund 50 Teilnehmer aus Georgien, der Ukraine, Weißrussland, Moldawien, Montenegro, Polen, Kirgisistan, "
    "Rumänien, der Tschechischen Republik, Estland, Bosnien und Herzegowina, Argentinien, Bolivien, Armenien, "
    "Aserbaidschan, Albanien und Deutschland (16 Länder) nahmen an der virtuellen Veranstaltung der "
    "Wissensaustauschreihe zu kommunalen Antworten auf COVID-19 im Bereich Governance teil.",
    "Während der Veranstaltung wurden verschiedene Themen diskutiert, wie z.B.:",
    "Erfahrungen im Krisenmanagement und bestehende Herausforderungen",
    "Erkundung, wie wir Strategien verbessern oder skalieren können, um die aktuellen krisenbedingten Anforderungen "
    "zu erfüllen.",
    "Diskutiert wurde auch die Zusammenarbeit von Kommunen mit nationalen Regierungen und internationalen "
    "Organisationen.",
    "Programm In dieser virtuellen Veranstaltung präsentierte Dr. Giorgi Khishtovani die Methodik und die Ergebnisse",
    "Präsentationen von Guten Praktiken",
    "Kommunale Wirtschaft und Governance Reaktion auf COVID-19: Der Fall Tartu",
    "Raimond Tamm, Stellvertretender Bürgermeister von Tartu, Tartu, Estland",
    "Öffentliche Dienstleistungen und I-Government in der COVID-19-Ära",
    "Roberto Zambrana Flores, La Paz, Bolivien",
    "Ergebnisse Während dieses Online-Austauschs tauschten Vertreter aus einer Vielzahl von Kommunen ihre "
    "Erfahrungen und Erkenntnisse",
    "Video zur Veranstaltung",
    "Impressionen",
    "erstellt von: Elene Samukashvili | Connective Cities",
    "Verwandte Inhalte Digitalisierung von kommunalen Dienstleistungen in Südosteuropa und im Kaukasus",
    "Nach oben",
]
# a link to the top of the page, and the credits of pictures, which the text part does not have
NOT_IN_TEXT = {"Nach oben", "Foto: metamorworks | istock", "Foto: Chan2545 | iStock"}


def read(data: bytes) -> tuple[str, str]:
    """Return the words of the HTML part and of the text part."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    parts = [message.get_body((kind,)) for kind in ("html", "plain")]
    assert all(parts)
    markup, text = (part.get_content() for part in parts if part)
    markup = re.sub(r'<span style="white-space:nowrap">(.*?)</span>', r"\1", markup)
    markup = re.sub(r"(?s)<!--.*?-->|<style.*?</style>|<[^>]+>", " ", markup)
    return plain(html.unescape(markup)), plain(text)


def plain(text: str) -> str:
    """Return a text's words without line breaks, and without a blank before a full stop."""
    return re.sub(r"\s+([.,:])", r"\1", " ".join(text.split()))


def letters(text: str) -> str:
    """Return letters and digits only: the text part sets headings and facts apart with lines and colons."""
    return re.sub(r"[\W_]+", "", text)


def mails(shell: Shell, campaign: str) -> dict[str, tuple[str, str]]:
    shell.run("send", campaign)
    return {name.partition("-")[2].partition("@")[0]: read(data) for name, data in shell.outbox(campaign).items()}


@pytest.mark.parametrize(("campaign", "elements"), [(ANNOUNCEMENT, ANNOUNCEMENT_ELEMENTS), (REVIEW, REVIEW_ELEMENTS)])
def test_every_element_of_the_seed_stands_in_the_german_mail_in_order(
    shell: Shell, campaign: str, elements: list[str]
) -> None:
    shown, text = mails(shell, campaign)["jana.mueller"]

    for element in elements:
        assert element in shown
        if element not in NOT_IN_TEXT:
            assert letters(element) in letters(text)


def test_each_contact_person_stands_in_the_mails_of_the_own_segment(shell: Shell) -> None:
    found = mails(shell, ANNOUNCEMENT)

    for reader, words in CONTACTS.items():
        assert words in found[reader][0]
        others = next(other for name, other in CONTACTS.items() if name != reader)
        assert others.split()[3] not in found[reader][0]


@pytest.mark.parametrize(
    ("campaign", "words"),
    [
        (ANNOUNCEMENT, ["News", "7 October 2020 // virtual event", "The conference language is English.",
                        "Date Wednesday, 7 October 2020", "Time 13:00–15:30 (CEST)", "Venue Online"]),
        (REVIEW, ["Reviews", "6 April 2021", "Good-practice presentations", "Deputy Mayor of Tartu, Tartu, Estonia",
                  "Roberto Zambrana Flores, La Paz, Bolivia", "Video of the event", "Impressions", "written by:",
                  "Related content", "(16 countries)"]),
    ],
)  # fmt: skip
def test_the_english_mail_has_the_same_elements(shell: Shell, campaign: str, words: list[str]) -> None:
    shown, _ = mails(shell, campaign)["press"]

    for word in words:
        assert word in shown
    assert "Interessierte" not in shown
