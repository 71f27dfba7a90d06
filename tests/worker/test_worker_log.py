"""The lines of a worker's log, and what must never stand in them."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.delivery.server import Server
from ccmail.signin.hidden import Hidden
from ccmail.worker.log import Log, LogHandler

MOMENT = 1_800_000_000.1239  # 2027-01-15 08:00:00 UTC
PASSWORD = "corr3ct-h0rse"


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def make_log(stream: io.StringIO, **how: Any) -> Log:
    return Log(stream, clock=lambda: MOMENT, **how)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


# ── two forms ──


def test_a_line_for_programs_is_a_json_object() -> None:
    stream = io.StringIO()
    log = make_log(stream)
    log.info("started")
    log.worker = 12

    log.warning("batch_done", campaign="Frühling\n", people=500, seconds=0.5, paused=False, left=None, at=Path("a/b"))

    computer = {"host": socket.gethostname(), "pid": os.getpid()}
    assert lines(stream) == [
        {"ts": "2027-01-15T08:00:00.123Z", "level": "info", "event": "started", **computer, "worker": None},
        {
            "ts": "2027-01-15T08:00:00.123Z", "level": "warning", "event": "batch_done", **computer, "worker": 12,
            "campaign": "Frühling\n", "people": 500, "seconds": 0.5, "paused": False, "left": None, "at": "a/b",
        },
    ]  # fmt: skip


def test_a_line_for_people_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    log = make_log(stream)

    log.info("batch_done", campaign="spring", people=1500, accepted=1498, in_doubt=2, left=None)
    log.info("started")
    log.error("ledger_away", error="no\n route\x1b[31m", seconds=2.25, lost=False)

    said = re.sub(r"(?m)^\d\d:\d\d:\d\d ", "", stream.getvalue())
    assert said.splitlines() == [
        "batch done: campaign spring, 1,500 people, 1,498 accepted, 2 in doubt",
        "started",
        "ERROR ledger away: error no  route [31m, 2.2 seconds, not lost",
    ]
    assert len(stream.getvalue()) == len(said) + 3 * len("14:03:22 ")


@pytest.mark.parametrize(
    ("stream", "form", "is_json"),
    [
        (Terminal(), None, False),
        (io.StringIO(), None, True),
        (Terminal(), "json", True),
        (io.StringIO(), "text", False),
    ],
)
def test_a_terminal_gets_text_and_a_file_json_unless_somebody_chose(
    stream: io.StringIO, form: str | None, *, is_json: bool
) -> None:
    make_log(stream, form=form).info("started")

    assert stream.getvalue().startswith("{") is is_json


def test_a_field_does_not_replace_what_every_line_says() -> None:
    stream = io.StringIO()

    make_log(stream).info("server_away", host="smtp.city.example", event="x", level="y")

    (line,) = lines(stream)
    assert (line["host"], line["event"], line["level"]) == (socket.gethostname(), "server_away", "info")


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), {1: {2}}, [b"x"], object(), "x" * 10**6, "a.a" * 10**5, "a:" * 10**5, "x@" * 10**5],
)
def test_any_value_becomes_a_line_of_bounded_length(value: Any) -> None:
    stream = io.StringIO()

    make_log(stream).info("odd", value=value)

    assert lines(stream)[0]["event"] == "odd"
    assert "NaN" not in stream.getvalue()
    assert len(stream.getvalue()) < 3000


def test_a_stream_that_is_full_or_closed_stops_nobody() -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    make_log(Full()).info("started")
    stream = io.StringIO()
    log = make_log(stream, form="json")
    stream.close()

    log.info("started")


def test_lines_of_several_threads_do_not_mix() -> None:
    stream = io.StringIO()
    log = make_log(stream)

    def write() -> None:
        for number in range(200):
            log.info("x", n=number)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(lines(stream)) == 800


# ── what must not be shown ──

SECRET = [
    f"connection failed: postgresql://ccmail:{PASSWORD}@db.city.example/ccmail?sslmode=verify-full",
    f"could not use 'postgresql+psycopg://ccmail:p@{PASSWORD}@10.0.0.1:5432/x'",
    f"POSTGRES://{PASSWORD}",
    f"https://user:{PASSWORD}@proxy.city.example:3128/ refused",
    f"ftp://user:{PASSWORD},;(x)=@10.0.0.1/",
    f"host=db user=ccmail password={PASSWORD} dbname=ccmail",
    f"password='it is {PASSWORD}' host=db",
    f'sslpassword="x {PASSWORD}", port=1',
    f"{{'host': 'db', 'password': '{PASSWORD}'}}",
    f'{{"PGPASSWORD": "{PASSWORD}"}}',
    f"access_token={PASSWORD}&x=1",
    f"550 5.1.1 <{PASSWORD}@city.example>: no such user",
    f"RCPT TO:<{PASSWORD}@city.example>",
    f"'{PASSWORD}@xn--stdte-gra.example' or \"a b {PASSWORD}\"@city.example",
    f"to={PASSWORD}@bücher.example;",
    f"mailto:{PASSWORD}%40city.example",
    f"{PASSWORD}@[192.0.2.1]",
]


@pytest.mark.parametrize("words", SECRET)
@pytest.mark.parametrize("form", ["json", "text"])
def test_no_line_has_a_password_an_address_or_a_connection_string(words: str, form: str) -> None:
    stream = io.StringIO()
    log = make_log(stream, form=form)

    log.error("failed", error=words, deep={"x": [words], words: 1}, exception=ValueError(words))

    assert "failed" in stream.getvalue()
    assert PASSWORD not in stream.getvalue()
    assert not re.search(r"db\.city|10\.0\.0\.1|city\.example", stream.getvalue()) or "proxy" in words


@pytest.mark.parametrize(
    "words",
    [
        'connection to server at "127.0.0.1", port 5432 failed: password authentication failed for user "ccmail"',
        "Job send_batch[12](sending=5, first=1, last=500) ended with status: Error",
        "451 4.7.1 try again later",
        "the server smtp.city.example:587 closes the connection",
        "campaign 2027-01-spring @ 08:00",
    ],
)
def test_words_that_help_stay(words: str) -> None:
    stream = io.StringIO()

    make_log(stream).warning("said", words=words)

    assert lines(stream)[0]["words"] == words


@given(
    local=st.from_regex(r"[a-z0-9.!#$&'*+/?^_`{|}~-]{1,20}", fullmatch=True),
    before=st.sampled_from(["", "<", " ", "to=", "('", '"', "address:", "["]),
    after=st.sampled_from(["", ">", " ", ";", "')", '"', ":", "]", ", x@y.example"]),
)
def test_no_domain_of_a_reader_is_shown(local: str, before: str, after: str) -> None:
    stream = io.StringIO()

    make_log(stream).info("said", words=f"550 {before}{local}@reader.example{after} no")

    assert "reader" not in stream.getvalue()


def test_what_a_mail_server_repeats_is_hidden_as_its_other_words_are() -> None:
    stream = io.StringIO()
    log = make_log(stream)
    server = Server("smtp.city.example", user="ada", password=PASSWORD)
    log.also_clean(server.without_password)
    log.also_clean(Hidden("eyJ0eXAiOiJKV1QiLCJhbGciOi").hide)

    log.error("refused", said=f"535 no AGFkYQBjb3JyM2N0LWgwcnNl {PASSWORD}", then="eyJ0eXAiOiJKV1QiLCJhbGci ...")

    line = lines(stream)[0]
    assert line["said"].startswith("535 no ")
    assert not re.search(r"AGFkYQ|corr3ct|eyJ0", stream.getvalue())


# ── libraries ──


def test_what_libraries_log_from_warnings_on_has_the_same_form(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "procrastinate.worker")
    stream = io.StringIO()
    library = logging.getLogger("procrastinate.worker")
    log = make_log(stream)

    with log.of_libraries():
        library.debug("no")
        library.info("no")
        library.warning("heartbeat of %s is late", "worker 3")
        library.error("lost %s", f"postgresql://ccmail:{PASSWORD}@db/x")
        try:
            raise ConnectionError(f"password={PASSWORD} for ada@city.example")  # noqa: TRY301
        except ConnectionError:
            library.exception("job failed")
    library.warning("not ours any more")

    first, second, third = lines(stream)
    assert (first["level"], first["event"], first["logger"]) == ("warning", "library", "procrastinate.worker")
    assert first["message"] == "heartbeat of worker 3 is late"
    assert (second["level"], second["message"]) == ("error", "lost …")
    assert third["error"] == "ConnectionError: password=… for …"
    assert re.fullmatch(r"test_worker_log\.py:\d+", third["raised_in"])
    assert PASSWORD not in stream.getvalue()


def test_words_and_values_of_a_library_that_do_not_fit_together_are_a_line_as_well() -> None:
    stream = io.StringIO()

    LogHandler(make_log(stream)).emit(logging.LogRecord("x", logging.ERROR, "x.py", 1, "%d mails", ("no",), None))

    assert [(line["level"], line["message"]) for line in lines(stream)] == [("error", "%d mails")]
