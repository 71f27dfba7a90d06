"""Microsoft Graph: sign-in and connection. Whether it takes a mail, only a mail shows (`ccmail doctor --mail`)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.doctor.sign_in import examine_sign_in
from ccmail.problems import ServerRefused
from ccmail.signin.token_service import is_installed
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.workspace import Workspace

_FINDING = functools.partial(Finding, Area.SERVER)
_PATIENCE = (5.0, 10.0)  # seconds


def examine_graph(workspace: Workspace, *, ask: bool = True) -> Iterator[Finding]:
    """Yield the findings about Microsoft Graph; `ask`: whether it and the provider may be asked."""
    graph = workspace.settings.graph
    if graph is None:
        yield _FINDING("connection", Verdict.ERROR, say("ccmail.yaml has no “graph:”"), say("add “graph:”"))
        return
    yield from examine_sign_in(workspace, "graph", ask=ask)
    if not is_installed():
        return
    if not ask:
        yield _FINDING("connection", Verdict.NOT_CHECKED, say("not wanted (--no-login)"))
        return
    yield _connection(str(graph.address), graph.host)


def _connection(address: str, host: str) -> Finding:
    from ccmail.delivery.graph_service import reach  # noqa: PLC0415 - loads requests

    try:
        trouble = reach(address, _PATIENCE)
    except ServerRefused as refusal:
        return _FINDING("connection", Verdict.ERROR, refusal.message, refusal.hint)
    if trouble:
        words = say("{host}: {why}", host=host, why=trouble)
        return _FINDING("connection", Verdict.NOT_CHECKED, words, say("check the network, and the proxy (HTTPS_PROXY)"))
    return _FINDING("connection", Verdict.OK, say("{host} answers", host=host))
