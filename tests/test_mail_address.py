from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from ccmail.audience import Contact, address_key, to_ascii
from ccmail.mail_address import NotAnAddress, parse_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jana.Mueller@Stadt-Bonn.example", "Jana.Mueller@stadt-bonn.example"),
        ("a+tag@b.example", "a+tag@b.example"),
        ("o'brien@b.example", "o'brien@b.example"),
        ("100%rad@b.example", "100%rad@b.example"),
        ("a=b?@b.example", "a=b?@b.example"),
        ("a@B.TEST", "a@b.test"),
        ("a@Stadt-Fürth.example", "a@stadt-fürth.example"),
        ("a@xn--stadt-frth-geb.example", "a@stadt-fürth.example"),
        ("a@straße.example", "a@straße.example"),
        ("x" * 64 + "@b.example", "x" * 64 + "@b.example"),
    ],
)
def test_an_address_keeps_its_local_part_and_gets_a_plain_domain(text: str, expected: str) -> None:
    assert parse_address(text) == expected


def test_a_decomposed_umlaut_in_the_domain_is_composed() -> None:
    assert parse_address("a@fu\u0308rth.example") == "a@fürth.example"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "there is no @ in it"),
        ("jana", "there is no @ in it"),
        ("a@@b.example", "there is more than one @ in it"),
        ("alice@x)bob@y", "there is more than one @ in it"),
        ("@b.example", "nothing stands before the @"),
        ("a@", "nothing stands after the @"),
        ("a b@c.example", "a blank cannot stand before the @"),
        ("a\x00b@c.example", "U+0000 cannot stand before the @"),
        ('"a"@c.example', '“"” cannot stand before the @'),
        ("jörg@b.example", "“ö” before the @ needs SMTPUTF8, which many servers refuse"),
        ("x" * 65 + "@b.example", "65 characters before the @, at most 64 are allowed"),
        ("a..b@c.example", "there are two dots in a row"),
        ("a@b", "it has no ending such as .de"),
        ("-oQ/tmp@x", "it has no ending such as .de"),
        ("a@127.0.0.1", "it has no ending such as .de"),
        ("a@b,example", "it has no ending such as .de"),
        ("a@fritz.local", "mail cannot get to a place under .local"),
        ("a@-b.example", "this is not how addresses are written"),
        ("a@b_c.example", "this is not how addresses are written"),
        ("a@b.example> AUTH=<c", "it has no ending such as .de"),
        ("a@" + "x" * 64 + ".example", "this is not how addresses are written"),
        ("a@" + "x." * 130 + "example", "it is longer than 254 characters"),
        ("a@\ud800.example", "this is not how addresses are written"),
        ("=?utf-8?q?rathaus?=@b.example", "“=?” before the @ can hide something else"),
        ("rat=?x@b.example", "“=?” before the @ can hide something else"),
        ("rathaus%0d%0abcc%3Ax@b.example", "“%0d” before the @ can hide something else"),
        ("rathaus%7F@b.example", "“%7F” before the @ can hide something else"),
        ("rathaus(amt)@b.example", "“(” cannot stand before the @"),
        ("rathaus@b.example(amt)", "it has no ending such as .de"),
        ("rathaus\\@b.example", "“\\” cannot stand before the @"),
        ("rathaus\r\nBcc:x@b.example", "a blank cannot stand before the @"),
        ("rathaus@b.example\n", "it has no ending such as .de"),
    ],
)
def test_what_is_no_address_has_a_reason(text: str, reason: str) -> None:
    assert parse_address(text) == NotAnAddress(reason)


@given(st.emails())
def test_the_quick_way_and_email_validator_agree(text: str) -> None:
    try:
        expected: str | None = validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        expected = None

    address = parse_address(text)

    assert address == expected or not isinstance(address, str)


@given(st.from_regex(r"[A-Za-z0-9._+-]{1,20}@[A-Za-z0-9.-]{1,30}", fullmatch=True))
def test_nothing_is_an_address_that_email_validator_refuses(text: str) -> None:
    address = parse_address(text)

    if isinstance(address, str):
        assert validate_email(text, check_deliverability=False, test_environment=True).normalized == address


@given(st.text())
def test_parsing_never_fails(text: str) -> None:
    assert isinstance(parse_address(text), str | NotAnAddress)


@given(st.text())
def test_every_text_has_a_key(text: str) -> None:
    assert isinstance(address_key(text), str)


def test_umlauts_are_sent_as_a_labels() -> None:
    assert to_ascii("A.b@stadt-fürth.example") == "A.b@xn--stadt-frth-geb.example"
    assert Contact("a@straße.example").ascii == "a@xn--strae-oqa.example"
    assert Contact("a@b.example").ascii == "a@b.example"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jana.Mueller@X.example", "jana.mueller@x.example"),
        ("a@stadt-fürth.example", "A@xn--stadt-frth-geb.example"),
    ],
)
def test_two_spellings_of_an_address_are_one_person(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(("one", "other"), [("a+b@x.example", "a@x.example"), ("a.b@x.example", "ab@x.example")])
def test_tags_and_dots_make_another_person(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


def test_a_key_that_changes_nothing_is_the_same_string() -> None:
    address = "jana@x.example"

    assert address_key(address) is address
