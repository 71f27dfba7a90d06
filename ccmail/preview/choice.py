"""The choice of mail and view; it is a part of the page's address, so that a link shows the same."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode

from ccmail.preview.clients import AS_SENT, Client, ColourScheme, Look

_E = TypeVar("_E", bound=enum.Enum)
WIDTHS = (320, 375, 600, 800, 1024)
_NARROWEST, _WIDEST, _USUAL = 240, 2000, 800
_DIGITS = 9  # Python reads no number of thousands of digits


class View(enum.Enum):
    """The tabs of the page."""

    MAIL = "mail"
    VARIANTS = "variants"
    CHANGES = "changes"
    TEXT = "text"
    INBOX = "inbox"
    CALENDAR = "calendar"
    HEADERS = "headers"
    SOURCE = "source"

    @property
    def is_live(self) -> bool:
        """Whether it is about a campaign that is being written: mails of the outbox do not have it."""
        return self in {View.VARIANTS, View.CHANGES}


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """One mail, and the way in which it is shown.

    Attributes:
        group: The name of the variant; an unknown name means the first one.
        reader: The key of the reader; an unknown key means the first reader of the variant.
        beside: The name of a second variant to show beside the mail, "" for none.
        since: The earlier version to compare with, "approved" or "sent"; "" for the latest one.
    """

    group: str = ""
    reader: str = ""
    view: View = View.MAIL
    width: int = _USUAL
    look: Look = AS_SENT
    beside: str = ""
    since: str = ""

    def query(self) -> str:
        """Return the choice as the query of an address, without the default values."""
        usual = _values(Choice())
        return urlencode({name: value for name, value in _values(self).items() if value != usual[name]})


def read_choice(query: Mapping[str, str]) -> Choice:
    """Return the choice in the query of an address; an unknown value gives the default."""
    width = query.get("width", "")
    look = Look(
        client=_member(Client, query.get("client"), Client.SENT),
        colours=_member(ColourScheme, query.get("colours"), ColourScheme.LIGHT),
        images=query.get("images") != "off",
    )
    return Choice(
        group=query.get("variant", ""),
        reader=query.get("as", ""),
        view=_member(View, query.get("view"), View.MAIL),
        width=min(max(int(width[:_DIGITS]), _NARROWEST), _WIDEST) if width.isascii() and width.isdigit() else _USUAL,
        look=look,
        beside=query.get("beside", ""),
        since=query.get("since", ""),
    )


def _member(kind: type[_E], value: str | None, usual: _E) -> _E:
    return next((member for member in kind if member.value == value), usual)


def _values(choice: Choice) -> dict[str, str]:
    return {
        "variant": choice.group,
        "as": choice.reader,
        "view": choice.view.value,
        "width": str(choice.width),
        "client": choice.look.client.value,
        "colours": choice.look.colours.value,
        "images": "on" if choice.look.images else "off",
        "beside": choice.beside,
        "since": choice.since,
    }
