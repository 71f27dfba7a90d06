"""A batch: the people of one job."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ccmail.ledger import RecipientFilter


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """The people of one job: those of a span of a sending's list who are still to be served when it runs.

    Attributes:
        sending: The id of the sending.
        first: The first position.
        last: The last position.
        segments: Only these segments, if there are any.
        until: No mail is begun from then on, in ISO 8601; "" without such a time.
        tries: How often its deferred people were tried again.
        since: When the first of them was deferred, in seconds since 1970; 0 if none was.
    """

    sending: int
    first: int
    last: int
    segments: tuple[str, ...] = ()
    until: str = ""
    tries: int = 0
    since: float = 0.0

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last position."""
        return self.first, self.last

    @property
    def recipients(self) -> RecipientFilter:
        """The filter of its people."""
        return RecipientFilter(self.segments)

    def as_json(self) -> dict[str, Any]:
        """Return its values as JSON can have them."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Batch:
        """Return the batch that `as_json` has turned into values."""
        return cls(**{**values, "segments": tuple(values["segments"])})
