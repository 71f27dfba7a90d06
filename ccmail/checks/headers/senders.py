"""The addresses of a mail: of its sender, of its reader, and for answers."""

from __future__ import annotations

import re
from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.checks.mail.message import MailOrigin, ParsedMail


@rule(
    "M624",
    Severity.ERROR,
    Severity.WARNING,
    why=say("an address inside the name of a sender is what forgers do, and filters know it"),
)
def sender(mail: ParsedMail) -> Iterator[Flaw]:
    """A From that makes readers wonder who writes.

    An error for more than one sender, or an address in the sender's name, a warning for none.
    """
    senders = getaddresses(list(mail.fields_of("From")))
    if len(senders) != 1 or "@" not in senders[0][1]:
        yield Flaw(say("the mail has {count} senders, or one without an address", count=len(senders)))
        return
    name = str(make_header(decode_header(senders[0][0])))
    if "@" in name:
        yield Flaw(
            say("the sender's name “{name}” holds an address", name=name), hint=say("sender.name in ccmail.yaml")
        )
    elif not name.strip():
        yield Flaw(say("the sender has no name"), hint=say("sender.name in ccmail.yaml"), severity=Severity.WARNING)


_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# SpamAssassin's FREEMAIL_FORGED_REPLYTO, 2.5 points: what swindlers do
_FREE = frozenset(
    {
        "gmail.com", "googlemail.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "outlook.com", "outlook.de",
        "hotmail.com", "hotmail.de", "live.com", "yahoo.com", "yahoo.de", "ymail.com", "aol.com", "icloud.com",
        "me.com", "freenet.de", "t-online.de", "mail.ru", "yandex.ru", "proton.me",
    }
)  # fmt: skip
_NO_REPLY = ("noreply@", "no-reply@", "donotreply@", "do-not-reply@")


@rule("M641", Severity.WARNING, why=say("readers answer; a Reply-To that is no single address loses what they say"))
def reply(mail: ParsedMail) -> Iterator[Flaw]:
    """Answers that go to nobody who knows the matter."""
    for value in mail.fields_of("Reply-To"):
        addresses = [address for _, address in getaddresses([value])]
        if len(addresses) != 1 or not _ADDRESS.fullmatch(addresses[0]):
            yield Flaw(say("answers would go to “{value}”", value=value), hint=say("sender.reply_to in ccmail.yaml"))
        elif _domain(addresses[0]) in _FREE and _domain(addresses[0]) != _domain(mail.field("From").rstrip(">")):
            hint = say("name somebody with an address of your own")
            yield Flaw(say("answers go to a free mailbox, {address}", address=addresses[0]), hint=hint)
        elif addresses[0].casefold().startswith(_NO_REPLY):
            message = say("answers go to {address}", address=addresses[0])
            yield Flaw(message, hint=say("name somebody who reads them"))


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()


@rule(
    "M623",
    Severity.ERROR,
    why=say("one mail, one reader: an address list in a header is a breach of privacy that cannot be taken back"),
)
def one_reader(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A mail that shows its reader the addresses of others."""
    if mail.fields_of("Bcc") or mail.fields_of("Cc"):
        yield Flaw(say("the mail has a Cc or Bcc"))
    addresses = [address for _, address in getaddresses(list(mail.fields_of("To")))]
    if addresses != [origin.recipient]:
        yield Flaw(_other_readers(addresses, origin.recipient))


def _other_readers(addresses: Sequence[str], recipient: str) -> str:
    if not addresses:
        return say("the mail is to nobody, and not to {recipient} alone", recipient=recipient)
    return say(
        "the mail is to {addresses}, and not to {recipient} alone", addresses=tuple(addresses), recipient=recipient
    )


def _everybodys(origin: MailOrigin) -> str:
    """Return the words of every reader's mail: a contact person may be a reader, and is named in links for all."""
    settings = origin.loaded.settings
    people = (person.email for person in settings.people.values())
    named = (*people, settings.sender.address, settings.unsubscribe.address)
    return unquote(
        "\n".join(map(str, (*filter(None, named), *origin.loaded.campaign.document.sheet.written)))
    ).casefold()


@rule("M630", Severity.ERROR, why=say("addresses in links end up in logs and histories of servers that are not yours"))
def address_in_link(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A reader's address in a link."""
    address = origin.recipient.casefold()
    if address in _everybodys(origin):
        return
    for link in mail.page.named("a", "img"):
        target = unquote(link.get("href") or link.get("src"))
        if not target.casefold().startswith("mailto:") and address in target.casefold():
            marks = origin.marks_of(target[: target.casefold().index(address)])
            yield Flaw(
                say("the address of the reader stands in the link {target}", target=target[:60]),
                marks,
                say("use a token instead"),
            )
