"""A campaign with its plan: event, server, languages, people, size."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccmail.campaign import CalendarMode, Kind
from ccmail.campaign.agenda import agenda_days
from ccmail.checks.rule import Flaw, rule
from ccmail.planning.plan import AudiencePlan
from ccmail.problems import Mark, Problem, Severity
from ccmail.rendering import LoadedCampaign, organizer_of, unknown_names
from ccmail.wording import say
from ccmail.wording.days import day_and_month, long_day, short_day
from ccmail.workspace import DeliveryMode, Security
from ccmail.workspace.advice import advise
from ccmail.workspace.placeholders import PERSON, find_placeholder
from ccmail.workspace.settings import LOCAL_HOSTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Event
    from ccmail.campaign.agenda import AgendaItem
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign
    from ccmail.yamlfile import SourceText


@rule("E401", Severity.ERROR, why=say("nobody can come to an event that is over"))
def event_over(loaded: LoadedCampaign, now: dt.datetime) -> Iterator[Flaw]:
    """An invitation to an event that is over: a wrong year, or the wrong campaign."""
    campaign, event = loaded.campaign, loaded.campaign.event
    over = over_at(loaded)
    if event is not None and over is not None and over < now:
        yield Flaw(
            say("the event is over ({day})", day=short_day(event.date.last)),
            (Mark(campaign.document.place("event", "date"), say("wrong year?")),),
            say("--allow-past sends anyway"),
        )


def over_at(loaded: LoadedCampaign) -> dt.datetime | None:
    """Return the end of the event that an announcement invites to, None if it does not invite."""
    event = loaded.campaign.event
    if event is None or loaded.campaign.kind is not Kind.ANNOUNCEMENT:
        return None
    return event.end or dt.datetime.combine(event.date.last, dt.time.max, event.timezone)


@rule("E402", Severity.ERROR, why=say("`send_until` says when a mail is of no use any more"))
def too_late(loaded: LoadedCampaign, now: dt.datetime) -> Iterator[Flaw]:
    """A campaign that is too late: its time for sending is over."""
    until = loaded.campaign.send_until
    if until is not None and until < now:
        yield Flaw(
            say("nothing of this campaign is sent after {day}, {time}", day=short_day(until), time=f"{until:%H:%M}"),
            (Mark(loaded.campaign.document.place("send_until")),),
            say("change send_until, or --allow-past sends anyway"),
        )


@rule(
    "C242",
    Severity.ERROR,
    why=say("a line of the programme on a day that the event does not have brings people for nothing"),
)
def agenda_day(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A line of the programme on a day that the event does not have."""
    event = loaded.campaign.event
    for item in loaded.campaign.agenda:
        if item.day is None or (event and item.day.of(event)):
            continue
        if event is None:
            message, hint = say("the programme has days, the campaign no event"), say("add “event:”")
            yield Flaw(message, (Mark(item.day.place),), hint)
            continue
        yield Flaw(
            _other_days(event.date.first, event.date.last),
            (Mark(item.day.place), Mark(event.date.place, say("here"))),
            say(
                "1 to {last}, or a date like {day}.{month}.",
                last=len(event.date.days),
                day=event.date.first.day,
                month=event.date.first.month,
            ),
        )


def _other_days(first: dt.date, last: dt.date) -> str:
    if first == last:
        return say("the event has no such day: it is on {day}", day=long_day(first))
    return say("the event has no such day: it is on {first} to {last}", first=day_and_month(first), last=long_day(last))


_SORT = say("put the lines in their order")


