"""Access tokens: renewed in time, once for all, and stopped for good when the permission has ended."""

from __future__ import annotations

import concurrent.futures
import json

import pytest

from ccmail.problems import ServerRefused
from ccmail.signin import AccessTokens, Account, ProviderAway
from ccmail.signin.grants import Grant, find_grant, keep_grant
from tests.signin.conftest import kept_in
from tests.signin.issuer import CLIENT, PERSON, Issuer


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def code_of(tokens: AccessTokens) -> str:
    with pytest.raises(ServerRefused) as refusal:
        tokens.get()
    return refusal.value.code


def test_a_token_is_used_as_long_as_it_is_good(issuer: Issuer, signed_in: Account) -> None:
    clock = Clock()
    tokens = AccessTokens(signed_in, clock=clock)

    first = tokens.get()
    clock.now += 3600 - 301
    same = tokens.get()
    clock.now += 1
    second = tokens.get()

    assert first == same != second
    assert issuer.refreshes() == 2
    assert not [form for form in issuer.forms("/token") if "scope" in form]


@pytest.mark.parametrize(("lifetime", "used"), [(3600, 3299), (300, 149), (60, 29), (0, 0)])
def test_a_short_life_is_used_to_a_half(issuer: Issuer, signed_in: Account, lifetime: int, used: int) -> None:
    issuer.lifetime = lifetime
    clock = Clock()
    tokens = AccessTokens(signed_in, clock=clock)

    first = tokens.get()
    clock.now += used
    within = tokens.get()
    clock.now += 1
    after = tokens.get()

    assert (within == first) is bool(lifetime)
    assert after != first


def test_a_token_of_unknown_life_is_used_until_it_is_refused(issuer: Issuer, signed_in: Account) -> None:
    issuer.lifetime = None
    clock = Clock()
    tokens = AccessTokens(signed_in, clock=clock)

    first = tokens.get()
    clock.now += 10**6
    same = tokens.get()
    other = tokens.instead_of(first)

    assert first == same != other


def test_many_connections_have_one_token_from_one_request(issuer: Issuer, signed_in: Account) -> None:
    tokens = AccessTokens(signed_in)
    with concurrent.futures.ThreadPoolExecutor(12) as threads:
        first = set(threads.map(lambda _number: tokens.get(), range(48)))
        (refused,) = first
        second = set(threads.map(lambda _number: tokens.instead_of(refused), range(48)))

    assert len(second) == 1
    assert second != first
    assert issuer.refreshes() == 2


def test_a_refresh_token_that_counts_once_is_kept_at_once(issuer: Issuer, signed_in: Account) -> None:
    issuer.rotates = True
    tokens = AccessTokens(signed_in)

    for _ in range(3):
        tokens.instead_of(tokens.get())
        grant = find_grant(signed_in)
        assert grant is not None
        assert {grant.refresh_token} == issuer.refresh_tokens
        assert grant.person == PERSON
    AccessTokens(signed_in).get()

    assert kept_in(signed_in).stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in kept_in(signed_in).parent.iterdir()) == ["grants.json", "grants.json.turn"]


def test_two_programs_may_renew_a_token_that_counts_once(issuer: Issuer, signed_in: Account) -> None:
    issuer.rotates = True
    one, two = AccessTokens(signed_in), AccessTokens(signed_in)

    for _ in range(3):
        one.instead_of(one.get())
        two.instead_of(two.get())

    assert len(issuer.refresh_tokens) == 1


def test_a_renewal_that_another_program_was_quicker_with_is_tried_with_its_token(
    issuer: Issuer, signed_in: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.rotates = True
    kept_in(signed_in).with_name("grants.json.turn").mkdir()  # nothing can be locked here
    tokens = AccessTokens(signed_in)
    service = tokens._service
    by_refresh_token = service.by_refresh_token

    def slower(token: str) -> object:
        monkeypatch.undo()
        AccessTokens(signed_in).get()  # in between the other one has renewed, and stored
        return by_refresh_token(token)

    monkeypatch.setattr(service, "by_refresh_token", slower)

    assert issuer.knows(tokens.get())
    assert len(issuer.refresh_tokens) == 1


def test_a_permission_that_was_taken_back_ends_it(issuer: Issuer, signed_in: Account) -> None:
    tokens = AccessTokens(signed_in)
    tokens.get()
    issuer.revoke()

    with pytest.raises(ServerRefused) as refusal:
        tokens.instead_of(tokens.get())

    assert refusal.value.code == "W867"
    assert "ccmail login smtp" in refusal.value.hint
    shown = f"{refusal.value!r}{refusal.value.hint}{refusal.value.__cause__!r}{refusal.value.__context__!r}"
    assert not [secret for secret in issuer.secrets if secret in shown]  # though the provider repeats it


def test_where_nobody_has_signed_in_nobody_is_asked(issuer: Issuer, account: Account) -> None:
    tokens = AccessTokens(account)

    with pytest.raises(ServerRefused) as refusal:
        tokens.check()

    assert refusal.value.code == "W865" == code_of(tokens)
    assert issuer.asked == []
    assert tokens.person == ""


def test_a_provider_that_is_away_is_waited_for(issuer: Issuer, signed_in: Account) -> None:
    issuer.answers = {"/token": (503, "busy")}
    tokens = AccessTokens(signed_in)

    with pytest.raises(ProviderAway):
        tokens.get()
    issuer.answers = {}

    assert issuer.knows(tokens.get())


def test_a_provider_that_says_not_now_is_waited_for(issuer: Issuer, signed_in: Account) -> None:
    issuer.error = "temporarily_unavailable", "come back later"

    with pytest.raises(ProviderAway, match="come back later"):
        AccessTokens(signed_in).get()


def test_a_scope_that_an_administrator_took_away_is_named(issuer: Issuer, signed_in: Account) -> None:
    issuer.scope = "openid"

    assert code_of(AccessTokens(signed_in)) == "W870"


def test_nothing_secret_is_shown_by_repr_or_left_in_words(issuer: Issuer, signed_in: Account) -> None:
    tokens = AccessTokens(signed_in)
    token = tokens.get()

    assert not [secret for secret in issuer.secrets if secret in f"{tokens!r}{tokens.hidden!r}{tokens.account!r}"]
    assert tokens.hidden.hide(f"bad token {token}, cut: {token[:20]} and {token[5:]}") == "bad token …, cut: … and …"
    assert tokens.hidden.hide("535 5.7.8 Authentication-credentials-invalid") == (
        "535 5.7.8 Authentication-credentials-invalid"
    )


def test_a_permission_of_an_earlier_ccmail_without_a_person_is_good(issuer: Issuer, account: Account) -> None:
    keep_grant(account, Grant(account.issuer, CLIENT, issuer.permit()))
    (kept,) = json.loads(kept_in(account).read_text()).values()

    assert json.loads(kept)["person"] == ""
    assert issuer.knows(AccessTokens(account).get())
