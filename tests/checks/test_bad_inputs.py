"""Bad inputs of the threat list (I1 to I20), each with what `ccmail check` says of it; docs/reference/bad-inputs.md has
the table. Nothing here ends in a traceback, and nothing in silence that a reader would notice."""

from __future__ import annotations

import io
import os
import random
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ccmail import pipeline
from ccmail.problems import InputError, Problem
from ccmail.workspace import open_workspace
from tests.messages.conftest import SETTINGS

Found = Callable[..., tuple[Problem, ...]]
TEXT = """\
de:
  title: Digitale Dienste der Kommunen
  subtitle: Ein Fachaustausch für alle, die in ihrer Stadt damit anfangen
  text: |
    Wir laden Sie herzlich zum Fachaustausch ein. Es sprechen drei Städte über das, was ihnen dabei gelungen ist.
"""
EVENT = 'type: announcement\nevent: {date: 7.10.2020, time: "13:00–15:30", place: online}\n' + TEXT
REVIEW = f"type: review\nevent: {{date: 12.3.2021}}\n{TEXT}"
LIST = "email,first_name\njana@bonn.de,Jana\nkim@ulm.de,Kim\n"
INBOX = "inbox: {imap: mail.cities.example, 'user': me@städte.example, password: env:IMAP}\n"
GRAPH = INBOX + "delivery: graph\ngraph: {user: USER, login: {oauth: microsoft, tenant: cities.example, client: c}}\n"
ONLY_SERVER = "delivery: smtp\nsmtp: {host: mail.cities.example, user: me@städte.example, password: keyring}\n"
SERVER = INBOX + ONLY_SERVER


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    """Return a function that writes a workspace, checks its campaign and returns what was found."""
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T09:00")

    def check(
        campaign: str | bytes = REVIEW, settings: str = SETTINGS, lists: str = LIST, **files: bytes | Path
    ) -> tuple[Problem, ...]:
        write(
            tmp_path, {"ccmail.yaml": settings, "campaigns/c.yaml": campaign, "recipients/german.csv": lists, **files}
        )
        try:
            return pipeline.check(open_workspace(tmp_path), "c").problems
        except InputError as error:  # ccmail.yaml itself
            return error.problems

    return check


def write(root: Path, files: dict[str, str | bytes | Path]) -> None:
    """Write files; a path becomes a symbolic link to it."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            path.symlink_to(content)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def said(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{problem.code} {problem.severity.value}" for problem in problems]


def picture(kind: str = "PNG", mode: str = "RGB", width: int = 1200, height: int = 600) -> bytes:
    octets = io.BytesIO()
    Image.new(mode, (width, height), "navy" if mode == "RGB" else 0).save(octets, kind)
    return octets.getvalue()


def noise() -> bytes:
    """Return a picture that no program makes small."""
    octets = io.BytesIO()
    Image.frombytes("L", (1200, 600), random.Random(0).randbytes(1200 * 600)).save(octets, "PNG")
    return octets.getvalue()


def moving() -> bytes:
    octets = io.BytesIO()
    frames = [Image.new("RGB", (1200, 6), colour) for colour in ("red", "blue")]
    frames[0].save(octets, "GIF", save_all=True, append_images=frames[1:])
    return octets.getvalue()


def png_of(width: int, height: int) -> bytes:
    """Return a small PNG file that says it has many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("campaign", [EVENT, REVIEW], ids=["announcement", "review"])
def test_good_input_is_silent(found: Found, campaign: str) -> None:
    assert found(campaign) == ()


def test_the_hour_that_comes_twice_is_sent_with_a_warning(found: Found) -> None:  # I5
    campaign = EVENT.replace("7.10.2020", "25.10.2020").replace("13:00–15:30", "02:30–04:00")

    assert said(found(campaign)) == ["C229 warning"]


# ── I8: templates ─────────────────────────────────────────────────────────────────────────────────────────────────

