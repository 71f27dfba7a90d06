"""`ccmail send`: plan, typed count, progress, result."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ccmail import clock
from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.confirmation import Confirmation, PeopleNumber
from ccmail.cli.console import Console, balance_line, columns, count_of, moment, number, people, shown, size
from ccmail.cli.progress import progress_of
from ccmail.problems import NotConfirmed, UsageError

if TYPE_CHECKING:
    from ccmail.ledger import Counts
    from ccmail.planning.planner import AudiencePlan
    from ccmail.sending.run import SendResult
    from ccmail.sending.send_plan import SendPlan
    from ccmail.workspace import Workspace

_REASONS = {
    "other segment": "on two lists (they get the first one's mail)",
    "duplicate": "twice on a list",
    "mistake": "addresses with a mistake",
    "no address": "without an address",
    "no language": "whose language is not there",
}


@click.command(cls=Command, name="send")
@click.argument("campaign", type=CampaignName())
@click.option("-n", "--dry-run", is_flag=True, help="Show the plan only.")
@click.option("--segment", help="Send to this segment only.")
@click.option("--only", metavar="ADDRESS", help="Send to this recipient only.")
@click.option("--limit", type=click.IntRange(min=1), help="Send to so many people, then stop.")
@click.option("--confirm", type=PeopleNumber(), metavar="N", help="The number in the plan, instead of typing it.")
@click.option("--rehearse", is_flag=True, help="Into the outbox, whatever ccmail.yaml says.")
@click.option("--allow-past", is_flag=True, help="Also if the event is over.")
@click.option("--untested", is_flag=True, help="Also if nobody has seen this version.")
@click.option("--finish-old", is_flag=True, help="The campaign has changed: the old text to the rest of the old list.")
@click.option(
    "--confirm-change", is_flag=True, help="The campaign has changed: the new text to all without the old one."
)
@click.option("--retry-refused", is_flag=True, help="Also to those whom the server has refused.")
@click.pass_obj
def command(context: CliContext, /, campaign: str, **how: Any) -> None:
    """Send CAMPAIGN: show the plan, wait for the number of people, send, say what came of it.

    Run it again to go on with a sending that was interrupted.
    """
    sys.exit(run(context, campaign, **how))


def run(
    context: CliContext,
    campaign: str,
    *,
    dry_run: bool = False,
    confirm: Confirmation | None = None,
    untested: bool = False,
    **how: Any,
) -> int:
    """Plan, ask, send, show what came of it, and return the exit code; `how` is as for `pipeline.foreseen`."""
    from ccmail import pipeline

    _refuse_unclear(how)
    console = context.console
    workspace = pipeline.open_workspace(context.start)
    alone = contextlib.nullcontext() if dry_run else pipeline.sole_sender(workspace, campaign)
    with (
        alone,
        pipeline.open_ledger(workspace) as ledger,
        pipeline.plan_sending(workspace, ledger, campaign, look_only=dry_run, **how) as prospect,
    ):
        warnings = [*ledger.warnings, *_other_computer(prospect)]
        for warning in warnings:
            console.warn(warning)
        plan_data = {**_plan_data(prospect), "warnings": warnings}
        if dry_run or not console.json:
            console.result(_plan_text(prospect, workspace, campaign), plan_data)
        if dry_run:
            return 0
        if not prospect.people:
            doubtful = pipeline.name_doubtful(ledger, prospect)
            return _nothing_to_do(console, prospect, doubtful, plan_data)
        signers = pipeline.ready(workspace, prospect, untested=untested)
        confirmed = _confirmed(console, prospect, confirm)
        with progress_of(console, prospect) as report:
            sent = pipeline.send(workspace, ledger, prospect, confirmed, report, signers)
    console.result(_result_text(prospect, sent, campaign), {**plan_data, "result": _result_data(sent)})
    return _exit_code(sent.counts, sent.left, sent.signal)


def _refuse_unclear(how: Mapping[str, Any]) -> None:
    if not how.get("confirm_change"):
        return
    if how.get("finish_old"):
        raise UsageError("--finish-old or --confirm-change: one of them", code="W781")
    if how.get("segment") or how.get("only"):
        raise UsageError(
            "--confirm-change is for all who do not have the old text: without --segment and --only", code="W781"
        )


def _other_computer(prospect: SendPlan) -> Iterator[str]:
    """Warn if a real sending goes on on another computer: the lock holds for one only."""
    sending = prospect.sending
    if sending and prospect.real and prospect.going_on and sending.host not in {"", socket.gethostname()}:
        yield f"last sent from {shown(sending.host)}: let one computer send a campaign"


def _confirmed(console: Console, prospect: SendPlan, confirm: Confirmation | None) -> int:
    """Return the number that a person gave.

    Raises:
        NotConfirmed: No number, or another one, or one that does not say that newcomers are meant.
    """
    if confirm is not None:
        _refuse_unmeant(prospect, confirm)
        return confirm.people
    if not prospect.real:
        return prospect.people  # nothing leaves this computer
    if not console.may_ask():
        raise NotConfirmed(
            "not confirmed: this is not a terminal. Nothing was sent.",
            code="W705",
            hint=f"--confirm {prospect.people} (the number in the plan)",
        )
    console.say(
        f"\nThis sends {count_of(prospect.people, 'mail')} to real people. It cannot be taken back."
        if not prospect.going_on
        else ""
    )
    typed = console.ask(f"Type {prospect.people} to send, anything else to stop: ")
    if typed.replace(",", "").replace(".", "") != str(prospect.people):
        raise NotConfirmed("stopped. Nothing was sent. (The number protects from sending by habit.)")
    return prospect.people


def _refuse_unmeant(prospect: SendPlan, confirm: Confirmation) -> None:
    """Refuse a number that does not say, or says wrongly, that those are meant who are new.

    Raises:
        NotConfirmed: With the number that does.
    """
    new, others = number(prospect.joining), max(0, prospect.people - prospect.joining)
    if confirm.joining is None and prospect.is_ambiguous(confirm.people):
        raise NotConfirmed(
            f"{new} of the {people(prospect.people)} in the plan came after {number(confirm.people)} was confirmed: it "
            "does not say that they are meant. Nothing was sent.",
            code="W774",
            hint=f"--confirm {others}+{prospect.joining} (the new ones behind the +)",
        )
    if confirm.joining not in {None, prospect.joining}:
        raise NotConfirmed(
            f"the plan has {new} new people, --confirm says {number(confirm.joining or 0)}. Nothing was sent.",
            code="W706",
        )


def _nothing_to_do(console: Console, prospect: SendPlan, doubtful: Sequence[str], data: dict[str, Any]) -> int:
    if prospect.counts is None:
        raise NotConfirmed("nobody in this part of the lists would get the mail. Nothing was sent.")
    campaign = prospect.plan.edition.campaign.id
    lines = ["\nNobody is left to send to.", *_books_lines(prospect.counts, doubtful, campaign)]
    console.result("\n".join(lines), data)
    return _exit_code(prospect.counts, 0, None)


def _plan_text(prospect: SendPlan, workspace: Workspace, campaign: str) -> str:
    plan = prospect.plan
    title = next(iter(plan.edition.campaign.texts.values())).title
    parts = ["", str(title), _head(plan)]
    if prospect.going_on and prospect.counts:
        parts += ["", _going_on(prospect, workspace)]
    rows = [["to", "in", "from, replies to", "people", "begins"], *_variant_rows(prospect)]
    rows.append(["", "", "", number(sum(v.people for v in _shown_variants(prospect))), ""])
    parts += ["", columns(rows, right={3}), "", columns(_facts(prospect, workspace, campaign))]
    return "\n".join(parts)


def _head(plan: AudiencePlan) -> str:
    from ccmail.report import distance

    campaign = plan.edition.campaign
    parts = [campaign.kind.value, f"version {plan.version}"]
    event = campaign.event if campaign.kind.value == "announcement" else None
    if event:
        day = event.date.first
        when = f"{day:%a} {day.day} {day:%b %Y}"
        if event.start:
            when += f", {event.start:%H:%M}" + (f"–{event.end:%H:%M}" if event.end else "")
            when += f" {event.timezone.key}"
        parts.append(f"{when} ({distance(event, clock.now().astimezone(event.timezone).date())})")
        if event.is_online:
            parts.append("online" if event.link else "online, no link yet")
    return " · ".join(parts)


def _going_on(prospect: SendPlan, workspace: Workspace) -> str:
    from ccmail.ledger import State

    sending, counts = prospect.sending, prospect.counts
    assert sending is not None  # noqa: S101  # the caller looked
    assert counts is not None  # noqa: S101
    doubt = counts.people(State.IN_DOUBT)
    return (
        f"Going on with the sending of {moment(sending.started_at, workspace.zone)}: "
        f"{number(counts.people(State.ACCEPTED))} of {number(counts.candidates - counts.people(State.LEFT_OUT))} "
        f"have it, {number(prospect.people)} to go" + (f", {doubt} in doubt." if doubt else ".")
    )


def _shown_variants(prospect: SendPlan) -> list[Any]:
    segments = prospect.part.segments
    return [v for v in prospect.plan.variants if not segments or v.variant.segment.name in segments]


def _variant_rows(prospect: SendPlan) -> list[list[str]]:
    languages = prospect.plan.edition.languages
    return [
        [
            planned.variant.segment.name,
            " + ".join(languages[code].words.name for code in planned.variant.languages),
            planned.contact,
            number(planned.people),
            shown(planned.begins),
        ]
        for planned in _shown_variants(prospect)
    ]


def _facts(prospect: SendPlan, workspace: Workspace, campaign: str) -> list[list[str]]:
    plan = prospect.plan
    edition = plan.edition
    rows = []
    if prospect.joining:
        rows.append(["joining", f"{number(prospect.joining)} {_joining(prospect)}"])
    if prospect.gone:
        rows.append(["gone", f"{number(prospect.gone)} not on the lists any more"])
    if plan.left_out:
        reasons = [f"{number(g.people)} {_REASONS.get(g.reason, g.reason)}" for g in plan.left_out]
        rows.append(["left out", " · ".join(reasons)])
    largest = max((planned.size for planned in plan.variants), default=0)
    pictures = sum(len(p.content) for p in edition.pictures.values())
    count = len(edition.pictures)
    shown_pictures = f" · {count} picture{'s' if count > 1 else ''}, {size(pictures)}" if count else ""
    entry = " + calendar entry" if edition.campaign.calendar.value != "none" else ""
    if largest:
        rows.append(["each mail", f"{size(largest)}{entry}{shown_pictures}"])
    rows.append(["how", _how(prospect, workspace)])
    planned = sum(v.people for v in _shown_variants(prospect))
    if prospect.people != planned:
        rows.append(["this run", f"{people(prospect.people)} of them"])
    if clock.is_pretended():
        rows.append(["clock", f"pretending it is {clock.now():%-d %B %Y, %H:%M} UTC: the mails say so too"])
    if tested := prospect.tested:
        when = moment(tested.at, workspace.zone)
        rows.append(["tested", f"{when}, {', '.join(tested.to)}, this version ✓"])
    else:
        rows.append(["tested", f"not yet · ccmail test {campaign}"])
    if approved := prospect.approved:
        when = moment(approved.at, workspace.zone)
        rows.append(["approved", f"{when} by {shown(approved.by)}, this version ✓"])
    elif workspace.settings.approval.value == "required":
        rows.append(["approved", f"not yet · ccmail approve {campaign} {plan.version} --by NAME"])
    return rows


def _joining(prospect: SendPlan) -> str:
    changed = prospect.sending and prospect.version != prospect.sending.version
    return "get the new text" if changed else "new on the lists"


def _how(prospect: SendPlan, workspace: Workspace) -> str:
    smtp = workspace.settings.smtp
    if not prospect.real:
        return f"REHEARSAL · {workspace.shown(workspace.outbox)}, nothing leaves this computer"
    assert smtp is not None  # noqa: S101  # `checks.no_server`
    security = {"starttls": "TLS", "tls": "TLS", "none": "not encrypted"}[smtp.security.value]
    return f"REAL · {smtp.host}:{smtp.port}, {security} · {smtp.rate or 'as fast as the server takes them'}"


def _plan_data(prospect: SendPlan) -> dict[str, Any]:
    plan = prospect.plan
    return {
        "campaign": plan.edition.campaign.id,
        "recipients": prospect.people,
        "version": plan.version,
        "real": prospect.real,
        "going_on": prospect.going_on,
        "joining": prospect.joining,
        "gone": prospect.gone,
        "tested": prospect.tested is not None,
        "approved": prospect.approved is not None,
        "variants": [
            {
                "segment": v.variant.segment.name,
                "languages": list(v.variant.languages),
                "contact": v.contact,
                "people": v.people,
                "begins": v.begins,
                "bytes": v.size,
            }
            for v in _shown_variants(prospect)
        ],
        "left_out": [{"reason": g.reason, "people": g.people, "examples": list(g.examples)} for g in plan.left_out],
    }


def _result_text(prospect: SendPlan, sent: SendResult, campaign: str) -> str:
    from ccmail.ledger import State

    counts, result = sent.counts, sent.result
    accepted, total = counts.people(State.ACCEPTED), counts.candidates - counts.people(State.LEFT_OUT)
    if not prospect.real:
        where = f".ccmail/outbox/{sent.sending.campaign}/   (ccmail preview --outbox shows them)"
        lines = [f"\n{count_of(accepted, 'mail')} in the outbox: {where}"]
    else:
        lines = [f"\n{number(accepted)} of {number(total)} accepted by the mail server."]
    deferred = counts.people(State.DEFERRED)
    again = "→ run the same command again"
    rows = [
        [f"{number(count)} {what}", then]
        for what, count, then in (
            ("to go", 0 if _is_over(sent) else max(0, sent.left - deferred), again),
            ("to retry", 0 if _is_over(sent) else deferred, again),
            ("refused", counts.people(State.REFUSED), f"→ ccmail status {campaign}"),
        )
        if count
    ]
    if rows:
        lines.append(columns(rows))
    if _is_over(sent):
        lines.append(f"  {people(sent.left)} never got it: it is too late now (send_until, or the event is over)")
    if result.words:
        lines.append(f"  The server's last words: {shown(result.words)}")
    return "\n".join([*lines, *_books_lines(counts, sent.doubtful, campaign)])


def _is_over(sent: SendResult) -> bool:
    return sent.left > 0 and sent.result.ending.value == "over"


def _books_lines(counts: Counts, doubtful: Sequence[str], campaign: str) -> Iterator[str]:
    """Say that the books balance, and name who is in doubt."""
    from ccmail.ledger import State
    from ccmail.report import balance

    yield balance_line(counts.candidates, balance(counts))
    if total := counts.people(State.IN_DOUBT):
        yield "  in doubt: the mail was handed over, the answer lost; not sent again by itself"
        yield from (f"    {shown(address)}" for address in doubtful)
        more = total - len(doubtful)
        yield f"    and {number(more)} more: ccmail resolve {campaign}" if more else f"  → ccmail resolve {campaign}"


def _result_data(sent: SendResult) -> dict[str, Any]:
    from ccmail.ledger import State

    return {
        **{state.value: sent.counts.people(state) for state in State},
        "candidates": sent.counts.candidates,
        "ending": sent.result.ending.value,
        "doubtful": list(sent.doubtful),
        "n": sent.accepted,
        "wall": round(sent.seconds, 3),
        "cpu": round(sent.cpu_seconds, 3),
    }


def _exit_code(counts: Counts, left: int, signal: int | None) -> int:
    """Return what the run came to as a number; see docs/reference/commands.md."""
    from ccmail.ledger import State

    if signal is not None:
        return 128 + signal
    if left:
        return 4
    return 6 if counts.people(State.IN_DOUBT) else 0
