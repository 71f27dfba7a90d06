"""What happens to an event after its invitation: the time moves, people are reminded, it is called off."""

from __future__ import annotations

import email
import email.policy
import json
import re
import shutil
from pathlib import Path
from typing import Any

import icalendar
import pytest

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
EVERYBODY = 11


@pytest.fixture
def ride(shell: Shell, smtpd: Server) -> Shell:
    """A workspace with an invitation that nobody has got yet, and a mail server."""
    (shell.folder / FILE).write_text(CAMPAIGN, encoding="utf-8")
    connect(shell, smtpd)
    return shell


@pytest.fixture
def invited(ride: Shell) -> Shell:
    """The same after everybody got it."""
    ride.json("send", RIDE, "--untested", "--confirm", str(EVERYBODY))
    return ride


def later(shell: Shell, now: str = "2020-09-22T09:00") -> None:
    shell.environment["CCMAIL_NOW"] = now


def move(shell: Shell, old: str = "13:00–15:30", new: str = "14:00–16:30") -> None:
    shell.edit(FILE, old, new)


def people(shell: Shell, command: str, *options: str) -> int:
    return int(shell.json(command, RIDE, "-n", *options)["recipients"])


def go(shell: Shell, command: str, *options: str, code: int = 0) -> Any:
    """Run `update`, `remind` or `cancel` with the number of its plan."""
    number = people(shell, command, *(o for o in options if o != "--limit" and not o.isdigit()))
    limit = [int(word) for word in options if word.isdigit()]
    return shell.json(command, RIDE, "--untested", "--confirm", str(min([number, *limit])), *options, code=code)


def mails(smtpd: Server, since: int = 0, until: int | None = None) -> dict[str, Any]:
    """Return the mails of the server from one number to another, by recipient; each got one."""
    found = {}
    for mail in smtpd.mails[since:until]:
        (address,) = mail.envelope_to
        assert address not in found
        found[address] = email.message_from_bytes(mail.content, policy=email.policy.default)
    return found


