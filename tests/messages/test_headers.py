"""Header fields are read back with their values, and there are never more fields than were written."""

from __future__ import annotations

import email
import email.policy
import email.utils
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.messages.headers import HeaderRefused, address_field, text_field, token_field

CONTROLS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x00", "\x85", "\u2028", "\u202e", "\ud800", "\x7f"]
HIDDEN = ["=?utf-8?q?x=0ABcc=3A_evil=40x.example?=", "=?utf-8?b?eA0KQmNjOiB5?=", "a =?latin1?q?=0D=0A?= b"]
VISIBLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=120)


@pytest.mark.parametrize("text", [f"Einladung{c}Bcc: x@y.example" for c in CONTROLS] + HIDDEN)
def test_a_value_with_control_characters_is_refused_openly_or_in_an_encoded_word(text: str) -> None:
    with pytest.raises(HeaderRefused):
        text_field("Subject", text)
    with pytest.raises(HeaderRefused):
        address_field("To", text, "a@b.example")


@pytest.mark.parametrize("address", ["a@b> AUTH=<c", "a b@c", "a@b,c@d", "a@b\r\nBcc: x@y", "ü@x.example", "a@@b"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(HeaderRefused):
        address_field("To", "", address)


@given(VISIBLE)
def test_a_subject_reads_back(text: str) -> None:
    field = text_field("Subject", text)

    raw = field.decode("ascii").removeprefix("Subject:").replace("\r\n", "")
    assert str(make_header(decode_header(raw.strip(" ")))).split() == text.split()
    assert all(len(line) <= 78 for line in field.decode().split("\r\n") if " " in line.strip())
    assert field.endswith(b"\r\n")


@given(VISIBLE)
def test_a_name_reads_back_and_is_one_mailbox(name: str) -> None:
    field = address_field("To", name, "jana@x.example")

    message = email.message_from_bytes(field + b"\r\n", policy=email.policy.compat32)
    (parsed,) = email.utils.getaddresses([message["To"].replace("\r\n", "")])
    assert len(message.keys()) == 1
    assert parsed[1] == "jana@x.example"
    assert str(make_header(decode_header(parsed[0]))).split() == name.split()
    assert all(len(line) <= 76 or " " not in line.strip() for line in field.decode().split("\r\n"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jana Müller", "To: =?utf-8?q?Jana_M=C3=BCller?= <j@x.example>"),
        ("Jana Moor", "To: Jana Moor <j@x.example>"),
        ('Müller, J "x" <evil@x>', "To: =?utf-8?b?TcO8bGxlciwgSiAieCIgPGV2aWxAeD4=?= <j@x.example>"),
        ('Moor, J. "x"', 'To: "Moor, J. \\"x\\"" <j@x.example>'),
        ("", "To: j@x.example"),
    ],
)
def test_names_are_written_as_plainly_as_they_can_be(name: str, expected: str) -> None:
    assert address_field("To", name, "j@x.example").decode() == expected + "\r\n"


def test_a_long_list_unsubscribe_stays_readable_for_machines() -> None:
    link = f"<https://newsletter.example/u/{'x' * 120}>"

    field = token_field("List-Unsubscribe", f"{link},", "<mailto:u@x.example?subject=unsubscribe>")

    assert field.decode() == f"List-Unsubscribe: {link},\r\n <mailto:u@x.example?subject=unsubscribe>\r\n"
