"""The address for bounces: whether its mailbox takes a token, by which a bounce is known as that of one mail."""

from __future__ import annotations

import asyncio
import dataclasses
import email
import email.policy
import functools
import secrets
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from ccmail import clock
from ccmail.delivery.return_path import address_for_bounces, note_tokens, takes_tokens, with_token
from ccmail.delivery.settings import mail_server
from ccmail.delivery.wire import mailbox
from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.messages import date_field
from ccmail.messages.headers import address_field, text_field, token_field
from ccmail.problems import ServerRefused
from ccmail.wording import say
from ccmail.workspace import DeliveryMode
from ccmail.workspace.settings import LONGEST_BEFORE_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.delivery import Outcome
    from ccmail.workspace import Workspace

RecentMails: TypeAlias = Callable[[], Iterable[bytes]]
"""Returns the mails that have come to the mailbox for bounces lately: whole, or their headers."""

_FINDING = functools.partial(Finding, Area.BOUNCES, "tokens")
_LATER = 4


@dataclasses.dataclass(frozen=True, slots=True)
class BounceInbox:
    """The mailbox for bounces, as far as it is looked at.

    Attributes:
        mails: Returns what has come there.
        patience: For how many seconds the mail is waited for.
        pause: Seconds between two looks.
    """

    mails: RecentMails
    patience: float = 60.0
    pause: float = 3.0


def examine_bounces(workspace: Workspace, *, send: bool, inbox: BounceInbox | None = None) -> Iterator[Finding]:
    """Yield the finding about the address for bounces.

    Args:
        workspace: The workspace; what was found is noted in its `.ccmail`, and holds for the next sendings.
        send: Whether to send one mail to the address with a token. Without it, only what is known is said.
        inbox: That mailbox; None if ccmail cannot open it, and a person has to.
    """
    graph = workspace.settings.graph
    if graph is not None and workspace.settings.delivery is DeliveryMode.GRAPH:
        yield _FINDING(Verdict.OK, say("Exchange decides: bounces come to {address}", address=graph.user))
        return
    address = address_for_bounces(workspace)
    if workspace.settings.sender.bounce_tokens is False:
        yield _FINDING(Verdict.OK, say("not wanted (bounce_tokens: no): bounces come to {address}", address=address))
    elif workspace.settings.smtp is None:
        yield _FINDING(Verdict.NOT_CHECKED, say("ccmail.yaml names no server"), say("add “smtp:” before you send"))
    elif len(address.rpartition("@")[0].encode()) > LONGEST_BEFORE_TOKEN:
        words = say("{address} is too long for a token: bounces come to the address itself", address=address)
        yield _FINDING(Verdict.OK, words)
    elif send:
        yield _judged(workspace, address, inbox)
    else:
        yield _known(workspace, address)


def _known(workspace: Workspace, address: str) -> Finding:
    to = with_token(address, "TOKEN")
    if takes_tokens(workspace):
        words = say("bounces come to {address}: as an earlier look has shown", address=to)
        if workspace.settings.sender.bounce_tokens:
            words = say("bounces come to {address}: ccmail.yaml says so", address=to)
        return _FINDING(Verdict.OK, words)
    words = say("whether {mailbox} takes mails to {address} is not known", mailbox=address, address=to)
    return _FINDING(Verdict.NOT_CHECKED, words, say("`ccmail doctor --bounces` sends one mail there, and looks"))