def entry(mail: Any) -> Any:
    """Return the calendar entry of a mail, read by icalendar."""
    (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    file = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    (event,) = file.walk("VEVENT")
    event["X-METHOD"] = str(file["METHOD"])
    return event


def file_of(mail: Any) -> bytes:
    (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return bytes(part.get_payload(decode=True))


def sequences(found: dict[str, Any]) -> dict[str, int]:
    return {address: int(entry(mail)["SEQUENCE"]) for address, mail in found.items()}


def write_list(shell: Shell, change: str, line: str) -> None:
    path = shell.folder / "recipients" / "german.csv"
    text = path.read_text(encoding="utf-8-sig")
    lines = text.splitlines(keepends=True)
    separator = ";" if ";" in lines[0] else ","
    if change == "add":
        columns = lines[0].strip().split(separator)
        row = {"email": line, "E-Mail": line}
        lines.append(separator.join(row.get(name, "") for name in columns) + "\n")
    else:
        lines = [each for each in lines if line not in each]
    path.write_text("".join(lines), encoding="utf-8")


# ── update ──


def test_a_new_time_moves_the_entry_of_everybody_who_has_it(invited: Shell, smtpd: Server) -> None:
    before = mails(smtpd)
    later(invited)
    move(invited)

    planned = invited.json("update", RIDE, "-n")
    done = go(invited, "update")

    after = mails(smtpd, EVERYBODY)
    changed = {(c["fact"], c["before"], c["now"]) for c in planned["event"]["changed"]}
    assert changed == {("event.time (begin)", "13:00", "14:00"), ("event.time (end)", "15:30", "16:30")}
    assert (planned["event"]["sequence_before"], planned["event"]["sequence"]) == (0, 1)
    assert done["result"]["accepted"] == EVERYBODY
    assert after.keys() == before.keys()
    for address, mail in after.items():
        old, new = entry(before[address]), entry(mail)
        assert (new["UID"], int(new["SEQUENCE"]), new["X-METHOD"]) == (old["UID"], 1, "PUBLISH")
        assert new["DTSTAMP"].dt > old["DTSTAMP"].dt
        assert new.start.hour == 14
        assert mail["Message-ID"] != before[address]["Message-ID"]


def test_an_update_says_first_what_has_changed_in_each_language(invited: Shell, smtpd: Server) -> None:
    move(invited)

    go(invited, "update")

    for mail in mails(smtpd, EVERYBODY).values():
        german = mail["Content-Language"] == "de"
        text = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        assert mail["Subject"].startswith("Aktualisiert: " if german else "Updated: ")
        for body in (text, re.sub(r"<[^>]+>|\s+", " ", html[html.index("<body") :])):
            told = body.index("14:00")
            assert told < body.index("Wir laden ein." if german else "You are invited.")
            assert "13:00" in body[: told + 200]


def test_without_a_change_there_is_nothing_to_update(invited: Shell, smtpd: Server) -> None:
    refused = invited.json("update", RIDE, "--untested", "--confirm", str(EVERYBODY), code=2)

    assert refused["error"]["code"] == "W853"
    assert len(smtpd.mails) == EVERYBODY


def test_after_an_update_there_is_nothing_to_update(invited: Shell) -> None:
    move(invited)
    go(invited, "update")

    assert people(invited, "update") == 0


def test_another_text_of_the_entry_keeps_its_number_and_is_later(invited: Shell, smtpd: Server) -> None:
    later(invited)
    invited.edit(FILE, "de: {title: Radverkehr", "de: {title: Radverkehr in Städten")

    go(invited, "update")

    before, after = mails(smtpd, 0, EVERYBODY), mails(smtpd, EVERYBODY)
    assert set(sequences(after).values()) == {0}
    assert all(entry(mail)["DTSTAMP"].dt > entry(before[address])["DTSTAMP"].dt for address, mail in after.items())


def test_three_edits_before_an_update_are_one_step(invited: Shell, smtpd: Server) -> None:
    for old, new in (("13:00–15:30", "14:00–16:30"), ("7.10.2020", "8.10.2020"), ("Rathaus Bonn", "Stadthaus Bonn")):
        move(invited, old, new)
        invited.json("update", RIDE, "-n")

    go(invited, "update")

    assert set(sequences(mails(smtpd, EVERYBODY)).values()) == {1}


def test_a_change_that_was_taken_back_is_none(invited: Shell) -> None:
    move(invited)
    move(invited, "14:00–16:30", "13:00–15:30")

    assert invited.json("update", RIDE, "-n", code=2)["error"]["code"] == "W853"


def test_each_further_change_is_a_further_step(invited: Shell, smtpd: Server) -> None:
    move(invited)
    go(invited, "update")
    move(invited, "14:00–16:30", "15:00–17:30")

    go(invited, "update")

    assert set(sequences(mails(smtpd, 2 * EVERYBODY)).values()) == {2}
    purposes = [one["purpose"] for one in invited.json("status", RIDE)["sendings"]]
    assert purposes == ["update", "update", "campaign"]


def test_who_has_unsubscribed_since_gets_no_update_and_the_plan_says_so(invited: Shell, smtpd: Server) -> None:
    gone = min(mails(smtpd, 0, EVERYBODY))
    invited.run("recipients", "unsubscribe", gone)
    move(invited)

    planned = invited.json("update", RIDE, "-n")
    go(invited, "update")

    assert [(group["reason"], group["people"]) for group in planned["left_out"]] == [("unsubscribed", 1)]
    assert gone not in mails(smtpd, EVERYBODY)


def test_who_has_left_the_list_is_told_all_the_same(invited: Shell, smtpd: Server) -> None:
    gone = next(address for address in mails(smtpd) if "german" and address.endswith(".example"))
    for name in ("german", "international"):
        path = invited.folder / "recipients" / f"{name}.csv"
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if gone not in line), encoding="utf-8")
    move(invited)

    go(invited, "update")

    assert gone in mails(smtpd, EVERYBODY)


