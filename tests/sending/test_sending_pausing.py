"""The pause of a campaign, as a person orders and ends it."""

from __future__ import annotations

import datetime as dt
import getpass
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from ccmail.ledger import open_ledger
from ccmail.problems import NotConfirmed
from ccmail.sending.pausing import continue_sending, pause_sending, refuse_paused
from tests.small_workspace import SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

NOW = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / ".ccmail" / "ledger.sqlite", now=lambda: NOW) as opened:
        yield opened


def test_a_paused_campaign_is_refused_with_who_paused_it_since_when_and_why(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "kim")
    monkeypatch.setattr(socket, "gethostname", lambda: "desk")
    assert pause_sending(ledger, "news", "a wrong date") is None

    with pytest.raises(NotConfirmed) as refused:
        refuse_paused(ledger, "news", BERLIN)

    assert str(refused.value.message) == (
        "news is paused since 1 March 2027 09:00 CET by kim@desk: a wrong date. Nothing was sent."
    )
    assert refused.value.code == "W944"
    assert "ccmail continue news" in refused.value.hint
    refuse_paused(ledger, "other", BERLIN)


def test_what_is_paused_again_keeps_its_reason_unless_there_is_a_new_one(ledger: Ledger) -> None:
    ledger.pauses.pause("news", "a worker", "550 we take nothing more from you")

    before = pause_sending(ledger, "news")
    kept = ledger.pauses.of("news")
    pause_sending(ledger, "news", "a wrong date")
    replaced = ledger.pauses.of("news")

    assert before is not None
    assert kept == before
    assert replaced is not None
    assert (replaced.why, replaced.by == "a worker") == ("a wrong date", False)


def test_it_goes_on_once(small: SmallWorkspace, ledger: Ledger) -> None:
    pause_sending(ledger, "news")

    ended = continue_sending(small.workspace, ledger, "news")

    assert ended is not None
    assert ended.campaign == "news"
    assert continue_sending(small.workspace, ledger, "news") is None
    refuse_paused(ledger, "news", BERLIN)


def test_a_computer_that_knows_no_name_for_its_user_is_named_alone(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nobody)
    pause_sending(ledger, "news")

    paused = ledger.pauses.of("news")
    assert paused is not None
    assert paused.by == socket.gethostname()
