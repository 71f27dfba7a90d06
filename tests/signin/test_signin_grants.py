"""What is kept of a sign-in: where, for whom, and who can read it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest

from ccmail.problems import ServerRefused
from ccmail.signin import Account
from ccmail.signin.browser import sign_in_by_browser
from ccmail.signin.device import sign_in_by_code
from ccmail.signin.forget import Forgotten, forget
from ccmail.signin.grants import Grant, drop_grant, find_grant, keep_grant
from ccmail.signin.token_service import TokenService
from ccmail.workspace.secret import Secret, SecretKind
from tests.signin.conftest import kept_in, other
from tests.signin.issuer import CLIENT, PERSON, Issuer

REFRESH = "rt-of-a-test-0815"


class InMemory(keyring.backend.KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError
        del self.kept[service, username]


@pytest.fixture
def in_keyring(account: Account) -> Iterator[Account]:
    """An account whose permission lies in a keyring of this test."""
    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    yield other(account, keep=Secret(SecretKind.KEYRING))
    keyring.set_keyring(before)


def grant_of(account: Account, token: str = REFRESH) -> Grant:
    return Grant(account.issuer, account.client, token, PERSON)


def refusal_of(call: Callable[[], object]) -> ServerRefused:
    with pytest.raises(ServerRefused) as refused:
        call()
    return refused.value


def test_a_file_of_permissions_is_for_its_owner_only(account: Account) -> None:
    keep_grant(account, grant_of(account))

    assert find_grant(account) == grant_of(account)
    assert kept_in(account).stat().st_mode & 0o777 == 0o600
    assert kept_in(account).parent.stat().st_mode & 0o777 == 0o700


def test_a_file_has_the_permissions_of_several_sections(account: Account) -> None:
    inbox = other(account, section="inbox")

    keep_grant(account, grant_of(account, "for sending"))
    keep_grant(inbox, grant_of(account, "for reading"))
    drop_grant(account)

    assert find_grant(account) is None
    assert find_grant(inbox) == grant_of(account, "for reading")


def test_a_file_that_a_stranger_can_read_is_refused(account: Account) -> None:
    keep_grant(account, grant_of(account))

    for mode in (0o640, 0o604):
        kept_in(account).chmod(mode)
        refusal = refusal_of(lambda: find_grant(account))
        assert refusal.code == "W866"
        assert "chmod 600" in refusal.message


@pytest.mark.parametrize(
    "content", ["{", "[]", '"x"', "\xff", '{"%s": "{"}', '{"%s": "[]"}', '{"%s": "{\\"a\\": 1}"}', "\0"]
)
def test_a_file_with_something_else_is_named(account: Account, content: str) -> None:
    path = kept_in(account)
    path.parent.mkdir()
    path.write_bytes(content.replace("%s", "smtp newsletter@cities.example mail.cities.example").encode("latin-1"))
    path.chmod(0o600)

    refusal = refusal_of(lambda: find_grant(account))

    assert refusal.code == "W866"
    assert str(path) in refusal.message


def test_a_folder_in_the_place_of_the_file_is_named(account: Account) -> None:
    kept_in(account).mkdir(parents=True)

    assert refusal_of(lambda: find_grant(account)).code == "W866"
    assert refusal_of(lambda: keep_grant(account, grant_of(account))).code == "W866"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_cannot_be_written_is_named(account: Account) -> None:
    kept_in(account).parent.mkdir(mode=0o500)

    assert refusal_of(lambda: keep_grant(account, grant_of(account))).code == "W866"


def test_a_permission_is_never_shown_to_another_provider_or_app(issuer: Issuer, signed_in: Account) -> None:
    """A ccmail.yaml that somebody else has changed gets nothing: docs/decisions/0019."""
    for field in ("issuer", "client"):
        changed = other(signed_in, **{field: f"{issuer.url}/evil"})

        refusal = refusal_of(lambda changed=changed: find_grant(changed))  # type: ignore[misc]

        assert refusal.code == "W865"
        assert "shown to nobody" in refusal.hint
        assert not [secret for secret in issuer.secrets if secret in f"{refusal!r}{refusal.hint}"]
    assert issuer.asked == []


def test_the_keyring_keeps_a_permission_for_each_mailbox(in_keyring: Account) -> None:
    inbox = other(in_keyring, section="inbox")

    keep_grant(in_keyring, grant_of(in_keyring, "for sending"))
    keep_grant(inbox, grant_of(in_keyring, "for reading"))

    assert find_grant(in_keyring) == grant_of(in_keyring, "for sending")
    assert find_grant(inbox) == grant_of(in_keyring, "for reading")
    assert find_grant(other(in_keyring, user="other@cities.example")) is None
    drop_grant(inbox)
    drop_grant(inbox)
    assert find_grant(inbox) is None


def test_a_computer_without_a_keyring_is_told_of_the_file(in_keyring: Account) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call,unused-ignore]

    for call in (lambda: find_grant(in_keyring), lambda: keep_grant(in_keyring, grant_of(in_keyring))):
        refusal = refusal_of(call)
        assert refusal.code == "W866"
        assert "file:PATH" in refusal.hint
        assert "rt-of-a-test" not in f"{refusal!r}{refusal.__cause__!r}"


def test_a_store_that_does_not_work_is_named_before_anybody_is_asked(issuer: Issuer, in_keyring: Account) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call,unused-ignore]
    service = TokenService(in_keyring)

    for sign_in in (
        lambda: sign_in_by_code(service, lambda _code: None, lambda _seconds, _left: None),
        lambda: sign_in_by_browser(service, lambda _address: None, lambda _left: None, patience=0),
    ):
        assert refusal_of(sign_in).code == "W866"
    assert issuer.asked == []


def test_what_is_forgotten_is_taken_back_at_the_provider_too(issuer: Issuer, signed_in: Account) -> None:
    assert forget(signed_in) is Forgotten.EVERYWHERE
    assert issuer.refresh_tokens == set()
    assert find_grant(signed_in) is None
    assert forget(signed_in) is Forgotten.NOTHING


@pytest.mark.parametrize("trouble", ["no service", "away", "hung up"])
def test_what_the_provider_cannot_be_told_is_forgotten_here(issuer: Issuer, signed_in: Account, trouble: str) -> None:
    if trouble == "no service":
        issuer.discovery = {"revocation_endpoint": None}
    elif trouble == "away":
        issuer.answers = {"/.well-known/openid-configuration": (503, "{}")}
    else:
        issuer.answers = {"/revoke": (400, "{}")}

    assert forget(signed_in) is Forgotten.HERE
    assert find_grant(signed_in) is None


def test_the_permission_of_another_app_is_forgotten_and_shown_to_nobody(issuer: Issuer, signed_in: Account) -> None:
    assert forget(other(signed_in, client="another")) is Forgotten.HERE
    assert find_grant(signed_in) is None
    assert issuer.asked == []


def test_no_token_is_in_what_is_kept_in_words(account: Account) -> None:
    grant = grant_of(account)

    assert grant.refresh_token not in repr(grant)
    assert CLIENT in repr(grant)
