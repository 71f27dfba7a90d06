"""Cleaning and cutting."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.calendar.text import clean_line, clean_text, cut
from ccmail.calendar.uri import ascii_domain, mail_uri, web_uri


def test_line_ends_of_every_kind_become_one() -> None:
    assert clean_text("a\r\nb\rc\u2028d\x0be\x85f") == "a\nb\nc\nd\ne\nf"


def test_control_characters_and_direction_marks_disappear() -> None:
    assert clean_line("a\x00b\x9fc\u202ed\ufeffe") == "abcde"


def test_a_line_stays_one_line() -> None:
    assert clean_line(" a\r\n b\tc ") == "a b c"


def test_joiners_of_other_scripts_and_emoji_stay() -> None:
    assert clean_line("نمی\u200cدانم 👩\u200d💻") == "نمی\u200cدانم 👩\u200d💻"


def test_half_a_character_is_replaced() -> None:
    assert clean_line("a\ud800b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("eins zwei drei", 14, "eins zwei drei"),
        ("eins zwei drei", 13, "eins zwei…"),
        ("eins zwei drei", 10, "eins zwei…"),
        ("eins zwei drei", 9, "eins…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("a Donaudampfschifffahrt", 12, "a Donaudamp…"),
        ("eins", 1, ""),
        ("", 0, ""),
    ],
)
def test_a_long_text_is_cut_at_a_word(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit, len) == expected


@given(text=st.text(max_size=80), limit=st.integers(0, 90))
def test_a_cut_text_is_never_longer_than_allowed(text: str, limit: int) -> None:
    assert len(cut(text, limit, len)) <= limit


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("HTTPS://Example.ORG", "https://example.org"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("https://example.org/a b?c=ä#ü", "https://example.org/a%20b?c=%C3%A4#%C3%BC"),
        ("https://straße.example/100%", "https://xn--strae-oqa.example/100%25"),
        ("https://example.org/%C3%BC", "https://example.org/%C3%BC"),
    ],
)
def test_web_addresses_become_ascii(link: str, expected: str) -> None:
    assert web_uri(link) == expected


@pytest.mark.parametrize("link", ["", "example.org", "ftp://example.org", "https://", "https://a b/", "https://x:y/"])
def test_what_is_no_web_address_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        web_uri(link)


@pytest.mark.parametrize("address", ["", "@example.org", "anna", "anna@", "anna@a b", "a@b>\r\nc", "a@b,c"])
def test_what_is_no_mail_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        mail_uri(address)


def test_plus_addresses_stay_as_they_are() -> None:
    assert mail_uri("box+token_1@Example.org") == "mailto:box+token_1@example.org"


def test_a_sharp_s_in_a_domain_is_not_a_double_s() -> None:
    assert ascii_domain("faß.example") == "xn--fa-hia.example"


def test_links_and_uids_do_without_icalendar() -> None:
    program = (
        "import sys, ccmail.calendar as c; c.calendar_links, c.event_uid, c.next_revision, c.InvitationTemplate;"
        "assert 'icalendar' not in sys.modules"
    )

    done = subprocess.run([sys.executable, "-c", program], check=False)

    assert done.returncode == 0
