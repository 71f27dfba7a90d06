"""The content of a mail, composed from a campaign for one variant and one reader."""

from __future__ import annotations

import dataclasses
import zoneinfo
from typing import TYPE_CHECKING
from urllib.parse import quote

from ccmail.calendar import CalendarEntry, CalendarUser, calendar_links, event_uid
from ccmail.calendar.uri import ascii_domain, web_uri
from ccmail.campaign import CalendarMode, Contacts, Kind, Variant
from ccmail.campaign.pictures import (
    PictureUse,
    logo_use,
    partner_use,
    partners_of,
    photo_use,
    portrait_use,
    shot_use,
    video_use,
)
from ccmail.languages import fill
from ccmail.languages.countries import country_name
from ccmail.languages.date_tile import date_tile
from ccmail.languages.dates import (
    comma,
    date_range,
    local_sessions,
    sessions_with_zone,
    short_date,
)
from ccmail.languages.direction import isolated
from ccmail.languages.names import language_name
from ccmail.rendering import content
from ccmail.rendering.agenda import agenda_views
from ccmail.rendering.event_words import days_in_words, place_in_words, when_in_words
from ccmail.rendering.notice import make_notice, notice_preheader, notice_words
from ccmail.rendering.reader import ANSWER_LINK, greeting_field
from ccmail.rendering.related import related_link
from ccmail.rendering.soft_hyphens import without_soft_hyphens
from ccmail.workspace.mail_look import MailLook
from ccmail.yamlfile import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Event, Localized, SegmentUse, Texts
    from ccmail.campaign.pictures import PictureFile
    from ccmail.languages import Language, Words
    from ccmail.languages.dates import Sessions
    from ccmail.rendering.loaded_campaign import LoadedCampaign
    from ccmail.rendering.prose import Prose
    from ccmail.rendering.slots import FieldTracker


def compose(loaded: LoadedCampaign, variant: Variant, tracker: FieldTracker, prose: Prose) -> content.MailContent:
    """Return the content of a mail: facts of the campaign, words of the languages, texts of the languages' blocks."""
    languages = [loaded.languages[code] for code in variant.languages]
    blocks = tuple(_Composer(loaded, variant, tracker, prose, language).block() for language in languages)
    first = blocks[0]
    return content.MailContent(
        kind=loaded.campaign.kind.value,
        subject=without_soft_hyphens(_subject(loaded, languages[0], first, prose)),
        preheader=without_soft_hyphens(_preheader(loaded, languages[0], first, prose)),
        lang=first.lang,
        direction=languages[0].words.direction,
        sender=loaded.settings.sender.name,
        logo=_logo(loaded, first.lang),
        blocks=blocks,
        look=_look(loaded, first).value,
        partners=tuple(_partners(loaded, languages[0])),
        reader=tracker.slots(),
    )


def _subject(loaded: LoadedCampaign, language: Language, first: content.Block, prose: Prose) -> str:
    """Return the campaign's own subject, or one made of the title; after the campaign's own mail it is marked."""
    text = loaded.campaign.texts[language.code].subject
    usual = getattr(language.words.subject, loaded.campaign.kind.value)
    own = prose.line(text) if text else ""
    if loaded.occasion is None:
        return own or fill(usual, title=first.title)
    # not “Updated: Invitation: …”
    own = own.removeprefix(usual.partition("{")[0])
    return fill(getattr(notice_words(language).subject, loaded.occasion.purpose.value), subject=own or first.title)


def _preheader(loaded: LoadedCampaign, language: Language, first: content.Block, prose: Prose) -> str:
    if first.notice:
        return notice_preheader(first.notice, language, first.dateline)
    own = loaded.campaign.texts[language.code].preheader
    return prose.line(own) if own else first.subtitle or first.dateline