PAGE = b"<!DOCTYPE html>\n<html>"
TEMPLATES = {
    b"{% if %}": ("Expected an expression, got 'end of statement block'", ""),
    b"{{ mail.subjct }}": ("Mail has no “subjct”", "did you mean “subject”?"),
    b"{{ theem.ink }}": ("'theem' is undefined", "did you mean “theme”?"),
    b"{% include 'components/butto.html.j2' %}": (
        "there is no template components/butto.html.j2 in the templates folder",
        "did you mean “components/button.html.j2”?",
    ),
    b"{% include '../ccmail.yaml' %}": ("there is no template ../ccmail.yaml in the templates folder", ""),
    b"{% include '/etc/passwd' %}": ("there is no template /etc/passwd in the templates folder", ""),
    b"{{ 1 // 0 }}": ("integer division or modulo by zero", ""),
}


@pytest.mark.parametrize(("template", "expected"), TEMPLATES.items(), ids=str)
def test_a_template_that_stops_says_where_and_what_may_be_meant(
    found: Found, template: bytes, expected: tuple[str, str]
) -> None:
    (problem,) = found(**{"templates/review.html.j2": PAGE + template})

    assert (problem.code, str(problem.place)) == ("H104", "templates/review.html.j2:2:1")
    assert (problem.message, problem.hint) == (f"this template stopped: {expected[0]}", expected[1])


@pytest.mark.parametrize("target", ["/etc/passwd", "/nothing/there"])
def test_a_template_that_leads_out_of_the_folder_is_as_good_as_missing(found: Found, target: str) -> None:
    (problem,) = found(
        **{"templates/review.html.j2": PAGE + b"{% include 'leak.j2' %}", "templates/leak.j2": Path(target)}
    )

    assert problem.message == "this template stopped: there is no template leak.j2 in the templates folder"


def test_a_shipped_template_is_not_hidden_by_a_link_that_leads_out(found: Found) -> None:
    (problem,) = found(**{"templates/review.html.j2": Path("/etc/passwd")})

    assert problem.code == "H104"


# ── I10 to I14: lists ─────────────────────────────────────────────────────────────────────────────────────────────

LISTS = {
    "no column of addresses": ("name,ort\nJana,Bonn\n", {"R502"}),
    "two columns of addresses": ("email,email\na@b.de,c@d.de\n", {"R503"}),
    "no header": ("jana@bonn.de,Jana\n", {"R502"}),
    "semicolons": ("email;first_name\njana@bonn.de;Jana\n", set()),
    "a quote that never ends": ('email,first_name\njana@bonn.de,"Jana\nkim@ulm.de,Kim\n', {"R504"}),
    "too many cells": ("email,first_name\njana@bonn.de,Jana,x,y\n", {"R507"}),
    "a NUL": ("email,first_name\njana@bonn.de,Ja\0na\n", {"R506"}),
    "a huge cell": ("email,first_name\njana@bonn.de," + "x" * 140_000 + "\n", {"R505", "R536"}),
    "nothing at all": ("", {"R502"}),
    "nobody": ("email\n", {"R536"}),
    "a..b": ("email\na..b@bonn.de\n", {"R501"}),
    "no ending": ("email\na@bonn\n", {"R501"}),
    "65 characters before the @": ("email\n" + "x" * 65 + "@bonn.de\n", {"R501"}),
    "an umlaut before the @": ("email\njörg@bonn.de\n", {"R501"}),
    "a parameter of SMTP": ("email\na@b> AUTH=<c\n", {"R501"}),
    "mixed alphabets": ("email\na@gmаil.com\n", {"R521", "R531"}),
    "a machine": ("email\nno-reply@bonn.de\n", {"R553"}),
    "an unknown language": ("email,language\njana@bonn.de,xx\n", {"R510"}),
}  # fmt: skip


@pytest.mark.parametrize(("lists", "codes"), LISTS.values(), ids=LISTS)
def test_a_list_is_never_read_wrongly_in_silence(found: Found, lists: str, codes: set[str]) -> None:
    problems = found(lists=lists)

    assert {problem.code for problem in problems} - {"R540"} == codes


def test_a_list_of_which_everybody_has_unsubscribed_is_explained(found: Found) -> None:  # I14
    (problem,) = found(lists="email\njana@bonn.de\n", **{"recipients/unsubscribed.csv": b"email\njana@bonn.de\n"})

    assert (problem.code, problem.message) == ("R540", "0 of 1 people would get this: 1 unsubscribed")


