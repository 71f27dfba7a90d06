"""Processes that want to renew one permission at the same time take turns."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccmail.file_lock import is_locked
from ccmail.signin import AccessTokens, Account, grants
from ccmail.signin.consent import keep_consent
from ccmail.signin.forget import Forgotten, forget
from ccmail.signin.grants import Grant, find_grant, in_turn, keep_grant
from ccmail.signin.tokens import Tokens
from ccmail.workspace.secret import Secret, SecretKind
from tests.signin.conftest import HOST, USER, kept_in, other
from tests.signin.issuer import CLIENT, PERSON, SCOPE, Issuer

RENEWALS = 15
PROCESS = """
import pathlib, sys
from ccmail.signin import AccessTokens, Account
from ccmail.signin.grants import in_turn
from ccmail.workspace.secret import Secret, SecretKind

url, client, scope, user, host, kept, renewals = sys.argv[1:]
keep = Secret(SecretKind.FILE, kept)
account = Account("smtp", user, host, url, url, client, (scope,), keep, root=pathlib.Path(kept).parents[1])
"""
RENEW = """
tokens = AccessTokens(account)
tokens._service.provider  # everything that takes long is loaded
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(renewals)):
    tokens.instead_of(tokens.get())
"""
HOLD = """
with in_turn(account):
    print("ready", flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def process(account: Account, does: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process that has the account, and yield it when it is ready."""
    words = account.issuer, CLIENT, SCOPE, USER, HOST, account.keep.name, str(RENEWALS)
    command = [sys.executable, "-c", PROCESS + does, *words]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        yield running
        running.kill()


def turn_of(account: Account) -> Path:
    return kept_in(account).with_name("grants.json.turn")


@pytest.mark.slow
def test_two_processes_never_show_a_refresh_token_twice(issuer: Issuer, signed_in: Account) -> None:
    issuer.rotates = issuer.detects_reuse = True

    with process(signed_in, RENEW) as one, process(signed_in, RENEW) as two:
        for running in (one, two):
            assert running.stdin is not None
            running.stdin.write("\n")
            running.stdin.flush()
        assert (one.wait(), two.wait()) == (0, 0)

    shown = [form["refresh_token"] for form in issuer.forms("/token")]
    assert len(shown) == len(set(shown)) == 2 * (1 + RENEWALS)
    grant = find_grant(signed_in)
    assert grant is not None
    assert issuer.refresh_tokens == {grant.refresh_token}


def test_a_renewal_waits_for_another_process_and_a_dead_one_holds_nothing(
    issuer: Issuer, signed_in: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    with process(signed_in, HOLD) as holder:

        def pause(_seconds: float) -> None:
            looks.append(issuer.refreshes())
            holder.kill()

        monkeypatch.setattr("time.sleep", pause)
        monkeypatch.setattr(grants, "_PATIENCE", 600)
        token = AccessTokens(signed_in).get()

    assert issuer.knows(token)
    assert set(looks) == {0}


def test_who_has_waited_long_enough_goes_on(
    issuer: Issuer, signed_in: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "_PATIENCE", 0)

    with process(signed_in, HOLD):
        assert issuer.knows(AccessTokens(signed_in).get())


@pytest.mark.parametrize("obstacle", ["a folder", "a link"])
def test_where_nothing_can_be_locked_people_sign_in_all_the_same(
    obstacle: str, issuer: Issuer, signed_in: Account, tmp_path: Path
) -> None:
    if obstacle == "a folder":
        turn_of(signed_in).mkdir()
    else:
        turn_of(signed_in).symlink_to(tmp_path / "elsewhere")

    assert issuer.knows(AccessTokens(signed_in).get())
    assert not (tmp_path / "elsewhere").exists()


def test_a_drive_without_locks_is_none_that_nobody_signs_in_on(
    issuer: Issuer, signed_in: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(_file: object) -> bool:
        raise OSError("no locks available")

    monkeypatch.setattr(grants, "lock", no_locks)

    assert issuer.knows(AccessTokens(signed_in).get())


def test_the_keyring_has_its_turn_in_the_workspace(account: Account, tmp_path: Path) -> None:
    in_keyring = other(account, keep=Secret(SecretKind.KEYRING))
    with in_turn(in_keyring):
        assert list(tmp_path.iterdir()) == []  # a workspace in which nothing was written yet stays so
    (tmp_path / ".ccmail").mkdir()

    with in_turn(in_keyring), (tmp_path / ".ccmail" / "sign-in.turn").open() as file:
        held = is_locked(file)
    with (tmp_path / ".ccmail" / "sign-in.turn").open() as file:
        assert held
        assert not is_locked(file)


@pytest.mark.parametrize("change", ["sign in", "forget"])
def test_who_signs_in_or_forgets_waits_for_a_renewal(
    change: str, issuer: Issuer, signed_in: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both rewrite the file, which has the permissions of other accounts, too."""
    inbox = other(signed_in, section="inbox")
    tokens = Tokens("at", "rt-of-a-new-consent", 3600.0, PERSON)
    with process(signed_in, HOLD) as holder:

        def pause(_seconds: float) -> None:
            keep_grant(inbox, Grant(signed_in.issuer, CLIENT, "rt-that-was-renewed"))
            holder.kill()

        monkeypatch.setattr("time.sleep", pause)
        monkeypatch.setattr(grants, "_PATIENCE", 600)
        if change == "sign in":
            keep_consent(signed_in, tokens)
        else:
            assert forget(signed_in) is Forgotten.EVERYWHERE

    renewed = find_grant(inbox)
    assert renewed is not None
    assert renewed.refresh_token == "rt-that-was-renewed"
    assert (find_grant(signed_in) is None) == (change == "forget")
