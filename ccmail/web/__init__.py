"""The public pages: what readers reach by the links in their mails.

`ccmail serve` shows them, on a server beside a website. They know the ledger, the suppressions and the frozen mails;
they have nothing in common with the preview page, whose guard is for one person.

Public verbs: `open_site`, and `examine_site`, which says what is missing before they can run. Each page is a module
with a class that has `routes`; what they share is a `Backstage`.
"""

from __future__ import annotations

from ccmail.web.readiness import examine_site
from ccmail.web.site import WebSite, needed_serve, open_site

__all__ = ["WebSite", "examine_site", "needed_serve", "open_site"]