# ── I15, I16: pictures and attachments ────────────────────────────────────────────────────────────────────────────

PICTURES = {
    "none": ("a.jpg", None, "M601 error"),
    "no picture": ("a.png", b"hello", "M602 error"),
    "SVG": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "M603 error"),
    "an iPhone's": ("a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 40, "M603 error"),
    "the beginning of one": ("a.jpg", picture("JPEG")[:300], "M602 error"),
    "WebP": ("a.webp", picture("WEBP"), "M603 error"),
    "for printing": ("a.jpg", picture("JPEG", mode="CMYK"), "M604 error"),
    "48 million pixels": ("a.png", png_of(8_000, 6_000), "M605 error"),
    "a bomb": ("a.png", png_of(30_000, 30_000), "M605 error"),
    "26 MB": ("a.png", picture() + b"\0" * 26_000_000, "M605 error"),
    "720 kB": ("a.png", noise(), "M606 warning"),
    "cut off": ("a.png", noise()[:200_000], "M608 error"),
    "one that moves": ("a.gif", moving(), "M609 warning"),
    "a JPEG that is called PNG": ("a.png", picture("JPEG"), "M607 warning"),
    "too small": ("a.png", picture(width=800), "H127 warning"),
    "a link out": ("a.png", Path("/etc/hostname"), "M601 error"),
    "a device": ("a.png", Path("/dev/zero"), "M601 error"),
    "from outside": ("../../a.png", None, "C225 error"),
    "from the root": ("/etc/passwd", None, "C225 error"),
    "from the web": ("http://intranet/a.png", None, "C225 error"),
    "from home": ("~/a.png", None, "C225 error"),
}


@pytest.mark.parametrize(("name", "content", "expected"), PICTURES.values(), ids=PICTURES)
def test_a_picture_that_is_none_for_a_mail_is_named(
    found: Found, name: str, content: bytes | Path | None, expected: str
) -> None:
    campaign = REVIEW.replace("de:\n", f"photo: {{file: '{name}', alt: Eine Stadt}}\nde:\n")

    problems = found(campaign, **({f"campaigns/{name}": content} if content is not None else {}))

    assert said(problems) == [expected]
    assert str(problems[0].place) == "campaigns/c.yaml:3:15"


def test_a_picture_that_never_ends_is_not_read(found: Found, tmp_path: Path) -> None:
    (tmp_path / "campaigns").mkdir()
    os.mkfifo(tmp_path / "campaigns" / "a.png")

    assert said(found(REVIEW.replace("de:\n", "photo: {file: a.png, alt: Eine Stadt}\nde:\n"))) == ["M601 error"]


ATTACHMENTS = {
    "a PDF": ("a.pdf", b"%PDF-1.7", []),
    "umlauts": ("Einladung für Köln.pdf", b"%PDF-1.7", []),
    "200 characters": ("x" * 200 + ".pdf", b"%PDF-1.7", []),
    "a program": ("a.pdf.exe", b"x", ["M612 error"]),
    "a script": ("a.js", b"x", ["M612 error"]),
    "a page": ("a.html", b"x", ["M612 error"]),
    "macros": ("a.docm", b"x", ["M612 error"]),
    "8 MB": ("a.pdf", b"x" * 8_000_000, ["M613 error"]),
    "missing": ("a.pdf", None, ["M611 error"]),
    "a line break": ("a\\r\\nb.pdf", None, ["C225 error"]),
    "turned round": ("a\u202efdp.exe.pdf", None, ["C225 error"]),
    "another script": ("Программа на среду.pdf", b"%PDF-1.7", []),
    "a device of Windows": ("aux.pdf", b"%PDF-1.7", []),
    "a document with another suffix": ("a.pdf", b"PK\x03\x04", ["M618 warning"]),
    "a page that a browser saved": ("a.docx", b"<!DOCTYPE html>", ["M618 warning"]),
    "a table with another suffix": ("a.csv", b"PK\x03\x04", ["M618 warning"]),
    "nothing in it": ("a.csv", b"", ["M618 warning"]),
    "a document with a password": ("a.docx", b"\xd0\xcf\x11\xe0", []),
    "a pdf with a note of its printer above": ("a.pdf", b"@PJL\n%PDF-1.4", []),
    "a table": ("a.csv", b"Stadt;Zahl", []),
    "a list of readers": ("../recipients/german.csv", None, ["M614 error"]),
}


