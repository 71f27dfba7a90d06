"""A mail to oneself: handed over as the mails of campaigns are, and compared with what arrives.

It shows what the own mail server does to mails. What other servers do on the way to readers nobody sees here.
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import functools
import secrets
import time
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.calendar import CalendarEntry, Method, event_uid, first_revision, write_invitation
from ccmail.delivery.return_path import address_for_bounces
from ccmail.delivery.signers import open_signers
from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.doctor.on_arrival import Letter, compare
from ccmail.doctor.round_trip import BounceInbox, handed_over, is_accepted, is_later, subject_of
from ccmail.mail_address import parse_address, to_ascii
from ccmail.messages.compile import calendar_type
from ccmail.messages.single import single_mail
from ccmail.messages.skeleton import file_leaf, multipart, text_leaf
from ccmail.problems import InputError, ServerRefused
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from ccmail.messages.dkim import Signer
    from ccmail.messages.skeleton import MimePart
    from ccmail.workspace import Workspace

_FINDING = functools.partial(Finding, Area.SERVER, "mail to oneself")
# more than the 998 characters of a line in SMTP (RFC 5321 4.5.3.1.6)
_LONG = "Words without a line break." + " Words without a line break." * 39
_TEXT = f"""\
ccmail doctor has sent this mail, to see what the mail server makes of the mails of campaigns. You may delete it.

Letters: ä ö ü Ä Ö Ü ß „quoted“ – é ş ğ ł ჯ ж 日 🌳
.A line that begins with a dot.
From here on mailboxes may put a sign in front.
{_LONG}
Page: https://{{domain}}/

