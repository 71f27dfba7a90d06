"""Both example campaigns in both languages, whole, for reading in a review: tests/golden/."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from ccmail.checks.planned import plan_mails
from ccmail.planning.assembler import make_assembler
from ccmail.planning.load import load_with_files
from ccmail.workspace import open_workspace
from tests.golden_files import assert_golden

ROOT = Path(__file__).parents[2]


def outline(message: EmailMessage, depth: int = 0) -> Iterator[str]:
    """Yield the headers of every part, without its content."""
    for name, value in message.items():
        yield f"{'  ' * depth}{name}: {' '.join(str(value).split())}"
    for part in message.iter_parts():
        assert isinstance(part, EmailMessage)
        yield f"{'  ' * depth}└"
        yield from outline(part, depth + 1)


def content(message: EmailMessage, content_type: str) -> bytes:
    """Return the decoded content of the one part of a type."""
    (part,) = (p for p in message.walk() if p.get_content_type() == content_type)
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


@pytest.mark.parametrize("segment", ["german", "international"])
@pytest.mark.parametrize("name", ["2020-10-digitalisierung", "2021-04-governance-rueckblick"])
def test_golden_mail(name: str, segment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T09:00")
    workspace = open_workspace(ROOT)
    loaded, problems = load_with_files(workspace, name)
    assert loaded is not None, problems
    assembler = make_assembler(workspace, loaded, "ccmail")
    planned = next(v for v in plan_mails(workspace, loaded, None).variants if v.variant.segment.name == segment)

    message = email.message_from_bytes(
        assembler.assemble(planned.first.contact, planned.variant).as_bytes(), policy=email.policy.default
    )

    assert isinstance(message, EmailMessage)
    stem = f"{name}.{planned.variant.languages[0]}"
    assert_golden(f"{stem}.head.txt", ("\n".join(outline(message)) + "\n").encode())
    assert_golden(f"{stem}.html", content(message, "text/html").replace(b"\r\n", b"\n") + b"\n")
    assert_golden(f"{stem}.txt", content(message, "text/plain").replace(b"\r\n", b"\n") + b"\n")
    if loaded.campaign.calendar.value != "none":
        assert_golden(f"{stem}.ics", content(message, "text/calendar"))
