"""A new campaign file, valid as it is: the organiser replaces its sentences."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.campaign.days import DayRange, read_days
from ccmail.campaign.file_names import transliterated
from ccmail.campaign.load import load_campaign
from ccmail.campaign.model import Kind
from ccmail.campaign.times import read_times
from ccmail.languages.dates import date_range
from ccmail.languages.encoding import find_encoding
from ccmail.problems import UsageError, refuse_errors
from ccmail.wording import say
from ccmail.yamlfile import SourceText, ValueProblem

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

FIRST_TITLES = {"announcement": "Unsere nächste Veranstaltung", "review": "Rückblick auf unsere Veranstaltung"}
"""The titles of campaigns that have none yet, by kind."""

_SLUG_LENGTH = 60
_FIRST_SENTENCES = {
    "announcement": {
        "de": "Wir laden Sie herzlich zu unserer Veranstaltung ein.",
        "en": "We cordially invite you to our event.",
        "fr": "Nous avons le plaisir de vous inviter à notre événement.",
        "es": "Nos complace invitarle a nuestro evento.",
        "uk": "Щиро запрошуємо вас на наш захід.",
        "ar": "يسرّنا دعوتكم إلى فعاليتنا.",
    },
    "review": {
        "de": "Wir blicken auf unsere Veranstaltung zurück.",
        "en": "We look back at our event.",
        "fr": "Nous revenons sur notre événement.",
        "es": "Repasamos nuestro evento.",
        "uk": "Підбиваємо підсумки нашого заходу.",
        "ar": "نعود بنظرة إلى فعاليتنا.",
    },
}

_HEAD = """\
# yaml-language-server: $schema=../.ccmail/campaign.schema.json
type: {kind}
{published}
event:
  date: {date}
{time}  place: {place}{place_note}
{links}
# photo: {{file: photos/picture.jpg, credit: Who took it, alt: {{de: Was man sieht, en: What it shows}}}}
{talks}"""
_FOR_AN_EVENT = {
    "links": """\
  # language: en               # the language of the event
  # register: https://…        # becomes the main button
  # link: https://…            # how to take part
""",
    "talks": """\
# agenda:
#   - {time: "13:00", title: {de: Begrüßung, en: Welcome}, speaker: Who speaks}
""",
}
_FOR_A_REVIEW = {
    "links": "",
    "talks": """\
