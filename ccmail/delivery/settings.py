"""ccmail.yaml becomes a courier: the server with its login, or the folder of a rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.delivery.backoff import Retry
from ccmail.delivery.day_limit import DayUse, day_use
from ccmail.delivery.open_hours import ALWAYS, OpenHours
from ccmail.delivery.outbox import Outbox
from ccmail.delivery.return_path import ReturnPaths, address_for_bounces, takes_tokens
from ccmail.delivery.server import Server, Timeouts
from ccmail.ledger import Purpose
from ccmail.messages.identity import TokenPurpose, tokens
from ccmail.problems import UsageError
from ccmail.signin import AccessTokens, account_of
from ccmail.wording import say
from ccmail.workspace import DeliveryMode
from ccmail.workspace.home import at_home
from ccmail.workspace.key import token_key
from ccmail.workspace.secret_store import read_password

if TYPE_CHECKING:
    from ccmail.delivery.courier import Courier
    from ccmail.delivery.graph_service import GraphService
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import RetrySettings, SmtpSettings, Workspace


TEST_SUFFIX = ".test"
"""The end of the name of a folder with test mails, in the outbox."""


def open_courier(
    workspace: Workspace,
    campaign: str,
    purpose: Purpose = Purpose.CAMPAIGN,
    *,
    real: bool,
    is_test: bool = False,
) -> Courier:
    """Return the courier of a campaign's mails: that of ccmail.yaml, or the outbox.

    Args:
        workspace: Has the settings.
        campaign: The campaign's id.
        purpose: The purpose of the mails: those of each lie in a folder of their own.
        real: Whether the mails go through the server.
        is_test: Whether they go into the folder of test mails, if not through the server.

    Raises:
        UsageError: ccmail.yaml names no server.
        ServerRefused: There is no password where ccmail.yaml says it lies.
    """
    if real:
        by_graph = workspace.settings.delivery is DeliveryMode.GRAPH
        return _graph(workspace, at_any_hour=is_test) if by_graph else _smtp(workspace, at_any_hour=is_test)
    if is_test:
        return outbox_of_tests(workspace, campaign)
    return Outbox(workspace.outbox / f"{campaign}{purpose.suffix}")


def open_courier_at_once(workspace: Workspace, name: str) -> Courier:
    """Return the courier of a mail that somebody waits for: it leaves at any hour, and is tried once.

    Args:
        workspace: Has the settings.
        name: That of the folder in the outbox, where mails do not really leave.

    Raises:
        UsageError: ccmail.yaml names no server.
        ServerRefused: There is no password where ccmail.yaml says it lies.
    """
    if not workspace.sends_for_real:
        return Outbox(workspace.outbox / name)
    by_graph = workspace.settings.delivery is DeliveryMode.GRAPH
    return (
        _graph(workspace, at_any_hour=True, tries_once=True)
        if by_graph
        else _smtp(workspace, at_any_hour=True, tries_once=True)
    )


def outbox_of_tests(workspace: Workspace, campaign: str) -> Outbox:
    """Return the folder of a campaign's test mails."""
    return Outbox(workspace.outbox / f"{campaign}{TEST_SUFFIX}")


def use_of_day(workspace: Workspace, ledger: Ledger) -> DayUse | None:
    """Return how much of the day's limit of ccmail.yaml is used, None if there is no limit."""
    server = workspace.settings.server
    return day_use(ledger, server.host, server.per_day) if server and server.per_day else None


def retry_of(workspace: Workspace) -> Retry:
    """Return the settings for trying again of the server in ccmail.yaml; the usual ones if it names none."""
    server = workspace.settings.server
    return _retry(server.retry, tries_once=False) if server else Retry()


def mail_server(workspace: Workspace, *, with_login: bool = True, **timeouts: float) -> Server:
    """Return the server of ccmail.yaml; with other timeouts than those there, if some are given.

    Raises:
        UsageError: ccmail.yaml names no server.
        ServerRefused: There is no password where ccmail.yaml says it lies.
    """
    settings = _smtp_settings(workspace)
    user, password = settings.user if with_login else None, None
    tokens = tokens_of(workspace, "smtp") if user else None
    if user and settings.password:
        password = read_password(str(settings.password), user, settings.host, root=workspace.root)
    given = {name: getattr(settings.timeouts, name).total_seconds() for name in ("connect", "reply", "end_of_data")}
    return Server(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=user,
        password=password,
        tokens=tokens,
        ca_file=workspace.root / at_home(settings.ca_file) if settings.ca_file else None,
        timeouts=Timeouts(**{**given, **timeouts}),
    )


