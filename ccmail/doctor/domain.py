"""The records by which receivers tell whether a mail comes from the sender's domain: SPF, DKIM, DMARC."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import functools
from typing import TYPE_CHECKING

from ccmail.audience import to_ascii
from ccmail.delivery.signers import try_signers
from ccmail.doctor import spf
from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.doctor.names import Unanswered
from ccmail.problems import Problem
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ccmail.doctor.names import Names
    from ccmail.messages.dkim import Signer
    from ccmail.workspace import Dkim, Workspace

_FINDING = functools.partial(Finding, Area.DOMAIN)


@dataclasses.dataclass(frozen=True, slots=True)
class _Policy:
    """The DMARC record that counts for a domain, and where it was found: there, or at a domain above it."""

    domain: str
    tags: Mapping[str, str]


def examine_domain(workspace: Workspace, names: Names) -> Iterator[Finding]:
    """Yield the findings about the records of the domain in From, and of the domain for bounces."""
    sender = workspace.settings.sender
    author, envelope = _domain(sender.address), _domain(sender.bounces or sender.address)
    signers = try_signers(workspace)
    yield _asked("SPF", lambda: _spf(names, envelope, author))
    if not signers:
        words = say("no key here signs the mails; perhaps the server does")
        repair = say(
            "look for DKIM-Signature in the source of a test mail; if it is not there, name a key under smtp.dkim"
        )
        yield _FINDING("DKIM", Verdict.NOT_CHECKED, words, repair)
    for settings, signer in signers:
        yield _asked(f"DKIM {settings.selector}", functools.partial(_dkim, names, settings, signer, author))
    domains = [envelope, *(str(settings.domain) for settings, _ in signers)]
    yield _asked("DMARC", lambda: _dmarc(names, author, domains))


def _domain(address: str) -> str:
    return to_ascii(address).rpartition("@")[2]


def _asked(what: str, look: Callable[[], tuple[Verdict, str, str]]) -> Finding:
    try:
        return _FINDING(what, *look())
    except Unanswered as reason:
        return _FINDING(what, Verdict.NOT_CHECKED, reason.words, reason.repair)


# ── SPF (RFC 7208) ──


def _spf(names: Names, envelope: str, author: str) -> tuple[Verdict, str, str]:
    records = spf.records(names, envelope)
    if not records:
        repair = say(
            "put a TXT record at {domain}: v=spf1, the servers that send for you, -all. "
            "The provider of each server says what to write for it",
            domain=envelope,
        )
        return Verdict.ERROR, say("{domain} does not say which servers send for it", domain=envelope), repair
    if len(records) > 1:
        words = say("{domain} has {count} records, so that none counts", domain=envelope, count=len(records))
        return Verdict.ERROR, words, say("join them into one")
    if wrong := spf.judge(names, records[0]):
        return wrong
    if envelope != author and not _is_under(envelope, author) and not _is_under(author, envelope):
        policy = _policy(names, author)
        if policy is None or not _is_under(envelope, policy.domain):
            words = say(
                "{record}: it speaks for {domain}, where bounces go, not for {author}",
                record=records[0],
                domain=envelope,
                author=author,
            )
            repair = say("set sender.bounces to an address at {domain}, or sign with its DKIM key", domain=author)
            return Verdict.WARNING, words, repair
    return Verdict.OK, f"{envelope}: {records[0]}", ""


# ── DKIM (RFC 6376) ──


def _dkim(names: Names, settings: Dkim, signer: Signer | Problem, author: str) -> tuple[Verdict, str, str]:
    if isinstance(signer, Problem):
        return Verdict.ERROR, signer.message, signer.hint
    name = f"{settings.selector}._domainkey.{settings.domain}"
    records = names.texts(name)
    if wrong := _not_our_key(name, records, signer):
        return Verdict.ERROR, wrong, say("put this TXT record at {name}: {record}", name=name, record=signer.record)
    if "y" in _tags(records[0]).get("t", "").split(":"):
        words = say("the key at {name} is only there for tests", name=name)
        return Verdict.WARNING, words, say("take t=y out of the record")
    if not _is_under(author, settings.domain):
        words = say("the key is of {domain}, but the sender is at {author}", domain=settings.domain, author=author)
        return Verdict.WARNING, words, say("use a key of {domain}: DMARC does not count another one", domain=author)
    if signer.is_weak:
        words = say("{name} has the key of ccmail.yaml, which is short", name=name)
        return Verdict.WARNING, words, say("make one of 2048 bits")
    return Verdict.OK, say("{name} has the key of ccmail.yaml", name=name), ""


def _not_our_key(name: str, records: Sequence[str], signer: Signer) -> str:
    """Return the reason why receivers do not find our key, "" if they do."""
    if not records:
        return say("there is no record at {name}", name=name)
    written = _tags(records[0]).get("p")
    if written is None:
        return say("the record at {name} has no key", name=name)
    if not written:
        return say("the key at {name} was taken back", name=name)
    if len(records) == 1 and _is_ours(written, signer):
        return ""
    return say("the key at {name} is not the one of ccmail.yaml", name=name)


def _is_ours(written: str, signer: Signer) -> bool:
    try:
        return base64.b64decode("".join(written.split()), validate=True) in signer.public_forms
    except binascii.Error:
        return False


# ── DMARC (RFC 9989) ──


def _dmarc(names: Names, author: str, domains: list[str]) -> tuple[Verdict, str, str]:
    policy = _policy(names, author)
    if policy is None:
        words = say(
            "{domain} does not say what to do with forged mails: Gmail, Outlook.com and Yahoo require such a record for"
            " many mails",
            domain=author,
        )
        return Verdict.WARNING, words, say("put a TXT record at _dmarc.{domain}: v=DMARC1; p=none", domain=author)
    wish = policy.tags.get("p", "").lower()
    where = f"_dmarc.{policy.domain}"
    if wish not in {"none", "quarantine", "reject"}:
        words = say("{name} says p={wish}, which is no policy", name=where, wish=wish)
        return Verdict.ERROR, words, say("write none, quarantine or reject")
    if wish != "none" and not any(d == author or _is_under(d, policy.domain) for d in domains):
        words = say(
            "{name} says p={wish}, but neither sender.bounces nor a DKIM key is at {domain}",
            name=where,
            wish=wish,
            domain=policy.domain,
        )
        return Verdict.WARNING, words, say("unless the server signs for it, the mails count as forged")
    return Verdict.OK, say("{name} says p={wish}", name=where, wish=wish), ""


def _policy(names: Names, domain: str) -> _Policy | None:
    """Return the first record on the way up from a domain (RFC 9989 4.10); those of registries do not count."""
    labels = domain.split(".")
    for above in (".".join(labels[start:]) for start in range(len(labels) - 1)):
        records = [tags for text in names.texts(f"_dmarc.{above}") if (tags := _tags(text)).get("v") == "DMARC1"]
        if len(records) == 1 and records[0].get("psd") != "y":
            return _Policy(above, records[0])
    return None


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


def _is_under(domain: str, above: str) -> bool:
    return domain == above or domain.endswith(f".{above}")
