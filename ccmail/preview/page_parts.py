"""Parts of a page state, made of settings, readers and errors."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ccmail.campaign import Kind
from ccmail.ledger import Purpose
from ccmail.preview.page_state import MailChoice, MailGroup, PageState
from ccmail.problems import CcmailError, InputError, Problem

if TYPE_CHECKING:
    from ccmail.preview.page_name import PageName
    from ccmail.preview.readers import Group, Reader
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Settings


def nothing(page: PageName, broken: tuple[Problem, ...], at: dt.datetime | None) -> PageState:
    """Return the page state of a campaign that was never valid, or of a mail that goes to nobody."""
    return PageState(
        page=page,
        title=page.campaign,
        kind="" if page.purpose is Purpose.CAMPAIGN else Kind.ANNOUNCEMENT.value,
        version="",
        live=True,
        rows=(),
        shown=None,
        beside=None,
        home="",
        languages={},
        broken=broken,
        at=at,
    )


def errors_of(error: CcmailError) -> tuple[Problem, ...]:
    """Return the errors that stop a campaign, as problems."""
    if isinstance(error, InputError):
        return tuple(problem for problem in error.problems if problem.is_error)
    return (Problem(error.code, error.message, hint=error.hint),)


def mail_choice_of(reader: Reader) -> MailChoice:
    """Return a reader as a mail to choose."""
    return MailChoice(reader.key, reader.label, reader.traits)


def testers_of(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return the names and addresses of the testers."""
    people = ((settings.person(str(name)), str(name)) for name in settings.test.to)
    return tuple((p.name, str(p.email)) if p and p.email else (name, name) for p, name in people)


def linked_pictures(loaded: LoadedCampaign) -> dict[str, bytes]:
    """Return the contents of linked pictures by their addresses; none if pictures are inside the mails."""
    base = loaded.settings.pictures.rstrip("/")
    return {} if base == "cid" else {f"{base}/{file.name}": file.content for file in loaded.pictures.values()}


def mail_group(group: Group, contact: str) -> MailGroup:
    """Return a group as the page shows it; `contact` is the name of its contact person."""
    mail_choices = tuple(mail_choice_of(reader) for reader in group.readers)
    return MailGroup(group.name, group.segment, group.languages, contact, group.people, mail_choices)
