"""The section `smtp.dkim`, and the keys that it names."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ccmail import pipeline
from ccmail.delivery.signers import check_signers, open_signers
from ccmail.problems import InputError, Problem, Severity
from ccmail.workspace import Dkim, Workspace, open_workspace
from ccmail.workspace.create import copy_example
from tests.workspace.conftest import Load, Opened

ONE = "dkim: {domain: stadt.example, selector: news, key: file:dkim.pem}"
TWO = """\
dkim:
    - {domain: Stadt-Fürth.example, selector: news, key: file:dkim.pem}
    - domain: stadt.example
      selector: 2020.ED
      key: env:DKIM_KEY
"""
MAIL = b"From: post@stadt.example\r\n\r\nbody\r\n"


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


ED25519 = pem(ed25519.Ed25519PrivateKey.generate())


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The file with the key, readable by its owner only."""
    file = tmp_path / "dkim.pem"
    file.touch(0o600)
    file.write_bytes(ED25519)
    return file


def keys_of(workspace: Workspace) -> tuple[Dkim, ...]:
    assert workspace.settings.smtp is not None
    return workspace.settings.smtp.dkim


# ── the file ──


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        ("port: 25", []),
        ("dkim: []", []),
        (ONE, [("stadt.example", "news", "file:dkim.pem")]),
        (
            TWO,
            [("xn--stadt-frth-geb.example", "news", "file:dkim.pem"), ("stadt.example", "2020.ed", "env:DKIM_KEY")],
        ),
    ],
    ids=["none", "an empty list", "one", "two"],
)
def test_mails_are_signed_with_no_key_with_one_or_with_several(
    opened: Opened, lines: str, keys: list[tuple[str, str, str]]
) -> None:
    found = keys_of(opened(lines))

    assert [(key.domain, key.selector, str(key.key)) for key in found] == keys


def one(**fields: str) -> str:
    said = {"domain": "stadt.example", "selector": "news", "key": "file:dkim.pem"} | fields
    return "dkim: {" + ", ".join(f"{name}: {value}" for name, value in said.items()) + "}"


