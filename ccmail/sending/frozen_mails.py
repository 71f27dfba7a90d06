"""The compiled mails of a sending: written into the ledger, and read from it again."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ccmail.ledger import StoredMail
from ccmail.ledger.failures import damaged
from ccmail.messages import StoredMailDamaged, date_field, deserialise, serialise
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.delivery import Assemble
    from ccmail.ledger import Claim, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.messages import Frame, NumberedMail
    from ccmail.messages.dkim import Signer

_KEPT_MAILS = 256  # compiled mails that stay in memory
_KEPT_DATES = 256  # seconds


def mail_writer(ledger: Ledger, sending: Sending, version: str) -> Callable[[NumberedMail], None]:
    """Return a function that writes compiled mails of a sending into the ledger."""

    def write(compiled: NumberedMail) -> None:
        mail = serialise(compiled.mail.frame)
        ledger.keep_mail(sending, StoredMail(compiled.number, version, mail.data, mail.blobs))

    return write


def frozen_mails(
    ledger: Ledger, sending: Sending, signers: Sequence[Signer] = (), zone: dt.tzinfo = dt.UTC
) -> Assemble:
    """Return a function that assembles and signs a recipient's mail as it was frozen; `zone` is that of its Date.

    It reads no file and no template. It raises `LedgerFailure` for a mail that is damaged in the ledger.
    """

    @functools.lru_cache(maxsize=_KEPT_MAILS)
    def blob(name: str) -> bytes:
        return ledger.blob(sending, name)

    @functools.lru_cache(maxsize=_KEPT_MAILS)
    def frame(number: int) -> Frame:
        return deserialise(ledger.mail(sending, number), blob)

    @functools.lru_cache(maxsize=_KEPT_DATES)
    def dated(moment: dt.datetime) -> bytes:
        return date_field(moment.astimezone(zone))

    def assemble(claim: Claim, date: dt.datetime) -> list[bytes]:
        try:
            chunks = frame(claim.mail).fill(claim.personal_parts, dated(date))
        except (StoredMailDamaged, IndexError) as damage:  # IndexError: a part that is not there
            raise damaged(
                ledger.name, say("it has no mail for {address} that can be read", address=claim.email)
            ) from damage
        return [*(signer.sign(chunks) for signer in signers), *chunks]

    return assemble
