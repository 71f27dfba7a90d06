"""Who gets what, before anything is sent: the value that `send` shows and a person confirms."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ccmail.audience import LeftOut, Reason, Selected
from ccmail.campaign import Variant
from ccmail.problems import CcmailError, InputError, Mark, Problem, Severity, sort_problems

if TYPE_CHECKING:
    from ccmail.messages import Assembler
    from ccmail.rendering import Edition

_EXAMPLES = 5
_PROBLEMS_KEPT = 500
_FEW = 50  # after so many readers it is clear whether each of them needs a rendering of their own


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

    reason: Reason
    people: int
    examples: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What sending a campaign means.

    Attributes:
        version: The fingerprint of everything that is in the mails.
        recipients: How many people get it.
        problems: What is odd or wrong about the lists; an error whose code is not R5xx is about the mails.
    """

    edition: Edition
    version: str
    variants: tuple[PlannedVariant, ...]
    left_out: tuple[LeftOutGroup, ...]
    recipients: int
    problems: tuple[Problem, ...]


def make_plan(
    edition: Edition,
    version: str,
    stream: Iterable[Selected | LeftOut | Problem],
    assembler: Assembler,
    begins: Callable[[Selected, Variant], str],
) -> Plan:
    """Count a stream of readers into a plan, keeping no more of it than one reader per variant.

    Every reader's message is assembled, so that what cannot be made is known before the first one leaves.

    Args:
        edition: The campaign.
        version: Its fingerprint.
        stream: As `select_audience` yields it.
        assembler: Makes the messages.
        begins: Tells a reader's salutation.

    Raises:
        InputError: A text or template is wrong.
    """
    count = _Counting(edition, assembler)
    for item in stream:
        count.add(item)
    variants = tuple(
        PlannedVariant(
            variant=variant,
            contact=_contact(edition, variant),
            people=count.people[variant],
            begins=begins(count.first[variant], variant),
            size=count.sizes[variant],
            first=count.first[variant],
        )
        for variant in sorted(count.people, key=_order(edition))
    )
    groups = (LeftOutGroup(r, count.left_out[r], tuple(count.examples[r])) for r in Reason if count.left_out[r])
    problems = [*count.problems, *_personal(assembler)]
    return Plan(edition, version, variants, tuple(groups), count.people.total(), sort_problems(problems))


class _Counting:
    """The sums over a stream of readers."""

    def __init__(self, edition: Edition, assembler: Assembler) -> None:
        self._assembler = assembler
        self._segments = {segment.name: segment for segment in edition.campaign.segments}
        self.people: Counter[Variant] = Counter()
        self.first: dict[Variant, Selected] = {}
        self.sizes: dict[Variant, int] = {}
        self.left_out: Counter[Reason] = Counter()
        self.examples: dict[Reason, list[str]] = {}
        self.problems: list[Problem] = []

    def add(self, item: Selected | LeftOut | Problem) -> None:
        match item:
            case Selected():
                self._add_reader(item)
            case LeftOut():
                self.left_out[item.reason] += 1
                examples = self.examples.setdefault(item.reason, [])
                if len(examples) < _EXAMPLES:
                    examples.append(item.email)
            case Problem() if len(self.problems) < _PROBLEMS_KEPT or item.is_error:
                self.problems.append(item)

    def _add_reader(self, item: Selected) -> None:
        variant = Variant(self._segments[item.segment], item.languages)
        try:
            message = self._assembler.assemble(item.contact, variant)
        except InputError:
            raise
        except CcmailError as error:
            mark = Mark(item.contact.place, "in this reader's mail")
            self.problems.append(Problem(error.code, error.message, marks=(mark,), hint=error.hint))
            return
        self.people[variant] += 1
        if variant not in self.first:
            self.first[variant] = item
            self.sizes[variant] = sum(map(len, message.chunks))


def _is_personal(assembler: Assembler) -> bool:
    return assembler.assembled >= _FEW and assembler.compiled_mails > assembler.assembled * 0.8


def _personal(assembler: Assembler) -> Iterable[Problem]:
    if _is_personal(assembler):
        yield Problem(
            "H107",
            f"nearly every reader needs a mail rendered alone: texts or templates look into "
            f"{', '.join(sorted(assembler.looked_at))}",
            Severity.WARNING,
            hint="that is right, but a thousand times slower: print the field, or compare one that many share",
        )


def _contact(edition: Edition, variant: Variant) -> str:
    person = edition.settings.person(variant.segment.contact)
    return person.name if person else edition.settings.sender.name


def _order(edition: Edition) -> Callable[[Variant], tuple[int, bool, tuple[str, ...]]]:
    position = {segment.name: index for index, segment in enumerate(edition.campaign.segments)}
    return lambda v: (position[v.segment.name], v.languages != v.segment.languages, v.languages)
