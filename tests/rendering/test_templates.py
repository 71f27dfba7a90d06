"""The output of the shipped templates: both kinds of mail, both languages, with all facts and with the fewest."""

from __future__ import annotations

import dataclasses
import html.parser
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import css_inline
import pytest

from ccmail.calendar import is_calendar_link
from ccmail.languages import load_languages
from ccmail.languages.date_tile import DateTile
from ccmail.rendering.content import (
    AgendaItemView,
    Block,
    ChangedFact,
    ContactView,
    Fact,
    Link,
    MailContent,
    Notice,
    PartnerView,
    Picture,
    PresentationView,
    ShotView,
    VideoView,
)
from ccmail.rendering.environment import make_environment
from ccmail.rendering.html import inline_styles
from ccmail.rendering.markdown import render_markdown
from ccmail.rendering.slots import FieldTracker, tracker_of
from ccmail.rendering.text import tidy
from ccmail.rendering.theme import Palette, Theme, make_theme

TEMPLATES = Path(__file__).parents[2] / "templates"
LANGUAGES = load_languages([TEMPLATES / "words"])
ENVIRONMENT = make_environment([TEMPLATES])
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SITE = "https://www.connective-cities.example"
COMPOUND = (
    "Donaudampfschifffahrtsgesellschaftskapitänsversammlungsvorbereitungsausschusssitzungsprotokoll"
    "führerstellvertreterwahl"
)

# The two original texts of the project, shortened by whole paragraphs.
INVITATION = {
    "de": (
        "Digitalisierung von kommunalen Dienstleistungen in Südosteuropa und im Kaukasus",
        "Online-Veranstaltung als Reaktion auf die COVID-19 Pandemie",
        """\
Wir laden Kommunen und städtische Praktiker zur Teilnahme an der Online-Veranstaltung "Digitalisierung
kommunaler Dienstleistungen in Südosteuropa (SOE) und im Kaukasus als Reaktion auf die COVID-19-Pandemie"
ein. Die Veranstaltung ist die erste in der Reihe des laufenden Projekts "Municipal Response to COVID-19
for Sustainable Urban Development in Southeast Europe and Caucasus" (Kommunale Reaktion auf COVID-19 für
nachhaltige Stadtentwicklung in Südosteuropa und im Kaukasus). Mehr [über das
Projekt](https://www.connective-cities.example/projekt).

Während der Veranstaltung werden die Teilnehmer die konkreten Fälle aus Südosteuropa, dem Kaukasus und
Deutschland diskutieren, ihre Erkenntnisse zu diesem Thema austauschen und den Rahmen für die künftige
Zusammenarbeit abstecken. Sie werden zu gegebener Zeit die Einzelheiten zur genauen Tagesordnung und den
Zugangslink erhalten.""",
    ),
    "en": (
        "Digitalisation of Municipal Services in Southeast Europe and the Caucasus",
        "Online event in response to the COVID-19 pandemic",
        """\
We invite municipalities and urban practitioners to the online event "Digitalisation of Municipal Services
in Southeast Europe (SEE) and the Caucasus in Response to the COVID-19 Pandemic". More [about the
project](https://www.connective-cities.example/project).

During the event, participants will discuss concrete cases from Southeast Europe, the Caucasus and
Germany, exchange their insights and set the framework for future cooperation. You will receive the
detailed agenda and the access link in due course.""",
    ),
}
REPORT = {
    "de": (
        "Kommunale Maßnahmen zu COVID-19 im Bereich Governance",
        "Rückblick auf den virtuellen Fachaustausch am 12. März 2021",
        """\
Rund 50 Teilnehmer aus Georgien, der Ukraine, Weißrussland, Moldawien, Montenegro und Deutschland nahmen
an der virtuellen Veranstaltung teil. Während der Veranstaltung wurden verschiedene Themen diskutiert, wie
z.B.:

- Erfahrungen im Krisenmanagement und bestehende Herausforderungen
- Erkundung, wie wir Strategien verbessern oder skalieren können, um die aktuellen krisenbedingten
  Anforderungen zu erfüllen.""",
        "Anschließend wurden zwei Good Practices aus Tartu (Estland) und La Paz (Bolivien) vorgestellt.",
        "Dieser virtuelle Austausch brachte städtische Führungskräfte und Experten zusammen.",
        "Kommunale Wirtschaft und Governance Reaktion auf COVID-19: Der Fall Tartu",
        "Raimond Tamm, Stellvertretender Bürgermeister von Tartu, Tartu, Estland",
    ),
    "en": (
        "Municipal Measures on COVID-19 in the Field of Governance",
        "Looking back at the virtual expert exchange on 12 March 2021",
        """\
Around 50 participants from Georgia, Ukraine, Belarus, Moldova, Montenegro and Germany took part in the
virtual event. Among the topics discussed were:

- Experience in crisis management and existing challenges
- How we can improve or scale strategies to meet the current demands of the crisis.""",
        "Two good practices from Tartu (Estonia) and La Paz (Bolivia) followed.",
        "It brought together urban leaders and experts from health, business and administration.",
        "Municipal Economy and Governance Response to COVID-19: The Case of Tartu",
        "Raimond Tamm, Deputy Mayor of Tartu, Tartu, Estonia",
    ),
}
PHOTO = Picture("cid:8f7a6b5c4d3e2f1a0b9c@cities.example", 1200, 600, "Stadt bei Nacht", "Foto: metamorworks")
LOGO = Picture("cid:logo@x.example", 128, 128, "Connective Cities")
WIDE_LOGO = Picture("cid:wide@x.example", 480, 96, "Connective Cities")
LIGHT_LOGO = Picture("cid:light@x.example", 128, 128, "Connective Cities", is_light=True)
CONTACTS = (
    ContactView(
        label="Für internationale Interessierte",
        name="Irakli Samkharadze",
        email="irakli.samkharadze@giz.de",
        role="Regionaler Netzwerkkoordinator für Südosteuropa und die Kaukasus-Region",
    ),
    ContactView(
        "Für deutsche Interessierte",
        "Fatina Toukan",
        "fatina.toukan@giz.de",
        organisation="Connective Cities",
    ),
)
PORTRAIT = Picture("cid:portrait@x.example", 144, 144)
PARTNERS = (
    PartnerView("Städtebund", Picture("cid:league@x.example", 380, 96, "Städtebund"), f"{SITE}/league"),
    PartnerView("Institut & Söhne", Picture("cid:institute@x.example", 96, 96, "Institut & Söhne")),
    PartnerView("Stadtfonds", Picture("cid:fund@x.example", 300, 100, "Stadtfonds", is_light=True), f"{SITE}/fund"),
    PartnerView("Ohne Zeichen e. V.", url=f"{SITE}/none"),
    PartnerView("Weder noch"),
)
NOTHING: dict[str, Any] = {
    "subtitle": "", "photo": None, "note": "", "facts": (), "calendar_links": (), "calendar_hint": "",
    "contacts": (), "author": "", "related": (), "programme": None, "results": None, "presentations": (),
    "video": None, "gallery": (), "imprint": "", "privacy": "", "why": "",
}  # fmt: skip


