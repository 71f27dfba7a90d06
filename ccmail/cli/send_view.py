"""The output of `ccmail send`: the plan before, the result afterwards."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ccmail import clock
from ccmail.audience import OF_A_WHOLE_LIST
from ccmail.audience.reason import reason_words
from ccmail.campaign import Kind
from ccmail.cli.columns_view import columns_text
from ccmail.cli.console import (
    balance_line,
    beside,
    columns,
    number,
    people,
    shown,
    size,
    state_word,
    step,
)
from ccmail.cli.kind_words import kind_word
from ccmail.cli.language import said, tr, tr_n
from ccmail.cli.occasion_view import occasion_data, occasion_text
from ccmail.cli.sending_words import next_steps, pause_data, purpose_word, step_lines
from ccmail.cli.severity_words import severity_word
from ccmail.cli.times import day_of_the_week, moment, plain_day, span
from ccmail.delivery import Ending
from ccmail.ledger import State
from ccmail.planning.audience import columns_of_lists
from ccmail.problems import Severity
from ccmail.report import balance, distance
from ccmail.report.next_steps import NextStep, Why, before_sending
from ccmail.sending.pausing import pause_words
from ccmail.wording import join, say
from ccmail.workspace import ApprovalRule, GraphSettings, Security, SmtpSettings

if TYPE_CHECKING:
    from ccmail.campaign import Event
    from ccmail.delivery.day_limit import DayUse
    from ccmail.ledger import Counts
    from ccmail.planning.plan import AudiencePlan, LeftOutGroup, PlannedVariant
    from ccmail.problems import Problem
    from ccmail.rendering.loaded_campaign import LoadedCampaign
    from ccmail.sending.run import SendResult
    from ccmail.sending.send_plan import SendOptions, SendPlan
    from ccmail.workspace import Workspace
    from ccmail.workspace.sending_hours import SendingHours

_SAID = 2  # problems of one code that a plan shows
_WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
_REASONS = {
    "other segment": say("on two lists (they get the first one's mail)"),
    "duplicate": say("twice on a list"),
    "mistake": say("with a mistake in the row"),
    "no address": say("without an address"),
    "no language": say("whose language the campaign does not have"),
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
    rows = [[tr("to"), tr("in"), tr("from, replies to"), tr("people"), tr("begins")], *_variant_rows(plan)]
    rows.append(["", "", "", number(sum(v.people for v in _shown_variants(plan))), ""])
    parts += ["", columns(rows, right={3}, headed=True), "", columns(_facts(plan, workspace, campaign))]
    if verbose and (named := list(left_out_rows(plan.audience))):
        parts += ["", tr("left out"), columns(named)]
    if found := list(_check_lines(plan, campaign, verbose=verbose)):
        parts += ["", *found]
    return "\n".join(parts)


def left_out_rows(audience: AudiencePlan) -> Iterator[list[str]]:
    """Yield a row for everybody who is left out: address, reason, line."""
    for group in audience.left_out:
        reason = said(reason_words(group.reason))
        for out in group.named:
            where = f"{out.place.file}:{out.place.line}" if out.place else ""
            why = f"{reason}: {said(out.detail)}" if out.detail else reason
            yield [shown(out.email) or tr("(no address)"), shown(why), where]
        more = group.people - len(group.named)
        if more:
            yield [tr("… {more:,} more", more=more) if group.named else people(more), reason, ""]


def _check_lines(plan: SendPlan, campaign: str, *, verbose: bool) -> Iterator[str]:
    """Yield the problems that `ccmail check` finds, a few lines for each code."""
    groups: dict[tuple[str, Severity], list[Problem]] = {}
    for problem in plan.problems:
        if verbose or problem.severity is not Severity.NOTE or problem.code in OF_A_WHOLE_LIST:
            groups.setdefault((problem.code, problem.severity), []).append(problem)
    if not groups:
        return
    yield tr("what ccmail check says")
    for (code, severity), problems in sorted(groups.items(), key=lambda group: _WORST_FIRST.index(group[0][1])):
        for problem in problems[:_SAID]:
            where = shown(str(problem.place)) if problem.place and problem.place.file else ""
            yield beside(f"  {said(severity_word(severity))}[{code}] {shown(said(problem.message))}", where)
        more = len(problems) - _SAID
        if more > 0:
            yield tr("  … {more:,} more: ccmail check {campaign}", more=more, campaign=campaign)


def _head(audience: AudiencePlan) -> str:
    campaign = audience.loaded.campaign
    occasion = audience.loaded.occasion
    kind = purpose_word(occasion.purpose) if occasion else kind_word(campaign.kind.value)
    parts = [kind, tr("version {version}", version=audience.version)]
    event = campaign.event if campaign.kind is Kind.ANNOUNCEMENT else None
    if event:
        until = said(distance(event, clock.now().astimezone(event.timezone).date()))
        parts.append(f"{_when(event)} ({until})")
        if event.is_online:
            parts.append(tr("online") if event.link else tr("online, no link yet"))
    return " · ".join(parts)


def _when(event: Event) -> str:
    """Return days and hours: what stands in the mail, in the calendar entry and in the links."""
    first, last = day_of_the_week(event.date.first), day_of_the_week(event.date.last)
    days = first if event.date.is_one_day else tr("{first} to {last}", first=first, last=last)
    if event.time is None or event.start is None:
        return days
    begins, ends = f"{event.time.start:%H:%M}", f"{event.time.end:%H:%M}" if event.time.end else ""
    hours, zone = f"{begins}–{ends}" if ends else begins, event.timezone.key
    if event.date.is_one_day:
        return tr("{day}, {hours} {zone}", day=days, hours=hours, zone=zone)
    if event.is_each_day:
        return tr("{days}, {hours} each day, {zone}", days=days, hours=hours, zone=zone)
    return tr(
        "{first}, {begins} to {last}, {ends}, {zone}", first=first, begins=begins, last=last, ends=ends, zone=zone
    )


def _going_on(plan: SendPlan, workspace: Workspace) -> str:
    sending, counts = plan.sending, plan.counts
    assert sending is not None  # noqa: S101  # the caller looked
    assert counts is not None  # noqa: S101
    doubt = counts.people(State.IN_DOUBT)
    values: dict[str, Any] = {
        "time": moment(sending.started_at, workspace.zone),
        "accepted": counts.people(State.ACCEPTED),
        "all": counts.candidates - counts.people(State.LEFT_OUT),
        "to_go": plan.people,
    }
    if plan.real:
        words = tr("Going on with the sending of {time}: {accepted:,} of {all:,} accepted, {to_go:,} to go", **values)
    else:
        words = tr("Going on with the sending of {time}: {accepted:,} of {all:,} written, {to_go:,} to go", **values)
    return tr("{words}, {people:,} in doubt.", words=words, people=doubt) if doubt else f"{words}."


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
    if plan.pause:
        rows.append([tr("paused"), shown(said(pause_words(plan.pause, workspace.zone)))])
    if plan.joining:
        rows.append([tr("joining"), _joining(plan)])
    if plan.gone:
        rows.append([tr("gone"), tr("{people:,} not on the lists any more", people=plan.gone)])
    if plan.audience.left_out:
        rows.append([tr("left out"), " · ".join(map(_left_out, plan.audience.left_out))])
    lists = columns_of_lists(workspace, loaded.campaign)
    rows += [
        [tr("lists") if at == 0 else "", f"{shown(read.file)} · {columns_text(read)}"] for at, read in enumerate(lists)
    ]
    largest = max((planned.size for planned in plan.audience.variants), default=0)
    if largest:
        rows.append([tr("each mail"), _each_mail(loaded, largest)])
    if plan.workers:
        rows.append([tr("by"), _workers(plan)])
    rows += [row for row in ([tr("how"), _how(plan, workspace)], [tr("takes"), _takes(plan, workspace)]) if row[1]]
    planned = sum(v.people for v in _shown_variants(plan))
    if plan.people != planned:
        rows.append([tr("this run"), tr("{some:,} of {people}", some=plan.people, people=people(planned))])
    if clock.is_pretended():
        now = plain_day(clock.now(), workspace.zone)
        rows.append([tr("clock"), tr("pretending it is {time}: the mails say so too", time=now)])
    rows.append([tr("tested"), _tested(plan, workspace, campaign)])
    if plan.approved or workspace.settings.approval is ApprovalRule.REQUIRED:
        rows.append([tr("approved"), _approved(plan, workspace, campaign)])
    return rows


def _workers(plan: SendPlan) -> str:
    """Return the workers by their computers: "3 workers (db1 2, db2 1)"."""
    on = Counter(worker.host for worker in plan.workers)
    hosts = join(", ", [f"{shown(host)} {count}" for host, count in on.items()])
    return tr_n("{n:,} worker ({hosts})", "{n:,} workers ({hosts})", len(plan.workers), hosts=hosts)


def _left_out(group: LeftOutGroup) -> str:
    reason = _REASONS.get(group.reason) or reason_words(group.reason)
    return f"{number(group.people)} {said(reason)}{shown(said(group.source))}"


def _each_mail(loaded: LoadedCampaign, largest: int) -> str:
    """Return the size of the largest mail, and what is in it."""
    words = size(largest)
    if loaded.campaign.has_calendar_entry:
        words = tr("{size} + calendar entry", size=words)
    if not loaded.pictures:
        return words
    contents = {picture.digest: len(picture.content) for picture in loaded.pictures.values()}
    whole = size(sum(contents.values()))
    count = tr_n("{n:,} picture, {size}", "{n:,} pictures, {size}", len(contents), size=whole)
    return f"{words} · {count}"


def _tested(plan: SendPlan, workspace: Workspace, campaign: str) -> str:
    if tested := plan.tested:
        when = moment(tested.at, workspace.zone)
        return tr("{time}, {testers}, this version ✓", time=when, testers=tuple(tested.to))
    return tr("not yet · {command}", command=f"ccmail test {campaign}{plan.options.purpose.option}")


def _approved(plan: SendPlan, workspace: Workspace, campaign: str) -> str:
    if approved := plan.approved:
        when = moment(approved.at, workspace.zone)
        return tr("{time} by {name}, this version ✓", time=when, name=shown(approved.by))
    command = f"ccmail approve {campaign} {plan.audience.version}{plan.options.purpose.option} --by NAME"
    return tr("not yet · {command}", command=command)


def _joining(plan: SendPlan) -> str:
    if plan.sending and plan.version != plan.sending.version:
        return tr("{people:,} get the new text", people=plan.joining)
    return tr("{people:,} new on the lists", people=plan.joining)


def _how(plan: SendPlan, workspace: Workspace) -> str:
    server = workspace.settings.server
    if not plan.real:
        return tr("REHEARSAL · {folder}, nothing leaves this computer", folder=workspace.shown(workspace.outbox))
    assert server is not None  # noqa: S101  # `checks.no_server`
    speed = said(server.rate.words) if server.rate else tr("as fast as the server takes them")
    if isinstance(server, GraphSettings):
        return tr("REAL · Microsoft Graph, {user} · {speed}", user=server.user, speed=speed)
    security = tr("not encrypted") if server.security is Security.NONE else "TLS"
    return tr(
        "REAL · {server}, {security} · {speed}", server=f"{server.host}:{server.port}", security=security, speed=speed
    )


def _takes(plan: SendPlan, workspace: Workspace) -> str:
    """Return how long a real run takes, and what the day limit leaves for another day; "" if nothing can be said."""
    server = workspace.settings.server
    if not plan.real or not plan.people or server is None:
        return ""
    parts = []
    if server.rate:
        takes = span(plan.people / server.rate.per_second)
        has_others = isinstance(server, SmtpSettings) and server.domains
        parts.append(f"{people(plan.people)}: {tr('at least {time}', time=takes) if has_others else takes}")
    if plan.day and plan.over_today:
        parts.append(_over_today(plan, plan.day, workspace))
    if server.hours:
        parts.append(_hours(server.hours, workspace))
    return "; ".join(parts)


def _hours(hours: SendingHours, workspace: Workspace) -> str:
    now = clock.now().astimezone(workspace.zone)
    opens = hours.opens_at(now)
    if opens > now:
        return tr("mails leave {hours} only: begins {time}", hours=hours, time=moment(opens, workspace.zone))
    return tr("mails leave {hours} only", hours=hours)


def _over_today(plan: SendPlan, day: DayUse, workspace: Workspace) -> str:
    limit = tr("{mails:,} in 24 hours", mails=day.per_day)
    if day.taken:
        limit = tr("{limit}, {mails:,} used", limit=limit, mails=len(day.taken))
    if not day.left:
        at = moment(day.free_at(plan.over_today), workspace.zone)
        return tr("today’s limit ({limit}) is used up: goes on {time}", limit=limit, time=at)
    return tr_n(
        "{people:,} more than today’s limit ({limit}): goes on tomorrow",
        "{people:,} more than today’s limit ({limit}): goes on over {n} more days",
        -(-plan.over_today // day.per_day),
        people=plan.over_today,
        limit=limit,
    )


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
        "workers": [{"host": worker.host, "pid": worker.pid} for worker in plan.workers],
        "event": occasion_data(plan.occasion) if plan.occasion else None,
        "pause": pause_data(plan.pause),
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
        lines = [
            tr_n(
                "\n{n:,} mail written into the outbox: {folder}",
                "\n{n:,} mails written into the outbox: {folder}",
                accepted,
                folder=where,
            )
        ]
    else:
        lines = [tr("\n{accepted:,} of {all:,} accepted by the mail server.", accepted=accepted, all=total)]
    again = tr("→ run the same command again")
    if sent.by_workers and sent.signal is not None:
        again = tr("→ the workers go on: ccmail status {campaign} --watch; ccmail pause {campaign}", campaign=campaign)
    if plan.day and result.goes_on_at:
        limit = plan.day.per_day
        lines.append(tr("  Today’s limit of the server is reached: {mails:,} mails in 24 hours.", mails=limit))
        again = tr("→ run the same command again from {time} on", time=moment(result.goes_on_at, zone))
    if rows := list(_rest_rows(sent, campaign, again)):
        lines.append(columns(rows))
    if sent.left_out:
        lines.append(
            tr_n(
                "  {n:,} person was left out while it ran: {reasons}",
                "  {n:,} people were left out while it ran: {reasons}",
                sum(sent.left_out.values()),
                reasons=tuple(
                    say("{people:,} {reason}", people=people, reason=reason_words(reason))
                    for reason, people in sent.left_out.items()
                ),
            )
        )
    if _is_over(sent):
        lines.append(
            tr_n(
                "  {n:,} person never got it: it is too late now (send_until, or the event is over)",
                "  {n:,} people never got it: it is too late now (send_until, or the event is over)",
                sent.left,
            )
        )
    if result.words:
        lines.append(tr("  The server's last words: {words}", words=shown(result.words)))
    lines += books_lines(plan, counts, sent.doubtful, campaign)
    return "\n".join(lines)


def _rest_rows(sent: SendResult, campaign: str, again: str) -> Iterator[list[str]]:
    """Yield how many people have no mail yet, and what to do about it."""
    counts = sent.counts
    deferred, refused = counts.people(State.DEFERRED), counts.people(State.REFUSED)
    if not _is_over(sent):
        if (to_go := sent.left - deferred) > 0:
            yield [f"{number(to_go)} {state_word('to_go')}", again]
        if deferred:
            yield [f"{number(deferred)} {state_word('deferred')}", again]
    if refused:
        asks_again = tr("→ ccmail status {campaign}; --retry-refused asks again", campaign=campaign)
        yield [f"{number(refused)} {state_word('refused')}", asks_again]


def after_sending(plan: SendPlan, sent: SendResult) -> tuple[str, ...]:
    """Return the commands after a run: nobody is sent a mail any more when it is too late."""
    terms = balance(sent.counts)
    if _is_over(sent):
        terms = {"in_doubt": sent.counts.people(State.IN_DOUBT), "refused": sent.counts.people(State.REFUSED)}
    return next_steps(sent.sending.campaign, terms, real=plan.real, purpose=plan.options.purpose)


def after_plan(plan: SendPlan, options: SendOptions, workspace: Workspace, at: str | None = None) -> tuple[str, ...]:
    """Return the command after a plan that was only shown: what a sending still waits for, else the sending."""
    campaign, purpose = plan.audience.loaded.campaign.id, options.purpose
    if plan.pause:
        return step_lines([NextStep(f"ccmail continue {campaign}", Why.PAUSED)])
    if not plan.people:
        terms = balance(plan.counts) if plan.counts else {}
        return next_steps(campaign, terms, real=plan.real, purpose=purpose) if terms else ()
    if plan.real:
        wanted = workspace.settings.approval is ApprovalRule.REQUIRED
        done = {"tested": plan.tested is not None, "approved": plan.approved is not None, "wants_approval": wanted}
        waits = before_sending(campaign, purpose, version=plan.audience.version, **done)
        if waits.why is not Why.SEND:
            return (waits.command,)
    chosen = [
        f" --segment {options.segment}" if options.segment else "",
        f" --only {options.only}" if options.only else "",
        f" --limit {options.limit}" if options.limit else "",
        " --rehearse" if options.rehearse else "",
        " --finish-old" if options.finish_old else "",
        " --confirm-change" if options.confirm_change else "",
        " --retry-refused" if options.retry_refused else "",
        " --again" if options.again else "",
        f' --at "{at}"' if at else "",
    ]
    command = f"ccmail {purpose.command} {campaign}{''.join(chosen)}"
    return (step(command, tr("asks for the number") if plan.real else tr("rehearses it")),)


def _is_over(sent: SendResult) -> bool:
    return sent.left > 0 and sent.result.ending is Ending.OVER


def books_lines(plan: SendPlan, counts: Counts, doubtful: Sequence[str], campaign: str) -> Iterator[str]:
    """Yield the line of the books of a plan's sending, and the addresses in doubt."""
    yield balance_line(counts.candidates, balance(counts), real=plan.real, has_lists=plan.occasion is None)
    if total := counts.people(State.IN_DOUBT):
        yield tr("  in doubt: the mail was handed over, and no answer came; ccmail does not send it again by itself")
        yield from (f"    {shown(address)}" for address in doubtful)
        more = total - len(doubtful)
        command = f"ccmail resolve {campaign}{plan.options.purpose.option}"
        yield tr("    and {more:,} more: {command}", more=more, command=command) if more else f"  → {command}"


def result_data(sent: SendResult) -> dict[str, Any]:
    """Return the result of a run for --json."""
    return {
        **{state.value: sent.counts.people(state) for state in State},
        "left_out_meanwhile": dict(sent.left_out),
        "candidates": sent.counts.candidates,
        "ending": sent.result.ending.value,
        "goes_on_at": sent.result.goes_on_at and sent.result.goes_on_at.isoformat(),
        "doubtful": list(sent.doubtful),
        "n": sent.accepted,
        "wall": round(sent.seconds, 3),
        "cpu": round(sent.cpu_seconds, 3),
    }