# presentations:
#   - {speaker: Who spoke, city: Tartu, country: EE, title: {de: Titel, en: Title}}
# author: contact              # one of the people in ccmail.yaml
""",
}


def read_typed_days(written: str | None, today: dt.date, kind: Kind) -> DayRange:
    """Return the typed day or days of the event; without any, the day in four weeks, or today for a review.

    Raises:
        UsageError: The text is neither a day nor several.
    """
    if not written:
        day = today + dt.timedelta(weeks=0 if kind is Kind.REVIEW else 4)
        return DayRange(day, day)
    try:
        return read_days(SourceText.plain(written), {})
    except ValueProblem as mistake:
        hint = mistake.problem.hint or say("7.10.2020, 2020-10-07, or for several days 7.–9.10.2020")
        raise UsageError(mistake.problem.message, code="W726", hint=hint) from None


def read_typed_times(typed: str) -> str:
    """Return the times of an event as typed.

    Raises:
        UsageError: The text has no valid times.
    """
    try:
        read_times(SourceText.plain(typed), {})
    except ValueProblem as mistake:
        raise UsageError(mistake.problem.message, code="W726", hint=mistake.problem.hint) from None
    return typed


def read_new_day(workspace: Workspace, kind: Kind, typed: str | None) -> str:
    """Return the day or days of a new campaign in the form of its file; without a typed one, the usual day.

    Raises:
        UsageError: The typed text is not a day.
    """
    return _written(read_typed_days(typed, _today(workspace), kind))


def read_first_days(typed: str) -> str:
    """Return typed days in the form of a campaign's file.

    Raises:
        UsageError: The typed text is not a day.
    """
    return _written(read_typed_days(typed, clock.now().date(), Kind.ANNOUNCEMENT))


def _written(days: DayRange) -> str:
    first, last = (f"{day.day}.{day.month}.{day.year}" for day in (days.first, days.last))
    if days.is_one_day:
        return first
    in_a_month = (days.first.year, days.first.month) == (days.last.year, days.last.month)
    return f"{days.first.day}.–{last}" if in_a_month else f"{first}–{last}"


def make_campaign(
    workspace: Workspace, kind: Kind, title: str, *, date: str | None, times: str, place: str, text: Path | None
) -> Path:
    """Write a new campaign file.

    Raises:
        UsageError: The file exists already, or the date is not valid.
        InputError: Time, place or text is not valid; then no file is left.
    """
    days = read_typed_days(date, _today(workspace), kind)
    path = create_campaign(workspace, kind, title, days=days, times=times, place=place, text=text)
    try:
        _, problems = load_campaign(path, workspace)
        refuse_errors(problems)
    except BaseException:
        path.unlink()  # time, place or text is not valid, or the user stops us
        raise
    return path


def _today(workspace: Workspace) -> dt.date:
    return clock.now().astimezone(workspace.zone).date()


def create_campaign(
    workspace: Workspace, kind: Kind, title: str, *, days: DayRange, times: str, place: str, text: Path | None = None
) -> Path:
    """Write campaigns/DATE-slug.yaml with a block for each language of the workspace's segments.

    Raises:
        UsageError: The file exists already.
    """
    path = workspace.root / "campaigns" / f"{days.first.isoformat()}-{_slug(title)}.yaml"
    if path.exists():
        raise UsageError(
            say("{file} is there already", file=workspace.shown(path)), code="W723", hint=say("choose another title")
        )
    head = _HEAD.format(
        kind=kind.value,
        published=""
        if kind is Kind.ANNOUNCEMENT
        else "# published: 6.4.2021        # without it: the day of sending\n",
        date=_written(days),
        time=f"  time: {times}\n" if times else "",
        place=place if place == "online" else json.dumps(place, ensure_ascii=False),
        place_note="                # or the address" if place == "online" else "",
        **(_FOR_A_REVIEW if kind is Kind.REVIEW else _FOR_AN_EVENT),
    )
    needed = dict.fromkeys(c for segment in workspace.settings.segments.values() for c in segment.language)
    words = _read(text) if text else ""
    blocks = [_block(workspace, kind.value, code, title, days, words) for code in needed]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([head, *blocks]), encoding="utf-8", newline="\n")
    return path


def _read(path: Path) -> str:
    """Return a text as Word saves it: in UTF-8, or in the encoding in which its letters are words.

    Raises:
        UsageError: W787, there are two such encodings.
    """
    found = find_encoding(path)
    if found.doubt:
        raise UsageError(
            say("{path}: {doubt}", path=path, doubt=found.doubt), code="W787", hint=say("save the text as UTF-8")
        )
    return path.read_text(encoding=found.codec, errors="replace")


def _block(workspace: Workspace, kind: str, code: str, title: str, days: DayRange, text: str) -> str:
    language = workspace.languages[code]
    subject = getattr(language.words.subject, kind).replace("{title}", title)
    sentence = text or _FIRST_SENTENCES[kind].get(code, _FIRST_SENTENCES[kind]["en"])
    date = f", {date_range(days.first, days.last, language)}" if kind == "announcement" else ""
    lines = [
        f"{code}:",
        f"  subject: {json.dumps(subject + date, ensure_ascii=False)}",
        f"  title: {json.dumps(title, ensure_ascii=False)}",
        "  # subtitle:",
        "  text: |                      # Markdown; {{ first_name }} and other fields of the reader may stand in it",
        *(f"    {line}".rstrip() for line in sentence.strip().split("\n")),
    ]
    return "\n".join(lines) + "\n"


def _slug(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", transliterated(title).casefold())
    slug = ""
    for word in words:
        if len(slug) + len(word) > _SLUG_LENGTH:
            break
        slug += f"-{word}" if slug else word
    return slug or "campaign"
