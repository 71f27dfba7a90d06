"""Every variant goes to people who look at it before readers do."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest

from ccmail.delivery import Delivered, Ending, Result
from ccmail.delivery.outcome import Phase, Reply, ReplyClass, outcome_of
from ccmail.ledger import SendingKind
from ccmail.problems import UsageError
from ccmail.sending import test_run
from tests.sending.conftest import Begun
from tests.small_workspace import ADA, BO, CY, DEE, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.delivery.courier import Run
    from ccmail.ledger.store import Ledger

FATINA, ME = "fatina@netz.example", "me@netz.example"


@pytest.fixture
def local(small: SmallWorkspace) -> SmallWorkspace:
    """The workspace with `delivery: outbox`."""
    small.edit("ccmail.yaml", "delivery: smtp", "delivery: outbox")
    return small


def tried(small: SmallWorkspace, ledger: Ledger, **options: Any) -> test_run.TestResult:
    return test_run.send_test(small.workspace, ledger, small.loaded(), test_run.TestOptions(**options))


def mails(small: SmallWorkspace) -> dict[tuple[str, str], str]:
    """Return the texts of the test mails, by tester and language."""
    found = {}
    for path in sorted((small.workspace.outbox / "news.test").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        text = body.get_content()
        found[mail["To"], "de" if "Die Sonne scheint." in text else "en"] = text
    return found


# ── to whom ──


@pytest.mark.parametrize(
    ("to", "testers"),
    [
        ((), (FATINA,)),
        (("fatina",), (FATINA,)),
        ((ME,), (ME,)),
        (("Ich <me@netz.example>",), (ME,)),
        ((ME, "fatina", FATINA), (ME, FATINA)),
    ],
)
def test_testers_are_people_and_addresses_each_of_them_once(
    local: SmallWorkspace, ledger: Ledger, to: tuple[str, ...], testers: tuple[str, ...]
) -> None:
    result = tried(local, ledger, to=to)

    assert result.to == testers
    assert {tester for tester, _ in mails(local)} == set(testers)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nobody", "“nobody” is neither an address nor a person"),
        ("otto", "otto has no address in ccmail.yaml"),
        ("a@netz.example, b@netz.example", "“a@netz.example, b@netz.example” is neither an address nor a person"),
        ("=?utf-8?q?a?=@netz.example", "“=?utf-8?q?a?=@netz.example” is neither an address nor a person"),
        ("a@netz.example> AUTH=<c", "“a@netz.example> AUTH=<c” is neither an address nor a person"),
    ],
)
def test_who_has_no_address_cannot_test(local: SmallWorkspace, ledger: Ledger, name: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        tried(local, ledger, to=(ME, name))

    assert refused.value.message == message
    assert refused.value.hint == "people in ccmail.yaml: fatina, otto"
    assert mails(local) == {}


def test_without_anybody_there_is_no_test(local: SmallWorkspace, ledger: Ledger) -> None:
    local.edit("ccmail.yaml", "test: {to: [fatina]}\n", "")

    with pytest.raises(UsageError, match="nobody to send the test to"):
        tried(local, ledger)


# ── what ──


def test_every_variant_goes_to_every_tester(local: SmallWorkspace, ledger: Ledger) -> None:
    result = tried(local, ledger, to=(FATINA, ME))

    assert mails(local).keys() == {(tester, language) for tester in (FATINA, ME) for language in ("de", "en")}
    assert (result.accepted, result.tested, result.real, result.trouble) == (4, True, False, ())


def test_a_mail_is_the_one_of_a_reader_and_goes_to_the_tester_alone(local: SmallWorkspace, ledger: Ledger) -> None:
    tried(local, ledger)

    for path in (local.workspace.outbox / "news.test").glob("*.eml"):
        assert not any(reader.encode() in path.read_bytes() for reader in (ADA, BO, CY, DEE))
    texts = mails(local)
    assert "Ada Weiß" in texts[FATINA, "de"]
    assert "Cy Weiß" in texts[FATINA, "en"]


def test_the_reader_whose_mail_is_shown_can_be_chosen(local: SmallWorkspace, ledger: Ledger) -> None:
    tried(local, ledger, reader=DEE.upper())

    texts = mails(local)
    assert "Dee Weiß" in texts[FATINA, "de"]
    assert "Dee Weiß" in texts[FATINA, "en"]


def test_a_reader_who_is_on_no_list_cannot_be_shown(local: SmallWorkspace, ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="is on none of the campaign's lists"):
        tried(local, ledger, reader="nobody@x.example")


@pytest.mark.parametrize(
    ("options", "segments"),
    [
        ({"segment": "german"}, ["german"]),
        ({"languages": ("en",)}, ["international"]),
        ({"segment": "international", "languages": ("en",)}, ["international"]),
    ],
)
def test_some_variants_alone_are_sent_but_do_not_make_the_version_tested(
    local: SmallWorkspace, ledger: Ledger, options: dict[str, Any], segments: list[str]
) -> None:
    result = tried(local, ledger, **options)

    assert [shown.variant.segment.name for shown in result.variants] == segments
    assert (result.accepted, result.tested) == (1, False)
    assert ledger.tests() == ()


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"segment": "nobody"}, "nobody"),
        ({"segment": "german", "languages": ("en",)}, "german"),
        ({"languages": ("fr",)}, "the lists"),
    ],
)
def test_a_variant_that_nobody_gets_is_not_tested(
    local: SmallWorkspace, ledger: Ledger, options: dict[str, Any], where: str
) -> None:
    with pytest.raises(UsageError) as refused:
        tried(local, ledger, **options)

    assert refused.value.message == f"nobody in {where} would get this mail: there is nothing to test"


def test_who_is_left_out_is_nobodys_example(local: SmallWorkspace, ledger: Ledger) -> None:
    local.unsubscribe(ADA)

    tried(local, ledger)

    assert "Bo Weiß" in mails(local)[FATINA, "de"]


# ── what the ledger knows then ──


def test_the_version_of_the_campaign_is_tested_from_then_on(local: SmallWorkspace, ledger: Ledger) -> None:
    result = tried(local, ledger)

    (test,) = ledger.tests()
    assert (test.campaign, test.to, test.real) == ("news", (FATINA,), False)
    assert test.version == result.plan.version == local.request(ledger).version


def test_a_test_marks_no_reader_as_served(local: SmallWorkspace, ledger: Ledger) -> None:
    tried(local, ledger)

    (sending,) = ledger.sendings()
    assert sending.delivery is SendingKind.TEST
    assert {row.email for row in ledger.rows(sending)} == {FATINA}


def test_the_same_version_can_be_tested_twice(local: SmallWorkspace, ledger: Ledger) -> None:
    tried(local, ledger)
    again = tried(local, ledger)

    assert (again.tested, len(ledger.tests())) == (True, 2)


def test_every_test_is_a_mail_of_its_own_to_a_mailbox(
    local: SmallWorkspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried(local, ledger)
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T09:01")
    tried(local, ledger)

    message_ids = {row.message_id for sending in ledger.sendings() for row in ledger.rows(sending)}
    assert len(message_ids) == 4


class Refusing:
    """A courier at whose server one tester is unknown."""

    def __init__(self, unknown: str) -> None:
        self._unknown = unknown

    async def carry(self, run: Run) -> Result:
        for claim in run.take(99):
            answer = ReplyClass.NEVER if claim.email == self._unknown else ReplyClass.YES
            reply = Reply(250, "fine") if answer is ReplyClass.YES else Reply(550, "5.1.1 unknown user")
            outcome = outcome_of(Phase.END, answer, reply, "mail.test")
            run.ledger.record(run.sending, [outcome.change(claim.position)])
            run.report(Delivered(claim, outcome))
        return Result(Ending.DONE)


@pytest.mark.parametrize("delivery", ["outbox", "smtp"])
def test_a_version_is_tested_only_if_all_of_it_arrived_everywhere(
    small: SmallWorkspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, delivery: str
) -> None:
    small.edit("ccmail.yaml", "delivery: smtp", f"delivery: {delivery}")
    monkeypatch.setattr(test_run, "open_courier", lambda *_args, **_kwargs: Refusing(ME))

    result = tried(small, ledger, to=(FATINA, ME))

    assert (result.accepted, result.tested, result.real) == (2, False, delivery == "smtp")
    assert result.trouble == (f"{ME}: 550 5.1.1 unknown user",) * 2
    assert ledger.tests() == ()


def test_a_test_into_mailboxes_counts_for_a_real_sending(
    small: SmallWorkspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_run, "open_courier", lambda *_args, **_kwargs: Refusing(""))

    result = tried(small, ledger)

    assert (result.tested, result.real) == (True, True)
    assert ledger.version_status("news", result.plan.version, real=True).tested is not None


def test_a_test_leaves_the_real_sending_alone(begun: Begun) -> None:
    begun.small.edit("ccmail.yaml", "delivery: smtp", "delivery: outbox")
    before = begun.states()

    tried(begun.small, begun.ledger)

    assert begun.states() == before


class Full:
    """A courier whose server takes no more mails today."""

    async def carry(self, _run: Run) -> Result:
        return Result(Ending.LIMIT, goes_on_at=dt.datetime(2020, 9, 22, 9, 5, tzinfo=dt.UTC))


def test_a_test_at_the_day_limit_says_so(
    small: SmallWorkspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_run, "open_courier", lambda *_args, **_kwargs: Full())

    result = tried(small, ledger, to=(ME,))

    assert not result.tested
    assert set(result.trouble) == {
        f"{ME}: today’s limit of the server (per_day in ccmail.yaml) is reached; again from 22 Sep 2020 11:05 CEST on"
    }
