"""Sending through Microsoft Graph: every line of its table, tokens, limits and stops, with a real service."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from ccmail.delivery import Ending, Result, Retry, deliver
from ccmail.delivery.courier import Delivered, Progress, Waiting
from ccmail.delivery.graph_courier import GraphCourier
from ccmail.delivery.graph_service import GraphService as Client
from ccmail.ledger import Claim, NewRecipient, Sending, SendingKind, State, StateChange, open_ledger
from ccmail.ledger.store import Ledger
from ccmail.problems import ServerRefused
from ccmail.signin import AccessTokens, Account
from ccmail.signin.grants import Grant, keep_grant
from ccmail.workspace.secret import Secret, SecretKind
from tests.faults.driver import Scenario, environment
from tests.faults.graph_server import USER
from tests.faults.mischief import Act, Fault, Phase
from tests.faults.ways import WAYS
from tests.faults.workspace import CAMPAIGN, make_workspace
from tests.graph_service import GraphService, Script, done, graph_running, said
from tests.signin.issuer import CLIENT, PERSON, SCOPE, Issuer, issuer_running
from tests.waiting import wait_for

NOON = dt.datetime(2026, 9, 21, 12, tzinfo=dt.UTC)
AT_ONCE = Retry(server=(0.0, 0.0), recipient=(0.0, 0.0), patience=60.0)
PAGE = said("200 OK")  # of a proxy


def assemble(claim: Claim, _date: dt.datetime) -> Sequence[bytes]:
    head = f"From: {USER}\r\nTo: {claim.email}\r\nMessage-ID: <{claim.position}@netz.example>\r\n\r\n"
    return (head.encode(), b"Guten Tag\r\n")


class Sent:
    """A sending to some people through a service.

    Attributes:
        progress: All that was reported.
        stop: Ends the run.
    """

    def __init__(self, ledger: Ledger, service: GraphService, account: Account, people: int) -> None:
        entries = (NewRecipient(f"p{n}@x{n}.example", f"p{n}@x{n}.example", "german") for n in range(1, people + 1))
        self.ledger = ledger
        self.sending: Sending = ledger.start("c", SendingKind.SMTP, "v", entries, confirmed=people, dtstamp=NOON)
        self.service = service
        self.account = account
        self.progress: list[Progress] = []
        self.stop = asyncio.Event()

    async def run(self, connections: int = 1, retry: Retry = AT_ONCE, answer: float = 60.0) -> Result:
        client = Client(self.service.address, USER, AccessTokens(self.account), (60.0, answer))
        courier = GraphCourier(client, connections=connections, rate=None, retry=retry, jitter=lambda: 0.5)
        return await deliver(self.ledger, self.sending, assemble, courier, report=self.progress.append, stop=self.stop)

    async def refusal(self, connections: int = 1) -> ServerRefused:
        with pytest.raises(ServerRefused) as refused:
            await self.run(connections)
        return refused.value

    def people(self, state: State) -> int:
        return self.ledger.counts(self.sending).people(state)

    @property
    def waits(self) -> list[float]:
        return [progress.seconds for progress in self.progress if isinstance(progress, Waiting)]

    @property
    def outcomes(self) -> list[State]:
        """The outcomes of all attempts, in their order."""
        return [progress.outcome.state for progress in self.progress if isinstance(progress, Delivered)]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuer_running() as running:
        yield running


@pytest.fixture
def account(issuer: Issuer, tmp_path: Path) -> Account:
    """The account of the mailbox; somebody has signed in for it."""
    keep = Secret(SecretKind.FILE, str(tmp_path / "grants.json"))
    signed_in = Account("graph", USER, "127.0.0.1", issuer.url, issuer.url, CLIENT, (SCOPE,), keep, root=tmp_path)
    keep_grant(signed_in, Grant(issuer.url, CLIENT, issuer.permit(), PERSON))
    return signed_in


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


Begin = Callable[..., Sent]


@pytest.fixture
def begin(issuer: Issuer, account: Account, ledger: Ledger) -> Iterator[Begin]:
    """Begin a sending to some people through a service that answers so."""
    with ExitStack() as stack:

        def start(
            *answers: Fault | None, people: int = 3, user: str = USER, sender: str = USER, **more: object
        ) -> Sent:
            service = GraphService(issuer, Script(answers, **more), senders=[sender], user=user)  # type: ignore[arg-type]
            return Sent(ledger, stack.enter_context(graph_running(service)), account, people)

        yield start


def everybody_has_it_once(sent: Sent, people: int) -> bool:
    recipients = sent.service.recipients
    return len(recipients) == people and set(recipients.values()) == {1}


# ── the table ──


async def test_each_mail_is_one_request_on_a_connection_of_its_own(begin: Begin) -> None:
    sent = begin(people=20)

    result = await sent.run(connections=4)

    assert result.ending is Ending.DONE
    assert sent.people(State.ACCEPTED) == 20
    assert everybody_has_it_once(sent, 20)
    assert sent.service.connections == 20
    assert sent.service.wrongs == []


@pytest.mark.parametrize("retry_after", ["1", "date"])
async def test_202_with_retry_after_is_accepted_and_all_wait(retry_after: str, begin: Begin) -> None:
    sent = begin(said("202 Accepted", retry_after=retry_after))

    await sent.run()

    assert sent.outcomes == [State.ACCEPTED] * 3
    assert everybody_has_it_once(sent, 3)
    assert isinstance(sent.progress[1], Waiting)
    assert sent.waits == [1.0 if retry_after == "1" else 2.0]


@pytest.mark.parametrize(("retry_after", "waits"), [("1", [1.0]), ("date", [2.0]), ("", [0.25])])
async def test_429_is_not_sent_and_tried_again_after_the_wait(
    retry_after: str, waits: list[float], begin: Begin
) -> None:
    sent = begin(said("429 ApplicationThrottled", retry_after=retry_after))

    await sent.run(retry=Retry(server=(0.25, 0.25), recipient=(0.0, 0.0), patience=60.0))

    assert sent.outcomes == [State.QUEUED, *[State.ACCEPTED] * 3]
    assert sent.waits == waits
    assert everybody_has_it_once(sent, 3)


async def test_a_date_counts_by_the_clock_of_the_service(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", "2021-04-07T09:00")
    sent = begin(said("202 Accepted", retry_after="date"))

    await sent.run()

    assert sent.waits == [2.0]
    assert sent.people(State.ACCEPTED) == 3


@pytest.mark.parametrize("answer", ["202 Accepted", "429 ApplicationThrottled"])
async def test_a_longer_pause_than_the_patience_ends_the_run(answer: str, begin: Begin) -> None:
    sent = begin(said(answer, retry_after="3600"))

    result = await sent.run()

    assert result.ending is Ending.GAVE_UP
    assert sent.people(State.ACCEPTED) == len(sent.service.recipients) == answer.startswith("202")
    assert len(sent.service.mails) == 1
    assert sent.people(State.QUEUED) == 3 - sent.people(State.ACCEPTED)


async def test_a_token_that_has_ended_is_renewed_and_the_same_mail_tried_again(begin: Begin, issuer: Issuer) -> None:
    sent = begin()
    sent.service.notes.on_mail = lambda accepted: issuer.end_access() if accepted == 1 else None

    await sent.run()

    assert sent.outcomes == [State.ACCEPTED, State.QUEUED, State.ACCEPTED, State.ACCEPTED]
    assert [mail.said[:3] for mail in sent.service.mails] == ["202", "401", "202", "202"]
    assert issuer.refreshes() == 2
    assert everybody_has_it_once(sent, 3)
    assert sent.waits == []


async def test_a_second_token_that_is_refused_stops_the_campaign(begin: Begin, issuer: Issuer) -> None:
    sent = begin(always=said("401 InvalidAuthenticationToken"))

    refusal = await sent.refusal()

    assert refusal.code == "W884"
    assert PERSON in refusal.hint
    assert (len(sent.service.mails), issuer.refreshes()) == (2, 2)
    assert sent.people(State.QUEUED) == 3


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("403 ErrorSendAsDenied", "W882"),
        ("403 ErrorAccessDenied", "W881"),
        ("404 ErrorInvalidUser", "W883"),
        ("405 MethodNotAllowed", "W881"),
        ("415 UnsupportedMediaType", "W881"),
        ("407 ProxyAuthenticationRequired", "W885"),
        ("302 Found", "W885"),
        ("307 TemporaryRedirect", "W885"),
        ("308 PermanentRedirect", "W885"),
    ],
)
@pytest.mark.parametrize("connections", [1, 4])
async def test_an_answer_that_every_mail_would_get_stops_the_campaign(
    answer: str, code: str, connections: int, begin: Begin
) -> None:
    sent = begin(always=said(answer))

    refusal = await sent.refusal(connections)

    assert refusal.code == code
    assert len(sent.service.mails) == 1
    assert sent.service.connections == 1  # nothing was redirected
    assert sent.people(State.QUEUED) == 3


async def test_a_wrong_mailbox_stops_the_campaign(begin: Begin) -> None:
    refusal = await begin(user="other@netz.example").refusal()

    assert refusal.code == "W883"
    assert USER in refusal.message


async def test_a_sender_that_may_not_send_stops_the_campaign(begin: Begin) -> None:
    refusal = await begin(sender="other@netz.example").refusal()

    assert refusal.code == "W882"
    assert "Send as" in refusal.hint


@pytest.mark.parametrize(
    "answer", ["400 ErrorInvalidRecipients", "413 ErrorMessageSizeExceeded", "422 UnprocessableEntity"]
)
async def test_a_reader_who_is_refused_is_the_only_one(answer: str, begin: Begin) -> None:
    sent = begin(None, said(answer))

    result = await sent.run()

    assert result.ending is Ending.DONE
    assert sent.outcomes == [State.ACCEPTED, State.REFUSED, State.ACCEPTED]
    assert [row.email for row in sent.ledger.rows(sent.sending, State.REFUSED)] == ["p2@x2.example"]
    assert len(sent.service.mails) == 3


@pytest.mark.parametrize(
    ("answer", "code"),
    [("413 ErrorMessageSizeExceeded", "W712"), ("400 ErrorMimeContentInvalid", "W886")],
)
async def test_refusals_of_everybody_in_the_same_words_are_about_us(answer: str, code: str, begin: Begin) -> None:
    sent = begin(always=said(answer), people=9)

    refusal = await sent.refusal()

    assert refusal.code == code
    assert len(sent.service.mails) == 5
    assert sent.people(State.QUEUED) == 9


async def test_many_readers_who_are_unknown_are_refused_one_by_one(begin: Begin) -> None:
    sent = begin(None, *[said("400 ErrorInvalidRecipients")] * 8, people=10)

    result = await sent.run()

    assert result.ending is Ending.DONE
    assert (sent.people(State.REFUSED), sent.people(State.ACCEPTED)) == (8, 2)


DOUBTFUL = [
    *(said(f"{status} ErrorInternalServerError") for status in (500, 502, 503, 504, 408)),
    said("503 ErrorServerBusy", retry_after="1"),
    PAGE,
    said("201 Created"),
    *(done(act) for act in (Act.CLOSE, Act.RESET, Act.HALF, Act.GARBAGE)),
]


def _ids(fault: Fault) -> str:
    return f"{fault.act} {fault.says}{' later' if fault.retry_after else ''}"


@pytest.mark.parametrize("fault", DOUBTFUL, ids=_ids)
async def test_what_nobody_can_know_is_in_doubt_and_never_sent_again(fault: Fault, begin: Begin) -> None:
    sent = begin(None, fault)

    result = await sent.run()

    assert result.ending is Ending.DONE
    assert sent.outcomes == [State.ACCEPTED, State.IN_DOUBT, State.ACCEPTED]
    assert [mail.recipient for mail in sent.service.mails] == [f"p{n}@x{n}.example" for n in (1, 2, 3)]
    assert sent.waits == ([1.0] if fault.retry_after else [])


async def test_no_answer_in_time_is_in_doubt_and_never_sent_again(begin: Begin) -> None:
    sent = begin(done(Act.HANG), people=1)

    result = await sent.run(answer=0.5)

    assert result.ending is Ending.DONE
    assert sent.outcomes == [State.IN_DOUBT]
    assert len(sent.service.mails) == 1


def hold_the_end_until(condition: Callable[[], bool], sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the end of the second mail leave only when a condition holds."""
    record = Ledger.record

    def planted(self: Ledger, sending: Sending, changes: Sequence[StateChange]) -> None:
        if any(change.state is State.IN_FLIGHT and change.position == 2 for change in changes):
            wait_for(condition)
        record(self, sending, changes)

    monkeypatch.setattr(Ledger, "record", planted)


