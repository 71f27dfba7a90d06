"""The content of a mail, composed from a campaign for one variant and one reader."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING
from urllib.parse import quote

from ccmail.calendar import CalendarEntry, CalendarUser, calendar_links, event_uid
from ccmail.calendar.uri import ascii_domain, web_uri
from ccmail.campaign import CalendarMode, Contacts, Kind, Variant
from ccmail.campaign.agenda import agenda_days
from ccmail.languages import fill
from ccmail.languages.countries import country_name
from ccmail.languages.dates import (
    date_range,
    local_sessions,
    long_date,
    sessions_with_zone,
    short_date,
    times,
)
from ccmail.languages.names import language_name
from ccmail.rendering import content
from ccmail.rendering.reader import greeting_field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Event, Localized, Texts
    from ccmail.languages import Language
    from ccmail.languages.dates import Sessions
    from ccmail.rendering.loaded_campaign import LoadedCampaign
    from ccmail.rendering.prose import Prose
    from ccmail.rendering.slots import FieldTracker


def compose(loaded: LoadedCampaign, variant: Variant, tracker: FieldTracker, prose: Prose) -> content.MailContent:
    """Return the content of a mail: facts of the campaign, words of the languages, texts of the languages' blocks."""
    languages = [loaded.languages[code] for code in variant.languages]
    blocks = tuple(_Composer(loaded, variant, tracker, prose, language).block() for language in languages)
    first, texts = blocks[0], loaded.campaign.texts[variant.languages[0]]
    kind = loaded.campaign.kind.value
    subject = prose.line(texts.subject) if texts.subject else ""
    return content.MailContent(
        kind=kind,
        subject=subject or fill(getattr(languages[0].words.subject, kind), title=first.title),
        preheader=prose.line(texts.preheader) if texts.preheader else first.subtitle or first.dateline,
        lang=first.lang,
        direction=languages[0].words.direction,
        sender=loaded.settings.sender.name,
        logo=_logo(loaded, first.lang),
        blocks=blocks,
        reader=tracker.slots(),
    )


def calendar_entry(loaded: LoadedCampaign, variant: Variant, title: str, subtitle: str = "") -> CalendarEntry | None:
    """Return the calendar entry of a campaign in a variant's first language, None if the campaign has none."""
    event, mode = loaded.campaign.event, loaded.campaign.calendar
    if event is None or mode is CalendarMode.NONE:
        return None
    language = loaded.languages[variant.languages[0]]
    domain = loaded.settings.sender.address.rpartition("@")[2]
    url = event.register or ""
    contact = loaded.settings.person(variant.segment.contact)
    end = event.end if event.start else event.date.last
    details = [
        subtitle,
        fill(language.words.calendar.details, url=url) if url else "",
        f"{language.words.questions} {contact.name}, {contact.email}" if contact and contact.email else "",
    ]
    return CalendarEntry(
        uid=event_uid(loaded.campaign.announced_by, "test" if loaded.is_test else "", domain),
        start=event.start or event.date.first,
        end=event.sessions[0][1] if event.is_each_day else end,
        summary=title,
        description="\n\n".join(detail for detail in details if detail),
        location=language.words.online_event if event.is_online else _place(event, language),
        url=url,
        link=event.link or "",
        online=event.is_online,
        organizer=_organizer(loaded, variant) if mode is CalendarMode.RSVP and not loaded.is_test else None,
        days=len(event.sessions) if event.is_each_day else 1,
        each_day=_days_in_words(event, language) if event.is_each_day else "",
    )


def _days_in_words(event: Event, language: Language) -> str:
    days = date_range(event.date.first, event.date.last, language)
    return f"{days}, {sessions_with_zone(event.sessions, language)}"


def _organizer(loaded: LoadedCampaign, variant: Variant) -> CalendarUser:
    """Return the organizer, who receives the answers: the contact person if replies go there, else the sender."""
    person = loaded.settings.person(variant.segment.contact)
    if person and person.email and loaded.settings.sender.reply_to == "contact":
        return CalendarUser(person.name, person.email)
    return CalendarUser(loaded.settings.sender.name, loaded.settings.sender.address)


