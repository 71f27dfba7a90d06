"""Rules about finished mails: a good one breaks none, and for each rule there is a change that breaks it."""

from __future__ import annotations

import base64
import dataclasses
import functools
from collections.abc import Callable
from email.message import Message
from typing import AnyStr

import pytest
from PIL import Image

from ccmail.audience import Contact
from ccmail.calendar import Method, Revision
from ccmail.campaign import DayRange, Event
from ccmail.checks import check_mail, check_parsed, clients, headers, html, ics, plain
from ccmail.checks.campaign import unknown_client
from ccmail.checks.clients.unknown import unknown_in_elements, unknown_in_head
from ccmail.checks.html.images import blurred_images
from ccmail.checks.ics.component import place
from ccmail.checks.ics.times import times
from ccmail.checks.mail.ics import read_entry
from ccmail.checks.mail.message import MailOrigin, ParsedMail, ParsedPart, parse_mail
from ccmail.checks.rule import rules_of
from ccmail.messages import Assembler, MailStamp
from ccmail.workspace import load_workspace
from ccmail.workspace.settings import Check
from ccmail.yamlfile import SourceText
from tests.messages.conftest import SENT_AT, SETTINGS, LoadedOf, loaded_in, variant_of

RULES = rules_of(headers, html, clients, plain, ics)
SEVERITIES = {rule.code: rule.severities for rule in RULES}
GOOD_SETTINGS = SETTINGS.replace(
    "unsubscribe: {address: unsubscribe@cities.example}",
    "unsubscribe: {address: unsubscribe@cities.example, url: https://cities.example/u}",
)
CAMPAIGN = """\
type: announcement
event: {date: 7.10.2020, time: "13:00–15:30", place: online, register: https://cities.example/register,
        link: https://cities.example/join}
photo: {file: city.png, alt: Eine Stadt bei Nacht}
calendar: CALENDAR
de:
  subject: Einladung zum Fachaustausch über digitale Dienste
  title: Digitale Dienste der Kommunen
  preheader: Drei Städte erzählen, was gelungen ist und was nicht
  subtitle: Ein Fachaustausch für alle, die in ihrer Stadt damit anfangen
  text: |
    Wir laden Sie herzlich zum Fachaustausch ein. Es sprechen drei Städte über das, was gelungen ist, und über das,
    was sie heute anders machen würden; danach ist viel Zeit für Ihre Fragen.
"""

