"""Who gets what, before anything is sent: the value that `send` shows and a person confirms."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.audience import Selected
    from ccmail.campaign import Variant
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedVariant:
    """One text for one segment.

    Attributes:
        people: How many get it.
        begins: The salutation of the first of them.
        size: Bytes of the first one's message.
        first: The first of them, as an example for tests and previews.
    """

    variant: Variant
    contact: str
    people: int
    begins: str
    size: int
    first: Selected


@dataclasses.dataclass(frozen=True, slots=True)
class LeftOutGroup:
    """People who get nothing, for one reason; a few of them by address."""

    reason: str
    people: int
    examples: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class AudiencePlan:
    """What sending a campaign means.

    Attributes:
        version: The fingerprint of everything that is in the mails.
        recipients: How many people get it.
        problems: What is odd or wrong about lists and mails; one about a row keeps nobody else from getting a mail.
    """

    loaded: LoadedCampaign
    version: str
    variants: tuple[PlannedVariant, ...]
    left_out: tuple[LeftOutGroup, ...]
    recipients: int
    problems: tuple[Problem, ...]
