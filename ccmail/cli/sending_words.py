"""The words for how far a sending is, and for the commands after it: the same in every command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ccmail.cli.console import number
from ccmail.ledger import Purpose
from ccmail.report.next_steps import NextStep, Why, after_sending, is_open

_DOES: Mapping[Why, str] = {
    Why.GO_ON: "goes on with the rest",
    Why.DOUBT: "names who is in doubt",
    Why.OUTBOX: "shows the mails",
    Why.REFUSED: "names the people without the mail",
}
"""What a command does, where its name does not say it."""


def step_lines(steps: Iterable[NextStep]) -> tuple[str, ...]:
    """Return commands with what they do, for the end of an output."""
    return tuple(f"{step.command}     {_DOES[step.why]}" if step.why in _DOES else step.command for step in steps)


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
    """Return the lines of the commands after a sending, or a part of it; the arguments are those of `after_sending`."""
    steps = step_lines(after_sending(campaign, terms, real=real, shown=shown, purpose=purpose))
    return tuple(f"{line}     a line for each recipient" if line.endswith(" --jsonl") else line for line in steps)


def not_sent(campaign: str, purpose: Purpose = Purpose.CAMPAIGN) -> str:
    """Return the words for a campaign, or an update of it, that nobody has got, not even the outbox."""
    if purpose is not Purpose.CAMPAIGN:
        return f"No {purpose.value} of {campaign} has been sent yet."
    return f"{campaign} has not been sent yet."
