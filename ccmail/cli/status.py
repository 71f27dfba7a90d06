"""`ccmail status`: the state of every campaign, or of the recipients of one."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.console import balance_line, columns, number, shown, state_word, step
from ccmail.cli.language import said, tr, tr_n
from ccmail.cli.ledger_words import ledger_words
from ccmail.cli.overview import overview
from ccmail.cli.sending_words import next_steps, not_sent, pause_data, purpose_word, state_words
from ccmail.cli.times import moment
from ccmail.ledger import Purpose
from ccmail.sending.pausing import pause_words
from ccmail.wording import join

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.ledger.store import Ledger
    from ccmail.report import Books, SendingBooks
    from ccmail.sending.event_life import OlderState
    from ccmail.workspace import Workspace

_MOST_NAMES = 200


@click.command(cls=Command, name="status")
@click.argument("campaign", type=CampaignName(), required=False)
@click.option("--watch", "is_watched", is_flag=True, help="Show how far it is, each second, until nobody is left.")
@click.pass_obj
def command(context: CliContext, /, campaign: str | None, *, is_watched: bool) -> None:
    """Show where every campaign stands, or who got CAMPAIGN and who did not."""
    from ccmail.campaign import campaign_id
    from ccmail.ledger import compare_receipts, current_sender, open_ledger
    from ccmail.report import summarise
    from ccmail.workspace import open_workspace

    if is_watched:
        from ccmail.cli.status_watch import watch

        sys.exit(watch(context, campaign))
    if campaign is None:
        overview(context)
        return
    workspace = open_workspace(context.start)
    name = campaign_id(workspace, campaign)
    with open_ledger(workspace.ledger_place) as ledger:
        books = summarise(ledger, name, current_sender(workspace.state, name) or ledger.sender(name))
        left_out = list(_left_out(workspace, ledger, name)) if context.console.verbose else []
        lost = compare_receipts(workspace.state, ledger)
        older = _older(workspace, ledger, name) if any(one.real for one in books.sendings) else ()
    context.console.problems(() if context.console.json else lost)
    data: dict[str, Any] = {"campaign": books.campaign, "sender": books.sender or None, "sendings": books.sendings}
    data["pause"] = pause_data(books.pause)
    data["problems"] = lost
    data["older_states"] = [_older_data(each) for each in older]
    if context.console.verbose:
        data["left_out"] = [[who, shown(why), where] for who, why, where in left_out]
    lines = [_text(books, workspace.zone, left_out), *_older_lines(older, name)]
    context.console.result("\n".join(lines), data, then=_next(books))


def _left_out(workspace: Workspace, ledger: Ledger, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield address, reason and line of people whom the latest sending left out; no line if the lists have changed."""
    from ccmail.audience import LeftOut
    from ccmail.audience.reason import reason_words
    from ccmail.campaign import find_campaign, load_campaign
    from ccmail.ledger import State
    from ccmail.planning.audience import read_audience
    from ccmail.report.numbers import main_sending

    sending = main_sending(ledger, name)
    campaign, _ = load_campaign(find_campaign(workspace, name), workspace)
    if sending is None or campaign is None:
        return
    now: dict[tuple[str, str, str], list[LeftOut]] = {}
    for item in read_audience(workspace, campaign, ledger):
        if isinstance(item, LeftOut):
            now.setdefault((item.email, item.segment, item.reason.value), []).append(item)
    for row in itertools.islice(ledger.rows(sending, State.LEFT_OUT), _MOST_NAMES):
        found = now.get((row.email, row.segment, row.reason))
        out = found.pop(0) if found else None
        why = reason_words(row.reason)
        if out and out.detail:
            why = join(": ", [why, out.detail])
        yield shown(row.email), why, f"{out.place.file}:{out.place.line}" if out and out.place else ""


def _text(books: Books, zone: dt.tzinfo, left_out: Sequence[tuple[str, str, str]]) -> str:
    lines = [tr("being sent by {process}", process=books.sender)] if books.sender else []
    if books.pause:
        lines.append(shown(said(pause_words(books.pause, zone))))
    if not books.sendings:
        return "\n".join([*lines, not_sent(books.campaign)])
    told = set[tuple[bool, Purpose]]()
    for one in books.sendings:
        lines += _lines(books, one, zone, is_latest=(one.real, one.purpose) not in told)
        told.add((one.real, one.purpose))
    if left_out:
        lines += ["", tr("left out"), columns([[who, shown(said(why)), where] for who, why, where in left_out])]
    return "\n".join(lines)


