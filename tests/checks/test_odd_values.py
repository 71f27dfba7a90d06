"""Values that are odd and right: no check compares what is encoded with what is plain, and nobody blocks the others."""

from __future__ import annotations

import pytest

from ccmail.problems import Problem
from tests.checks.test_bad_inputs import LIST, TEXT, Found, found
from tests.messages.conftest import SETTINGS

__all__ = ["found"]

EVENT = 'type: announcement\nevent: {{date: 7.10.2020, time: "13:00–15:30", place: online, link: "{link}"}}\n'
LINK = "https://meet.example/room"
ODD_READERS = (
    "o'brien@bonn.de", "haupt/amt@bonn.de", "a&b@bonn.de", "x=y@bonn.de", "{team}@bonn.de", "50%@bonn.de",
    "jana+news@bonn.de", "a#b@bonn.de", "who?@bonn.de", "!jana@bonn.de", "a*b@bonn.de", "a^b@bonn.de", "a|b@bonn.de",
    "`jana`@bonn.de", "~jana~@bonn.de", "$jana@bonn.de", "JANA@Bonn.DE", "jana@stadt-fürth.de", "jana@bürger-büro.eu",
)  # fmt: skip
ODD_LINKS = (
    "https://meet.example/a,b", "https://meet.example/a;b", "https://meet.example/?a=1&b=2", "https://meet.example/a'b",
    "https://meet.example/(a)", "https://meet.example/a%2Cb", "https://meet.example/a%20b", "https://meet.example/ä",
    "https://konferenz-münchen.de/raum", "https://MEET.example/Raum", "https://meet.example:8443/a#b",
    "https://meet.example/l/19%3ameeting_Y2U%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%2c%22Oid%22%3a%222%22%7d",
    "https://meet.example/a$b*c!d", "https://meet.example/a+b=c@d", "https://meet.example/~x/a:b",
)  # fmt: skip


def errors(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{problem.code} {problem.message}" for problem in problems if problem.is_error]


@pytest.mark.parametrize("calendar", ["attachment", "rsvp"])
@pytest.mark.parametrize("reader", ODD_READERS)
def test_an_odd_address_of_the_first_reader_is_no_error(found: Found, reader: str, calendar: str) -> None:
    campaign = f"{EVENT.format(link=LINK)}calendar: {calendar}\n{TEXT}"

    assert errors(found(campaign, lists=f'email,first_name\n"{reader}",Jana\nkim@ulm.de,Kim\n')) == []


@pytest.mark.parametrize("calendar", ["attachment", "rsvp"])
@pytest.mark.parametrize("link", ODD_LINKS)
def test_an_odd_link_to_join_is_no_error(found: Found, link: str, calendar: str) -> None:
    assert errors(found(f"{EVENT.format(link=link)}calendar: {calendar}\n{TEXT}")) == []


@pytest.mark.parametrize("address", ["o'brien@cities.example", "a&b@cities.example", "büro/eins@cities.example"])
def test_an_odd_address_of_the_contact_person_is_no_error(found: Found, address: str) -> None:
    person = SETTINGS.replace("fatina.toukan@cities.example", address.replace("ü", "ue"))

    assert errors(found(f"{EVENT.format(link=LINK)}calendar: rsvp\n{TEXT}", settings=person)) == []


@pytest.mark.parametrize("address", ["fatina@cities.example", "Fatina@Cities.example", "newsletter@städte.example"])
def test_somebody_who_sends_the_mail_may_be_its_first_reader(found: Found, address: str) -> None:
    campaign = EVENT.format(link=LINK) + TEXT

    assert errors(found(campaign, lists=f"email,first_name\n{address},Fatina\nkim@ulm.de,Kim\n")) == []


def test_an_address_that_the_author_wrote_into_a_link_is_no_readers(found: Found) -> None:
    link = "https://nam.safelinks.example/?url=https%3A%2F%2Fmeet.example%2F1&data=jana%40bonn.de"

    assert errors(found(EVENT.format(link=link) + TEXT, lists=LIST)) == []


def test_a_readers_own_address_in_a_link_is_an_error(found: Found) -> None:
    text = TEXT + "\n    [Anmelden](https://cities.example/?who={{ email }})\n"

    assert [error[:4] for error in errors(found(EVENT.format(link=LINK) + text, lists=LIST))] == ["M630"]


def test_a_picture_that_is_missing_hides_nothing_of_the_texts(found: Found) -> None:
    campaign = EVENT.format(link=LINK) + "photo: {file: photos/x.jpg, credit: me, alt: Stadt}\n" + TEXT

    said = [problem.code for problem in found(campaign + "\n    Beginn ist Freitag, 7. Oktober 2020.\n")]

    assert {"M601", "T310"} <= set(said)