# code -> (part of the mail, what stands there, what would stand there)
Change = tuple[str, str, str]
BROKEN: dict[str, tuple[Change, ...]] = {
    # header, MIME, bytes
    "M642": (
        ("raw", "MIME-Version: 1.0\r\n", "MIME-Version: 1.0\n"),
        ("raw", "Precedence", "Prec\x00edence"),
        ("raw", "Precedence: bulk", "X-Long: " + "x" * 999),
    ),
    "M643": (("raw", "Precedence: bulk", "X-Long: " + "word " * 20),),
    "M644": (("raw", "Date: ", "X-Date: "), ("raw", "Precedence: bulk", "Subject: again")),
    "M623": (("raw", "Precedence: bulk", "Bcc: all@cities.example"), ("raw", "<jana@bonn.example>", "<j@x.example>")),
    "M624": (("raw", "From: ", "From: x@y.example, "), ("raw", "From: ", 'From: "a@b.example" <a@b.example>\r\nX: ')),
    "M625": (("raw", "Message-ID: <", "Message-ID: <x y"), ("raw", "hra.example>\r\nTo", "x.example>\r\nTo")),
    "M626": (
        ("raw", "Date: Mon, 21 Sep 2020 09:00:00 +0000", "Date: yesterday"),
        ("raw", "Date: Mon, 21 Sep 2020 09:00:00 +0000", "Date: Mon, 21 Sep 2020 09:00:00 -0000"),
    ),
    "M627": (
        ("raw", "List-Unsubscribe: ", "X-List: "),
        ("raw", "<mailto:unsubscribe", "<tel:unsubscribe"),
        ("raw", "<https://cities.example/u/", "<http://cities.example/u/"),
    ),
    "M628": (
        ("raw", "List-Unsubscribe=One-Click", "List-Unsubscribe=One Click"),
        ("raw", "<https://cities.example/u/", "<mailto:cities.example/u/"),
    ),
    "M629": (("raw", "https://cities.example/u/", "https://cities.example/u/short>, <x:"),),
    "M630": (("html", "https://cities.example/register", "https://cities.example/r?who=jana%40bonn.example"),),
    "M631": (("raw", "List-Id: ", "X-List-Id: "),),
    "M632": (
        ("raw", "Auto-Submitted: auto-generated", "Auto-Submitted: auto-replied"),
        ("raw", "Precedence: bulk\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n", ""),
    ),
    "M633": (("raw", "Precedence: bulk", "Disposition-Notification-To: a@b.example"),),
    "M634": (
        ("raw", "Precedence: bulk", "X-File: /home/jana/mail"),
        ("raw", 'filename="city.png"', 'filename="/tmp/x"'),
    ),
    "M635": (
        ("raw", "Content-Type: text/plain", "Content-Type: text/enriched"),
        ("raw", "text/html; charset=utf-8", "text/html; charset=iso-8859-1"),
    ),
    "M636": (
        ("raw", 'filename="city.png"', 'filename="../city.png"'),
        ("raw", 'filename="city.png"', 'filename="a.exe"'),
        ("raw", 'filename="city.png"', "filename=\"city.png\";\r\n filename*=utf-8''city%E2%80%AEgnp.exe"),
        ("raw", 'filename="city.png"', "filename=\"city.png\";\r\n filename*=utf-8''%D0%B3.pdf"),
        ("raw", 'filename="city.png"', "filename=\"city.png\";\r\n filename*=utf-8''a%2Fcity.png"),
    ),
    "M637": (("html", 'src="cid:', 'src="cid:no'), ("html", 'src="cid:', 'src="https://')),
    "M638": (
        ("raw", "Subject: ", "Subject: " + "lang " * 12),
        ("raw", "Subject: ", "Subject: {{ name }} "),
        ("raw", "Subject: ", "Subject: ACHTUNG WICHTIG SOFORT LESEN JETZT GLEICH\r\nX: "),
        ("raw", "Subject: ", "Subject: \r\nX: "),
    ),
    "M645": (("raw", "Content-Type: text/calendar", "Content-Type: text/x-calendar"),),
    "M641": (
        ("raw", "<fatina@cities.example>", "<noreply@cities.example>"),
        ("raw", "<fatina@cities.example>", "<fatina>"),
        ("raw", "<fatina@cities.example>", "<fatina@gmail.com>"),
    ),
    # HTML
    "H110": (
        ("html", "<!DOCTYPE html>", "<!doctype html>"),
        ("html", '<html lang="de"', "<html"),
        ("html", 'charset="utf-8"', 'charset="latin1"'),
        ("html", "width=device-width", "user-scalable=no"),
    ),
    "H111": (
        ("html", '"color-scheme" content="light dark"', '"x"'),
        ("html", "prefers-color-scheme", "prefers"),
        ("html", 'role="article"', 'role="main"'),
    ),
    "H112": (("html", 'role="presentation"', 'role="x"'), ("html", ' scope="row"', "")),
    "H113": (("html", ' alt="Eine Stadt bei Nacht"', ""), ("html", 'alt="Eine Stadt bei Nacht"', 'alt="city.png"')),
    "H114": (
        ("html", 'src="cid:', 'src="data:'),
        ("html", 'width="600" height="300"', 'width="1" height="1"'),
        ("html", 'width="600" height="300"', ""),
        ("html", 'src="cid:', 'src="https://x.example/a.webp" x="'),
    ),
    "H115": (
        ("html", 'href="https://cities.example/register"', 'href=""'),
        ("html", 'href="https://cities.example/register"', 'href="http://cities.example"'),
        ("html", "Jetzt anmelden", "hier"),
        ("html", "Jetzt anmelden", "www.bank.example"),
        ("html", 'href="https://cities.example/register"', 'href="javascript:x()"'),
        ("html", "</h1>", '</h1><a href="https://cities.example/other">Jetzt anmelden</a>'),
    ),
    "H116": (
        ("html", "</body>", "x " * 45_000 + "</body>"),
        ("html", "</style>\n</head>", " " * 9_000 + "</style></head>"),
    ),
    "H117": (
        ("html", "color:#14252e", "color:#999999"),
        ("html", "color:#14252e", "color:#eeeeee"),
        ("html", "color:#14252e", "color:rgb(200, 200, 200)"),
        ("html", "{color:#e3eaee!important", "{color:#444!important"),
        ("html", ".card,.button-other,.tile-day{background:#17222a!important}", ""),
        ("html", "</style>\n</head>", ".title { color: silver !important; } </style></head>"),
    ),
    "H118": (
        ("html", "font-size:14px", "font-size:11px"),
        ("html", "font-size:14px", "font-size:13px"),
        ("html", "line-height:24px", "line-height:16px"),
        ("html", "font-family:", "font-x:"),
        ("html", "font-size:16px", "font-size:15px"),
    ),
    "H119": (
        ("html", "margin:0 auto", "position:absolute"),
        ("html", "margin:0 auto", "display:flex"),
        ("html", "margin:0 auto", "width:100vw"),
        ("html", "</body>", "<svg></svg></body>"),
    ),
    "H120": (("html", "</h1>", "</h2>"), ("html", "<!--[if mso]></td></tr></table><![endif]-->", "")),
    "H121": (("html", "<!--[if mso]></td></tr></table><![endif]-->", "<!--[if mso]></td></tr></table>-->"),),
    "H122": (
        ("html", 'href="https://cities.example/register"', 'href="https://cities.example/None"'),
        ("html", 'href="https://cities.example/register"', 'href="https://cities.example/?id=undefined&amp;x=1"'),
        ("html", "Guten Tag Jana Müller", "Liebe None"),
        ("html", "Wir laden", "{{ wir }} laden"),
    ),
    "H123": (
        ("html", "</body>", "<script>1</script></body>"),
        ("html", "<h1", '<h1 onclick="x()"'),
        ("html", "<style>", "<style>@import 'x';"),
        ("html", "<title>", '<meta http-equiv="Refresh" content="0; url=https://x.example"><title>'),
    ),
    "H124": (("html", '<html lang="de"', '<html lang="deutsch"'), ("html", '<html lang="de"', '<html lang="en"')),
    "H125": (("html", "", "<html lang='de'><body><p>Kurz.</p></body></html>\f"),),
    "H126": (
        ("html", "display:none", "display:block"),
        (
            "html",
            "Drei Städte erzählen, was gelungen ist und was nicht",
            "Einladung zum Fachaustausch über digitale Dienste",
        ),
        ("html", "Drei Städte erzählen, ", "Drei Städte erzählen, " * 5),
        ("html", "Drei Städte erzählen, was", "Was"),
    ),
    "H127": (("html", 'width="600" height="300"', 'width="601" height="300"'),),
    "H130": (("html", "margin:0 auto", "object-fit:cover"), ("html", "margin:0 auto", "background:var(--x)")),
    # text
    "T320": (
        ("text", "Wir laden", "<p>Wir laden"),
        ("text", "Wir laden", "Wir&nbsp;laden"),
        ("text", "Wir", "{{ wir }}"),
    ),
    "T321": (("text", "Wir laden", "Wir laden " * 9),),
    "T322": (
        ("text", "https://cities.example/register", ""),
        ("text", "https://cities.example/register", "https://cities.example/\nregister"),
    ),
    "T323": (("text", "", "Nichts.\f"),),
    "T324": (("html", "Abbestellen", "Kaffee"), ("text", "Abbestellen", "Kaffee")),
    "T325": (("html", "Berliner Platz", "Berliner"), ("text", "Berliner Platz", "Berliner")),
    "T326": (("text", "\n-- \n", "\n--\n"), ("text", "\n\n", "\n\n\n"), ("text", "", "\n\f")),
    # calendar file
    "E410": (
        ("ics", "VERSION:2.0\r\n", "VERSION:2.0\n"),
        ("ics", "VERSION:2.0\r\n", "VERSION:2.0\r\n\r\n"),
        ("ics", "STATUS", "X:" + "x" * 80 + "\r\nSTATUS"),
        ("ics", "BEGIN:VCALENDAR", "\ufeffBEGIN:VCALENDAR"),
    ),
    "E411": (
        ("ics", "VERSION:2.0", "VERSION:1.0"),
        ("ics", "METHOD:PUBLISH\r\n", ""),
        ("ics", "PRODID", "UID:x\r\nPRODID"),
        ("ics", "END:VEVENT", "END:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT"),
    ),
    "E412": (
        ("ics", "UID:", "UID:ä"),
        ("ics", "SEQUENCE:0\r\n", ""),
        ("ics", "STATUS:CONFIRMED", "STATUS:OK"),
        ("ics", "DTSTAMP:20200921T090000Z", "DTSTAMP:20200921T090000"),
        ("ics", "STATUS:", "SUMMARY:x\r\nSTATUS:"),
        ("ics", "STATUS:", "CREATED:20200921T090000\r\nSTATUS:"),
    ),
    "E413": (
        ("ics", "DTSTART;TZID=Europe/Berlin:20201007T130000", "DTSTART:20201007T130000"),
        ("ics", ":20201007T130000", ":20201008T130000"),
        ("ics", ":20201007T153000", ":20201007T163000"),
    ),
    "E414": (
        ("ics", "TZID=Europe/Berlin", "TZID=MESZ"),
        ("ics", "RRULE:FREQ=YEARLY", "RRULE:FREQ=MONTHLY"),
        ("ics", "TZNAME:CET\r\n", "TZNAME:CET\r\nRDATE:20201025T030000\r\n"),
    ),
    "E415": (
        ("ics", "SUMMARY:Digitale Dienste", "SUMMARY:Digitale, Dienste"),
        ("ics", "SUMMARY:", "SUMMARY:<b>"),
        ("ics", "SUMMARY:", "SUMMARY:MÃ¼ller "),
        ("ics", "URL:https://", "URL:"),
        ("ics", "URL:", "X-ALT-DESC;FMTTYPE=text/html:<p>x</p>\r\nURL:"),
    ),
    "E416": (
        ("ics", "STATUS:", "ATTENDEE:mailto:a@b.example\r\nSTATUS:"),
        ("rsvp", "PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED"),
        ("rsvp", "METHOD:REQUEST", "METHOD:CANCEL"),
        ("rsvp", "ORGANIZER;", "X-ORGANIZER;"),
        ("rsvp", 'CN="Fatina', "CN=\"^'Fatina"),
    ),
    "E417": (
        ("ics", "END:VEVENT", "BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT"),
        ("ics", "STATUS:", "ATTACH:x\r\nSTATUS:"),
    ),
    "E418": (
        ("raw", "method=PUBLISH", "method=REQUEST"),
        ("raw", 'filename="einladung-', 'filename="Einladung '),
        ("raw", 'filename="einladung-', 'filename="invitation-'),
        ("raw", 'Content-Disposition: attachment; filename="einl', 'Content-Disposition: inline; filename="einl'),
    ),
    "E419": (
        ("rsvp", "mailto:fatina@cities.example", "mailto:other@cities.example"),
        ("rsvp", "mailto:jana@bonn.example", "mailto:fatina@cities.example"),
    ),
    "E420": (
        ("ics", "TZOFFSETTO:+0200", "TZOFFSETTO:+0300"),
        ("ics", "BYMONTH=10", "BYMONTH=9"),
        ("ics", ":20201007T130000", ":20200329T023000"),
    ),
    "E421": (
        ("ics", "VALUE=URI;FEATURE=VIDEO", 'VALUE=URI;FEATURE="AUDIO,VIDEO"'),
        ("ics", "LOCATION:https://cities.example/join", "LOCATION:Online"),
        ("ics", "https:/\r\n /cities.example/join", ""),
    ),
}

