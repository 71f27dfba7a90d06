"""`ccmail resolve`: lists the recipients in doubt, or settles them as a person says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.campaign_name import CampaignName
from ccmail.cli.console import shown, step
from ccmail.cli.language import tr, tr_n
from ccmail.cli.ledger_words import ledger_words
from ccmail.cli.purpose import of_option
from ccmail.cli.sending_words import not_sent, purpose_word
from ccmail.cli.times import moment, to_the_second
from ccmail.ledger import Purpose
from ccmail.problems import UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.ledger import RecipientRow
    from ccmail.sending.in_doubt import InDoubt


@click.command(cls=Command, name="resolve")
@click.argument("campaign", type=CampaignName())
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--accepted", is_flag=True, help="They have it.")
@click.option("--send-again", is_flag=True, help="The next run sends it to them once more.")
@click.option("--all", "everybody", is_flag=True, help="Everybody who is in doubt, instead of addresses.")
@of_option
@click.pass_obj
def command(
    context: CliContext,
    /,
    campaign: str,
    addresses: tuple[str, ...],
    *,
    accepted: bool,
    send_again: bool,
    everybody: bool,
    purpose: Purpose,
) -> None:
    """List the people in doubt in CAMPAIGN, or record that they have the mail, or are to get it again."""
    from ccmail.campaign import campaign_id
    from ccmail.ledger import State, open_ledger, sole_sender
    from ccmail.sending.in_doubt import find_in_doubt, resolve
    from ccmail.workspace import open_workspace

    _refuse_unclear(bool(addresses), accepted=accepted, send_again=send_again, everybody=everybody)
    state = State.ACCEPTED if accepted else State.QUEUED if send_again else None
    workspace = open_workspace(context.start)
    name = campaign_id(workspace, campaign)
    with (
        sole_sender(workspace.state, name, workspace.zone),
        open_ledger(workspace.ledger_place) as ledger,
        ledger.alone_with(name),
    ):
        chosen = None if everybody else addresses
        found = resolve(ledger, name, chosen, state, purpose) if state else find_in_doubt(ledger, name, purpose)
    data = {
        "campaign": found.campaign,
        "purpose": found.purpose.value,
        "in_doubt": [_data(row) for row in found.in_doubt],
        "resolved": [_data(row) for row in found.resolved],
        "state": state,
    }
    context.console.result(
        _resolved(found, workspace.zone, accepted=accepted) if state else _listing(found, workspace.zone),
        data,
        then=_next(found, accepted=accepted),
    )


def _refuse_unclear(named: bool, *, accepted: bool, send_again: bool, everybody: bool) -> None:  # noqa: FBT001
    if accepted and send_again:
        raise UsageError(
            say("--accepted and --send-again exclude each other"), code="W781", hint=say("use one of them")
        )
    if named and everybody:
        raise UsageError(say("addresses and --all exclude each other"), code="W781", hint=say("use one of them"))
    if (named or everybody) and not (accepted or send_again):
        raise UsageError(
            say("the decision about these people is missing"), code="W781", hint=say("add --accepted or --send-again")
        )
    if (accepted or send_again) and not (named or everybody):
        raise UsageError(say("the people are missing"), code="W781", hint=say("write their addresses, or --all"))


def _data(row: RecipientRow) -> dict[str, Any]:
    return {
        "email": row.email,
        "segment": row.segment,
        "at": row.updated_at,
        "server": row.server,
        "message_id": row.message_id,
        "text": row.text,
    }


def _listing(found: InDoubt, zone: dt.tzinfo) -> str:
    if found.sending is None:
        return not_sent(found.campaign, found.purpose)
    if not found.in_doubt:
        return tr("Nobody is in doubt in {sending}.", sending=_sending(found, zone))
    advice = tr(
        "Look for the Message-ID in the server's log, or ask these people. Then record what you found.\n"
        "Write --all instead of an address for everybody in doubt."
    )
    return "\n".join([_head(found, zone), "", *(_lines(row, zone) for row in found.in_doubt), "", advice])


def _sending(found: InDoubt, zone: dt.tzinfo) -> str:
    assert found.sending is not None  # noqa: S101  # the caller looked
    time = moment(found.sending.started_at, zone)
    if found.purpose is Purpose.CAMPAIGN:
        return tr("the sending of {time}", time=time)
    return tr("the {mail} of {time}", mail=purpose_word(found.purpose), time=time)


def _head(found: InDoubt, zone: dt.tzinfo) -> str:
    return tr_n(
        "{n:,} person in doubt in {sending}: the mail was handed over, and no answer came.\n"
        "Nobody can know whether they have it. ccmail does not send it again by itself.",
        "{n:,} people in doubt in {sending}: the mail was handed over, and no answer came.\n"
        "Nobody can know whether they have it. ccmail does not send it again by itself.",
        len(found.in_doubt),
        sending=_sending(found, zone),
    )


def _lines(row: RecipientRow, zone: dt.tzinfo) -> str:
    where = f"   {shown(row.server)}" if row.server else ""
    at = to_the_second(row.updated_at, zone)
    return (
        f"  {shown(row.email)}   {shown(row.segment)}   {at}{where}\n"
        f"    Message-ID {shown(row.message_id)}\n"
        f"    {ledger_words(shown(row.text), zone)}"
    )


def _next(found: InDoubt, *, accepted: bool) -> tuple[str, ...]:
    command = f"ccmail resolve {found.campaign}{found.purpose.option}"
    if found.sending is None:
        return (f"ccmail {found.purpose.command} {found.campaign}",)
    if found.resolved and not found.in_doubt:
        return (f"ccmail {'status' if accepted else found.purpose.command} {found.campaign}",)
    if found.resolved:
        return (step(command, tr("names who is still in doubt")),)
    if not found.in_doubt:
        return (f"ccmail status {found.campaign}",)
    command = f"{command} {shown(found.in_doubt[0].email)}"
    return (
        step(f"{command} --accepted", tr("they have it")),
        step(f"{command} --send-again", tr("send it once more")),
    )


def _resolved(found: InDoubt, zone: dt.tzinfo, *, accepted: bool) -> str:
    if not found.resolved:
        return _listing(found, zone)
    count = len(found.resolved)
    if accepted:
        told = tr_n("Recorded: {n:,} person has the mail.", "Recorded: {n:,} people have the mail.", count)
    else:
        told = tr_n(
            "{n:,} person to go: the next `ccmail {command}` sends the mail again.",
            "{n:,} people to go: the next `ccmail {command}` sends the mail again.",
            count,
            command=found.purpose.command,
        )
    still = len(found.in_doubt)
    return f"{told}\n{tr('{people:,} still in doubt.', people=still)}" if still else told
