"""A single mail of no campaign, handed over on the way that the campaigns' mails take."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ccmail.delivery.graph_outcome import outcome_of_answer
from ccmail.delivery.settings import graph_service, mail_server
from ccmail.delivery.tokens import from_provider
from ccmail.delivery.wire import mailbox
from ccmail.workspace import DeliveryMode

if TYPE_CHECKING:
    from ccmail.delivery.outcome import Outcome
    from ccmail.workspace import Workspace


def hand_over_single(workspace: Workspace, sender: str, to: str, mail: bytes) -> Outcome:
    """Hand one mail over, outside of any sending, and return what became of it.

    Args:
        workspace: Says by which way.
        sender: The sender of the envelope, to which bounces go; Microsoft Graph has its own.
        to: The recipient.
        mail: Whole, with CRLF line ends.

    Raises:
        UsageError: ccmail.yaml names no server.
        ServerRefused: We may not send anything there.
        UnavailableError: The server is not there, or says “not now”.
    """
    if workspace.settings.delivery is DeliveryMode.GRAPH:
        return asyncio.run(_through_graph(workspace, mail))
    from ccmail.delivery.connection import MailObject  # noqa: PLC0415 - loads aiosmtplib
    from ccmail.delivery.probe import hand_over  # noqa: PLC0415

    server = mail_server(workspace, connect=5.0, reply=30.0, end_of_data=60.0)  # seconds: a person waits
    return asyncio.run(hand_over(server, MailObject(mailbox(sender), mailbox(to), mail)))


async def _through_graph(workspace: Workspace, mail: bytes) -> Outcome:
    service = graph_service(workspace, connect=5.0, answer=60.0)
    token = await from_provider(service.tokens.get)
    answer = await asyncio.to_thread(service.send, token, mail, lambda: None)
    return outcome_of_answer(answer, str(service), is_written=True)