@pytest.mark.parametrize(("name", "content", "expected"), ATTACHMENTS.values(), ids=ATTACHMENTS)
def test_an_attachment_goes_under_a_plain_name_or_not_at_all(
    found: Found, name: str, content: bytes | None, expected: list[str]
) -> None:
    campaign = REVIEW.replace("de:\n", f'attachments: ["{name}"]\nde:\n')

    problems = found(campaign, **({f"campaigns/{name}": content} if content is not None else {}))

    assert said(problems) == expected


def test_a_file_that_is_named_twice_and_a_photo_that_tells_its_place_are_said(found: Found) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    octets = io.BytesIO()
    Image.new("RGB", (60, 40)).save(octets, "JPEG", exif=exif)
    campaign = REVIEW.replace("de:\n", "attachments: [a.jpg, ./a.jpg]\nde:\n")

    problems = found(campaign, **{"campaigns/a.jpg": octets.getvalue()})

    assert said(problems) == ["M616 warning", "M617 warning"]


def test_a_file_of_a_mac_is_found_under_the_name_as_others_write_it(found: Found) -> None:
    campaign = REVIEW.replace("de:\n", "attachments: [für.pdf]\nde:\n")

    assert found(campaign, **{"campaigns/fu\u0308r.pdf": b"%PDF-1.7"}) == ()


def test_a_point_of_a_picture_that_is_shown_whole_is_said(found: Found) -> None:
    campaign = REVIEW.replace("de:\n", "photo: {file: a.png, alt: Eine Stadt, focus: top}\nde:\n")
    moves = campaign.replace("a.png", "a.gif")
    settings = SETTINGS + "pictures: https://cities.example/p\n"

    assert said(found(campaign, **{"campaigns/a.png": picture()})) == []
    assert said(found(campaign, settings, **{"campaigns/a.png": picture()})) == ["C240 warning"]
    assert sorted(said(found(moves, **{"campaigns/a.gif": moving()}))) == ["C240 warning", "M609 warning"]


@pytest.mark.parametrize(
    ("size", "focus", "expected"),
    [
        ((1200, 2000), "", ["M646 warning"]),
        ((1200, 2000), ", focus: top", []),
        ((5000, 900), "", ["M646 warning"]),
        ((1600, 1200), "", []),
    ],
)
def test_a_picture_of_which_little_is_left_asks_what_must_stay(
    found: Found, size: tuple[int, int], focus: str, expected: list[str]
) -> None:
    campaign = REVIEW.replace("de:\n", f"photo: {{file: a.png, alt: Eine Stadt{focus}}}\nde:\n")

    assert said(found(campaign, **{"campaigns/a.png": picture(width=size[0], height=size[1])})) == expected


def test_a_hosted_picture_that_has_to_be_made_ready_is_said(found: Found) -> None:
    campaign = REVIEW.replace("de:\n", "photo: {file: a.png, alt: Eine Stadt}\nde:\n")
    settings = SETTINGS + "pictures: https://cities.example/p\n"

    assert found(campaign, settings, **{"campaigns/a.png": picture()}) == ()
    assert said(found(campaign, settings, **{"campaigns/a.png": picture(width=1600)})) == ["M619 warning"]


# ── I5: several days ──────────────────────────────────────────────────────────────────────────────────────────────

