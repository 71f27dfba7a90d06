"""The things that all public pages share: workspace, ledger, the people whom links belong to, the look of a page."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.ledger import SendingKind
    from ccmail.ledger.store import Ledger
    from ccmail.web.pages import PageTemplates
    from ccmail.web.people import People
    from ccmail.workspace import ServeSettings, Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Backstage:
    """The things that all public pages share.

    Attributes:
        kind: Of the sendings whose mails the pages are about.
        keys: Whose links count, the newest first.
        ledger: Open as long as the server runs; used by several threads.
    """

    workspace: Workspace
    serve: ServeSettings
    kind: SendingKind
    keys: tuple[bytes, ...]
    ledger: Ledger
    people: People
    pages: PageTemplates
