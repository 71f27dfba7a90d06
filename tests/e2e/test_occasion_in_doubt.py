"""People in doubt of an update are named, settled and counted like those of a sending, each with its own command."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ccmail.preview.choice import Choice
from ccmail.preview.live_campaign import LiveCampaign
from tests.conftest import HANG_UP
from tests.e2e.shell import Shell, connect

pytestmark = pytest.mark.slow

# the shape of `Smtpd` in tests/conftest.py
Server = Any

RIDE = "2020-10-rad"
FILE = f"campaigns/{RIDE}.yaml"
CAMPAIGN = """\
type: announcement
event: {date: 7.10.2020, time: "13:00–15:30", place: Rathaus Bonn, register: "https://netz.example/r"}
de: {title: Radverkehr, text: Wir laden ein.}
en: {title: Cycling, text: You are invited.}
"""
KIM = "kim.muster@leipzig.example"
PATIENT = "rate: none\n  retry: {server: 10ms..50ms, recipient: 10ms..50ms, patience: 5s}"


@pytest.fixture
def invited(shell: Shell, smtpd: Server) -> Shell:
    """A workspace with an invitation that all eleven people have; since then the event was moved."""
    (shell.folder / FILE).write_text(CAMPAIGN, encoding="utf-8")
    connect(shell, smtpd, settings=PATIENT)
    shell.json("send", RIDE, "--untested", "--confirm", "11")
    shell.edit(FILE, "13:00–15:30", "14:00–16:30")
    return shell


@pytest.fixture
def doubtful(invited: Shell, smtpd: Server) -> Shell:
    """The same after an update that left Kim in doubt."""
    smtpd.replies = {"end": {KIM: HANG_UP}}
    invited.run("update", RIDE, "--untested", "--confirm", "11", code=6)
    smtpd.replies = {}
    return invited


def test_who_is_in_doubt_of_an_update_is_named_with_the_command_of_it(invited: Shell, smtpd: Server) -> None:
    smtpd.replies = {"end": {KIM: HANG_UP}}

    sent = invited.run("update", RIDE, "--untested", "--confirm", "11", code=6).stdout
    again = invited.run("update", RIDE, "--untested", code=6).stdout
    status = invited.run("status", RIDE).stdout
    overview = invited.run("status").stdout

    for said in (sent, again):
        assert f"    {KIM}\n  → ccmail resolve {RIDE} --of update" in said
    assert "update sent, 1 in doubt" in status
    assert f"  nobody can know whether they have it: ccmail resolve {RIDE} --of update" in status
    assert "sent, update sent, 1 in doubt" in overview
    assert f"Next   ccmail resolve {RIDE} --of update" in overview


def test_each_sending_has_its_own_people_in_doubt(doubtful: Shell) -> None:
    own, update = doubtful.json("resolve", RIDE), doubtful.json("resolve", RIDE, "--of", "update")
    listed = doubtful.run("resolve", RIDE, "--of", "update").stdout

    assert (own["purpose"], own["in_doubt"]) == ("campaign", [])
    assert (update["purpose"], [one["email"] for one in update["in_doubt"]]) == ("update", [KIM])
    assert "1 person in doubt in the update of 21 Sep 2020" in listed
    assert f"ccmail resolve {RIDE} --of update {KIM} --accepted" in listed


def test_who_has_the_update_by_a_persons_word_is_not_told_again(doubtful: Shell, smtpd: Server) -> None:
    before = len(smtpd.mails)

    resolved = doubtful.run("resolve", RIDE, KIM, "--of", "update", "--accepted").stdout
    doubtful.run("update", RIDE, "--untested", "--confirm", "0")

    assert "Recorded: 1 person has the mail." in resolved
    assert len(smtpd.mails) == before
    assert doubtful.json("report", RIDE, "--of", "update")["accepted"] == 11


def test_who_is_to_get_the_update_again_gets_the_very_same_mail(doubtful: Shell, smtpd: Server) -> None:
    before = len(smtpd.mails)

    resolved = doubtful.run("resolve", RIDE, "--all", "--of", "update", "--send-again").stdout
    overview = doubtful.run().stdout
    doubtful.json("update", RIDE, "--untested", "--confirm", "1")

    assert "1 person to go: the next `ccmail update` sends the mail again." in resolved
    assert "update partly sent: 10 of 11" in overview
    assert f"Next   ccmail update {RIDE}" in overview
    (again,) = smtpd.mails[before:]
    first = next(mail for mail in smtpd.mails[11:before] if mail.envelope_to == (KIM,))
    assert again.envelope_to == (KIM,)
    assert again.content == first.content


def test_somebody_who_is_not_in_doubt_of_the_update_is_refused_with_its_command(doubtful: Shell) -> None:
    refused = doubtful.json("resolve", RIDE, "r.tamm@tartu.example", "--accepted", "--of", "update", code=2)["error"]

    assert refused["code"] == "W780"
    assert f"ccmail resolve {RIDE} --of update lists who is in doubt" in refused["hint"]


def test_a_later_update_tells_those_in_doubt_of_the_earlier_one(doubtful: Shell, smtpd: Server) -> None:
    doubtful.edit(FILE, "14:00–16:30", "15:00–17:30")
    before = len(smtpd.mails)

    doubtful.run("update", RIDE, "--untested", "--confirm", "11")
    status = doubtful.run("status", RIDE).stdout

    assert KIM in {mail.envelope_to[0] for mail in smtpd.mails[before:]}
    assert "nobody can know whether they have it: the later update tells them, too" in status
    assert doubtful.json("resolve", RIDE, "--of", "update")["in_doubt"] == []


def test_of_an_earlier_reminder_the_command_is_named_that_writes_again(invited: Shell, smtpd: Server) -> None:
    invited.edit(FILE, "14:00–16:30", "13:00–15:30")
    smtpd.replies = {"end": {KIM: HANG_UP}}
    invited.run("remind", RIDE, "--untested", "--confirm", "11", code=6)
    smtpd.replies = {}
    invited.edit(FILE, "Wir laden ein.", "Wir laden noch einmal ein.")
    before = len(smtpd.mails)

    invited.run("remind", RIDE, "--again", "--untested", "--confirm", "11")
    status = invited.run("status", RIDE).stdout

    assert KIM in {mail.envelope_to[0] for mail in smtpd.mails[before:]}
    assert f"nobody can know whether they have it: ccmail remind {RIDE} --again writes to them once more" in status


def test_the_report_of_an_update_has_its_numbers_and_people(doubtful: Shell) -> None:
    own, update = doubtful.json("report", RIDE), doubtful.json("report", RIDE, "--of", "update")
    text = doubtful.run("report", RIDE, "--of", "update").stdout
    lines = [json.loads(line) for line in doubtful.run("report", RIDE, "--jsonl", "--of", "update").stdout.splitlines()]

    assert (own["purpose"], own["accepted"], own["in_doubt"]) == ("campaign", 11, 0)
    assert (update["purpose"], update["accepted"], update["in_doubt"]) == ("update", 10, 1)
    assert update["version"] != own["version"]
    assert text.startswith(f"{RIDE} · update sent, 1 in doubt · ")
    assert f"Next   ccmail resolve {RIDE} --of update" in text
    assert [line["email"] for line in lines if line["state"] == "in_doubt"] == [KIM]


@pytest.mark.parametrize(("word", "said"), [("update", "update"), ("remind", "reminder"), ("cancel", "cancellation")])
def test_what_was_never_sent_has_no_numbers_and_nobody_in_doubt(invited: Shell, word: str, said: str) -> None:
    report = invited.run("report", RIDE, "--of", word).stdout
    resolve = invited.run("resolve", RIDE, "--of", word).stdout
    lines = invited.run("report", RIDE, "--of", word, "--jsonl").stdout

    for text in (report, resolve):
        assert f"No {said} of {RIDE} has been sent yet." in text
        assert f"Next   ccmail {word} {RIDE}" in text
    assert lines == ""


def test_the_page_of_an_update_that_is_half_sent_counts_both_states(invited: Shell) -> None:
    invited.json("update", RIDE, "--untested", "--limit", "5", "--confirm", "5", code=4)

    page_state = LiveCampaign(invited.folder, f"{RIDE}.update").page_state(Choice())

    assert page_state.news is not None
    assert [(state.people, state.is_current) for state in page_state.news.states] == [(6, False), (5, True)]
    assert (page_state.people, page_state.served) == (11, 5)


def test_a_segment_that_is_gone_from_the_file_keeps_nobody_from_being_told_in_silence(invited: Shell) -> None:
    invited.edit(FILE, "de: {", "segments: {german: {contact: fatina}}\nde: {")

    refused = invited.json("update", RIDE, "-n", code=2)["error"]

    assert refused["code"] == "W858"
    assert "“international”" in refused["hint"]


def test_a_language_that_is_gone_from_the_file_is_asked_for_again(invited: Shell) -> None:
    # Anna Huber reads German, on the list of the English segment
    text = "\n".join(line for line in CAMPAIGN.splitlines() if not line.startswith("de:")) + "\n"
    (invited.folder / FILE).write_text(
        text.replace("13:00–15:30", "14:00–16:30") + "segments: {international: {contact: irakli}}\n", encoding="utf-8"
    )

    refused = invited.json("update", RIDE, "-n", code=2)["error"]

    assert refused["code"] == "W858"