MailOf = Callable[[str], tuple[ParsedMail, MailOrigin]]
JANA = Contact(email="jana@bonn.example", first_name="Jana", last_name="Müller", city="Bonn", country="DE")


@pytest.fixture(scope="module")
def mail_of(tmp_path_factory: pytest.TempPathFactory) -> MailOf:
    """Return a function that finishes a good mail: with a calendar file, or as an invitation."""
    root = tmp_path_factory.mktemp("workspace")
    (root / "campaigns").mkdir()
    Image.new("RGB", (1200, 600), "#0b6a8f").save(root / "campaigns" / "city.png", "PNG")
    (root / "ccmail.yaml").write_text(GOOD_SETTINGS, encoding="utf-8")
    workspace, _ = load_workspace(root)
    assert workspace is not None

    @functools.cache
    def make(calendar: str = "attachment") -> tuple[ParsedMail, MailOrigin]:
        path = root / "campaigns" / f"{calendar}.yaml"
        path.write_text(CAMPAIGN.replace("CALENDAR", calendar), encoding="utf-8")
        loaded = loaded_in(workspace, path)
        method = Method.REQUEST if calendar == "rsvp" else Method.PUBLISH
        assembler = Assembler(
            loaded,
            MailStamp(SENT_AT, Revision(0, SENT_AT, method), "test"),
            unsubscribe_key=b"k" * 32,
            token_key=b"t" * 32,
        )
        message = assembler.assemble(JANA, variant_of(loaded.campaign))
        return parse_mail(message.as_bytes()), MailOrigin(loaded, variant_of(loaded.campaign), message.to)

    return make