CASES: Mapping[str, tuple[str, str, str, str]] = {
    "the keyring": (one(key="keyring"), "W765", "a key cannot lie in the keyring", "keyring"),
    "a file's name": (one(key="keys/dkim.pem"), "W765", "“keys/dkim.pem” does not say where", "keys/dkim.pem"),
    "the key itself": (one(key="MIGHAgEAMBMGByqGSM49"), "W765", "a key does not belong in this file", "••••••••"),
    "a selector": (one(selector="my news"), "W766", "“my news” is not a selector", "my news"),
    "an address as domain": (one(domain="post@stadt.example"), "W760", "“post@stadt.example” is", "post@stadt.example"),
    "a key twice": (
        f"dkim: [{one()[6:]}, {one(domain='Stadt.example', selector='News', key='env:X')[6:]}]",
        "W767",
        "two keys cannot both lie at news._domainkey.stadt.example",
        "News",
    ),
    "a text": ("dkim: file:dkim.pem", "C205", "“dkim” needs fields under it, not a text", "file:dkim.pem"),
    "no field of one": (one(file="x"), "C202", "“file” is not a field of smtp.dkim", "file"),
    "no field of one in a list": (f"dkim: [{one(file='x')[6:]}]", "C202", "“file” is not a field", "file"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_named_at_its_place(load: Load, name: str) -> None:
    lines, code, message, underlined = CASES[name]

    workspace, problems = load(lines)

    assert workspace is None
    assert [p.code for p in problems] == [code]
    assert problems[0].message.startswith(message)
    place = problems[0].place
    assert place is not None
    assert (place.line, place.text[place.column - 1 :][: place.width]) == (8, underlined)
    assert problems[0].hint


@pytest.mark.parametrize("lines", ["dkim: {selector: news}", "dkim: [{selector: news}]"])
def test_what_is_missing_is_to_be_added_between_the_brackets(load: Load, lines: str) -> None:
    _, problems = load(lines)

    assert [(p.message, p.hint) for p in problems] == [
        ("smtp.dkim has no “domain”", "add “domain: …” between the { }"),
        ("smtp.dkim has no “key”", "add “key: …” between the { }"),
    ]


def test_a_key_in_the_file_is_not_repeated_where_it_is_complained_about(load: Load) -> None:
    _, problems = load(f"dkim:\n    key: |\n      {ED25519.decode().replace(chr(10), chr(10) + '      ')}")

    secret = ED25519.decode().splitlines()[1]
    assert "W765" in [p.code for p in problems]
    assert secret not in repr(problems)


@pytest.mark.parametrize("written", ["news._domainkey", "news._domainkey.stadt.example"])
def test_the_name_of_the_whole_record_is_told_its_selector(load: Load, written: str) -> None:
    _, problems = load(one(selector=written))

    assert [p.marks[0].label for p in problems] == ["did you mean “news”?"]


def test_a_file_without_the_word_file_is_told_how_to_write_it(load: Load) -> None:
    _, problems = load(one(key="dkim.pem"))

    assert [p.marks[0].label for p in problems] == ["did you mean “file:dkim.pem”?"]


def test_the_key_of_the_unsubscribe_links_cannot_lie_in_the_keyring_either(load: Load) -> None:
    _, problems = load("port: 25\nunsubscribe: {url: https://stadt.example/u, key: keyring}")

    assert [p.code for p in problems] == ["W765"]


# ── the keys ──


def test_keys_from_a_file_and_from_the_environment_sign(
    opened: Opened, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DKIM_KEY", pem(rsa.generate_private_key(65537, 2048)).decode())

    workspace = opened(TWO)

    assert check_signers(workspace) == ()
    first, second = (signer.sign([MAIL]) for signer in open_signers(workspace))
    assert b"a=ed25519-sha256; c=relaxed/simple;\r\n d=xn--stadt-frth-geb.example; s=news;" in first
    assert b"a=rsa-sha256; c=relaxed/simple; d=stadt.example;\r\n s=2020.ed;" in second


def test_without_keys_nobody_signs(opened: Opened) -> None:
    assert open_signers(opened("port: 25")) == ()


def refused(workspace: Workspace) -> Problem:
    """Return the error that keeps the key of a workspace from signing."""
    with pytest.raises(InputError) as refusal:
        open_signers(workspace)
    (problem,) = refusal.value.problems
    assert check_signers(workspace) == (problem,)
    assert problem.place is not None
    assert problem.place.text[problem.place.column - 1 :][: problem.place.width] == str(keys_of(workspace)[0].key)
    return problem


def test_a_key_that_is_not_there_is_named(opened: Opened) -> None:
    problem = refused(opened(ONE))

    assert problem.code == "W769"
    assert "dkim.pem cannot be read: No such file" in problem.hint


def test_a_variable_that_is_not_set_is_named(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DKIM_KEY", raising=False)

    problem = refused(opened(one(key="env:DKIM_KEY")))

    assert (problem.code, problem.hint) == ("W769", "set the variable DKIM_KEY")


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX")
def test_a_key_that_everybody_can_read_is_refused(opened: Opened, key_file: Path) -> None:
    key_file.chmod(0o644)

    problem = refused(opened(ONE))

    assert problem.code == "W769"
    assert f"chmod 600 {key_file}" in problem.hint


@pytest.mark.parametrize(("content", "code"), [(b"\n", "W769"), (b"\xff", "W769"), (b"hunter2", "W770")])
def test_a_file_without_a_key_is_refused_and_not_shown(
    opened: Opened, key_file: Path, content: bytes, code: str
) -> None:
    key_file.write_bytes(content)

    problem = refused(opened(ONE))

    assert problem.code == code
    assert "hunter2" not in repr(problem)


def test_a_missing_extra_is_told_how_to_install_it(
    opened: Opened, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "ccmail.messages.dkim", raising=False)
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.serialization", None)

    problem = refused(opened(ONE))

    assert problem.code == "W768"
    assert "ccmail[dkim]" in problem.hint


def test_a_short_key_signs_and_check_warns_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T09:00")
    monkeypatch.setenv("DKIM_KEY", pem(rsa.generate_private_key(65537, 1024)).decode())  # noqa: S505
    file = copy_example(tmp_path / "example") / "ccmail.yaml"
    dkim = "  dkim: {domain: connective-cities.example, selector: news, key: env:DKIM_KEY}\n"
    text = file.read_text(encoding="utf-8").replace("  port: 587\n", f"  port: 587\n{dkim}")
    found = {}

    for delivery in ("outbox", "smtp"):
        file.write_text(text.replace("delivery: outbox", f"delivery: {delivery}"), encoding="utf-8")
        workspace = open_workspace(file.parent)
        checked = pipeline.check(workspace, "2020-10-digitalisierung")
        found[delivery] = [(p.severity, p.place and p.place.file) for p in checked.problems if p.code == "W771"]

    assert found == {"outbox": [], "smtp": [(Severity.WARNING, "ccmail.yaml")]}
    assert len(open_signers(workspace)) == 1
