"""A stream of people becomes a plan: every reader's mail is assembled, and none is kept."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ccmail.audience import OF_A_WHOLE_LIST, LeftOut, Reason, Selected, address_key, to_record
from ccmail.campaign import Variant
from ccmail.ledger import NewRecipient
from ccmail.messages.sample import Sample
from ccmail.planning.audience import MOST_PROBLEMS
from ccmail.planning.empty_fields import EmptyFields
from ccmail.planning.plan import AudiencePlan, LeftOutGroup, PlannedVariant
from ccmail.planning.proof import MissingProofs
from ccmail.planning.single_language import single_languages
from ccmail.problems import CcmailError, InputError, Mark, Place, Problem, Severity, sort_problems
from ccmail.rendering import greeting_field
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.audience import Contact
    from ccmail.messages import Assembler, Message, NumberedMail
    from ccmail.rendering import LoadedCampaign

_Name: TypeAlias = tuple[str, tuple[str, ...]]
"""A variant's segment and languages: with a hundred thousand readers, comparing more would take long."""

_RENDERS = ("Jinja2", "markdown-it-py", "premailer", "cssutils", "lxml", "icalendar")
_EXAMPLES = 5
_NAMED = 200  # people left out for one reason
_FEW = 50  # after so many readers it is clear whether each of them needs a rendering of their own


class PlannedMail(NamedTuple):
    """A reader with the variant and the message."""

    contact: Contact
    variant: Variant
    message: Message


class AudiencePlanner:
    """Counts a stream of readers into a plan, keeping no more of it than one reader per variant.

    Every reader's message is assembled, so that a failure is known before the first one leaves; its bytes are made
    only for entries that a ledger keeps.

    Args:
        loaded: The campaign.
        version: Its fingerprint.
        assembler: Makes the messages.
        keep: Gets every compiled mail before the first entry that belongs to it.
        examine: Gets the first message of every compiled mail, and returns its problems.
        examine_reader: Gets the filled-in fields of every reader and the place of the row, and returns problems.
        lists: The fingerprint of the readers' lists; "" if it is unknown, so that no result is taken from the cache.
        person: Returns the hash of an address key, for the entries.
    """

    def __init__(
        self,
        loaded: LoadedCampaign,
        version: str,
        assembler: Assembler,
        keep: Callable[[NumberedMail], None] = lambda _mail: None,
        examine: Callable[[Message, Variant], Iterable[Problem]] = lambda _message, _variant: (),
        examine_reader: Callable[[Mapping[str, str], Place], Iterable[Problem]] = lambda _fields, _place: (),
        lists: str = "",
        person: Callable[[str], str] = lambda _key: "",
    ) -> None:
        self._loaded = loaded
        self._person = person
        self._version = version
        self._assembler = assembler
        self._keep = keep
        self._examine = examine
        self._examine_reader = examine_reader
        self._segments = {segment.name: segment for segment in loaded.campaign.segments}
        self._last_mail = 0
        self._lists = lists
        self._sample = Sample()
        self._variants: dict[_Name, Variant] = {}
        self._people: Counter[_Name] = Counter()
        self._shown: dict[_Name, PlannedVariant] = {}
        self._left_out: Counter[Reason] = Counter()
        self._named: dict[Reason, list[LeftOut]] = {}
        self._columns: dict[Reason, dict[str, None]] = {}
        self._problems: list[Problem] = []
        self._empty = EmptyFields(loaded.campaign)
        self._proofs = MissingProofs()

    def people(self, stream: Iterable[Selected | LeftOut | Problem]) -> Iterator[LeftOut | PlannedMail]:
        """Yield the people in a stream of `select_audience`: people left out as they are, readers with their mails.

        A reader whose mail cannot be made is a problem of the plan, and is not yielded.

        Raises:
            InputError: A text or template is wrong.
        """
        for item in stream:
            match item:
                case Selected():
                    if (planned := self._reader(item)) is not None:
                        yield planned
                case LeftOut():
                    self._count_out(item)
                    yield item
                case Problem() if len(self._problems) < MOST_PROBLEMS or item.is_error or item.code in OF_A_WHOLE_LIST:
                    self._problems.append(item)

    def entries(self, stream: Iterable[Selected | LeftOut | Problem]) -> Iterator[NewRecipient]:
        """Yield an entry of the ledger for every person in a stream; raises as `people` does."""
        for item in self.people(stream):
            if isinstance(item, PlannedMail):
                yield entry_of(*item, person=self._person)
            else:
                yield NewRecipient(address_key(item.email), item.email, item.segment, left_out=item.reason.value)

    def plan(self) -> AudiencePlan:
        """Return the plan of all people counted until now."""
        shown = (dataclasses.replace(self._shown[name], people=people) for name, people in self._people.items())
        variants = sorted(shown, key=_order(self._loaded))
        groups = (
            LeftOutGroup(
                reason.value,
                self._left_out[reason],
                tuple(out.email for out in self._named[reason][:_EXAMPLES]),
                tuple(self._named[reason]),
                tuple(self._columns.get(reason, ())),
            )
            for reason in Reason
            if self._left_out[reason]
        )
        single = single_languages(self._loaded.campaign, variants)
        found = [*self._empty.problems(), *self._proofs.problems(), *single]
        problems = sort_problems([*self._problems, *_personal(self._assembler), *self._not_the_same(), *found])
        return AudiencePlan(self._loaded, self._version, tuple(variants), tuple(groups), self._people.total(), problems)

    def _reader(self, item: Selected) -> PlannedMail | None:
        name = item.segment, item.languages
        variant = self._variants.get(name)
        if variant is None:
            variant = self._variants[name] = Variant(self._segments[item.segment], item.languages)
        try:
            message = self._assembler.assemble(item.contact, variant)
        except InputError:
            raise
        except CcmailError as error:
            mark = Mark(item.contact.place, say("in this reader's mail"))
            self._problems.append(Problem(error.code, error.message, marks=(mark,), hint=error.hint))
            return None
        self._people[name] += 1
        if name not in self._shown:
            self._shown[name] = planned_variant(self._loaded, self._assembler, item, variant, message.chunks)
        if message.compiled.number > self._last_mail:
            self._last_mail = message.compiled.number
            self._keep(message.compiled)
            self._problems += self._examine(message, variant)
        self._sample.offer(item.contact, variant)
        self._proofs.note(item.contact)
        printed = message.fields
        if self._empty.changed:
            fields = self._assembler.fields(item.contact, variant)
            changed = {name for language in item.languages for name in self._empty.changed.get(language, ())}
            printed = {**printed, **{name: fields[name] for name in changed if name in fields}}
        if "" in printed.values():
            self._empty.note(printed, item.languages, item.contact.place)
        if len(self._problems) < MOST_PROBLEMS:
            self._problems += self._examine_reader(message.fields, item.contact.place)
        return PlannedMail(item.contact, variant, message)

    def _not_the_same(self) -> Iterator[Problem]:
        """Yield the differences between a sample and its full render; cached by version and lists, for it is slow."""
        cache = self._loaded.cache
        made_from = ("compared with a full render", self._version, self._lists)
        found = cache.text(made_from, self._compare, _RENDERS) if cache and self._lists else self._compare()
        for file, line, difference in json.loads(found):
            yield Problem(
                "H109",
                say("this reader’s mail would not have what its templates say: “{difference}”", difference=difference),
                marks=(Mark(Place(file, line), say("in this reader's mail")),),
                hint=say(
                    "does a template draw by chance, or look at a clock? If none does, please report this as a bug"
                ),
            )

    def _compare(self) -> str:
        differences = self._sample.differences(self._assembler)
        return json.dumps([(reader.place.file, reader.place.line, line) for reader, line in differences])

    def _count_out(self, item: LeftOut) -> None:
        self._left_out[item.reason] += 1
        if item.column:
            self._columns.setdefault(item.reason, {})[item.column] = None
        named = self._named.setdefault(item.reason, [])
        if len(named) < _NAMED:
            named.append(item)


