"""Sending with access tokens: XOAUTH2 and OAUTHBEARER at a real server, tokens that end in the middle."""

from __future__ import annotations

import base64
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from ccmail.delivery import Ending, Retry, Server, SmtpCourier, Timeouts, deliver
from ccmail.delivery.probe import probe
from ccmail.delivery.refusals import UnavailableError
from ccmail.delivery.sign_in_refusals import may_not_send_as
from ccmail.ledger import Claim, NewRecipient, Sending, SendingKind, State, open_ledger
from ccmail.ledger.store import Ledger
from ccmail.problems import ServerRefused
from ccmail.signin import AccessTokens, Account
from ccmail.workspace import Security
from tests.bearer import BearerSmtpd
from tests.conftest import smtpd_running
from tests.signin.issuer import PERSON, Issuer

NOON = dt.datetime(2026, 9, 21, 12, tzinfo=dt.UTC)
FROM = "bounces@cities.example"
PEOPLE = 50
AT_ONCE = Retry(server=(0.0, 0.0), recipient=(0.0, 0.0), patience=60.0)

Start = Callable[..., BearerSmtpd]


@pytest.fixture
def start(certificates: Path, issuer: Issuer) -> Iterator[Start]:
    """Return a function that starts a server which takes the issuer's tokens."""
    with ExitStack() as stack:

        def begin(offers: str = "XOAUTH2", **replies: str) -> BearerSmtpd:
            server = BearerSmtpd(certificates / "ca.pem", issuer, offers, **replies)
            return stack.enter_context(smtpd_running(server, certificates))

        yield begin


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def server_of(smtpd: BearerSmtpd, account: Account) -> Server:
    tokens = AccessTokens(account)
    login = {"user": smtpd.user, "tokens": tokens, "ca_file": smtpd.ca_file}
    timeouts = Timeouts(connect=60, reply=60, goodbye=0.5)
    return Server(smtpd.host, smtpd.port, Security.STARTTLS, timeouts=timeouts, **login)  # type: ignore[arg-type]


def started(ledger: Ledger, people: int = PEOPLE) -> Sending:
    entries = (NewRecipient(f"p{n}@x.example", f"p{n}@x.example", "german") for n in range(1, people + 1))
    return ledger.start("c", SendingKind.SMTP, "v", entries, confirmed=people, dtstamp=NOON)


def assemble(claim: Claim, _date: dt.datetime) -> Sequence[bytes]:
    return (b"Subject: Einladung\r\nTo: ", claim.email.encode(), b"\r\n\r\nGuten Tag\r\n")


def courier(smtpd: BearerSmtpd, account: Account, connections: int = 4) -> SmtpCourier:
    return SmtpCourier(server_of(smtpd, account), FROM, connections=connections, retry=AT_ONCE, jitter=lambda: 0.5)


def people(ledger: Ledger, sending: Sending, state: State) -> int:
    return ledger.counts(sending).people(state)


async def refusal_of(smtpd: BearerSmtpd, account: Account) -> ServerRefused:
    with pytest.raises(ServerRefused) as refused:
        await probe(server_of(smtpd, account))
    return refused.value


# ── the login ──


@pytest.mark.parametrize(
    ("offers", "way"),
    [("XOAUTH2", "XOAUTH2"), ("OAUTHBEARER", "OAUTHBEARER"), ("OAUTHBEARER XOAUTH2 PLAIN", "XOAUTH2")],
)
async def test_a_token_lets_the_mailbox_in(offers: str, way: str, start: Start, signed_in: Account) -> None:
    smtpd = start(offers)

    found = await probe(server_of(smtpd, signed_in))

    assert found.takes_tokens
    assert smtpd.taken == [way]
    assert [user for user, _ in smtpd.logins] == [smtpd.user]