def _judged(workspace: Workspace, address: str, inbox: BounceInbox | None) -> Finding:
    """Send a mail to the address with a token, and return what became of it."""
    token = f"check-{secrets.token_hex(10)}"  # as long as a real one
    to, subject = with_token(address, token), f"ccmail {token}"
    outcome = _handed_over(workspace, to, subject)
    if isinstance(outcome, Finding):
        return outcome
    if outcome.code is None or outcome.code // 100 == _LATER:
        words = say("the server does not take a mail to {address} now: {said}", address=to, said=outcome.said)
        return _FINDING(Verdict.NOT_CHECKED, words, say("run `ccmail doctor --bounces` again in a quarter of an hour"))
    if outcome.code // 100 != 2:  # noqa: PLR2004 - RFC 5321 4.2.1: 2yz is yes
        words = say("the server takes no mail from and to {address}: {said}", address=to, said=outcome.said)
        return _refused(workspace, address, words)
    if inbox is None:
        words = say("a mail “{subject}” is on its way to {address}", subject=subject, address=to)
        return _FINDING(
            Verdict.NOT_CHECKED,
            words,
            say(
                "look into the mailbox of {address}. If it has come, write “bounce_tokens: yes” under "
                "“sender” in ccmail.yaml; if not, leave it as it is",
                address=address,
            ),
        )
    if _has_come(inbox, subject):
        note_tokens(workspace, are_taken=True)
        addresses = {"address": to, "token": with_token(address, "TOKEN")}
        return _FINDING(Verdict.OK, say("a mail to {address} has come: bounces come to {token}", **addresses))
    words = say("a mail to {address} has not come within {seconds} s", address=to, seconds=f"{inbox.patience:.0f}")
    return _refused(workspace, address, words)


def _refused(workspace: Workspace, address: str, words: str) -> Finding:
    note_tokens(workspace, are_taken=False)
    if workspace.settings.sender.bounce_tokens:
        repair = say(
            "bounces would be lost: write “bounce_tokens: no” under “sender” in ccmail.yaml, or ask the people who"
            " run the mailbox for “plus addressing”"
        )
        return _FINDING(Verdict.ERROR, words, repair)
    repair = say(
        "bounces come to {address} all the same. A mailbox with “plus addressing” (sub-addresses) would take them",
        address=address,
    )
    return _FINDING(Verdict.WARNING, words, repair)


def _handed_over(workspace: Workspace, to: str, subject: str) -> Outcome | Finding:
    """Send the mail from and to the address with the token; return the outcome, or why there is none."""
    from ccmail.delivery.connection import MailObject  # noqa: PLC0415 - loads aiosmtplib
    from ccmail.delivery.probe import hand_over  # noqa: PLC0415
    from ccmail.delivery.refusals import UnavailableError  # noqa: PLC0415

    try:
        mail = MailObject(mailbox(to), mailbox(to), _mail(workspace, to, subject))
        return asyncio.run(hand_over(mail_server(workspace, connect=5.0, reply=30.0, end_of_data=60.0), mail))
    except ServerRefused as error:
        return _FINDING(Verdict.NOT_CHECKED, error.message, error.hint)
    except UnavailableError as error:
        return _FINDING(
            Verdict.NOT_CHECKED,
            say("the server cannot be reached: {why}", why=error.words),
            say("check smtp.host, smtp.port and the network"),
        )


def _mail(workspace: Workspace, to: str, subject: str) -> bytes:
    sender = workspace.settings.sender
    fields = (
        date_field(clock.now().astimezone(workspace.zone)),
        address_field("From", sender.name, sender.address),
        address_field("To", "", to),
        text_field("Subject", subject),
        token_field("Message-ID", f"<{secrets.token_hex(16)}@{to.rpartition('@')[2]}>"),
        token_field("Auto-Submitted", "auto-generated"),
        token_field("MIME-Version", "1.0"),
        b"Content-Type: text/plain; charset=us-ascii\r\n",
    )
    text = b"ccmail doctor has sent this mail to see whether bounces can come here. You may delete it.\r\n"
    return b"".join(fields) + b"\r\n" + text


def _has_come(inbox: BounceInbox, subject: str) -> bool:
    """Wait until the mail is there; a bounce that quotes it has another subject."""
    until = time.monotonic() + inbox.patience
    while True:
        if any(_subject_of(mail) == subject for mail in inbox.mails()):
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(inbox.pause)


def _subject_of(mail: bytes) -> str:
    header = mail.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return str(email.message_from_bytes(header, policy=email.policy.compat32).get("Subject", "")).strip()
