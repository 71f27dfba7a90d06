"""Workers send what a person has confirmed: the same people, the same mails, the same promise as one process."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import psycopg
import pytest

from ccmail.delivery import Ending, Progress, Watched
from ccmail.jobs import BY_WORKERS, Batch, open_queue
from ccmail.ledger import State, StateChange, SuppressionEntry, SuppressionReason, open_ledger
from ccmail.problems import AlreadySending, CcmailError, UsageError
from ccmail.sending.pausing import continue_sending
from ccmail.suppression.unsubscribe import unsubscribe
from ccmail.worker.batch_handler import BatchHandler
from ccmail.worker.counters import Counters
from ccmail.worker.log import Log
from ccmail.worker.process import refuse_unready
from ccmail.worker.state import read_state
from ccmail.workspace.key import token_key
from tests.small_workspace import ADA, BO, CAMPAIGN, CY, DEE, SmallWorkspace
from tests.waiting import wait_for
from tests.worker.conftest import City, Worker

pytestmark = [pytest.mark.pg, pytest.mark.smtpd(security="none")]

_LONG = 240  # seconds
EVERYBODY = sorted([ADA, "bo@xn--kln-sna.example", CY, DEE])


def test_everybody_gets_the_mail_once_and_the_books_say_so(city: City) -> None:
    heard: list[Progress] = []
    with city.worker():
        sent = city.send(heard.append)

    assert city.got() == EVERYBODY
    assert set(city.states().values()) == {"accepted"}
    assert (sent.accepted, sent.left, sent.result.ending, sent.by_workers) == (4, 0, Ending.DONE, True)
    assert [each.done for each in heard if isinstance(each, Watched)][-1] == 4
    assert (city.small.folder / ".ccmail" / f"{CAMPAIGN}.sent").exists()


def test_without_a_worker_the_process_sends_itself(city: City) -> None:
    assert not city.send().by_workers

    assert city.got() == EVERYBODY


def test_a_worker_needs_neither_campaigns_nor_templates_nor_lists(city: City, tmp_path: Path) -> None:
    token_key(city.small.workspace)
    elsewhere = city.elsewhere(tmp_path / "elsewhere")
    with Worker(elsewhere):
        sent = city.send()

    assert sent.accepted == 4
    texts = (b"Die Sonne scheint.", b"The sun is shining.")
    assert all(any(text in mail.content for text in texts) for mail in city.server.mails)


def test_only_those_get_it_whom_the_person_has_confirmed(city: City) -> None:
    with city.worker():
        city.send(segment="german")
        assert len(city.got()) == 2
        sent = city.send(only=CY)
        assert city.got() == sorted(set(EVERYBODY) - {DEE})

    assert sent.left == 0
    assert city.states()[DEE] == "queued"


def test_a_limit_is_kept(city: City) -> None:
    with city.worker():
        sent = city.send(limit=3)

    assert len(city.got()) == 3
    assert sent.left == 1


def test_two_workers_share_a_sending(city: City) -> None:
    with city.worker() as one, city.worker() as two:
        city.send()

    batches = one.counters.batches + two.counters.batches
    assert city.got() == EVERYBODY
    assert batches >= 1


def test_whoever_is_suppressed_after_the_number_was_typed_is_left_out(city: City) -> None:
    with city.sent_before_workers_come() as sending:
        now = dt.datetime.now(dt.UTC)
        city.ledger.suppress([SuppressionEntry(CY, SuppressionReason.UNSUBSCRIBED, now, "test")])
        with city.worker():
            sent = sending.result(_LONG)

    assert city.got() == sorted(set(EVERYBODY) - {CY})
    assert sent.left_out == {SuppressionReason.UNSUBSCRIBED.value: 1}


@pytest.mark.smtpd(security="none", mail="550 5.7.1 sender refused")
def test_a_server_that_takes_nothing_pauses_the_campaign_for_all(city: City) -> None:
    with city.worker() as worker:
        sent = city.send()

        assert sent.refusal is not None
        assert sent.refusal.code == "W967"
        assert "sender refused" in str(sent.refusal)
        paused = city.ledger.pauses.of(CAMPAIGN)
        assert paused is not None
        assert paused.by == BY_WORKERS
        assert "campaign_stops" in worker.events
        assert set(city.states().values()) == {"queued"}

        city.server.replies = {}
        continue_sending(city.small.workspace, city.ledger, CAMPAIGN)
        wait_for(lambda: set(city.states().values()) == {"accepted"})

    assert city.got() == EVERYBODY


def test_a_pause_parks_the_batches_and_continue_lets_them_run(city: City) -> None:
    with city.sent_before_workers_come() as sending:
        city.ledger.pauses.pause(CAMPAIGN, "kim")
        with city.worker():
            wait_for(lambda: city.waiting() == 0)
            assert not sending.done()
            assert city.got() == []

            continue_sending(city.small.workspace, city.ledger, CAMPAIGN)
            sent = sending.result(_LONG)

    assert (sent.accepted, city.got()) == (4, EVERYBODY)


def test_a_batch_that_is_parked_while_somebody_continues_is_not_forgotten(city: City) -> None:
    """The worker has seen the pause; before it has parked the batch, the pause is over."""
    with city.sent_before_workers_come() as sending:
        queue = open_queue(city.small.workspace)
        handler = BatchHandler(city.small.workspace, city.ledger, queue, Log(io.StringIO(), "json"), Counters())
        batch = Batch(city.sending.id, 1, 4)

        handler._park(city.sending, [batch])
        assert city.waiting() == 2

        city.ledger.pauses.pause(CAMPAIGN, "kim")
        handler._park(city.sending, [batch])
        assert city.waiting() == 2
        continue_sending(city.small.workspace, city.ledger, CAMPAIGN)
        assert city.waiting() == 3
        with city.worker():
            sending.result(_LONG)

    assert city.got() == EVERYBODY


@pytest.mark.smtpd(security="none", rcpt={BO: "450 4.2.1 later", "bo@xn--kln-sna.example": "450 4.2.1 later"})
def test_a_deferred_person_is_tried_again_by_a_batch_of_their_own(city: City) -> None:
    city.small.edit("ccmail.yaml", "security: none", "security: none, retry: {recipient: 1 s .. 2 s, patience: 60 s}")
    with city.worker() as worker:
        seen: list[int] = []

        def report(progress: Progress) -> None:
            if isinstance(progress, Watched):
                seen.append(progress.done)
                if progress.done == 3:
                    city.server.replies = {}

        sent = city.send(report)

    assert sent.accepted == 4
    assert 3 in seen
    assert city.got() == EVERYBODY
    assert worker.counters.totals()[State.DEFERRED] >= 1


@pytest.mark.smtpd(security="none", rcpt={"bo@xn--kln-sna.example": "450 4.2.1 later"})
def test_after_the_patience_a_deferred_person_stays_deferred(city: City) -> None:
    city.small.edit("ccmail.yaml", "security: none", "security: none, retry: {recipient: 1 s .. 1 s, patience: 2 s}")
    with city.worker():
        sent = city.send()

    assert city.states()[BO] == "deferred"
    assert (sent.accepted, sent.left) == (3, 1)


def test_a_worker_that_would_sign_otherwise_leaves_the_mails_to_others(city: City, tmp_path: Path) -> None:
    token_key(city.small.workspace)
    elsewhere = city.elsewhere(tmp_path / "elsewhere")
    key = tmp_path / "dkim.pem"
    _write_key(key)
    dkim = f"security: none, dkim: [{{domain: netz.example, selector: s, key: 'file:{key}'}}]"
    elsewhere.edit("ccmail.yaml", "security: none", dkim)
    with city.sent_before_workers_come() as sending:
        with Worker(elsewhere) as wrong:
            wait_for(lambda: "cannot_send" in wrong.events)
        assert city.got() == []
        assert set(city.states().values()) == {"queued"}
        with psycopg.connect(str(city.small.workspace.ledger_place)) as connection:
            connection.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")  # they would come in half a minute
        with city.worker():
            sending.result(_LONG)

    assert city.got() == EVERYBODY


def test_a_worker_with_another_key_for_bounces_does_not_begin(city: City, tmp_path: Path) -> None:
    with city.worker():
        city.send()
    elsewhere = city.elsewhere(tmp_path / "elsewhere")
    refuse_unready(elsewhere.workspace, open_queue(elsewhere.workspace))
    key = elsewhere.folder / ".ccmail" / "tokens.key"

    key.write_bytes(b"another key, but long enough")
    with pytest.raises(CcmailError, match="another one") as other:
        refuse_unready(elsewhere.workspace, open_queue(elsewhere.workspace))
    key.unlink()
    with pytest.raises(CcmailError, match="missing") as missing:
        refuse_unready(elsewhere.workspace, open_queue(elsewhere.workspace))

    assert (other.value.code, missing.value.code) == ("W943", "W966")
    assert not key.exists()


def test_a_worker_that_only_rehearses_does_not_begin(city: City) -> None:
    city.small.edit("ccmail.yaml", "delivery: smtp", "delivery: outbox")

    with pytest.raises(UsageError) as refusal:
        refuse_unready(city.small.workspace, open_queue(city.small.workspace))

    assert refusal.value.code == "W965"


def test_workers_need_a_server_for_the_ledger(small: SmallWorkspace) -> None:
    with pytest.raises(UsageError) as refusal:
        open_queue(small.workspace)

    assert refusal.value.code == "W960"


def test_whoever_is_added_to_the_list_of_one_computer_is_left_out_by_the_workers_of_another(
    city: City, tmp_path: Path
) -> None:
    token_key(city.small.workspace)
    elsewhere = city.elsewhere(tmp_path / "elsewhere")
    with city.sent_before_workers_come() as sending:
        city.small.unsubscribe(DEE)  # by an editor; the process that watches sees it
        wait_for(lambda: bool(city.ledger.suppressed()))
        unsubscribe(city.small.workspace, [CY])
        with Worker(elsewhere):
            sending.result(_LONG)

    assert city.got() == sorted(set(EVERYBODY) - {CY, DEE})
    assert not (elsewhere.folder / "recipients").exists()


def test_a_job_names_nobody(city: City) -> None:
    with city.sent_before_workers_come(only=CY) as sending:
        with psycopg.connect(str(city.small.workspace.ledger_place)) as connection:
            (job,) = connection.execute("SELECT procrastinate_jobs::text FROM procrastinate_jobs").fetchall()
        with city.worker():
            sending.result(_LONG)

    assert "cy" not in job[0].lower()
    assert city.got() == [CY]


# ── the end of a worker ──


def test_a_worker_that_stops_gives_its_batches_back(city: City) -> None:
    with city.sent_before_workers_come() as sending:
        with city.worker() as first:
            wait_for(lambda: bool(city.server.mails))
        left = [state for state in city.states().values() if state != "accepted"]
        assert set(left) <= {"queued"}
        assert "worker_ends" in first.events
        assert [worker.host for worker in city.ledger.workers.all()] == ["about to come"]
        if left:
            with city.worker():
                sending.result(_LONG)
        sending.result(_LONG)

    assert city.got() == EVERYBODY


def test_a_worker_that_was_buried_begins_anew(city: City) -> None:
    with city.worker(stale=1.0) as worker:
        (row,) = city.ledger.workers.all()
        city.ledger.bury(row.id)
        wait_for(lambda: worker.events.count("worker_begins") == 2)

        sent = city.send()

    assert "was_buried" in worker.events
    assert sent.accepted == 4


def test_a_dead_worker_is_buried_by_another_and_its_people_are_served(city: City) -> None:
    with city.sent_before_workers_come() as sending, open_ledger(city.small.workspace.ledger_place) as dead:
        dead.work_as(dead.workers.register("dead", 7, patience=0.1))
        claimed = dead.claim(city.sending, 2)
        dead.record(city.sending, [StateChange(claimed[0].position, State.IN_FLIGHT)])
        with city.worker(stale=1.0) as worker:
            sent = sending.result(_LONG)

    assert "worker_buried" in worker.events
    assert sorted(city.states().values()) == ["accepted", "accepted", "accepted", "in_doubt"]
    assert sent.left == 0
    assert len(city.got()) == 3
    state = read_state(city.small.workspace, open_queue(city.small.workspace))
    assert (state.in_doubt, state.jobs, state.paused) == (1, 0, 0)


def test_nobody_plans_a_campaign_while_workers_have_it(city: City, postgresql: str) -> None:
    with open_ledger(postgresql) as worker, worker.sharing(CAMPAIGN), pytest.raises(AlreadySending):
        city.send()

    city.send()
    assert city.got() == EVERYBODY


def test_a_worker_waits_while_somebody_plans(city: City, postgresql: str) -> None:
    with city.sent_before_workers_come() as sending:
        wait_for(lambda: not city.ledger.sender(CAMPAIGN))
        with open_ledger(postgresql) as planning, planning.alone_with(CAMPAIGN), city.worker():
            wait_for(lambda: city.waiting() > 0 or sending.done())
            assert city.got() == []
            planning.let_go()
            sending.result(_LONG)

    assert city.got() == EVERYBODY


def _write_key(path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    path.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
