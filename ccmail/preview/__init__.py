"""The preview page, which shows exactly the mails that readers get.

A message is assembled as `send` assembles it, and its bytes are parsed again (`message`); nothing is rendered only for
the page. `clients` changes the HTML as mail programs do. `live_campaign` keeps the last good mail of a campaign while
its files are edited, `reload` watches the files, `app` answers the browser.

The public verbs are `open_page` and `export`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from ccmail.campaign import find_campaign
from ccmail.ledger import Purpose
from ccmail.preview.access import Access
from ccmail.preview.app import Collection, Site
from ccmail.preview.campaigns import Campaigns
from ccmail.preview.choice import Choice
from ccmail.preview.endable import Workers
from ccmail.preview.export import export as _export
from ccmail.preview.live_campaign import LiveCampaign
from ccmail.preview.outbox import OutboxCollection
from ccmail.preview.page_name import PageName
from ccmail.preview.pages import Draw, Pages
from ccmail.preview.printing import to_pdf
from ccmail.preview.reload import MakeLive, Reloading, Saved
from ccmail.preview.server import Serving, listen
from ccmail.preview.translations import preferred
from ccmail.preview.visitor_token import make_token, read_token
from ccmail.problems import InputError, UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

__all__ = ["PreviewPage", "Saved", "export", "open_page"]


@dataclasses.dataclass(frozen=True, slots=True)
class PreviewPage:
    """A page that is ready to be served; `path` is its first address, with the token."""

    serving: Serving
    path: str

    @property
    def url(self) -> str:
        """The address to open in a browser."""
        return self.serving.listening.url + self.path

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return self.serving.listening.port


def open_page(
    workspace: Workspace,
    campaign: str | None,
    *,
    purpose: Purpose = Purpose.CAMPAIGN,
    host: str,
    port: int,
    token: str,
    outbox: bool,
    draw: Draw,
    report: Callable[[Saved], None],
    make: MakeLive | None = None,
) -> PreviewPage:
    """Return the page of a workspace's campaigns, or of its outbox, ready to be served.

    Args:
        workspace: The workspace of the campaigns.
        campaign: The first campaign to show, None for the list of all.
        purpose: The purpose of its mail.
        host: 127.0.0.1, or an address at which other computers reach this one.
        port: The port, or the first of several to try.
        token: The secret of visitors, or where it lies (`file:PATH`, `env:NAME`); "" makes a new one.
        outbox: Show the mails that rehearsals and tests have written.
        draw: Draws a problem as text.
        report: Called with each save.
        make: Makes a live campaign; without it, one that works in processes which can be ended.

    Raises:
        UsageError: There is no such campaign or port, or the token could be guessed.
    """
    token = read_token(token) if token else make_token()
    named = find_campaign(workspace, campaign).stem if campaign and not outbox else campaign or ""
    first = str(PageName(named, purpose)) if named else ""
    workers = Workers(workspace.root)
    reloading = Reloading(workspace.root, report, make or workers.campaign)
    collection: Collection = (
        OutboxCollection(workspace) if outbox else Campaigns(workspace.root, workspace.settings.name, reloading)
    )
    if outbox and (not collection.entries() or (first and collection.source(first) is None)):
        raise UsageError(
            say("there is no such mail in the outbox"), code="W719", hint=say("ccmail send --rehearse writes some")
        )
    listening = listen(host, port)
    if not (outbox or make):
        workers.begin()
    access = Access(listening.names, listening.port, token)
    site = Site(collection, Pages(draw, workspace.root, workspace.zone), access, first)
    path = f"{quote(first)}?token={token}"

    def close() -> None:
        reloading.close()
        workers.end()

    return PreviewPage(Serving(site.app(), listening, reloading.watch, close), path)


def export(workspace: Workspace, campaign: str, file: Path, *, draw: Draw, purpose: Purpose = Purpose.CAMPAIGN) -> str:
    """Write all variants of a campaign's mail for a purpose into one file, HTML or `.pdf`, and return their version.

    The file's own words are in the campaign's first language if the page knows it, else in English.

    Raises:
        InputError: The campaign cannot be rendered.
        CcmailError: The PDF cannot be made (`to_pdf`).
    """
    page = PageName(find_campaign(workspace, campaign).stem, purpose)
    live_campaign = LiveCampaign(workspace.root, str(page))
    shown = live_campaign.page_state(Choice()).shown
    if live_campaign.broken:
        raise InputError(live_campaign.broken)
    live_campaign.check()
    words = preferred(shown.language if shown else "")
    html = _export(live_campaign, Pages(draw, workspace.root, workspace.zone), words)
    is_pdf = file.suffix.lower() == ".pdf"
    file.write_bytes(to_pdf(html, workspace.state) if is_pdf else html.encode("utf-8", "replace"))
    return live_campaign.version