def calendar_entry(
    loaded: LoadedCampaign, variant: Variant, title: str, subtitle: str = "", *, news: str = "", mail: str = ""
) -> CalendarEntry | None:
    """Return the calendar entry of a campaign in a variant's first language, None if the campaign has none.

    Args:
        loaded: The campaign.
        variant: Has the language, and the segment whose contact person stands in it.
        title: The mail's, without slots.
        subtitle: The same.
        news: What has changed: it stands first in the text of the entry.
        mail: The mail in short, for an entry that is shown in its place.
    """
    event, mode = loaded.campaign.event, loaded.campaign.calendar
    if event is None or mode is CalendarMode.NONE:
        return None
    language = loaded.languages[variant.languages[0]]
    domain = loaded.settings.sender.address.rpartition("@")[2]
    url, link = ("", "") if loaded.is_off else (event.register or "", event.link or "")
    contact = loaded.settings.person(variant.segment.contact)
    end = event.end if event.start else event.date.last
    details = [
        news,
        subtitle,
        mail,
        "\n".join(_links_in_text(url, link, language.words, is_whole_mail=mode is CalendarMode.RSVP)),
        f"{language.words.questions} {contact.name}, {contact.email}" if contact and contact.email else "",
    ]
    return CalendarEntry(
        uid=event_uid(loaded.campaign.announced_by, "test" if loaded.is_test else "", domain),
        start=event.start or event.date.first,
        end=event.sessions[0][1] if event.is_each_day else end,
        summary=without_soft_hyphens(loaded.event_titles.get(language.code, title)),
        description=without_soft_hyphens("\n\n".join(detail for detail in details if detail)),
        location=language.words.online_event if event.is_online else place_in_words(event, language),
        url=url,
        link=link,
        online=event.is_online,
        organizer=organizer_of(loaded, variant.segment) if mode is CalendarMode.RSVP and not loaded.is_test else None,
        days=len(event.sessions) if event.is_each_day else 1,
        each_day=when_in_words(event, language) if event.is_each_day else "",
    )


def _links_in_text(url: str, link: str, words: Words, *, is_whole_mail: bool) -> Iterator[str]:
    """Yield the lines with the links of an entry; one that is shown in the place of a mail names each of them."""
    if url:
        whole = f"{words.register}{words.colon} {web_uri(url)}"
        yield whole if is_whole_mail else fill(words.calendar.details, url=url)
    if link and is_whole_mail:
        yield f"{words.join}{words.colon} {web_uri(link)}"


