"""A person is erased: nothing that ccmail has written names them any more."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail import pipeline
from ccmail.audience import address_key
from ccmail.comments import Remark, add_comment, read_comments
from ccmail.delivery import Outbox
from ccmail.delivery.outbox import file_name
from ccmail.ledger import (
    Feedback,
    NewRecipient,
    Purpose,
    SendingKind,
    State,
    StateChange,
    SuppressionEntry,
    SuppressionReason,
    open_ledger,
    sole_sender,
    sqlite,
)
from ccmail.planning.approved_mails import approved_files
from ccmail.privacy.erasure import erase_recipient
from ccmail.privacy.lookup import find_personal_data
from ccmail.problems import AlreadySending, LedgerFailure
from ccmail.sending import test_run
from ccmail.sending.new import plan_new
from ccmail.sending.run import begin, run
from ccmail.suppression.keep import suppress
from ccmail.suppression.pseudonym import find_pseudonymiser
from ccmail.suppression.resubscribe import resubscribe
from ccmail.suppression.suppressed import read_suppressed
from ccmail.workspace import open_workspace
from ccmail.workspace.cache import PLACE
from tests.small_workspace import ADA, BO, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger

BO_ASCII = "bo@xn--kln-sna.example"
TRACES = (b"bo@", "köln".encode(), b"xn--kln-sna", b"@koln", b"000002-", "Möwe".encode(), b"M=C3=B6we", b"M\\u00f6we")
"""What only Bo has: the address in its spellings, the name of their mail's file, the last name in its spellings."""


@pytest.fixture
def full(small: SmallWorkspace) -> SmallWorkspace:
    """Bo is in every place in which somebody can be; nobody uses the ledger."""
    list_ = small.folder / "recipients" / "german.csv"
    list_.write_text(f"email,first_name,last_name\n{ADA},Ada,Weiß\n{BO},Bo,Möwe\n", encoding="utf-8")
    small.edit("campaigns/news.yaml", "Die Sonne scheint.", "'Die Sonne {{ last_name | upper }} scheint.'")
    workspace = small.workspace
    with open_ledger(workspace.ledger_file) as ledger:
        ledger.suppress([SuppressionEntry(address_key(BO), SuppressionReason.BOUNCED, ledger._now(), f"of {BO}")])
        resubscribe(workspace, BO, f"a letter of {BO}")
        suppress(
            workspace, ledger, [SuppressionEntry("zoe@kiel.example", SuppressionReason.BOUNCED, ledger._now(), "")]
        )
        outbox = Outbox(workspace.outbox / "news")
        rehearsal = begin(workspace, ledger, plan_new(small.request(ledger, rehearse=True)), 4, outbox)
        run(ledger, rehearsal, outbox, lambda _progress: None)
        draft = plan_new(small.request(ledger)).sending
        assert draft is not None
        real = ledger.confirm(draft, 4)
        for claim in ledger.claim(real, 2):
            said = f"250 queued for <{claim.email}>"
            ledger.record(real, [StateChange(claim.position, State.ACCEPTED, "end", 250, "", said)])
        came_back(ledger, real)
        ledger.mark_tested("news", real.version, (BO, ADA), real=True)
        ledger.approve("news", real.version, f"Bo <{BO}>")
    return small


def came_back(ledger: Ledger, sending: Sending) -> None:
    """A bounce and an answer of Bo, and an answer of Ada that names Bo."""
    now, key = ledger._now(), address_key(BO)
    bounce = {"class": "soft", "status": "4.2.2", "said": f"<{BO_ASCII}>: Herr Möwe is away", "sure": True}
    answer = {"partstat": "DECLINED", "attendee": BO, "comment": "Grüße, Möwe", "uid": "abc@netz.example"}
    delegated = {"partstat": "DELEGATED", "delegated_to": BO.upper()}
    ledger.add_feedback(
        [
            Feedback("1", "bounce", now, now, sending.id, 2, key, bounce),
            Feedback("2", "rsvp", now, now, sending.id, 2, key, answer),
            Feedback("3", "rsvp", now, now, sending.id, 1, ADA, delegated),
        ]
    )


def written(small: SmallWorkspace) -> Iterator[tuple[Path, bytes]]:
    """Yield every file that ccmail has written, with what is in it and how it is called."""
    for path in small.workspace.state.rglob("*"):
        if path.is_file():
            yield path, path.name.encode() + b"\n" + path.read_bytes()


def traces(small: SmallWorkspace) -> dict[str, list[bytes]]:
    """Return by file what of Bo is found there."""
    found = {path.name: [trace for trace in TRACES if trace in data] for path, data in written(small)}
    return {name: kinds for name, kinds in found.items() if kinds}


