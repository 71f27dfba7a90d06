"""The address for bounces: whether its mailbox takes a token, by which a bounce is known as that of one mail."""

from __future__ import annotations

import functools
import secrets
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.delivery.return_path import address_for_bounces, note_tokens, takes_tokens, with_token
from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.doctor.round_trip import BounceInbox, handed_over, is_accepted, is_later, subject_of
from ccmail.messages.single import single_mail
from ccmail.messages.skeleton import text_leaf
from ccmail.wording import say
from ccmail.workspace import DeliveryMode
from ccmail.workspace.settings import LONGEST_BEFORE_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.workspace import Workspace

_FINDING = functools.partial(Finding, Area.BOUNCES, "tokens")
_TEXT = "ccmail doctor has sent this mail to see whether bounces can come here. You may delete it.\n"


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
    date = clock.now().astimezone(workspace.zone)
    mail = single_mail(workspace.settings, to, subject, text_leaf("plain", (_TEXT,)), date)
    outcome = handed_over(workspace, to, to, mail, _FINDING)
    if isinstance(outcome, Finding):
        return outcome
    if is_later(outcome):
        words = say("the server does not take a mail to {address} now: {said}", address=to, said=outcome.said)
        return _FINDING(Verdict.NOT_CHECKED, words, say("run `ccmail doctor --bounces` again in a quarter of an hour"))
    if not is_accepted(outcome):
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
    if inbox.wait_for(lambda mail: subject_of(mail) == subject):  # a bounce that quotes it has another one
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
