from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccmail.audience import Contact, MarkedContact, read_contacts
from ccmail.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

Read: TypeAlias = Callable[[str | bytes], tuple[list[Contact], list[Problem]]]


@pytest.fixture(name="read")
def _read(tmp_path: Path) -> Read:
    def read(content: str | bytes) -> tuple[list[Contact], list[Problem]]:
        path = tmp_path / "contacts.vcf"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        found = list(read_contacts(path, "contacts.vcf"))
        return [x for x in found if isinstance(x, Contact)], [x for x in found if isinstance(x, Problem)]

    return read


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def errors(problems: list[Problem]) -> list[tuple[str, int]]:
    return [(p.code, p.place.line) for p in problems if p.is_error and p.place]


def test_a_card_becomes_a_contact_at_its_line(read: Read) -> None:
    ole = card("N:Berg;Ole;;;", "FN:Ole Berg", "EMAIL;type=INTERNET:ole@bergen.example", "ORG:City of Bergen;Traffic")
    rita = card(
        "FN:Dr. Rita Vogel", "N:Vogel;Rita;;Dr.;", "item1.EMAIL;type=WORK:rita@linz.example",
        "ADR;TYPE=WORK:;;Hauptplatz 1;Linz;;4020;Österreich", "TITLE:Mayor", "LANG:de",
    )  # fmt: skip

    people, problems = read(ole + rita)

    assert [(p.email, p.first_name, p.last_name, p.place.line) for p in people] == [
        ("ole@bergen.example", "Ole", "Berg", 1),
        ("rita@linz.example", "Rita", "Vogel", 8),
    ]
    assert people[0].organisation == "City of Bergen"
    assert (people[1].title, people[1].city, people[1].country, people[1].language) == ("Dr.", "Linz", "AT", "de")
    assert people[1].extra["job_title"] == "Mayor"
    assert errors(problems) == []


@pytest.mark.parametrize(
    "name",
    [
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;",
        "N;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FCller;J=F6rg;;;",
        "N;QUOTED-PRINTABLE;CHARSET=utf-8:M=C3=BC=\r\nller;J=C3=B6=\r\nrg;;;",
        "N:Mül\r\n ler;Jö\r\n\trg;;;",
        "n:Müller;Jörg;;;",
    ],
)
def test_names_are_read_in_every_encoding_and_fold(name: str, read: Read) -> None:
    [person], _ = read(card(name, "EMAIL:joerg@bonn.example", version="2.1"))

    assert (person.first_name, person.last_name) == ("Jörg", "Müller")


def test_a_file_of_windows_letters_is_read(read: Read) -> None:
    [person], _ = read(card("N:Müller;Jörg;;;", "EMAIL:joerg@bonn.example", version="2.1").encode("cp1252"))

    assert person.last_name == "Müller"


@pytest.mark.parametrize(
    "lines",
    [
        ("EMAIL;INTERNET;HOME:b@x.example", "EMAIL;PREF;INTERNET:a@x.example"),
        ("EMAIL;TYPE=HOME:b@x.example", "EMAIL;TYPE=WORK,pref:a@x.example"),
        ("EMAIL;type=INTERNET;type=HOME:b@x.example", "EMAIL;type=INTERNET;type=WORK;type=pref:a@x.example"),
        ("EMAIL;PREF=2:b@x.example", "EMAIL;PREF=1:a@x.example"),
        ("EMAIL:a@x.example", "EMAIL:b@x.example"),
    ],
)
def test_the_preferred_address_counts(lines: tuple[str, ...], read: Read) -> None:
    [person], _ = read(card("FN:A", *lines))

    assert person.email == "a@x.example"


def test_an_organisation_is_no_person(read: Read) -> None:
    [office], _ = read(card("KIND:org", "FN:Presseamt", "EMAIL:presse@rostock.example", version="4.0"))

    assert (office.last_name, office.organisation) == ("", "Presseamt")


def test_escaped_separators_belong_to_the_text(read: Read) -> None:
    [person], _ = read(card(r"N:Huber\; Maier;Anna\, Eva;;;", "EMAIL:a@x.example", r"ORG:Amt\; Ref. 2;x"))

    assert (person.last_name, person.first_name, person.organisation) == ("Huber; Maier", "Anna, Eva", "Amt; Ref. 2")


def test_a_card_without_an_end_costs_its_own_contact_only(read: Read) -> None:
    open_card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:B\r\nEMAIL:b@x.example\r\n"

    people, problems = read(card("FN:A", "EMAIL:a@x.example") + open_card + card("FN:C", "EMAIL:c@x.example"))

    assert [p.email for p in people] == ["a@x.example", "c@x.example"]
    assert errors(problems) == [("R541", 6)]


def test_a_card_without_an_address_is_a_note(read: Read) -> None:
    people, problems = read(card("FN:A") + card("FN:B", "EMAIL:b@x.example"))

    assert [p.email for p in people] == ["b@x.example"]
    assert ("R520", 1) in [(p.code, p.place.line) for p in problems if p.place]


def test_a_picture_does_not_disturb(read: Read) -> None:
    picture = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["QUJD" * 18] * 3000)

    [person], problems = read(card("FN:A", picture, "EMAIL:a@x.example"))

    assert (person.email, errors(problems)) == ("a@x.example", [])


def test_a_note_that_says_no_is_a_warning(read: Read) -> None:
    _, problems = read(card("FN:A", "EMAIL:a@x.example", "NOTE:abgemeldet am 3.4."))

    assert [p.code for p in problems if p.is_warning] == ["R542"]


@given(noise=st.lists(st.binary(max_size=80), max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_in_a_file_raises(tmp_path: Path, noise: list[bytes]) -> None:
    path = tmp_path / "any.vcf"
    path.write_bytes(b"BEGIN:VCARD\n" + b"\n".join(noise))

    assert all(isinstance(x, Contact | MarkedContact | Problem) for x in read_contacts(path, "any.vcf"))