TALK = "title: Rede"
SEVERAL_DAYS = {
    "hours of each day": ("10.-11.2.2027", "9:00-17:00", "", []),
    "across a clock change": ("27.–28.3.2027", "9:00-17:00", "", []),
    "over New Year, in Casablanca": ("31.12.2026–1.1.2027", "9:00-17:00", "", []),
    "whole days": ("10.-11.2.2027", None, "", []),
    "over midnight": ("10.-11.2.2027", "22:00-2:00", "", []),
    "no end": ("10.-11.2.2027", "9:00", "", ["C241 warning"]),
    "a slip in the year": ("10.2.2027-11.2.2028", "", "", ["C245 warning"]),
    "three nights, or one long event": ("10.-12.2.2027", "20:00-2:00", "", ["C241 warning"]),
    "an hour that is skipped on the second day": ("27.-28.3.2027", "2:30-5:00", "", ["C217 error"]),
    "an end that comes twice on the second day": ("30.-31.10.2027", "1:00-2:30", "", ["C229 warning"]),
    "a programme of two days": (
        "10.-11.2.2027", "9:00-17:00", f"- {{time: '16:00', {TALK}}}\n- {{day: 11.2., time: '9:00', {TALK}}}", [],
    ),
    "a programme that forgets the second day": (
        "10.-11.2.2027", "9:00-17:00", f"- {{time: '16:00', {TALK}}}\n- {{time: '9:00', {TALK}}}", ["C243 warning"],
    ),
    "a programme that goes back a day": (
        "10.-11.2.2027", "9:00-17:00", f"- {{day: 2, time: '9:00', {TALK}}}\n- {{day: 1, time: '9:00', {TALK}}}",
        ["C243 warning"],
    ),
    "a programme over midnight": (
        "10.-11.2.2027", "20:00-2:00", f"- {{time: '23:00', {TALK}}}\n- {{time: '0:30', {TALK}}}", [],
    ),
    "a third day of two": ("10.-11.2.2027", "9:00-17:00", f"- {{day: 3, time: '9:00', {TALK}}}", ["C242 error"]),
    "of another month": ("10.-11.2.2027", "9:00-17:00", f"- {{day: 11.3., time: '9:00', {TALK}}}", ["C242 error"]),
}  # fmt: skip


@pytest.mark.parametrize(("date", "time", "agenda", "expected"), SEVERAL_DAYS.values(), ids=SEVERAL_DAYS)
def test_an_event_on_several_days_is_right_or_said(
    found: Found, date: str, time: str | None, agenda: str, expected: list[str]
) -> None:
    event = f"event: {{date: {date}, place: Rathaus{f', time: {time}' if time else ''}}}\n"
    programme = f"agenda:\n{agenda}\n" if agenda else ""

    problems = found(f"type: announcement\n{event}{programme}{TEXT}")

    assert said(problems) == expected


def test_hours_in_a_zone_that_no_rule_describes_are_refused_if_the_clocks_change_between_the_days(found: Found) -> None:
    event = "event: {date: 6.-7.2.2027, time: 9:00-17:00, place: Rabat, timezone: Africa/Casablanca}\n"

    problems = found(f"type: announcement\n{event}{TEXT}")

    assert {problem.code for problem in problems} == {"E413"}


def test_hours_in_the_text_are_compared_on_several_days_too(found: Found) -> None:
    event = "event: {date: 10.-11.2.2027, time: 9:00-17:00, place: Rathaus}\n"
    text = TEXT.replace("text: |\n", "text: |\n    Am 11. Februar 2027 von 9:00 bis 16:00 Uhr.\n    ", 1)

    assert said(found(f"type: announcement\n{event}{text}")) == ["T313 warning"]


# ── I17, I18: what is missing, and the server ─────────────────────────────────────────────────────────────────────

