"""The faults of the SMTP server."""

from __future__ import annotations

from tests.faults.mischief import Act, Catalogue, Fault, Phase

_FAULTS = (
    # ── opening: no recipient is concerned ──
    Fault("F1", Phase.CONNECT, Act.REFUSE, weight=1),
    Fault("F2", Phase.CONNECT, Act.CLOSE),
    Fault("F2", Phase.CONNECT, Act.RESET),
    Fault("F2", Phase.CONNECT, Act.HANG, weight=1),
    Fault("F2", Phase.CONNECT, Act.HALF),
    Fault("F2", Phase.CONNECT, Act.GARBAGE),
    Fault("F3", Phase.CONNECT, Act.CLOSING, "421 4.7.0 too many connections", weight=3),
    Fault("F3", Phase.CONNECT, Act.CLOSING, "450 4.3.2 come back later"),
    Fault("F4", Phase.CONNECT, Act.CLOSING, "554 5.7.1 no service for you", weight=1, most=1),
    Fault("F22", Phase.CONNECT, Act.DRIP, weight=1),
    Fault("F2", Phase.EHLO, Act.CLOSE),
    Fault("F2", Phase.EHLO, Act.RESET),
    Fault("F2", Phase.EHLO, Act.HANG, weight=1),
    Fault("F2", Phase.EHLO, Act.HALF),
    Fault("F2", Phase.EHLO, Act.GARBAGE),
    Fault("F3", Phase.EHLO, Act.CLOSING, "421 4.3.2 shutting down"),
    Fault("F5", Phase.STARTTLS, Act.SAY, "454 4.7.0 TLS not available now"),
    Fault("F5", Phase.STARTTLS, Act.CLOSE),
    Fault("F5", Phase.STARTTLS, Act.RESET),
    Fault("F7", Phase.AUTH, Act.SAY, "454 4.7.0 temporary authentication failure"),
    Fault("F7", Phase.AUTH, Act.CLOSE),
    # ── before the text: certainly not sent ──
    Fault("F8", Phase.MAIL, Act.SAY, "450 4.7.1 too fast, try again in 1 second", most=3),
    Fault("F8", Phase.MAIL, Act.SAY, "451 4.3.0 busy", weight=4),
    Fault("F9", Phase.MAIL, Act.SAY, "550 5.7.60 may not send as this sender", weight=1, most=1),
    Fault("F20", Phase.MAIL, Act.CLOSING, "421 4.3.2 shutting down", most=3),
    Fault("F14", Phase.MAIL, Act.CLOSE),
    Fault("F14", Phase.MAIL, Act.RESET),
    Fault("F22", Phase.MAIL, Act.DRIP, weight=1),
    Fault("F21", Phase.MAIL, Act.GARBAGE),
    Fault("F21", Phase.MAIL, Act.HALF),
    Fault("F10", Phase.RCPT, Act.SAY, "450 4.2.0 greylisted", weight=10),
    Fault("F10", Phase.RCPT, Act.SAY, "452 4.2.2 mailbox full", weight=6),
    Fault("F20", Phase.RCPT, Act.CLOSING, "421 4.3.2 shutting down", most=3),
    Fault("F14", Phase.RCPT, Act.CLOSE),
    Fault("F14", Phase.RCPT, Act.RESET),
    Fault("F14", Phase.RCPT, Act.HANG, weight=1),
    Fault("F21", Phase.RCPT, Act.GARBAGE),
    Fault("F21", Phase.RCPT, Act.HALF),
    Fault("F22", Phase.RCPT, Act.DRIP, weight=1),
    Fault("F22", Phase.RCPT, Act.TRICKLE, weight=1),
    Fault("F13", Phase.DATA, Act.SAY, "451 4.3.0 not now", weight=3),
    Fault("F20", Phase.DATA, Act.CLOSING, "421 4.3.2 shutting down", most=3),
    Fault("F14", Phase.DATA, Act.CLOSE),
    Fault("F14", Phase.DATA, Act.RESET),
    Fault("F14", Phase.DATA, Act.HANG, weight=1),
    Fault("F21", Phase.DATA, Act.GARBAGE),
    Fault("F21", Phase.DATA, Act.HALF),
    Fault("F15", Phase.TEXT, Act.CLOSE, weight=4),
    Fault("F15", Phase.TEXT, Act.RESET, weight=4),
    Fault("F15", Phase.TEXT, Act.CLOSING, "421 4.3.2 shutting down", weight=3),
    Fault("F21", Phase.TEXT, Act.CLOSING, "250 2.0.0 an answer before its question", weight=1),
    # ── after the final dot ──
    Fault("F16", Phase.END, Act.SAY, "451 4.3.0 could not store it", weight=5),
    Fault("F16", Phase.END, Act.SAY, "452 4.3.1 disk full", weight=3),
    Fault("F20", Phase.END, Act.CLOSING, "421 4.3.2 shutting down", most=3),
    Fault("F18", Phase.END, Act.CLOSE, accepted=True),
    Fault("F18", Phase.END, Act.RESET, accepted=True),
    Fault("F18", Phase.END, Act.HALF, accepted=True),
    Fault("F18", Phase.END, Act.GARBAGE, accepted=True),
    Fault("F18", Phase.END, Act.HANG, weight=1, accepted=True),
    Fault("F18", Phase.END, Act.CLOSE),
    Fault("F18", Phase.END, Act.RESET),
    Fault("F18", Phase.END, Act.HALF, weight=1),
    Fault("F18", Phase.END, Act.HANG, weight=1),
    Fault("F22", Phase.END, Act.DRIP, weight=2, accepted=True),
    Fault("F19", Phase.AFTER, Act.CLOSE, weight=3),
    Fault("F19", Phase.AFTER, Act.RESET, weight=3),
    Fault("F20", Phase.AFTER, Act.CLOSING, "421 4.4.2 idle for too long", weight=3),
    # ── what does not matter ──
    Fault("F24", Phase.RSET, Act.CLOSE),
    Fault("F24", Phase.RSET, Act.RESET),
    Fault("F24", Phase.RSET, Act.GARBAGE),
    Fault("F24", Phase.RSET, Act.SAY, "451 4.3.0 not now"),
    Fault("F24", Phase.QUIT, Act.CLOSE),
    Fault("F24", Phase.QUIT, Act.GARBAGE),
    Fault("F24", Phase.QUIT, Act.HANG, weight=1),
)

