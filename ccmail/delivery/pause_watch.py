"""The look of a run at the ledger, again and again, whether somebody has paused its campaign."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail.delivery.courier import Waiting
from ccmail.delivery.queue import FRESH
from ccmail.problems import LedgerFailure
from ccmail.wording import join, say

if TYPE_CHECKING:
    from ccmail.delivery.courier import Run
    from ccmail.ledger import Pause

_BLINK = 0.001  # seconds


class PauseWatch:
    """The pause of a run's campaign, as the run sees it: one query a second, at most.

    A pause of which nobody is left to be served is none: the run ends as ever.

    Args:
        run: Is told once of each pause.
        has_claims: Returns whether somebody is claimed who was not given out yet.
        clock: Monotonic seconds.
    """

    def __init__(
        self, run: Run, has_claims: Callable[[], bool] = lambda: False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._run = run
        self._has_claims = has_claims
        self._clock = clock
        self._heeds = run.sending.delivery.heeds_pauses
        self._looked_at = -math.inf
        self._pause: Pause | None = None

    @property
    def wait(self) -> float:
        """Seconds until somebody should look again whether the pause is over; 0.0: there is none.

        Raises:
            LedgerFailure: The ledger cannot tell whether there is one.
        """
        if not self._heeds:
            return 0.0
        now = self._clock()
        if now - self._looked_at >= FRESH and not self.ends_run:
            self._looked_at = now
            self._look()
        return max(_BLINK, self._looked_at + FRESH - now) if self.is_on else 0.0

    @property
    def is_on(self) -> bool:
        """Whether the campaign was paused when it was last looked at."""
        return self._pause is not None

    @property
    def ends_run(self) -> bool:
        """Whether the run is to end for the pause, in place of waiting for its end; this does not change any more."""
        return self.is_on and self._run.ends_when_paused

    def look(self) -> None:
        """Look while the run waits for something else; what the ledger cannot tell now, it is asked again later."""
        with contextlib.suppress(LedgerFailure):
            _ = self.wait

    async def outlast(self) -> None:
        """Return when the campaign is not paused, or the run is to stop, or to end for the pause."""
        while (wait := self.wait) > 0 and not self.ends_run and not self._run.stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._run.stop.wait(), wait)

    def _look(self) -> None:
        before, run = self._pause, self._run
        try:
            pause = run.ledger.pauses.of(run.sending.campaign)
            self._pause = pause if pause is not None and (self._has_claims() or run.has_left()) else None
        except LedgerFailure:
            if before is None:
                raise  # else the pause goes on: its reason may be that the database is being looked after
        if self._pause is not None and self._pause != before and not run.ends_when_paused:
            run.report(Waiting(math.inf, in_words(self._pause)))


def in_words(pause: Pause) -> str:
    """Return a pause, and what ends it: "paused by kim@desk: a wrong date; it goes on after ccmail continue news"."""
    paused = say("paused by {who}", who=pause.by)
    return say(
        "{paused}; goes on after: ccmail continue {campaign}",
        paused=join(": ", [paused, pause.why]) if pause.why else paused,
        campaign=pause.campaign,
    )
