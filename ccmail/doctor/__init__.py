"""The doctor: checks of the sender's domain, mail server, address for bounces, this computer and .ccmail.

One public verb, `examine`. Every line of its answer is a `Finding`; a check that was not possible is “not checked”,
with its reason, and never “ok”.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail.doctor.bounces import examine_bounces
from ccmail.doctor.computer import examine_computer
from ccmail.doctor.domain import examine_domain
from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.doctor.long_paths import examine_paths
from ccmail.doctor.names import Names
from ccmail.doctor.own_mail import examine_own_mail
from ccmail.doctor.round_trip import BounceInbox, RecentMails
from ccmail.doctor.server import examine_server
from ccmail.doctor.sign_in import examine_sign_in
from ccmail.doctor.state import examine_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.workspace import Workspace

__all__ = ["Area", "BounceInbox", "Finding", "RecentMails", "Verdict", "examine"]


def examine(
    workspace: Workspace,
    *,
    dns: str | None = None,
    login: bool = True,
    mail: bool = False,
    bounces: bool = False,
    inbox: BounceInbox | None = None,
) -> Iterator[Finding]:
    """Yield the findings of all checks, one after the other.

    Args:
        workspace: Its settings say what is checked.
        dns: The name server to ask (`192.0.2.1`, `192.0.2.1:53`), instead of those of this computer.
        login: Whether to try to log in at the mail server, once.
        mail: Whether to send one mail to the own mailbox, and to compare what arrives.
        bounces: Whether to send one mail to the address for bounces.
        inbox: The mailbox for bounces, None if ccmail cannot open it.
    """
    yield from examine_domain(workspace, Names(dns))
    yield from examine_server(workspace, login=login)
    yield from examine_own_mail(workspace, send=mail, inbox=inbox)
    yield from examine_bounces(workspace, send=bounces, inbox=inbox)
    yield from (
        dataclasses.replace(found, area=Area.BOUNCES) for found in examine_sign_in(workspace, "inbox", ask=login)
    )
    yield from examine_computer(workspace)
    yield from examine_state(workspace)
    yield from examine_paths(workspace)
