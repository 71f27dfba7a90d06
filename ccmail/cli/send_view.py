"""The output of `ccmail send`: the plan before, the result afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ccmail import clock
from ccmail.audience import OF_A_WHOLE_LIST
from ccmail.campaign import Kind
from ccmail.cli.console import balance_line, columns, count_of, moment, number, people, problem_data, shown, size
from ccmail.delivery import Ending
from ccmail.ledger import State
from ccmail.report import balance, distance
from ccmail.workspace import ApprovalRule, Security

if TYPE_CHECKING:
    from ccmail.ledger import Counts
    from ccmail.planning.plan import AudiencePlan, PlannedVariant
    from ccmail.problems import Problem
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


def plan_text(plan: SendPlan, workspace: Workspace, campaign: str) -> str:
    """Return the plan as text: variants, numbers of people, senders, way of delivery."""
    audience = plan.audience
    title = next(iter(audience.loaded.campaign.texts.values())).title
    parts = ["", str(title), _head(audience)]
    if plan.going_on and plan.counts:
        parts += ["", _going_on(plan, workspace)]
    rows = [["to", "in", "from, replies to", "people", "begins"], *_variant_rows(plan)]
    rows.append(["", "", "", number(sum(v.people for v in _shown_variants(plan))), ""])
    parts += ["", columns(rows, right={3}), "", columns(_facts(plan, workspace, campaign))]
    return "\n".join(parts)


def _head(audience: AudiencePlan) -> str:
    campaign = audience.loaded.campaign
    parts = [campaign.kind.value, f"version {audience.version}"]
    event = campaign.event if campaign.kind is Kind.ANNOUNCEMENT else None
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


def _going_on(plan: SendPlan, workspace: Workspace) -> str:
    sending, counts = plan.sending, plan.counts
    assert sending is not None  # noqa: S101  # the caller looked
    assert counts is not None  # noqa: S101
    doubt = counts.people(State.IN_DOUBT)
    return (
        f"Going on with the sending of {moment(sending.started_at, workspace.zone)}: "
        f"{number(counts.people(State.ACCEPTED))} of {number(counts.candidates - counts.people(State.LEFT_OUT))} "
        f"have it, {number(plan.people)} to go" + (f", {doubt} in doubt." if doubt else ".")
    )


def _shown_variants(plan: SendPlan) -> list[PlannedVariant]:
    segments = plan.recipients.segments
    return [v for v in plan.audience.variants if not segments or v.variant.segment.name in segments]


def _variant_rows(plan: SendPlan) -> list[list[str]]:
    languages = plan.audience.loaded.languages
    return [
        [
            planned.variant.segment.name,
            " + ".join(languages[code].words.name for code in planned.variant.languages),
            planned.contact,
            number(planned.people),
            shown(planned.begins),
        ]
        for planned in _shown_variants(plan)
    ]


def _facts(plan: SendPlan, workspace: Workspace, campaign: str) -> list[list[str]]:
    loaded = plan.audience.loaded
    rows = []
    if plan.joining:
        rows.append(["joining", f"{number(plan.joining)} {_joining(plan)}"])
    if plan.gone:
        rows.append(["gone", f"{number(plan.gone)} not on the lists any more"])
    if plan.audience.left_out:
        reasons = [f"{number(g.people)} {_REASONS.get(g.reason, g.reason)}" for g in plan.audience.left_out]
        rows.append(["left out", " · ".join(reasons)])
    rows += _about_lists(plan.audience.problems, campaign)
    largest = max((planned.size for planned in plan.audience.variants), default=0)
    pictures = sum(len(p.content) for p in loaded.pictures.values())
    count = len(loaded.pictures)
    shown_pictures = f" · {count} picture{'s' if count > 1 else ''}, {size(pictures)}" if count else ""
    entry = " + calendar entry" if loaded.campaign.has_calendar_entry else ""
    if largest:
        rows.append(["each mail", f"{size(largest)}{entry}{shown_pictures}"])
    rows.append(["how", _how(plan, workspace)])
    planned = sum(v.people for v in _shown_variants(plan))
    if plan.people != planned:
        rows.append(["this run", f"{people(plan.people)} of them"])
    if clock.is_pretended():
        rows.append(["clock", f"pretending it is {clock.now():%-d %B %Y, %H:%M} UTC: the mails say so too"])
    if tested := plan.tested:
        when = moment(tested.at, workspace.zone)
        rows.append(["tested", f"{when}, {', '.join(tested.to)}, this version ✓"])
    else:
        rows.append(["tested", f"not yet · ccmail test {campaign}"])
    if approved := plan.approved:
        when = moment(approved.at, workspace.zone)
        rows.append(["approved", f"{when} by {shown(approved.by)}, this version ✓"])
    elif workspace.settings.approval is ApprovalRule.REQUIRED:
        rows.append(["approved", f"not yet · ccmail approve {campaign} {plan.audience.version} --by NAME"])
    return rows


def _about_lists(problems: Sequence[Problem], campaign: str) -> list[list[str]]:
    """Return rows with the problems of whole lists, and with the number of warnings about single rows."""
    said = [f"{shown(p.place.file)}: {shown(p.message)}" for p in problems if p.place and p.code in OF_A_WHOLE_LIST]
    single = sum(p.is_warning and p.code.startswith("R5") and p.code not in OF_A_WHOLE_LIST for p in problems)
    if single:
        said.append(f"{count_of(single, 'warning')} about single rows · ccmail check {campaign}")
    return [["lists" if at == 0 else "", line] for at, line in enumerate(said)]


def _joining(plan: SendPlan) -> str:
    changed = plan.sending and plan.version != plan.sending.version
    return "get the new text" if changed else "new on the lists"


def _how(plan: SendPlan, workspace: Workspace) -> str:
    smtp = workspace.settings.smtp
    if not plan.real:
        return f"REHEARSAL · {workspace.shown(workspace.outbox)}, nothing leaves this computer"
    assert smtp is not None  # noqa: S101  # `checks.no_server`
    security = "not encrypted" if smtp.security is Security.NONE else "TLS"
    return f"REAL · {smtp.host}:{smtp.port}, {security} · {smtp.rate or 'as fast as the server takes them'}"


def plan_data(plan: SendPlan) -> dict[str, Any]:
    """Return the plan for --json."""
    return {
        "campaign": plan.audience.loaded.campaign.id,
        "recipients": plan.people,
        "version": plan.audience.version,
        "real": plan.real,
        "going_on": plan.going_on,
        "joining": plan.joining,
        "gone": plan.gone,
        "tested": plan.tested is not None,
        "approved": plan.approved is not None,
        "variants": [
            {
                "segment": v.variant.segment.name,
                "languages": list(v.variant.languages),
                "contact": v.contact,
                "people": v.people,
                "begins": v.begins,
                "bytes": v.size,
            }
            for v in _shown_variants(plan)
        ],
        "lists": [problem_data(p) for p in plan.audience.problems if p.code in OF_A_WHOLE_LIST],
        "left_out": [
            {"reason": g.reason, "people": g.people, "examples": list(g.examples)} for g in plan.audience.left_out
        ],
    }


def result_text(plan: SendPlan, sent: SendResult, campaign: str) -> str:
    """Return the result of a run as text, with the next command for the people that are left."""
    counts, result = sent.counts, sent.result
    accepted, total = counts.people(State.ACCEPTED), counts.candidates - counts.people(State.LEFT_OUT)
    if not plan.real:
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
    return "\n".join([*lines, *books_lines(counts, sent.doubtful, campaign)])


def _is_over(sent: SendResult) -> bool:
    return sent.left > 0 and sent.result.ending is Ending.OVER


def books_lines(counts: Counts, doubtful: Sequence[str], campaign: str) -> Iterator[str]:
    """Yield the line of the books, and the addresses in doubt."""
    from ccmail.ledger import State

    yield balance_line(counts.candidates, balance(counts))
    if total := counts.people(State.IN_DOUBT):
        yield "  in doubt: the mail was handed over, the answer lost; not sent again by itself"
        yield from (f"    {shown(address)}" for address in doubtful)
        more = total - len(doubtful)
        yield f"    and {number(more)} more: ccmail resolve {campaign}" if more else f"  → ccmail resolve {campaign}"


def result_data(sent: SendResult) -> dict[str, Any]:
    """Return the result of a run for --json."""
    return {
        **{state.value: sent.counts.people(state) for state in State},
        "candidates": sent.counts.candidates,
        "ending": sent.result.ending.value,
        "doubtful": list(sent.doubtful),
        "n": sent.accepted,
        "wall": round(sent.seconds, 3),
        "cpu": round(sent.cpu_seconds, 3),
    }
