from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import pytest

from ccmail.delivery import read_password, store_password
from ccmail.problems import ServerRefused, UsageError

USER, HOST = "newsletter@cities.example", "mail.cities.example"


class InMemory(keyring.backend.KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture(autouse=True)
def _own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    yield
    keyring.set_keyring(before)


def test_what_was_stored_in_the_keyring_is_found_there() -> None:
    store_password(USER, HOST, "geheim")

    assert read_password("keyring", USER, HOST) == "geheim"


def test_a_password_belongs_to_one_user_of_one_server() -> None:
    store_password(USER, HOST, "geheim")

    for user, host in (("other@cities.example", HOST), (USER, "other.example")):
        with pytest.raises(ServerRefused) as refusal:
            read_password("keyring", user, host)
        assert refusal.value.code == "W701"
        assert "ccmail login smtp" in refusal.value.hint


def test_the_section_of_the_mailbox_is_named_where_its_password_is_missing() -> None:
    for where in ("keyring", "geheim"):
        with pytest.raises(ServerRefused) as refusal:
            read_password(where, USER, HOST, section="inbox")
        assert "inbox" in refusal.value.hint
        assert "smtp" not in refusal.value.hint


def test_a_computer_without_keyring_is_told_the_other_ways() -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call,unused-ignore]

    with pytest.raises(ServerRefused) as refusal:
        read_password("keyring", USER, HOST)
    with pytest.raises(UsageError) as usage:
        store_password(USER, HOST, "geheim")

    assert "env:NAME" in refusal.value.hint
    assert "env:NAME" in usage.value.hint
    assert "geheim" not in f"{usage.value!r}{usage.value.__cause__!r}"


def test_a_missing_extra_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)

    with pytest.raises(ServerRefused) as refusal:
        read_password("keyring", USER, HOST)

    assert "pip install keyring" in refusal.value.hint


def test_a_variable_of_the_environment_gives_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "geheim")

    assert read_password("env:SMTP_PASSWORD", USER, HOST) == "geheim"


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMTP_PASSWORD", raising=False)

    with pytest.raises(ServerRefused) as refusal:
        read_password("env:SMTP_PASSWORD", USER, HOST)

    assert "SMTP_PASSWORD" in refusal.value.hint


@pytest.mark.parametrize("content", ["geheim", "geheim\n", "geheim\r\nsecond line\n"])
def test_the_first_line_of_a_file_is_the_password(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secret"
    file.write_text(content, encoding="utf-8", newline="")
    file.chmod(0o600)

    assert read_password("file:secret", USER, HOST, root=tmp_path) == "geheim"
    assert read_password(f"file:{file}", USER, HOST) == "geheim"


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX")
def test_a_file_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("geheim")
    file.chmod(0o644)

    with pytest.raises(ServerRefused) as refusal:
        read_password(f"file:{file}", USER, HOST)

    assert "chmod 600" in refusal.value.hint
    assert "geheim" not in f"{refusal.value!r}{refusal.value.hint}"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe\x00"])
def test_a_file_without_a_password_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
        file.chmod(0o600)

    with pytest.raises(ServerRefused) as refusal:
        read_password(f"file:{file}", USER, HOST)

    assert refusal.value.code == "W701"
    assert str(file) in refusal.value.hint


def test_a_password_in_the_settings_is_not_taken_and_not_repeated() -> None:
    with pytest.raises(ServerRefused) as refusal:
        read_password("geheim", USER, HOST)

    assert "keyring, file:PATH or env:NAME" in refusal.value.hint
    assert "geheim" not in f"{refusal.value!r}{refusal.value.hint}"