def test_an_update_that_nobody_has_tested_does_not_go_out(invited: Shell, smtpd: Server) -> None:
    move(invited)

    refused = invited.json("update", RIDE, "--confirm", str(EVERYBODY), code=1)
    tested = invited.json("test", RIDE, "--of", "update", "--to", "me@x.example")
    done = invited.json("update", RIDE, "--confirm", str(EVERYBODY))

    assert refused["error"]["code"] == "W707"
    assert "--of update" in refused["error"]["hint"]
    assert tested["tested"]
    assert done["result"]["accepted"] == EVERYBODY
    first = next(iter(mails(smtpd, 0, EVERYBODY).values()))
    shown = [mail for mail in smtpd.mails if mail.envelope_to == ("me@x.example",)]
    assert {
        str(entry(email.message_from_bytes(m.content, policy=email.policy.default))["UID"]) for m in shown
    }.isdisjoint({str(entry(first)["UID"])})


def test_an_approval_of_the_invitation_is_none_of_the_update(invited: Shell) -> None:
    invited.edit("ccmail.yaml", "\nsmtp:", "\napproval: required\nsmtp:")
    move(invited)
    version = invited.json("update", RIDE, "-n")["version"]

    refused = invited.json("update", RIDE, "--untested", "--confirm", str(EVERYBODY), code=1)
    wrong = invited.json("approve", RIDE, version, "--by", "Fatina", code=2)
    invited.run("approve", RIDE, version, "--of", "update", "--by", "Fatina")
    done = invited.json("update", RIDE, "--untested", "--confirm", str(EVERYBODY))

    assert (refused["error"]["code"], wrong["error"]["code"]) == ("W772", "W773")
    assert done["result"]["accepted"] == EVERYBODY


@pytest.mark.parametrize("command", ["update", "remind", "cancel"])
def test_what_nobody_has_got_cannot_be_changed_yet(ride: Shell, command: str) -> None:
    assert ride.json(command, RIDE, "-n", code=2)["error"]["code"] == "W852"


@pytest.mark.parametrize("command", ["update", "remind", "cancel"])
def test_a_review_has_no_event_to_change(ride: Shell, command: str) -> None:
    refused = ride.json(command, "2021-04-governance-rueckblick", "-n", code=2)

    assert refused["error"]["code"] == "W851"


# ── corrections in the middle ──


def test_a_time_corrected_half_way_is_known_of_each_person(ride: Shell, smtpd: Server) -> None:
    ride.json("send", RIDE, "--untested", "--limit", "5", "--confirm", "5", code=4)
    later(ride)
    move(ride)
    refused = ride.json("send", RIDE, "--untested", "--confirm", "6", code=1)
    ride.json("send", RIDE, "--untested", "--confirm-change", "--confirm", "6")

    status = ride.json("status", RIDE)
    planned = ride.json("update", RIDE, "-n")
    go(ride, "update")

    first, second, third = mails(smtpd, 0, 5), mails(smtpd, 5, EVERYBODY), mails(smtpd, EVERYBODY)
    assert refused["error"]["code"] == "M610"
    assert "5 people have the old event.time" in refused["error"]["hint"]
    assert (set(sequences(first).values()), set(sequences(second).values())) == ({0}, {1})
    assert third.keys() == first.keys()
    assert status["older_states"] == [
        {
            "people": 5,
            "sequence": 0,
            "latest_sequence": 1,
            "changed": ["event.time (begin)", "event.time (end)"],
        }
    ]
    assert (planned["recipients"], planned["event"]["have_the_present_state"]) == (5, 6)
    assert sequences(third) == dict.fromkeys(third, 1)
    assert ride.json("status", RIDE)["older_states"] == []


def test_a_correction_before_the_first_mail_left_is_no_step(ride: Shell, smtpd: Server) -> None:
    ride.json("send", RIDE, "-n")
    move(ride)

    ride.json("send", RIDE, "--untested", "--confirm", str(EVERYBODY))

    assert set(sequences(mails(smtpd)).values()) == {0}


def test_people_who_come_after_an_update_get_the_event_as_it_is_now(invited: Shell, smtpd: Server) -> None:
    move(invited)
    later(invited)
    go(invited, "update")
    path = invited.folder / "recipients" / "german.csv"
    head, *_ = path.read_text(encoding="utf-8-sig").splitlines()
    place = head.split(",").index("email")
    row = [""] * len(head.split(","))
    row[place] = "neu@ulm.example"
    with path.open("a", encoding="utf-8") as file:
        file.write(",".join(row) + "\n")

    invited.json("send", RIDE, "--untested", "--confirm", "1")

    (new,) = mails(smtpd, 2 * EVERYBODY).items()
    told = mails(smtpd, EVERYBODY)
    other = next(mail for address, mail in told.items() if mail["Content-Language"] == "de" and address != new[0])
    assert new[0] == "neu@ulm.example"
    assert file_of(new[1]) == file_of(other) or int(entry(new[1])["SEQUENCE"]) == 1
    assert not new[1]["Subject"].startswith("Aktualisiert")
    assert people(invited, "update") == 0