def organizer_of(loaded: LoadedCampaign, segment: SegmentUse) -> CalendarUser:
    """Return the organizer, who receives the answers: the contact person if replies go there, else the sender."""
    person = loaded.settings.person(segment.contact)
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
        self.prose = prose.speaking(language)
        self.language = language
        self.words = language.words
        self.texts: Texts = loaded.campaign.texts[language.code]

    def block(self) -> content.Block:
        event = self.campaign.event
        announced = event if self.campaign.kind is Kind.ANNOUNCEMENT else None
        if self.loaded.is_off:
            return self._letter(announced, self._words_of_cancellation())
        letter = self._letter(announced, self.prose.passage(self.texts.text))
        links = self._calendar_links(letter)
        return dataclasses.replace(
            letter,
            programme=self.prose.passage(self.texts.programme) if self.texts.programme else None,
            results=self.prose.passage(self.texts.results) if self.texts.results else None,
            photo=self._photo(),
            tile=date_tile(announced.date.first, announced.date.last, self.language) if announced else None,
            note=self._conference_language(announced),
            register=self._link(self.words.register, announced.register if announced else None),
            join=self._link(self.words.join, announced.link if announced else None),
            answer=self._answer(announced),
            calendar_links=links,
            calendar_file=bool(links),
            agenda=tuple(agenda_views(self.loaded, self.language, self._local, self._portrait)),
            presentations=tuple(self._presentations()),
            video=self._video(),
            gallery=tuple(self._gallery()),
            author=self._author(),
            related=tuple(self._related()),
        )

    def _letter(self, announced: Event | None, text: content.Passage) -> content.Block:
        """Return the part that every mail has, also one that calls an event off."""
        title = self.prose.line(self.texts.title)
        return content.Block(
            lang=self.language.code,
            words=self.words,
            greeting=self.tracker.mark_field(greeting_field(self.language.code)),
            kicker=getattr(self.words.kicker, self.campaign.kind.value),
            dateline=self._dateline(announced),
            title=title,
            subtitle=self.prose.line(self.texts.subtitle) if self.texts.subtitle else "",
            text=text,
            facts=tuple(self._facts(announced)) if announced else (),
            calendar_hint=self._calendar_hint(),
            contacts=tuple(self._contacts()),
            imprint=self._local(self.settings.footer.imprint),
            privacy=_ascii(self._local(self.settings.footer.privacy)),
            why=self._local(self.settings.footer.why),
            unsubscribe=self._unsubscribe(),
            has_unsubscribe=self.settings.unsubscribe.address is not None,
            in_browser=self._in_browser(),
            notice=make_notice(self.loaded, title, self.language, self.tracker, self.prose),
        )

    def _words_of_cancellation(self) -> content.Passage:
        """Return the letter that calls an event off: the organiser's own words, or one sentence."""
        letter = notice_words(self.language).letter
        return self.prose.passage(self.texts.cancellation or SourceText.plain(letter))

    def _unsubscribe(self) -> str:
        """Return the unsubscribe link: each reader's own, or one `mailto:` link for all; "" on a page for everybody."""
        if self.settings.unsubscribe.address is None:
            return ""
        if self.settings.unsubscribes_by_link:
            return self.tracker.mark_field("unsubscribe")
        subject = quote(self.words.footer.unsubscribe_subject)
        return f"mailto:{self.settings.unsubscribe.address}?subject={subject}"

    def _in_browser(self) -> content.Link | None:
        """Return each reader's own link to their mail on a public page."""
        label = self.words.footer.in_browser
        if self.settings.serve is None or not label:
            return None
        return content.Link(label, self.tracker.mark_field("in_browser"))

    def _local(self, text: Localized | None) -> str:
        return _in_language(text, self.language)

    def _dateline(self, event: Event | None) -> str:
        if event is None:
            return short_date(self.campaign.published or self.loaded.today, self.language)
        if event.date.first == event.date.last:
            day = short_date(event.date.first, self.language)
        else:
            day = date_range(event.date.first, event.date.last, self.language)
        where = self.words.online_event if event.is_online else self._place(event)
        return f"{day} // {where}" if where else day

    def _conference_language(self, event: Event | None) -> str:
        if event is None or not event.language:
            return ""
        name = language_name(event.language, self.language)
        return fill(self.words.conference_language, language=name)

    def _facts(self, event: Event) -> Iterator[content.Fact]:
        facts = self.words.facts
        yield content.Fact(facts.date, days_in_words(event, self.language))
        if event.sessions:
            local = self._readers_time(event.sessions)
            yield content.Fact(facts.time, sessions_with_zone(event.sessions, self.language), local)
        if place := self._place(event):
            yield content.Fact(facts.place, place)

    def _place(self, event: Event) -> str:
        place = place_in_words(event, self.language)
        return place if event.is_online else isolated(place, self.language)

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

    def _calendar_hint(self) -> str:
        """Return how the event gets into a calendar, or out of it, beside the links."""
        if self.campaign.event is None or not self.campaign.has_calendar_entry:
            return ""
        if self.loaded.is_off:
            return notice_words(self.language).calendar.cancellation
        if self.campaign.calendar is CalendarMode.RSVP:
            return self.words.calendar.answer
        if self.loaded.is_update:
            return notice_words(self.language).calendar.update
        return self.words.calendar.attached

    def _calendar_links(self, letter: content.Block) -> tuple[content.Link, ...]:
        """Return the links that add the event to a calendar; an answer adds it, too, and a link beside it once more."""
        if self.campaign.calendar is CalendarMode.RSVP:
            return ()
        variant = Variant(self.variant.segment, (self.language.code,))
        title, subtitle = self.tracker.value_of(letter.title), self.tracker.value_of(letter.subtitle)
        entry = calendar_entry(self.loaded, variant, title, subtitle)
        if entry is None:
            return ()
        words, links = self.words.calendar, calendar_links(entry)
        named = ((words.google, links.google), (words.outlook, links.outlook), (words.office365, links.office365))
        return tuple(content.Link(isolated(name, self.language), url) for name, url in named)

    def _answer(self, announced: Event | None) -> content.Link | None:
        """Return the reader's own link to answer without a calendar, None without public pages or a question."""
        if announced is None or not self.campaign.is_answered or self.settings.serve is None:
            return None
        return content.Link(self.words.answer_in_browser, self.tracker.mark_field(ANSWER_LINK))

    @staticmethod
    def _link(label: str, url: str | None) -> content.Link | None:
        return content.Link(label, _ascii(url)) if url else None

    def _photo(self) -> content.Picture | None:
        photo = self.campaign.photo
        return self._picture(photo_use(photo), self._local(photo.alt), photo.credit or "") if photo else None

    def _picture(self, use: PictureUse, alt: str, credit: str = "") -> content.Picture:
        return picture(self.loaded, use, alt, fill(self.words.photo, credit=credit) if credit else "")

    def _portrait(self, file: SourceText | None) -> content.Picture | None:
        """Return the portrait of somebody whose name stands beside it: it says nothing more."""
        return self._picture(portrait_use(file), "") if file and not self.loaded.is_off else None

    def _presentations(self) -> Iterator[content.PresentationView]:
        for talk in self.campaign.presentations:
            country = country_name(talk.country, self.language) if talk.country else ""
            person = [talk.speaker, self._local(talk.role), talk.organisation or "", talk.city or "", country]
            line = comma(self.language).join(isolated(part, self.language) for part in person if part)
            slides, portrait = _ascii(talk.slides or ""), self._portrait(talk.photo)
            yield content.PresentationView(self._local(talk.title), line, slides, portrait)

    def _video(self) -> content.VideoView | None:
        video = self.campaign.video
        if video is None:
            return None
        return content.VideoView(
            _ascii(video.url), self._picture(video_use(video), self._local(video.alt) or self.words.watch)
        )

    def _gallery(self) -> Iterator[content.ShotView]:
        for shot in self.campaign.gallery:
            caption = self._local(shot.caption)
            yield content.ShotView(self._picture(shot_use(shot), self._local(shot.alt) or caption), caption)

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
                portrait=self._portrait(person.photo),
            )

    def _author(self) -> str:
        person = self.settings.person(self.campaign.author)
        if person is None:
            return ""
        return " | ".join(part for part in (person.name, person.organisation) if part)

    def _related(self) -> Iterator[content.Link]:
        for name in self.campaign.related:
            other = self.loaded.related.get(name)
            yield related_link(other, self.language) if other else content.Link(name, _ascii(name))


