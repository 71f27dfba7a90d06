"""The header of every example mail is what Gmail and Yahoo want from bulk senders, as another parser reads it."""

from __future__ import annotations

import re
from collections import Counter
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell
from tests.web.conftest import PUBLIC

ONCE = ("Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "List-Unsubscribe", "List-Unsubscribe-Post")
RECEIPTS = ("Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To")


@pytest.fixture(scope="module", params=[ANNOUNCEMENT, REVIEW])
def mails(request: pytest.FixtureRequest, rehearsed: Path) -> list[bytes]:
    """All mails of a campaign, as they would leave."""
    found = list(Shell(rehearsed).outbox(request.param).values())
    assert len(found) > 5
    return found


def heads(mails: list[bytes]) -> list[Any]:
    return [message_from_bytes(mail, policy=policy.default) for mail in mails]


def raw_field(mail: bytes, name: str) -> str:
    """Return a field as it stands in the bytes, unfolded."""
    head = mail.partition(b"\r\n\r\n")[0].decode("ascii")
    (found,) = re.findall(rf"^{name}: ([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", head, re.MULTILINE)
    return re.sub(r"\r\n[ \t]+", " ", str(found)).strip()


def test_the_bytes_are_lines_of_seven_bits(mails: list[bytes]) -> None:
    for mail in mails:
        assert mail.isascii()
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n", mail)
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", mail)
        assert max(map(len, mail.split(b"\r\n"))) <= 998
        assert max(map(len, mail.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 200, "long fields are folded"


def test_each_field_stands_there_once_and_none_too_much(mails: list[bytes]) -> None:
    for mail in heads(mails):
        names = Counter(name.lower() for name in mail.keys())  # noqa: SIM118 - a message counts its fields
        assert {name: names[name.lower()] for name in ONCE} == dict.fromkeys(ONCE, 1)
        assert not {name.lower() for name in ("Bcc", *RECEIPTS)} & names.keys()
        assert not mail.defects
        assert not any(mail[name].defects for name in ("From", "To", "Subject", "Date"))


def test_one_person_is_addressed_by_one_sender(mails: list[bytes]) -> None:
    for mail in heads(mails):
        (sender,) = mail["From"].addresses
        (reader,) = mail["To"].addresses
        assert mail["Cc"] is None
        assert "@" not in sender.display_name + reader.display_name
        identity = re.fullmatch(r"<[^@<>\s]+@((?:[a-z0-9-]+\.)+[a-z]+)>", mail["Message-ID"])
        assert identity is not None
        assert identity[1] == sender.domain
        assert parsedate_to_datetime(mail["Date"]).tzinfo is not None


def test_one_click_unsubscribes_the_reader_alone(mails: list[bytes]) -> None:
    tokens = set()
    for mail in mails:
        written = raw_field(mail, "List-Unsubscribe")
        assert "=?" not in written
        links = re.findall(r"<([^<>\s]+)>", written)
        assert re.sub(r"<[^<>\s]+>", "", written).strip(" ,") == ""
        (https,) = [link for link in links if link.startswith("https:")]
        assert [link.partition(":")[0] for link in links] in (["https", "mailto"], ["mailto", "https"])
        assert https.startswith(f"{PUBLIC}/u/")
        token = https.rpartition("/")[2]
        assert re.fullmatch(r"[A-Za-z0-9_-]{22,}", token)
        tokens.add(token)
        assert raw_field(mail, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert len(tokens) == len(mails)


def test_the_list_is_named_and_programs_do_not_answer(mails: list[bytes]) -> None:
    for mail in heads(mails):
        assert re.search(r"<(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+>$", mail["List-Id"])
        assert mail["Auto-Submitted"] in {None, "auto-generated"}
        assert "bulk" in str(mail["Precedence"]) or mail["X-Auto-Response-Suppress"]


def test_no_address_stands_in_a_link_and_nothing_of_this_computer_anywhere(mails: list[bytes]) -> None:
    for mail in heads(mails):
        reader = mail["To"].addresses[0].addr_spec
        texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        everything = "\n".join([str(mail.items()), *texts])
        links = re.findall(r"https?://[^\s\"'<>]+", everything)
        assert links
        assert [link for link in links if reader in unquote(link)] == []
        assert str(Path.home()) not in everything
