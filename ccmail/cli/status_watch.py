"""`ccmail status --watch`: how far sendings are, drawn again each second; in a pipe, a line for each change."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ccmail.cli.console import balance_line, columns, decimal, number, shown, state_word
from ccmail.cli.language import said, tr
from ccmail.cli.sending_words import not_sent, pause_data, purpose_word, state_words
from ccmail.cli.times import span
from ccmail.ledger import Purpose, State
from ccmail.sending.pausing import pause_words

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.cli.app import CliContext
    from ccmail.cli.console import Console
    from ccmail.ledger.workers import WorkerRow
    from ccmail.report.watch import Glance, SendingGlance

_Name = tuple[str, Purpose]
_LOOK = 1.0  # seconds between two looks
_INTERRUPTED = 130
_DOUBTFUL = 6
_MINUTE = 60


def watch(context: CliContext, campaign: str | None) -> int:
    """Show how far a campaign is until nobody is left, or all campaigns until Ctrl-C; return the exit code."""
    from ccmail.campaign import campaign_id
    from ccmail.ledger import open_ledger
    from ccmail.report.watch import Watch
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    name = campaign_id(workspace, campaign) if campaign is not None else None
    with open_ledger(workspace.ledger_place) as ledger, _shown_on(context.console, name, workspace.zone) as show:
        looks = Watch(workspace, ledger, name)
        try:
            while show(glance := looks.look()):
                if name is not None and glance.is_settled:
                    return _DOUBTFUL if any(one.people.get(State.IN_DOUBT) for one in glance.sendings) else 0
                time.sleep(_LOOK)
        except KeyboardInterrupt:
            return _INTERRUPTED if name is not None else 0
    return 0


@contextlib.contextmanager
def _shown_on(console: Console, campaign: str | None, zone: dt.tzinfo) -> Iterator[Callable[[Glance], bool]]:
    """Yield a function that shows a glance, and returns whether anybody can still see it."""
    if console.json or not console.takes_codes(sys.stdout):
        yield _Changes(console, campaign, zone).show
        return
    from rich.console import Console as Terminal
    from rich.live import Live
    from rich.text import Text

    with Live(console=Terminal(highlight=False), auto_refresh=False) as live:

        def show(glance: Glance) -> bool:
            live.update(Text(_text(glance, campaign, zone)), refresh=True)
            return True

        yield show


class _Changes:
    """Lines for pipes and programs: one for each sending that has changed, or a JSON object for all of them."""

    def __init__(self, console: Console, campaign: str | None, zone: dt.tzinfo) -> None:
        self._console = console
        self._campaign = campaign
        self._zone = zone
        self._before: tuple[dict[_Name, Any], list[Any]] | None = None

    def show(self, glance: Glance) -> bool:
        now = _lasting(glance), [(one.host, one.pid, one.is_alive) for one in glance.workers]
        before, self._before = self._before, now
        if now == before:
            return True
        if self._console.json:
            return self._console.stream([json.dumps(_data(glance), ensure_ascii=False)])
        if not glance.sendings:
            return before is not None or self._console.stream([_nothing(self._campaign)])
        known, current = before[0] if before else {}, now[0]
        changed = [one for one in glance.sendings if known.get(_name(one)) != current[_name(one)]]
        return self._console.stream(_line(one, self._zone) for one in changed)


def _name(one: SendingGlance) -> _Name:
    return one.campaign, one.purpose


def _lasting(glance: Glance) -> dict[_Name, Any]:
    """Return the facts whose change is worth another line."""
    return {_name(one): (dict(one.people), one.sender, one.pause) for one in glance.sendings}


def _data(glance: Glance) -> dict[str, Any]:
    return {
        "sendings": [
            {
                "campaign": one.campaign,
                "purpose": one.purpose.value,
                "real": one.real,
                "people": {state.value: people for state, people in one.people.items()},
                "left": one.left,
                "per_second": round(one.per_second, 2),
                "seconds_left": None if one.seconds_left is None else round(one.seconds_left),
                "sender": said(one.sender) or None,
                "pause": (found := pause_data(one.pause)) and {**found, "at": found["at"].isoformat()},
            }
            for one in glance.sendings
        ],
        "workers": [
            {"host": one.host, "pid": one.pid, "alive": one.is_alive, "silent_for": round(one.silent_for, 1)}
            for one in glance.workers
        ],
    }


def _line(one: SendingGlance, zone: dt.tzinfo) -> str:
    terms = (f"{number(people)} {state_word(term, real=one.real)}" for term, people in one.terms.items())
    of = "" if one.purpose is Purpose.CAMPAIGN else f" ({purpose_word(one.purpose)})"
    return " · ".join([f"{one.campaign}{of}: {', '.join(terms)}", *_pace(one), *_who(one, zone)])


def _text(glance: Glance, campaign: str | None, zone: dt.tzinfo) -> str:
    blocks = ["\n".join(_block(one, zone)) for one in glance.sendings] or [_nothing(campaign)]
    if glance.workers:
        blocks.append(f"{tr('workers')}\n{columns([_worker(one) for one in glance.workers])}")
    return "\n\n".join(blocks)


def _nothing(campaign: str | None) -> str:
    return tr("Nothing is being sent.") if campaign is None else not_sent(campaign)


def _block(one: SendingGlance, zone: dt.tzinfo) -> Iterator[str]:
    states = {state.value: people for state, people in one.people.items()}
    yield f"{one.campaign} · {state_words(states, real=one.real, purpose=one.purpose)}"
    has_lists = one.purpose is Purpose.CAMPAIGN
    yield balance_line(sum(one.people.values()), one.terms, real=one.real, has_lists=has_lists)
    if pace := _pace(one):
        yield "  " + " · ".join(pace)
    yield from (f"  {line}" for line in _who(one, zone))


def _pace(one: SendingGlance) -> list[str]:
    if not one.left:
        return []
    words = [tr("{number} mails per second", number=decimal(one.per_second))]
    if one.seconds_left is not None:
        rest = f"{one.seconds_left:.0f} s" if one.seconds_left < _MINUTE else span(one.seconds_left)
        words.append(tr("the rest takes {time}", time=rest))
    return words


def _who(one: SendingGlance, zone: dt.tzinfo) -> list[str]:
    words = [shown(said(pause_words(one.pause, zone)))] if one.pause else []
    if one.sender:
        words.append(tr("being sent by {process}", process=one.sender))
    return words


def _worker(one: WorkerRow) -> list[str]:
    state = tr("works") if one.is_alive else tr("silent for {seconds:,} s", seconds=round(one.silent_for))
    return [shown(one.host), str(one.pid), state]