def shots(number: int) -> tuple[ShotView, ...]:
    pictures = (Picture(f"cid:shot{n}@x.example", 1200, 800, f"Bild {n}") for n in range(number))
    return tuple(ShotView(picture, f"Die Podiumsdiskussion, Bild {n}") for n, picture in enumerate(pictures))


def announcement(code: str, **changes: Any) -> Block:
    words, (title, subtitle, text) = LANGUAGES[code].words, INVITATION[code]
    begun = Block(
        lang=code,
        words=words,
        greeting="Sehr geehrte Frau Dr. Müller," if code == "de" else "Dear Raimond Tamm,",
        kicker=words.kicker.announcement,
        dateline=f"07.10.2020 // {words.online_event}",
        title=title,
        subtitle=subtitle,
        text=render_markdown(text, FieldTracker({})),
        photo=PHOTO,
        note="Konferenzsprache ist Englisch.",
        facts=(
            Fact(words.facts.date, "Mittwoch, 7. Oktober 2020"),
            Fact(words.facts.time, "13:00–15:30 Uhr (MESZ)", "15:00–17:30 Uhr in Georgien"),
            Fact(words.facts.place, "Online"),
        ),
        calendar_links=(
            Link(
                words.calendar.google,
                "https://calendar.google.com/calendar/render?action=TEMPLATE&text=K%C3%BC",
            ),
            Link(
                words.calendar.outlook,
                "https://outlook.live.com/calendar/0/action/compose?path=/calendar/action/compose&rru=addevent&x=1",
            ),
        ),
        calendar_hint=words.calendar.attached,
        contacts=CONTACTS,
        imprint="Connective Cities · Musterstraße 1 · 53113 Bonn · info@connective-cities.example",
        privacy=f"{SITE}/datenschutz",
        why="Sie erhalten diese Nachricht als Mitglied des Netzwerks.",
        unsubscribe="https://newsletter.connective-cities.example/u/8f7a6b5c?a=1&b=2",
    )
    return dataclasses.replace(begun, **changes)


def review(code: str, **changes: Any) -> Block:
    words = LANGUAGES[code].words
    title, subtitle, text, programme, results, talk, speaker = REPORT[code]
    kept = {name: getattr(announcement(code), name) for name in ("imprint", "privacy", "why", "unsubscribe", "photo")}
    begun = Block(
        lang=code,
        words=words,
        greeting="Sehr geehrte Damen und Herren,",
        kicker=words.kicker.review,
        dateline="06.04.2021",
        title=title,
        subtitle=subtitle,
        text=render_markdown(text, FieldTracker({})),
        programme=render_markdown(programme, FieldTracker({})),
        results=render_markdown(results, FieldTracker({})),
        presentations=(
            PresentationView(talk, speaker, f"{SITE}/tartu.pdf"),
            PresentationView("I-Government", "Roberto, La Paz"),
        ),
        video=VideoView(f"{SITE}/video", Picture("cid:video@x.example", 1200, 675, words.watch)),
        gallery=shots(2),
        author="Elene Samukashvili | Connective Cities",
        related=(Link(INVITATION[code][0], f"{SITE}/2020-10", "07.10.2020"), Link("Ohne Adresse", "")),
        **kept,
    )
    return dataclasses.replace(begun, **changes)


def mail(kind: str, *blocks: Block, **changes: Any) -> MailContent:
    first = blocks[0]
    begun = MailContent(
        kind=kind,
        subject=f"Einladung: {first.title}",
        preheader=first.subtitle or first.dateline,
        lang=first.lang,
        direction="ltr",
        sender="Connective Cities",
        logo=None,
        blocks=blocks,
    )
    return dataclasses.replace(begun, **changes)


def everything(code: str) -> Block:
    words = LANGUAGES[code].words
    return announcement(
        code,
        register=Link(words.register, f"{SITE}/register", "Bis 1. Oktober"),
        join=Link(words.join, f"{SITE}/join"),
        agenda=(
            AgendaItemView(
                "13:00–13:15 Uhr", "Begrüßung", "Fatina Toukan, Connective Cities", "Mittwoch, 7. Oktober 2020"
            ),
            AgendaItemView("", "Digitale Dienste in Tbilissi: vom Bürgeramt zur App", "Nino Kvariani"),
            AgendaItemView("14:00–14:15 Uhr", "Kaffeepause", is_break=True),
            AgendaItemView("14:15–15:30 Uhr", "Diskussion"),
        ),
        tile=DateTile("Okt", "7–8", "Mi–Do"),
        related=(Link("Kommunale Maßnahmen zu COVID-19 im Bereich Governance", f"{SITE}/2021-04", "12. März 2021"),),
    )


def changes(code: str) -> Notice:
    """Return the notice of an update with every kind of row."""
    words = LANGUAGES[code].words
    notice = words.notice
    assert notice is not None
    return Notice(
        "update",
        notice.heading.update,
        (
            ChangedFact(words.facts.date, notice.now, "Mittwoch, 7. Oktober 2020", "Dienstag, 6. Oktober 2020"),
            ChangedFact(notice.ends, "", notice.gone, "15:30 Uhr (MESZ)"),
            ChangedFact(notice.link, notice.added, words.join, "", f"{SITE}/join"),
            ChangedFact(notice.title, notice.now, COMPOUND, COMPOUND),
        ),
        text=render_markdown("Der Saal war **zu klein**.", FieldTracker({})),
    )


def called_off(code: str) -> Block:
    notice = LANGUAGES[code].words.notice
    assert notice is not None
    words = {"words": LANGUAGES[code].words, "contacts": CONTACTS, "calendar_hint": notice.calendar.cancellation}
    said = Notice("cancellation", notice.heading.cancellation, sentence="Sie findet nicht statt: am Mittwoch.")
    return announcement(code, **{**NOTHING, **words}, notice=said)


