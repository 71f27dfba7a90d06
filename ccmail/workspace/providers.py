"""Mail providers: where their servers are and what these take; `providers.csv` has each figure with its source."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import enum
import fnmatch
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ccmail.problems import did_you_mean
from ccmail.wording import Wording, join, say, say_n
from ccmail.workspace.rate import Rate, read_rate
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLE = Path(__file__).with_name("providers.csv")


class Login(enum.Enum):
    """The kind of password that a provider's server takes."""

    PASSWORD = "password"  # noqa: S105 - a word of the table
    SWITCH_ON = "switch on"  # that of the mailbox, once programs are let in
    ADMINISTRATOR = "administrator"  # that of the mailbox, once an administrator has allowed it
    APP_PASSWORD = "app password"  # noqa: S105 - a word of the table
    SMTP_KEY = "smtp key"  # user and key that the provider makes for programs
    NONE = "none"


class SaidBy(enum.Enum):
    """The origin of a provider's limits."""

    PROVIDER = "provider"
    REPORT = "report"  # of somebody else


@dataclasses.dataclass(frozen=True, slots=True)
class Provider:
    """One line of the table.

    Attributes:
        name: What people write under `smtp.provider`.
        also: Other words for it.
        title: Its name, for people.
        host: Its server; "" if each customer has another one.
        hosts: Patterns of its other servers.
        connections: At most so many at a time; None: not known.
        rate: At most so many mails; None: not known.
        per_day: At most so many mails in 24 hours; None: not known, or a matter of the contract.
        limits_source: The page that the limits are from; "" without limits.
        seen: The day when these pages were looked at.
        note: What else there is to know or to do; may be "".
    """

    name: str
    also: tuple[str, ...]
    title: str
    host: str
    hosts: tuple[str, ...]
    port: int
    security: str
    server_source: str
    connections: int | None
    rate: Rate | None
    per_day: int | None
    limits_source: str
    said_by: SaidBy | None
    login: Login
    seen: dt.date
    note: str

    @property
    def limits(self) -> str:
        """The limits for people: "3 connections at a time, 30 per minute, 10,000 a day"; "" if none is known."""
        limits: list[str] = []
        if self.connections:
            limits.append(say_n("{n} connection at a time", "{n} connections at a time", self.connections))
        if self.rate:
            limits.append(self.rate.words)
        if self.per_day:
            limits.append(say("{mails:,} a day", mails=self.per_day))
        return join(", ", limits)

    @property
    def settings(self) -> Mapping[str, object]:
        """The keys of `smtp:` that it stands for, as they would be written."""
        keys = {
            "host": self.host,
            "port": self.port,
            "security": self.security,
            "connections": self.connections,
            "rate": str(self.rate or ""),
            "per_day": self.per_day and str(self.per_day),
        }
        return {key: value for key, value in keys.items() if value}

    def runs(self, host: str) -> bool:
        """Return whether a server is one of its."""
        return any(fnmatch.fnmatchcase(host.casefold(), pattern) for pattern in (self.host, *self.hosts))


@functools.cache
def providers() -> tuple[Provider, ...]:
    """Return all providers, in the order of the table."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(map(_provider, csv.DictReader(file, strict=True)))


def provider_called(name: str) -> Provider | None:
    """Return the provider with a name, by any word for it; None if there is none."""
    word = name.strip().casefold()
    return next((each for each in providers() if word in (each.name, *each.also)), None)


def providers_at(host: str) -> tuple[Provider, ...]:
    """Return the providers that a server may belong to."""
    return tuple(each for each in providers() if each.runs(host))


def provider_names() -> list[str]:
    """Return every word that names a provider, for editors."""
    return [word for each in providers() for word in (each.name, *each.also)]


def read_provider(text: SourceText, _context: ReadContext) -> SourceText:
    """Return the name of a provider, by any word for it.

    Raises:
        ValueProblem: There is none.
    """
    found = provider_called(text)
    if found is None:
        near = did_you_mean(text.strip(), provider_names())
        raise ValueProblem(
            "W802",
            say("“{text}” is no provider that ccmail knows", text=text[:40]),
            text.place,
            label=say("did you mean “{near}”?", near=near) if near else "",
            hint=say(
                "providers: {providers}; for another one write host instead",
                providers=tuple(each.name for each in providers()),
            ),
        )
    return text.moved(found.name)


def _provider(row: Mapping[str, str]) -> Provider:
    return Provider(
        name=row["name"],
        also=tuple(row["also"].split()),
        title=row["title"],
        host=row["host"],
        hosts=tuple(row["hosts"].split()),
        port=int(row["port"]),
        security=row["security"],
        server_source=row["server_source"],
        connections=int(row["connections"]) if row["connections"] else None,
        rate=read_rate(SourceText.plain(row["rate"]), {}) if row["rate"] else None,
        per_day=int(row["per_day"]) if row["per_day"] else None,
        limits_source=row["limits_source"],
        said_by=SaidBy(row["said_by"]) if row["said_by"] else None,
        login=Login(row["login"]),
        seen=dt.date.fromisoformat(row["seen"]),
        note=Wording(row["note"]),  # `make words` reads the table, too
    )


ProviderName = Annotated[SourceText, FromText(read_provider, SourceText, {"type": "string", "x-ccmail": "providers"})]
"""The name of a provider."""
