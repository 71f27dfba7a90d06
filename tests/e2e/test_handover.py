"""Recordings written by hand: the proof of the write order must understand every form of a handover."""

from __future__ import annotations

import pytest

from tests.e2e.handover import handovers
from tests.e2e.recording import Call, read

ENVELOPE = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<kim@x.example>\r\n"
TEXT = b"Subject: x\r\n\r\n..\r\nBDAT 3 LAST\r\n"
CHUNK = b"BDAT %d\r\n" % len(TEXT) + TEXT
LAST_CHUNK = b"BDAT %d LAST\r\n" % len(TEXT) + TEXT
WRITE, SYNC = "pwrite64", "fdatasync"
Step = bytes | str

APART: tuple[Step, ...] = (ENVELOPE, b"DATA\r\n", TEXT, WRITE, SYNC, b".\r\n")
WAYS: dict[str, tuple[Step, ...]] = {
    "text and dot apart": APART,
    "text in two writes": (ENVELOPE, b"DATA\r\n", TEXT[:9], TEXT[9:], WRITE, SYNC, b".\r\n"),
    "dot in two writes": (ENVELOPE, b"DATA\r\n", TEXT, WRITE, SYNC, b".", b"\r\n"),
    "last line end with the dot": (ENVELOPE, b"DATA\r\n", TEXT[:-2], WRITE, SYNC, b"\r\n.\r\n"),
    "text and dot together": (ENVELOPE, b"DATA\r\n", WRITE, SYNC, TEXT + b".\r\n"),
    "envelope and DATA together": (ENVELOPE + b"DATA\r\n", TEXT, WRITE, SYNC, b".\r\nQUIT\r\n"),
    "dot and next envelope together": (*APART[:-1], b".\r\n" + ENVELOPE + b"DATA\r\n", *APART[2:]),
    "chunks, an empty one at last": (ENVELOPE + CHUNK, CHUNK, WRITE, SYNC, b"BDAT 0 LAST\r\n" + ENVELOPE),
    "one chunk": (ENVELOPE, WRITE, SYNC, LAST_CHUNK),
    "a last chunk in two writes": (ENVELOPE, LAST_CHUNK[:30], WRITE, SYNC, LAST_CHUNK[30:]),
}


def recording(*steps: Step) -> list[Call]:
    """Make a recording: bytes go to a socket, words are calls on the ledger."""
    calls = [Call("sendto", "socket:[1]", b"EHLO [127.0.0.1]\r\n", 0, 0, 0)]
    for at, step in enumerate(steps, start=1):
        if isinstance(step, bytes):
            calls.append(Call("sendto", "socket:[1]", step, 0, at, at))
        else:
            calls.append(Call(step, "ledger", b"row", 0, at, at))
    return calls


def verdicts(calls: list[Call]) -> list[bool]:
    """Return for each mail whether its dot follows a sync of the ledger."""
    return [handover.follows_a_sync(c for c in calls if c.on == "ledger") for handover in handovers(calls)]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_dot_that_follows_write_and_sync_is_fine_however_it_is_said(way: tuple[Step, ...]) -> None:
    found = verdicts(recording(*way))

    assert found == [True] * way.count(SYNC)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("missing", [WRITE, SYNC])
def test_without_write_or_sync_every_dot_is_found_out(way: tuple[Step, ...], missing: str) -> None:
    found = verdicts(recording(*(step for step in way if step != missing)))

    assert found == [False] * way.count(SYNC)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_sync_before_the_write_does_not_count(way: tuple[Step, ...]) -> None:
    found = verdicts(recording(*({WRITE: SYNC, SYNC: WRITE}.get(str(step), step) for step in way)))

    assert found == [False] * way.count(SYNC)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param((ENVELOPE, b"DATA\r\n", WRITE, SYNC, TEXT, b".\r\n"), id="both before the text"),
        pytest.param((ENVELOPE, b"DATA\r\n", WRITE, TEXT, SYNC, b".\r\n"), id="written before the text"),
        pytest.param((ENVELOPE, b"DATA\r\n", TEXT, WRITE, b".\r\n", SYNC), id="synced after the dot"),
        pytest.param((ENVELOPE, b"DATA\r\n", TEXT, WRITE, b".", SYNC, b"\r\n"), id="synced within the dot"),
    ],
)
def test_at_the_wrong_moment_they_do_not_count(steps: tuple[Step, ...]) -> None:
    assert verdicts(recording(*steps)) == [False]


def test_a_sync_counts_from_its_end_and_a_write_from_its_beginning() -> None:
    wal, file = "1<\\x6c\\x2d\\x77\\x61\\x6c>", "2<\\x6c>"
    lines = [
        f'7 pwrite64({wal}, "\\x61\\x62", 2, 4096) = 2\n',
        f"7 fdatasync({wal} <unfinished ...>\n",
        f'8 pwrite64({file}, "\\x63" <unfinished ...>\n',
        "7 <... fdatasync resumed>) = 0\n",
        "8 <... pwrite64 resumed>, 1, 512) = 1\n",
        f"7 fdatasync({file}) = -1 EIO (Input/output error)\n",
        f"8 ftruncate({wal}, 7) = 0\n",
        f"8 fsync({file} <unfinished ...>\n",
        "8 +++ killed by SIGKILL +++\n",
    ]

    calls = list(read(lines))

    assert calls == [
        Call("pwrite64", "l-wal", b"ab", 4096, 0, 0),
        Call("fdatasync", "l-wal", b"", 0, 1, 3),
        Call("pwrite64", "l", b"c", 512, 2, 4),
        Call("ftruncate", "l-wal", b"", 7, 6, 6),
        Call("fsync", "l", b"", 0, 7, 9),
    ]


def test_only_what_the_kernel_took_was_said() -> None:
    lines = [
        '7 sendto(3<socket:[9]>, "\\x61\\x62\\x63", 3, 0, NULL, 0) = 2\n',
        '7 sendto(3<socket:[9]>, "\\x63", 1, 0, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable)\n',
        '7 sendmsg(3<socket:[9]>, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="\\x63", iov_len=1}, '
        '{iov_base="\\x64\\x65", iov_len=2}], msg_iovlen=2, msg_controllen=0, msg_flags=0}, 0) = 2\n',
        '7 writev(3<socket:[9]>, [{iov_base="\\x65", iov_len=1}, {iov_base="\\x66", iov_len=1}], 2) = 2\n',
    ]

    calls = list(read(lines))

    assert b"".join(call.data for call in calls) == b"abcdef"
    assert {call.on for call in calls} == {"socket:[9]"}
