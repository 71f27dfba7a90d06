"""A mailbox is open to everybody: whatever lies in it, reading it ends, and nobody is left out for it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccmail.feedback.mailbox import LARGEST
from ccmail.ledger import State
from tests.feedback.came_back import answer, bounce, complaint, words
from tests.feedback.conftest import Mailed
from tests.small_workspace import ADA, BO, CY

HOSTILE = {
    "nothing": b"",
    "NUL": b"\0" * 1000,
    "no header": b"hello",
    "only line ends": b"\r\n" * 10_000,
    "a header without end": b"Subject: " + b"a" * 1_000_000,
    "many fields": b"X: y\n" * 100_000,
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 50_000,
    "nested parts": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 10_000,
    "nested mails": b"Content-Type: message/rfc822\n\n" * 10_000,
    "an unknown charset": b"Content-Type: text/plain; charset=x-\xff\xfe\n\n\xff\xfe",
    "a wrong base64": b"Content-Transfer-Encoding: base64\n\n=====\xff",
    "a huge mail": words("x@y.example", "huge") + b"a" * LARGEST,
    "everybody": bounce("*"),
    "a list": bounce(f"{ADA}, {CY}"),
    "escapes": bounce(ADA, said="550 \x1b]8;;http://evil.example\x07 \x1bc 5.1.1"),
    "many reports": bounce(ADA).replace(
        b"Reporting-MTA",
        b"".join(b"Final-Recipient: rfc822;a%d@b.example\nAction: failed\n\n" % n for n in range(5000)),
    ),
    "a message id of nobody": bounce(ADA, message_id="<0@netz.example>"),
    "a huge message id": bounce(ADA, message_id=f"<{'0' * 100_000}@netz.example>"),
    "a feedback report": complaint(address=ADA),
    "a broken answer": answer("\0", "\0@\0", "\0"),
    "an answer of huge numbers": answer("x@netz.example", ADA, sequence=10**30, stamp="99991231T235959Z"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_settled_and_changes_nothing(mailed: Mailed, name: str) -> None:
    (read,) = mailed.read(HOSTILE[name])

    assert {finding.outcome.value for finding in read.findings} <= {
        "not_ours",
        "to_read",
        "unsure",
        "forwarded",
        "away",
    }
    assert read.findings
    assert mailed.suppressed() == {}
    assert mailed.row(BO).state is State.IN_DOUBT
    assert len(list(mailed.ledger.feedback())) == len(read.findings)


def test_a_mail_between_hostile_ones_is_read_all_the_same(mailed: Mailed) -> None:
    mailed.read(*HOSTILE.values(), bounce(ADA, to=mailed.bounces(ADA)))

    assert mailed.suppressed() == {ADA: "bounced"}


def test_what_was_read_can_be_read_out_of_the_ledger_again(mailed: Mailed) -> None:
    mailed.read(*HOSTILE.values())

    assert {row.kind for row in mailed.ledger.feedback()} >= {"bounce", "other"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(noise=st.binary(max_size=200), at=st.integers(0, 400))
def test_a_bounce_with_noise_in_it_is_settled(mailed: Mailed, noise: bytes, at: int) -> None:
    mail = bounce(CY)

    assert len(mailed.read(mail[:at] + noise + mail[at:])) == 1
    assert mailed.suppressed() == {}