def real(ledger: Ledger) -> Sending:
    found = ledger.latest("news", SendingKind.SMTP)
    assert found is not None
    return found


# ── nothing is left ──


def test_no_byte_of_somebody_is_left_in_what_ccmail_has_written(full: SmallWorkspace) -> None:
    assert {".ccmail-outbox", "ledger.sqlite"} <= traces(full).keys()

    erase_recipient(full.workspace, BO)

    assert traces(full) == {}


def test_no_byte_is_left_in_the_write_ahead_log_either(full: SmallWorkspace) -> None:
    workspace = full.workspace
    with open_ledger(workspace.ledger_file) as other:  # whose connection keeps the log from being removed
        other.mark_tested("news", "7f3a-91c2", (BO,), real=True)
        assert any("-wal" in name for name in traces(full))
        erase_recipient(workspace, BO)

        assert traces(full) == {}


def test_texts_that_were_made_of_a_readers_fields_are_not_kept(
    full: SmallWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "cache"))
    workspace = open_workspace(full.folder)
    earlier = workspace.state / "cache"  # where the cache was once
    earlier.mkdir()
    (earlier / "1f.text.json").write_text("Bo", encoding="utf-8")
    workspace.cache.text(["a"], lambda: "Bo")

    erase_recipient(workspace, BO)

    assert not earlier.exists()
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_outbox_loses_their_mails_and_nobody_elses(full: SmallWorkspace) -> None:
    erase_recipient(full.workspace, BO)

    left = sorted(path.name for path in (full.workspace.outbox / "news").glob("*.eml"))
    assert left == ["000001-ada@bonn.example.eml", "000003-cy@tartu.example.eml", "000004-dee@gyumri.example.eml"]


def test_what_is_left_is_the_persons_own_and_is_named(full: SmallWorkspace) -> None:
    left = erase_recipient(full.workspace, BO_ASCII.upper())

    assert [(row.file, row.line) for row in left.lists] == [("recipients/german.csv", 3)]
    assert left.mails == ()
    assert all(mail.erased for mail in left.sendings)
    assert len(left.sendings) == 2


def test_of_a_test_nothing_is_left_in_which_somebody_was_shown(full: SmallWorkspace) -> None:
    full.edit("ccmail.yaml", "delivery: smtp", "delivery: outbox")
    full.put("german", BO)
    list_ = full.folder / "recipients" / "german.csv"
    list_.write_text(list_.read_text(encoding="utf-8").replace("Weiß", "Möwe"), encoding="utf-8")
    with open_ledger(full.workspace.ledger_file) as ledger:
        test_run.send_test(full.workspace, ledger, full.loaded(), test_run.TestOptions(to=["fatina"]))
    mails = full.workspace.outbox / "news.test"
    assert any(b"M=C3=B6we" in path.read_bytes() or b"M=C3=96WE" in path.read_bytes() for path in mails.glob("*.eml"))
    assert [row.delivery for row in find_personal_data(full.workspace, BO).sendings].count("test") == 1

    erase_recipient(full.workspace, BO)

    assert traces(full) == {}
    assert list(mails.glob("*.eml")) == []
    assert [row.delivery for row in find_personal_data(full.workspace, BO).sendings] == ["smtp", "outbox"]


def test_a_tester_is_in_no_test_any_more(small: SmallWorkspace) -> None:
    small.edit("ccmail.yaml", "delivery: smtp", "delivery: outbox")
    with open_ledger(small.workspace.ledger_file) as ledger:
        test_run.send_test(small.workspace, ledger, small.loaded(), test_run.TestOptions(to=[BO]))

    erase_recipient(small.workspace, BO)

    assert traces(small) == {}


def test_files_that_look_alike_are_not_confused(small: SmallWorkspace) -> None:
    box = Outbox(small.workspace.outbox / "news")
    addresses = ("a_b@x.example", "a!b@x.example", "a'b@x.example")
    names = [file_name(position, address) for position, address in enumerate(addresses, 1)]
    box.announce(names)
    for position, address in enumerate(addresses, 1):
        box.write(position, address, [f"To: <{address}>\r\n".encode()])

    erase_recipient(small.workspace, "a!b@x.example")

    assert [path.name for path in box.mails()] == [names[0], names[2]]
    assert (box.folder / ".ccmail-outbox").read_text("ascii").split() == [names[0], names[2]]


def test_a_copy_of_the_ledger_that_has_somebody_is_deleted(full: SmallWorkspace) -> None:
    theirs, others = (full.workspace.ledger_file.with_name(f"ledger.sqlite.before-{n}") for n in (5, 6))
    shutil.copy(full.workspace.ledger_file, theirs)
    others.write_bytes(b"SQLite format 3\0")

    erase_recipient(full.workspace, BO)

    assert (theirs.exists(), others.exists()) == (False, True)
    assert traces(full) == {}