@rule(
    "C243",
    Severity.WARNING,
    why=say("a programme that jumps back in time has a wrong time, or lines in the wrong order"),
)
def agenda_order(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A line of the programme that begins before the line above it."""
    event, agenda = loaded.campaign.event, loaded.campaign.agenda
    days = agenda_days(agenda, event) if event else []
    for (above, day_above), (item, day) in itertools.pairwise(zip(agenda, days, strict=False)):
        if day < day_above:
            yield Flaw(say("the programme goes back a day"), (Mark(item.time.place),), _SORT)
        elif day == day_above and item.time.start < above.time.start and not _is_after_midnight(event, item):
            time, before = f"{item.time.start:%H:%M}", f"{above.time.start:%H:%M}"
            message = say("{time} stands after {before}", time=time, before=before)
            several = event is not None and not event.date.is_one_day
            hint = say("is it the next day? Write “day: …” into the line") if several else _SORT
            yield Flaw(message, (Mark(item.time.place),), hint)


def _is_after_midnight(event: Event | None, item: AgendaItem) -> bool:
    """Return whether a line is in the night in which an event goes on."""
    if event is None or event.time is None or event.time.end is None or event.date.is_one_day or event.is_each_day:
        return False
    return item.time.start <= event.time.end


@rule("W762", Severity.ERROR, why=say("without a server nothing can leave; better known before the number is typed"))
def no_server(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """Mails that are to go out, and no server to take them."""
    if loaded.settings.delivery is DeliveryMode.SMTP and loaded.settings.smtp is None:
        yield Flaw(
            say("ccmail.yaml says “delivery: smtp”, but names no server"),
            hint=say("add “smtp: {{host: …, user: …, password: keyring}}”, or write “delivery: outbox”"),
        )


@rule("W887", Severity.ERROR, why=say("without it nothing can leave; better known before the number is typed"))
def no_graph(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """Mails that are to leave through Microsoft Graph, and nothing that says from which mailbox."""
    if loaded.settings.delivery is DeliveryMode.GRAPH and loaded.settings.graph is None:
        yield Flaw(
            say("ccmail.yaml says “delivery: graph”, but has no “graph:”"),
            hint=say("add “graph: {{user: …, login: {{oauth: microsoft, tenant: …, client: …}}}}”"),
        )


@rule("W889", Severity.WARNING, why=say("Exchange refuses a sender that the sign-in may not send as (SendAsDenied)"))
def sender_of_graph(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A sender that is not the mailbox from which Microsoft Graph sends."""
    graph, sender = loaded.settings.graph, loaded.settings.sender.address
    if loaded.settings.delivery is not DeliveryMode.GRAPH or graph is None:
        return
    if graph.user.casefold() != sender.casefold():
        message = say("{user} sends, with {sender} as the sender", user=graph.user, sender=sender)
        hint = say("write the same address; or an administrator allows “Send as” (docs/how-to/microsoft365.md)")
        yield Flaw(message, (Mark(graph.user.place),), hint)


@rule(
    "W785",
    Severity.ERROR,
    Severity.WARNING,
    why=say(
        "an invented imprint is no imprint: the law requires a responsible person, and readers want to ask somebody"
    ),
)
def placeholder(loaded: LoadedCampaign, *, real: bool) -> Iterator[Flaw]:
    """An example that `ccmail init` wrote, in the place of the sender's own words.

    An error if mails really go out, a warning in a rehearsal; a name alone is a warning, for somebody may have it.
    """
    for field, text in _own_words(loaded):
        found = find_placeholder(text)
        if found:
            is_error = real and found != PERSON
            hint = say("write your own {field} into ccmail.yaml", field=field)
            if not is_error and found != PERSON:
                hint = say("write your own {field} into ccmail.yaml; no real mail leaves before that", field=field)
            yield Flaw(
                say("{field} still has an example: “{example}”", field=field, example=found),
                (Mark(text.place, say("an example of ccmail init")),),
                hint,
                severity=Severity.ERROR if is_error else Severity.WARNING,
            )


def _own_words(loaded: LoadedCampaign) -> Iterator[tuple[str, SourceText]]:
    settings = loaded.settings
    yield "sender.address", settings.sender.address
    if settings.unsubscribe.address:
        yield "unsubscribe.address", settings.unsubscribe.address
    yield from (("footer.imprint", text) for _, text in settings.footer.imprint)
    yield from (("footer.privacy", text) for _, text in settings.footer.privacy)
    for name in dict.fromkeys(segment.contact for segment in loaded.campaign.segments):
        person = settings.person(name)
        if person:
            yield f"people.{name}.name", person.name
        if person and person.email:
            yield f"people.{name}.email", person.email


@rule(
    "W903",
    Severity.WARNING,
    why=say("Gmail and Yahoo want a wish to unsubscribe carried out within two days; so does the law, without delay"),
)
def unsubscribing_by_hand(loaded: LoadedCampaign, *, real: bool) -> Iterator[Flaw]:
    """Mails that go out while nothing but a person carries out the wish to unsubscribe."""
    settings = loaded.settings
    if not real or settings.serve or settings.unsubscribe.url or settings.inbox:
        return
    address = settings.unsubscribe.address or settings.sender.address
    yield Flaw(
        say("readers unsubscribe by a mail to {address}, which a person has to read", address=address),
        (Mark(address.place),),
        say(
            "look into this mailbox every second day at least, and run `ccmail recipients unsubscribe ADDRESS`; "
            "or let `ccmail inbox` or `ccmail serve` do it (docs/how-to/unsubscribe.md)"
        ),
    )


_USUAL = {Security.STARTTLS: 587, Security.TLS: 465}
_BETWEEN_SERVERS = 25


@rule(
    "W784",
    Severity.WARNING,
    why=say(
        "RFC 6409, RFC 8314: servers take mails from people at 587 or 465, seldom for another sender than the login's"
    ),
)
def odd_server(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A mail server described in a way that seldom works: port 25 with a login, a login of another domain."""
    server, sender = loaded.settings.smtp, loaded.settings.sender.address
    if loaded.settings.delivery is not DeliveryMode.SMTP or server is None or server.host in LOCAL_HOSTS:
        return
    usual = _USUAL.get(server.security)
    if server.user and server.port in {_BETWEEN_SERVERS, *_USUAL.values()} - {usual}:
        message = say(
            "port {port} of {host} does not go with {security} and a login",
            port=server.port,
            host=server.host,
            security=server.security.value,
        )
        yield Flaw(message, hint=say("port: {usual}", usual=usual))
    if server.user and "@" in server.user and _organisation(server.user) != _organisation(sender):
        message = say(
            "{user} logs in, and {sender} sends: many servers refuse that (550 5.7.60)", user=server.user, sender=sender
        )
        yield Flaw(message, (Mark(server.user.place),), say("ask the people who run the server"))


@rule(
    "W713",
    Severity.WARNING,
    why=say("a provider refuses more than it allows, and may close the mailbox (docs/how-to/providers.md)"),
)
def provider_limits(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A mail server that would get more than its provider takes, or that lets nobody log in with a password."""
    server = loaded.settings.smtp
    if loaded.settings.delivery is DeliveryMode.SMTP and server is not None:
        yield from (Flaw(said.message, (Mark(said.place),), said.hint) for said in advise(server))


def _organisation(address: str) -> str:
    """Return the end of a domain: stadt.example of mail.stadt.example."""
    return ".".join(address.rpartition("@")[2].casefold().split(".")[-2:])


@rule(
    "T301",
    Severity.ERROR,
    why=say("readers of a segment get its language; another one in its place would be a silent surprise"),
)
def missing_language(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A segment whose language the campaign is not written in."""
    campaign = loaded.campaign
    for segment in campaign.segments:
        for code in segment.languages:
            if code in campaign.texts:
                continue
            first = next(iter(campaign.texts), "")
            yield Flaw(
                say(
                    "readers of {segment} get {language}, but there is no “{code}:” block",
                    segment=segment.name,
                    language=loaded.languages[code].words.name,
                    code=code,
                ),
                (Mark(campaign.document.place("segments", segment.name, of_key=True)),),
                say(
                    "copy the {first}: block and translate it, or set segments.{segment}.language to {first}",
                    first=first,
                    segment=segment.name,
                ),
            )


@rule(
    "C230",
    Severity.ERROR,
    Severity.WARNING,
    why=say("readers answer to the contact person of their segment, who needs an address"),
)
def contact_address(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A segment whose readers could ask nobody.

    An error for each contact person without an address, a warning for each segment without a person.
    """
    for segment in loaded.campaign.segments:
        marks = (Mark(loaded.campaign.document.place("segments", segment.name)),)
        person = loaded.settings.person(segment.contact)
        if person is None:
            hint = say(
                "add “contact: …” to segments.{segment}: answers would go to {sender}",
                segment=segment.name,
                sender=loaded.settings.sender.address,
            )
            message = say("{segment} has no contact person", segment=segment.name)
            yield Flaw(message, marks, hint, severity=Severity.WARNING)
        elif not person.email:
            yield Flaw(
                say(
                    "{person} is the contact of {segment}, but has no address", person=person.name, segment=segment.name
                ),
                marks,
                say("add “email: …” to people.{person} in ccmail.yaml", person=segment.contact),
            )


@rule(
    "E432",
    Severity.WARNING,
    why=say(
        "Outlook keeps a meeting request in its own format (MS-OXCMAIL 2.1.3.3.8.2): a layout does not survive that"
    ),
)
def layout_of_invitation(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """An invitation to answer with pictures, which Outlook shows as a plain meeting request."""
    campaign = loaded.campaign
    has_pictures = not loaded.is_off and (campaign.photo or campaign.gallery or campaign.video)
    if campaign.calendar is CalendarMode.RSVP and has_pictures:
        yield Flaw(
            say(
                "Outlook makes this mail a meeting request, without its layout and pictures; Evolution, "
                "KMail and Claws show the calendar entry in its place"
            ),
            (Mark(campaign.document.place("calendar")),),
            say("if the look matters more than answers by button, write “calendar: attachment”"),
        )


_GOOGLE = ("gmail.com", "googlemail.com")


@rule(
    "E433",
    Severity.WARNING,
    why=say(
        "Google books an answer between two of its mailboxes in its own calendar, and sends no mail that could be read"
    ),
)
def google_organizer(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """An invitation whose answers go to a Google mailbox: those of other Google users never arrive there as mails."""
    if loaded.campaign.calendar is not CalendarMode.RSVP:
        return
    addresses = {organizer_of(loaded, segment).address: segment for segment in loaded.campaign.segments}
    for address, segment in addresses.items():
        if address.rpartition("@")[2].casefold() in _GOOGLE:
            marks = (Mark(loaded.campaign.document.place("segments", segment.name)),)
            message = say(
                "answers to the invitation go to {address}: those of people at Google do not arrive as mails",
                address=address,
            )
            yield Flaw(message, marks, say("another contact, or “calendar: attachment”"))


@rule("W782", Severity.ERROR, why=say("with a misspelt name nothing would be checked, and everything would look well"))
def unknown_client(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A mail program in ccmail.yaml that is not known."""
    from ccmail.checks.clients.support import support  # noqa: PLC0415 - data that the check of a file need not read

    for name in loaded.settings.check.clients:
        near = support().nearest(name)
        if near is not None:
            label = say("did you mean “{near}”?", near=near) if near else ""
            hint = say("gmx, web-de, gmail, outlook.windows …: see https://www.caniemail.com/clients/")
            yield Flaw(say("no mail program is called “{name}”", name=name), (Mark(name.place, label),), hint)


@rule("T305", Severity.ERROR, why=say("an unknown field would stop the sending, or worse, stand in the mail"))
def unknown_field(loaded: LoadedCampaign) -> Iterator[Flaw | Problem]:
    """A text that uses a field which readers do not have: `{{ frist_name }}`."""
    for texts in loaded.campaign.texts.values():
        for name in type(texts).model_fields:
            text = getattr(texts, name)
            if text:
                yield from unknown_names(text, loaded)


@rule("R540", Severity.ERROR, why=say("a sending to nobody is a mistake in the lists"))
def nobody(plan: AudiencePlan) -> Iterator[Flaw]:
    """A campaign that nobody would get."""
    if plan.recipients:
        return
    people = sum(group.people for group in plan.left_out)
    reasons = tuple(group.words for group in plan.left_out)
    yield Flaw(
        say("0 of {people:,} people would get this: {reasons}", people=people, reasons=reasons)
        if people
        else say("the lists are empty"),
        hint=say("`ccmail check` shows what is wrong with the lists"),
    )


_MOST = 10_000_000
_MUCH = 2_000_000


@rule(
    "M615",
    Severity.ERROR,
    Severity.WARNING,
    why=say("servers commonly take 10 MB; over 2 MB a phone on the road waits"),
)
def mail_size(plan: AudiencePlan) -> Iterator[Flaw]:
    """A mail that is larger than servers take, or than readers like.

    An error over 10 MB, a warning over 2.
    """
    largest = max((planned.size for planned in plan.variants), default=0)
    if largest > _MUCH:
        yield Flaw(
            say("each mail is {megabytes} MB", megabytes=f"{largest / 1_000_000:.1f}"),
            hint=say("smaller pictures, or a link in the place of an attachment"),
            severity=Severity.ERROR if largest > _MOST else Severity.WARNING,
        )
