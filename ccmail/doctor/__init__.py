"""What has to be right outside of the campaigns: the sender's domain, the mail server, this computer.

One public verb, `examine`. Every line of its answer is a `Finding`; what could not be looked at is “not checked” and
says why, never “ok”.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.doctor.computer import examine_computer
from ccmail.doctor.domain import examine_domain
from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.doctor.names import Names
from ccmail.doctor.server import examine_server
from ccmail.doctor.state import examine_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.workspace import Workspace

__all__ = ["Area", "Finding", "Verdict", "examine"]


def examine(workspace: Workspace, *, dns: str | None = None, login: bool = True) -> Iterator[Finding]:
    """Look at everything, one thing after the other.

    Args:
        workspace: Whose settings say what there is to be looked at.
        dns: The name server to ask (`192.0.2.1`, `192.0.2.1:53`), instead of those of this computer.
        login: Whether to try to log in at the mail server, once.
    """
    yield from examine_domain(workspace, Names(dns))
    yield from examine_server(workspace, login=login)
    yield from examine_computer(workspace)
    yield from examine_state(workspace)