def worst() -> Block:
    names = (
        "ნინო კვარიანი-სამხარაძე",
        "Олександр Ковальчук-Шевченко",
        "Արամ Խաչատրյան",
        "Anna von Schlottheim",
    )
    return review(
        "de",
        title=COMPOUND[:120],
        photo=None,
        gallery=shots(7),
        presentations=tuple(
            PresentationView(f"Vortrag {n}", f"{names[n % 4]}, ქალაქი თბილისი, Georgien", f"{SITE}/{n}")
            for n in range(12)
        ),
    )


def branded(code: str) -> Block:
    """Return an announcement with portraits of some of its people."""
    block = everything(code)
    return dataclasses.replace(
        block,
        agenda=(dataclasses.replace(block.agenda[0], portrait=PORTRAIT), *block.agenda[1:]),
        contacts=(dataclasses.replace(CONTACTS[0], portrait=PORTRAIT), CONTACTS[1]),
        presentations=tuple(dataclasses.replace(talk, portrait=PORTRAIT) for talk in review(code).presentations[:1]),
    )


MAILS = {
    "announcement-de": mail("announcement", announcement("de")),
    "announcement-en": mail("announcement", announcement("en")),
    "announcement-both": mail("announcement", everything("de"), everything("en")),
    "announcement-full": mail(
        "announcement", everything("de"), logo=Picture("cid:logo@x.example", 480, 96, "Connective Cities")
    ),
    "announcement-bare": mail("announcement", announcement("de", **NOTHING)),
    "announcement-long": mail(
        "announcement",
        announcement("de", title=f"{COMPOUND} {COMPOUND}", facts=(Fact("Ort", COMPOUND, COMPOUND),)),
    ),
    "update-both": mail(
        "announcement",
        announcement("de", notice=changes("de"), register=Link("Jetzt anmelden", f"{SITE}/register")),
        announcement("en", notice=changes("en")),
    ),
    "cancellation": mail("announcement", called_off("de")),
    "review-update": mail("review", review("de", notice=changes("de"))),
    "review-de": mail("review", review("de")),
    "review-en": mail("review", review("en")),
    "review-both": mail("review", review("de"), review("en")),
    "review-bare": mail("review", review("de", **NOTHING)),
    "review-worst": mail("review", worst()),
    "band": mail("announcement", branded("de"), look="band", partners=PARTNERS, logo=WIDE_LOGO),
    "band-both": mail("announcement", branded("de"), branded("en"), look="band", partners=PARTNERS, logo=LOGO),
    "band-cancellation": mail("announcement", called_off("de"), look="band"),
    "band-review": mail("review", review("en"), look="band"),
    "photo": mail("announcement", branded("de"), look="photo", partners=PARTNERS[3:], logo=LOGO),
    "photo-both": mail("announcement", announcement("de"), announcement("en"), look="photo"),
    "photo-update": mail("announcement", announcement("de", notice=changes("de")), look="photo", logo=LIGHT_LOGO),
    "photo-review": mail("review", review("de"), look="photo"),
    "plain-branded": mail("announcement", branded("de"), partners=PARTNERS, logo=LIGHT_LOGO),
    "escaped": mail(
        "announcement",
        announcement("de", title='<b>"R&D"</b>', subtitle="Tom & 'Jerry'", note="1 < 2"),
        subject='Tom & "Jerry" <b>',
        sender="Städte & Gemeinden",
    ),
}


@dataclasses.dataclass(frozen=True)
class Element:
    """A start tag with its attributes; `text` is its content, `inside` the elements around it."""

    tag: str
    attributes: dict[str, str]
    inside: tuple[Element, ...]
    text: list[str] = dataclasses.field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())

    @property
    def styles(self) -> dict[str, str]:
        pairs = (pair.split(":", 1) for pair in self["style"].split(";") if pair.strip())
        return {name.strip(): value.strip() for name, value in pairs}


