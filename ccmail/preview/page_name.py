"""The name of a page in its address: a campaign, or another mail about its event."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ccmail.ledger import Purpose


class PageName(NamedTuple):
    """A campaign and the purpose of the mail on its page; as text also the folder of that mail in the outbox."""

    campaign: str
    purpose: Purpose = Purpose.CAMPAIGN

    def __str__(self) -> str:
        """Return it as it stands in an address: "2020-10-rad.update"."""
        return f"{self.campaign}{self.purpose.suffix}"


def read_page_name(name: str, root: Path) -> PageName:
    """Return the page of a name; a campaign file may not be called “x.update”, but if there is one, it is shown."""
    campaign, _, end = name.rpartition(".")
    purpose = next((purpose for purpose in Purpose if purpose.value == end), Purpose.CAMPAIGN)
    has_file = any((root / "campaigns" / f"{name}{suffix}").exists() for suffix in (".yaml", ".yml"))
    if purpose is Purpose.CAMPAIGN or not campaign or has_file:
        return PageName(name)
    return PageName(campaign, purpose)
