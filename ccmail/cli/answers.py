"""`ccmail answers`: who comes to the event of a campaign, and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.console import columns, number, people, shown, step
from ccmail.cli.language import said, tr, tr_n
from ccmail.cli.sending_words import not_sent
from ccmail.cli.times import moment
from ccmail.cli.values import FilePath
from ccmail.wording import say

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.report.answers import AnswerCount, AnswerWord, InvitationAnswers, PersonAnswer

_FILE = FilePath(dir_okay=False)
_COLUMNS = (
    *("segment", "email", "name", "answer", "old time", "answered at", "comment"),
    *("answered by", "delegated to", "proposes another time", "invited was", "in the browser"),
)
_WORDS = {
    "yes": say("yes"),
    "maybe": say("maybe"),
    "no": say("no"),
    "delegated": say("delegated"),
    "silent": say("no answer"),
}


@click.command(cls=Command, name="answers")
@click.argument("campaign", type=CampaignName())
@click.option("--csv", "csv_file", type=_FILE, metavar="FILE", help="Write a row for each person, for a spreadsheet.")
@click.option("--xlsx", "xlsx_file", type=_FILE, metavar="FILE", help="Write the same as an Excel file.")
@click.pass_obj
def command(context: CliContext, /, campaign: str, *, csv_file: Path | None, xlsx_file: Path | None) -> None:
    """Show who accepts the invitation of CAMPAIGN, who declines it, and what they say."""
    from ccmail.campaign import campaign_id
    from ccmail.ledger import open_ledger
    from ccmail.report.answers import read_answers
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    name = campaign_id(workspace, campaign)
    with open_ledger(workspace.ledger_place) as ledger:
        answers = read_answers(ledger, name)
    if answers is None:
        data = {"campaign": name, "people": None}
        context.console.result(not_sent(name), data, then=(f"ccmail send {name}",))
        return
    files = _write(answers, workspace.zone, csv_file, xlsx_file)
    lines = [*_lines(answers, workspace.zone), *(tr("\nWrote {file}.", file=shown(file)) for file in files)]
    context.console.result(
        "\n".join(lines), {**_data(answers), "files": files}, then=(step("ccmail inbox", tr("reads what came since")),)
    )


def _write(answers: InvitationAnswers, zone: dt.tzinfo, csv_file: Path | None, xlsx_file: Path | None) -> list[str]:
    """Write the tables that are wanted, and return their names."""
    from ccmail.report.tables import csv_table, xlsx_table

    rows = list(_table(answers, zone))
    if csv_file:
        csv_file.write_bytes(csv_table(rows))
    if xlsx_file:
        xlsx_file.write_bytes(xlsx_table(rows, "answers"))
    return [str(file) for file in (csv_file, xlsx_file) if file]


def _table(answers: InvitationAnswers, zone: dt.tzinfo) -> Iterator[tuple[str, ...]]:
    yield _COLUMNS
    for person in (*answers.people, *answers.uninvited):
        yield (
            *(person.segment, person.email, person.name, _word(person), _mark(person.is_stale)),
            person.at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if person.at else "",
            *(person.comment, person.answered_by, person.delegated_to, _mark(person.proposes), person.invited),
            _mark(person.by_page),
        )


def _mark(is_so: bool) -> str:  # noqa: FBT001
    return "yes" if is_so else ""


def _word(person: PersonAnswer) -> str:
    return person.answer.value if person.segment else f"{person.answer.value}, not confirmed"


# ── for people ──


def _lines(answers: InvitationAnswers, zone: dt.tzinfo) -> Iterator[str]:
    from ccmail.report.answers import AnswerWord

    total = answers.total
    words = [word for word in AnswerWord if word is not AnswerWord.DELEGATED or total.by_word[word]]
    yield tr("{campaign} · {people} invited", campaign=answers.campaign, people=people(total.people))
    yield ""
    rows = [[tr("to"), tr("invited"), *(_answer(word) for word in words)]]
    rows += [_row(count, words) for count in (*answers.counts, *([total] if len(answers.counts) > 1 else []))]
    yield columns(rows, right=range(1, len(rows[0])), headed=True)
    if total.stale:
        yield tr_n(
            "\n  {n:,} answer is to the old time or place, marked * below",
            "\n  {n:,} answers are to the old time or place, marked * below",
            total.stale,
        )
    if named := [_named(person, zone) for person in answers.people if _is_worth_a_line(person)]:
        yield ""
        yield columns(named)
    if answers.uninvited:
        yield tr("\n  not invited: somebody has passed the invitation on to them, and nobody has confirmed the answer")
        yield columns([_named(person, zone) for person in answers.uninvited])


def _answer(word: AnswerWord) -> str:
    return said(_WORDS[word.value])


def _row(count: AnswerCount, words: Any) -> list[str]:
    return [shown(count.segment), number(count.people), *(number(count.by_word[word]) for word in words)]


def _is_worth_a_line(person: PersonAnswer) -> bool:
    return bool(person.comment or person.is_stale or person.proposes or person.delegated_to or person.answered_by)


def _named(person: PersonAnswer, zone: dt.tzinfo) -> list[str]:
    address = shown(person.email) or tr("(erased)")
    who = f"{shown(person.name)} <{address}>" if person.name else address
    notes = [
        tr("“{comment}”", comment=shown(person.comment)) if person.comment else "",
        tr("in the browser") if person.by_page else "",
        tr("proposes another time") if person.proposes else "",
        tr("to {address}", address=shown(person.delegated_to)) if person.delegated_to else "",
        tr("answered by {address}", address=shown(person.answered_by)) if person.answered_by else "",
        tr("invited was {address}", address=shown(person.invited)) if person.invited else "",
    ]
    word = _answer(person.answer) + ("*" if person.is_stale else "")
    return [who, word, moment(person.at, zone) if person.at else "", " · ".join(filter(None, notes))]


# ── for programs ──


def _data(answers: InvitationAnswers) -> dict[str, Any]:
    return {
        "campaign": answers.campaign,
        **_counts(answers.total),
        "segments": [{"segment": count.segment, **_counts(count)} for count in answers.counts],
        "answers": [person for person in answers.people if person.at],
        "uninvited": list(answers.uninvited),
    }


def _counts(count: AnswerCount) -> dict[str, int]:
    return {"people": count.people, **{word.value: n for word, n in count.by_word.items()}, "stale": count.stale}
