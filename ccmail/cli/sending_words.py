"""The words for how far a sending is, and the command after it: the same in every command."""

from __future__ import annotations

from collections.abc import Mapping

from ccmail.cli.console import number
from ccmail.ledger import Purpose

_OPEN = ("queued", "claimed", "in_flight", "deferred", "to_go")


def is_open(terms: Mapping[str, int]) -> bool:
    """Return whether some people wait for their mail, by the numbers of people in states or terms of the balance."""
    return any(terms.get(name) for name in _OPEN)


def state_words(terms: Mapping[str, int], *, real: bool, purpose: Purpose = Purpose.CAMPAIGN) -> str:
    """Return how far a sending is: "sent", "sent, 5 in doubt", "partly sent: 40 of 100", "update sent".

    Args:
        terms: How many people, by state or by term of the balance.
        real: Whether mails left this computer.
        purpose: The purpose of the sending.
    """
    done = "sent" if real else "rehearsed"
    doubt = terms.get("in_doubt", 0)
    if is_open(terms):
        wanted = sum(terms.values()) - terms.get("left_out", 0)
        done = f"partly {done}: {number(terms.get('accepted', 0))} of {number(wanted)}"
    done = done if purpose is Purpose.CAMPAIGN else f"{purpose.value} {done}"
    return f"{done}, {number(doubt)} in doubt" if doubt else done


def next_steps(
    campaign: str,
    terms: Mapping[str, int],
    *,
    real: bool,
    shown: str = "",
    purpose: Purpose = Purpose.CAMPAIGN,
) -> tuple[str, ...]:
    """Return the commands after a sending, or a part of it.

    Args:
        campaign: Its id.
        terms: How many people, by state or by term of the balance.
        real: Whether mails left this computer.
        shown: The command that has just shown how it stands: `status`, `report`.
        purpose: The purpose of the sending.
    """
    steps, of = [], purpose.option
    if is_open(terms):
        steps.append(f"ccmail {purpose.command} {campaign}{'' if real else ' --rehearse'}     goes on with the rest")
    if terms.get("in_doubt"):
        steps.append(f"ccmail resolve {campaign}{of}     names who is in doubt")
    if steps:
        return tuple(steps)
    if not real:
        return ("ccmail preview --outbox     shows the mails",)
    if terms.get("refused") and shown != "status":
        steps.append(f"ccmail status {campaign}     names the people without the mail")
    rest = f"ccmail report {campaign}{of}" + (" --jsonl     a line for each recipient" if shown == "report" else "")
    return (*steps, rest)


def not_sent(campaign: str, purpose: Purpose = Purpose.CAMPAIGN) -> str:
    """Return the words for a campaign, or an update of it, that nobody has got, not even the outbox."""
    if purpose is not Purpose.CAMPAIGN:
        return f"No {purpose.value} of {campaign} has been sent yet."
    return f"{campaign} has not been sent yet."
