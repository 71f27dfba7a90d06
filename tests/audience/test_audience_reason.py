from __future__ import annotations

import pytest

from ccmail.audience.reason import Reason, reason_words
from ccmail.languages.catalogue import read_catalogue
from ccmail.ledger import SuppressionReason
from ccmail.ledger.records import STAGED
from ccmail.sending.resume import NOT_LISTED

REASONS = sorted({*(r.value for r in Reason), *(r.value for r in SuppressionReason), STAGED, NOT_LISTED})


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_a_row_without_a_mail_can_be_said_in_german(reason: str) -> None:
    words = reason_words(reason)

    assert words == reason
    assert read_catalogue("de").text(words) != reason


def test_what_is_no_reason_stays_as_it_is() -> None:
    assert reason_words("moved") == "moved"
