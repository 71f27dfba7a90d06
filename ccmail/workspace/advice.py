"""The advice on `smtp:` where it asks more of a provider than that takes."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

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
            yield Advice(
                f"{provider.title} lets nobody log in with a password, as reports say",
                "use the mailbox of another provider; `ccmail doctor` tries the login",
                (smtp.provider or smtp.host).place,
            )


def _unnamed(smtp: SmtpSettings, known: tuple[Provider, ...]) -> Advice:
    titles = " or ".join(provider.title for provider in known)
    names = " or ".join(f"“provider: {provider.name}” ({provider.limits})" for provider in known)
    kept = "; without it only the limit of connections is kept" if any(each.connections for each in known) else ""
    return Advice(f"{smtp.host} is a server of {titles}, which has limits", f"write {names}{kept}", smtp.host.place)


def _excesses(smtp: SmtpSettings, provider: Provider) -> Iterator[tuple[str, str]]:
    """Yield a message and a repair for each limit of a provider that the settings pass."""
    if provider.connections and smtp.connections > provider.connections:
        yield _excess("connections", str(smtp.connections), provider, str(provider.connections))
    if provider.rate and (smtp.rate is None or smtp.rate.per_second > provider.rate.per_second):
        yield _excess("rate", str(smtp.rate or "none"), provider, str(provider.rate))
    if provider.per_day and (smtp.per_day is None or smtp.per_day > provider.per_day):
        yield _excess("per_day", f"{smtp.per_day:,}" if smtp.per_day else "none", provider, f"{provider.per_day:,}")


def _excess(key: str, written: str, provider: Provider, limit: str) -> tuple[str, str]:
    return (
        f"“{key}: {written}” is more than {provider.title} takes ({limit})",
        f"take “{key}” out of smtp, unless your contract says more",
    )
