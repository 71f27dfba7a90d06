"""The whole circle through a real Postfix and a real Dovecot: out, and what comes back changes the next time."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject

from tests.dovecot import Dovecot, dovecot_running
from tests.dovecot import obstacle as dovecot_obstacle
from tests.e2e.people import PEOPLE, invite
from tests.e2e.postfix import BOUNCES, GONE, Postfix
from tests.e2e.shell import REVIEW, Shell, connect, require
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.mailstack]

RIDE = "2020-10-rad"
FILE = f"campaigns/{RIDE}.yaml"
CAMPAIGN = """\
type: announcement
calendar: rsvp
event: {date: 7.10.2020, time: "13:00–15:30", place: Rathaus Bonn}
de: {title: Radverkehr, text: Wir laden ein.}
en: {title: Cycling, text: You are invited.}
"""
READERS = PEOPLE[:4]
_SECRET = "CCMAIL_TEST_INBOX"


@pytest.fixture
def dovecot(postfix: Postfix, certificates: Path) -> Iterator[Dovecot]:
    """A Dovecot that shows the mailbox for bounces of the Postfix."""
    require(dovecot_obstacle())
    with dovecot_running(certificates, maildir=postfix.folder / "mail" / BOUNCES) as running:
        yield running


@pytest.fixture
def ride(shell: Shell, postfix: Postfix, dovecot: Dovecot) -> Shell:
    """An invitation to four people and to one whose mailbox is gone, and a mailbox for what comes back."""
    (shell.folder / FILE).write_text(CAMPAIGN, encoding="utf-8")
    invite(shell, [*READERS, GONE])
    connect(shell, postfix)
    shell.edit("ccmail.yaml", "bounces: bounces@connective-cities.example", f"bounces: {BOUNCES}")
    path = shell.folder / "ccmail.yaml"
    inbox = (
        f"inbox: {{imap: 127.0.0.1, port: {dovecot.tls_port}, user: {dovecot.user}, "
        f"password: 'env:{_SECRET}', ca_file: {dovecot.ca_file}}}\n"
    )
    path.write_text(re.sub(r"(?ms)^inbox:.*\Z", inbox, path.read_text(encoding="utf-8")), encoding="utf-8")
    shell.environment[_SECRET] = dovecot.password
    return shell


def send(shell: Shell, command: str, campaign: str = RIDE) -> Any:
    number = shell.json(command, campaign, "-n")["recipients"]
    return shell.json(command, campaign, "--untested", "--confirm", str(number))


def received(postfix: Postfix, owner: str) -> list[Any]:
    """Return the mails of somebody, the oldest first."""
    found = [mail.content for mail in postfix.mails() if mail.owner == owner]
    parsed = [email.message_from_bytes(content, policy=email.policy.default) for content in found]
    return sorted(parsed, key=lambda mail: entry_of(mail)[1])


def calendar_of(mail: Any) -> bytes:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return bytes(part.get_payload(decode=True))


def entry_of(mail: Any) -> tuple[str, int, str, str]:
    """Return UID, SEQUENCE, METHOD and beginning, after two readers that share no code have agreed on them."""
    text = calendar_of(mail)
    first = vobject.readOne(text.decode())
    second: Any = icalendar.Calendar.from_ical(text)
    (event,) = second.walk("VEVENT")
    one = (first.vevent.uid.value, int(first.vevent.sequence.value), first.method.value, first.vevent.dtstart.value)
    two = (str(event["UID"]), int(event["SEQUENCE"]), str(second["METHOD"]), event.start)
    assert one[:3] == two[:3]
    assert one[3].utctimetuple() == two[3].utctimetuple()
    return (*two[:3], f"{two[3]:%H:%M}")


def reply(mail: Any, partstat: str) -> bytes:
    """Return the answer to an invitation as vobject makes it, in a mail as a calendar program sends it."""
    asked = vobject.readOne(calendar_of(mail).decode())
    answer = vobject.iCalendar()
    answer.add("method").value = "REPLY"
    event = answer.add("vevent")
    event.add("uid").value = asked.vevent.uid.value
    event.add("sequence").value = asked.vevent.sequence.value
    event.add("dtstamp").value = asked.vevent.dtstamp.value
    event.add("dtstart").value = asked.vevent.dtstart.value
    event.add("comment").value = "Gern, mit dem Rad; wir sind zu zweit"
    attendee = event.add("attendee")
    attendee.value = asked.vevent.attendee.value
    attendee.params["PARTSTAT"] = [partstat]
    letter = EmailMessage()
    letter["From"] = asked.vevent.attendee.value.removeprefix("mailto:")
    letter["To"] = asked.vevent.organizer.value.removeprefix("mailto:")
    letter["Subject"] = f"{partstat}: {asked.vevent.summary.value}"
    letter["Date"] = "Mon, 21 Sep 2020 10:00:00 +0000"
    letter.set_content("Siehe Kalender")
    letter.add_alternative(answer.serialize(), subtype="calendar", params={"method": "REPLY"})
    return letter.as_bytes()


def test_the_doctor_sees_that_the_mailbox_for_bounces_takes_tokens(ride: Shell, postfix: Postfix) -> None:
    ride.run("doctor", "--bounces", "--dns", "127.0.0.1:9")

    send(ride, "send")

    (bounce,) = (mail for mail in postfix.mails() if mail.owner == BOUNCES and b"Original-Recipient" in mail.content)
    envelope_to, *_ = re.findall(rb"(?m)^To: (.*?)\r?$", bounce.content)
    assert re.fullmatch(rb"bounces\+[a-z2-7]{26}@inbox\.example", envelope_to)


def test_whose_mail_bounces_is_left_out_the_next_time(ride: Shell, postfix: Postfix) -> None:
    sent = send(ride, "send")
    wait_for(lambda: bool(postfix.files_of(BOUNCES)))

    before = postfix.files_of(BOUNCES)
    read = ride.json("inbox")
    again = ride.json("inbox")
    planned = ride.json("send", REVIEW, "-n")

    (message,) = read["messages"]
    assert sent["result"]["accepted"] == len(READERS) + 1
    assert (message["kind"], message["recipients"]) == ("bounce", [GONE])
    assert set(message["evidence"]) >= {"envelope_id", "message_id", "rfc3464"}
    assert again["messages"] == []
    assert postfix.files_of(BOUNCES) == before  # nothing was moved or marked
    assert [(group["reason"], group["examples"]) for group in planned["left_out"]] == [("bounced", [GONE])]
    assert planned["recipients"] == len(READERS)


def test_an_answer_is_counted_and_who_declines_is_not_reminded(ride: Shell, postfix: Postfix, tmp_path: Path) -> None:
    send(ride, "send")
    yes, no, *others = READERS
    for name, partstat in ((yes, "ACCEPTED"), (no, "DECLINED")):
        (mail,) = received(postfix, name)
        (tmp_path / f"{partstat}.eml").write_bytes(reply(mail, partstat))

    ride.run("inbox", "--from", str(tmp_path))
    answers = ride.json("answers", RIDE)
    send(ride, "remind")

    told = {person["email"]: (person["answer"], person["comment"]) for person in answers["answers"]}
    words = "Gern, mit dem Rad; wir sind zu zweit"
    assert told == {yes: ("yes", words), no: ("no", words)}
    assert (answers["yes"], answers["no"]) == (1, 1)
    assert {reader: len(received(postfix, reader)) for reader in READERS} == {yes: 2, no: 1, **dict.fromkeys(others, 2)}


def test_update_and_cancellation_keep_the_entry_of_each_person(ride: Shell, postfix: Postfix) -> None:
    send(ride, "send")
    ride.environment["CCMAIL_NOW"] = "2020-09-22T09:00"
    ride.edit(FILE, "13:00–15:30", "14:00–16:30")
    send(ride, "update")
    ride.environment["CCMAIL_NOW"] = "2020-09-23T09:00"
    send(ride, "cancel")

    lives = [[entry_of(mail) for mail in received(postfix, reader)] for reader in READERS]

    assert len({life[0][0] for life in lives}) == len(READERS)  # a UID for each reader
    for life in lives:
        assert len({uid for uid, *_ in life}) == 1
        assert [rest for _, *rest in life] == [
            [0, "REQUEST", "13:00"],
            [1, "REQUEST", "14:00"],
            [2, "CANCEL", "14:00"],
        ]
