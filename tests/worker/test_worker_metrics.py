"""The endpoint, as Prometheus asks it: over HTTP on loopback, read with its own parser."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from ccmail import __version__
from ccmail.ledger import State
from ccmail.problems import LedgerFailure, UsageError
from ccmail.worker import metrics
from ccmail.worker.counters import Counters
from ccmail.worker.metrics import MetricsServer, host_and_port
from ccmail.worker.queue_state import QueueState
from tests.e2e.shell import LONG
from tests.waiting import wait_for

ANYWHERE = "127.0.0.1:0"
STATE = QueueState(jobs=7, age=12.5, in_doubt=2, workers=3, paused=1)
OF_ALL_WORKERS = {
    "ccmail_queue_jobs": 7.0,
    "ccmail_queue_age_seconds": 12.5,
    "ccmail_in_doubt": 2.0,
    "ccmail_workers": 3.0,
    "ccmail_paused_campaigns": 1.0,
}


class Database:
    """What the gauges are read from: it can be away, hang, and say how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.failure: Exception | None = None
        self.answers = threading.Event()
        self.answers.set()

    def __call__(self) -> QueueState:
        self.asked += 1
        assert self.answers.wait(LONG)
        if self.failure:
            raise self.failure
        return STATE


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database()
    yield database
    database.answers.set()


def scrape(server: MetricsServer) -> dict[str, float]:
    """Return the samples by name, with the values of their labels."""
    answer = requests.get(server.url, timeout=LONG)
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *(sample.labels[name] for name in sorted(sample.labels))]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_prometheus_gets_all_numbers_and_no_others(database: Database) -> None:
    counters = Counters(lambda: 50.0)
    counters.note(State.ACCEPTED, 90)
    counters.note(State.DEFERRED, 4)
    counters.note(State.REFUSED, 3)
    counters.note(State.IN_DOUBT)
    counters.note(State.LEFT_OUT, 2)
    counters.note_batch()

    with MetricsServer(ANYWHERE, counters, database) as server:
        found = scrape(server)

    assert found == {
        "ccmail_mails_total accepted": 90.0,
        "ccmail_mails_total deferred": 4.0,
        "ccmail_mails_total refused": 3.0,
        "ccmail_mails_total in_doubt": 1.0,
        "ccmail_mails_per_second": 90.0,
        "ccmail_batches_total": 1.0,
        f"ccmail_worker_info {socket.gethostname()} {os.getpid()} {__version__}": 1.0,
        "ccmail_ledger_up": 1.0,
        **OF_ALL_WORKERS,
    }


def test_every_metric_has_a_type_and_a_help(database: Database) -> None:
    with MetricsServer(ANYWHERE, Counters(), database) as server:
        families = list(text_string_to_metric_families(requests.get(server.url, timeout=LONG).text))

    assert {family.name for family in families if family.type == "counter"} == {"ccmail_mails", "ccmail_batches"}
    assert all(family.documentation.endswith(".") for family in families)


@pytest.mark.parametrize("failure", [LedgerFailure("the server does not answer"), OSError("postgresql://u:pw@h/d")])
def test_while_the_ledger_is_away_the_numbers_of_the_process_are_there(
    database: Database, failure: Exception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_FRESH", 0.0)
    counters = Counters()
    counters.note(State.ACCEPTED, 5)

    with caplog.at_level(logging.WARNING), MetricsServer(ANYWHERE, counters, database) as server:
        database.failure = failure
        away, still_away = scrape(server), scrape(server)
        database.failure = None
        back = scrape(server)

    assert away["ccmail_ledger_up"] == still_away["ccmail_ledger_up"] == 0
    assert away["ccmail_mails_total accepted"] == 5
    assert not OF_ALL_WORKERS.keys() & away.keys()
    assert back["ccmail_ledger_up"] == 1
    assert OF_ALL_WORKERS.items() <= back.items()
    assert len(caplog.records) == 1  # not one for each scrape
    assert "u:pw" not in caplog.text


def test_a_database_that_hangs_is_away_and_no_further_thread_waits_for_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_FRESH", 0.0)
    with MetricsServer(ANYWHERE, Counters(), database) as server:
        assert scrape(server)["ccmail_ledger_up"] == 1
        monkeypatch.setattr(metrics, "_PATIENCE", 0.05)
        database.answers.clear()
        database.asked = 0
        found = [scrape(server)["ccmail_ledger_up"] for _ in range(3)]
        asked = database.asked
        database.answers.set()
        wait_for(lambda: scrape(server)["ccmail_ledger_up"] == 1)

    assert found == [0, 0, 0]  # and not the state of a while ago
    assert asked == 1


def test_a_scraper_in_a_hurry_does_not_load_the_database(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_FRESH", 1e6)
    with MetricsServer(ANYWHERE, Counters(), database) as server:
        database.failure = LedgerFailure("away")
        found = [scrape(server)["ccmail_ledger_up"] for _ in range(10)]

    assert database.asked == 1  # a failure is remembered as well
    assert found == [0] * 10


def test_the_database_is_asked_when_somebody_asks_only(database: Database) -> None:
    with MetricsServer(ANYWHERE, Counters(), database):
        pass

    assert database.asked == 0


def test_what_ends_gives_its_port_back(database: Database) -> None:
    with MetricsServer(ANYWHERE, Counters(), database) as server:
        address = server.url.removeprefix("http://").removesuffix("/metrics")
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=LONG)

    with MetricsServer(address, Counters(), database) as server:
        assert scrape(server)["ccmail_ledger_up"] == 1


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("127.0.0.1:9464", ("127.0.0.1", 9464)),
        ("localhost:1", ("localhost", 1)),
        ("192.0.2.1:65535", ("192.0.2.1", 65535)),
        ("[::1]:9464", ("::1", 9464)),
    ],
)
def test_an_address_is_a_host_and_a_port(address: str, parts: tuple[str, int]) -> None:
    assert host_and_port(address) == parts


@pytest.mark.parametrize(
    "address", ["", "9464", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x", "::1:9464",
                "http://127.0.0.1:9464", "127.0.0.1:9464/metrics", "[::1]"]
)  # fmt: skip
def test_anything_else_is_refused_in_words(address: str) -> None:
    with pytest.raises(UsageError, match="not a host and a port") as caught:
        MetricsServer(address, Counters(), lambda: STATE)

    assert caught.value.code == "W956"
    assert "--metrics 127.0.0.1:9464" in caught.value.hint


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_computer_is_refused_in_words(host: str) -> None:
    with (
        pytest.raises(UsageError, match="the metrics cannot be shown at") as caught,
        MetricsServer(f"{host}:0", Counters(), lambda: STATE),
    ):
        pass

    assert caught.value.code == "W956"
    assert host in caught.value.message


def test_a_port_that_is_taken_is_refused_in_words(database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = "127.0.0.1:{1}".format(*other.getsockname())
        with pytest.raises(UsageError, match="Address already in use") as caught:
            MetricsServer(address, Counters(), database).__enter__()

    assert caught.value.code == "W956"
    assert address in caught.value.message
