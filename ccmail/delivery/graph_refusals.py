"""The refusals of Microsoft Graph that stop a run, each with who can change what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.delivery.concern import Concern
from ccmail.problems import ServerRefused
from ccmail.wording import Wording, say

if TYPE_CHECKING:
    from ccmail.delivery.graph_service import GraphService
    from ccmail.delivery.outcome import Outcome

_TOKEN, _TOO_BIG, _PROXY = 401, 413, 407
_REDIRECTION = 3
_SEND_AS = re.compile(r"send-?as-?denied", re.IGNORECASE)
_NO_MAILBOX = re.compile(r"invaliduser|nonexistentmailbox|mailboxnotenabled|resourcenotfound", re.IGNORECASE)


def unsafe(service: str, why: str) -> ServerRefused:
    """Return the refusal for a service that cannot prove who it is."""
    return ServerRefused(
        say("{service} cannot prove who it is: {why}", service=service, why=why),
        code="W885",
        hint=say(
            "nothing was sent, and no token. Does a proxy of your organisation open the connection? Then set "
            "REQUESTS_CA_BUNDLE to the file of its certificates; else check graph.address"
        ),
    )


def campaign(service: GraphService, outcome: Outcome) -> ServerRefused:
    """Return the refusal for an answer that every mail would get."""
    said = outcome.said
    if outcome.code == _TOKEN:
        return _token_refused(service, said)
    if _SEND_AS.search(outcome.enhanced):
        return _may_not_send_as(said)
    if _NO_MAILBOX.search(outcome.enhanced):
        return ServerRefused(
            say("Microsoft Graph knows no mailbox {user} ({said})", user=service.user, said=said),
            code="W883",
            hint=say(
                "nothing more was sent, and nobody is lost. graph.user has to be a mailbox in Exchange Online of the "
                "organisation that signs in; compare it with the Microsoft 365 admin center"
            ),
        )
    if outcome.enhanced:
        return _may_not_send(service, said)
    return _no_graph(service, outcome)


def about_us(service: GraphService, outcome: Outcome, *, are_queued: bool) -> ServerRefused:
    """Return the refusal for a service that refuses many readers for our sake (`CircuitBreaker`).

    Args:
        service: The service.
        outcome: The last refusal.
        are_queued: Whether the refused readers are queued again.
    """
    if outcome.code == _TOO_BIG:
        return ServerRefused(
            say("the mail is too big for Microsoft Graph ({said})", said=outcome.said),
            code="W712",
            hint=say("nothing more was sent; make pictures and attachments smaller"),
        )
    if outcome.concern is Concern.QUOTA:
        return ServerRefused(
            say(
                "the limit of {user} is reached: Microsoft takes no more mails ({said})",
                user=service.user,
                said=outcome.said,
            ),
            code="W886",
            hint=say(
                "nobody is lost: everybody without a mail is still queued. Give the same command again when the limit "
                "is over (mostly a day); graph.rate and graph.per_day in ccmail.yaml keep below it"
            ),
        )
    if outcome.concern is Concern.SENDER:
        return campaign(service, outcome)
    then = (
        say("give the same command again: they are queued")
        if are_queued
        else say("`ccmail send --retry-refused` asks for them again")
    )
    return ServerRefused(
        say("Microsoft Graph refused several mails in a row for the same reason: {said}", said=outcome.said),
        code="W886",
        hint=say(
            "nothing more was sent: the reason lies with sender, content or service, not with these people. When it is "
            "mended, {then}",
            then=then,
        ),
    )


def _token_refused(service: GraphService, said: str) -> ServerRefused:
    return ServerRefused(
        say("Microsoft Graph takes no mail with this sign-in ({said})", said=said),
        code="W884",
        hint=say(
            "nothing more was sent, and nobody is lost. {who} signed in: is graph.login.tenant the organisation of "
            "{user}? `ccmail login graph` signs in anew",
            who=service.tokens.person or say("somebody"),
            user=service.user,
        ),
    )


def _may_not_send_as(said: str) -> ServerRefused:
    return ServerRefused(
        say("Microsoft does not let this sign-in send as the sender ({said})", said=said),
        code="W882",
        hint=say(
            "nothing more was sent, and nobody is lost. An administrator of Microsoft 365 gives the right: Exchange "
            "admin center, Mailboxes, the mailbox of sender.address, Delegation, “Send as”, add who has signed in; it "
            "takes up to an hour. Then give the same command again. Or set sender.address to graph.user"
        ),
    )


def _may_not_send(service: GraphService, said: str) -> ServerRefused:
    person: str | Wording = service.tokens.person or say("somebody")
    return ServerRefused(
        say("Microsoft Graph lets nobody send from {user} with this sign-in ({said})", user=service.user, said=said),
        code="W881",
        hint=say(
            "nothing more was sent, and nobody is lost. {who} signed in. An administrator sees two things: the app "
            "needs the delegated permission Mail.Send (Mail.Send.Shared for the mailbox of somebody else), with "
            "“Grant admin consent”; and {who} needs “Full access” and “Send as” for {user}",
            who=person,
            user=service.user,
        ),
    )


def _no_graph(service: GraphService, outcome: Outcome) -> ServerRefused:
    if outcome.code == _PROXY:
        hint = say(
            "nothing more was sent. Ask who runs the proxy; HTTPS_PROXY can have the form http://user:password@proxy"
        )
    elif outcome.code is not None and outcome.code // 100 == _REDIRECTION:
        hint = say("nothing more was sent. Is it the log-in page of a network, or a proxy? Else check graph.address")
    else:
        hint = say("nothing more was sent. Does a proxy refuse it? Else check graph.address and graph.user")
    return ServerRefused(
        say("{service} does not answer as Microsoft Graph does (HTTP {status})", service=service, status=outcome.code),
        code="W885",
        hint=hint,
    )
