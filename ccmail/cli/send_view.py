"""The output of `ccmail send`: the plan before, the result afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ccmail import clock
from ccmail.audience import OF_A_WHOLE_LIST
from ccmail.campaign import Kind
from ccmail.cli.columns_view import columns_text
from ccmail.cli.console import (
    balance_line,
    beside,
    columns,
    count_of,
    in_words,
    moment,
    number,
    people,
    plain_day,
    shown,
    size,
    span,
)
from ccmail.cli.language import said
from ccmail.cli.occasion_view import occasion_data, occasion_text
from ccmail.cli.sending_words import next_steps
from ccmail.cli.severity_words import severity_word
from ccmail.delivery import Ending
from ccmail.ledger import State
from ccmail.planning.audience import columns_of_lists
from ccmail.problems import Severity
from ccmail.report import balance, distance
from ccmail.report.next_steps import Why, before_sending
from ccmail.workspace import ApprovalRule, Security

if TYPE_CHECKING:
    from ccmail.campaign import Event
    from ccmail.delivery.day_limit import DayUse
    from ccmail.ledger import Counts
    from ccmail.planning.plan import AudiencePlan, LeftOutGroup, PlannedVariant
    from ccmail.problems import Problem
    from ccmail.sending.run import SendResult
    from ccmail.sending.send_plan import SendOptions, SendPlan
    from ccmail.workspace import Workspace

_SAID = 2  # problems of one code that a plan shows
_WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
_REASONS = {
    "other segment": "on two lists (they get the first one's mail)",
    "duplicate": "twice on a list",
    "mistake": "with a mistake in the row",
    "no address": "without an address",
    "no language": "whose language the campaign does not have",
}


def plan_text(plan: SendPlan, workspace: Workspace, campaign: str, *, verbose: bool = False) -> str:
    """Return the plan as text: variants, numbers of people, senders, way of delivery, what `check` would say.

    Args:
        plan: The plan.
        workspace: The workspace.
        campaign: The campaign as it was typed.
        verbose: Name the people who are left out, and show notes.
    """
    audience = plan.audience
    title = next(iter(audience.loaded.campaign.texts.values())).title
    parts = ["", str(title), _head(audience)]
    if plan.occasion:
        parts += ["", occasion_text(plan.occasion)]
    if plan.going_on and plan.counts:
        parts += ["", _going_on(plan, workspace)]
    rows = [["to", "in", "from, replies to", "people", "begins"], *_variant_rows(plan)]
    rows.append(["", "", "", number(sum(v.people for v in _shown_variants(plan))), ""])
    parts += ["", columns(rows, right={3}, headed=True), "", columns(_facts(plan, workspace, campaign))]
    if verbose and (named := list(left_out_rows(plan.audience))):
        parts += ["", "left out", columns(named)]
    if said := list(_said_lines(plan, campaign, verbose=verbose)):
        parts += ["", *said]
    return "\n".join(parts)


def left_out_rows(audience: AudiencePlan) -> Iterator[list[str]]:
    """Yield a row for everybody who is left out: address, reason, line."""
    for group in audience.left_out:
        for out in group.named:
            where = f"{out.place.file}:{out.place.line}" if out.place else ""
            why = f"{group.reason}: {out.detail}" if out.detail else group.reason
            yield [shown(out.email) or "(no address)", shown(why), where]
        more = group.people - len(group.named)
        if more:
            yield [f"… {number(more)} more" if group.named else people(more), group.reason, ""]


def _said_lines(plan: SendPlan, campaign: str, *, verbose: bool) -> Iterator[str]:
    """Yield the problems that `ccmail check` finds, a few lines for each code."""
    groups: dict[tuple[str, Severity], list[Problem]] = {}
    for problem in plan.problems:
        if verbose or problem.severity is not Severity.NOTE or problem.code in OF_A_WHOLE_LIST:
            groups.setdefault((problem.code, problem.severity), []).append(problem)
    if not groups:
        return
    yield "what ccmail check says"
    for (code, severity), problems in sorted(groups.items(), key=lambda group: _WORST_FIRST.index(group[0][1])):
        for problem in problems[:_SAID]:
            where = shown(str(problem.place)) if problem.place and problem.place.file else ""
            yield beside(f"  {said(severity_word(severity))}[{code}] {shown(said(problem.message))}", where)
        more = len(problems) - _SAID
        if more > 0:
            yield f"  … {number(more)} more: ccmail check {campaign}"


def _head(audience: AudiencePlan) -> str:
    campaign = audience.loaded.campaign
    occasion = audience.loaded.occasion
    parts = [occasion.purpose.value if occasion else campaign.kind.value, f"version {audience.version}"]
    event = campaign.event if campaign.kind is Kind.ANNOUNCEMENT else None
    if event:
        when = _when(event)
        parts.append(f"{when} ({distance(event, clock.now().astimezone(event.timezone).date())})")
        if event.is_online:
            parts.append("online" if event.link else "online, no link yet")
    return " · ".join(parts)


def _when(event: Event) -> str:
    """Return days and hours: what stands in the mail, in the calendar entry and in the links."""
    first, last = event.date.first, event.date.last
    days, closing = f"{first:%a} {first.day} {first:%b %Y}", f"{last:%a} {last.day} {last:%b %Y}"
    if event.time is None or event.start is None:
        return days if event.date.is_one_day else f"{days} to {closing}"
    begins, ends = f"{event.time.start:%H:%M}", f"–{event.time.end:%H:%M}" if event.time.end else ""
    if event.date.is_one_day:
        return f"{days}, {begins}{ends} {event.timezone.key}"
    if event.is_each_day:
        return f"{days} to {closing}, {begins}{ends} each day, {event.timezone.key}"
    return f"{days}, {begins} to {closing}, {event.time.end:%H:%M}, {event.timezone.key}"


def _going_on(plan: SendPlan, workspace: Workspace) -> str:
    sending, counts = plan.sending, plan.counts
    assert sending is not None  # noqa: S101  # the caller looked
    assert counts is not None  # noqa: S101
    doubt = counts.people(State.IN_DOUBT)
    return (
        f"Going on with the sending of {moment(sending.started_at, workspace.zone)}: "
        f"{number(counts.people(State.ACCEPTED))} of {number(counts.candidates - counts.people(State.LEFT_OUT))} "
        f"{in_words('accepted', real=plan.real)}, {number(plan.people)} to go"
        + (f", {doubt} in doubt." if doubt else ".")
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
        reasons = [
            f"{number(g.people)} {_REASONS.get(g.reason, g.reason)}{shown(g.source)}" for g in plan.audience.left_out
        ]
        rows.append(["left out", " · ".join(reasons)])
    lists = columns_of_lists(workspace, loaded.campaign)
    rows += [
        ["lists" if at == 0 else "", f"{shown(read.file)} · {columns_text(read)}"] for at, read in enumerate(lists)
    ]
    largest = max((planned.size for planned in plan.audience.variants), default=0)
    contents = {file.digest: len(file.content) for file in loaded.pictures.values()}
    pictures, count = sum(contents.values()), len(contents)
    shown_pictures = f" · {count} picture{'s' if count > 1 else ''}, {size(pictures)}" if count else ""
    entry = " + calendar entry" if loaded.campaign.has_calendar_entry else ""
    if largest:
        rows.append(["each mail", f"{size(largest)}{entry}{shown_pictures}"])
    rows += [row for row in (["how", _how(plan, workspace)], ["takes", _takes(plan, workspace)]) if row[1]]
    planned = sum(v.people for v in _shown_variants(plan))
    if plan.people != planned:
        rows.append(["this run", f"{number(plan.people)} of {people(planned)}"])
    if clock.is_pretended():
        rows.append(["clock", f"pretending it is {plain_day(clock.now(), workspace.zone)}: the mails say so too"])
    if tested := plan.tested:
        when = moment(tested.at, workspace.zone)
        rows.append(["tested", f"{when}, {', '.join(tested.to)}, this version ✓"])
    else:
        rows.append(["tested", f"not yet · ccmail test {campaign}{plan.options.purpose.option}"])
    if approved := plan.approved:
        when = moment(approved.at, workspace.zone)
        rows.append(["approved", f"{when} by {shown(approved.by)}, this version ✓"])
    elif workspace.settings.approval is ApprovalRule.REQUIRED:
        of = plan.options.purpose.option
        rows.append(["approved", f"not yet · ccmail approve {campaign} {plan.audience.version}{of} --by NAME"])
    return rows


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


def _takes(plan: SendPlan, workspace: Workspace) -> str:
    """Return how long a real run takes, and what the day limit leaves for another day; "" if nothing can be said."""
    smtp = workspace.settings.smtp
    if not plan.real or not plan.people or smtp is None:
        return ""
    parts = []
    if smtp.rate:
        least = "at least " if smtp.domains else ""
        parts.append(f"{people(plan.people)}: {least}{span(plan.people / smtp.rate.per_second)}")
    if plan.day and plan.over_today:
        parts.append(_over_today(plan, plan.day, workspace))
    return "; ".join(parts)


def _over_today(plan: SendPlan, day: DayUse, workspace: Workspace) -> str:
    limit = f"{number(day.per_day)} in 24 hours" + (f", {number(len(day.taken))} used" if day.taken else "")
    if not day.left:
        at = moment(day.free_at(plan.over_today), workspace.zone)
        return f"today’s limit ({limit}) is used up: goes on {at}"
    days = -(-plan.over_today // day.per_day)
    then = "goes on tomorrow" if days == 1 else f"goes on over {days} more days"
    return f"{number(plan.over_today)} more than today’s limit ({limit}): {then}"


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
        "over_day_limit": plan.over_today,
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
        "lists": [p for p in plan.audience.problems if p.code in OF_A_WHOLE_LIST],
        "left_out": [
            {
                "reason": g.reason,
                "people": g.people,
                "examples": list(g.examples),
                "named": _named_data(g),
                "columns": list(g.columns),
            }
            for g in plan.audience.left_out
        ],
        "problems": plan.problems,
        "purpose": plan.options.purpose.value,
        "event": occasion_data(plan.occasion) if plan.occasion else None,
    }


def _named_data(group: LeftOutGroup) -> list[dict[str, Any]]:
    return [
        {
            "email": out.email,
            "segment": out.segment,
            "detail": out.detail,
            "file": out.place.file if out.place else None,
            "line": out.place.line if out.place else None,
        }
        for out in group.named
    ]


def result_text(plan: SendPlan, sent: SendResult, campaign: str, zone: dt.tzinfo) -> str:
    """Return the result of a run as text, with its times in a time zone."""
    counts, result = sent.counts, sent.result
    accepted, total = counts.people(State.ACCEPTED), counts.candidates - counts.people(State.LEFT_OUT)
    if not plan.real:
        where = f".ccmail/outbox/{sent.sending.campaign}{plan.options.purpose.suffix}/"
        lines = [f"\n{count_of(accepted, 'mail')} written into the outbox: {where}"]
    else:
        lines = [f"\n{number(accepted)} of {number(total)} accepted by the mail server."]
    deferred = counts.people(State.DEFERRED)
    again = "→ run the same command again"
    if plan.day and result.goes_on_at:
        lines.append(f"  Today’s limit of the server is reached: {number(plan.day.per_day)} mails in 24 hours.")
        again = f"→ run the same command again from {moment(result.goes_on_at, zone)} on"
    rows = [
        [f"{number(count)} {what}", then]
        for what, count, then in (
            ("to go", 0 if _is_over(sent) else max(0, sent.left - deferred), again),
            ("to retry", 0 if _is_over(sent) else deferred, again),
            ("refused", counts.people(State.REFUSED), f"→ ccmail status {campaign}; --retry-refused asks again"),
        )
        if count
    ]
    if rows:
        lines.append(columns(rows))
    if _is_over(sent):
        lines.append(f"  {people(sent.left)} never got it: it is too late now (send_until, or the event is over)")
    if result.words:
        lines.append(f"  The server's last words: {shown(result.words)}")
    lines += books_lines(plan, counts, sent.doubtful, campaign)
    return "\n".join(lines)


def after_sending(plan: SendPlan, sent: SendResult) -> tuple[str, ...]:
    """Return the commands after a run: nobody is sent a mail any more when it is too late."""
    terms = balance(sent.counts)
    if _is_over(sent):
        terms = {"in_doubt": sent.counts.people(State.IN_DOUBT), "refused": sent.counts.people(State.REFUSED)}
    return next_steps(sent.sending.campaign, terms, real=plan.real, purpose=plan.options.purpose)


def after_plan(plan: SendPlan, options: SendOptions, workspace: Workspace) -> tuple[str, ...]:
    """Return the command after a plan that was only shown: what a sending still waits for, else the sending."""
    campaign, purpose = plan.audience.loaded.campaign.id, options.purpose
    if not plan.people:
        terms = balance(plan.counts) if plan.counts else {}
        return next_steps(campaign, terms, real=plan.real, purpose=purpose) if terms else ()
    if plan.real:
        wanted = workspace.settings.approval is ApprovalRule.REQUIRED
        done = {"tested": plan.tested is not None, "approved": plan.approved is not None, "wants_approval": wanted}
        step = before_sending(campaign, purpose, version=plan.audience.version, **done)
        if step.why is not Why.SEND:
            return (step.command,)
    chosen = [
        f" --segment {options.segment}" if options.segment else "",
        f" --only {options.only}" if options.only else "",
        f" --limit {options.limit}" if options.limit else "",
        " --rehearse" if options.rehearse else "",
        " --finish-old" if options.finish_old else "",
        " --confirm-change" if options.confirm_change else "",
        " --retry-refused" if options.retry_refused else "",
        " --again" if options.again else "",
    ]
    command = f"ccmail {purpose.command} {campaign}{''.join(chosen)}"
    return (f"{command}     " + ("asks for the number" if plan.real else "rehearses it"),)


def _is_over(sent: SendResult) -> bool:
    return sent.left > 0 and sent.result.ending is Ending.OVER


def books_lines(plan: SendPlan, counts: Counts, doubtful: Sequence[str], campaign: str) -> Iterator[str]:
    """Yield the line of the books of a plan's sending, and the addresses in doubt."""
    yield balance_line(counts.candidates, balance(counts), real=plan.real, has_lists=plan.occasion is None)
    if total := counts.people(State.IN_DOUBT):
        yield "  in doubt: the mail was handed over, and no answer came; ccmail does not send it again by itself"
        yield from (f"    {shown(address)}" for address in doubtful)
        more = total - len(doubtful)
        command = f"ccmail resolve {campaign}{plan.options.purpose.option}"
        yield f"    and {number(more)} more: {command}" if more else f"  → {command}"


def result_data(sent: SendResult) -> dict[str, Any]:
    """Return the result of a run for --json."""
    return {
        **{state.value: sent.counts.people(state) for state in State},
        "candidates": sent.counts.candidates,
        "ending": sent.result.ending.value,
        "goes_on_at": sent.result.goes_on_at and sent.result.goes_on_at.isoformat(),
        "doubtful": list(sent.doubtful),
        "n": sent.accepted,
        "wall": round(sent.seconds, 3),
        "cpu": round(sent.cpu_seconds, 3),
    }
