"""Signing in by a code: RFC 8628, against a real token service."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ccmail.problems import ServerRefused
from ccmail.signin import Account, ProviderAway
from ccmail.signin.device import DeviceCode, sign_in_by_code
from ccmail.signin.grants import Grant, find_grant
from ccmail.signin.token_service import TokenService
from ccmail.workspace.secret import Secret, SecretKind
from tests.signin.conftest import kept_in, other
from tests.signin.issuer import CLIENT, PERSON, Issuer


class Person:
    """Somebody at a terminal: sees the code, and the waits that pass at once."""

    def __init__(self, *, interrupts_at: int = 0) -> None:
        self.seen: list[DeviceCode] = []
        self.waits: list[float] = []
        self.now = 0.0
        self._interrupts_at = interrupts_at

    def wait(self, seconds: float, _left: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        if len(self.waits) == self._interrupts_at:
            raise KeyboardInterrupt

    def signs_in(self, account: Account, service: TokenService | None = None) -> Grant:
        return sign_in_by_code(service or TokenService(account), self.seen.append, self.wait, lambda: self.now)


def refusal_of(call: Callable[[], object]) -> ServerRefused:
    with pytest.raises(ServerRefused) as refused:
        call()
    return refused.value


def test_the_code_is_shown_and_the_permission_kept(issuer: Issuer, account: Account) -> None:
    person = Person()

    grant = person.signs_in(account)

    assert [(code.code, code.address) for code in person.seen] == [("WDJB-MJHT", f"{issuer.url}/device-page")]
    assert grant.person == PERSON
    assert find_grant(account) == grant
    assert grant.refresh_token in issuer.refresh_tokens
    assert issuer.forms("/device") == [{"client_id": CLIENT, "scope": " ".join(account.scopes)}]


def test_it_waits_as_long_as_the_provider_wants_and_slows_down_when_told_to(issuer: Issuer, account: Account) -> None:
    issuer.interval = 3
    issuer.polls = ["authorization_pending", "slow_down", "authorization_pending", "slow_down"]
    person = Person()

    person.signs_in(account)

    assert person.waits == [3, 3, 8, 8, 13]


def test_a_provider_that_is_away_meanwhile_is_asked_again_later(issuer: Issuer, account: Account) -> None:
    person = Person()
    usual_wait = person.wait

    def wait(seconds: float, left: float) -> None:
        usual_wait(seconds, left)
        issuer.answers = {"/token": (503, "{}")} if len(person.waits) == 1 else {}

    grant = sign_in_by_code(TokenService(account), person.seen.append, wait, lambda: person.now)

    assert person.waits == [1, 2]
    assert grant.person == PERSON


def test_who_says_no_is_believed(issuer: Issuer, account: Account) -> None:
    issuer.polls = ["authorization_pending", "access_denied"]

    refusal = refusal_of(lambda: Person().signs_in(account))

    assert refusal.code == "W873"
    assert "Deny" in refusal.message
    assert not kept_in(account).exists()


@pytest.mark.parametrize("polls", [["expired_token"], ["authorization_pending"] * 2000])
def test_a_code_that_nobody_types_in_time_ends_the_waiting(issuer: Issuer, account: Account, polls: list[str]) -> None:
    issuer.polls, issuer.interval = polls, 60
    person = Person()

    refusal = refusal_of(lambda: person.signs_in(account))

    assert refusal.code == "W873"
    assert "in time" in refusal.message
    assert sum(person.waits) <= 900


def test_ctrl_c_while_waiting_keeps_nothing(issuer: Issuer, account: Account) -> None:
    issuer.polls = ["authorization_pending"] * 9

    with pytest.raises(KeyboardInterrupt):
        Person(interrupts_at=3).signs_in(account)

    assert not kept_in(account).exists()


def test_an_app_with_a_secret_shows_it_to_the_token_service_only(
    issuer: Issuer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.secret = "app secret of the desktop"
    monkeypatch.setenv("APP_SECRET", issuer.secret)

    Person().signs_in(other(account, secret=Secret(SecretKind.ENVIRONMENT, "APP_SECRET")))

    with_secret = {asked.path for asked in issuer.asked if asked.authorization}
    assert with_secret == {"/device", "/token"}


def test_the_secret_goes_into_the_form_where_the_provider_takes_no_other_way(
    issuer: Issuer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    monkeypatch.setenv("APP_SECRET", "app secret of the desktop")

    Person().signs_in(other(account, secret=Secret(SecretKind.ENVIRONMENT, "APP_SECRET")))

    (form,) = issuer.forms("/token")
    assert form["client_secret"] == "app secret of the desktop"


def test_the_netrc_of_a_person_is_nothing_for_the_provider(
    issuer: Issuer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = account.root / "netrc"
    netrc.write_text("machine 127.0.0.1 login jana password geheim\n")
    monkeypatch.setenv("NETRC", str(netrc))

    Person().signs_in(account)

    assert {asked.authorization for asked in issuer.asked} == {""}


# ── providers that answer otherwise ──


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", (200, "<html>Please log in to the Wi-Fi</html>")),
        ("/.well-known/openid-configuration", (200, "[]")),
        ("/.well-known/openid-configuration", (302, "")),
        ("/.well-known/openid-configuration", (404, "{}")),
        ("/device", (200, "{")),
        ("/device", (200, "[]")),
        ("/device", (200, '{"user_code": 7}')),
        ("/device", (302, "")),
        ("/token", (200, "{")),
        ("/token", (200, "[]")),
        ("/token", (302, "")),
        ("/token", (404, "<html>")),
        ("/token", (200, '{"access_token": "a b", "refresh_token": "c"}')),
        ("/token", (200, '{"access_token": "a\\u0001user=x", "refresh_token": "c"}')),
        ("/token", (200, '{"access_token": "a", "token_type": "mac", "refresh_token": "c"}')),
    ],
)
def test_an_answer_that_no_provider_gives_is_named(
    issuer: Issuer, account: Account, path: str, answer: tuple[int, str]
) -> None:
    issuer.answers = {path: answer}

    refusal = refusal_of(lambda: Person().signs_in(account))

    assert refusal.code == "W871"
    assert issuer.url in refusal.message
    assert "/elsewhere" not in [asked.path for asked in issuer.asked]
    assert not kept_in(account).exists()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"issuer": "https://other.example"}, "https://other.example"),
        ({"issuer": None}, "calls itself"),
        ({"token_endpoint": None}, "no service for tokens"),
        ({"token_endpoint": "http://10.0.0.1/token"}, "not safe"),
        ({"token_endpoint": "//127.0.0.1/token"}, "not safe"),
        ({"revocation_endpoint": "ftp://127.0.0.1/"}, "not safe"),
    ],
)
def test_a_provider_that_is_another_one_gets_nothing(
    issuer: Issuer, account: Account, document: dict[str, object], words: str
) -> None:
    issuer.discovery = document

    refusal = refusal_of(lambda: Person().signs_in(account))

    assert refusal.code == "W871"
    assert words in refusal.message
    assert [asked.path for asked in issuer.asked] == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize("answer", [(500, "{}"), (429, ""), (503, "<html>")])
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/device"])
def test_a_provider_in_trouble_is_away(issuer: Issuer, account: Account, path: str, answer: tuple[int, str]) -> None:
    issuer.answers = {path: answer}

    with pytest.raises(ProviderAway) as away:
        Person().signs_in(account)

    assert str(answer[0]) in str(away.value)


def test_a_provider_that_hangs_is_not_waited_for(issuer: Issuer, account: Account) -> None:
    issuer.answers = {"/device": (200, None)}

    with pytest.raises(ProviderAway, match="does not answer"):
        Person().signs_in(account, TokenService(account, patience=(5, 0.2)))


def test_a_provider_that_is_not_there_is_away(account: Account) -> None:
    gone = other(account, issuer="http://127.0.0.1:9", provider="http://127.0.0.1:9")

    with pytest.raises(ProviderAway, match="cannot be reached"):
        Person().signs_in(gone)


def test_a_provider_without_codes_says_which_way_is_left(issuer: Issuer, account: Account) -> None:
    issuer.discovery = {"device_authorization_endpoint": None}

    refusal = refusal_of(lambda: Person().signs_in(account))

    assert refusal.code == "W871"
    assert "--browser" in refusal.hint


def test_a_permission_that_does_not_cover_the_mail_is_none(issuer: Issuer, account: Account) -> None:
    issuer.scope = "openid email"

    refusal = refusal_of(lambda: Person().signs_in(account))

    assert refusal.code == "W870"
    assert "https://mail.cities.example/send" in refusal.message
    assert not kept_in(account).exists()


@pytest.mark.parametrize("scope", [None, "", "openid HTTPS://mail.cities.example/SEND", "send"])
def test_a_permission_may_be_named_in_other_ways(issuer: Issuer, account: Account, scope: str | None) -> None:
    issuer.scope = scope

    assert Person().signs_in(account).person == PERSON


def test_a_permission_that_would_not_last_is_refused(issuer: Issuer, account: Account) -> None:
    issuer.answers = {"/token": (200, '{"access_token": "a", "token_type": "bearer"}')}

    refusal = refusal_of(lambda: Person().signs_in(account))

    assert refusal.code == "W870"
    assert "offline_access" in refusal.hint


@pytest.mark.parametrize("id_token", ["", "a.b", "a.!.c", "a.W10.c", "a.e30.c", "a.eyJlbWFpbCI6N30.c", "x" * 100_000])
def test_who_signed_in_may_stay_unknown(issuer: Issuer, account: Account, id_token: str) -> None:
    answer = f'{{"access_token": "a", "refresh_token": "b", "id_token": "{id_token}"}}'
    issuer.answers = {"/token": (200, answer)}

    assert Person().signs_in(account).person == ""


def test_what_a_provider_refuses_is_said_in_its_own_words_too(issuer: Issuer, account: Account) -> None:
    issuer.error = "invalid_client", "the app was\tremoved\x1b[31m yesterday"

    refusal = refusal_of(lambda: Person().signs_in(account))

    assert refusal.code == "W869"
    assert "the app was removed [31m yesterday" in refusal.message


def test_without_its_library_it_says_what_to_install(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "authlib.integrations.requests_client", None)

    refusal = refusal_of(lambda: TokenService(account))

    assert refusal.code == "W864"
    assert "ccmail[oauth]" in refusal.hint


def test_no_token_or_code_is_in_what_is_shown(issuer: Issuer, account: Account) -> None:
    person = Person()
    grant = person.signs_in(account)

    shown = f"{grant!r}{person.seen!r}"

    assert not [secret for secret in issuer.secrets if secret in shown]
