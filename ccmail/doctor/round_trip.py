"""A round trip: the doctor hands one mail over, and waits for it in the mailbox that ccmail reads."""

from __future__ import annotations

import contextlib
import dataclasses
import email
import email.policy
import time
from collections.abc import Callable, Iterable
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, TypeAlias

from ccmail.delivery.outcome import Fault
from ccmail.delivery.single import hand_over_single
from ccmail.doctor.finding import Finding, Verdict
from ccmail.ledger import State
from ccmail.problems import ServerRefused
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.delivery import Outcome
    from ccmail.workspace import Workspace

RecentMails: TypeAlias = Callable[[], Iterable[bytes]]
"""Returns the mails that have come to the mailbox lately, whole."""


@dataclasses.dataclass(frozen=True, slots=True)
class BounceInbox:
    """The mailbox for bounces, as far as it is looked at.

    Attributes:
        mails: Returns what has come there.
        patience: For how many seconds a mail is waited for.
        pause: Seconds between two looks.
    """

    mails: RecentMails
    patience: float = 60.0
    pause: float = 3.0

    def wait_for(self, is_it: Callable[[bytes], bool]) -> bytes | None:
        """Return the mail for which `is_it` holds, once it is there; None if it does not come in time.

        Raises:
            ServerRefused: The mailbox cannot be read any more.
        """
        until = time.monotonic() + self.patience
        while True:
            for mail in self.mails():
                if is_it(mail):
                    return mail
            if time.monotonic() >= until:
                return None
            time.sleep(self.pause)


def handed_over(
    workspace: Workspace, sender: str, to: str, mail: bytes, finding: Callable[..., Finding]
) -> Outcome | Finding:
    """Hand a mail over, and return its outcome, or a finding of the caller's kind: why there is none."""
    from ccmail.delivery.refusals import UnavailableError  # noqa: PLC0415 - loads aiosmtplib

    try:
        return hand_over_single(workspace, sender, to, mail)
    except ServerRefused as error:
        return finding(Verdict.NOT_CHECKED, error.message, error.hint)
    except UnavailableError as error:
        return finding(
            Verdict.NOT_CHECKED,
            say("the server cannot be reached: {why}", why=error.words),
            say("check smtp.host, smtp.port and the network"),
        )


def is_accepted(outcome: Outcome) -> bool:
    """Return whether the server has taken the mail."""
    return outcome.state is State.ACCEPTED


def is_later(outcome: Outcome) -> bool:
    """Return whether the server may take the mail later."""
    return outcome.state is State.DEFERRED or outcome.fault is Fault.SERVER


def subject_of(mail: bytes) -> str:
    """Return the subject of a mail in words, "" if it has none; what stands below its header does not count."""
    header = mail.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return readable(email.message_from_bytes(header, policy=email.policy.compat32).get("Subject", ""))


def readable(value: object) -> str:
    """Return the value of a header field in words: on one line, encoded words decoded (RFC 2047)."""
    text = str(value)
    with contextlib.suppress(HeaderParseError, ValueError, LookupError):  # an unknown encoding: then as it is
        text = str(make_header(decode_header(text)))
    return " ".join(text.split())