@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.HEAD])
async def test_a_connection_lost_before_the_end_of_the_mail_leaves_nobody_in_doubt(
    phase: Phase, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = done(Act.RESET, phase)
    sent = begin(openings=[None, lost]) if phase is Phase.CONNECT else begin(heads=[None, lost])
    hold_the_end_until(lambda: any(e.act == Act.RESET for e in sent.service.notes.entries), sent, monkeypatch)

    result = await sent.run()

    assert result.ending is Ending.DONE
    assert sent.outcomes == [State.ACCEPTED, State.QUEUED, State.ACCEPTED, State.ACCEPTED]
    assert everybody_has_it_once(sent, 3)
    assert len(sent.waits) == 0  # zero seconds are no wait


async def test_a_service_that_is_not_there_costs_nobody_a_mail(begin: Begin) -> None:
    sent = begin(openings=[done(Act.REFUSE, Phase.CONNECT)] * 2)

    result = await sent.run(retry=Retry(server=(0.05, 0.1), recipient=(0.0, 0.0), patience=60.0))

    assert result.ending is Ending.DONE
    assert sent.people(State.ACCEPTED) + sent.people(State.IN_DOUBT) == 3
    assert State.ACCEPTED in sent.outcomes


# ── doubts ──


@pytest.mark.parametrize("connections", [1, 4])
async def test_five_doubts_in_a_row_end_the_run(connections: int, begin: Begin) -> None:
    sent = begin(always=done(Act.CLOSE), people=9)

    result = await sent.run(connections)

    assert result.ending is Ending.GAVE_UP
    assert "5 mails in doubt" in result.words
    assert (sent.people(State.IN_DOUBT), sent.people(State.QUEUED)) == (5, 4)
    assert len(sent.service.mails) == 5


async def test_doubts_with_an_accepted_mail_between_them_do_not(begin: Begin) -> None:
    four = [said("500 ErrorInternalServerError")] * 4
    sent = begin(*four, None, *four, None, people=10)

    result = await sent.run()

    assert result.ending is Ending.DONE
    assert (sent.people(State.IN_DOUBT), sent.people(State.ACCEPTED)) == (8, 2)


async def test_a_mail_is_in_flight_in_the_ledger_before_its_last_byte_comes(begin: Begin, tmp_path: Path) -> None:
    sent, seen = begin(), []

    def look(accepted: int) -> None:
        with contextlib.closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
            seen.append(connection.execute("SELECT state FROM recipient WHERE position = ?", [accepted]).fetchone()[0])

    sent.service.notes.on_mail = look

    await sent.run()

    assert seen == ["in_flight"] * 3


# ── limits ──


async def test_four_requests_at_a_time_and_no_more(begin: Begin) -> None:
    sent = begin(people=25)
    sent.service.waits_for = 25

    result = await sent.run(connections=4)

    assert result.ending is Ending.DONE
    assert max(sent.service.crowds) == 4
    assert sent.service.crowds[0] == 1
    assert sent.service.wrongs == []
    assert everybody_has_it_once(sent, 25)


# ── tokens ──


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("rotates", [False, True])
async def test_tokens_that_end_in_the_middle_cost_nobody_a_mail_and_give_nobody_two(
    connections: int,
    rotates: bool,  # noqa: FBT001 - from the table
    begin: Begin,
    issuer: Issuer,
) -> None:
    issuer.rotates = rotates
    sent = begin(people=50)
    sent.service.notes.on_mail = lambda accepted: issuer.end_access() if accepted in (7, 30) else None

    result = await sent.run(connections)

    assert result.ending is Ending.DONE
    assert everybody_has_it_once(sent, 50)
    assert issuer.refreshes() == 3


async def test_a_provider_that_is_away_in_the_middle_costs_nobody_a_mail(begin: Begin, issuer: Issuer) -> None:
    def trouble(accepted: int) -> None:
        if accepted == 7:
            issuer.busy = 3
            issuer.end_access()

    sent = begin(people=20)
    sent.service.notes.on_mail = trouble

    result = await sent.run(connections=4)

    assert result.ending is Ending.DONE
    assert everybody_has_it_once(sent, 20)
    assert issuer.busy == 0


async def test_a_permission_that_is_taken_back_in_the_middle_stops_all_and_loses_nobody(
    begin: Begin, issuer: Issuer
) -> None:
    sent = begin(people=20)
    sent.service.notes.on_mail = lambda accepted: issuer.revoke() if accepted == 7 else None

    refusal = await sent.refusal(connections=4)

    assert refusal.code == "W867"
    assert 7 <= sent.people(State.ACCEPTED) == sum(sent.service.recipients.values()) < 20
    assert sent.people(State.ACCEPTED) + sent.people(State.QUEUED) == 20


async def test_a_permission_that_was_taken_back_before_stops_it_before_the_service_is_asked(
    begin: Begin, issuer: Issuer
) -> None:
    sent = begin()
    issuer.revoke()

    refusal = await sent.refusal(connections=4)

    assert refusal.code == "W867"
    assert sent.service.connections == 0
    assert sent.people(State.QUEUED) == 3


async def test_a_token_that_the_service_repeats_is_not_shown(begin: Begin, issuer: Issuer, ledger: Ledger) -> None:
    def repeat(_accepted: int) -> None:
        sent.service.script.answers = [said(f"400 ErrorInvalidRecipients: no Bearer {issuer.secrets[-1]}")]

    sent = begin(people=2)
    sent.service.notes.on_mail = repeat

    await sent.run()

    [refused] = ledger.rows(sent.sending, State.REFUSED)
    assert refused.text.startswith("no Bearer ")
    assert not [secret for secret in issuer.secrets if secret in f"{refused}{sent.progress}"]


# ── stops ──


async def test_a_stop_in_the_middle_finishes_what_is_under_way(begin: Begin) -> None:
    sent = begin(people=40)
    loop = asyncio.get_running_loop()
    sent.service.notes.on_mail = lambda n: n == 10 and loop.call_soon_threadsafe(sent.stop.set)

    result = await sent.run(connections=4)

    assert result.ending is Ending.STOPPED
    assert 10 <= sent.people(State.ACCEPTED) == len(sent.service.recipients) < 40
    assert sent.people(State.ACCEPTED) + sent.people(State.QUEUED) == 40


async def test_a_stop_waits_no_longer_than_its_grace_for_an_answer(begin: Begin) -> None:
    sent = begin(done(Act.HANG, accepted=True))
    loop = asyncio.get_running_loop()
    sent.service.notes.on_mail = lambda _n: loop.call_soon_threadsafe(sent.stop.set)

    result = await sent.run(retry=Retry(server=(0.0, 0.0), recipient=(0.0, 0.0), patience=60.0, grace=0.1))

    assert result.ending is Ending.STOPPED
    assert (sent.people(State.IN_DOUBT), sent.people(State.QUEUED)) == (1, 2)


# ── the command ──


def test_a_rehearsal_writes_the_bytes_that_graph_gets(issuer: Issuer, tmp_path: Path) -> None:
    def ccmail(*words: str) -> None:
        command = [sys.executable, "-m", "ccmail", *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", timeout=240, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    with graph_running(GraphService(issuer, Script())) as service:
        graph = WAYS["graph"]
        make_workspace(tmp_path, graph.settings(Scenario(), service.place, True), people=5)  # noqa: FBT003
        graph.let_in(tmp_path, service.place)
        ccmail("send", CAMPAIGN, "--rehearse")
        ccmail("send", CAMPAIGN, "--untested", "--confirm", "5")

    rehearsed = {file: file.read_bytes() for file in (tmp_path / ".ccmail" / "outbox" / CAMPAIGN).glob("*.eml")}
    digests = {mail.recipient: mail.sha256 for mail in service.mails}
    assert len(digests) == len(rehearsed) == 5
    assert {hashlib.sha256(data).hexdigest() for data in rehearsed.values()} == set(digests.values())
    assert service.wrongs == []