WORKSPACES = {
    "no imprint": (SETTINGS.replace("  imprint: ", "  # imprint: "), "C204 error"),
    "no sender": (SETTINGS.replace("sender: ", "# sender: "), "C204 error"),
    "a password": (SETTINGS + SERVER.replace("keyring", "geheim"), "W752 error"),
    "no proof of who it is": (SETTINGS + SERVER.replace("user:", "verify: false, user:"), "C202 error"),
    "nothing encrypted": (SETTINGS + SERVER.replace("user:", "security: none, user:"), "W753 error"),
    "port 25": (SETTINGS + SERVER.replace("user:", "port: 25, user:"), "W784 warning"),
    "a port of the other way": (SETTINGS + SERVER.replace("user:", "port: 465, user:"), "W784 warning"),
    "more connections than the provider takes": (
        SETTINGS + SERVER.replace("user:", "provider: m365, connections: 8, user:"),
        "W713 warning",
    ),
    "a login of another domain": (SETTINGS + SERVER.replace("me@städte", "me@other"), "W784 warning"),
    "graph without a mailbox": (SETTINGS + INBOX + "delivery: graph\n", "W887 error"),
    "nobody but a person who reads that people unsubscribe": (SETTINGS + ONLY_SERVER, "W903 warning"),
    "graph from another mailbox": (SETTINGS + GRAPH.replace("USER", "somebody@cities.example"), "W889 warning"),
    "answers to a free mailbox": (
        SETTINGS.replace("fatina@cities.example", "fatina@gmx.de").replace("bounces:", "reply_to: contact, bounces:"),
        "M641 warning",
    ),
}


@pytest.mark.parametrize(("settings", "expected"), WORKSPACES.values(), ids=WORKSPACES)
def test_a_workspace_that_would_fail_later_is_named_now(found: Found, settings: str, expected: str) -> None:
    problems = found(settings=settings)

    assert said(problems) == [expected]
    assert "geheim" not in repr(problems).replace("password: geheim", "")


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS + SERVER,
        SETTINGS + ONLY_SERVER + "serve: {public_url: https://news.cities.example}\n",
        SETTINGS.replace("unsubscribe: {", "unsubscribe: {url: https://cities.example/u, ") + ONLY_SERVER,
    ],
)
def test_a_server_as_it_should_be_is_silent(found: Found, settings: str) -> None:
    assert found(settings=settings) == ()


def test_a_subject_of_200_characters_is_refused(found: Found) -> None:  # I17
    (problem,) = found(REVIEW.replace("  subtitle", f"  subject: {'sehr lang ' * 20}\n  subtitle"))

    assert (problem.code, problem.message) == ("M638", "the subject has 199 characters")


# ── I20: links ────────────────────────────────────────────────────────────────────────────────────────────────────


LINKS = {
    **dict.fromkeys(
        ("javascript:x", "data:text/html,x", "/a", "a.html", "#", "https://", "x@y.de", "www.cities.example"),
        "T316 error",
    ),
    "#nowhere": "H115 error",
    "http://cities.example/x": "H115 warning",
    "https://cities.example/{{ x": "T306 error",
    "https://cities.example/{{ x }}": "T305 error",
}


@pytest.mark.parametrize(("target", "expected"), LINKS.items())
def test_a_link_that_leads_nowhere_is_named(found: Found, target: str, expected: str) -> None:
    assert said(found(f"{REVIEW}    Lesen Sie [das Programm]({target}) nach.\n")) == [expected]


def test_a_page_with_umlauts_in_its_address_stands_in_both_parts(found: Found) -> None:
    assert found(settings=re.sub(r"privacy: .*", "privacy: {de: https://städte.example/über}", SETTINGS)) == ()


def test_the_same_words_lead_to_one_place(found: Found) -> None:
    text = "    [Programm](https://cities.example/a), [Programm](https://cities.example/b)\n"

    (problem,) = found(REVIEW + text)

    assert problem.message.startswith("“Programm” here leads elsewhere")
    assert problem.place is not None
    assert "[Programm](https://cities.example/b)" in problem.place.text


@pytest.mark.parametrize(
    "text",
    [
        "None of the cities is left out; None, said the mayor.",
        "Ein Wort ist undefined geblieben.",
        "{% raw %}{{ so }}{% endraw %} schreibt man es.",
        "Der Code ist `<b>`.",
        "Siehe www.cities.example, https://städte.example/ä und info@cities.example.",
        "```\nKurz\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> Zitat\n\n~~weg~~\n\n---",
    ],
)
def test_no_rule_about_mails_takes_an_authors_words_for_a_fault(found: Found, text: str) -> None:
    assert said(found(REVIEW + "".join(f"    {line}\n" for line in text.split("\n")))) == []