def broken(mail: ParsedMail, part: str, old: str, new: str) -> ParsedMail:
    """Return a mail with a change in one of its parts."""
    if part == "raw":
        return parse_mail(replaced(mail.raw, old.encode(), new.encode()))
    kind = {"html": "text/html", "text": "text/plain"}.get(part, "text/calendar")
    content = next(p.content for p in mail.leaves if p.kind == kind)
    there = content if kind == "text/calendar" else content.replace(b"\r\n", b"\n")
    changed = new.encode() if new.endswith("\f") else replaced(there, old.encode(), new.encode())
    return dataclasses.replace(
        mail, parts=tuple(with_content(p, changed) if p.content == content else p for p in mail.parts)
    )


def with_content(part: ParsedPart, content: bytes) -> ParsedPart:
    node = Message()
    node["Content-Transfer-Encoding"] = "base64"
    node.set_payload(base64.encodebytes(content).decode("ascii"))
    return dataclasses.replace(part, node=node)


def replaced(content: AnyStr, old: AnyStr, new: AnyStr) -> AnyStr:
    assert old in content, old
    return content.replace(old, new)


@pytest.mark.parametrize("calendar", ["attachment", "rsvp", "none"])
def test_a_good_mail_breaks_no_rule(mail_of: MailOf, calendar: str) -> None:
    mail, origin = mail_of(calendar)

    assert list(check_mail(mail.raw, origin.loaded, origin.variant, origin.recipient)) == []


