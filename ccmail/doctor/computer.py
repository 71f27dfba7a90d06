"""This computer: clock, time zones, and the packages that the workspace needs."""

from __future__ import annotations

import datetime as dt
import functools
import importlib.util
import re
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.problems import UsageError
from ccmail.wording import say
from ccmail.wording.days import long_day
from ccmail.workspace import DeliveryMode
from ccmail.workspace.cache import PLACE, NoCacheError, user_cache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.workspace import Workspace

_FINDING = functools.partial(Finding, Area.COMPUTER)
_OLD = 2  # years; the rules of some country change nearly every year
_RELEASE = re.compile(r"# version (\d{4})([a-z]+)")


def examine_computer(workspace: Workspace) -> Iterator[Finding]:
    """Yield the findings about clock, time zones and extras, on which the mails depend, and about the cache."""
    yield _clock(workspace.zone)
    yield _time_zones(workspace)
    yield _cache()
    yield from _extras(workspace)


def _clock(zone: dt.tzinfo) -> Finding:
    at = clock.now().astimezone(zone)
    now = say("{day}, {time}", day=long_day(at), time=f"{at:%H:%M %Z}")
    if clock.is_pretended():
        words = say(
            "{variable} pretends that it is {now}: the mails would have this date", variable=clock.VARIABLE, now=now
        )
        return _FINDING(
            "clock", Verdict.WARNING, words, say("unset {variable} before you send", variable=clock.VARIABLE)
        )
    try:
        clock.refuse_wrong_clock()
    except UsageError as error:
        return _FINDING("clock", Verdict.ERROR, error.message, error.hint)
    return _FINDING("clock", Verdict.OK, say("{now}: compare it with your watch", now=now))


def _time_zones(workspace: Workspace) -> Finding:
    release = _release()
    words = say("{zone} is known", zone=workspace.zone.key)
    if release is None:
        return _FINDING("time zones", Verdict.OK, words)
    words = say("{zone} is known, rules of {release}", zone=workspace.zone.key, release=f"{release[0]}{release[1]}")
    if clock.now().year - release[0] > _OLD:
        return _FINDING(
            "time zones", Verdict.WARNING, words, say("update the package tzdata: countries change their summer time")
        )
    return _FINDING("time zones", Verdict.OK, words)


def _release() -> tuple[int, str] | None:
    """Return year and letter of the time zone rules in use, None if they are unknown."""
    for folder in zoneinfo.TZPATH:
        file = Path(folder) / "tzdata.zi"
        if file.is_file():
            found = _RELEASE.match(file.read_text(encoding="utf-8", errors="replace")[:100])
            return (int(found[1]), found[2]) if found else None
    return None


def _cache() -> Finding:
    try:
        return _FINDING("cache", Verdict.OK, say("{folder} is ours alone", folder=user_cache()))
    except NoCacheError as error:
        return _FINDING(
            "cache",
            Verdict.WARNING,
            say("every run takes longer: {why}", why=error.args[0]),
            say("or set {variable}", variable=PLACE),
        )


def _extras(workspace: Workspace) -> Iterator[Finding]:
    settings = workspace.settings
    by_graph = settings.delivery is DeliveryMode.GRAPH
    smtp = None if by_graph else settings.smtp
    signs_in = "graph.login" if by_graph else "smtp.login" if smtp and smtp.login else ""
    needed = {
        "dns": ("dns", say("asking the DNS, above")),
        "oauth": ("authlib", signs_in),
        "dkim": ("cryptography", "smtp.dkim" if smtp and smtp.dkim else ""),
    }
    for extra, (module, what_for) in needed.items():
        yield _extra(extra, module, what_for)
    if smtp and str(smtp.password) == "keyring":
        yield _keyring()


def _extra(name: str, module: str, what_for: str) -> Finding:
    what = f"extra {name}"
    if importlib.util.find_spec(module) is None:
        if not what_for:
            return _FINDING(what, Verdict.OK, say("not installed, and nothing here needs it"))
        verdict = Verdict.WARNING if name == "dns" else Verdict.ERROR
        return _FINDING(
            what,
            verdict,
            say("not installed, but needed for {what_for}", what_for=what_for),
            say("pip install 'ccmail[{name}]'", name=name),
        )
    return _FINDING(what, Verdict.OK, say("installed"))


def _keyring() -> Finding:
    import keyring  # noqa: PLC0415 - slow to load
    import keyring.backends.fail  # noqa: PLC0415

    if isinstance(keyring.get_keyring(), keyring.backends.fail.Keyring):
        repair = say("smtp.password can be file:PATH or env:NAME, too")
        return _FINDING("keyring", Verdict.ERROR, say("this computer has none, but smtp.password says so"), repair)
    return _FINDING("keyring", Verdict.OK, say("this computer has one"))