def test_a_change_in_the_middle_of_an_update_is_said_and_the_others_are_told_again(
    invited: Shell, smtpd: Server
) -> None:
    move(invited)
    go(invited, "update", "--limit", "5", code=4)
    move(invited, "14:00–16:30", "15:00–17:30")

    refused = invited.json("update", RIDE, "--untested", "--confirm", "6", code=1)
    invited.json("update", RIDE, "--untested", "--confirm-change", "--confirm", "6")
    rest = people(invited, "update")
    go(invited, "update")

    assert refused["error"]["code"] == "M610"
    assert set(sequences(mails(smtpd, EVERYBODY + 5 + 6)).values()) == {2}
    assert rest == 5
    final = {}
    for mail in smtpd.mails:
        final[mail.envelope_to[0]] = int(
            entry(email.message_from_bytes(mail.content, policy=email.policy.default))["SEQUENCE"]
        )
    assert set(final.values()) == {2}


def test_an_update_that_was_stopped_goes_on_with_the_same_bytes(invited: Shell, smtpd: Server) -> None:
    move(invited)
    go(invited, "update", "--limit", "5", code=4)
    later(invited, "2020-09-23T09:00")

    done = invited.json("update", RIDE, "--untested", "--confirm", "6")

    told = mails(smtpd, EVERYBODY)
    assert done["going_on"]
    assert len(told) == EVERYBODY
    stamps = {entry(mail)["DTSTAMP"].dt for mail in told.values()}
    assert len(stamps) == 1


# ── cancel ──


def test_a_cancellation_names_the_event_as_people_have_it(invited: Shell, smtpd: Server) -> None:
    move(invited)
    go(invited, "update")
    later(invited)
    move(invited, "14:00–16:30", "18:00–19:30")  # was never sent

    go(invited, "cancel")

    called_off = mails(smtpd, 2 * EVERYBODY)
    assert len(called_off) == EVERYBODY
    for mail in called_off.values():
        event = entry(mail)
        assert (event["X-METHOD"], event["STATUS"], int(event["SEQUENCE"])) == ("CANCEL", "CANCELLED", 2)
        assert event.start.hour == 14
        assert mail["Subject"].startswith("Abgesagt: " if mail["Content-Language"] == "de" else "Cancelled: ")
        assert "18:00" not in mail.get_body(("plain",)).get_content()


def test_after_a_cancellation_nothing_is_sent_any_more(invited: Shell, smtpd: Server) -> None:
    go(invited, "cancel")
    sent = len(smtpd.mails)
    move(invited)

    codes = [invited.json(command, RIDE, "-n", code=2)["error"]["code"] for command in ("update", "remind")]

    assert codes == ["E482", "E482"]
    assert people(invited, "cancel") == 0
    assert len(smtpd.mails) == sent


def test_an_interrupted_invitation_does_not_go_on_after_the_cancellation(ride: Shell, smtpd: Server) -> None:
    ride.json("send", RIDE, "--untested", "--limit", "5", "--confirm", "5", code=4)
    go(ride, "cancel")

    refused = ride.json("send", RIDE, "--untested", "--confirm", "6", code=2)

    assert refused["error"]["code"] == "E482"
    assert len(smtpd.mails) == 5 + 5


def test_an_interrupted_update_does_not_go_on_after_the_cancellation(invited: Shell, smtpd: Server) -> None:
    move(invited)
    go(invited, "update", "--limit", "5", code=4)
    go(invited, "cancel")

    refused = invited.json("update", RIDE, "--untested", "--confirm", "6", code=2)

    assert refused["error"]["code"] == "E482"
    assert len(smtpd.mails) == EVERYBODY + 5 + EVERYBODY


