"""The web versions of a campaign: the mail of each variant as everybody may see it on a public page.

They are made for a reader who does not exist, with the mails of a sending, and frozen with them. Nothing in them is
somebody's own: no name, no link to unsubscribe, no invitation to answer, no reason for getting the mail.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from ccmail.audience import Contact
from ccmail.calendar import Method
from ccmail.campaign import CalendarMode, variants
from ccmail.ledger import WebVersion
from ccmail.planning.approved_mails import NOBODY
from ccmail.planning.assembler import Mailing, make_assembler
from ccmail.problems import CcmailError
from ccmail.workspace.settings import Unsubscribe

if TYPE_CHECKING:
    from ccmail.messages import Message, NumberedMail
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace


_NOBODY = Contact(email="")
"""Their texts do not have even the address of the reader who does not exist."""


def make_web_versions(
    workspace: Workspace, loaded: LoadedCampaign, version: str, mailing: Mailing, *, compiled_before: int = 0
) -> Iterator[tuple[NumberedMail, WebVersion]]:
    """Yield the web version of each variant, with its compiled mail.

    A variant that needs a reader's fields has none, such as one with a link that stands only in the lists.

    Args:
        workspace: As in `make_assembler`.
        loaded: The campaign.
        version: Its fingerprint.
        mailing: The place in the life of the event.
        compiled_before: How many compiled mails its sending has already.
    """
    public = for_everybody(loaded)
    assembler = make_assembler(workspace, public, version, _without_answer(mailing), compiled_before=compiled_before)
    for variant in variants(loaded.campaign):
        with contextlib.suppress(CcmailError):
            message = assembler.assemble(_NOBODY, variant, to=NOBODY.email)
            made = WebVersion(
                version=version,
                segment=variant.segment.name,
                languages=variant.languages,
                title=_subject(message),
                mail=message.compiled.number,
                personal_parts=tuple(message.personal_parts),
            )
            yield message.compiled, made


def for_everybody(loaded: LoadedCampaign) -> LoadedCampaign:
    """Return a campaign without what makes sense for its readers only."""
    footer = loaded.settings.footer.model_copy(update={"why": None})
    settings = loaded.settings.model_copy(update={"serve": None, "unsubscribe": Unsubscribe(), "footer": footer})
    campaign = loaded.campaign
    if campaign.calendar is CalendarMode.RSVP:
        campaign = campaign.model_copy(update={"calendar": CalendarMode.ATTACHMENT})
    return dataclasses.replace(loaded, settings=settings, campaign=campaign)


def _without_answer(mailing: Mailing) -> Mailing:
    """Return the mailing with a calendar entry that invites nobody by name."""
    revision = mailing.revision
    if revision is None or revision.method is not Method.REQUEST:
        return mailing
    return dataclasses.replace(mailing, revision=dataclasses.replace(revision, method=Method.PUBLISH))


def _subject(message: Message) -> str:
    return str(message_from_bytes(message.as_bytes(), policy=policy.default)["Subject"])
