"""A sending that goes on after the files have changed: nobody twice, nobody lost, nobody new without confirmation."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shell import Shell, connect
from tests.e2e.terminal import at_a_terminal

pytestmark = pytest.mark.slow

Server = Any
KIM, NEW = "kim.muster@leipzig.example", "neu@kassel.example"
OLD_TEXT, NEW_TEXT = b"The sun is shining.", b"It is raining."
PATIENT = "rate: none\n  retry: {server: 10ms..50ms, recipient: 10ms..50ms, patience: 1s}"
SEND = ("send", "news", "--untested")


@pytest.fixture
def begun(news: Shell, smtpd: Server) -> Shell:
    """`news` was sent to the five people of the German list; six are left."""
    connect(news, smtpd, settings=PATIENT)
    assert news.json(*SEND, "--segment", "german", "--confirm", "5")["result"]["n"] == 5
    return news


def change_text(shell: Shell) -> None:
    shell.edit("campaigns/news.yaml", "The sun is shining.", "It is raining.")
    shell.edit("campaigns/news.yaml", "Die Sonne scheint.", "Es regnet.")


def add(shell: Shell, address: str, to: str = "german") -> None:
    with (shell.folder / "recipients" / f"{to}.csv").open("a", encoding="utf-8") as file:
        file.write(f"{address}\n")


def take_off(shell: Shell, address: str) -> None:
    for path in (shell.folder / "recipients" / f"{name}.csv" for name in ("german", "international")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if address not in line), encoding="utf-8")


def texts(smtpd: Server) -> dict[str, bytes]:
    """Return the one of the two texts that each address got; fails if an address got two mails."""
    assert len(set(smtpd.recipients)) == len(smtpd.recipients)
    got = {}
    for mail in smtpd.mails:
        german = {b"Die Sonne scheint.": OLD_TEXT, b"Es regnet.": NEW_TEXT}
        (got[mail.envelope_to[0]],) = {
            english for word, english in {**german, OLD_TEXT: OLD_TEXT, NEW_TEXT: NEW_TEXT}.items()
            if word in mail.content
        }  # fmt: skip
    return got


# ── days later ──


def test_whoever_gets_it_days_later_gets_a_mail_of_that_day(begun: Shell, smtpd: Server) -> None:
    begun.environment["CCMAIL_NOW"] = "2020-09-28T09:00"

    plan = begun.run("send", "-n", "news").stdout
    begun.run(*SEND, "--confirm", "6")

    assert "28 September 2020, 11:00 CEST: the mails say so too" in plan
    dates = [line for mail in smtpd.mails for line in mail.content.splitlines() if line.startswith(b"Date: ")]
    assert dates == [b"Date: Mon, 21 Sep 2020 11:00:00 +0200"] * 5 + [b"Date: Mon, 28 Sep 2020 11:00:00 +0200"] * 6


# ── the file has another name ──


def test_a_renamed_campaign_goes_to_nobody_again_without_a_word_for_it(begun: Shell, smtpd: Server) -> None:
    (begun.folder / "campaigns" / "news.yaml").rename(begun.folder / "campaigns" / "letter.yaml")
    send = ("send", "letter", "--untested", "--segment", "german", "--confirm", "5")

    checked = begun.run("check", "letter")
    refused = begun.run(*send, code=1)
    seen = begun.json("status")["campaigns"]
    listed = begun.run("status").stdout

    assert "warning[W810]" in checked.stdout
    assert "error[W810] 5 of these 5 people have had this mail on 21 Sep 2020" in refused.stderr
    assert [(one["id"], one["file"]) for one in seen if one["state"] != "draft"] == [("news", False)]
    assert "partly sent: 5 of 11" in listed
    assert "its file is gone" in listed
    assert len(smtpd.mails) == 5
    assert begun.json(*send, "--again")["result"]["accepted"] == 5


def test_a_lost_ledger_is_named_where_people_look(begun: Shell) -> None:
    for file in (begun.folder / ".ccmail").glob("ledger.sqlite*"):
        file.unlink()

    shown = [
        begun.run(*words).stdout + begun.run(*words).stderr
        for words in (("check", "news"), ("status",), ("status", "news"))
    ]
    refused = begun.run("send", "-n", "news", code=7)

    assert all("[W740]" in each for each in shown)
    assert "error[W740]" in refused.stderr
    assert begun.json("status")["problems"][0]["code"] == "W740"


# ── the text has changed ──


def test_a_changed_text_is_refused_with_what_has_changed(begun: Shell, smtpd: Server) -> None:
    change_text(begun)

    done = begun.run(*SEND, "--confirm", "6", code=1)

    assert "error[M610] this campaign changed after 5 people got it" in done.stderr
    assert "“The sun is shining.” → “It is raining.”" in done.stderr
    assert "--finish-old" in done.stderr
    assert "--confirm-change" in done.stderr
    assert len(smtpd.mails) == 5


def test_finish_old_sends_the_old_text_to_the_rest_of_the_old_list(begun: Shell, smtpd: Server) -> None:
    change_text(begun)
    add(begun, NEW)

    sent = begun.json(*SEND, "--finish-old", "--confirm", "6")

    assert sent["result"]["accepted"] == 11
    assert set(texts(smtpd).values()) == {OLD_TEXT}
    assert NEW not in smtpd.recipients


def test_confirm_change_sends_the_new_text_to_exactly_those_without_the_old_one(begun: Shell, smtpd: Server) -> None:
    before = set(smtpd.recipients)
    change_text(begun)
    add(begun, NEW)

    looked = begun.json("send", "-n", "news", "--confirm-change")
    sent = begun.json(*SEND, "--confirm-change", "--confirm", "7")

    assert looked["recipients"] == sent["recipients"] == looked["joining"] == 7
    assert looked["version"] == sent["version"]
    assert sent["result"]["accepted"] == sent["result"]["candidates"] == 12
    assert {address for address, text in texts(smtpd).items() if text == OLD_TEXT} == before
    assert NEW in smtpd.recipients


def test_after_confirm_change_a_further_change_is_shown_against_the_new_text(begun: Shell, smtpd: Server) -> None:
    change_text(begun)
    begun.run(*SEND, "--confirm-change", "--limit", "1", "--confirm", "1", code=4)
    begun.edit("campaigns/news.yaml", "It is raining.", "It is snowing.")

    done = begun.run(*SEND, "--confirm", "5", code=1)

    assert "“It is raining.” → “It is snowing.”" in done.stderr


@pytest.mark.smtpd(rcpt={"r.tamm@tartu.example": "550 5.1.1 unknown user"})
def test_who_was_refused_gets_the_new_text_too_if_they_are_tried_again(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd, settings=PATIENT)
    news.run(*SEND, "--segment", "international", "--confirm", "6")
    smtpd.replies = {}
    change_text(news)

    changed = news.json(*SEND, "--confirm-change", "--confirm", "5")
    again = news.json(*SEND, "--retry-refused", "--confirm", "1")

    assert changed["result"]["refused"] == 1
    assert again["result"]["n"] == 1
    assert texts(smtpd)["r.tamm@tartu.example"] == NEW_TEXT


@pytest.mark.parametrize(
    "words",
    [
        ("--confirm-change", "--finish-old"),
        ("--confirm-change", "--segment", "german"),
        ("--confirm-change", "--only", KIM),
    ],
)
def test_the_new_text_is_for_all_who_do_not_have_the_old_one(news: Shell, words: tuple[str, ...]) -> None:
    assert "error[W781]" in news.run("send", "news", *words, code=2).stderr


def test_a_change_of_which_nobody_is_to_hear_any_more_is_no_reason_to_fail(begun: Shell, smtpd: Server) -> None:
    begun.run(*SEND, "--confirm", "6")
    change_text(begun)
    take_off(begun, KIM)

    done = begun.run(*SEND, "--confirm-change", "--confirm", "0")

    assert "Nobody is left to send to." in done.stdout
    assert len(smtpd.mails) == 11


# ── the lists have changed ──


def test_new_people_join_only_after_their_number_was_given(begun: Shell, smtpd: Server) -> None:
    begun.run(*SEND, "--limit", "3", "--confirm", "3", code=4)
    add(begun, NEW)

    plan = begun.run("send", "-n", "news")
    at_start = begun.run(*SEND, "--confirm", "5", code=3)
    joined = begun.json(*SEND, "--confirm", "4")

    assert "Going on with the sending of 21 Sep 2020 11:00 CEST: 8 of 11 accepted, 4 to go" in plan.stdout
    assert "  joining     1 new on the lists" in plan.stdout
    assert "error[W706]" in at_start.stderr
    assert joined["result"]["accepted"] == 12
    assert smtpd.recipients.count(NEW) == 1
    assert set(texts(smtpd).values()) == {OLD_TEXT}


def test_a_plan_that_happens_to_have_the_first_number_can_be_confirmed(begun: Shell, smtpd: Server) -> None:
    begun.run(*SEND, "--limit", "2", "--confirm", "2", code=4)
    add(begun, NEW)

    screen, code = at_a_terminal(begun, list(SEND), "to stop: ", "5")

    assert "1 new on the lists" in screen
    assert "Type 5 to send" in screen
    assert code == 0
    assert len(texts(smtpd)) == 12


def test_the_number_of_the_beginning_lets_nobody_in_who_is_new(begun: Shell, smtpd: Server) -> None:
    begun.run(*SEND, "--limit", "2", "--confirm", "2", code=4)
    add(begun, NEW)

    refused = begun.json(*SEND, "--confirm", "5", code=3)
    others = [begun.json(*SEND, "--confirm", wrong, code=3) for wrong in ("3+2", "3+1", "5+0")]
    assert len(smtpd.recipients) == 7
    begun.run(*SEND, "--confirm", "4+1")

    assert refused["error"]["code"] == "W774"
    assert "--confirm 4+1" in refused["error"]["hint"]
    assert {other["error"]["code"] for other in others} == {"W706"}
    assert len(texts(smtpd)) == 12


@pytest.mark.parametrize("number", ["five", "-1", "1+", "+1", "1+1+1", ""])
def test_what_is_no_number_confirms_nothing(news: Shell, number: str) -> None:
    assert "is not a number of people" in news.run(*SEND, "--confirm", number, code=2).stderr


def test_the_number_of_the_beginning_may_be_that_of_a_changed_text(news: Shell, smtpd: Server) -> None:
    smtpd.replies = {"rcpt": "450 4.2.0 later"}
    connect(news, smtpd, settings="rate: none\n  retry: {server: 10ms..50ms, recipient: 10ms..50ms, patience: 100ms}")
    news.run(*SEND, "--confirm", "11", code=4)
    smtpd.replies = {}
    change_text(news)

    news.run(*SEND, "--confirm-change", "--confirm", "11")

    assert set(texts(smtpd).values()) == {NEW_TEXT}


def test_a_number_given_once_holds_until_all_have_it_as_long_as_nobody_joins(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd)
    news.run(*SEND, "--confirm", "3", "--limit", "3", code=4)
    news.run(*SEND, "--confirm", "8")

    assert len(texts(smtpd)) == 11


@pytest.mark.parametrize("look_only", [True, False])
def test_who_has_left_the_lists_or_unsubscribed_gets_nothing_more(
    begun: Shell, smtpd: Server, *, look_only: bool
) -> None:
    take_off(begun, "r.tamm@tartu.example")
    (begun.folder / "recipients" / "unsubscribed.csv").write_text("press@yerevan.example\n", encoding="utf-8")

    if look_only:
        plan = begun.json("send", "-n", "news")
        assert (plan["recipients"], plan["gone"]) == (4, 1)
        assert "  gone        1 not on the lists any more" in begun.run("send", "-n", "news").stdout
    sent = begun.json(*SEND, "--confirm", "4")

    assert (sent["gone"], sent["result"]["accepted"], sent["result"]["left_out"]) == (1, 9, 2)
    lines = begun.run("report", "news", "--jsonl").stdout
    assert '"reason": "not on the lists any more"' in lines
    assert '"reason": "unsubscribed"' in lines
    assert not {"r.tamm@tartu.example", "press@yerevan.example"} & set(smtpd.recipients)


def test_who_comes_back_to_the_lists_joins_again_and_gets_one_mail(begun: Shell, smtpd: Server) -> None:
    take_off(begun, "r.tamm@tartu.example")
    begun.run(*SEND, "--confirm", "5")
    add(begun, "r.tamm@tartu.example", "international")

    sent = begun.json(*SEND, "--confirm", "1")

    assert sent["joining"] == 1
    assert smtpd.recipients.count("r.tamm@tartu.example") == 1
    assert len(texts(smtpd)) == 11


# ── the ledger is damaged ──


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE compiled SET data = x'00'",
        "DELETE FROM parts",
        "UPDATE parts SET data = x'41'",
        "UPDATE recipient SET contact = '[' WHERE state = 'queued'",
    ],
)
def test_a_row_that_cannot_be_read_stops_the_sending_in_words(begun: Shell, smtpd: Server, damage: str) -> None:
    with sqlite3.connect(begun.folder / ".ccmail" / "ledger.sqlite") as ledger:
        assert ledger.execute(damage).rowcount

    done = begun.run(*SEND, "--confirm", "6", code=7)

    assert "error[W732] the ledger" in done.stderr
    assert "is damaged: " in done.stderr
    assert len(smtpd.recipients) == 5


def test_a_sending_of_an_older_ccmail_goes_on_with_mails_made_again(begun: Shell, smtpd: Server) -> None:
    with sqlite3.connect(begun.folder / ".ccmail" / "ledger.sqlite") as ledger:
        ledger.executescript("DELETE FROM compiled; DELETE FROM stretch; DELETE FROM parts;")

    refused = begun.run(*SEND, "--confirm", "6", code=7)
    done = begun.json(*SEND, "--confirm-change", "--confirm", "6")

    assert "error[W742] the ledger" in refused.stderr
    assert (done["result"]["n"], done["result"]["accepted"]) == (6, 11)
    assert len(texts(smtpd)) == 11


# ── refused people ──


@pytest.mark.smtpd(rcpt={KIM: "550 5.1.1 unknown user", "presse@rostock.example": "550 5.1.1 unknown user"})
def test_who_was_refused_is_tried_again_when_somebody_says_so_but_not_who_has_unsubscribed(
    news: Shell, smtpd: Server
) -> None:
    connect(news, smtpd, settings=PATIENT)
    news.run(*SEND, "--confirm", "11")
    smtpd.replies = {}
    (news.folder / "recipients" / "unsubscribed.csv").write_text("presse@rostock.example\n", encoding="utf-8")

    plainly = news.run(*SEND, "--confirm", "11")
    again = news.json(*SEND, "--retry-refused", "--confirm", "1")

    assert "Nobody is left to send to." in plainly.stdout
    assert (again["recipients"], again["result"]["n"], again["result"]["refused"]) == (1, 1, 1)
    assert KIM in smtpd.recipients
    assert "presse@rostock.example" not in smtpd.recipients


# ── where and when ──


def test_another_computer_that_sent_last_is_named(begun: Shell, smtpd: Server) -> None:
    with sqlite3.connect(begun.folder / ".ccmail" / "ledger.sqlite") as ledger:
        ledger.execute("update sending set host = 'office-pc'")
    ledger.close()

    looked = begun.json("send", "-n", "news")
    sent = begun.run(*SEND, "--confirm", "6")

    assert looked["warnings"] == [
        "this campaign was last sent from the computer office-pc: one computer only should send it"
    ]
    assert "warning: this campaign was last sent from the computer office-pc" in sent.stderr
    assert begun.json("send", "-n", "news")["warnings"] == []


def test_a_ledger_that_other_computers_see_is_warned_of_with_every_plan(news: Shell) -> None:
    news.folder = news.folder.rename(news.folder.parent / "OneDrive")

    (warning,) = news.json("send", "-n", "news")["warnings"]
    shown = news.run("send", "-n", "news").stderr

    assert "lies in a folder that OneDrive synchronises" in warning
    assert f"warning: {warning}" in shown


def test_when_it_has_become_too_late_the_rest_is_named_and_work_remains(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd)
    news.edit("campaigns/news.yaml", "de: {", "send_until: 21.9.2020 11:00\nde: {")
    news.environment["CCMAIL_NOW"] = "2020-09-21T08:59:59"
    news.run(*SEND, "--limit", "3", "--confirm", "3", code=4)
    connect(news, smtpd, settings="rate: 1 per minute")

    sent = news.run(*SEND, "--confirm", "8", code=4)

    left = 11 - len(smtpd.mails)
    assert 0 < left < 11
    assert f"{left} people never got it: it is too late now" in sent.stdout
    assert "run the same command again" not in sent.stdout
    assert f"  11 on the lists = {11 - left} accepted + {left} to go" in sent.stdout


def test_how_fast_a_run_was_is_part_of_its_result(news: Shell) -> None:
    result = news.json("send", "news")["result"]

    assert (result["n"], result["ending"]) == (11, "done")
    assert result["wall"] > 0
    assert result["cpu"] > 0
    assert sorted(Path(news.folder, ".ccmail", "outbox", "news").glob("*.eml"))