@pytest.mark.parametrize(
    ("code", "change"),
    [pytest.param(c, change, id=f"{c}-{i}") for c, cs in BROKEN.items() for i, change in enumerate(cs)],
)
def test_a_change_that_breaks_a_rule_is_found(mail_of: MailOf, code: str, change: Change) -> None:
    mail, origin = mail_of("rsvp" if change[0] == "rsvp" else "attachment")

    problems = list(check_parsed(broken(mail, *change), origin))

    assert code in {problem.code for problem in problems}
    assert all(problem.severity in SEVERITIES[problem.code] for problem in problems)


def test_every_rule_has_a_change_that_breaks_it() -> None:
    assert {rule.code for rule in RULES} == BROKEN.keys() | {unknown_in_head.code}


def test_a_calendar_file_is_read_as_it_was_written(mail_of: MailOf) -> None:
    mail, _ = mail_of("attachment")

    entry = read_entry(mail.calendars[0].content)

    assert entry.value("SUMMARY") == "Digitale Dienste der Kommunen"
    assert entry.all("DTSTART")[0].parameters == {"TZID": "Europe/Berlin"}


def test_a_day_that_ends_a_day_early_in_calendars_is_found(mail_of: MailOf) -> None:
    _, origin = mail_of("attachment")
    event = origin.loaded.campaign.event
    assert event is not None
    days = Event(date=DayRange(event.date.first, event.date.first), place=event.place)
    loaded = dataclasses.replace(origin.loaded, campaign=origin.loaded.campaign.model_copy(update={"event": days}))
    of_days = dataclasses.replace(origin, loaded=loaded)
    octets = b"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20201007\r\nDTEND;VALUE=DATE:%s\r\nEND:VEVENT\r\n"

    right, wrong = (read_entry(octets % day) for day in (b"20201008", b"20201009"))

    assert list(times(entry=right, origin=of_days)) == []
    assert [p.code for p in times(entry=wrong, origin=of_days)] == ["E413"]


