"""What somebody asks for, beside the campaign and the ledger as they are now."""

from __future__ import annotations

import dataclasses
import socket
from typing import TYPE_CHECKING

import pytest

from ccmail.audience import address_key
from ccmail.ledger import STAGED, RecipientFilter, SendingKind
from ccmail.planning.audience import list_fingerprint
from ccmail.problems import UsageError
from ccmail.rendering import fingerprint, manifest
from ccmail.sending.request import SendRequest, make_request
from ccmail.sending.send_plan import SendOptions
from ccmail.workspace import DeliveryMode
from tests.sending.conftest import MORNING, dump
from tests.small_workspace import ADA, BO, CY, DEE, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from ccmail.planning.planner import AudiencePlanner


def frozen(request: SendRequest, planner: AudiencePlanner | None = None, uncounted: tuple[str, ...] = ()) -> int:
    """Freeze the lists into a draft and return how many are to be sent to."""
    draft = None if request.options.look_only else request.draft()
    return request.freeze(draft, planner or request.planner(draft), request.audience(), uncounted)


# ── whom the options mean ──


def test_without_options_everybody_is_meant(small: SmallWorkspace, ledger: Ledger) -> None:
    assert small.request(ledger).recipients == RecipientFilter()


def test_a_segment_and_an_address_are_meant_together(small: SmallWorkspace, ledger: Ledger) -> None:
    request = small.request(ledger, segment="german", only="ADA@Bonn.example")

    assert request.recipients == RecipientFilter(("german",), (ADA,))


def test_a_segment_that_is_not_there_is_refused_with_the_nearest_one(small: SmallWorkspace, ledger: Ledger) -> None:
    with pytest.raises(UsageError) as refused:
        small.request(ledger, segment="germna")

    assert refused.value.message == "no segment “germna” in this campaign. Did you mean german?"
    assert refused.value.hint == "segments: german, international"


def test_a_segment_that_is_near_to_none_is_refused_without_a_guess(small: SmallWorkspace, ledger: Ledger) -> None:
    with pytest.raises(UsageError) as refused:
        small.request(ledger, segment="xyz")

    assert refused.value.message == "no segment “xyz” in this campaign"


def test_a_segment_of_the_workspace_that_the_campaign_does_not_use_is_none_of_its_own(
    small: SmallWorkspace, ledger: Ledger
) -> None:
    small.edit("campaigns/news.yaml", "type: review", "type: review\nsegments: [german]")

    with pytest.raises(UsageError):
        small.request(ledger, segment="international")


# ── where mails go ──


@pytest.mark.parametrize(
    ("mode", "rehearse", "real", "kind"),
    [
        (DeliveryMode.SMTP, False, True, SendingKind.SMTP),
        (DeliveryMode.SMTP, True, False, SendingKind.OUTBOX),
        (DeliveryMode.OUTBOX, False, False, SendingKind.OUTBOX),
        (DeliveryMode.OUTBOX, True, False, SendingKind.OUTBOX),
    ],
)
def test_mails_leave_this_computer_only_if_the_workspace_sends_and_nobody_rehearses(
    small: SmallWorkspace, ledger: Ledger, mode: DeliveryMode, kind: SendingKind, *, rehearse: bool, real: bool
) -> None:
    found = small.workspace
    workspace = dataclasses.replace(found, settings=found.settings.model_copy(update={"delivery": mode}))

    request = make_request(workspace, ledger, small.loaded(), SendOptions(rehearse=rehearse))

    assert (request.real, request.kind) == (real, kind)


# ── what it is about ──


def test_a_request_has_the_fingerprints_of_texts_and_lists(small: SmallWorkspace, ledger: Ledger) -> None:
    request = small.request(ledger)

    assert request.content == manifest(request.loaded)
    assert request.version == fingerprint(request.content)
    assert request.lists == list_fingerprint(request.campaign)


def test_a_draft_says_what_is_sent_when_and_from_where(small: SmallWorkspace, ledger: Ledger) -> None:
    request = small.request(ledger, rehearse=True)

    draft = request.draft()

    assert (draft.campaign, draft.delivery, draft.version) == ("news", SendingKind.OUTBOX, request.version)
    assert (draft.dtstamp, draft.lists, draft.host) == (MORNING, request.lists, socket.gethostname())


def test_whoever_waits_is_told_how_many_of_how_many_were_looked_at(small: SmallWorkspace, ledger: Ledger) -> None:
    told: list[tuple[int, int]] = []
    request = make_request(
        small.workspace, ledger, small.loaded(), SendOptions(), lambda done, of: told.append((done, of))
    )

    people = list(request.audience())

    assert told == [(done, 6) for done in range(1, len(people) + 1)]  # six lines, of which two are headers


# ── freezing and counting ──


@pytest.mark.parametrize("look_only", [False, True])
@pytest.mark.parametrize(
    ("segment", "only", "people"),
    [
        (None, None, 3),
        ("german", None, 1),
        ("international", None, 2),
        (None, BO, 0),
        (None, CY, 1),
        ("german", CY, 0),
    ],
)
def test_those_are_counted_who_are_meant_and_not_left_out(
    small: SmallWorkspace, ledger: Ledger, segment: str | None, only: str | None, people: int, *, look_only: bool
) -> None:
    small.unsubscribe(BO)

    request = small.request(ledger, segment=segment, only=only, look_only=look_only)

    assert frozen(request) == people


@pytest.mark.parametrize("look_only", [False, True])
def test_those_who_are_not_to_be_counted_are_frozen_all_the_same(
    small: SmallWorkspace, ledger: Ledger, *, look_only: bool
) -> None:
    request = small.request(ledger, look_only=look_only)
    planner = request.planner(None)

    counted = frozen(request, planner, uncounted=(address_key(BO), address_key(DEE)))

    assert counted == 2
    assert planner.plan().recipients == 4


def test_the_people_of_a_draft_are_added_to_it(small: SmallWorkspace, ledger: Ledger) -> None:
    request = small.request(ledger)
    draft = request.draft()

    request.freeze(draft, request.planner(draft), request.audience())

    assert {row.reason for row in ledger.rows(draft)} == {""}
    assert len(list(ledger.rows(draft))) == 4


def test_the_people_of_a_sending_that_goes_on_wait_for_a_word(small: SmallWorkspace, ledger: Ledger) -> None:
    request = small.request(ledger)
    sending = ledger.confirm(request.draft(), 0)

    request.freeze(sending, request.planner(sending), request.audience())

    assert {row.reason for row in ledger.rows(sending)} == {STAGED}


def test_compiled_mails_go_on_behind_those_that_a_sending_has(small: SmallWorkspace, ledger: Ledger) -> None:
    request = small.request(ledger)
    draft = request.draft()
    request.freeze(draft, request.planner(draft), request.audience())

    entries = list(request.planner(draft).entries(request.audience()))

    assert [entry.mail for entry in entries] == [3, 3, 4, 4]
    assert ledger.last_mail(draft) == 4


def test_who_only_looks_at_a_sending_keeps_no_mails_in_it(small: SmallWorkspace, ledger: Ledger) -> None:
    draft = small.request(ledger).draft()
    before = dump(small)
    looking = small.request(ledger, look_only=True)

    counted = looking.freeze(draft, looking.planner(draft), looking.audience())

    assert counted == 4
    assert dump(small) == before