def test_a_row_without_a_valid_address_is_erased_too(small: SmallWorkspace) -> None:
    with open_ledger(small.workspace.ledger_file) as ledger:
        now, text = ledger._now(), f"Bo Möwe <{BO_ASCII}"
        people = [NewRecipient(address_key(text), text, "german", left_out="invalid"), NewRecipient(ADA, ADA, "german")]
        ledger.start("news", SendingKind.SMTP, "7f3a-91c2", people, confirmed=1, dtstamp=now)
    assert [row.state for row in find_personal_data(small.workspace, BO).sendings] == ["left_out"]

    erase_recipient(small.workspace, BO)

    assert traces(small) == {}


def test_a_contact_person_stands_in_the_mails_of_others_and_that_is_said(small: SmallWorkspace) -> None:
    with open_ledger(small.workspace.ledger_file) as ledger:
        draft = plan_new(small.request(ledger)).sending
        assert draft is not None
        ledger.confirm(draft, 4)

    left = erase_recipient(small.workspace, "fatina@netz.example")

    assert left.mentions == ("news",)
    assert left.people == ("fatina",)


# ── nothing is said to be erased that is not ──


def test_while_somebody_reads_the_ledger_nobody_is_called_erased(
    full: SmallWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(full.workspace.ledger_file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM recipient").fetchone()

        with pytest.raises(LedgerFailure) as failure:
            erase_recipient(full.workspace, BO)

        assert failure.value.code == "W800"
        assert any("ledger" in name for name in traces(full))
    erase_recipient(full.workspace, BO)

    assert traces(full) == {}


def test_without_a_write_ahead_log_a_reader_keeps_it_from_being_called_erased_too(
    full: SmallWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.05)
    monkeypatch.setattr(sqlite, "_ALONE", sqlite._SHARED)
    file = full.workspace.ledger_file
    with closing(sqlite3.connect(file, isolation_level=None)) as reader, open_ledger(file) as ledger:
        ledger.erase(BO, "erased:0", person="person:0", is_theirs=lambda text: text == BO, blobs_in=lambda _data: ())
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM recipient").fetchone()

        with pytest.raises(LedgerFailure) as failure:
            ledger.scrub()

    assert failure.value.code == "W800"


def test_of_what_came_back_the_outcome_is_left(full: SmallWorkspace) -> None:
    left = erase_recipient(full.workspace, BO)

    assert [(each.kind, each.is_own, each.erased, dict(each.details)) for each in left.feedback] == [
        ("bounce", True, True, {"class": "soft", "status": "4.2.2", "sure": True}),
        ("rsvp", True, True, {"partstat": "DECLINED"}),
    ]
    with open_ledger(full.workspace.ledger_file) as ledger:
        assert [dict(each.details) for each in ledger.feedback(key=ADA)] == [{"partstat": "DELEGATED"}]


@pytest.mark.parametrize("purpose", [Purpose.UPDATE, Purpose.REMINDER, Purpose.CANCELLATION])
def test_from_updates_reminders_and_cancellations_they_go_too(full: SmallWorkspace, purpose: Purpose) -> None:
    with open_ledger(full.workspace.ledger_file) as ledger:
        person = NewRecipient(address_key(BO), BO, "german", contact={"last_name": "Möwe"}, message_id="<1@x>")
        now = ledger._now()
        sending = ledger.start(
            "news", SendingKind.SMTP, "v", [person], confirmed=1, dtstamp=now, purpose=purpose, number=1
        )
        ledger.claim(sending, 1)
        ledger.record(sending, [StateChange(1, State.IN_FLIGHT)])

    left = erase_recipient(full.workspace, BO)

    assert traces(full) == {}
    assert [(mail.purpose, mail.state) for mail in left.sendings if mail.purpose != "campaign"] == [
        (purpose.value, "in_doubt")
    ]


# ── the books ──


def test_the_books_balance_with_a_pseudonym_in_the_place_of_somebody(full: SmallWorkspace) -> None:
    with open_ledger(full.workspace.ledger_file) as ledger:
        before = ledger.counts(real(ledger))

    erase_recipient(full.workspace, BO)

    pseudonymise = find_pseudonymiser(full.workspace)
    assert pseudonymise is not None
    with open_ledger(full.workspace.ledger_file) as ledger:
        assert ledger.counts(real(ledger)) == before
        (row,) = ledger.rows(real(ledger), keys=[pseudonymise(address_key(BO))])
        assert (row.position, row.state) == (2, State.ACCEPTED)
        assert [test.to for test in ledger.tests()] == [(pseudonymise(address_key(BO)), ADA)]


def test_nobody_writes_to_somebody_who_was_erased_again(full: SmallWorkspace) -> None:
    erase_recipient(full.workspace, BO)

    with open_ledger(full.workspace.ledger_file) as ledger:
        assert address_key(BO) in read_suppressed(full.workspace, ledger)
        assert ADA not in read_suppressed(full.workspace, ledger)


def test_others_are_held_as_before(full: SmallWorkspace) -> None:
    erase_recipient(full.workspace, BO)

    with open_ledger(full.workspace.ledger_file) as ledger:
        (row,) = ledger.rows(real(ledger), keys=[ADA])
        assert (row.email, row.text) == (ADA, f"250 queued for <{ADA}>")
        assert dict(row.contact)["last_name"] == "Weiß"


def test_to_erase_somebody_twice_is_no_different(full: SmallWorkspace) -> None:
    once = erase_recipient(full.workspace, BO)
    again = erase_recipient(full.workspace, BO)

    assert again == once
    with open_ledger(full.workspace.ledger_file) as ledger:
        assert len(list(ledger.suppressed())) == 2  # with Zoe


def test_somebody_of_whom_nothing_is_held_gets_nothing_from_then_on(small: SmallWorkspace, ledger: Ledger) -> None:
    left = erase_recipient(small.workspace, "eve@kassel.example")

    assert left.sendings == ()
    assert "eve@kassel.example" in read_suppressed(small.workspace, ledger)


# ── while it is being sent ──


def test_somebody_cannot_be_erased_while_their_campaign_is_being_sent(full: SmallWorkspace) -> None:
    before = traces(full)

    with sole_sender(full.workspace.state, "news"), pytest.raises(AlreadySending):
        erase_recipient(full.workspace, BO)

    assert {name: kinds for name, kinds in traces(full).items() if name in before} == before


def test_a_campaign_in_which_they_are_not_may_be_sent_meanwhile(full: SmallWorkspace) -> None:
    with open_ledger(full.workspace.ledger_file) as ledger:
        now, people = ledger._now(), [NewRecipient(ADA, ADA, "german")]
        ledger.start("other", SendingKind.SMTP, "7f3a-91c2", people, confirmed=1, dtstamp=now)

    with sole_sender(full.workspace.state, "other"):
        erase_recipient(full.workspace, BO)

    assert traces(full) == {}


def test_what_a_dead_process_left_in_flight_is_in_doubt_not_left_out(small: SmallWorkspace, ledger: Ledger) -> None:
    draft = plan_new(small.request(ledger)).sending
    assert draft is not None
    sending = ledger.confirm(draft, 4)
    for claim in ledger.claim(sending, 2):
        ledger.record(sending, [StateChange(claim.position, State.IN_FLIGHT)])

    erase_recipient(small.workspace, BO)

    states = {row.position: row.state for row in ledger.rows(sending)}
    assert states == {1: State.IN_DOUBT, 2: State.IN_DOUBT, 3: State.QUEUED, 4: State.QUEUED}


def test_mails_that_cannot_be_read_stop_the_erasure(full: SmallWorkspace) -> None:
    with sqlite3.connect(full.workspace.ledger_file) as connection:
        connection.execute("UPDATE compiled SET data = x'00'")
    connection.close()

    with pytest.raises(LedgerFailure) as failure:
        erase_recipient(full.workspace, BO)

    assert failure.value.code == "W732"


def test_comments_and_approved_mails_lose_the_address(full: SmallWorkspace) -> None:
    full.edit("campaigns/news.yaml", "Die Sonne", f"Fragen an {BO}: Die Sonne")  # a contact person can be erased, too
    workspace = full.workspace
    version = pipeline.preview(workspace, "news").version
    with open_ledger(workspace.ledger_file) as ledger:
        pipeline.approve(workspace, ledger, "news", version, "Ria")
    add_comment(
        workspace, "news", Remark("Ria", f"eins\nSchreibt {BO} das auch?\ndrei", "de.text/1", f"Fragen an {BO}")
    )
    add_comment(workspace, "news", Remark(BO, "von mir"))
    named = find_personal_data(workspace, BO)

    left = erase_recipient(workspace, BO)

    comments, problems = read_comments(workspace, "news")
    assert "campaigns/news.comments.md" in named.files
    assert len(named.files) == 3  # and the two kept German mails, one for each segment
    assert (left.files, problems, approved_german(full)) == ((), (), [])
    assert [(c.remark.by, c.remark.words, c.remark.text) for c in comments] == [
        ("Ria", "(erased)", "eins\n(erased)\ndrei"),
        ("(erased)", "", "von mir"),
    ]


def approved_german(small: SmallWorkspace) -> list[Path]:
    return [path for path in approved_files(small.workspace) if path.name.endswith(".de.eml")]
