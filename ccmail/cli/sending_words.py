"""The words for how far a sending is, and for the commands after it: the same in every command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ccmail.cli.console import step
from ccmail.cli.language import said, tr
from ccmail.ledger import Purpose
from ccmail.report.next_steps import NextStep, Why, after_sending, is_open
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.ledger import Pause

_PURPOSES = {
    Purpose.CAMPAIGN: say("campaign"),
    Purpose.UPDATE: say("update"),
    Purpose.REMINDER: say("reminder"),
    Purpose.CANCELLATION: say("cancellation"),
}
_DOES: Mapping[Why, str] = {
    Why.GO_ON: say("goes on with the rest"),
    Why.PAUSED: say("ends the pause"),
    Why.DOUBT: say("names who is in doubt"),
    Why.OUTBOX: say("shows the mails"),
    Why.REFUSED: say("names the people without the mail"),
}
"""What a command does, where its name does not say it."""


def purpose_word(purpose: Purpose) -> str:
    """Return the word for a mail of this purpose: "update"."""
    return said(_PURPOSES[purpose])


def step_lines(steps: Iterable[NextStep]) -> tuple[str, ...]:
    """Return commands with what they do, for the end of an output."""
    return tuple(step(one.command, said(_DOES[one.why])) if one.why in _DOES else one.command for one in steps)


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
    """Return the lines of the commands after a sending, or a part of it; the arguments are those of `after_sending`."""
    steps = step_lines(after_sending(campaign, terms, real=real, shown=shown, purpose=purpose))
    return tuple(step(line, tr("a line for each recipient")) if line.endswith(" --jsonl") else line for line in steps)


def not_sent(campaign: str, purpose: Purpose = Purpose.CAMPAIGN) -> str:
    """Return the words for a campaign, or an update of it, that nobody has got, not even the outbox."""
    if purpose is not Purpose.CAMPAIGN:
        return tr("No {purpose} of {campaign} has been sent yet.", purpose=purpose_word(purpose), campaign=campaign)
    return tr("{campaign} has not been sent yet.", campaign=campaign)


def pause_data(pause: Pause | None) -> dict[str, Any] | None:
    """Return a pause for --json, None without one."""
    return {"at": pause.at, "by": pause.by, "why": pause.why} if pause else None
