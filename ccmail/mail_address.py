"""Mail addresses: their form, their form for a server, and the key under which two are the same."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections.abc import Iterator

from ccmail.wording import say

_LONGEST_LOCAL_PART, _LONGEST = 64, 254  # RFC 5321 4.5.3.1.1 and 4.5.3.1.3, in octets

_RESERVED = ("arpa", "invalid", "local", "localhost", "onion")  # RFC 6761 and the like; .test is allowed for tests

# Most addresses of a list are plain; this is far faster than email-validator. The result is the same for every
# address that matches: short enough for all limits, no xn--, no reserved domain.
_PLAIN = re.compile(
    r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)"
    rf"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+(?!(?i:{'|'.join(_RESERVED)})$)[A-Za-z]{{2,}})"
)
_LONGEST_PLAIN = 64
_ENDING = re.compile(r"[^\W\d_]{2,}|xn--[a-z0-9-]+", re.IGNORECASE)
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]")
# RFC 5322 allows these signs, and no mailbox has them in this order: Python's email package and mail programs decode
# an encoded word (RFC 2047) also in an address, and a mailto: link decodes %0d%0a (RFC 6068); both can hide a header.
_HIDES_SOMETHING = re.compile(r"=\?|%(?:[01][0-9a-f]|7f)", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class NotAnAddress:
    """The reason why a text is not an address, in plain words."""

    reason: str


def parse_address(text: str) -> str | NotAnAddress:
    """Return the address with its domain in lower case and with its own letters, or the reason why it is none.

    >>> parse_address("Jana.Mueller@Stadt-Bonn.example")
    'Jana.Mueller@stadt-bonn.example'
    """
    plain = _PLAIN.fullmatch(text) if len(text) <= _LONGEST_PLAIN else None
    if plain and "--" not in text:
        return f"{plain[1]}@{plain[2].lower()}"
    return _parse(text)


def to_ascii(email: str) -> str:
    """Return the address with its domain as A-labels (xn--…), the form for mail servers.

    Raises:
        ValueError: It is not an address.
    """
    return email if email.isascii() else _domain_to_ascii(email)


def address_key(email: str) -> str:
    """Return the form under which two spellings of an address are one person.

    The case of the local part does not count, nor does the spelling of a domain (umlauts or xn--). "+tag" and
    dots do count. A text that is not an address is only casefolded.
    """
    if email.isascii() and email.islower():  # the usual case: no second string to keep
        return email
    try:
        plain = to_ascii(email)
    except ValueError:
        plain = email
    return plain.casefold()


@functools.lru_cache(maxsize=4096)
def _domain_to_ascii(email: str) -> str:
    return str(_validate(email)[1])


def _parse(text: str) -> str | NotAnAddress:
    local, at, domain = text.rpartition("@")
    reason = _no_address(text, local, domain) if at else say("there is no @ in it")
    if reason:
        return NotAnAddress(reason)
    try:
        return _validate(text)[0]
    except ValueError:
        return NotAnAddress(say("this is not how addresses are written"))


def _no_address(text: str, local: str, domain: str) -> str:
    """Return the reason why a text is not an address, "" if it is none of the common ones."""
    objections = itertools.chain(_to_the_whole(text, local, domain), _to_local_part(local), _to_domain(domain, text))
    return next(objections, "")


def _to_the_whole(text: str, local: str, domain: str) -> Iterator[str]:
    if len(text) > _LONGEST:
        yield say("it is longer than {most} characters", most=_LONGEST)
    if text.count("@") > 1:
        yield say("there is more than one @ in it")
    if not local:
        yield say("nothing stands before the @")
    if not domain:
        yield say("nothing stands after the @")


def _to_local_part(local: str) -> Iterator[str]:
    odd = next((c for c in local if c.isascii() and not _LOCAL_PART.match(c)), "")
    foreign = next((c for c in local if not c.isascii()), "")
    hiding = _HIDES_SOMETHING.search(local)
    if odd:
        yield say("{sign} cannot stand before the @", sign=_named(odd))
    if foreign:
        yield say("{sign} before the @ needs SMTPUTF8, which many servers refuse", sign=_named(foreign))
    if hiding:
        yield say("“{signs}” before the @ can hide something else", signs=hiding[0])
    if len(local) > _LONGEST_LOCAL_PART:
        yield say(
            "{length} characters before the @, at most {most} are allowed", length=len(local), most=_LONGEST_LOCAL_PART
        )


def _to_domain(domain: str, text: str) -> Iterator[str]:
    ending = domain.rpartition(".")[2].lower()
    if ".." in text:
        yield say("there are two dots in a row")
    if "." not in domain or not _ENDING.fullmatch(ending):
        yield say("it has no ending such as .de")
    if ending in _RESERVED:
        yield say("mail cannot get to a place under .{ending}", ending=ending)


def _named(character: str) -> str:
    if character.isspace():
        return say("a blank")
    return say("“{text}”", text=character) if character.isprintable() else f"U+{ord(character):04X}"


def _validate(text: str) -> tuple[str, str]:
    """Return the address with the domain's own letters, and the same with A-labels.

    Raises:
        ValueError: It is not an address.
    """
    import email_validator  # noqa: PLC0415 - takes 40 ms, and lists of plain addresses never need it

    address = email_validator.validate_email(
        text,
        check_deliverability=False,
        allow_smtputf8=False,
        test_environment=True,  # allows .test, for lists to try things out
    )
    return address.normalized, address.ascii_email or address.normalized
