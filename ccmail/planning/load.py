"""A campaign's file becomes a `LoadedCampaign`: with pictures, attachments, related campaigns and templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.audience import Contact, read_contacts
from ccmail.audience.marks import NO_MARKS
from ccmail.campaign import find_campaign, load_campaign, load_what_is_right
from ccmail.campaign.attachments import load_attachments
from ccmail.campaign.pictures import load_pictures
from ccmail.problems import InputError, Mark, Problem, Severity, UsageError, sort_problems
from ccmail.rendering import LoadedCampaign, make_environment
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.rendering.environment import MailEnvironment
    from ccmail.workspace import Workspace


def load_with_files(
    workspace: Workspace, name: str, environment: MailEnvironment | None = None
) -> tuple[LoadedCampaign | None, tuple[Problem, ...]]:
    """Load a campaign with all that its mails need.

    Args:
        workspace: The workspace of the campaign.
        name: The campaign's id or file.
        environment: That of an earlier load, if no template has changed since.

    Returns:
        The loaded campaign, None if its file has errors; and all problems. A campaign with errors in its pictures or
        attachments is there without these: its texts can be checked, its mails cannot be made.

    Raises:
        UsageError: There is no such campaign.
    """
    campaign, problems = load_campaign(find_campaign(workspace, name), workspace)
    if campaign is None or any(p.is_error for p in problems):
        return None, problems
    loaded, in_files = _with_files(campaign, workspace, environment)
    return loaded, sort_problems([*problems, *in_files])


def load_rest(workspace: Workspace, name: str) -> tuple[LoadedCampaign | None, tuple[Problem, ...]]:
    """Load what is right of a campaign whose file has errors, with the problems of its pictures and attachments.

    It can be checked; its mails cannot be made.
    """
    campaign = load_what_is_right(find_campaign(workspace, name), workspace)
    return _with_files(campaign, workspace, None) if campaign else (None, ())


def _with_files(
    campaign: Campaign, workspace: Workspace, environment: MailEnvironment | None
) -> tuple[LoadedCampaign, tuple[Problem, ...]]:
    pictures, in_pictures = load_pictures(campaign, workspace)
    attachments, in_attachments = load_attachments(campaign, workspace)
    related, in_related = _load_related(campaign, workspace)
    loaded = LoadedCampaign(
        settings=workspace.settings,
        languages=workspace.languages,
        campaign=campaign,
        environment=environment or make_environment(workspace.template_folders, workspace.cache.folder),
        pictures=pictures,
        attachments=attachments,
        related=related,
        today=clock.now().astimezone(workspace.zone).date(),
        columns=_columns(campaign, workspace),
        event_titles=_event_titles(campaign, workspace),
        cache=workspace.cache,
    )
    return loaded, (*in_pictures, *in_attachments, *in_related)


def load_or_refuse(
    workspace: Workspace, name: str, environment: MailEnvironment | None = None
) -> tuple[LoadedCampaign, tuple[Problem, ...]]:
    """Load a campaign as `load_with_files` does; raises `InputError` if there are errors."""
    loaded, problems = load_with_files(workspace, name, environment)
    if loaded is None or any(p.is_error for p in problems):
        raise InputError(problems)
    return loaded, problems


def _columns(campaign: Campaign, workspace: Workspace) -> tuple[str, ...]:
    """Return the further columns of the lists, taken from the first row of each."""
    names: dict[str, None] = {}
    for listed in (listed for segment in campaign.segments for listed in segment.lists):
        # the marks do not matter here, and finding them would take a reading of the whole list
        shown = workspace.shown(listed.path)
        rows = read_contacts(listed.path, shown, listed.list_format, marks=NO_MARKS)
        first = next((row for row in rows if isinstance(row, Contact)), None)
        names |= dict.fromkeys(first.extra if first else ())
    return tuple(names)


def _event_titles(campaign: Campaign, workspace: Workspace) -> dict[str, str]:
    """Return the titles of the event of which a campaign is a further one: its entry is not called “Reminder: …”."""
    if campaign.event is None or campaign.event.same_as is None:
        return {}
    try:
        first, _ = load_campaign(find_campaign(workspace, campaign.event.same_as), workspace)
    except UsageError:
        return {}
    return {code: str(texts.title) for code, texts in first.texts.items()} if first else {}


def _load_related(campaign: Campaign, workspace: Workspace) -> tuple[dict[str, Campaign], tuple[Problem, ...]]:
    related: dict[str, Campaign] = {}
    problems: list[Problem] = []
    for name in campaign.related:
        if "://" in name:
            continue
        marks = (Mark(name.place),)
        try:
            other, _ = load_campaign(find_campaign(workspace, name), workspace)
        except UsageError as error:
            problems.append(Problem(error.code, error.message, marks=marks, hint=error.hint))
            continue
        if other is None:
            message = say("{name} has errors, so that no mail can name it", name=name)
            hint = say("ccmail check {name}", name=name)
            problems.append(Problem("W751", message, Severity.WARNING, marks, hint))
        else:
            related[name] = other
    return related, tuple(problems)
