"""Providers as they are: refusals and “not now” that are about the account or the connection, never about a reader."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.delivery import Ending, Result, Retry, Server, SmtpCourier, Timeouts, Waiting, deliver
from ccmail.delivery.concern import Concern, concern_of, gist_of
from ccmail.delivery.connection import Connection
from ccmail.delivery.connection_limit import ConnectionLimit
from ccmail.delivery.outcome import Fault, Outcome, Phase, Reply, ReplyClass, outcome_of
from ccmail.delivery.refusals import UnavailableError
from ccmail.delivery.server_limit import ServerLimit
from ccmail.ledger import Claim, NewRecipient, Sending, SendingKind, State, open_ledger
from ccmail.problems import ServerRefused
from ccmail.workspace import Security

if TYPE_CHECKING:
    from ccmail.delivery import Progress
    from ccmail.ledger.store import Ledger

NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
QUICK = Retry(server=(0.01, 0.02), recipient=(0.02, 0.05), patience=60.0, grace=5)
IMPATIENT = Retry(server=(0.01, 0.02), recipient=(30.0, 30.0), patience=0.1, grace=5)
PEOPLE = 40

Listening = Callable[..., AbstractAsyncContextManager[int]]


class Provider:
    """A mail server that answers as a provider does; `replies` give the answer to RCPT or the end of a mail, if any.

    Attributes:
        accepted: How many mails it has accepted for each address; `here` how many on the connection that asks.
        address: The reader of the mail that is asked for.
        guests: How many connections are open now.
        asked: How often each command came.
    """

    def __init__(self, **replies: Callable[[Provider], str | None]) -> None:
        self._replies = replies
        self.accepted: Counter[str] = Counter()
        self.here = self.guests = self.most_guests = self.connections = 0
        self.address = ""
        self.asked: Counter[str] = Counter()
        self.goodbye = "221 bye"

    def _reply(self, phase: str, usual: str, here: int, address: str) -> str:
        self.here, self.address = here, address
        self.asked[phase] += 1
        reply = self._replies.get(phase)
        return (reply(self) if reply else None) or usual

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here, address = 0, ""
        self.guests += 1
        self.connections += 1
        self.most_guests = max(self.most_guests, self.guests)

        def say(words: str) -> None:
            writer.write(f"{words}\r\n".encode())

        try:
            say("220 hello")
            while line := (await reader.readline()).decode():
                match line.upper().split(":")[0].split()[0]:
                    case "EHLO":
                        say("250 fine")
                    case "RCPT":
                        address = line[line.index("<") + 1 : line.index(">")]
                        say(self._reply("rcpt", "250 fine", here, address))
                    case "DATA":
                        say("354 go on")
                        await reader.readuntil(b"\r\n.\r\n")
                        reply = self._reply("end", "250 fine", here, address)
                        here += reply.startswith("250")
                        self.accepted[address] += reply.startswith("250")
                        say(reply)
                    case "QUIT":
                        if self.goodbye:
                            say(self.goodbye)
                            return
                    case _:
                        say("250 fine")
        finally:
            self.guests -= 1


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / ".ccmail" / "ledger.sqlite", now=lambda: NOW) as opened:
        yield opened


def started(ledger: Ledger, people: int = PEOPLE) -> Sending:
    addresses = [f"p{n}@{'abc'[n % 3]}.example" for n in range(people)]
    entries = (NewRecipient(address, address, "german") for address in addresses)
    return ledger.start("c", SendingKind.SMTP, "v", entries, confirmed=people, dtstamp=NOW)


@asynccontextmanager
async def serving(listening: Listening, provider: Provider) -> AsyncIterator[Server]:
    async with listening(provider) as port:
        timeouts = Timeouts(connect=60, reply=60, end_of_data=60, goodbye=0.2)
        yield Server("127.0.0.1", port, Security.NONE, timeouts=timeouts)


def assemble(_claim: Claim, _date: dt.datetime) -> Sequence[bytes]:
    return (b"Subject: Einladung\r\n\r\nGuten Tag\r\n",)


async def sent(
    ledger: Ledger,
    sending: Sending,
    server: Server,
    *,
    retry: Retry = QUICK,
    connections: int = 4,
    report: Callable[[Progress], None] = lambda _progress: None,
) -> Result:
    smtp = SmtpCourier(server, "b@cities.example", connections=connections, retry=retry, jitter=lambda: 0.5)
    return await deliver(ledger, sending, assemble, smtp, report=report)


def books(ledger: Ledger, sending: Sending) -> Mapping[State, int]:
    counts = ledger.counts(sending)
    return {state: people for state in State if (people := counts.people(state))}


# ── refusals that are about us ──


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("550 5.4.5 Today's sending limit of this user is used up", "W717"),
        ("550 5.1.90 you have reached the daily limit for recipients", "W717"),
        ("550 example.org has sent more than the allowed 100 emails per hour", "W717"),
        ("550 relaying is not permitted", "W709"),
        ("550-Verification of <b@cities.example> failed\r\n550 Sender verify failed", "W709"),
        ("504 5.5.2 <laptop>: Helo command rejected: write a full name", "W709"),
        ("553 5.1.8 <b@cities.example>: Sender address rejected", "W709"),
        ("550 abgelehnt, Grund 17", "W716"),
    ],
)
async def test_refusals_at_rcpt_that_are_about_us_stop_the_run_and_charge_nobody(
    words: str, code: str, ledger: Ledger, listening: Listening
) -> None:
    sending = started(ledger)
    provider = Provider(rcpt=lambda it: words if it.accepted.total() >= 5 else None)

    async with serving(listening, provider) as server:
        with pytest.raises(ServerRefused) as refusal:
            await sent(ledger, sending, server)
        asked = provider.asked["rcpt"]
        provider._replies.clear()
        again = await sent(ledger, sending, server)

    assert refusal.value.code == code
    assert asked < 20
    assert again.ending is Ending.DONE  # the same command goes on the next day
    assert books(ledger, sending) == {State.ACCEPTED: PEOPLE}
    assert set(provider.accepted.values()) == {1}


async def test_readers_who_are_unknown_in_between_stay_refused(ledger: Ledger, listening: Listening) -> None:
    sending = started(ledger)

    def reply(it: Provider) -> str | None:
        if it.address.startswith(("p1@", "p2@", "p7@")):
            return "550 5.1.1 no such user"
        return "550 5.7.0 the quota of this account is used up" if it.accepted.total() >= 3 else None

    async with serving(listening, Provider(rcpt=reply)) as server:
        with pytest.raises(ServerRefused):
            await sent(ledger, sending, server, connections=1)

    assert books(ledger, sending) == {State.ACCEPTED: 3, State.REFUSED: 3, State.QUEUED: PEOPLE - 6}


async def test_a_limit_that_meets_the_last_people_only_refuses_nobody_either(
    ledger: Ledger, listening: Listening
) -> None:
    sending = started(ledger, 7)
    provider = Provider(rcpt=lambda it: "550 5.4.5 sending limit exceeded" if it.accepted.total() >= 5 else None)

    async with serving(listening, provider) as server:
        with pytest.raises(ServerRefused) as refusal:
            await sent(ledger, sending, server, connections=1)

    assert refusal.value.code == "W717"
    assert books(ledger, sending) == {State.ACCEPTED: 5, State.QUEUED: 2}


async def test_words_that_nobody_knows_stop_nothing_while_they_are_of_one_domain(
    ledger: Ledger, listening: Listening
) -> None:
    sending = started(ledger)

    def reply(it: Provider) -> str | None:
        return "550 geschlossen" if it.address.endswith("@a.example") else None

    async with serving(listening, Provider(rcpt=reply)) as server:
        result = await sent(ledger, sending, server)

    assert result.ending is Ending.DONE
    assert set(books(ledger, sending)) == {State.ACCEPTED, State.REFUSED}


async def test_nobody_accepted_and_all_refused_in_the_same_words_is_no_success(
    ledger: Ledger, listening: Listening
) -> None:
    sending = started(ledger, 4)

    async with serving(listening, Provider(rcpt=lambda it: f"550 5.1.1 <{it.address}> is unknown")) as server:
        with pytest.raises(ServerRefused) as refusal:
            await sent(ledger, sending, server)

    assert refusal.value.code == "W715"
    assert "all 4 people" in refusal.value.message
    assert books(ledger, sending) == {State.REFUSED: 4}


# ── limits of a session ──


@pytest.mark.parametrize(
    "words",
    [
        "451-Aborted\r\n451 Mails per session limit",
        "452 4.5.3 Too many recipients received this session",
        "450 4.7.1 that is enough for one connection, please reconnect",
    ],
)
async def test_a_limit_of_the_session_at_rcpt_gets_a_new_connection_at_once(
    words: str, ledger: Ledger, listening: Listening
) -> None:
    sending, reports = started(ledger), list[object]()
    provider = Provider(rcpt=lambda it: words if it.here >= 5 else None)

    async with serving(listening, provider) as server:
        result = await sent(ledger, sending, server, connections=1, report=reports.append)

    assert result.ending is Ending.DONE
    assert books(ledger, sending) == {State.ACCEPTED: PEOPLE}
    assert provider.asked["rcpt"] == PEOPLE + 2  # after two ends at the same number the cap is known
    assert provider.connections == PEOPLE / 5
    assert not [report for report in reports if isinstance(report, Waiting)]


async def test_the_same_not_now_for_several_readers_in_a_row_gets_a_new_connection(
    ledger: Ledger, listening: Listening
) -> None:
    sending = started(ledger)
    provider = Provider(rcpt=lambda it: "450 4.9.9 genug" if it.here >= 5 else None)

    async with serving(listening, provider) as server:
        result = await sent(ledger, sending, server, connections=1)

    assert result.ending is Ending.DONE
    assert books(ledger, sending) == {State.ACCEPTED: PEOPLE}


# ── too many connections ──


@pytest.mark.parametrize(
    "words",
    [
        "432 4.3.2 Concurrent connections limit exceeded",
        "451 4.7.0 Too many concurrent SMTP connections from this user",
        "452 4.3.2 thread limit",
    ],
)
async def test_a_server_with_too_many_connections_gets_fewer_and_nobody_is_deferred(
    words: str, ledger: Ledger, listening: Listening
) -> None:
    sending, outcomes = started(ledger), list[object]()
    provider = Provider(end=lambda it: words if it.guests > 3 else None)

    async with serving(listening, provider) as server:
        result = await sent(ledger, sending, server, report=outcomes.append)

    states = {progress.outcome.state for progress in outcomes if hasattr(progress, "outcome")}
    assert result.ending is Ending.DONE
    assert books(ledger, sending) == {State.ACCEPTED: PEOPLE}
    assert State.DEFERRED not in states
    assert provider.asked["end"] <= PEOPLE + 4 + 4 + 4  # each time that four were open


async def test_connections_come_back(ledger: Ledger, listening: Listening) -> None:
    sending = started(ledger)

    def reply(it: Provider) -> str | None:
        return "421 4.3.2 too many connections" if it.guests > 2 and it.accepted.total() < 5 else None

    provider = Provider(rcpt=reply)

    async with serving(listening, provider) as server:
        await sent(ledger, sending, server)
        provider.most_guests = provider.guests
        await sent(ledger, started_again(ledger), server)

    assert books(ledger, sending) == {State.ACCEPTED: PEOPLE}
    assert provider.most_guests == 4


def started_again(ledger: Ledger) -> Sending:
    entries = (NewRecipient(f"q{n}@x.example", f"q{n}@x.example", "german") for n in range(PEOPLE))
    return ledger.start("d", SendingKind.SMTP, "v", entries, confirmed=PEOPLE, dtstamp=NOW)


async def test_a_goodbye_without_an_answer_holds_nobody_up(ledger: Ledger, listening: Listening) -> None:
    sending = started(ledger)
    provider = Provider(rcpt=lambda it: "421 enough" if it.here >= 2 else None)
    provider.goodbye = ""

    async with serving(listening, provider) as server:
        result = await sent(ledger, sending, server, connections=2)

    assert result.ending is Ending.DONE
    assert books(ledger, sending) == {State.ACCEPTED: PEOPLE}


def test_fewer_connections_at_once_and_slowly_more_again() -> None:
    limit = ConnectionLimit(4)

    limit.reduce_to(2)
    needed = [next(n for n in range(1, 1000) if limit.note_accepted())]
    limit.reduce_to(2)
    needed.append(next(n for n in range(1, 1000) if limit.note_accepted()))
    needed.append(next(n for n in range(1, 1000) if limit.note_accepted()))

    assert needed == [10, 20, 20]
    assert limit.now == 4
    assert not limit.note_accepted()


def test_one_connection_always_stays() -> None:
    limit = ConnectionLimit(4)

    limit.reduce_to(0)

    assert limit.now == 1


# ── limits of an hour or a day ──


@pytest.mark.parametrize(
    "words",
    [
        "450 4.7.1 <END-OF-MESSAGE>: Number of messages per hour exceeded",
        "454 Throttling failure: maximum sending rate exceeded",
        "452 4.3.1 not now, x7-{n}",
    ],
)
async def test_a_limit_of_the_hour_makes_the_server_wait_and_not_every_reader(
    words: str, ledger: Ledger, listening: Listening
) -> None:
    sending, reports = started(ledger), list[object]()
    provider = Provider(
        end=lambda it: words.format(n=it.asked["end"]) if it.accepted.total() >= 5 else None,
    )

    async with serving(listening, provider) as server:
        result = await sent(ledger, sending, server, retry=IMPATIENT, report=reports.append)
        tried = provider.asked["end"]
        provider._replies.clear()
        again = await sent(ledger, sending, server)

    waits = [report for report in reports if isinstance(report, Waiting)]
    assert result.ending is Ending.GAVE_UP
    assert "not now" in result.words or "exceeded" in result.words
    assert waits
    assert tried <= 5 + 5 + 4 + len(waits) + 4
    assert again.ending is Ending.DONE
    assert books(ledger, sending) == {State.ACCEPTED: PEOPLE}
    assert set(provider.accepted.values()) == {1}


async def test_when_the_hour_is_over_everybody_is_served_in_the_same_run(ledger: Ledger, listening: Listening) -> None:
    sending = started(ledger)
    provider = Provider(rcpt=lambda it: "451 4.7.1 rate limit, try later" if 5 <= it.asked["rcpt"] < 25 else None)

    async with serving(listening, provider) as server:
        result = await sent(ledger, sending, server)

    assert result.ending is Ending.DONE
    assert books(ledger, sending) == {State.ACCEPTED: PEOPLE}


def later(text: str, phase: Phase = Phase.RCPT) -> Outcome:
    return outcome_of(phase, ReplyClass.LATER, Reply(450, text), "mail:587")


def test_the_server_is_at_fault_from_the_third_equal_answer_on_that_speaks_of_a_limit() -> None:
    limit = ServerLimit()

    faults = [limit.judged("p@x.example", later(f"4.7.1 limit exceeded for id-{n}")).fault for n in range(4)]

    assert faults == [Fault.RECIPIENT, Fault.RECIPIENT, Fault.SERVER, Fault.SERVER]


@pytest.mark.parametrize("words", ["4.2.0 greylisted", "4.2.2 mailbox full", "4.2.1 this user gets too many mails"])
def test_what_is_about_readers_is_never_the_servers(words: str) -> None:
    limit = ServerLimit()

    assert {limit.judged(f"p@{n}.example", later(words)).fault for n in range(20)} == {Fault.RECIPIENT}


def test_words_without_a_limit_are_the_servers_only_if_several_domains_hear_them() -> None:
    one, several = ServerLimit(), ServerLimit()

    of_one = [one.judged("p@x.example", later("4.3.0 busy")).fault for _ in range(20)]
    of_several = [several.judged(f"p@{n}.example", later("4.3.0 busy")).fault for n in range(6)]

    assert set(of_one) == {Fault.RECIPIENT}
    assert of_several == [*[Fault.RECIPIENT] * 4, *[Fault.SERVER] * 2]


def test_holds_in_vain_show_that_the_words_are_for_readers() -> None:
    limit = ServerLimit()
    accepted = outcome_of(Phase.END, ReplyClass.YES, Reply(250, "ok"), "mail:587")
    rounds = []

    for _ in range(6):
        rounds.append([limit.judged(f"p@{n}.example", later("4.3.0 come back")).fault for n in range(6)])
        limit.judged("p@x.example", accepted)

    assert [Fault.SERVER in faults for faults in rounds] == [True, True, True, False, False, False]


def test_an_accepted_mail_ends_the_row() -> None:
    limit = ServerLimit()
    accepted = outcome_of(Phase.END, ReplyClass.YES, Reply(250, "ok"), "mail:587")

    outcomes = [later("rate"), later("rate"), accepted, later("rate"), later("rate")]

    faults = [limit.judged("p@x.example", outcome).fault for outcome in outcomes]

    assert Fault.SERVER not in faults


# ── the concern of a refusal ──


@pytest.mark.parametrize(
    ("concern", "reply"),
    [
        (Concern.QUOTA, "550 5.4.5 sending limit of today exceeded"),
        (Concern.QUOTA, "550 5.1.90 you reached the daily limit"),
        (Concern.QUOTA, "550 shop.example has exceeded the max emails per hour"),
        (Concern.QUOTA, "554 5.2.0 submission quota exceeded"),
        (Concern.QUOTA, "451 4.7.1 too many messages sent, slow down"),
        (Concern.QUOTA, "554 Ihr Versandlimit ist erreicht"),
        (Concern.SENDER, "550 5.7.1 relaying denied"),
        (Concern.SENDER, "550 5.1.1 relaying denied"),
        (Concern.SENDER, "550 5.1.7 invalid address of sender"),
        (Concern.SENDER, "550 5.1.8 <me@x.example>: Sender address rejected: domain not found"),
        (Concern.SENDER, "553 that domain is not in my list of allowed rcpthosts"),
        (Concern.SENDER, "530 5.7.0 authentication needed"),
        (Concern.SENDER, "503 valid HELO first"),
        (Concern.POLICY, "554 no"),
        (Concern.POLICY, "550 5.7.1 no"),
        (Concern.POLICY, "550 you are on a block list"),
        (Concern.SENDER, "550 your account was closed"),
        (Concern.SESSION, "451 so many mails per session, no more"),
        (Concern.SESSION, "452 4.5.3 too many recipients"),
        (Concern.SESSION, "450 too many messages on this connection"),
        (Concern.CONNECTIONS, "432 4.3.2 no"),
        (Concern.CONNECTIONS, "421 too many concurrent connections"),
        (Concern.CONNECTIONS, "451 4.7.0 too many simultaneous sessions"),
        (Concern.READER, "550 5.1.1 nobody of that name"),
        (Concern.READER, "550 user unknown in relay recipient table"),
        (Concern.READER, "550 No such user"),
        (Concern.READER, "550 5.4.1 recipient address rejected: access denied"),
        (Concern.READER, "552 5.2.2 over quota"),
        (Concern.READER, "552 the user's quota: mailbox is full"),
        (Concern.READER, "452 4.2.2 the account that you tried is over quota"),
        (Concern.READER, "450 4.2.1 the user you are trying to contact gets mail at a high rate"),
        (Concern.READER, "451 4.7.1 greylisted"),
        (Concern.READER, "550 Empfänger unbekannt"),
        (Concern.UNKNOWN, "550 nein"),
        (Concern.UNKNOWN, "451 4.3.0 busy"),
    ],
)
def test_words_and_codes_say_what_a_refusal_is_about(concern: Concern, reply: str) -> None:
    code, *rest = reply.split(" ")
    enhanced = rest.pop(0) if rest[0][0].isdigit() else ""

    assert concern_of(int(code), enhanced, " ".join(rest)) is concern


def test_the_same_words_are_told_from_what_belongs_to_one_mail() -> None:
    first = gist_of(550, "5.7.1", "<a@x.example>: Rejected (id 4Xc-17), see https://help.example/?a@x.example")
    second = gist_of(550, "5.7.1", "<b@y.example>: rejected (id 9Zz-21), see https://help.example/?b@y.example")

    assert first == second
    assert first != gist_of(550, "5.7.1", "<b@y.example>: accepted by nobody")


# ── logging in ──


class Doorkeeper:
    """A server that is asked for a login; `says` gives its answers to AUTH by method, "" lets in."""

    def __init__(self, offers: str, **says: str) -> None:
        self.offers = offers
        self.says = says
        self.tried: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        while line := (await reader.readline()).decode().strip():
            verb, _, rest = line.partition(" ")
            if verb.upper() == "EHLO":
                writer.write(f"250-mail.example\r\n250 AUTH {self.offers}\r\n".encode())
            elif verb.upper() == "AUTH":
                method = rest.split()[0].lower()
                self.tried.append(method)
                said = self.says.get(method, "535 5.7.8 no")
                if method == "login" and not said:
                    writer.write(b"334 UGFzc3dvcmQ6\r\n")
                    await reader.readline()
                writer.write(f"{said or '235 welcome'}\r\n".encode())
            else:
                writer.write(b"221 bye\r\n")
                return


PASSWORD = "gehe§im-17"


async def logged_in(listening: Listening, doorkeeper: Doorkeeper) -> None:
    async with listening(doorkeeper) as port:
        server = Server("127.0.0.1", port, Security.NONE, user="kim@cities.example", password=PASSWORD)
        await (await Connection.open(server)).close()


@pytest.mark.parametrize("code", ["500 5.5.1 what?", "502 5.5.2 no", "503 5.5.1 no", "504 5.7.4 unknown mechanism"])
async def test_a_method_that_the_server_does_not_know_is_followed_by_the_next(code: str, listening: Listening) -> None:
    doorkeeper = Doorkeeper("PLAIN LOGIN", plain=code, login="")

    await logged_in(listening, doorkeeper)

    assert doorkeeper.tried == ["plain", "login"]


async def test_a_wrong_password_is_tried_by_one_method_only(listening: Listening) -> None:
    doorkeeper = Doorkeeper("PLAIN LOGIN CRAM-MD5")

    with pytest.raises(ServerRefused, match="does not accept this password"):
        await logged_in(listening, doorkeeper)

    assert doorkeeper.tried == ["plain"]


@pytest.mark.parametrize(
    ("offers", "says", "code", "message", "hint"),
    [
        (
            "LOGIN XOAUTH2",
            "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant",
            "W875",
            "no mails from programs",
            "Exchange admin center",
        ),
        (
            "LOGIN XOAUTH2",
            "535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox",
            "W875",
            "no mails from programs",
            "Manage email apps",
        ),
        (
            "LOGIN XOAUTH2",
            "550 5.7.30 Basic authentication is not supported for Client Submission",
            "W877",
            "no passwords any more",
            "Sign in by OAuth",
        ),
        ("LOGIN", "535 5.7.3 Basic authentication is disabled", "W702", "switched off", "authenticated SMTP"),
        (
            "LOGIN",
            "534-5.7.9 Application-specific password required",
            "W702",
            "app password",
            "settings of the mailbox",
        ),
        ("LOGIN", "504 5.7.4 no", "W702", "none of ccmail's ways", "the password was not judged"),
        ("XOAUTH2 NTLM", "", "W877", "it offers XOAUTH2, NTLM", "Sign in by OAuth"),
        ("NTLM", "", "W702", "lets nobody log in with a password", "It offers NTLM"),
    ],
)
async def test_a_login_that_cannot_work_says_why_and_who_can_change_it(
    offers: str, says: str, code: str, message: str, hint: str, listening: Listening
) -> None:
    said = says.replace("534-", "534 ")

    with pytest.raises(ServerRefused) as refusal:
        await logged_in(listening, Doorkeeper(offers, login=said))

    assert refusal.value.code == code
    assert message in refusal.value.message
    assert hint in refusal.value.hint
    assert "take smtp.user out" not in refusal.value.hint


@pytest.mark.parametrize(
    "repeated",
    [
        PASSWORD,
        base64.b64encode(PASSWORD.encode()).decode(),
        base64.b64encode(f"\0kim@cities.example\0{PASSWORD}".encode()).decode(),
    ],
)
@pytest.mark.parametrize("code", ["535 5.7.8", "454 4.7.0", "504 5.5.4"])
async def test_a_password_that_the_server_repeats_is_not_shown(code: str, repeated: str, listening: Listening) -> None:
    with pytest.raises((ServerRefused, UnavailableError)) as refusal:
        await logged_in(listening, Doorkeeper("PLAIN", plain=f"{code} no: {repeated}"))

    assert repeated not in str(refusal.value) + repr(refusal.value) + getattr(refusal.value, "hint", "")


async def test_a_size_of_thousands_of_digits_is_no_limit(listening: Listening) -> None:
    async def boastful(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        await reader.readline()
        writer.write(b"250-mail.example\r\n250 SIZE " + b"9" * 5000 + b"\r\n")
        await reader.readline()

    async with listening(boastful) as port:
        connection = await Connection.open(Server("127.0.0.1", port, Security.NONE, timeouts=Timeouts(goodbye=0.1)))
        limit = connection.size_limit
        await connection.close()

    assert limit is None


async def test_a_port_that_does_not_greet_is_named_before_the_first_mail(ledger: Ledger, listening: Listening) -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    sending = started(ledger, 2)

    async with listening(silent) as port:
        server = Server("127.0.0.1", port, Security.STARTTLS, timeouts=Timeouts(connect=0.2))
        with pytest.raises(ServerRefused) as refusal:
            await sent(ledger, sending, server)

    assert refusal.value.code == "W703"
    assert "security: tls" in refusal.value.hint
    assert books(ledger, sending) == {State.QUEUED: 2}
