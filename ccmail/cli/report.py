"""`ccmail report`: numbers to pass on, or one line for each recipient."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.console import balance_line, columns, number, shown, state_word
from ccmail.cli.language import said, tr
from ccmail.cli.purpose import of_option
from ccmail.cli.sending_words import next_steps, not_sent, state_words
from ccmail.cli.times import day_and_time, zone_word
from ccmail.ledger import Purpose

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.report import GroupNumbers, Numbers


@click.command(cls=Command, name="report")
@click.argument("campaign", type=CampaignName())
@click.option("--jsonl", is_flag=True, help="One JSON object a line for each recipient, in the order of the lists.")
@of_option
@click.pass_obj
def command(context: CliContext, /, campaign: str, *, jsonl: bool, purpose: Purpose) -> None:
    """Say in numbers what became of CAMPAIGN: of its sending, or of its rehearsal if it was not sent yet."""
    from ccmail.campaign import campaign_id
    from ccmail.ledger import open_ledger
    from ccmail.report import count_up, recipients
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    name = campaign_id(workspace, campaign)
    with open_ledger(workspace.ledger_place) as ledger:
        if jsonl:
            lines = recipients(ledger, name, purpose)
            context.console.stream(json.dumps(line, ensure_ascii=False) for line in lines)
            return
        numbers = count_up(ledger, name, purpose)
    if numbers is None:
        then: tuple[str, ...] = (f"ccmail {purpose.command} {name}",)
        data = {"campaign": name, "purpose": purpose.value, "delivery": None}
        context.console.result(not_sent(name, purpose), data, then=then)
    else:
        then = next_steps(name, numbers.terms, real=_is_real(numbers), shown="report", purpose=purpose)
        context.console.result("\n".join(_lines(numbers, workspace.zone)), _data(numbers), then=then)


def _is_real(numbers: Numbers) -> bool:
    from ccmail.ledger import SendingKind

    return numbers.delivery is SendingKind.SMTP


def _lines(numbers: Numbers, zone: dt.tzinfo) -> Iterator[str]:
    real = _is_real(numbers)
    what = state_words(numbers.terms, real=real, purpose=numbers.purpose)
    version = tr("version {version}", version=numbers.version)
    yield f"{numbers.campaign} · {what} · {_when(numbers, zone)} · {version}"
    yield ""
    rows = list(_table(numbers, real=real))
    yield columns(rows, right=range(2, len(rows[0])), headed=True)
    yield ""
    has_lists = numbers.purpose is Purpose.CAMPAIGN
    yield balance_line(numbers.candidates, numbers.terms, real=real, has_lists=has_lists)
    why = [*_reasons(tr("refused"), numbers, "refusals"), *_reasons(tr("left out"), numbers, "reasons")]
    if why:
        yield ""
        yield columns(why, right={2})


def _when(numbers: Numbers, zone: dt.tzinfo) -> str:
    begun, ended = numbers.started_at.astimezone(zone), numbers.changed_at.astimezone(zone)
    until = f"{ended:%H:%M}" if begun.date() == ended.date() else day_and_time(ended)
    return f"{day_and_time(begun)}–{until} {zone_word(ended)}"


def _table(numbers: Numbers, *, real: bool) -> Iterator[list[str]]:
    terms = list(numbers.terms)
    yield [tr("to"), tr("in"), tr("on the lists"), *(state_word(term, real=real) for term in terms)]
    for group in numbers.groups:
        counts = (number(group.terms.get(term, 0)) for term in terms)
        yield [shown(group.segment), " + ".join(group.languages), number(group.candidates), *counts]
    yield ["", "", number(numbers.candidates), *(number(numbers.terms[term]) for term in terms)]


def _reasons(what: str, numbers: Numbers, of: str) -> Iterator[list[str]]:
    from ccmail.audience.reason import reason_words

    for group in numbers.groups:
        for why, people in getattr(group, of).items():
            yield [what, shown(group.segment), number(people), shown(said(reason_words(why)))]


def _data(numbers: Numbers) -> dict[str, Any]:
    return {
        "campaign": numbers.campaign,
        "purpose": numbers.purpose.value,
        "delivery": numbers.delivery,
        "version": numbers.version,
        "started_at": numbers.started_at,
        "changed_at": numbers.changed_at,
        "candidates": numbers.candidates,
        **_terms(numbers.terms),
        "groups": [_group(group) for group in numbers.groups],
    }


def _group(group: GroupNumbers) -> dict[str, Any]:
    return {
        "segment": group.segment,
        "language": "+".join(group.languages),
        "candidates": group.candidates,
        **_terms(group.terms),
        "refusals": [{"reason": why, "people": people} for why, people in group.refusals.items()],
        "reasons": [{"reason": why, "people": people} for why, people in group.reasons.items()],
    }


def _terms(terms: Mapping[str, int]) -> dict[str, int]:
    from ccmail.report.balance import TERMS

    return {term: terms.get(term, 0) for term in TERMS}
