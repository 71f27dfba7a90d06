"""The ways of sending: each has a server of its own, with faults of its own, and lines in ccmail.yaml."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.signin import Account
from ccmail.signin.grants import Grant, keep_grant
from ccmail.workspace.secret import Secret, SecretKind
from tests.faults import graph_server, server
from tests.faults.graph_faults import GRAPH
from tests.faults.host import Place
from tests.faults.mischief import Catalogue
from tests.faults.smtp_faults import SMTP
from tests.faults.workspace import graph_settings, smtp_settings
from tests.signin.issuer import CLIENT, PERSON, SCOPE

if TYPE_CHECKING:
    from tests.faults.driver import Scenario

_GRANTS = "grant"


@dataclasses.dataclass(frozen=True)
class Way:
    """A way of sending.

    Attributes:
        serve: The server, as a process of its own.
        catalogue: All that can go wrong with it.
        settings: Returns the lines of ccmail.yaml for a server; the flag says whether ccmail is patient.
        let_in: Lets ccmail in, if it needs more for that than its settings.
        draw_options: Draws the options of a server.
        most_doubts: A run gives up after so many doubts in a row; 0 if it does not.
        blurred_resets: How many of the resets in the middle of a request, 0.0 to 1.0, may meet the very moment in which
            the client writes its last bytes: it has written them, and the server has not got them.
    """

    serve: Callable[[Sequence[str], Connection], None]
    catalogue: Catalogue
    settings: Callable[[Scenario, Place, bool], str]
    let_in: Callable[[Path, Place], None]
    draw_options: Callable[[random.Random], list[str]]
    most_doubts: int = 0
    blurred_resets: float = 0.0


def _smtp_settings(scenario: Scenario, place: Place, is_patient: bool) -> str:  # noqa: FBT001 - see `Way.settings`
    return smtp_settings(
        place.port,
        connections=scenario.connections,
        security=scenario.security,
        pipelining=scenario.pipelining,
        is_patient=is_patient,
    )


def _graph_settings(scenario: Scenario, place: Place, is_patient: bool) -> str:  # noqa: FBT001 - see `Way.settings`
    login = f"{{oauth: '{place.issuer}', client: {CLIENT}, scopes: ['{SCOPE}'], keep: 'file:{_GRANTS}'}}"
    return graph_settings(
        place.port, user=graph_server.USER, login=login, connections=scenario.connections, is_patient=is_patient
    )


def _sign_in(folder: Path, place: Place) -> None:
    keep = Secret(SecretKind.FILE, str(folder / _GRANTS))
    user, host = graph_server.USER, "127.0.0.1"
    account = Account("graph", user, host, place.issuer, place.issuer, CLIENT, (SCOPE,), keep, root=folder)
    keep_grant(account, Grant(place.issuer, CLIENT, place.permission, PERSON))


def _need_nothing(_folder: Path, _place: Place) -> None:
    """Do nothing: the login stands in the settings."""


def _draw_smtp(dice: random.Random) -> list[str]:
    options: list[str] = []
    if dice.random() < 0.8:
        options += ["--pipelining"]
        options += ["--late"] * dice.randrange(2)
    options += ["--chunking"] * dice.randrange(2)
    options += dice.choice(
        (
            [],
            ["--cap", "8"],
            ["--cap", "5", "--cap-says", "450 4.3.2 enough mails for now"],
            ["--cap", "6", "--cap-at", "rcpt", "--cap-says", "451 mails per session limit"],
        )
    )
    return options + dice.choice(([], ["--connections", "3"], ["--crowd", "3"]))


def _draw_graph(dice: random.Random) -> list[str]:
    return dice.choice(([], ["--takes", "0.02"], ["--takes", "0.1"]))


WAYS = {
    "smtp": Way(server.serve, SMTP, _smtp_settings, _need_nothing, _draw_smtp),
    "graph": Way(graph_server.serve, GRAPH, _graph_settings, _sign_in, _draw_graph, most_doubts=5, blurred_resets=0.1),
}
