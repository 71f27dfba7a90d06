"""Test mails: every variant goes to testers before readers get it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.audience import Selected, address_key
from ccmail.audience.address_cell import only_address
from ccmail.checks.planned import plan_mails
from ccmail.delivery.settings import open_courier
from ccmail.delivery.signers import open_signers
from ccmail.ledger import NewRecipient, Purpose, RecipientRow, SendingKind, State
from ccmail.planning.assembler import make_assembler
from ccmail.planning.planner import entry_of
from ccmail.problems import UsageError
from ccmail.sending.frozen_mails import mail_writer
from ccmail.sending.run import run
from ccmail.sending.shown import mailing_now, people_of
from ccmail.wording import join, say
from ccmail.wording.days import short_day

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.audience import Contact, LeftOut
    from ccmail.campaign import Variant
    from ccmail.delivery import Result
    from ccmail.ledger.store import Ledger
    from ccmail.messages import Assembler, NumberedMail
    from ccmail.planning.plan import AudiencePlan, PlannedVariant
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class TestOptions:
    """The options of a test that a person chooses.

    Attributes:
        to: People or addresses; () means those that ccmail.yaml names.
        segment: Its variants only.
        languages: The variants in these languages only.
        reader: The address of the reader whose mails are shown; None: the first reader of each variant.
        purpose: The purpose of the mails: those of the campaign itself, of an update, a reminder or a cancellation.
    """

    to: Sequence[str] = ()
    segment: str | None = None
    languages: tuple[str, ...] | None = None
    reader: str | None = None
    purpose: Purpose = Purpose.CAMPAIGN


@dataclasses.dataclass(frozen=True, slots=True)
class TestResult:
    """The result of sending test mails.

    Attributes:
        tested: Whether the version now counts as tested: every variant arrived at every tester.
        trouble: Address and server's words for each mail that did not arrive.
    """

    plan: AudiencePlan
    variants: tuple[PlannedVariant, ...]
    to: tuple[str, ...]
    accepted: int
    tested: bool
    trouble: tuple[str, ...]
    real: bool
    purpose: Purpose = Purpose.CAMPAIGN


def send_test(workspace: Workspace, ledger: Ledger, loaded: LoadedCampaign, options: TestOptions) -> TestResult:
    """Send the variants to the testers, and mark the version as tested if these were all of them.

    Raises:
        UsageError: There is nobody to send to; or nothing to update, to remind of or to cancel.
        ServerRefused: The server takes nothing from us.
    """
    real, campaign = workspace.sends_for_real, loaded.campaign.id
    testers = _testers(workspace, options.to)
    shown = mailing_now(workspace, ledger, loaded, options.purpose)
    loaded = dataclasses.replace(shown.loaded, is_test=True)
    audience = people_of(workspace, ledger, shown) if shown.occasion else None
    plan = plan_mails(workspace, loaded, ledger, mailing=shown.mailing, audience=audience)
    wanted = tuple(planned for planned in plan.variants if _is_wanted(planned.variant, options))
    if not wanted:
        message = say("nobody in the lists would get this mail: there is nothing to test")
        if options.segment:
            message = say("nobody in {segment} would get this mail: there is nothing to test", segment=options.segment)
        raise UsageError(
            message,
            code="W775",
            hint=say("ccmail check {campaign} says why", campaign=campaign),
        )
    contacts = _example_readers(people_of(workspace, ledger, shown), wanted, options.reader)
    courier = open_courier(workspace, campaign, real=real, is_test=True)
    sending = ledger.draft(campaign, SendingKind.TEST, plan.version, dtstamp=clock.now(), purpose=options.purpose)
    assembler = make_assembler(workspace, loaded, plan.version, shown.mailing)
    write = mail_writer(ledger, sending, plan.version)
    entries = [_entry(assembler, v.variant, contacts[v.variant], address, write) for v in wanted for address in testers]
    ledger.add(sending, entries)
    signers = open_signers(workspace) if real else ()
    confirmed = ledger.confirm(sending, len(entries))
    sent = run(ledger, confirmed, courier, lambda _: None, signers=signers, zone=workspace.zone)
    if sent.refusal is not None:
        raise sent.refusal
    accepted = sent.counts.people(State.ACCEPTED)
    tested = options.segment is None and options.languages is None and accepted == len(entries)
    if tested:
        ledger.mark_tested(campaign, plan.version, testers, real=real)
    missing = (row for row in ledger.rows(sending) if row.state is not State.ACCEPTED)
    trouble = tuple(join(": ", [row.email, _why_not(row, sent.result, workspace.zone)]) for row in missing)
    return TestResult(plan, wanted, testers, accepted, tested, trouble, real, options.purpose)


def _why_not(row: RecipientRow, result: Result, zone: dt.tzinfo) -> str:
    """Return why a test mail did not arrive: the server's words, or our own."""
    said = " ".join(str(part) for part in (row.code, row.enhanced, row.text) if part)
    if not said and result.goes_on_at:
        at = result.goes_on_at.astimezone(zone)
        return say(
            "today’s limit of the server (per_day in ccmail.yaml) is reached; again from {day} {time} on",
            day=short_day(at),
            time=f"{at:%H:%M %Z}",
        )
    if said:
        return said
    return say("it is in doubt: no answer came") if row.state is State.IN_DOUBT else say("the run ended before")


def _is_wanted(variant: Variant, options: TestOptions) -> bool:
    return options.segment in {None, variant.segment.name} and options.languages in {None, variant.languages}


def _testers(workspace: Workspace, to: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses of testers, given as people or addresses; by default those of ccmail.yaml."""
    settings = workspace.settings
    addresses = []
    for name in to or settings.test.to:
        person = settings.person(name)
        address = person.email if person else only_address(name)
        if not address:
            raise UsageError(
                say("{name} has no address in ccmail.yaml", name=name)
                if person
                else say("“{name}” is neither an address nor a person", name=name),
                code="W776",
                hint=say("people in ccmail.yaml: {people}", people=tuple(settings.people)),
            )
        addresses.append(str(address))
    if not addresses:
        raise UsageError(
            say("nobody to send the test to"),
            code="W775",
            hint=say("add --to ADDRESS, or write “test: {{to: […]}}” into ccmail.yaml"),
        )
    return tuple(dict.fromkeys(addresses))


def _entry(
    assembler: Assembler, variant: Variant, contact: Contact, address: str, write: Callable[[NumberedMail], None]
) -> NewRecipient:
    before = assembler.compiled_mails
    message = assembler.assemble(contact, variant, to=address)
    if assembler.compiled_mails > before:
        write(message.compiled)
    name = f"{address_key(address)} {variant.segment.name} {'+'.join(variant.languages)}"
    return dataclasses.replace(entry_of(contact, variant, message), key=name, email=address)


def _example_readers(
    people: Iterable[Selected | LeftOut | Problem], wanted: Sequence[PlannedVariant], reader: str | None
) -> dict[Variant, Contact]:
    """Return the reader for whom each variant is shown: its first one, or the `reader` with this address."""
    readers = {planned.variant: planned.first.contact for planned in wanted}
    if reader is None:
        return readers
    key = address_key(reader)
    found = (item.contact for item in people if isinstance(item, Selected))
    if contact := next((each for each in found if address_key(each.email) == key), None):
        return dict.fromkeys(readers, contact)
    hint = say("`ccmail recipients find {address}` shows what ccmail knows about them", address=reader)
    raise UsageError(say("“{address}” is on none of the campaign's lists", address=reader), code="W777", hint=hint)
