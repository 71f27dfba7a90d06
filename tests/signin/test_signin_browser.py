"""Signing in by a browser: PKCE, and the way back to this program only."""

from __future__ import annotations

import http.client
import threading
import urllib.request
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from ccmail.problems import ServerRefused
from ccmail.signin import Account
from ccmail.signin.browser import sign_in_by_browser
from ccmail.signin.grants import Grant, find_grant
from ccmail.signin.token_service import TokenService
from tests.signin.conftest import kept_in
from tests.signin.issuer import PERSON, Issuer


def query_of(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


class Browser:
    """Does what a test wants with the page, in a thread of its own; keeps what came back."""

    def __init__(self, visits: Callable[[str], list[str]]) -> None:
        self._visits = visits
        self.pages: list[tuple[int, str]] = []
        self.headers: list[http.client.HTTPMessage] = []
        self.address = ""
        self._thread = threading.Thread(target=self._visit)

    def open(self, address: str) -> None:
        self.address = address
        self._thread.start()

    def _visit(self) -> None:
        for address in self._visits(self.address):
            try:
                with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
                    self.pages.append((answer.status, answer.read().decode()))
                    self.headers.append(answer.headers)
            except HTTPError as refused:
                self.pages.append((refused.code, refused.read().decode()))
                refused.close()

    def signs_in(self, account: Account, patience: float = 60) -> Grant:
        try:
            return sign_in_by_browser(TokenService(account), self.open, lambda _left: None, patience=patience)
        finally:
            self._thread.join()


def test_who_consents_in_the_browser_is_signed_in(issuer: Issuer, account: Account) -> None:
    browser = Browser(lambda address: [issuer.consented(address)])

    grant = browser.signs_in(account)

    asked = query_of(browser.address)
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == " ".join(account.scopes)
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert (grant.person, find_grant(account)) == (PERSON, grant)
    ((status, page),) = browser.pages
    assert status == 200
    assert "You can close this window" in page
    assert "<script" not in page
    assert browser.headers[0]["Cache-Control"] == "no-store"


def test_the_verifier_stays_here_until_the_code_is_redeemed(issuer: Issuer, account: Account) -> None:
    browser = Browser(lambda address: [issuer.consented(address)])

    browser.signs_in(account)

    (form,) = issuer.forms("/token")
    assert 43 <= len(form["code_verifier"]) <= 128  # RFC 7636 4.1
    assert form["code_verifier"] not in browser.address
    assert form["redirect_uri"] == query_of(browser.address)["redirect_uri"]


def test_only_the_answer_to_our_own_question_counts(issuer: Issuer, account: Account) -> None:
    def visits(address: str) -> list[str]:
        ours = issuer.consented(address)
        way_back = query_of(address)["redirect_uri"]
        state = query_of(address)["state"]
        return [
            f"{way_back}/favicon.ico",
            f"{way_back}/",
            f"{way_back}/?{urlencode({'code': 'evil', 'state': 'guessed'})}",
            f"{way_back}/?{urlencode({'error': 'access_denied', 'state': 'guessed'})}",
            f"{way_back}/?{urlencode({'code': 'evil'})}",
            f"{way_back}/?code=evil&{urlencode({'state': state})}&state=x",
            f"{way_back}/?{urlencode({'code': 'evil', 'state': state, 'iss': 'https://other.example'})}",
            f"{way_back}/elsewhere?{urlsplit(ours).query}",
            f"{way_back}/?{urlencode({'code': 'evil', 'state': 'ä'})}",
            ours,
        ]

    browser = Browser(visits)

    grant = browser.signs_in(account)

    assert [status for status, _ in browser.pages] == [404] * 9 + [200]
    assert grant.person == PERSON
    assert [form["code"] for form in issuer.forms("/token")] != ["evil"]
    assert len(issuer.forms("/token")) == 1


def test_who_cancels_in_the_browser_has_changed_nothing(issuer: Issuer, account: Account) -> None:
    browser = Browser(lambda address: [issuer.consented(address, code="", error="access_denied")])

    with pytest.raises(ServerRefused) as refusal:
        browser.signs_in(account)

    assert refusal.value.code == "W873"
    assert "not permitted" in browser.pages[0][1]
    assert not kept_in(account).exists()


def test_a_code_that_the_provider_does_not_know_is_refused(issuer: Issuer, account: Account) -> None:
    browser = Browser(lambda address: [issuer.consented(address, code="invented")])

    with pytest.raises(ServerRefused) as refusal:
        browser.signs_in(account)

    assert refusal.value.code == "W867"
    assert not kept_in(account).exists()


def test_nobody_who_comes_back_is_not_waited_for_for_ever(account: Account) -> None:
    browser = Browser(lambda _address: [])

    with pytest.raises(ServerRefused) as refusal:
        browser.signs_in(account, patience=0.1)

    assert refusal.value.code == "W873"
    assert "in time" in refusal.value.message


def test_a_program_that_connects_and_says_nothing_holds_nobody_up(issuer: Issuer, account: Account) -> None:
    import socket

    held: list[socket.socket] = []

    def visits(address: str) -> list[str]:
        parts = urlsplit(query_of(address)["redirect_uri"])
        held.append(socket.create_connection((parts.hostname, parts.port or 0)))
        held[0].sendall(b"GET / HT")
        return [issuer.consented(address)]

    grant = Browser(visits).signs_in(account)
    held[0].close()

    assert grant.person == PERSON


def test_a_provider_without_a_page_says_so(issuer: Issuer, account: Account) -> None:
    issuer.discovery = {"authorization_endpoint": None}

    with pytest.raises(ServerRefused) as refusal:
        sign_in_by_browser(TokenService(account), lambda _address: None, lambda _left: None)

    assert refusal.value.code == "W871"
