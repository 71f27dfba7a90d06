"""`ccmail serve --check`: what is missing before the pages run, each with its repair."""

from __future__ import annotations

import re
import secrets
import shutil
import socket
from pathlib import Path

import pytest

from ccmail.web.readiness import examine_site
from ccmail.workspace import open_workspace
from tests.e2e.shell import Shell
from tests.web.conftest import PUBLIC, site_running

KEY = ".ccmail/unsubscribe.key"


@pytest.fixture
def shell(rehearsed: Path, tmp_path: Path) -> Shell:
    """A copy of the rehearsed workspace."""
    return Shell(shutil.copytree(rehearsed, tmp_path / "example"))


def serve(shell: Shell, settings: str) -> None:
    """Replace the settings of the public pages, and what stands behind them."""
    path = shell.folder / "ccmail.yaml"
    text = re.sub(r"(?m)^serve:.*\n", settings + "\n", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")


def found(shell: Shell, *options: str, port: str = "0", code: int = 0) -> dict[str, str]:
    """Return the verdicts by what they are about."""
    answer = shell.json("serve", "--check", "--port", port, *options, code=code)
    return {each["what"]: each["verdict"] for each in answer["checks"]}


def said(shell: Shell, what: str) -> str:
    """Return words and repair of a finding."""
    findings = examine_site(open_workspace(shell.folder), host="127.0.0.1", port=0)
    return next(f"{each.words} → {each.repair}" for each in findings if each.what == what)


def test_all_is_well_behind_a_proxy_whose_word_counts(shell: Shell) -> None:
    serve(shell, f"serve: {{public_url: {PUBLIC}, proxies: 127.0.0.1}}")

    verdicts = found(shell)

    assert verdicts.pop("answer from outside") == "not checked"
    assert set(verdicts.values()) == {"ok"}


def test_people_read_what_is_missing_as_from_the_doctor(shell: Shell) -> None:
    done = shell.run("serve", "--check", "--port", "0")

    assert re.search(r"(?m)^  proxy +warning +all visitors share one limit.*\n +→ write “proxies", done.stdout)
    assert "1 warning" in done.stdout


def test_an_address_of_this_computer_is_no_address_for_readers(shell: Shell) -> None:
    serve(shell, "serve: {public_url: 'http://127.0.0.1:8080'}")

    verdicts = found(shell)

    assert verdicts["public address"] == "warning"
    assert verdicts["proxy"] == "ok"


def test_a_key_that_others_can_read_is_an_error(shell: Shell) -> None:
    (shell.folder / KEY).chmod(0o644)

    assert found(shell, code=1)["key of the links"] == "error"


def test_a_short_key_is_an_error(shell: Shell) -> None:
    (shell.folder / KEY).write_text("short", encoding="utf-8")

    assert found(shell, code=1)["key of the links"] == "error"


def test_a_lost_key_is_an_error_and_none_is_made(shell: Shell) -> None:
    (shell.folder / KEY).unlink()

    verdicts = found(shell, code=1)

    assert (verdicts["key of the links"], verdicts["links in sent mails"]) == ("error", "error")
    assert not (shell.folder / KEY).exists()


def test_another_key_than_that_of_the_mails_is_an_error(shell: Shell) -> None:
    (shell.folder / KEY).write_text(secrets.token_hex(32), encoding="utf-8")

    verdicts = found(shell, code=1)

    assert (verdicts["key of the links"], verdicts["links in sent mails"]) == ("ok", "error")
    assert "previous_key" in said(shell, "links in sent mails")


def test_the_key_of_before_still_counts(shell: Shell) -> None:
    (shell.folder / KEY).rename(shell.folder / "old.key")
    (shell.folder / KEY).touch(0o600)
    (shell.folder / KEY).write_text(secrets.token_hex(32), encoding="utf-8")
    shell.edit("ccmail.yaml", "unsubscribe:\n", "unsubscribe:\n  previous_key: file:old.key\n")

    assert found(shell)["links in sent mails"] == "ok"
    assert "before" in said(shell, "links in sent mails")


def test_mails_that_lead_to_an_earlier_address_are_told(shell: Shell) -> None:
    serve(shell, "serve: {public_url: 'https://letters.cities.example', proxies: 127.0.0.1}")

    assert found(shell)["links in sent mails"] == "warning"
    assert f"{PUBLIC}/u/" in said(shell, "links in sent mails")


def test_where_nothing_was_sent_nothing_is_wrong(shell: Shell) -> None:
    shutil.rmtree(shell.folder / ".ccmail")

    verdicts = found(shell)

    assert (verdicts["ledger"], verdicts["key of the links"]) == ("ok", "ok")
    assert "links in sent mails" not in verdicts
    assert not (shell.folder / KEY).exists()
    assert not (shell.folder / ".ccmail" / "ledger.sqlite").exists()


def test_a_damaged_ledger_is_an_error(shell: Shell) -> None:
    for file in (shell.folder / ".ccmail").glob("ledger.sqlite*"):
        file.unlink()
    (shell.folder / ".ccmail" / "ledger.sqlite").write_bytes(b"no database" * 1000)

    assert found(shell, code=1)["ledger"] == "error"


@pytest.mark.parametrize(("delivery", "verdict", "code"), [("outbox", "warning", 0), ("smtp", "error", 1)])
def test_an_example_in_the_imprint_is_worse_where_mails_really_leave(
    shell: Shell, delivery: str, verdict: str, code: int
) -> None:
    shell.edit("ccmail.yaml", " · c/o Musterorganisation", "")
    shell.edit("ccmail.yaml", "delivery: outbox", f"delivery: {delivery}")

    assert found(shell, code=code)["imprint"] == verdict


def test_links_that_lead_to_pages_of_somebody_else_are_told(shell: Shell) -> None:
    shell.edit("ccmail.yaml", "unsubscribe:\n", "unsubscribe:\n  url: https://elsewhere.example/u\n")

    verdicts = found(shell)

    assert verdicts["links to unsubscribe"] == "warning"
    assert verdicts["links in sent mails"] == "ok"
    assert "elsewhere.example" in said(shell, "links to unsubscribe")


def test_a_url_that_is_one_of_these_pages_is_right(shell: Shell) -> None:
    shell.edit("ccmail.yaml", "unsubscribe:\n", f"unsubscribe:\n  url: {PUBLIC}/u\n")

    assert found(shell)["links to unsubscribe"] == "ok"


# ── the port, and the answer from outside ──


def test_a_port_that_another_program_has_is_an_error(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        taken.settimeout(0)
        port = str(taken.getsockname()[1])
        assert found(shell, port=port, code=1)["port"] == "error"


def test_a_port_where_the_pages_run_already_is_right(shell: Shell) -> None:
    with site_running(shell.folder) as site:
        assert found(shell, port=site.url.rpartition(":")[2])["port"] == "ok"


def test_the_answer_from_outside_is_that_of_the_pages(shell: Shell) -> None:
    with site_running(shell.folder) as site:
        serve(shell, f"serve: {{public_url: '{site.url}'}}")

        assert found(shell, "--online")["answer from outside"] == "ok"


def test_an_answer_of_something_else_is_an_error(shell: Shell) -> None:
    with site_running(shell.folder) as site:
        serve(shell, f"serve: {{public_url: '{site.url}/elsewhere'}}")

        assert found(shell, "--online", code=1)["answer from outside"] == "error"


def test_where_nobody_listens_is_an_error(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serve(shell, f"serve: {{public_url: 'http://127.0.0.1:{port}'}}")

    assert found(shell, "--online", code=1)["answer from outside"] == "error"


def test_who_does_not_answer_is_not_checked(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccmail.web.readiness._PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        serve(shell, f"serve: {{public_url: 'http://127.0.0.1:{silent.getsockname()[1]}'}}")

        assert found(shell, "--online")["answer from outside"] == "not checked"


def test_without_a_network_it_is_not_checked(shell: Shell) -> None:
    # .invalid is nobody's (RFC 6761), with or without a network
    serve(shell, "serve: {public_url: 'https://news.invalid', proxies: 127.0.0.1}")

    assert found(shell, "--online")["answer from outside"] == "not checked"
