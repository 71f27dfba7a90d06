"""A wish to subscribe: kept in the ledger together with the mail that confirms it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.audience.subscribed import TURN
from ccmail.ledger import NewRecipient, StoredMail, SubscriptionRequest, take_turns
from ccmail.mail_address import address_key
from ccmail.messages import serialise
from ccmail.messages.single import answer_mail
from ccmail.subscription.link_token import PATH, hash_of, new_token
from ccmail.subscription.mail import ConfirmationWords, content_of
from ccmail.suppression.keep import open_hashes

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """So many wishes within a time."""

    most: int
    within: dt.timedelta


EACH = (Limit(1, dt.timedelta(minutes=10)), Limit(3, dt.timedelta(days=1)))
"""For one address: nobody is pestered by others, and whoever waits for a greylisted mail needs no second one sooner."""

OF_NETWORK = Limit(30, dt.timedelta(hours=1))
"""From one network: a room full of people, all at one router, can subscribe; a program soon has to stop."""

OF_ALL = Limit(300, dt.timedelta(hours=1))
"""Together: far from the 500 mails a day that some mailboxes allow in all, if it is an attack that lasts minutes."""

_SEED = 16  # characters


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """A form that was filled in without mistakes.

    Attributes:
        address: As `parse_address` returns it.
        fields: Further fields by the headers of the list.
        consent: The version of the text that was agreed to.
        words: That text, as it was shown.
    """

    address: str
    segment: str
    language: str
    fields: Mapping[str, str]
    consent: str
    words: str


def ask(
    workspace: Workspace, ledger: Ledger, form: Form, network: str, words: Callable[[dt.datetime], ConfirmationWords]
) -> bool:
    """Keep a wish, and have its mail sent; return whether more may come from this network, and from all of them.

    What becomes of it does not depend on what is known of the address: whether it is on a list, or gets nothing. If it
    has been asked for it often already, it gets no further mail, and the answer is the same.

    Args:
        workspace: Its settings.
        ledger: Keeps it.
        form: The form.
        network: The network that it came from.
        words: Makes the words of the mail, from the time of the wish.

    Raises:
        LedgerFailure: Nothing was kept.
        HeaderRefused: The address cannot stand in a header.
    """
    now = clock.now()
    hashes = open_hashes(workspace, ledger)
    token = new_token()
    wish = SubscriptionRequest(
        token=hash_of(token),
        person=hashes.person(address_key(form.address)),
        segment=form.segment,
        language=form.language,
        consent=form.consent,
        words=form.words,
        asked_at=now,
        network=hashes.person(f"network {network}"),
        address=form.address,
        fields=form.fields,
    )
    entry, mail = _mail(workspace, wish, token, words(now))
    with take_turns(workspace.state, TURN):
        if not _may_ask(ledger, now, OF_ALL) or not _may_ask(ledger, now, OF_NETWORK, network=wish.network):
            return False
        if all(_may_ask(ledger, now, limit, person=wish.person) for limit in EACH):
            ledger.subscriptions.ask(wish, entry, mail)
    return True


def _may_ask(ledger: Ledger, now: dt.datetime, limit: Limit, **whose: str) -> bool:
    return ledger.subscriptions.count(now - limit.within, **whose) < limit.most


def _mail(
    workspace: Workspace, wish: SubscriptionRequest, token: str, words: ConfirmationWords
) -> tuple[NewRecipient, StoredMail]:
    """Return the row of the person in the sending of the mail, and the mail itself."""
    settings = workspace.settings
    assert settings.serve is not None  # noqa: S101 - the wish came from its pages
    content = content_of(words, f"{settings.serve.public_url}/{PATH}/{token}")
    made = answer_mail(settings, wish.address, words.subject, content, language=words.language, seed=wish.token[:_SEED])
    entry = NewRecipient(
        key=wish.token,  # by the key of the address, whoever is unsubscribed would be left out
        email=wish.address,
        segment=wish.segment,
        languages=(words.language,),
        message_id=made.message_id,
        mail=1,
        personal_parts=made.personal_parts,
    )
    kept = serialise(made.frame)
    return entry, StoredMail(1, wish.consent, kept.data, kept.blobs)