@pytest.mark.parametrize("offers", ["XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize(("padding", "way"), [(0, "at once"), (2500, "after 334")])
async def test_a_long_token_waits_for_the_server_to_ask(
    offers: str, padding: int, way: str, start: Start, issuer: Issuer, signed_in: Account
) -> None:
    """RFC 4954 4: no initial response in a command of more than 512 bytes. Tokens of Microsoft are longer."""
    issuer.padding = padding
    smtpd = start(offers)

    await probe(server_of(smtpd, signed_in))

    assert smtpd.ways == [way]


async def test_a_name_with_a_comma_is_written_as_saslnames_are(start: Start, signed_in: Account) -> None:
    smtpd = start("OAUTHBEARER")
    smtpd.user = "news,letter=1@cities.example"
    smtpd.mailboxes = {smtpd.user}

    await probe(server_of(smtpd, signed_in))

    assert smtpd.logins[0][0] == smtpd.user


@pytest.mark.parametrize("offers", ["XOAUTH2", "OAUTHBEARER"])
async def test_a_token_that_has_just_ended_is_renewed_once(
    offers: str, start: Start, issuer: Issuer, signed_in: Account
) -> None:
    smtpd = start(offers)
    server = server_of(smtpd, signed_in)
    await probe(server)
    issuer.end_access()

    await probe(server)

    assert len(smtpd.shown) == 3
    assert smtpd.shown[0] == smtpd.shown[1] != smtpd.shown[2]
    assert smtpd.connections == 3


@pytest.mark.parametrize("offers", ["XOAUTH2", "OAUTHBEARER"])
async def test_a_mailbox_that_is_not_the_persons_stops_it_after_two_tokens(
    offers: str, start: Start, issuer: Issuer, signed_in: Account
) -> None:
    smtpd = start(offers)
    smtpd.mailboxes = {"other@cities.example"}

    refusal = await refusal_of(smtpd, signed_in)

    assert refusal.code == "W874"
    assert (len(smtpd.shown), issuer.refreshes()) == (2, 2)
    assert "status 401" in refusal.message
    assert PERSON in refusal.hint
    assert smtpd.user in refusal.hint


async def test_who_signs_in_may_be_another_one_than_the_mailbox(
    start: Start, issuer: Issuer, signed_in: Account
) -> None:
    smtpd = start()
    assert issuer.person not in smtpd.mailboxes

    await probe(server_of(smtpd, signed_in))

    assert smtpd.logins[0][0] == smtpd.user


async def test_a_server_without_sign_in_gets_no_token(start: Start, signed_in: Account) -> None:
    smtpd = start("PLAIN LOGIN")

    refusal = await refusal_of(smtpd, signed_in)

    assert refusal.code == "W878"
    assert "LOGIN, PLAIN" in refusal.message or "PLAIN, LOGIN" in refusal.message
    assert smtpd.logins == []


@pytest.mark.parametrize(
    ("reply", "code", "hint"),
    [
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
            "W875",
            "Turn off SMTP AUTH protocol",
        ),
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
            "W875",
            "Manage email apps",
        ),
        ("535 5.7.3 Authentication unsuccessful", "W874", "SMTP.Send"),
        ("504 5.7.4 Unrecognized authentication type", "W874", "administrator"),
    ],
)
async def test_a_refusal_says_who_can_change_what(
    reply: str, code: str, hint: str, start: Start, signed_in: Account
) -> None:
    smtpd = start()
    smtpd.refuses = reply

    refusal = await refusal_of(smtpd, signed_in)

    assert refusal.code == code
    assert hint in refusal.hint
    assert len(smtpd.shown) == (2 if "5.7.3 " in reply else 1)  # no other token helps against a switch


async def test_a_server_that_says_not_now_is_waited_for(start: Start, signed_in: Account) -> None:
    smtpd = start()
    smtpd.refuses = "454 4.7.0 Temporary authentication failure"

    with pytest.raises(UnavailableError):
        await probe(server_of(smtpd, signed_in))

    assert len(smtpd.shown) == 1


async def test_a_provider_that_is_away_is_a_matter_of_waiting(start: Start, issuer: Issuer, signed_in: Account) -> None:
    smtpd = start()
    issuer.answers = {"/token": (503, "busy")}

    with pytest.raises(UnavailableError, match="503"):
        await probe(server_of(smtpd, signed_in))

    assert smtpd.connections == 0


@pytest.mark.parametrize("code", ["535 5.7.8", "454 4.7.0", "504 5.5.4", "550 5.7.1"])
async def test_a_token_that_the_server_repeats_is_not_shown(
    code: str, start: Start, issuer: Issuer, signed_in: Account
) -> None:
    smtpd = start()
    smtpd.refuses, smtpd.repeats = f"{code} no", True

    with pytest.raises((ServerRefused, UnavailableError)) as refusal:
        await probe(server_of(smtpd, signed_in))

    shown = f"{refusal.value}{refusal.value!r}{getattr(refusal.value, 'hint', '')}"
    assert "no" in shown
    assert not pieces_in(shown, smtpd, issuer)


def pieces_in(text: str, smtpd: BearerSmtpd, issuer: Issuer) -> list[str]:
    """Return the secrets, plain and as a login sends them, of which more than 15 characters stand in a text."""
    sent = [f"user={user}\x01auth=Bearer {token}\x01\x01" for user, token in smtpd.logins]
    coded = [base64.b64encode(secret.encode()).decode() for secret in (*sent, *issuer.secrets)]
    everything = [*issuer.secrets, *coded]
    return [secret for secret in everything for at in range(len(secret) - 16) if secret[at : at + 16] in text]


