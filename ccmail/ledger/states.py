"""The states of one recipient in one sending."""

from __future__ import annotations

import enum
from collections.abc import Mapping


class State(enum.Enum):
    """The state of a recipient; its value stands in the ledger and in `--json`."""

    __hash__ = object.__hash__  # Enum's own is written in Python, and members are looked up for every mail

    QUEUED = "queued"  # nothing has happened yet
    CLAIMED = "claimed"  # a process has taken the row; no server knows of it
    IN_FLIGHT = "in_flight"  # the final dot may have left
    ACCEPTED = "accepted"  # the server said 250 for this very mail
    DEFERRED = "deferred"  # a clear “not now”, or certainly not sent
    REFUSED = "refused"  # a clear “never”
    IN_DOUBT = "in_doubt"  # handed over, answer lost: nobody can know (RFC 1047)
    LEFT_OUT = "left_out"  # on the lists, but gets nothing; the row says why


OPEN = frozenset({State.QUEUED, State.CLAIMED, State.IN_FLIGHT, State.DEFERRED})
"""Work remains."""

IN_HANDS = frozenset({State.CLAIMED, State.IN_FLIGHT})
"""A process has the row: only this one moves it, as long as it lives."""

MAY_HAVE_IT = frozenset({State.IN_FLIGHT, State.ACCEPTED, State.IN_DOUBT})
"""The person has the mail, or may have it."""

SETTLED = frozenset(State) - OPEN
"""No further mail leaves by itself."""

MOVES: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.CLAIMED, State.LEFT_OUT}),
    State.CLAIMED: frozenset(
        {State.QUEUED, State.IN_FLIGHT, State.ACCEPTED, State.DEFERRED, State.REFUSED, State.LEFT_OUT}
    ),
    State.IN_FLIGHT: frozenset({State.QUEUED, State.ACCEPTED, State.DEFERRED, State.REFUSED, State.IN_DOUBT}),
    State.ACCEPTED: frozenset(),
    State.DEFERRED: frozenset({State.QUEUED, State.LEFT_OUT}),
    # the next three move only by a person's word
    State.REFUSED: frozenset({State.QUEUED}),
    State.IN_DOUBT: frozenset({State.QUEUED, State.ACCEPTED}),
    State.LEFT_OUT: frozenset({State.QUEUED}),
}
"""From each state, the states it may move to. Nothing leaves ACCEPTED: at most one accepted copy."""


OVERTAKEN = "W738"
"""The code of the failure for rows that another process has moved to another state."""


def may_move(before: State, after: State) -> bool:
    """Return whether a recipient may go from `before` to `after`."""
    return after in MOVES[before]


def sources_of(after: State) -> tuple[State, ...]:
    """Return the states from which `after` may be reached, in the order of `State`."""
    return tuple(before for before in State if may_move(before, after))
