"""The keys of a words file; the comments of templates/words/de.yaml explain each of them."""

from __future__ import annotations

import warnings
from typing import Annotated, Literal

import pydantic

from ccmail.languages.placeholders import Placeholders

Titled = Annotated[str, Placeholders(("title",))]
LastNamed = Annotated[str, Placeholders(("last_name",), ("first_name",))]
TitledLastNamed = Annotated[str, Placeholders(("title", "last_name"), ("first_name",))]


class _Group(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")


class DateWords(_Group):
    """The patterns of dates and times. `short` is a CLDR date pattern, `first` the first day of a month ("1er")."""

    short: str
    first: str = ""
    times: Annotated[str, Placeholders(("times",))]
    with_zone: Annotated[str, Placeholders(("times", "zone"))]
    local: Annotated[str, Placeholders(("times", "place"))]
    all_day: str
    each_day: Annotated[str, Placeholders(("times",), ("days",))] = "{times} (× {days})"


class ByGender(_Group):
    """A word that changes with the person."""

    ms: str
    mr: str
    neutral: str


class SalutationWords(_Group):
    """The beginning of a letter."""

    ms: LastNamed
    ms_titled: TitledLastNamed
    mr: LastNamed
    mr_titled: TitledLastNamed
    neutral: LastNamed
    neutral_titled: TitledLastNamed
    nobody: str
    professor: ByGender
    doctor: ByGender
    austrian_degrees: bool


class KickerWords(_Group):
    """The line above the title, one for each kind of campaign."""

    announcement: str
    review: str


class SubjectWords(_Group):
    """The subject of a campaign that has none of its own."""

    announcement: Titled
    review: Titled


class FactWords(_Group):
    """The labels of the facts table."""

    label: str
    date: str
    time: str
    place: str
    language: str


class CalendarWords(_Group):
    """The box with the calendar links, or the way to answer. `file` is the stem of the file's name, ASCII."""

    heading: str
    google: str
    outlook: str
    office365: str
    attached: str
    file: str
    details: Annotated[str, Placeholders(("url",))]
    answer: str = ""


class TextWords(_Group):
    """The headings over the optional texts."""

    programme: str
    results: str


class FooterWords(_Group):
    """The links at the very end; without `in_browser` mails do not have that link."""

    imprint: str
    privacy: str
    unsubscribe: str
    unsubscribe_subject: str
    in_browser: str = ""


class NoticeSubjects(_Group):
    """The subjects of mails after the campaign's own."""

    update: Annotated[str, Placeholders(("subject",))]
    reminder: Annotated[str, Placeholders(("subject",))]
    cancellation: Annotated[str, Placeholders(("subject",))]


class NoticeHeadings(_Group):
    """The headings of the box above the title."""

    update: str
    reminder: str
    cancellation: str


class NoticeSentences(_Group):
    """The sentences below these headings; `when` is day and time."""

    update: str
    reminder: Annotated[str, Placeholders(("when",))]
    cancellation: Annotated[str, Placeholders(("when",))]


class NoticeHints(_Group):
    """The effect of the calendar file on the entry that people have."""

    update: str
    cancellation: str


with warnings.catch_warnings():
    # Pydantic warns: its metaclass has an attribute `register`, too. Nobody here uses that one.
    warnings.filterwarnings("ignore", message='Field name "register"')

    class NoticeWords(_Group):
        """The words of updates, reminders and cancellations. `file` is as in `calendar`, of a cancellation."""

        subject: NoticeSubjects
        heading: NoticeHeadings
        sentence: NoticeSentences
        letter: str
        now: str
        added: str
        before: str
        gone: str
        title: str
        begins: str
        ends: str
        link: str
        register: str
        another_link: str
        calendar: NoticeHints
        file: str

    class Words(_Group):
        """Everything that the mails say by themselves, in one language.

        Attributes:
            name: The language's name for itself, e.g. "Deutsch".
            locale: The CLDR locale for dates, countries and numbers, e.g. "en_GB".
            breaks: The titles of breaks in a programme, or their last words.
            answer_in_browser: The link to the page on which an invitation is answered.
            colon: What templates put behind a label: ":", in French with a no-break space in front.
        """

        name: str
        locale: str
        direction: Literal["ltr", "rtl"]
        colon: str = ":"
        dates: DateWords
        salutation: SalutationWords
        kicker: KickerWords
        subject: SubjectWords
        email: str
        photo: Annotated[str, Placeholders(("credit",))]
        facts: FactWords
        online: str
        online_event: str
        conference_language: Annotated[str, Placeholders(("language",))]
        register: str
        join: str
        answer_in_browser: str = "Answer in the browser"
        calendar: CalendarWords
        agenda: str
        breaks: tuple[str, ...] = ()
        speaker_at: Annotated[str, Placeholders(("speaker", "role"))]
        text: TextWords
        presentations: str
        slides: str
        video: str
        watch: str
        gallery: str
        questions: str
        author: str
        related: str
        partners: str = ""
        top: str
        footer: FooterWords
        notice: NoticeWords | None = None