def _in_language(text: Localized | None, language: Language) -> str:
    """Return a short text in a language, else in the first one it has: any name is better than a gap."""
    if text is None:
        return ""
    own = text.get(language.code)
    other = "" if own else next((words for _, words in text), "")
    return own or (other if other.startswith("http") else isolated(other, language))


def _ascii(link: str) -> str:
    """Return a web address as every program opens it: lxml would write %C3%A4 into the name of a host."""
    return link if link.isascii() or not link.startswith("http") else web_uri(link)


def picture(loaded: LoadedCampaign, use: PictureUse, alt: str, credit: str = "") -> content.Picture:
    """Return a picture as the mail shows it: inside the mail, or under the workspace's address for pictures."""
    file = loaded.pictures[use]
    base = loaded.settings.pictures
    source = f"cid:{content_id(loaded, file)}" if base == "cid" else f"{base.rstrip('/')}/{file.name}"
    return content.Picture(source, file.width, file.height, alt, credit, file.is_light)


def content_id(loaded: LoadedCampaign, file: PictureFile) -> str:
    """Return the Content-ID of a picture: the same content has the same one in every mail."""
    domain = ascii_domain(loaded.settings.sender.address.rpartition("@")[2])
    return f"{file.digest[:20]}@{domain}"


def _logo(loaded: LoadedCampaign, lang: str) -> content.Picture | None:
    theme = loaded.settings.theme
    if not theme.logo:
        return None
    alt = theme.logo_alt.get(lang) if theme.logo_alt else None
    use = logo_use(theme.logo, loaded.campaign, loaded.settings)
    return picture(loaded, use, alt or loaded.settings.sender.name)


def _look(loaded: LoadedCampaign, first: content.Block) -> MailLook:
    """Return the look of a mail: one without a photo, such as a cancellation, cannot begin with it."""
    chosen = loaded.campaign.look or loaded.settings.theme.look
    return MailLook.BAND if chosen is MailLook.PHOTO and not first.photo else chosen


def _partners(loaded: LoadedCampaign, language: Language) -> Iterator[content.PartnerView]:
    if loaded.is_off:
        return
    for partner in partners_of(loaded.campaign, loaded.settings):
        name = _in_language(partner.name, language)
        logo = picture(loaded, partner_use(partner.logo), name) if partner.logo else None
        yield content.PartnerView(name, logo, _ascii(partner.url or ""))