The last line.
"""
_HTML = f"""\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>ccmail doctor</title></head>
<body style="margin: 0; font-family: Arial, sans-serif;">
<p>ccmail doctor has sent this mail, to see what the mail server makes of the mails of campaigns. You may delete it.</p>
<p>Letters: ä ö ü Ä Ö Ü ß „quoted“ – é ş ğ ł ჯ ж 日 🌳</p>
<p>
.A line that begins with a dot.
</p>
<p>{_LONG}</p>
<p><a href="https://{{domain}}/">A link</a></p>
</body></html>
"""


def examine_own_mail(workspace: Workspace, *, send: bool, inbox: BounceInbox | None = None) -> Iterator[Finding]:
    """Yield the findings about a mail to oneself; none if it is not to be sent.

    Args:
        workspace: Its server and its sender are used.
        send: Whether to send it.
        inbox: The mailbox that it comes to; None if ccmail cannot open it, and a person has to look.
    """
    if not send:
        return
    if workspace.settings.server is None:
        yield _FINDING(Verdict.NOT_CHECKED, say("ccmail.yaml names no server"), say("add “smtp:” before you send"))
        return
    try:
        signers = open_signers(workspace)
    except InputError as error:
        yield _FINDING(Verdict.NOT_CHECKED, error.problems[0].message, error.problems[0].hint)
        return
    yield from _sent(workspace, signers, inbox)


def _sent(workspace: Workspace, signers: tuple[Signer, ...], inbox: BounceInbox | None) -> Iterator[Finding]:
    """Send the mail, and yield what became of it."""
    to, subject = _address(workspace), f"ccmail check-{secrets.token_hex(10)}: ä ö ü ß"
    mail = _mail(workspace, to, subject)
    signed = b"".join((*(signer.sign([mail]) for signer in signers), mail))
    outcome = handed_over(workspace, address_for_bounces(workspace), to, signed, _FINDING)
    if isinstance(outcome, Finding):
        yield outcome
    elif is_later(outcome):
        words = say("the server does not take a mail to {address} now: {said}", address=to, said=outcome.said)
        yield _FINDING(Verdict.NOT_CHECKED, words, say("run `ccmail doctor --mail` again in a quarter of an hour"))
    elif not is_accepted(outcome):
        words = say("the server takes no mail to {address}: {said}", address=to, said=outcome.said)
        repair = say("the words are the server's: it would take no mail of a campaign either")
        yield _FINDING(Verdict.ERROR, words, repair)
    elif inbox is None:
        yield _to_look_for(to, subject)
    else:
        yield from _arrived(inbox, to, subject, Letter(signed), signers)


def _to_look_for(to: str, subject: str) -> Finding:
    words = say("a mail “{subject}” is on its way to {address}", subject=subject, address=to)
    repair = say(
        "look into the mailbox of {address}: are its letters right, is an event attached, is nothing added? "
        "With “inbox:” in ccmail.yaml, ccmail looks itself",
        address=to,
    )
    return _FINDING(Verdict.NOT_CHECKED, words, repair)


def _arrived(inbox: BounceInbox, to: str, subject: str, sent: Letter, signers: tuple[Signer, ...]) -> Iterator[Finding]:
    """Wait for the mail, and yield the findings about it."""
    begun = time.monotonic()
    try:
        came = inbox.wait_for(lambda mail: _is_it(mail, subject) or _is_bounce_of(mail, subject))
    except ServerRefused as error:
        yield _FINDING(Verdict.NOT_CHECKED, error.message, error.hint)
        return
    if came is None:
        words = say("a mail to {address} has not come within {seconds} s", address=to, seconds=f"{inbox.patience:.0f}")
        repair = say(
            "is it in a folder for junk mail? Does the mailbox of “inbox:” get the mails to {address}? "
            "Ask the people who run the mail server what became of “{subject}”",
            address=to,
            subject=subject,
        )
        yield _FINDING(Verdict.WARNING, words, repair)
    elif _is_bounce_of(came, subject):
        words = say("a mail to {address} came back: “{subject}”", address=to, subject=subject_of(came))
        yield _FINDING(Verdict.ERROR, words, say("read that mail: it says why"))
    else:
        seconds = f"{time.monotonic() - begun:.0f}"
        yield _FINDING(Verdict.OK, say("it has come to {address} within {seconds} s", address=to, seconds=seconds))
        yield from compare(sent, Letter.read(came), signers)


def _token(subject: str) -> str:
    """Return the part of the subject that nobody else has; a server may add to it, “[EXTERNAL]” for instance."""
    return subject.partition(":")[0]


def _is_it(mail: bytes, subject: str) -> bool:
    """Return whether a mail is the one to oneself; an answer to it, also an automatic one, says what it answers."""
    return _token(subject) in subject_of(mail) and not (_is_bounce_of(mail, subject) or _parsed(mail)["In-Reply-To"])


def _is_bounce_of(mail: bytes, subject: str) -> bool:
    """Return whether a mail is a report on the mail to oneself (RFC 6522), and not that mail."""
    return _parsed(mail).get_content_type() == "multipart/report" and _token(subject).encode() in mail


def _parsed(mail: bytes) -> Message:
    return email.message_from_bytes(mail, policy=email.policy.compat32)


def _address(workspace: Workspace) -> str:
    """Return the address of the mailbox that ccmail reads; if its user is none, the sender's."""
    inbox, sender = workspace.settings.inbox, str(workspace.settings.sender.address)
    found = parse_address(str(inbox.user)) if inbox else None
    return to_ascii(found if isinstance(found, str) else sender)


# ── the mail ──


def _mail(workspace: Workspace, to: str, subject: str) -> bytes:
    """Return the mail: with texts, and an event as announcements have it, that is over."""
    now = clock.now().astimezone(workspace.zone)
    return single_mail(workspace.settings, to, subject, _content(workspace, subject, now), now)


def _content(workspace: Workspace, subject: str, now: dt.datetime) -> MimePart:
    domain = to_ascii(workspace.settings.sender.address).rpartition("@")[2]
    start = (now - dt.timedelta(days=1)).replace(second=0, microsecond=0)  # nobody's calendar is to remind of it
    entry = CalendarEntry(event_uid(subject, "", domain), start, None, "ccmail doctor: ä ö ü", _LONG)
    alternatives = [
        text_leaf(kind, (text.format(domain=domain),)) for kind, text in (("plain", _TEXT), ("html", _HTML))
    ]
    event = file_leaf(
        calendar_type(Method.PUBLISH),
        write_invitation(entry, first_revision(Method.PUBLISH, now)),
        disposition="attachment",
        name="ccmail-doctor.ics",
    )
    return multipart("mixed", [multipart("alternative", alternatives), event])