def test_the_rest_of_an_invitation_is_not_sent_with_a_time_that_others_know_to_be_old(
    ride: Shell, smtpd: Server
) -> None:
    ride.json("send", RIDE, "--untested", "--limit", "5", "--confirm", "5", code=4)
    move(ride)
    go(ride, "update")
    move(ride, "14:00–16:30", "13:00–15:30")  # back to the old time, which nobody was told

    refused = ride.json("send", RIDE, "--untested", "--confirm", "6", code=2)
    move(ride)
    ride.json("send", RIDE, "--untested", "--confirm", "6")

    assert refused["error"]["code"] == "E488"
    assert set(sequences(mails(smtpd, 10)).values()) == {1}


# ── remind ──


def test_a_reminder_carries_the_very_entry_that_people_have(invited: Shell, smtpd: Server) -> None:
    later(invited, "2020-10-01T09:00")

    go(invited, "remind")

    before, after = mails(smtpd, 0, EVERYBODY), mails(smtpd, EVERYBODY)
    assert after.keys() == before.keys()
    for address, mail in after.items():
        assert file_of(mail) == file_of(before[address])
        assert mail["Subject"].startswith("Erinnerung: " if mail["Content-Language"] == "de" else "Reminder: ")


def test_nobody_is_reminded_twice_without_being_asked(invited: Shell, smtpd: Server) -> None:
    go(invited, "remind", "--limit", "5", code=4)
    invited.json("remind", RIDE, "--untested", "--confirm", "6")

    invited.json("remind", RIDE, "--untested", "--confirm", "0")
    invited.edit(FILE, "Wir laden ein.", "Wir laden noch einmal ein.")

    refused = invited.json("remind", RIDE, "-n", code=2)
    again = people(invited, "remind", "--again")

    assert len(smtpd.mails) == 2 * EVERYBODY
    assert (refused["error"]["code"], again) == ("W857", EVERYBODY)


def test_a_reminder_waits_for_the_update(invited: Shell) -> None:
    move(invited)

    assert invited.json("remind", RIDE, "-n", code=2)["error"]["code"] == "W854"


# ── two campaigns, two computers ──


def test_a_second_campaign_about_the_same_event_changes_the_same_entry(invited: Shell, smtpd: Server) -> None:
    second = CAMPAIGN.replace("{date", f"{{same_as: {RIDE}, link: 'https://meet.netz.example/x', date").replace(
        "title: ", "title: Bald ist es so weit — "
    )
    (invited.folder / "campaigns" / "2020-10-rad-2.yaml").write_text(second, encoding="utf-8")
    later(invited)

    invited.json("send", "2020-10-rad-2", "--untested", "--confirm", str(EVERYBODY))

    before, after = mails(smtpd, 0, EVERYBODY), mails(smtpd, EVERYBODY)
    for address, mail in after.items():
        assert entry(mail)["UID"] == entry(before[address])["UID"]
        assert int(entry(mail)["SEQUENCE"]) == 1
        assert entry(mail)["SUMMARY"] == entry(before[address])["SUMMARY"]


def test_two_campaigns_at_one_time_are_warned_of_two_entries(ride: Shell) -> None:
    (ride.folder / "campaigns" / "2020-10-rad-2.yaml").write_text(CAMPAIGN, encoding="utf-8")

    def codes() -> set[str]:
        return {problem["code"] for problem in ride.json("check", "2020-10-rad-2")["problems"]}

    warned = codes()
    ride.edit("campaigns/2020-10-rad-2.yaml", "{date", f"{{same_as: {RIDE}, date")

    assert "E485" in warned
    assert "E485" not in codes()


def test_an_event_of_no_campaign_is_an_error_at_its_place(ride: Shell) -> None:
    ride.edit(FILE, "{date", "{same_as: 2020-10-rda, date")

    (found,) = (p for p in ride.json("check", RIDE, code=1)["problems"] if p["code"] == "E487")

    assert (found["file"], found["line"]) == (FILE, 2)


@pytest.fixture
def colleague(invited: Shell, tmp_path: Path) -> Shell:
    """A second computer with the files of the first one, as git brings them: without its `.ccmail`."""
    there = tmp_path / "colleague"
    shutil.copytree(invited.folder, there, ignore=shutil.ignore_patterns(".ccmail"))
    second = Shell(there)
    second.environment = dict(invited.environment)
    return second