def entry_of(
    contact: Contact, variant: Variant, message: Message, *, person: Callable[[str], str] = lambda _key: ""
) -> NewRecipient:
    """Return the ledger's entry for a reader with a message; `person` returns the hash of an address key."""
    key = address_key(contact.email)
    return NewRecipient(
        key=key,
        email=contact.email,
        segment=variant.segment.name,
        languages=variant.languages,
        contact=to_record(contact),
        message_id=message.message_id,
        mail=message.compiled.number,
        personal_parts=message.personal_parts,
        person=person(key),
    )


def planned_variant(
    loaded: LoadedCampaign, assembler: Assembler, first: Selected, variant: Variant, mail: Iterable[bytes]
) -> PlannedVariant:
    """Return a variant with its first reader, without counting the others."""
    greeting = greeting_field(variant.languages[0])
    return PlannedVariant(
        variant=variant,
        contact=_contact(loaded, variant),
        people=1,
        begins=assembler.fields(first.contact, variant)[greeting],
        size=sum(map(len, mail)),
        first=first,
    )


def _is_personal(assembler: Assembler) -> bool:
    return assembler.assembled >= _FEW and assembler.compiled_mails > assembler.assembled * 0.8


def _personal(assembler: Assembler) -> Iterable[Problem]:
    if _is_personal(assembler):
        yield Problem(
            "H107",
            say(
                "nearly every reader needs a mail rendered alone: texts or templates look into {fields}",
                fields=tuple(sorted(assembler.looked_at)),
            ),
            Severity.WARNING,
            hint=say("the mails are right, but slow to make: print the field, or compare one that many readers share"),
        )


def _contact(loaded: LoadedCampaign, variant: Variant) -> str:
    person = loaded.settings.person(variant.segment.contact)
    return person.name if person else loaded.settings.sender.name


def _order(loaded: LoadedCampaign) -> Callable[[PlannedVariant], tuple[int, bool, tuple[str, ...]]]:
    position = {segment.name: index for index, segment in enumerate(loaded.campaign.segments)}

    def place(shown: PlannedVariant) -> tuple[int, bool, tuple[str, ...]]:
        segment, languages = shown.variant.segment, shown.variant.languages
        return position[segment.name], languages != segment.languages, languages

    return place