def test_an_invitation_stands_beside_no_multipart(mail_of: MailOf) -> None:
    mail, _ = mail_of("rsvp")
    parts = tuple(
        dataclasses.replace(p, within=("mixed", "alternative", "related")) if p.kind == "text/html" else p
        for p in mail.parts
    )

    (problem,) = place(entry=read_entry(mail.calendars[0].content), mail=dataclasses.replace(mail, parts=parts))

    assert problem.message.startswith("the calendar part stands beside a multipart")


def test_a_small_picture_is_named_where_the_campaign_names_it(mail_of: MailOf) -> None:
    mail, origin = mail_of("attachment")
    ((name, file),) = origin.loaded.pictures.items()
    loaded = dataclasses.replace(origin.loaded, pictures={name: dataclasses.replace(file, width=1199)})

    (problem,) = blurred_images(mail=mail, origin=dataclasses.replace(origin, loaded=loaded))

    assert (problem.severity.value, str(problem.place)) == ("warning", "campaigns/attachment.yaml:4:15")
    assert problem.hint == "save it 1200 pixels wide"


def for_readers_with(origin: MailOrigin, *programs: str) -> MailOrigin:
    check = Check(clients=tuple(map(SourceText.plain, programs)))
    settings = origin.loaded.settings.model_copy(update={"check": check})
    return dataclasses.replace(origin, loaded=dataclasses.replace(origin.loaded, settings=settings))


def test_a_style_in_the_head_is_dead_if_no_mail_program_knows_it(mail_of: MailOf) -> None:
    mail, origin = mail_of("attachment")
    for_word = for_readers_with(origin, "outlook.windows")
    for_both = for_readers_with(origin, "outlook.windows", "apple-mail")

    assert "“border-radius” in a style of the HTML is known by none of the mail programs" in {
        p.message for p in unknown_in_head(mail=mail, origin=for_word)
    }
    assert list(unknown_in_head(mail=mail, origin=for_both)) == []


def test_what_stands_in_the_elements_has_to_be_known_by_all(mail_of: MailOf) -> None:
    good, origin = mail_of("attachment")
    mail = broken(good, "html", "margin:0 auto", "object-fit:cover")

    (problem,) = unknown_in_elements(mail=mail, origin=for_readers_with(origin, "outlook.windows", "apple-mail"))

    assert problem.message.startswith("“object-fit” in line ")
    assert problem.message.endswith(" of the HTML is not known by outlook.windows")
    assert list(unknown_in_elements(mail=mail, origin=for_readers_with(origin, "apple-mail"))) == []


def test_a_mail_program_that_there_is_not_is_named(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(
        CAMPAIGN.replace("CALENDAR", "none").replace("photo", "# photo"),
        GOOD_SETTINGS + "check: {clients: [gmx, gmial]}\n",
    )

    (problem,) = unknown_client(loaded=loaded)

    assert (problem.code, problem.message) == ("W782", "no mail program is called “gmial”")
    assert problem.marks[0].label == "did you mean “gmail”?"
    assert problem.place is not None
    assert problem.place.file == "ccmail.yaml"