class Elements(html.parser.HTMLParser):
    """A strict HTML parser: the element opened last is closed first, and none stays open."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[Element] = []
        self._open: list[Element] = []
        self.feed(markup)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        assert len(attrs) == len(element.attributes), f"an attribute is given twice: {self.get_starttag_text()}"
        self.found.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text.append(data.replace("\u00ad", ""))


@dataclasses.dataclass(frozen=True)
class Printed:
    """A mail in its two forms; `raw` is the HTML before the styles are inlined."""

    raw: str
    html: str
    text: str

    def all(self, *tags: str) -> list[Element]:
        return [e for e in Elements(self.html).found if not tags or e.tag in tags]

    def of_class(self, name: str) -> list[Element]:
        return [e for e in self.all() if name in e["class"].split()]


def printed(content: MailContent, theme: Theme | None = None) -> Printed:
    names = {"mail": content, "theme": theme or make_theme()}
    with tracker_of(FieldTracker({})):
        raw = ENVIRONMENT.get_template(f"{content.kind}.html.j2").render(names)
        text = ENVIRONMENT.get_template(f"{content.kind}.txt.j2").render(names)
    return Printed(raw, inline_styles(raw), tidy(text))


@pytest.fixture(scope="module")
def mails() -> dict[str, Printed]:
    return {name: printed(content) for name, content in MAILS.items()}


@pytest.fixture(params=list(MAILS))
def each(request: pytest.FixtureRequest, mails: dict[str, Printed]) -> Printed:
    return mails[request.param]


def test_a_mail_says_what_it_is_and_in_which_language(each: Printed) -> None:
    (root,), (body,) = each.all("html"), each.all("body")
    (article,) = (e for e in each.all("div") if e["role"] == "article")
    (title,) = each.all("title")

    assert each.html.startswith("<!DOCTYPE html>")
    assert root["lang"] == body["xml:lang"] == article["lang"] in LANGUAGES
    assert root["dir"] == article["dir"] == "ltr"
    assert article["aria-label"] == title.words
    assert article["aria-roledescription"] in {"E-Mail", "Email"}
    assert body["class"] == "body"


def test_the_head_makes_mail_programs_behave(each: Printed) -> None:
    named = {e["name"]: e["content"] for e in each.all("meta")}

    assert '<meta charset="utf-8">' in each.html
    assert named["viewport"] == "width=device-width, initial-scale=1"
    assert named["color-scheme"] == named["supported-color-schemes"] == "light dark"
    assert {"format-detection", "x-apple-disable-message-reformatting"} <= named.keys()
    assert "<noscript><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96<" in each.html


def test_a_mail_has_one_title_and_its_headings_leave_out_no_level(each: Printed) -> None:
    levels = [int(e.tag[1]) for e in each.all("h1", "h2", "h3", "h4", "h5", "h6")]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(e.words for e in each.all("h1", "h2", "h3"))


def test_tables_are_for_layout_and_say_so_or_for_data_and_are_labelled(each: Printed) -> None:
    for table in each.all("table"):
        assert (table["cellpadding"], table["cellspacing"], table["border"]) == ("0", "0", "0")
        assert (table["role"] == "presentation") != bool(table["aria-label"])
    for header in each.all("th"):
        assert header["scope"] == "row"
        assert header.words
        assert header.inside[-3]["aria-label"] or header.inside[-2]["aria-label"]


def test_every_picture_has_a_text_a_size_and_room_to_shrink(each: Printed) -> None:
    for picture in each.all("img"):
        assert "alt" in picture.attributes
        assert picture["alt"] or all(e.tag != "a" for e in picture.inside)
        assert 0 < int(picture["width"]) <= 600
        assert int(picture["height"]) > 0
        if "picture" in picture["class"]:
            assert picture.styles["width"] == "100%"
            assert picture.styles["height"] == "auto"


def outlook(markup: str) -> str:
    """Return the HTML that Word reads: with its conditional comments, without the parts hidden from it."""
    return re.sub(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", r"\1", markup, flags=re.DOTALL)


def test_elements_are_closed_in_order_for_browsers_and_for_word(each: Printed) -> None:
    assert len(Elements(each.html).found) < len(Elements(outlook(each.html)).found)


def test_comments_for_word_are_balanced_and_all_survive(each: Printed) -> None:
    opened, closed = each.html.count("<!--[if mso]>"), each.html.count("<![endif]-->")

    assert opened == closed == each.raw.count("<!--[if mso]>") > 0
    assert "[if !mso]" not in each.html
    assert "<v:" not in each.html


def test_word_is_given_600_pixels(each: Printed) -> None:
    (outer, *_) = (e for e in Elements(outlook(each.html)).found if e.tag == "table" and e["width"] == "600")

    assert outer["role"] == "presentation"
    assert outer.inside[-1]["class"] == "gutter"


def test_the_layer_without_style_blocks_uses_only_what_gmx_and_word_know(each: Printed) -> None:
    bare = re.sub(r"<style.*?</style>", "", each.html, flags=re.DOTALL)

    unknown = re.findall(
        r"display:\s*(?:flex|grid)|position:|float:|var\(|calc\(|\dvw|\drem|url\(|background-color|border-radius|opacity"
        r"|!important|<svg|data:|<script|<form|<iframe|<video|<link\b|\son\w+=",
        bare,
    )

    assert unknown == []


def test_a_coloured_ground_is_also_an_attribute(each: Printed) -> None:
    for element in each.all("table", "td"):
        assert element.styles.get("background", "") == element["bgcolor"]


def test_text_is_large_enough_and_has_its_font(each: Printed) -> None:
    for element in each.all():
        size = element.styles.get("font-size", "16px").removesuffix("px")
        assert int(size) >= 14 or not re.sub("\xa0", "", element.words) or "columns" in element["class"]
    for element in each.all("p", "li", "h1", "h2", "h3", "th", "a", "img"):
        assert element.styles["font-family"].replace('"', "'").startswith("'Segoe UI'")
    for element in each.all("p", "li", "th"):
        assert float(element.styles["line-height"][:-2]) >= 1.3 * float(element.styles["font-size"][:-2])


def test_room_is_made_by_padding_of_cells_and_margins_of_text(each: Printed) -> None:
    for element in each.all():
        if any(name.startswith("padding") for name in element.styles):
            assert element.tag in {"body", "td", "th", "a", "ul", "ol"}
        if any(name.startswith("margin") for name in element.styles):
            assert element.tag in {"body", "p", "li", "ul", "ol", "h1", "h2", "h3", "h4"} or element["class"] == "width"


def test_the_style_blocks_are_small_and_fetch_nothing(each: Printed) -> None:
    blocks = re.findall(r"<style.*?</style>", each.html, re.DOTALL)

    assert len(blocks) == 3
    assert all(len(block) < 8_000 for block in blocks)
    assert not re.search(r"@import|url\(|@font-face", "".join(blocks))


def test_a_mail_is_far_below_where_gmail_cuts(each: Printed) -> None:
    assert len(each.html.encode()) <= 60_000


@pytest.mark.parametrize("name", ["announcement-de", "announcement-en", "announcement-full"])
def test_an_announcement_has_at_most_27_kilobytes(name: str, mails: dict[str, Printed]) -> None:
    assert len(mails[name].html.encode()) <= 27_000


def test_lines_of_the_source_are_short(each: Printed) -> None:
    long = [line for line in each.html.splitlines() if len(line) > 400 and max(map(len, line.split())) < 100]

    assert long == []


def test_nothing_is_left_unfilled(each: Printed) -> None:
    for part in (re.sub(r"<style.*?</style>", "", each.html, flags=re.DOTALL), each.text):
        assert not re.search(r"\{\{|\}\}|\{%|\bNone\b|[Uu]ndefined|\{\w*\}", part)


def test_every_link_leads_somewhere_and_says_where(each: Printed) -> None:
    anchors = {e["name"] for e in each.all("a") if e["name"] and e["name"] == e["id"]}

    for link in (e for e in each.all("a") if "href" in e.attributes):
        assert link["href"].startswith(("https://", "mailto:")) or link["href"].removeprefix("#") in anchors
        assert link.words or any(link in picture.inside for picture in each.all("img"))


def test_every_address_of_the_html_is_in_the_text_on_a_line_of_its_own(each: Printed) -> None:
    lines = {line.strip() for line in each.text.splitlines()}
    addresses = {e["href"].removeprefix("mailto:") for e in each.all("a") if ":" in e["href"]}
    calendars = {address for address in addresses if is_calendar_link(address)}

    assert addresses - lines == calendars  # of hundreds of letters; the calendar file does what they do


def test_the_text_is_wrapped_tidy_and_without_markup(each: Printed) -> None:
    lines = each.text.splitlines()

    assert [x for x in lines if len(x) > 76 and max(map(len, x.split())) < 60] == []
    assert [x for x in lines if x != x.rstrip() and x != "-- "] == []
    assert "\n\n\n" not in each.text
    assert each.text.endswith("\n")
    assert not re.search(r"</?(?:p|td|br|div|a|li|strong)\b|&(?:amp|nbsp|quot|#\d+);|[\u2007\ufeff\u034f]", each.text)


def test_the_text_begins_with_when_and_where_or_with_its_notice(each: Printed) -> None:
    notice = each.of_class("notice-heading")
    first = each.text.splitlines()[0]

    assert first.strip(":") == notice[0].words if notice else re.search(r" · \d\d\.\d\d\.\d{4}", first)


def test_the_text_ends_with_one_footer_after_the_signature_line(each: Printed) -> None:
    assert each.text.count("\n-- \n") == 1
    assert "https://newsletter.connective-cities.example/u/8f7a6b5c?a=1&b=2" in each.text.partition("\n-- \n")[2]


def test_headings_of_the_text_are_underlined_as_wide_as_they_are(each: Printed) -> None:
    lines = each.text.splitlines()
    underlines = [n for n, line in enumerate(lines) if re.fullmatch("-{3,}", line)]

    assert underlines
    for n in underlines:
        start = max(k for k in range(n) if not lines[k]) + 1
        assert len(lines[n]) == max(map(len, lines[start:n]))


def test_text_and_html_say_the_same(each: Printed) -> None:
    (article,) = (e for e in each.all("div") if e["role"] == "article")
    shown, written = (set(re.findall(r"\w{4,}", part)) for part in (article.words, each.text))

    assert len(shown & written) >= 0.9 * len(shown)


def test_the_preheader_comes_first_and_is_followed_by_blanks_only(each: Printed) -> None:
    (body,) = each.all("body")
    preheader = next(e for e in each.all() if e.inside and e.inside[-1].tag == "body")

    assert preheader["class"] == "preheader"
    assert preheader.styles["display"] == "none"
    assert body.words.startswith(preheader.words.split("\u2007")[0].strip())
    assert preheader.words.count("\u034f") == 60


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_an_announcement_says_its_parts_in_the_order_of_an_invitation(mails: dict[str, Printed]) -> None:
    parts = (
        "Aktuelles", "07.10.2020 // virtuelle Veranstaltung", "Digitalisierung von", "Online-Veranstaltung",
        "Mittwoch, 7. Oktober 2020", "Jetzt anmelden", "Zur Veranstaltung", "Die angehängte Kalenderdatei",
        "Sehr geehrte Frau Dr. Müller,", "Wir laden Kommunen", "Konferenzsprache ist Englisch.",
        "Begrüßung", "Bei Fragen wenden Sie sich",
        "Für internationale Interessierte", "Irakli Samkharadze", "Regionaler Netzwerkkoordinator",
        "irakli.samkharadze@giz.de", "Verwandte Inhalte", "Sie erhalten diese Nachricht",
    )  # fmt: skip
    shown = mails["announcement-full"]

    assert in_order(shown.of_class("card")[0].words + shown.of_class("footer")[0].words, *parts)
    assert in_order(shown.text, *parts)
    assert in_order(shown.html, "Im Kalender vormerken", "Google Kalender", "Die angehängte", PHOTO.src, "Sehr geehrte")


def test_a_reminder_leads_into_the_event_and_other_mails_to_the_registration() -> None:
    words = LANGUAGES["de"].words
    reminder = Notice("reminder", "Erinnerung an die Veranstaltung", sentence="Sie findet statt.")

    near, early, alone = (
        printed(mail("announcement", dataclasses.replace(everything("de"), **changed)))
        for changed in ({"notice": reminder}, {}, {"register": None})
    )

    for shown, main in ((near, words.join), (early, words.register), (alone, words.join)):
        (link,) = shown.of_class("button-main-link")
        assert link.words == main
    assert in_order(near.text, f"{words.join}:", f"{words.register}:")
    assert in_order(early.text, f"{words.register}:", f"{words.join}:")


def test_a_notice_stands_above_everything_and_says_in_words_what_is_new(mails: dict[str, Printed]) -> None:
    parts = (
        "Die Veranstaltung hat sich geändert", "Termin", "jetzt Mittwoch, 7. Oktober 2020",
        "bisher Dienstag, 6. Oktober 2020", "Ende", "entfällt", "bisher 15:30 Uhr (MESZ)", "Zugang", "neu", "Titel",
        "Der Saal war", "Aktuelles", "07.10.2020 // virtuelle Veranstaltung", "Sehr geehrte Frau Dr. Müller,",
    )  # fmt: skip
    shown = mails["update-both"]

    assert in_order(shown.of_class("card")[0].words, *parts)
    assert in_order(" ".join(shown.text.split()), *parts)
    assert shown.text.startswith("Die Veranstaltung hat sich geändert:\nTermin:  jetzt Mittwoch")
    assert "The event has changed" in shown.of_class("card")[1].words
    (link, _) = (e for e in shown.all("a") if e["href"] == f"{SITE}/join")
    assert link.words == "Zur Veranstaltung"
    assert f"Zugang:  neu\n         {SITE}/join\nTitel:   jetzt\n         Donau" in shown.text


def test_a_cancellation_stands_out_and_has_no_calendar_links(mails: dict[str, Printed]) -> None:
    shown = mails["cancellation"]

    (heading,) = shown.of_class("alert")
    assert heading.words == "Die Veranstaltung ist abgesagt"
    assert heading.styles["color"] == make_theme().alert
    for words in (shown.of_class("card")[0].words, " ".join(shown.text.split())):
        assert in_order(words, "ist abgesagt", "Sie findet nicht statt", "Sehr geehrte", "auch Ihrem Kalender")
        assert "Im Kalender vormerken" not in words


def test_a_mail_without_an_occasion_has_no_notice(mails: dict[str, Printed]) -> None:
    assert mails["announcement-full"].of_class("notice") == []


def test_a_review_says_its_parts_in_the_order_of_a_report(mails: dict[str, Printed]) -> None:
    parts = (
        "Rückblicke", "06.04.2021", "Kommunale Maßnahmen", "Rückblick auf", "Rund 50 Teilnehmer", "Programm",
        "Präsentationen von Guten Praktiken", "Raimond Tamm", "Ergebnisse", "Video zur Veranstaltung",
        "Impressionen", "erstellt von:", "Elene Samukashvili", "Verwandte Inhalte",
    )  # fmt: skip
    shown = mails["review-de"]

    assert in_order(shown.of_class("card")[0].words, *parts, "Nach oben")
    assert in_order(shown.text, *parts)
    assert "Nach oben" not in shown.text
    assert in_order(shown.text, "Sehr geehrte Damen und Herren,", "Rund 50 Teilnehmer")


def test_the_way_up_leads_to_the_first_thing_that_is_shown(mails: dict[str, Printed]) -> None:
    (up,) = (e for e in mails["review-de"].all("a") if e["href"] == "#top")
    (top,) = (e for e in mails["review-de"].all("a") if e["id"] == "top")

    assert up.words.endswith("Nach oben")
    assert top.inside[-1]["role"] == "article"


def test_a_mail_in_two_languages_marks_both_and_leads_to_each(mails: dict[str, Printed]) -> None:
    both = mails["announcement-both"]
    parts = [e for e in both.all("div") if e["class"] == "language"]

    assert [e["lang"] for e in parts] == ["de", "en"]
    assert "Sehr geehrte Frau" in parts[0].words
    assert "Dear Raimond" in parts[1].words
    assert [e.tag for e in both.of_class("title")] == ["h1", "h2"]
    assert [e["href"] for e in both.all("a") if e["href"] in {"#de", "#en"}] == ["#de", "#en"]
    assert in_order(both.text, "(Deutsch · English)", "Sehr geehrte Frau", "English\n-------", "Dear Raimond")
    assert sum(e["src"] == PHOTO.src for e in both.all("img")) == 1


def test_facts_are_a_table_for_the_ear_and_aligned_for_the_eye(mails: dict[str, Printed]) -> None:
    shown = mails["announcement-de"]
    (table,) = (e for e in shown.all("table") if e["aria-label"] == "Eckdaten")

    assert [e.words for e in shown.all("th") if table in e.inside] == ["Termin", "Zeit", "Ort"]
    assert (
        "Termin:  Mittwoch, 7. Oktober 2020\n"
        "Zeit:    13:00–15:30 Uhr (MESZ)\n"
        "         15:00–17:30 Uhr in Georgien\n"
        "Ort:     Online\n"
    ) in shown.text


def test_a_french_colon_has_a_no_break_space_in_front_and_others_have_none() -> None:
    words = {code: LANGUAGES[code].words for code in ("fr", "de")}
    french, german = (
        printed(mail("announcement", announcement("de", words=words[code], lang=code))) for code in ("fr", "de")
    )

    for text in (french.text, french.html):
        for label in ("Ajouter à votre agenda", "Mentions légales", "Regarder la vidéo", "Se désinscrire"):
            assert not re.search(rf"{label} ?:", text)
    assert "Se désinscrire\u00a0:\n" in french.text
    assert "Ajouter à votre agenda\u00a0:</span>" in french.html
    assert "Im Kalender vormerken:</span>" in german.html
    assert "\u00a0:" not in german.text


def test_the_day_is_a_leaf_for_the_eye_only(mails: dict[str, Printed]) -> None:
    shown = mails["announcement-full"]

    (leaf,) = shown.of_class("tile")

    assert (leaf.words, leaf["aria-hidden"], leaf["role"]) == ("Okt 7–8 Mi–Do", "true", "presentation")
    assert "Mi–Do" not in shown.text
    assert mails["announcement-bare"].of_class("tile") == []


DAYS = (
    AgendaItemView("13:00 Uhr", "Begrüßung", day="Mittwoch, 7. Oktober 2020"),
    AgendaItemView("14:00 Uhr", "Kaffeepause", is_break=True),
    AgendaItemView("09:00 Uhr", "Rundgang", day="Donnerstag, 8. Oktober 2020"),
)


def test_each_day_of_a_programme_has_its_heading_and_its_table(mails: dict[str, Printed]) -> None:
    shown = printed(mail("announcement", announcement("de", agenda=DAYS, programme=None)))

    assert [e.words for e in shown.all("h3")] == ["Mittwoch, 7. Oktober 2020", "Donnerstag, 8. Oktober 2020"]
    tables = [e["aria-label"] for e in shown.all("table") if e["aria-label"].startswith("Programm")]
    assert tables == ["Programm: Mittwoch, 7. Oktober 2020", "Programm: Donnerstag, 8. Oktober 2020"]
    assert "\nDonnerstag, 8. Oktober 2020\n---------------------------\n\n09:00 Uhr  Rundgang\n" in shown.text


def test_a_break_is_lighter_than_a_talk() -> None:
    shown = printed(mail("announcement", announcement("de", agenda=DAYS)))

    talk, coffee, _ = shown.of_class("agenda-item")
    assert (talk.styles["font-weight"], coffee.styles["font-weight"]) == ("bold", "normal")
    assert "muted" in coffee["class"].split()


def test_what_is_related_is_a_link_with_its_date_on_one_line() -> None:
    links = (Link("Rückblick", f"{SITE}/2021-04", "12. März 2021"), Link("Ohne Seite", ""), Link(SITE, SITE))

    shown = printed(mail("announcement", announcement("de", related=links)))

    items = [e.words for e in shown.all("li") if e.words in {"Rückblick (12. März 2021)", "Ohne Seite", SITE}]
    assert len(items) == 3
    assert f"- Rückblick (12. März 2021)\n  {SITE}/2021-04\n- Ohne Seite\n- {SITE}\n" in shown.text


@pytest.mark.parametrize(
    ("number", "widths"),
    [(0, []), (1, [536]), (2, [260] * 2), (3, [536, 260, 260]), (7, [536] + [260] * 6)],
)
def test_a_gallery_shows_pairs_and_the_first_of_an_odd_number_large(number: int, widths: list[int]) -> None:
    shown = printed(mail("review", review("de", gallery=shots(number), photo=None, video=None)))

    assert [int(e["width"]) for e in shown.all("img")] == widths
    assert ("Impressionen" in shown.text) == ("Impressionen" in shown.html) == bool(number)
    assert len(shown.of_class("column")) == number // 2 * 2


def test_columns_fit_beside_each_other_and_shrink_on_phones(mails: dict[str, Printed]) -> None:
    column, *_ = mails["review-worst"].of_class("column")

    widest, narrowest = (int(column.styles[name].removesuffix("px")) for name in ("max-width", "min-width"))
    assert narrowest <= widest <= (600 - 2 * 24) / 2
    assert narrowest <= 320 - 2 * 24


def test_a_picture_that_its_caption_describes_is_not_described_twice() -> None:
    shot = ShotView(Picture("cid:a@x.example", 1200, 800, "Das Podium"), "Das Podium")

    (picture,) = printed(mail("review", review("de", gallery=(shot,), photo=None, video=None))).all("img")

    assert picture["alt"] == ""


@pytest.mark.parametrize(("width", "expected"), [(1000, 260), (200, 260), (100, 200)])
def test_a_small_picture_of_a_gallery_is_stretched_to_twice_its_size_at_most(width: int, expected: int) -> None:
    small = ShotView(Picture("cid:a@x.example", width, width * 2 // 3, "Klein"), "Klein")

    (picture, _) = printed(mail("review", review("de", gallery=(small, small), photo=None, video=None))).all("img")

    assert picture["width"] == str(expected)
    assert picture.styles["max-width"] == f"{max(width, expected)}px"


def test_a_small_picture_is_not_blown_up() -> None:
    small = Picture("cid:a@x.example", 300, 200, "Klein")

    (picture,) = printed(mail("announcement", announcement("de", photo=small))).all("img")

    assert (picture["width"], picture["height"]) == ("300", "200")
    assert picture.styles["max-width"] == "300px"


def test_what_is_missing_leaves_no_trace(mails: dict[str, Printed]) -> None:
    words = LANGUAGES["de"].words

    for name in ("announcement-bare", "review-bare"):
        bare = mails[name]
        for heading in (
            words.questions, words.related, words.gallery, words.video, words.calendar.heading,
            words.presentations, words.author, words.text.programme, words.footer.privacy,
        ):  # fmt: skip
            assert heading not in bare.html + bare.text
        assert not bare.all("img", "th", "h2")
        assert [e for e in bare.all("p") if not e.words] == []


def test_buttons_are_clickable_all_over_in_word(mails: dict[str, Printed]) -> None:
    shown = mails["announcement-full"]
    (main,), (other,) = shown.of_class("button-main-link"), shown.of_class("button-other-link")

    assert (main["href"], other["href"]) == (f"{SITE}/register", f"{SITE}/join")
    assert main.inside[-1]["bgcolor"] == make_theme().brand
    assert main.styles["display"] == "inline-block"
    assert shown.html.count('<i style="mso-font-width:200%') == 4
    assert 'role="button"' not in shown.html


def test_only_colours_of_the_theme_are_used() -> None:
    theme = make_theme("#ffcc00")
    known = {getattr(p, name) for p in (theme, theme.dark) for name in Palette.__dataclass_fields__} | {"#ffffff"}

    used = set(
        re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"&#\d+;", "", printed(MAILS["announcement-full"], theme).html))
    )

    assert used <= known


@pytest.mark.parametrize("under", ["@media (prefers-color-scheme: dark)", "[data-ogsc]", "[data-ogsb]"])
def test_all_three_ways_of_dark_mode_are_there(under: str, mails: dict[str, Printed]) -> None:
    dark = make_theme().dark
    kept = "\n".join(re.findall(r"<style.*?</style>", mails["review-de"].html, re.DOTALL))
    rules = kept.partition(under)[2].partition("\n}\n")[0] if under.startswith("@") else kept

    for colour in (dark.ink, dark.muted, dark.link, dark.on_brand) if under != "[data-ogsb]" else ():
        assert re.search(rf"{re.escape(under) if under[0] == '[' else ''}.*[{{]color:{colour}!important", rules)
    for colour in (dark.page, dark.card, dark.tint, dark.brand) if under != "[data-ogsc]" else ():
        assert re.search(rf"{re.escape(under) if under[0] == '[' else ''}.*[{{]background:{colour}!important", rules)


def test_every_class_that_the_kept_styles_name_is_in_some_mail(mails: dict[str, Printed]) -> None:
    kept = "\n".join(
        style
        for name in ("review-de", "band-both", "photo-update", "plain-branded")
        for style in re.findall(r"<style.*?</style>", mails[name].html, re.DOTALL)[1:]
    )
    classes = {name for shown in mails.values() for e in shown.all() for name in e["class"].split()}

    assert set(re.findall(r"\.([a-z][\w-]*)[ ,]", kept)) - classes == set()


def test_another_inliner_comes_to_the_same_styles(each: Printed) -> None:
    without_kept = re.sub(r'<style data-premailer="ignore">.*?</style>', "", each.raw, flags=re.DOTALL)
    oracle = css_inline.CSSInliner(load_remote_stylesheets=False).inline(without_kept)

    def styles(markup: str) -> list[tuple[str, dict[str, str]]]:
        markup = re.sub(r"<(/?)tbody>", "", markup)
        return [
            (e.tag, {k: re.sub(r"[\s\"']", "", v) for k, v in e.styles.items()})
            for e in Elements(markup).found
            if e.tag != "style"
        ]

    assert styles(inline_styles(without_kept)) == styles(oracle)


def test_a_sender_is_named_by_the_logo_or_by_name(mails: dict[str, Printed]) -> None:
    (logo,) = mails["announcement-full"].of_class("logo")

    assert (logo["width"], logo["height"], logo["alt"]) == ("240", "48", "Connective Cities")
    assert [e.words for e in mails["escaped"].of_class("sender")] == ["Städte & Gemeinden"]
    assert not mails["announcement-full"].of_class("sender")


@pytest.mark.parametrize(("alt", "said"), [("Connective Cities", ""), ("Two bridges", "Two bridges")])
def test_beside_a_logo_that_is_not_wide_stands_the_name(alt: str, said: str) -> None:
    shown = printed(mail("announcement", announcement("de"), logo=Picture("cid:logo@x.example", 300, 300, alt)))

    (logo,) = shown.of_class("logo")
    assert (logo["width"], logo["height"], logo["alt"]) == ("64", "64", said)
    assert [e.words for e in shown.of_class("sender")] == ["Connective Cities"]


def test_what_people_write_is_escaped_in_the_html_and_plain_in_the_text(mails: dict[str, Printed]) -> None:
    shown = mails["escaped"]

    assert [e.words for e in shown.all("h1")] == ['<b>"R&D"</b>']
    assert '<b>"R&D"</b>\n------------\n' in shown.text
    assert "Tom & 'Jerry'" in shown.text
    assert not shown.all("b")


def test_an_imprint_on_the_web_is_a_link_and_another_one_is_printed() -> None:
    web = printed(mail("announcement", announcement("de", imprint=f"{SITE}/impressum")))
    written = printed(mail("announcement", announcement("de")))

    assert [e["href"] for e in web.all("a") if e.words == "Impressum"] == [f"{SITE}/impressum"]
    assert f"Impressum:\n{SITE}/impressum\n" in web.text
    assert "Impressum: Connective Cities · Musterstraße 1" in written.html
    assert "Impressum: Connective Cities · Musterstraße 1" in written.text


def test_a_language_from_right_to_left_begins_its_lines_on_the_right() -> None:
    words = LANGUAGES["de"].words.model_copy(update={"direction": "rtl"})

    shown = printed(mail("announcement", announcement("de", words=words), direction="rtl"))

    assert shown.all("html")[0]["dir"] == "rtl"
    assert [e.styles["text-align"] for e in shown.of_class("language")] == ["right"]
    assert {e["align"] for e in shown.all("th")} == {"right"}


def test_templates_only_print_what_differs_between_readers() -> None:
    tracker = FieldTracker({"greeting": "Guten Tag,", "link": "https://x.example/u/1", "city": "Tartu"})
    text = render_markdown(f"Grüße nach {tracker.mark_field('city')}!", tracker)
    fields: dict[str, Any] = {
        "greeting": tracker.mark_field("greeting"),
        "unsubscribe": tracker.mark_field("link"),
        "text": text,
    }

    for kind, block in (("announcement", everything("de")), ("review", review("de"))):
        content = mail(kind, dataclasses.replace(block, **fields), preheader=tracker.mark_field("city"))
        with tracker_of(tracker):
            for form in ("html", "txt"):
                ENVIRONMENT.get_template(f"{kind}.{form}.j2").render(mail=content, theme=make_theme())

    assert tracker.used == {}


BANDED = [name for name in MAILS if name.startswith(("band", "photo"))]


@pytest.mark.parametrize("colour", ["#0b6a8f", "#ffcc00"])
@pytest.mark.parametrize("name", BANDED)
def test_head_and_end_stand_on_bands_of_the_brand_colour_with_text_that_is_read(name: str, colour: str) -> None:
    theme = make_theme(colour)
    shown = printed(MAILS[name], theme)
    bands = shown.of_class("band")
    (end,) = (e for e in bands if e.tag == "table")

    assert {e["bgcolor"] for e in bands} == {theme.brand}
    assert len(bands) > 1
    texts = [e for e in shown.all("p", "a") if any(band in e.inside for band in bands)]
    assert {e.styles["color"] for e in texts} == {theme.on_brand}
    assert in_order(end.words, MAILS[name].sender, MAILS[name].blocks[0].words.footer.unsubscribe)
    assert shown.of_class("bar") == [] or len(MAILS[name].blocks) > 1


@pytest.mark.parametrize("name", ["photo", "photo-both", "photo-review"])
def test_the_look_photo_begins_with_the_photo_and_shows_it_once(name: str, mails: dict[str, Printed]) -> None:
    shown = mails[name]
    first, *others = shown.all("img")

    assert (first["src"], first["width"]) == (PHOTO.src, "600")
    assert PHOTO.src not in {e["src"] for e in others}
    assert in_order(shown.html, PHOTO.src, PHOTO.credit, 'class="band head-credit"', "<h1")
    assert shown.html.count(PHOTO.credit) == 1


def test_a_logo_stands_where_its_lines_are_seen() -> None:
    cases = {
        ("plain", "#0b6a8f", LOGO): "",
        ("plain", "#0b6a8f", LIGHT_LOGO): "#0b6a8f",
        ("band", "#0b6a8f", LOGO): "",  # it has its ground in its file
        ("band", "#0b6a8f", LIGHT_LOGO): "",
        ("band", "#ffcc00", LIGHT_LOGO): make_theme("#ffcc00").on_brand,
        ("plain", "#ffcc00", LIGHT_LOGO): make_theme("#ffcc00").on_brand,
    }

    for (look, colour, logo), plate in cases.items():
        shown = printed(mail("announcement", announcement("de"), look=look, logo=logo), make_theme(colour))
        assert [e["bgcolor"] for e in shown.of_class("plate")] == ([plate] if plate else []), (look, colour, logo)


def test_partners_are_named_once_by_equally_high_logos_and_in_the_text(mails: dict[str, Printed]) -> None:
    shown = mails["band-both"]
    logos = shown.of_class("partner-logo")

    assert [e["alt"] for e in logos] == ["Städtebund", "Institut & Söhne", "Stadtfonds"]
    assert [e["height"] for e in logos] == ["40", "40", "40"]
    leading = [e["href"] for e in shown.all("a") if e.inside[-1]["class"] == "partner"]
    assert leading == [partner.url for partner in PARTNERS if partner.url]
    assert "In Zusammenarbeit mit · In cooperation with" in shown.of_class("card")[1].words
    assert "In Zusammenarbeit mit" not in shown.of_class("card")[0].words
    assert "logo-ground" not in logos[2]["class"]  # it has a dark one in its file
    assert (
        "In Zusammenarbeit mit · In cooperation with\n-------------------------------------------\n\n"
        f"- Städtebund\n  {SITE}/league\n- Institut & Söhne\n- Stadtfonds\n  {SITE}/fund\n"
        f"- Ohne Zeichen e. V.\n  {SITE}/none\n- Weder noch\n"
    ) in shown.text


def test_a_very_wide_logo_is_lower_and_a_small_one_is_not_blown_up() -> None:
    logos = [Picture(f"cid:{n}@x.example", *size) for n, size in enumerate([(900, 90), (48, 24)])]
    partners = tuple(PartnerView(f"P{n}", logo) for n, logo in enumerate(logos))

    shown = printed(mail("announcement", announcement("de"), partners=partners))

    assert [(e["width"], e["height"]) for e in shown.of_class("partner-logo")] == [("160", "16"), ("48", "24")]


def test_partners_stand_without_a_heading_if_the_words_have_none() -> None:
    block = announcement("de", words=LANGUAGES["de"].words.model_copy(update={"partners": ""}))

    shown = printed(mail("announcement", block, partners=PARTNERS))

    assert shown.of_class("partners-label") == []
    assert "- Städtebund\n" in shown.text


def test_a_portrait_stands_beside_its_person_and_a_missing_one_leaves_no_hole(mails: dict[str, Printed]) -> None:
    shown = mails["band"]
    portraits = shown.of_class("portrait")

    sizes = [(e["width"], e["height"], e["alt"]) for e in portraits]
    assert sizes == [("48", "48", ""), ("64", "64", ""), ("64", "64", "")]
    beside = [portrait.inside[-2].words for portrait in portraits]
    assert [words.split(",")[0] for words in beside[:1]] == ["Fatina Toukan"]
    assert beside[1].startswith("Kommunale Wirtschaft")
    assert "Irakli Samkharadze" in beside[2]
    assert len(shown.of_class("beside")) == 2 * len(portraits)
    assert mails["announcement-full"].of_class("beside") == []