# ── sendings ──


@pytest.mark.parametrize(("connections", "ends"), [(1, [7, 23, 41]), (4, [23])])
@pytest.mark.parametrize("rotates", [False, True])
async def test_tokens_that_end_in_the_middle_cost_nobody_a_mail_and_give_nobody_two(
    connections: int,
    ends: list[int],
    rotates: bool,  # noqa: FBT001 - from the table
    start: Start,
    issuer: Issuer,
    signed_in: Account,
    ledger: Ledger,
) -> None:
    issuer.rotates = rotates
    smtpd = start()
    smtpd.end_after, smtpd.hang_up_after = ends, 5
    sending = started(ledger)

    result = await deliver(ledger, sending, assemble, courier(smtpd, signed_in, connections))

    assert result.ending is Ending.DONE
    assert people(ledger, sending, State.ACCEPTED) == PEOPLE
    assert set(Counter(smtpd.recipients).values()) == {1}
    assert len(smtpd.mails) == PEOPLE
    assert len(set(smtpd.shown)) == issuer.refreshes() == 1 + len(ends)


async def test_a_provider_that_is_away_in_the_middle_costs_nobody_a_mail(
    start: Start, issuer: Issuer, signed_in: Account, ledger: Ledger
) -> None:
    def trouble() -> None:
        issuer.busy = 3
        issuer.end_access()

    smtpd = start()
    smtpd.end_after, smtpd.hang_up_after, smtpd.then = [23], 5, trouble
    sending = started(ledger)

    result = await deliver(ledger, sending, assemble, courier(smtpd, signed_in))

    assert result.ending is Ending.DONE
    assert set(Counter(smtpd.recipients).values()) == {1}
    assert len(smtpd.mails) == PEOPLE
    assert issuer.busy == 0


async def test_a_permission_that_is_taken_back_in_the_middle_stops_all_and_loses_nobody(
    start: Start, issuer: Issuer, signed_in: Account, ledger: Ledger
) -> None:
    smtpd = start()
    smtpd.hang_up_after = 5
    smtpd.end_after = [10]
    smtpd.then = issuer.revoke
    sending = started(ledger)

    with pytest.raises(ServerRefused) as refusal:
        await deliver(ledger, sending, assemble, courier(smtpd, signed_in))

    assert refusal.value.code == "W867"
    assert people(ledger, sending, State.ACCEPTED) == len(smtpd.mails)
    assert people(ledger, sending, State.ACCEPTED) + people(ledger, sending, State.QUEUED) == PEOPLE
    assert people(ledger, sending, State.QUEUED) > 0


async def test_a_permission_that_was_taken_back_before_stops_it_before_the_server_is_asked(
    start: Start, issuer: Issuer, signed_in: Account, ledger: Ledger
) -> None:
    smtpd = start()
    issuer.revoke()
    sending = started(ledger)

    with pytest.raises(ServerRefused) as refusal:
        await deliver(ledger, sending, assemble, courier(smtpd, signed_in))

    assert refusal.value.code == "W867"
    assert smtpd.connections == 0
    assert issuer.refreshes() == 1
    assert people(ledger, sending, State.QUEUED) == PEOPLE


async def test_a_sender_that_the_login_may_not_use_stops_the_campaign(
    start: Start, signed_in: Account, ledger: Ledger
) -> None:
    denied = "554 5.2.252 SendAsDenied; jana@cities.example not allowed to send as bounces@cities.example"
    smtpd = start(end=denied)
    sending = started(ledger)

    with pytest.raises(ServerRefused) as refusal:
        await deliver(ledger, sending, assemble, courier(smtpd, signed_in, 1))

    assert refusal.value.code == "W876"
    assert "Send as" in refusal.value.hint
    assert people(ledger, sending, State.QUEUED) == PEOPLE


def test_other_refusals_are_not_about_the_right_to_send() -> None:
    from ccmail.delivery.outcome import Phase, Reply, ReplyClass, outcome_of

    for reply in (Reply(550, "5.1.1 no such user"), Reply(550, "5.7.1 relaying denied")):
        assert may_not_send_as(FROM, outcome_of(Phase.MAIL, ReplyClass.NEVER, reply, "mail.test")) is None


def test_a_server_never_shows_its_tokens(signed_in: Account, issuer: Issuer) -> None:
    server = Server("mail.test", tokens=AccessTokens(signed_in))
    assert server.tokens is not None
    server.tokens.get()

    assert not [secret for secret in issuer.secrets if secret in repr(server)]
