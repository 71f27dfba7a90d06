"""The fields by which mail programs take readers off a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import ParsedMail

_LINK = re.compile(r"<([^<>\s]+)>")


@rule(
    "M627",
    Severity.ERROR,
    Severity.WARNING,
    why=say("RFC 2369, RFC 8058: readers who find no way off a list press “spam”: it counts against all mails"),
)
def unsubscribe(mail: ParsedMail) -> Iterator[Flaw]:
    """A List-Unsubscribe that mail programs do not make a button of.

    An error for a List-Unsubscribe that is missing or malformed, a warning for one without mailto.
    """
    value = mail.field("List-Unsubscribe")
    if not value:
        yield Flaw(say("the mail has no List-Unsubscribe"))
        return
    links = _LINK.findall(value)
    if "=?" in value or _LINK.sub("", value).strip(" ,"):
        yield Flaw(say("List-Unsubscribe is encoded, or is no list of <addresses>"))
    if any(link.startswith("http:") for link in links) or sum(link.startswith("https:") for link in links) > 1:
        yield Flaw(say("List-Unsubscribe has an http link, or several https ones"))
    if not any(link.startswith("mailto:") for link in links):
        yield Flaw(say("List-Unsubscribe has no mailto: address"), severity=Severity.WARNING)


_ONE_CLICK = "List-Unsubscribe=One-Click"


@rule("M628", Severity.ERROR, why=say("RFC 8058 3.1: Gmail and Yahoo require it from bulk senders, byte for byte"))
def one_click(mail: ParsedMail) -> Iterator[Flaw]:
    """A one-click unsubscription that no program carries out."""
    has_link = "<https:" in mail.field("List-Unsubscribe")
    posts = mail.fields_of("List-Unsubscribe-Post")
    if has_link and posts != (_ONE_CLICK,):
        yield Flaw(say("List-Unsubscribe has an https link, but no List-Unsubscribe-Post as RFC 8058 writes it"))
    elif posts and not has_link:
        yield Flaw(say("List-Unsubscribe-Post is there without an https link"))


_SHORTEST = 22  # characters of base64 for 128 bits


@rule("M629", Severity.ERROR, why=say("with a short or readable token one reader can unsubscribe all others"))
def weak_token(mail: ParsedMail) -> Iterator[Flaw]:
    """An unsubscribe link that anybody could guess."""
    for link in re.findall(r"<(https:[^<>\s]+)>", mail.field("List-Unsubscribe")):
        token = re.split(r"[/=?&]", link.rstrip("/"))[-1]
        if len(token) < _SHORTEST or "@" in token or "%40" in token:
            yield Flaw(say("the token “{token}” of the unsubscribe link can be guessed", token=token))


@rule("M631", Severity.WARNING, why=say("RFC 2919: filters, rules and unsubscribe buttons go by the List-Id"))
def list_id(mail: ParsedMail) -> Iterator[Flaw]:
    """A mail to many that does not say of which list it is."""
    value = mail.field("List-Id")
    if not re.search(r"<(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+>\s*$", value):
        yield Flaw(say("the mail has no List-Id in its form: “{value}”", value=value))
