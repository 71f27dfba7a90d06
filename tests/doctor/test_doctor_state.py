"""The doctor's findings about this computer and the folder .ccmail."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest

from ccmail import clock
from ccmail.doctor import examine
from ccmail.doctor.computer import examine_computer
from ccmail.doctor.state import examine_state
from ccmail.ledger import SendingKind, open_ledger, sole_sender, write_receipt
from ccmail.workspace import Workspace, load_workspace
from ccmail.workspace.cache import PLACE
from tests.doctor.conftest import FILE, NameServer, Opened, said
from tests.ledger.example import started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights and locks are those of POSIX")


def with_ledger(workspace: Workspace) -> Workspace:
    with open_ledger(workspace.ledger_file) as ledger:
        sending = started(ledger)
        write_receipt(workspace.state, sending, 5, accepted=0)
    return workspace


def test_a_new_workspace_is_fine_and_stays_as_it_is(opened: Opened) -> None:
    workspace = opened()

    found = said(examine_state(workspace))

    assert {verdict for verdict, _ in found.values()} == {"ok"}
    assert not workspace.state.exists()


def test_a_ledger_in_order_is_fine(opened: Opened) -> None:
    found = said(examine_state(with_ledger(opened())))

    assert found["ledger"] == ("ok", "sound; 1 campaign was sent for real")
    assert {verdict for verdict, _ in found.values()} == {"ok"}


def test_a_rehearsal_is_not_counted_as_sent(opened: Opened) -> None:
    workspace = opened()
    with open_ledger(workspace.ledger_file) as ledger:
        started(ledger, delivery=SendingKind.OUTBOX)

    assert said(examine_state(workspace))["ledger"] == ("ok", "sound; nothing was sent for real yet")


def test_a_ledger_that_others_may_read_is_a_warning(opened: Opened) -> None:
    workspace = with_ledger(opened())
    workspace.ledger_file.chmod(0o644)

    assert said(examine_state(workspace))["rights"] == (
        "warning",
        "others on this computer may read .ccmail/ledger.sqlite",
    )


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_no_files_is_an_error(opened: Opened) -> None:
    workspace = with_ledger(opened())
    workspace.state.chmod(0o500)

    assert said(examine_state(workspace))["rights"][0] == "error"


def test_a_damaged_ledger_is_an_error(opened: Opened) -> None:
    workspace = opened()
    workspace.state.mkdir(mode=0o700)
    workspace.ledger_file.write_bytes(b"not a ledger at all" * 400)

    assert said(examine_state(workspace))["ledger"][0] == "error"


def test_a_ledger_that_has_got_lost_is_an_error(opened: Opened) -> None:
    workspace = with_ledger(opened())
    workspace.ledger_file.unlink()

    verdict, words = said(examine_state(workspace))["ledger"]

    assert verdict == "error"
    assert "does not know to whom" in words


def test_an_older_copy_of_the_ledger_is_an_error(opened: Opened) -> None:
    workspace = opened()
    with open_ledger(workspace.ledger_file) as ledger:
        write_receipt(workspace.state, started(ledger), 5, accepted=3)

    verdict, words = said(examine_state(workspace))["ledger"]

    assert verdict == "error"
    assert "older copy" in words


def test_a_campaign_that_is_being_sent_is_named(opened: Opened) -> None:
    workspace = opened()

    with sole_sender(workspace.state, "news"):
        verdict, words = said(examine_state(workspace))["lock"]

    assert verdict == "warning"
    assert words.startswith(f"news is being sent by process {os.getpid()}")


def test_a_synchronised_folder_is_a_warning(tmp_path: Path) -> None:
    root = tmp_path / "Dropbox" / "news"
    root.mkdir(parents=True)
    (root / "ccmail.yaml").write_text(FILE, encoding="utf-8")
    workspace, _ = load_workspace(root)
    assert workspace is not None

    assert said(examine_state(workspace))["place"] == (
        "warning",
        "the ledger lies in a folder that Dropbox synchronises",
    )


@pytest.mark.parametrize(("free", "verdict"), [(20_000_000, "error"), (500_000_000, "warning"), (10**10, "ok")])
def test_a_disk_that_is_nearly_full_is_named(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, free: int, verdict: str
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**12, 0, free))

    assert said(examine_state(opened()))["room"][0] == verdict


# ── this computer ──


def test_a_pretended_time_is_a_warning(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, "2020-09-21T09:00")

    verdict, words = said(examine_computer(opened()))["clock"]

    assert verdict == "warning"
    assert "21 September 2020, 11:00 CEST" in words


def test_a_clock_that_is_years_behind_is_an_error(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(1999, 1, 1, tzinfo=dt.UTC))

    assert said(examine_computer(opened()))["clock"][0] == "error"


def test_a_cache_that_others_could_write_to_is_said(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = opened()
    fine = said(examine_computer(workspace))["cache"]
    (tmp_path / "open").mkdir(mode=0o755)
    monkeypatch.setenv(PLACE, str(tmp_path / "open"))

    verdict, words = said(examine_computer(workspace))["cache"]

    assert fine[0] == "ok"
    assert verdict == "warning"
    assert str(tmp_path / "open") in words


@pytest.mark.parametrize(("release", "verdict"), [("2026a", "ok"), ("2021e", "warning")])
def test_old_rules_of_summer_time_are_a_warning(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, release: str, verdict: str
) -> None:
    import zoneinfo

    (tmp_path / "tzdata.zi").write_text(f"# version {release}\n# This zic input file is in the public domain.\n")
    workspace = opened()
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path),))
    monkeypatch.setenv(clock.VARIABLE, "2026-06-01")

    assert said(examine_computer(workspace))["time zones"] == (verdict, f"Europe/Berlin is known, rules of {release}")


@pytest.mark.parametrize(
    ("lines", "extra", "module"),
    [
        ("smtp: {host: h.example, dkim: {domain: d.example, selector: s, key: file:k.pem}}\n", "dkim", "cryptography"),
    ],
)
def test_a_missing_extra_is_an_error_only_where_it_is_needed(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, lines: str, extra: str, module: str
) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else there(name))

    needless = said(examine_computer(opened()))[f"extra {extra}"]
    needed = said(examine_computer(opened(lines)))[f"extra {extra}"]

    assert needless == ("ok", "not installed, and nothing here needs it")
    assert needed[0] == "error"


@pytest.mark.parametrize(
    ("backend", "verdict"), [(keyring.backends.fail.Keyring, "error"), (keyring.backends.null.Keyring, "ok")]
)
def test_a_keyring_is_looked_for_where_the_password_lies_in_it(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, backend: type, verdict: str
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", backend)

    found = said(examine_computer(opened("smtp: {host: h.example, password: keyring}\n")))

    assert "keyring" not in said(examine_computer(opened()))
    assert found["keyring"][0] == verdict


def test_the_doctor_looks_at_everything(opened: Opened, name_server: NameServer) -> None:
    findings = list(examine(opened(), dns=name_server.address))

    assert {finding.area.value for finding in findings} == {
        "sender's domain",
        "mail server",
        "bounces",
        "this computer",
        ".ccmail",
    }
