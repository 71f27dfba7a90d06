"""The real command under faults of server and computer: nobody gets a mail twice, and nobody is lost."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.audit import audit
from tests.faults.driver import Deed, History, Scenario, drive, environment, make_scenario, serving
from tests.faults.journal import What, read_journal
from tests.faults.ways import WAYS
from tests.faults.workspace import CAMPAIGN, make_workspace, smtp_settings

# every kind of answer, but nothing that lasts: no hanging, and nothing that ends the run
QUICK = ("F10", "F11", "F13", "F15", "F16", "F17", "F19", "F20", "F21", "end/close", "end/reset", "end/half")

QUICK_GRAPH = ("G5", "G7", "G10", "G11", "G12", "G13", "G20", "G22", "answer/close", "answer/reset", "answer/half")


def _faults(history: History) -> Counter[str]:
    return Counter(entry.fault for entry in history.journal if entry.fault)


def test_every_promise_is_kept_by_a_run_under_faults(tmp_path: Path) -> None:
    history = drive(Scenario(7, people=40, faults=0.8, only=QUICK, thorough=False), tmp_path)

    assert not audit(history).findings, audit(history)
    assert _faults(history).total() > 20


def test_every_promise_is_kept_by_a_run_through_graph_under_faults(tmp_path: Path) -> None:
    history = drive(Scenario(7, people=60, faults=0.8, only=QUICK_GRAPH, thorough=False, way="graph"), tmp_path)

    assert not audit(history).findings, audit(history)
    assert _faults(history).total() > 25


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_promise_is_kept_by_1500_mails_through_graph_under_hundreds_of_faults_and_kills(
    seed: int, tmp_path: Path
) -> None:
    history = drive(make_scenario(seed, people=1500, deeds=12, way="graph"), tmp_path)

    assert not audit(history).findings, audit(history)
    assert _faults(history).total() > 300
    assert sum(run.code == -9 for run in history.runs) >= 3


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_promise_is_kept_by_1500_mails_under_hundreds_of_faults_and_kills(seed: int, tmp_path: Path) -> None:
    history = drive(make_scenario(seed, people=1500, deeds=12), tmp_path)

    assert not audit(history).findings, audit(history)
    assert _faults(history).total() > 300
    assert sum(run.code == -9 for run in history.runs) >= 3


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("command", "way"), [("update", "smtp"), ("cancel", "smtp"), ("update", "graph")])
def test_every_promise_is_kept_by_the_news_of_an_event_under_faults_and_kills(
    command: str, way: str, tmp_path: Path
) -> None:
    scenario = dataclasses.replace(make_scenario(3, people=500, deeds=6, way=way), command=command)

    history = drive(scenario, tmp_path)

    assert not audit(history).findings, audit(history)
    assert _faults(history).total() > 80
    assert any(run.code == -9 for run in history.runs)


@pytest.mark.slow
def test_a_line_lost_before_the_final_dot_leaves_nobody_in_doubt(tmp_path: Path) -> None:
    history = drive(Scenario(3, people=150, faults=0.8, only=("F14", "F15"), thorough=False), tmp_path)

    doubts = {line.email for line in history.books if line.state == "in_doubt"}
    assert not audit(history).findings, audit(history)
    assert _faults(history)["F15"] > 30
    assert doubts <= {entry.recipient for entry in history.journal if entry.is_doubtful}


@pytest.mark.slow
def test_a_full_disk_stops_the_sending_and_the_next_run_goes_on(tmp_path: Path) -> None:
    history = drive(Scenario(1, people=150, faults=0.0, deeds=(Deed.STARVE, Deed.TERM, Deed.STARVE)), tmp_path)

    assert not audit(history).findings, audit(history)
    assert [run.code for run in history.runs if Deed.STARVE in run.deeds] == [7, 7]
    assert all("W734" in run.words for run in history.runs if Deed.STARVE in run.deeds)


@pytest.mark.slow
def test_a_second_sender_is_sent_away_at_once(tmp_path: Path) -> None:
    scenario = Scenario(1, people=150, faults=0.8, only=("end/drip",), deeds=(Deed.SECOND, Deed.SECOND))
    history = drive(scenario, tmp_path)

    assert not audit(history).findings, audit(history)
    assert [second.code for run in history.runs for second in run.seconds] == [8, 8]


@pytest.mark.slow
def test_a_settled_campaign_sent_again_does_not_even_connect(tmp_path: Path) -> None:
    history = drive(Scenario(1, people=20, faults=0.0), tmp_path)

    assert [run.code for run in history.runs] == [0]
    assert history.again is not None
    assert history.again.code == 0
    assert history.after == ()


@pytest.mark.slow
def test_faults_of_encryption_and_login_are_survived(tmp_path: Path, certificates: Path) -> None:
    scenario = Scenario(
        5,
        people=60,
        faults=0.5,
        only=("F5", "F7", "F10", "F16", "F19", "end/close"),
        server=("--certificate", str(certificates / "good.pem"), "--login", "me:secret"),
        security=f"user: me\npassword: env:FAULTS_PASSWORD\nca_file: {certificates / 'ca.pem'}",
        secret="secret",
        thorough=False,
    )

    history = drive(scenario, tmp_path)

    assert not audit(history).findings, audit(history)
    assert _faults(history)["F5"]
    assert _faults(history)["F7"]


@pytest.mark.slow
def test_where_starttls_is_stripped_neither_password_nor_mail_leaves(tmp_path: Path, certificates: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    options = ("--certificate", str(certificates / "good.pem"), "--strip", "--login", "me:secret")
    with serving(journal, *options) as server:
        security = f"user: me\npassword: env:FAULTS_PASSWORD\nca_file: {certificates / 'ca.pem'}"
        make_workspace(tmp_path, smtp_settings(server.place.port, security=security), people=5)

        done = subprocess.run(
            [sys.executable, "-m", "ccmail", "send", CAMPAIGN, "--untested", "--confirm", "5"],
            cwd=tmp_path,
            env={**environment(), "FAULTS_PASSWORD": "secret"},
            capture_output=True,
            encoding="utf-8",
            timeout=240,
            check=False,
        )

    assert done.returncode == 5, done.stderr
    assert "W704" in done.stderr
    assert {entry.what for entry in read_journal(journal)} == {What.CONNECT}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_the_table_is_printed_for_each_seed(way: str) -> None:
    command = [sys.executable, "-m", "tests.faults", "--seeds", "1", "--recipients", "20", "--deeds", "1", "--way", way]

    done = subprocess.run(
        command, env={**os.environ, **environment()}, capture_output=True, encoding="utf-8", timeout=240, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "broken promises: 0" in done.stdout