class _Composer:
    """Composes the block of one language; holds the values that all methods share."""

    def __init__(
        self, loaded: LoadedCampaign, variant: Variant, tracker: FieldTracker, prose: Prose, language: Language
    ) -> None:
        self.loaded = loaded
        self.campaign = loaded.campaign
        self.settings = loaded.settings
        self.variant = variant
        self.tracker = tracker
        self.prose = prose.speaking(language.code)
        self.language = language
        self.words = language.words
        self.texts: Texts = loaded.campaign.texts[language.code]

    def block(self) -> content.Block:
        title = self.prose.line(self.texts.title)
        subtitle = self.prose.line(self.texts.subtitle) if self.texts.subtitle else ""
        event = self.campaign.event
        announced = event if self.campaign.kind is Kind.ANNOUNCEMENT else None
        entry = calendar_entry(
            self.loaded,
            Variant(self.variant.segment, (self.language.code,)),
            self.tracker.value_of(title),
            self.tracker.value_of(subtitle),
        )
        return content.Block(
            lang=self.language.code,
            words=self.words,
            greeting=self.tracker.mark_field(greeting_field(self.language.code)),
            kicker=getattr(self.words.kicker, self.campaign.kind.value),
            dateline=self._dateline(announced),
            title=title,
            subtitle=subtitle,
            text=self.prose.passage(self.texts.text),
            programme=self.prose.passage(self.texts.programme) if self.texts.programme else None,
            results=self.prose.passage(self.texts.results) if self.texts.results else None,
            photo=self._photo(),
            note=self._conference_language(announced),
            facts=tuple(self._facts(announced)) if announced else (),
            register=self._link(self.words.register, announced.register if announced else None),
            join=self._link(self.words.join, announced.link if announced else None),
            calendar_links=self._calendar_links(entry),
            calendar_file=entry is not None,
            agenda=tuple(self._agenda()),
            presentations=tuple(self._presentations()),
            video=self._video(),
            gallery=tuple(self._gallery()),
            contacts=tuple(self._contacts()),
            author=self._author(),
            related=tuple(self._related()),
            imprint=self._local(self.settings.footer.imprint),
            privacy=_ascii(self._local(self.settings.footer.privacy)),
            why=self._local(self.settings.footer.why),
            unsubscribe=self._unsubscribe(),
        )

    def _unsubscribe(self) -> str:
        """Return the unsubscribe link: each reader's own, or one `mailto:` link for all."""
        if self.settings.unsubscribe.url:
            return self.tracker.mark_field("unsubscribe")
        subject = quote(self.words.footer.unsubscribe_subject)
        return f"mailto:{self.settings.unsubscribe.address}?subject={subject}"

    def _local(self, text: Localized | None) -> str:
        """Return a short text in this language, else in the first one it has: any name is better than a gap."""
        if text is None:
            return ""
        return text.get(self.language.code) or next((words for _, words in text), "")

    def _dateline(self, event: Event | None) -> str:
        if event is None:
            return short_date(self.campaign.published or self.loaded.today, self.language)
        if event.date.first == event.date.last:
            day = short_date(event.date.first, self.language)
        else:
            day = date_range(event.date.first, event.date.last, self.language)
        where = self.words.online_event if event.is_online else self._local(event.place)
        return f"{day} // {where}" if where else day

    def _conference_language(self, event: Event | None) -> str:
        if event is None or not event.language:
            return ""
        name = language_name(event.language, self.language)
        return fill(self.words.conference_language, language=name)

    def _facts(self, event: Event) -> Iterator[content.Fact]:
        facts = self.words.facts
        day = date_range(event.date.first, event.date.last, self.language)
        yield content.Fact(facts.date, day)
        if event.sessions:
            local = self._readers_time(event.sessions)
            yield content.Fact(facts.time, sessions_with_zone(event.sessions, self.language), local)
        place = _place(event, self.language)
        if place:
            yield content.Fact(facts.place, place)

    def _readers_time(self, sessions: Sessions) -> str:
        """Return the event's time in the reader's time zone, "" if the zone is unknown or the time is the same."""
        name = self.tracker.value("timezone")
        if not name:
            return ""
        zone = zoneinfo.ZoneInfo(name)
        if all(start.astimezone(zone).utcoffset() == start.utcoffset() for start, _ in sessions):
            return ""
        country = self.tracker.value("country")
        place = country_name(country, self.language) if country else name.rpartition("/")[2].replace("_", " ")
        return local_sessions(sessions, zone, place, self.language)

    def _calendar_links(self, entry: CalendarEntry | None) -> tuple[content.Link, ...]:
        if entry is None:
            return ()
        words, links = self.words.calendar, calendar_links(entry)
        return (
            content.Link(words.google, links.google),
            content.Link(words.outlook, links.outlook),
            content.Link(words.office365, links.office365),
        )

    @staticmethod
    def _link(label: str, url: str | None) -> content.Link | None:
        return content.Link(label, _ascii(url)) if url else None

    def _photo(self) -> content.Picture | None:
        photo = self.campaign.photo
        return self._picture(photo.file, self._local(photo.alt), photo.credit or "") if photo else None

    def _picture(self, name: str, alt: str, credit: str = "") -> content.Picture:
        return picture(self.loaded, name, alt, fill(self.words.photo, credit=credit) if credit else "")

    def _agenda(self) -> Iterator[content.AgendaItemView]:
        event = self.campaign.event
        days = agenda_days(self.campaign.agenda, event) if event else []
        has_headings = len(set(days)) > 1
        for number, item in enumerate(self.campaign.agenda):
            when, heading = "", ""
            if event:
                day, start, end = days[number], item.time.start, item.time.end
                begins = dt.datetime.combine(day, start, event.timezone)
                ends = dt.datetime.combine(day, end, event.timezone) if end else None
                when = times(begins, ends, self.language)
                begins_a_day = has_headings and days[:number][-1:] != [day]
                heading = long_date(day, self.language) if begins_a_day else ""
            yield content.AgendaItemView(when, self._local(item.title), item.speaker or "", heading)

    def _presentations(self) -> Iterator[content.PresentationView]:
        for talk in self.campaign.presentations:
            country = country_name(talk.country, self.language) if talk.country else ""
            person = [talk.speaker, self._local(talk.role), talk.organisation or "", talk.city or "", country]
            yield content.PresentationView(
                self._local(talk.title), ", ".join(part for part in person if part), _ascii(talk.slides or "")
            )

    def _video(self) -> content.VideoView | None:
        video = self.campaign.video
        if video is None:
            return None
        return content.VideoView(
            _ascii(video.url), self._picture(video.image, self._local(video.alt) or self.words.watch)
        )

    def _gallery(self) -> Iterator[content.ShotView]:
        for shot in self.campaign.gallery:
            caption = self._local(shot.caption)
            yield content.ShotView(self._picture(shot.file, self._local(shot.alt) or caption), caption)

    def _contacts(self) -> Iterator[content.ContactView]:
        everybody = self.campaign.contacts is Contacts.ALL
        for segment in self.campaign.segments if everybody else (self.variant.segment,):
            person = self.settings.person(segment.contact)
            if person is None:
                continue
            yield content.ContactView(
                label=self._local(segment.label),
                name=person.name,
                email=person.email or "",
                role=self._local(person.role),
                organisation=person.organisation or "",
            )

    def _author(self) -> str:
        person = self.settings.person(self.campaign.author)
        if person is None:
            return ""
        return " | ".join(part for part in (person.name, person.organisation) if part)

    def _related(self) -> Iterator[content.Link]:
        for name in self.campaign.related:
            other = self.loaded.related.get(name)
            if other is None:
                yield content.Link(name, _ascii(name))
                continue
            texts = other.texts.get(self.language.code) or next(iter(other.texts.values()))
            day = other.event.date.first if other.event else other.published
            # no link: its event's would lead into the event, past the registration
            yield content.Link(texts.title, "", long_date(day, self.language) if day else "")


