"""`ccmail recipients`: the content of the lists, and the data about one person."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command, Commands
from ccmail.cli.console import (
    Console,
    columns,
    explaining,
    people,
    shown,
    state_word,
    step,
)
from ccmail.cli.language import said, tr, tr_n
from ccmail.cli.ledger_words import ledger_words
from ccmail.cli.sending_words import purpose_word
from ccmail.cli.severity_words import counted
from ccmail.cli.times import moment
from ccmail.cli.values import FilePath
from ccmail.ledger import Purpose
from ccmail.problems import NotConfirmed, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.audience.clean import CellRepair
    from ccmail.audience.lists import ReadList
    from ccmail.ledger import Approval, Preference
    from ccmail.privacy.lookup import FeedbackRecord, PersonalData, ReceivedMail, SubscriptionRecord
    from ccmail.suppression.resubscribe import SuppressionStatus

_FILE = FilePath(dir_okay=False)
_MANNERS = {
    "with Frau or Herr": say("with Frau or Herr"),
    "by name": say("by name"),
    "without a name": say("without a name"),
    "by the list's own words": say("by the list's own words"),
}
_DELIVERIES = {"outbox": say("rehearsal"), "test": say("test")}
_CAME_BACK = {
    "bounce": say("bounce"),
    "complaint": say("complaint"),
    "unsubscribe": say("unsubscribe"),
    "rsvp": say("rsvp"),
    "unsubscribed by link": say("unsubscribed by link"),
    "preferences by link": say("preferences by link"),
    "auto_reply": say("auto_reply"),
    "other": say("other"),
}


@click.group(cls=Commands, name="recipients")
def command() -> None:
    """Check lists; find, unsubscribe, resubscribe or forget a person."""


# ── check ──


@command.command(cls=Command, name="check")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=_FILE)
@click.option("--fix", is_flag=True, help="Write a repaired copy beside each list: FILE.clean.csv.")
@click.pass_obj
def check(context: CliContext, /, files: tuple[Path, ...], *, fix: bool) -> None:
    """Show what ccmail reads from each list FILE and what is wrong there; without FILE, all lists are checked."""
    from ccmail.audience.lists import list_files, lists_of, read_list
    from ccmail.suppression.suppressed import read_unsubscribed
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    wanted = [listed for file in files for listed in list_files(workspace, file)] if files else lists_of(workspace)
    read = [read_list(workspace, listed, fix=fix) for listed in wanted]
    unsubscribed = read_unsubscribed(workspace)
    problems = [problem for one in read for problem in one.summary.problems]
    problems += [] if files else unsubscribed.problems
    data = {
        "lists": [_list_data(one) for one in read],
        "unsubscribed": len(unsubscribed),
        "problems": problems,
    }
    texts = ["\n".join(_list_lines(one)) for one in read]
    texts += [] if files else [f"recipients/unsubscribed.csv   {people(len(unsubscribed))}"]
    context.console.result("\n\n".join(texts) + "\n", data)
    if not context.console.json:
        context.console.problems(problems, on_stdout=True)
        context.console.result("", then=explaining(problems) or ["ccmail check"])
    sys.exit(int(any(problem.is_error for problem in problems)))


def _list_data(one: ReadList) -> dict[str, Any]:
    summary = one.summary
    return {
        "file": summary.file,
        "people": summary.people,
        "columns": [list(pair) for pair in summary.columns],
        "deciding": list(summary.read.deciding) if summary.read else [],
        "marked": [{"reason": reason, "column": column, "people": count} for reason, column, count in summary.marked],
        "greetings": summary.greetings,
        "clean": one.copy,
        "repairs": one.clean.repairs if one.clean else [],
        "lost": list(one.clean.lost) if one.clean else [],
    }


def _list_lines(one: ReadList) -> Iterator[str]:
    from ccmail.audience.list_problems import OTHER_ENCODING
    from ccmail.audience.reason import reason_words
    from ccmail.cli.columns_view import columns_text, field_word

    summary = one.summary
    found = Counter(problem.severity for problem in summary.problems)
    counts = [people(summary.people), *(counted(s, found[s]) for s in Severity if found[s])]
    yield f"{summary.file}   {' · '.join(counts)}"
    yield from (f"  {shown(said(problem.message))}" for problem in summary.problems if problem.code == OTHER_ENCODING)
    for reason, column, count in summary.marked:
        yield tr(
            "  {people:,} {reason} (column {column})", people=count, reason=reason_words(reason), column=shown(column)
        )
    if summary.read:
        yield f"  {columns_text(summary.read, in_full=True)}"
    elif summary.columns:
        pairs = (shown(h) if h == field else f"{shown(h)} → {field_word(field)}" for h, field in summary.columns)
        yield tr("  columns   {pairs}", pairs=tuple(pairs))
    if summary.greetings:
        rows = [[said(_MANNERS[g.manner.value]), people(g.people), shown(g.example)] for g in summary.greetings]
        yield columns(rows, right={1})
    if one.clean:
        yield from _repair_lines(one)


def _repair_lines(one: ReadList) -> Iterator[str]:
    clean = one.clean
    assert clean is not None  # noqa: S101  # the caller looked
    yield from (_repair(repair) for repair in clean.repairs)
    if clean.lost:
        yield tr("  not in the copy: line {lines}", lines=clean.lost)
    if one.copy is None:
        yield tr("  nothing to repair")
    else:
        yield tr("  Wrote {file}. Look through it, then copy it over the list.", file=one.copy)


def _repair(repair: CellRepair) -> str:
    words = f"  {tr('line {line}', line=repair.line)}   {shown(repair.before)} → {shown(repair.after)}"
    return f"{words}   {tr('a guess: look at it')}" if repair.is_guess else words


# ── find ──


@command.command(cls=Command, name="find")
@click.argument("address")
@click.pass_obj
def find(context: CliContext, /, address: str) -> None:
    """Show what ccmail knows about ADDRESS: lists, sendings, why they get nothing."""
    from ccmail.privacy.lookup import find_personal_data
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    found = find_personal_data(workspace, address)
    context.console.result("\n".join(_lines(found, workspace.zone)), _data(found), then=_next(found))


def _next(found: PersonalData) -> list[str]:
    if found.is_empty:
        return [step("ccmail recipients check", tr("shows the lists"))]
    address = shown(found.address)
    wish = step(f"ccmail recipients unsubscribe {address}", tr("no more mails"))
    if found.suppressions:
        wish = step(f"ccmail recipients resubscribe {address} --note TEXT", tr("they get mails again"))
    return [wish, step(f"ccmail recipients forget {address}", tr("erases the person"))]


def _lines(found: PersonalData, zone: dt.tzinfo) -> Iterator[str]:
    from ccmail.cli.columns_view import field_word

    if found.is_empty:
        yield tr("ccmail knows nothing about {address}.", address=shown(found.address))
        return
    yield shown(found.address)
    for listed in found.lists:
        known = ", ".join(f"{field_word(name)}: {shown(str(value))}" for name, value in listed.data.items())
        words = known or tr("the address is in this row, but the row cannot be read")
        yield f"  {listed.file}:{listed.line}   {words}"
    for record in found.suppressions:
        place = f"{record.file}:{record.line}" if record.line else record.file
        yield f"  {place}   {tr('gets nothing: {why}', why=shown(_why(record.reason)))}"
    yield from _asked_for(found, zone)
    for name in found.people:
        yield f"  ccmail.yaml   people.{name}"
    for sent in found.sendings:
        yield from _sent(sent, zone)
    yield from (_came_back(each, zone) for each in found.feedback)
    for test in found.tests:
        words = tr("got version {version} as a tester", version=test.version)
        yield f"  {test.campaign}   {words}   {moment(test.at, zone)}"
    for approval in found.approvals:
        words = tr("version {version}, {approved}", version=approval.version, approved=_approver(approval))
        yield f"  {approval.campaign}   {words}   {moment(approval.at, zone)}"
    yield from (f"  {path}" for path in (*found.mails, *found.files))
    yield from (f"  {copy}   {tr('a copy of the ledger')}" for copy in found.copies)
    yield from (f"  {shown(campaign)}   {tr('its mails name them')}" for campaign in found.mentions)


def _asked_for(found: PersonalData, zone: dt.tzinfo) -> Iterator[str]:
    """Yield the wishes of the person: some mails, mails again, the mails of a segment."""
    from ccmail.audience.reason import reason_words

    if found.preference:
        wishes = ", ".join(_wishes(found.preference, zone)) or tr("all mails")
        yield f"  {tr('has chosen: {wishes}', wishes=wishes)}   {moment(found.preference.at, zone)}"
    for asked in found.resubscriptions:
        note = f": {shown(asked.note)}" if asked.note else ""
        words = tr("asked for mails again ({reason} before)", reason=reason_words(asked.was.value))
        yield f"  {words}   {moment(asked.at, zone)}{note}"
    for wish in found.subscriptions:
        yield from _wish(wish, zone)


def _wish(wish: SubscriptionRecord, zone: dt.tzinfo) -> Iterator[str]:
    """Yield a wish to get the mails of a segment, with the proof of it."""
    yield "  " + tr("{segment}: asked on the page", segment=shown(wish.segment)) + f"   {moment(wish.asked_at, zone)}"
    if wish.confirmed_at:
        yield f"    {tr('confirmed by the link in the mail')}   {moment(wish.confirmed_at, zone)}"
    elif wish.state:
        state = state_word(wish.state, real=True)
        yield f"    {tr('not confirmed; the mail with the link: {state}', state=state)}"
    if wish.reply:
        yield f"    {ledger_words(shown(wish.reply), zone)}"
    yield f"    {tr('consent {version}: {words}', version=wish.consent, words=shown(wish.words))}"


def _wishes(preference: Preference, zone: dt.tzinfo) -> Iterator[str]:
    """Yield the choices of somebody about their mails."""
    if until := preference.paused_until:
        yield tr("no mails until {day}", day=moment(until, zone))
    if preference.left_segments:
        yield tr("no mails of {segments}", segments=preference.left_segments)
    if preference.language:
        yield tr("in the language {code}", code=preference.language)


def _came_back(each: FeedbackRecord, zone: dt.tzinfo) -> str:
    from ccmail.cli.columns_view import field_word

    details = ", ".join(f"{field_word(name)}: {_plain(value)}" for name, value in each.details.items() if value)
    kind = said(_CAME_BACK[each.kind]) if each.kind in _CAME_BACK else shown(each.kind)
    what = tr("came back: {kind}", kind=kind)
    if not each.is_own:
        what = tr("came back: {kind} of somebody who names them", kind=kind)
    words = f"{shown(each.campaign)}   {what}   {moment(each.at, zone)}"
    return f"  {words.strip()}{_erased(each.erased)}" + (f"\n    {details}" if details else "")


def _erased(is_erased: bool) -> str:  # noqa: FBT001
    return f"   {tr('(only a pseudonym is left)')}" if is_erased else ""


def _why(reason: str) -> str:
    """Return why somebody gets nothing: a word of ours, or what a list says."""
    from ccmail.audience.reason import reason_words

    word, bracket, detail = reason.partition(" (")
    return f"{said(reason_words(word))}{bracket}{detail}"


def _plain(value: object) -> str:
    return shown(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def _sent(sent: ReceivedMail, zone: dt.tzinfo) -> Iterator[str]:
    from ccmail.audience.reason import reason_words

    purpose = "" if sent.purpose == "campaign" else f" {purpose_word(Purpose(sent.purpose))}"
    kind = f" ({said(_DELIVERIES[sent.delivery])})" if sent.delivery in _DELIVERIES else ""
    reason = f" ({said(reason_words(sent.reason))})" if sent.reason else ""
    state = state_word(sent.state, real=sent.delivery == "smtp") + reason
    yield f"  {sent.campaign}{purpose}{kind}   {state}   {moment(sent.at, zone)}{_erased(sent.erased)}"
    if sent.message_id:
        yield f"    Message-ID {shown(sent.message_id)}"
    if sent.reply:
        yield f"    {ledger_words(shown(sent.reply), zone)}"


def _approver(approval: Approval) -> str:
    return tr("approved by “{name}”", name=shown(approval.by))


def _data(found: PersonalData) -> dict[str, Any]:
    return {
        "address": found.address,
        "lists": found.lists,
        "barred": found.suppressions,
        "subscriptions": found.subscriptions,
        "preference": _preference_data(found.preference) if found.preference else None,
        "resubscriptions": [{"was": r.was, "at": r.at, "note": r.note} for r in found.resubscriptions],
        "sendings": found.sendings,
        "feedback": found.feedback,
        "tests": found.tests,
        "approvals": found.approvals,
        "people": list(found.people),
        "mails": list(found.mails),
        "copies": list(found.copies),
        "files": list(found.files),
        "mentions": list(found.mentions),
    }


def _preference_data(preference: Preference) -> dict[str, Any]:
    return {
        "left_segments": list(preference.left_segments),
        "language": preference.language,
        "paused_until": preference.paused_until,
        "at": preference.at,
    }


# ── unsubscribe ──


@command.command(cls=Command, name="unsubscribe")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@click.pass_obj
def unsubscribe(context: CliContext, /, addresses: tuple[str, ...]) -> None:
    """Write each ADDRESS into recipients/unsubscribed.csv: they get nothing any more."""
    from ccmail.suppression import unsubscribe as unsubscription
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    file = workspace.shown(workspace.unsubscribed_file)
    done = unsubscription.unsubscribe(workspace, addresses)
    busy = unsubscription.campaigns_being_sent(workspace)
    lines = (
        [tr("Wrote into {file}: {addresses}", file=file, addresses=tuple(map(shown, done.added)))] if done.added else []
    )
    if done.known:
        lines.append(tr("Already there: {addresses}", addresses=tuple(map(shown, done.known))))
    lines += [
        tr("{campaign} is being sent right now: who has no mail of it yet gets none", campaign=campaign)
        for campaign in busy
        if done.added
    ]
    data = {"file": file, "added": list(done.added), "known": list(done.known), "being_sent": list(busy)}
    context.console.result("\n".join(lines), data, then=[_look_up([*done.added, *done.known][0])])


def _look_up(address: str) -> str:
    return step(f"ccmail recipients find {shown(address)}", tr("shows what ccmail knows"))


# ── resubscribe ──


@command.command(cls=Command, name="resubscribe")
@click.argument("address")
@click.option("--note", required=True, metavar="TEXT", help="The evidence: “mail of 20 Sep to Fatina”.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.pass_obj
def resubscribe(context: CliContext, /, address: str, *, note: str, yes: bool) -> None:
    """Send mails to ADDRESS again, because this person asks for it; the ledger records the time and your note."""
    from ccmail.suppression import resubscribe as resubscription
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    if not yes:
        _confirm_resubscription(context.console, resubscription.find_suppression(workspace, address))
    status, asked = resubscription.resubscribe(workspace, address, note)
    text = tr("{address} gets mails again. The ledger has your note.", address=shown(status.address))
    if status.lines:
        text += "\n" + tr("Taken out of {file}: line {lines}.", file=status.file, lines=status.lines)
    data = {"address": status.address, "was": asked.was, "at": asked.at, "note": asked.note}
    data |= {"file": status.file, "lines": list(status.lines)}
    context.console.result(text, data, then=[_look_up(status.address)])


def _confirm_resubscription(console: Console, status: SuppressionStatus) -> None:
    """Ask for the address, to confirm a resubscription.

    Raises:
        NotConfirmed: The address was not typed.
    """
    console.say("\n".join(_bar(status)))
    question = tr("Type {address} to let them get mails again, anything else to stop:", address=shown(status.address))
    _have_typed(console, status.address, question, say("Nothing was changed."))


def _bar(status: SuppressionStatus) -> Iterator[str]:
    yield shown(status.address)
    for row in status.rows:
        why = row.suppression.detail or row.suppression.reason.value
        yield f"  {status.file}:{row.row.line}   {tr('gets nothing: {why}', why=shown(_why(why)))}"
    if status.in_ledger:
        yield f"  {tr('the ledger')}   {tr('gets nothing: {why}', why=_why(status.in_ledger.value))}"
    yield tr("\nFrom now on they get mails again. Do this only if they asked for it.")


def _have_typed(console: Console, address: str, question: str, otherwise: str) -> None:
    """Ask for an address, as a confirmation.

    Raises:
        NotConfirmed: The address was not typed, or nobody can be asked.
    """
    if not console.may_ask():
        message = say("not confirmed: this is not a terminal. {otherwise}", otherwise=otherwise)
        raise NotConfirmed(message, code="W705", hint=say("add --yes, if a script has asked already"))
    if console.ask(question) != address:
        raise NotConfirmed(
            say("stopped. {otherwise}", otherwise=otherwise),
            code="W729",
            hint=say("to go on, run the same command again"),
        )


# ── forget ──


@command.command(cls=Command, name="forget")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.pass_obj
def forget(context: CliContext, /, address: str, *, yes: bool) -> None:
    """Erase what ccmail has written about ADDRESS; cannot be taken back.

    The lists are your own files: what stands there is named, with file and line.
    """
    from ccmail.privacy.erasure import erase_recipient
    from ccmail.privacy.lookup import find_personal_data
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    if not yes:
        _confirm(context.console, find_personal_data(workspace, address), workspace.zone)
    left = erase_recipient(workspace, address)
    context.console.result("\n".join(_left(left)), _data(left), then=[_look_up(left.address)])


def _confirm(console: Console, found: PersonalData, zone: dt.tzinfo) -> None:
    """Show the data about a person and ask for the address, to confirm the erasure.

    Raises:
        NotConfirmed: The address was not typed.
    """
    console.say("\n".join(_lines(found, zone)))
    console.say(
        tr(
            "\nThis erases the person from the ledger and the outbox, "
            "and deletes the tests and the copies of the ledger\nthat have this person. It cannot be undone."
        )
    )
    question = tr("Type {address} to erase, anything else to stop:", address=shown(found.address))
    _have_typed(console, found.address, question, say("Nothing was erased."))


def _left(left: PersonalData) -> Iterator[str]:
    from ccmail.ledger.pseudonym import is_erased

    rows = len(left.sendings)
    yield tr_n(
        "Erased. The ledger now has a pseudonym for this person ({n:,} row); it still keeps mails from this address.",
        "Erased. The ledger now has a pseudonym for this person ({n:,} rows); it still keeps mails from this address.",
        rows,
    )
    named = [approval for approval in left.approvals if not is_erased(approval.by)]
    if named:
        yield tr("The ledger keeps the name under which a version was approved:")
        for approval in named:
            words = tr("version {version}: {approved}", version=approval.version, approved=_approver(approval))
            yield f"  {approval.campaign}, {words}"
    own = [f"{listed.file}:{listed.line}" for listed in left.lists]
    own += [f"{barred.file}:{barred.line}" for barred in left.suppressions if barred.line]
    own += [f"ccmail.yaml, people.{name}" for name in left.people]
    own += left.files
    if left.mentions:
        yield tr("Their address still stands in what others got, of a contact person, or in the row of somebody else:")
        yield from (f"  {shown(campaign)}" for campaign in left.mentions)
    if own:
        yield tr("These are your own files, for you to edit:")
        yield from (f"  {place}" for place in own)
