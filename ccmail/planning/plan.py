"""The plan of an audience, before anything is sent: the values that `send` shows and a person confirms."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail.audience.reason import Reason
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from ccmail.audience import LeftOut, Selected
    from ccmail.campaign import Variant
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign
    from ccmail.wording import Wording

EMPTY_FIELD = "T340"
"""The code of a printed field that is empty for some readers."""

_REASONS = {
    Reason.UNSUBSCRIBED.value: say("unsubscribed"),
    Reason.BOUNCED.value: say("bounced"),
    Reason.DUPLICATE.value: say("duplicate"),
    Reason.OTHER_SEGMENT.value: say("other segment"),
    Reason.MISTAKE.value: say("mistake"),
    Reason.NO_ADDRESS.value: say("no address"),
    Reason.NO_LANGUAGE.value: say("no language"),
    Reason.PAUSED.value: say("paused"),
    Reason.LEFT_SEGMENT.value: say("left the segment"),
    Reason.DECLINED.value: say("declined"),
    Reason.REMINDED.value: say("reminded before"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedVariant:
    """A variant with its readers.

    Attributes:
        contact: The name of its contact person.
        people: How many people get it.
        begins: The greeting of its first reader.
        size: The size of the first reader's message in bytes.
        first: Its first reader, as an example for tests and previews.
    """

    variant: Variant
    contact: str
    people: int
    begins: str
    size: int
    first: Selected


@dataclasses.dataclass(frozen=True, slots=True)
class LeftOutGroup:
    """People who are left out for one reason, with a few addresses as examples.

    Attributes:
        named: The first of them, with their rows; empty for a sending that goes on.
        columns: The columns of lists that say so, by header; empty for another source.
    """

    reason: str
    people: int
    examples: tuple[str, ...]
    named: tuple[LeftOut, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The columns in words: " (column Status)"; "" without one."""
        if not self.columns:
            return ""
        return say_n(" (column {columns})", " (columns {columns})", len(self.columns), columns=self.columns)

    @property
    def words(self) -> Wording:
        """The people and their reason: "3 unsubscribed (column Status)"."""
        reason = _REASONS.get(self.reason, self.reason)
        return say("{people:,} {reason}{source}", people=self.people, reason=reason, source=self.source)


@dataclasses.dataclass(frozen=True, slots=True)
class AudiencePlan:
    """The readers of each variant of a campaign, and the people who are left out.

    Attributes:
        version: The fingerprint of everything that is in the mails.
        recipients: How many people get a mail.
        problems: What is odd or wrong about lists and mails; one about a row keeps nobody else from getting a mail.
    """

    loaded: LoadedCampaign
    version: str
    variants: tuple[PlannedVariant, ...]
    left_out: tuple[LeftOutGroup, ...]
    recipients: int
    problems: tuple[Problem, ...]