_FATES = (
    Fault("F11", Phase.RCPT, Act.SAY, "550 5.1.1 no such user", weight=10),
    Fault("F11", Phase.RCPT, Act.SAY, "554 5.7.1 not welcome", weight=2),
    Fault("F13", Phase.DATA, Act.SAY, "554 5.3.0 transaction failed", weight=2),
    Fault("F17", Phase.END, Act.SAY, "554 5.6.0 content refused", weight=4),
)
"""Clear and lasting refusals."""

_SPELLS = (
    Fault("F43", Phase.RCPT, Act.SAY, "550 5.4.5 the sending limit of the day is exceeded"),
    Fault("F44", Phase.RCPT, Act.SAY, "550 5.1.8 sender address rejected"),
    Fault("F45", Phase.RCPT, Act.SAY, "550 abgelehnt"),
    Fault("F46", Phase.END, Act.SAY, "554 5.2.252 SendAsDenied, not allowed to send as this sender"),
    Fault("F47", Phase.END, Act.SAY, "450 4.7.1 number of messages per hour exceeded"),
    Fault("F48", Phase.RCPT, Act.SAY, "451 4.3.0 temporary system problem"),
)
"""Spells: for a while the server answers all mails so, whoever they are for. They come once in its life each."""


def _is_for_good(said: str) -> bool:
    return said.startswith("5")


SMTP = Catalogue(
    faults=_FAULTS,
    fates=_FATES,
    spells=_SPELLS,
    opening=(Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH),
    personal=(Phase.RCPT, Phase.DATA, Phase.TEXT, Phase.END),
    is_refusal=_is_for_good,
)