def _ascii(link: str) -> str:
    """Return a web address as every program opens it: lxml would write %C3%A4 into the name of a host."""
    return link if link.isascii() or not link.startswith("http") else web_uri(link)


def picture(loaded: LoadedCampaign, name: str, alt: str, credit: str = "") -> content.Picture:
    """Return a picture as the mail shows it: inside the mail, or under the workspace's address for pictures."""
    file = loaded.pictures[name]
    base = loaded.settings.pictures
    source = f"cid:{content_id(loaded, name)}" if base == "cid" else f"{base.rstrip('/')}/{file.name}"
    return content.Picture(source, file.width, file.height, alt, credit)


def content_id(loaded: LoadedCampaign, name: str) -> str:
    """Return the Content-ID of a picture: the same content has the same one in every mail."""
    domain = ascii_domain(loaded.settings.sender.address.rpartition("@")[2])
    return f"{loaded.pictures[name].digest[:20]}@{domain}"


def _logo(loaded: LoadedCampaign, lang: str) -> content.Picture | None:
    theme = loaded.settings.theme
    if not theme.logo:
        return None
    alt = theme.logo_alt.get(lang) if theme.logo_alt else None
    return picture(loaded, theme.logo, alt or loaded.settings.sender.name)


def _place(event: Event, language: Language) -> str:
    if event.is_online:
        return language.words.online
    return (event.place.get(language.code) or next((words for _, words in event.place), "")) if event.place else ""
