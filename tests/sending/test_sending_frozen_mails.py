"""Mails as they were frozen, whatever has become of the files since."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from ccmail.audience import Contact
from ccmail.campaign import Variant
from ccmail.ledger import Claim, Sending, StoredMail
from ccmail.messages import Frame, serialise
from ccmail.planning.assembler import make_assembler
from ccmail.planning.planner import PlannedMail
from ccmail.problems import LedgerFailure
from ccmail.sending.frozen_mails import frozen_mails, mail_writer
from ccmail.sending.new import plan_new
from tests.small_workspace import ADA, CY, SmallWorkspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccmail.ledger.store import Ledger

MORNING = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def draft(small: SmallWorkspace, ledger: Ledger) -> Sending:
    sending = plan_new(small.request(ledger)).sending
    assert sending is not None
    return sending


def claim_of(ledger: Ledger, sending: Sending, address: str) -> Claim:
    (row,) = ledger.rows(sending, keys=[address])
    return ledger.claim_at(sending, row.position)


def damage(small: SmallWorkspace, statement: str) -> None:
    with sqlite3.connect(small.workspace.ledger_file) as connection:
        assert connection.execute(statement).rowcount
    connection.close()


class Stamp:
    """A signer that notes what it signs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.signed: list[bytes] = []

    def sign(self, chunks: Sequence[bytes]) -> bytes:
        self.signed.append(b"".join(chunks))
        return f"Signed-By: {self.name}\r\n".encode()


def test_a_mail_comes_out_as_it_was_assembled(small: SmallWorkspace, ledger: Ledger, draft: Sending) -> None:
    request = small.request(ledger)
    planned = request.planner(None).people(request.audience())
    assembled = {item.contact.email: item.message.as_bytes() for item in planned if isinstance(item, PlannedMail)}
    assemble = frozen_mails(ledger, draft, zone=small.workspace.zone)

    mails = {row.email: b"".join(assemble(claim_of(ledger, draft, row.key), MORNING)) for row in ledger.rows(draft)}

    assert mails == assembled
    assert len(mails) == 4


def test_no_file_of_the_workspace_is_needed_any_more(small: SmallWorkspace, ledger: Ledger, draft: Sending) -> None:
    assemble = frozen_mails(ledger, draft)
    for name in ("campaigns", "recipients", "templates", "ccmail.yaml"):
        path = small.folder / name
        path.unlink() if path.is_file() else shutil.rmtree(path)

    mail = b"".join(assemble(claim_of(ledger, draft, ADA), MORNING))

    assert b"Die Sonne scheint." in mail
    assert ADA.encode() in mail


def test_everybody_gets_the_mail_of_their_variant(ledger: Ledger, draft: Sending) -> None:
    assemble = frozen_mails(ledger, draft)

    german, international = (b"".join(assemble(claim_of(ledger, draft, who), MORNING)) for who in (ADA, CY))

    assert b"Die Sonne scheint." in german
    assert b"The sun is shining." in international


def test_signatures_stand_before_the_mail_that_they_sign(ledger: Ledger, draft: Sending) -> None:
    claim = claim_of(ledger, draft, ADA)
    plain = b"".join(frozen_mails(ledger, draft)(claim, MORNING))
    signers: Any = [Stamp("one"), Stamp("two")]

    signed = b"".join(frozen_mails(ledger, draft, signers)(claim, MORNING))

    assert signed == b"Signed-By: one\r\nSigned-By: two\r\n" + plain
    assert [signer.signed for signer in signers] == [[plain], [plain]]


def test_the_date_is_that_of_the_handover_in_the_zone_of_the_workspace(ledger: Ledger, draft: Sending) -> None:
    assemble = frozen_mails(ledger, draft, zone=ZoneInfo("Europe/Lisbon"))
    claim = claim_of(ledger, draft, ADA)

    dates = [
        line
        for date in (MORNING, MORNING + dt.timedelta(days=90))
        for line in b"".join(assemble(claim, date)).split(b"\r\n")
        if line.startswith(b"Date:")
    ]

    assert dates == [b"Date: Mon, 21 Sep 2020 10:00:00 +0100", b"Date: Sun, 20 Dec 2020 09:00:00 +0000"]


def test_a_mail_that_an_older_ccmail_has_frozen_keeps_the_date_of_its_sending(ledger: Ledger, draft: Sending) -> None:
    old = serialise(Frame([b"To: ", 0, b"\r\nDate: Mon, 21 Sep 2020 11:00:00 +0200\r\n\r\nHello\r\n"]))
    ledger.keep_mail(draft, StoredMail(9, "7f3a-91c2", old.data, old.blobs))

    mail = frozen_mails(ledger, draft)(Claim(1, ADA, ADA, "german", 9, [ADA.encode()]), MORNING + dt.timedelta(days=7))

    assert b"".join(mail) == b"To: %b\r\nDate: Mon, 21 Sep 2020 11:00:00 +0200\r\n\r\nHello\r\n" % ADA.encode()


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        pytest.param("UPDATE compiled SET data = x'00'", "W732", id="a mail that is none"),
        pytest.param("UPDATE compiled SET digest = '7f3a'", "W732", id="a mail that is not the one that was kept"),
        pytest.param("DELETE FROM parts", "W732", id="a reader's own parts are gone"),
        pytest.param("DELETE FROM compiled", "W742", id="a mail that an older ccmail has not kept"),
    ],
)
def test_a_mail_that_the_ledger_has_not_kept_as_it_was_is_not_sent(
    small: SmallWorkspace, ledger: Ledger, draft: Sending, statement: str, code: str
) -> None:
    damage(small, statement)
    claim = claim_of(ledger, draft, ADA)

    with pytest.raises(LedgerFailure) as failure:
        frozen_mails(ledger, draft)(claim, MORNING)

    assert failure.value.code == code


def test_the_writer_keeps_a_mail_with_its_number_and_version(small: SmallWorkspace, ledger: Ledger) -> None:
    request = small.request(ledger)
    sending = request.draft()
    assembler = make_assembler(small.workspace, request.loaded, request.version, compiled_before=6)
    message = assembler.assemble(Contact(ADA), Variant(request.campaign.segments[0], ("de",)))

    mail_writer(ledger, sending, "0b1c-2d3e")(message.compiled)

    assert ledger.last_mail(sending) == 7
    filled = frozen_mails(ledger, sending, zone=small.workspace.zone)(
        Claim(1, ADA, ADA, "german", 7, message.personal_parts), MORNING
    )
    assert b"".join(filled) == message.as_bytes()