def receipt(shell: Shell) -> Path:
    return shell.folder / "campaigns" / ".sent" / f"{RIDE}.json"


def test_the_shared_receipt_has_numbers_and_the_event_and_no_people(invited: Shell, smtpd: Server) -> None:
    text = receipt(invited).read_text(encoding="utf-8")

    (part,) = json.loads(text)["sent"]
    assert part["people"] == {"german": 5, "international": 6}
    assert part["event"]["sequence"] == 0
    assert part["event"]["facts"]["begins"] == "13:00"
    assert not any(address in text for address in mails(smtpd))
    assert "@" not in text.replace(part["event"]["uid"], "")


def test_a_colleague_can_update_from_another_computer(colleague: Shell, smtpd: Server) -> None:
    later(colleague)
    move(colleague)

    done = go(colleague, "update")

    assert done["event"]["sequence"] == 1
    assert sequences(mails(smtpd, EVERYBODY)) == dict.fromkeys(mails(smtpd, 0, EVERYBODY), 1)


def test_a_colleague_does_not_send_the_invitation_again(colleague: Shell, smtpd: Server) -> None:
    refused = colleague.json("send", RIDE, "--untested", "--confirm", str(EVERYBODY), code=2)

    assert refused["error"]["code"] == "W855"
    assert len(smtpd.mails) == EVERYBODY


def test_after_an_update_from_elsewhere_nobody_is_told_twice(invited: Shell, colleague: Shell, smtpd: Server) -> None:
    later(colleague)
    for shell in (invited, colleague):
        move(shell)
    go(colleague, "update")
    shutil.copy(receipt(colleague), receipt(invited))

    refused = invited.json("update", RIDE, "-n", code=2)

    assert refused["error"]["code"] == "W853"
    assert len(smtpd.mails) == 2 * EVERYBODY


def test_different_changes_from_two_computers_are_told_apart_and_end_in_one_state(
    invited: Shell, colleague: Shell, smtpd: Server
) -> None:
    later(colleague)
    later(invited)
    move(colleague)
    go(colleague, "update")
    move(invited, "13:00–15:30", "15:00–17:30")
    go(invited, "update")
    both = json.loads(receipt(invited).read_text(encoding="utf-8"))
    both["sent"] += [
        p for p in json.loads(receipt(colleague).read_text(encoding="utf-8"))["sent"] if p not in both["sent"]
    ]
    receipt(invited).write_text(json.dumps(both), encoding="utf-8")

    shown = invited.run("update", RIDE, "-n").stdout
    go(invited, "update")

    assert "Two computers have sent different changes" in shown
    assert set(sequences(mails(smtpd, 3 * EVERYBODY)).values()) == {2}


def test_a_receipt_with_a_conflict_is_said_with_its_repair(invited: Shell) -> None:
    path = receipt(invited)
    path.write_text("<<<<<<< HEAD\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    move(invited)

    refused = invited.json("update", RIDE, "-n", code=2)

    assert refused["error"]["code"] == "W850"
    assert "<<<<<<<" in refused["error"]["hint"]


# ── rehearsals ──


def test_an_update_can_be_rehearsed_before_it_is_sent(invited: Shell, smtpd: Server) -> None:
    move(invited)

    invited.run("update", RIDE, "--rehearse")

    assert len(invited.outbox(f"{RIDE}.update")) == EVERYBODY
    assert len(smtpd.mails) == EVERYBODY
    assert people(invited, "update") == EVERYBODY


def test_the_whole_life_of_an_event_can_be_rehearsed(shell: Shell) -> None:
    (shell.folder / FILE).write_text(CAMPAIGN, encoding="utf-8")
    shell.run("send", RIDE)
    move(shell)

    for command, folder in (("update", "update"), ("remind", "reminder"), ("cancel", "cancellation")):
        shell.run(command, RIDE)
        assert len(shell.outbox(f"{RIDE}.{folder}")) == EVERYBODY

    assert len(shell.outbox(RIDE)) == EVERYBODY
    assert not receipt(shell).exists()
