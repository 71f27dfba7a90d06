"""The advice on `smtp:` where it asks more of a provider than that takes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail.wording import either, say
from ccmail.workspace.providers import Login, Provider, provider_called, providers_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.problems import Place
    from ccmail.workspace.settings import SmtpSettings


@dataclasses.dataclass(frozen=True, slots=True)
class Advice:
    """A warning about a setting, with its place and repair."""

    message: str
    hint: str
    place: Place


def known_providers(smtp: SmtpSettings) -> tuple[Provider, ...]:
    """Return the provider that is named, else those that the server may belong to."""
    named = provider_called(smtp.provider) if smtp.provider else None
    return (named,) if named else providers_at(smtp.host)


def advise(smtp: SmtpSettings) -> Iterator[Advice]:
    """Yield a warning for each setting that the provider of the server does not take."""
    known = known_providers(smtp)
    if smtp.provider:
        place = smtp.provider.place
        for provider in known:
            yield from (Advice(message, hint, place) for message, hint in _excesses(smtp, provider))
    elif known and all(any(_excesses(smtp, provider)) for provider in known):
        yield _unnamed(smtp, known)
    for provider in known:
        if provider.login is Login.NONE and smtp.login is None:
            message = say("{provider} lets nobody log in with a password, as reports say", provider=provider.title)
            hint = say("use the mailbox of another provider; `ccmail doctor` tries the login")
            yield Advice(message, hint, (smtp.provider or smtp.host).place)


def _unnamed(smtp: SmtpSettings, known: tuple[Provider, ...]) -> Advice:
    message = say(
        "{host} is a server of {provider}, which has limits",
        host=smtp.host,
        provider=either(provider.title for provider in known),
    )
    lines = (say("“provider: {name}” ({limits})", name=each.name, limits=each.limits) for each in known)
    hint = say("write {line}", line=either(lines))
    if any(each.connections for each in known):
        hint = say("{hint}; without it only the limit of connections is kept", hint=hint)
    return Advice(message, hint, smtp.host.place)


def _excesses(smtp: SmtpSettings, provider: Provider) -> Iterator[tuple[str, str]]:
    """Yield a message and a repair for each limit of a provider that the settings pass."""
    if provider.connections and smtp.connections > provider.connections:
        yield _excess("connections", str(smtp.connections), provider, str(provider.connections))
    if provider.rate and (smtp.rate is None or smtp.rate.per_second > provider.rate.per_second):
        yield _excess("rate", str(smtp.rate or "none"), provider, provider.rate.words)
    if provider.per_day and (smtp.per_day is None or smtp.per_day > provider.per_day):
        most = say("{mails:,}", mails=provider.per_day)
        yield _excess("per_day", f"{smtp.per_day:,}" if smtp.per_day else "none", provider, most)


def _excess(key: str, written: str, provider: Provider, limit: str) -> tuple[str, str]:
    return (
        say(
            "“{line}” is more than {provider} takes ({limit})",
            line=f"{key}: {written}",
            provider=provider.title,
            limit=limit,
        ),
        say("take “{key}” out of smtp, unless your contract says more", key=key),
    )