def graph_service(workspace: Workspace, **patience: float) -> GraphService:
    """Return Microsoft Graph, as ccmail.yaml names it; with another patience than there, if some is given.

    Raises:
        UsageError: ccmail.yaml has no `graph:`.
        ServerRefused: Nobody has signed in; see `tokens_of`.
    """
    from ccmail.delivery.graph_service import GraphService  # noqa: PLC0415 - loads what SMTP does not need

    settings, tokens = workspace.settings.graph, tokens_of(workspace, "graph")
    if settings is None or tokens is None:
        raise UsageError(
            say("ccmail.yaml says “delivery: graph”, but has no “graph:”"), code="W887", hint=say("add “graph:”")
        )
    connect, answer = (getattr(settings.timeouts, name).total_seconds() for name in ("connect", "answer"))
    given = patience.get("connect", connect), patience.get("answer", answer)
    return GraphService(str(settings.address), str(settings.user), tokens, given)


def tokens_of(workspace: Workspace, section: str) -> AccessTokens | None:
    """Return the tokens of a section of ccmail.yaml (`smtp`, `graph`, `inbox`), None if it has no `login:`.

    Raises:
        ServerRefused: W864 to W866 and W869: nobody has signed in, or what that needs is missing. Nobody is asked yet.
    """
    account = account_of(workspace, section)
    if account is None:
        return None
    tokens = AccessTokens(account)
    tokens.check()
    return tokens


def _smtp_settings(workspace: Workspace) -> SmtpSettings:
    if workspace.settings.smtp is None:
        raise UsageError(
            say("ccmail.yaml says “delivery: smtp”, but names no server"), code="W762", hint=say("add “smtp:”")
        )
    return workspace.settings.smtp


def _smtp(workspace: Workspace, *, at_any_hour: bool, tries_once: bool = False) -> Courier:
    from ccmail.delivery.smtp_courier import SmtpCourier  # noqa: PLC0415 - loads aiosmtplib; a rehearsal need not

    settings = _smtp_settings(workspace)
    return SmtpCourier(
        mail_server(workspace),
        _return_paths(workspace),
        connections=settings.connections,
        pipelining=settings.pipelining,
        rate=settings.rate.per_second if settings.rate else None,
        per_day=settings.per_day,
        hours=ALWAYS if at_any_hour else OpenHours(settings.hours, workspace.zone),
        retry=_retry(settings.retry, tries_once=tries_once),
        domains={domain: rate.per_second for domain, rate in settings.domains.items() if rate},
    )


def _graph(workspace: Workspace, *, at_any_hour: bool, tries_once: bool = False) -> Courier:
    from ccmail.delivery.graph_courier import GraphCourier  # noqa: PLC0415 - loads what SMTP does not need

    service = graph_service(workspace)
    settings = workspace.settings.graph
    assert settings is not None  # noqa: S101 - `graph_service`
    return GraphCourier(
        service,
        connections=settings.connections,
        rate=settings.rate.per_second if settings.rate else None,
        per_day=settings.per_day,
        hours=ALWAYS if at_any_hour else OpenHours(settings.hours, workspace.zone),
        retry=_retry(settings.retry, tries_once=tries_once),
    )


def _return_paths(workspace: Workspace) -> ReturnPaths:
    token = tokens(token_key(workspace), TokenPurpose.BOUNCE, "")
    return ReturnPaths(address_for_bounces(workspace), token, are_in_address=takes_tokens(workspace))


def _retry(settings: RetrySettings, *, tries_once: bool) -> Retry:
    return Retry(
        server=settings.server.seconds,
        recipient=settings.recipient.seconds,
        patience=0.0 if tries_once else settings.patience.total_seconds(),
        breaker=settings.breaker,
    )
