"""A damaged ledger is a failure in words, whatever was damaged: never a traceback, never a wait without an end."""

from __future__ import annotations

import contextlib
import itertools
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ccmail.ledger import (
    Feedback,
    State,
    StateChange,
    StoredMail,
    SuppressionEntry,
    SuppressionReason,
    open_ledger,
    sqlite,
)
from ccmail.problems import LedgerFailure
from tests.ledger.example import NOW, Clock, started

VALUES = ("CAST(x'ff41' AS TEXT)", "x'00ff'", "'[1]'", "'0001-01-01T00:00:00'")
"""In SQL: no UTF-8, bytes, JSON that is no row and no number, a date that no computer reckons with."""


@pytest.fixture(autouse=True)
def _no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no commit wait for the disk: nearly all of the time would be that."""
    monkeypatch.setattr(sqlite, "_ALONE", ("journal_mode=WAL", "synchronous=OFF"))


@pytest.fixture
def sound(path: Path, clock: Clock) -> bytes:
    """A small ledger that has something in every table."""
    with open_ledger(path, now=clock) as ledger:
        sending = started(ledger)
        ledger.freeze(sending, "v", b"manifest", {"sequence": 0})
        ledger.keep_mail(sending, StoredMail(1, "v", b"data", {"name": b"blob"}))
        first, *_ = ledger.claim(sending, 2)
        ledger.record(sending, [StateChange(first.position, State.ACCEPTED, "end", 250, "", "ok", "server")])
        ledger.mark_tested("c", "v", ["a@x.example"], real=True)
        ledger.approve("c", "v", "Wil")
        ledger.suppress([SuppressionEntry("k@x.example", SuppressionReason.BOUNCED, NOW, "bounce")])
        ledger.resubscribe("r@x.example", SuppressionReason.BOUNCED, "letter")
        ledger.add_feedback([Feedback("digest", "bounce", NOW, NOW, sending.id, 1, "k@x.example", {"class": "hard"})])
    return path.read_bytes()


def use(path: Path) -> None:
    """Read and write all that a ledger has, as the commands do."""
    with open_ledger(path) as ledger:
        ledger.refuse_damaged()
        for sending in ledger.sendings():
            ledger.resume(sending.campaign, sending.delivery)
            list(ledger.rows(sending))
            list(ledger.attempts(sending))
            ledger.counts(sending)
            ledger.variants(sending)
            ledger.last_change(sending)
            ledger.manifest(sending, "v")
            ledger.events(sending)
            ledger.held([sending])
            list(ledger.feedback(sending=sending))
            with contextlib.suppress(ValueError):
                ledger.requeue(sending, State.REFUSED)
            for claim in ledger.claim(sending, 1):
                ledger.record(sending, [StateChange(claim.position, State.DEFERRED)])
        assert all(test.at.astimezone() for test in ledger.tests())
        assert all(by.has_address(lambda word: word == "x") is False for by in ledger.approvals())
        list(ledger.suppressed())
        list(ledger.feedback())
        ledger.resubscriptions(["r@x.example"])
        ledger.search(lambda data: b"x" in data)


def used(path: Path) -> str | None:
    """Return "" if a ledger can be used, else the code of the failure; None if that says nothing to people."""
    try:
        use(path)
    except LedgerFailure as failure:
        return failure.code if failure.code and failure.hint else None
    return ""


def columns(sound: bytes, folder: Path) -> Iterator[tuple[str, str]]:
    file = folder / "columns.sqlite"
    file.write_bytes(sound)
    with closing(sqlite3.connect(file)) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            yield from ((table, column[1]) for column in raw.execute(f'PRAGMA table_info("{table}")'))


def test_a_value_of_a_wrong_kind_in_any_column_is_a_failure_in_words(sound: bytes, path: Path) -> None:
    codes = set()
    for (table, column), value in zip(columns(sound, path.parent), itertools.cycle(VALUES), strict=False):
        path.write_bytes(sound)
        with closing(sqlite3.connect(path)) as raw, contextlib.suppress(sqlite3.Error):  # two rows of one number
            raw.execute("PRAGMA ignore_check_constraints = ON")
            raw.execute(f'UPDATE "{table}" SET "{column}" = {value}')  # noqa: S608
            raw.commit()

        codes.add(used(path))

    assert codes <= {"", "W732"}
    assert "W732" in codes


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("column", ["state", "contact", "languages", "updated_at", "mail", "text"])
def test_no_row_of_a_reader_is_read_that_ccmail_has_not_written(
    sound: bytes, path: Path, column: str, value: str
) -> None:
    path.write_bytes(sound)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute(f"UPDATE recipient SET {column} = {value}")  # noqa: S608
        raw.commit()

    assert used(path) in {"W732", ""} - ({""} if "x'" in value else set())


def test_flipped_bits_anywhere_are_a_failure_in_words_or_do_no_harm(sound: bytes, path: Path) -> None:
    chance, codes = random.Random(7), []
    for _ in range(60):
        spoilt = bytearray(sound)
        for _ in range(chance.choice((1, 1, 4))):
            spoilt[chance.randrange(chance.choice((100, len(sound))))] ^= 1 << chance.randrange(8)
        for beside in path.parent.iterdir():
            beside.unlink()
        path.write_bytes(spoilt)

        codes.append(used(path))

    assert None not in codes
    assert "W732" in codes


@pytest.mark.parametrize(
    "content",
    [
        lambda sound: b"MZ" + sound[2:],
        lambda sound: sound[:100],
        lambda sound: sound[: len(sound) // 2],
        lambda sound: sound[:-1],
        lambda sound: b"\0" * len(sound),
        lambda sound: sound.replace(b"CREATE TABLE sending", b"CREATE TABLE s\xfe\xffding"),
    ],
    ids=["another header", "the header alone", "half of it", "one byte less", "zeros", "no UTF-8 in its tables"],
)
def test_a_file_that_is_no_whole_ledger_is_called_damaged(sound: bytes, path: Path, content: object) -> None:
    path.write_bytes(content(sound))  # type: ignore[operator]

    with pytest.raises(LedgerFailure) as failure:
        use(path)

    assert (failure.value.code, "put back a copy" in failure.value.hint) == ("W732", True)