def _next(books: Books) -> tuple[str, ...]:
    if books.pause:
        return (step(f"ccmail continue {books.campaign}", tr("ends the pause")),)
    if books.sender:
        return (step(f"ccmail status {books.campaign}", tr("again, to see how far it is")),)
    if not books.sendings:
        return (f"ccmail send {books.campaign}",)
    latest = books.sendings[0]
    return next_steps(books.campaign, dict(latest.totals), real=latest.real, shown="status", purpose=latest.purpose)


def _older(workspace: Workspace, ledger: Ledger, name: str) -> tuple[OlderState, ...]:
    """Return the older states of the event that people have; what renders mails is loaded only if mails were sent."""
    from ccmail.sending.event_life import older_states

    return older_states(workspace, ledger, name)


def _older_lines(older: Sequence[OlderState], name: str) -> Iterator[str]:
    from ccmail.cli.occasion_view import older_words

    return (older_words(each, name) for each in older)


def _older_data(older: OlderState) -> dict[str, Any]:
    changed = older.state.facts.changed(older.latest.facts) if older.state else ()
    sequence = older.state.record.revision.sequence if older.state else None
    latest = older.latest.record.revision.sequence
    return {
        "people": older.people,
        "sequence": sequence,
        "latest_sequence": latest,
        "changed": [fact.value for fact in changed],
    }


def _lines(books: Books, one: SendingBooks, zone: dt.tzinfo, *, is_latest: bool) -> Iterator[str]:
    of = one.purpose.option
    words = state_words(dict(one.totals), real=one.real, purpose=one.purpose)
    yield f"{words} · {moment(one.started_at, zone)} · {tr('version {version}', version=one.version)}"
    rows = [["", *(state_word(state, real=one.real) for state in one.states)]]
    rows += [[segment, *map(number, counts)] for segment, counts in one.rows]
    yield columns(rows, right=range(1, len(rows[0])), headed=True)
    has_lists = one.purpose is Purpose.CAMPAIGN
    yield balance_line(one.candidates, dict(one.totals), real=one.real, has_lists=has_lists)
    if not books.sender:
        yield from _left_behind(one)
    named = [[state_word(word), shown(email), ledger_words(shown(why), zone)] for email, word, why in one.named]
    doubtful = sum(word == "in_doubt" for _, word, _ in one.named)
    yield from ("  " + "  ".join(row) for row in named[:doubtful])
    if doubtful:
        is_settled_here = is_latest or not of
        then = f"ccmail resolve {books.campaign}{of}" if is_settled_here else _later(books.campaign, one.purpose)
        yield tr("  nobody can know whether they have it: {then}", then=then)
    yield from ("  " + "  ".join(row) for row in named[doubtful:])
    if one.unnamed:
        command = f"ccmail report {books.campaign} --jsonl{of}"
        yield tr("  and {more:,} more: {command}", more=one.unnamed, command=command)


def _later(campaign: str, purpose: Purpose) -> str:
    """Return the words about people in doubt of an update or a reminder after which there was another one."""
    if purpose is Purpose.REMINDER:
        return tr("ccmail remind {campaign} --again writes to them once more", campaign=campaign)
    return tr("the later {mail} tells them, too", mail=purpose_word(purpose))


def _left_behind(one: SendingBooks) -> Iterator[str]:
    """Yield lines about rows that a dead process left; the ledger changes only with the next send or resolve."""
    totals, command = dict(one.totals), one.purpose.command
    if handed_over := totals.get("in_flight", 0):
        yield tr_n(
            "  {n:,} person was being handed over when ccmail died; "
            "the next {command} or resolve will name them as in doubt",
            "  {n:,} people were being handed over when ccmail died; "
            "the next {command} or resolve will name them as in doubt",
            handed_over,
            command=command,
        )
    if taken := totals.get("claimed", 0):
        yield tr_n(
            "  {n:,} person was next when ccmail died, and got nothing; the next {command} goes on with them",
            "  {n:,} people were next when ccmail died, and got nothing; the next {command} goes on with them",
            taken,
            command=command,
        )
