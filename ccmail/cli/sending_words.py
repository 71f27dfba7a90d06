"""The words for how far a sending is, and the command after it: the same in every command."""

from __future__ import annotations

from collections.abc import Mapping

from ccmail.cli.console import step
from ccmail.cli.language import said, tr
from ccmail.ledger import Purpose
from ccmail.wording import say

_OPEN = ("queued", "claimed", "in_flight", "deferred", "to_go")
_PURPOSES = {
    Purpose.CAMPAIGN: say("campaign"),
    Purpose.UPDATE: say("update"),
    Purpose.REMINDER: say("reminder"),
    Purpose.CANCELLATION: say("cancellation"),
}


def purpose_word(purpose: Purpose) -> str:
    """Return the word for a mail of this purpose: "update"."""
    return said(_PURPOSES[purpose])


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
    done = _partly(terms, real=real) if is_open(terms) else tr("sent") if real else tr("rehearsed")
    if purpose is not Purpose.CAMPAIGN:
        done = tr("{purpose} {done}", purpose=purpose_word(purpose), done=done)
    doubt = terms.get("in_doubt", 0)
    return tr("{done}, {people:,} in doubt", done=done, people=doubt) if doubt else done


def _partly(terms: Mapping[str, int], *, real: bool) -> str:
    accepted, wanted = terms.get("accepted", 0), sum(terms.values()) - terms.get("left_out", 0)
    if real:
        return tr("partly sent: {accepted:,} of {wanted:,}", accepted=accepted, wanted=wanted)
    return tr("partly rehearsed: {written:,} of {wanted:,}", written=accepted, wanted=wanted)


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
        command = f"ccmail {purpose.command} {campaign}{'' if real else ' --rehearse'}"
        steps.append(step(command, tr("goes on with the rest")))
    if terms.get("in_doubt"):
        steps.append(step(f"ccmail resolve {campaign}{of}", tr("names who is in doubt")))
    if steps:
        return tuple(steps)
    if not real:
        return (step("ccmail preview --outbox", tr("shows the mails")),)
    if terms.get("refused") and shown != "status":
        steps.append(step(f"ccmail status {campaign}", tr("names the people without the mail")))
    report = f"ccmail report {campaign}{of}"
    return (*steps, step(f"{report} --jsonl", tr("a line for each recipient")) if shown == "report" else report)


def not_sent(campaign: str, purpose: Purpose = Purpose.CAMPAIGN) -> str:
    """Return the words for a campaign, or an update of it, that nobody has got, not even the outbox."""
    if purpose is not Purpose.CAMPAIGN:
        return tr("No {purpose} of {campaign} has been sent yet.", purpose=purpose_word(purpose), campaign=campaign)
    return tr("{campaign} has not been sent yet.", campaign=campaign)
