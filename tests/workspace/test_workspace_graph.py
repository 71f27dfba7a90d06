"""The keys of `graph:`: sending through Microsoft Graph."""

from __future__ import annotations

import pytest

from ccmail.delivery.settings import graph_service, open_courier
from ccmail.problems import ServerRefused, UsageError
from ccmail.signin import account_of
from ccmail.workspace import GraphSettings
from tests.workspace.conftest import Load, Opened

LOGIN = "login: {oauth: microsoft, tenant: stadt.onmicrosoft.com, client: 7f6d}"


def lines(more: str = "", login: str = LOGIN) -> str:
    """Return lines that end the section `smtp:` of the fixtures, and begin `graph:`."""
    return f"port: 587\ndelivery: graph\ngraph:\n  user: news@stadt.example\n  {login}\n  {more}"


def graph(opened: Opened, more: str = "") -> GraphSettings:
    found = opened(lines(more)).settings.graph
    assert found is not None
    return found


def test_without_further_keys_the_limits_are_those_of_exchange(opened: Opened) -> None:
    found = graph(opened)

    assert (str(found.address), found.host) == ("https://graph.microsoft.com/v1.0", "graph.microsoft.com")
    assert found.rate is not None
    assert (found.rate.count, found.rate.seconds, found.per_day, found.connections) == (30, 60, 10_000, 4)


def test_the_way_of_the_mails_is_the_section_that_delivery_names(opened: Opened) -> None:
    workspace = opened(lines())

    assert workspace.sends_for_real
    assert workspace.settings.server is workspace.settings.graph


def test_it_asks_for_sending_also_from_the_mailbox_of_somebody_else(opened: Opened) -> None:
    account = account_of(opened(lines()), "graph")

    assert account is not None
    assert account.mail_scopes == (
        "https://graph.microsoft.com/Mail.Send",
        "https://graph.microsoft.com/Mail.Send.Shared",
    )


@pytest.mark.parametrize(
    ("more", "login", "code"),
    [
        ("address: http://graph.stadt.example/v1.0", LOGIN, "W888"),
        ("address: https://graph.stadt.example/v1.0?a=b", LOGIN, "W888"),
        ("address: 'https://[x'", LOGIN, "W888"),
        ("rate: none", "login: {oauth: google, client: c}", "W888"),
        ("rate: quickly", LOGIN, "W754"),
    ],
)
def test_what_cannot_be_is_named_at_its_place(load: Load, more: str, login: str, code: str) -> None:
    (problem,) = load(lines(more, login))[1]

    assert problem.code == code
    assert problem.place is not None
    assert problem.hint


@pytest.mark.parametrize("connections", ["0", "5", "many"])
def test_more_than_four_at_a_time_are_refused(load: Load, connections: str) -> None:
    (problem,) = load(lines(f"connections: {connections}"))[1]

    assert problem.place is not None


def test_an_address_of_this_computer_needs_no_encryption(opened: Opened) -> None:
    assert graph(opened, "address: http://127.0.0.1:8080/v1.0/").address == "http://127.0.0.1:8080/v1.0"


def test_without_its_section_nothing_can_leave(opened: Opened) -> None:
    with pytest.raises(UsageError, match="no “graph:”"):
        graph_service(opened("port: 587\ndelivery: graph"))


def test_before_somebody_has_signed_in_nothing_can_leave(opened: Opened) -> None:
    kept = LOGIN.replace("client: 7f6d", "client: 7f6d, keep: file:grant")

    with pytest.raises(ServerRefused, match="nobody has signed in"):
        open_courier(opened(lines(login=kept)), "news", real=True)
