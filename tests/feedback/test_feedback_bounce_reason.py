"""The words and codes of servers become a class and a reason: hard only if the address is gone for good."""

from __future__ import annotations

import pytest

from ccmail.feedback.bounce_reason import Step, find_step, judge
from ccmail.feedback.evidence import BounceClass

HARD, SOFT = BounceClass.HARD, BounceClass.SOFT


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table", "unknown user"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "unknown user"),
        ("550 5.4.1 Recipient address rejected: Access denied. [AM1.prod.protection.outlook.com]", "unknown user"),
        ("550 5.5.0 Requested action not taken: mailbox does not exist", "unknown user"),
        ("550-5.1.1 The email account that you tried to reach does not exist.", "unknown user"),
        ("550 Requested mailbox not found", "unknown user"),
        ("550 #5.1.0 Address rejected.", "unknown user"),
        ("550 Empfänger a@b.example existiert nicht", "unknown user"),
        ("550 5.1.1 Unbekannter Empfänger", "unknown user"),
        ("550 5.5.0 Adresse destinataire inconnue", "unknown user"),
        ("550 El usuario no existe", "unknown user"),
        ("550 casella inesistente", "unknown user"),
        ("550 Такого пользователя не существует", "unknown user"),
        ("550 5.1.2 Host unknown", "no such domain"),
        (
            "Host or domain name not found. Name service error for name=b.example type=A: Host not found 5.4.4",
            "no such domain",
        ),
        ("5.4.4 Sorry, I couldn't find a mail exchanger or IP address", "no such domain"),
        ("556 5.1.10 The domain b.example doesn't accept mail: null MX", "domain takes no mail"),
        ("551 5.1.6 Mailbox has moved, no forwarding address", "moved"),
        ("550 recipient a@b.example is no longer on this server", "moved"),
    ],
)
def test_an_address_that_is_gone_is_hard(said: str, reason: str) -> None:
    found = judge(said, step=Step.RECIPIENT)

    assert (found.reason, found.bounce_class) == (reason, HARD)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("552 5.2.2 Mailbox full", "mailbox full"),
        ("452 4.2.2 The email account that you tried to reach is over quota", "mailbox full"),
        ("552 5.2.2 Das Postfach des Empfängers ist voll", "mailbox full"),
        ("550 La boite du destinataire est pleine", "mailbox full"),
        ("552 5.3.4 Message size exceeds fixed limit", "too large"),
        ("550 5.7.1 Message contains a virus", "virus"),
        ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "blocked"),
        ("550 5.7.25 The IP address sending this message does not have a PTR record", "blocked"),
        ("554 5.7.1 This message looks like spam", "spam"),
        ("550 5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy", "policy"),
        ("550 5.7.1 Recipient address rejected: Access denied", "policy"),
        ("550 5.1.8 Sender address rejected: Domain not found", "sender refused"),
        ("550 5.1.7 Absender nicht zulässig", "sender refused"),
        ("554 5.7.1 <a@b.example>: Relay access denied", "relaying"),
        ("450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted, see http://postgrey.example", "greylisted"),
        ("421 4.7.0 Too many connections from your host", "rate limit"),
        ("550 5.2.1 The email account that you tried to reach is disabled", "mailbox disabled"),
        ("550 Le compte du destinataire est bloque", "mailbox disabled"),
        ("550 Das Konto ist gesperrt", "mailbox disabled"),
        ("connect to mx.b.example[192.0.2.1]:25: Connection refused", "network"),
        ("Name service error for name=b.example type=MX: Host not found, try again", "network"),
        ("554 5.4.6 Too many hops", "network"),
        ("Message expired: unable to deliver in 840 minutes", "expired"),
        ("554 5.6.0 Message contains an attachment that is not allowed", "content"),
        ("451 4.3.0 Internal system error", "system"),
        ("503 5.5.1 Bad sequence of commands", "protocol"),
    ],
)
def test_what_is_not_about_the_address_or_not_for_good_is_soft(said: str, reason: str) -> None:
    found = judge(said, step=Step.RECIPIENT)

    assert (found.reason, found.bounce_class) == (reason, SOFT)


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [
        ("5.1.1", "unknown user", HARD),
        ("5.1.2", "no such domain", HARD),
        ("5.1.3", "invalid address", HARD),
        ("5.1.6", "moved", HARD),
        ("4.1.1", "unknown user", SOFT),
        ("5.2.1", "mailbox disabled", SOFT),
        ("5.2.2", "mailbox full", SOFT),
        ("5.3.0", "system", SOFT),
        ("4.4.1", "network", SOFT),
        ("4.4.7", "expired", SOFT),
        ("5.7.1", "policy", SOFT),
        ("5.0.0", "undefined", SOFT),
        ("", "undefined", SOFT),
    ],
)
def test_without_words_the_code_counts(code: str, reason: str, expected: BounceClass) -> None:
    found = judge("550", code)

    assert (found.reason, found.bounce_class, found.status) == (reason, expected, code)


def test_a_code_in_the_words_counts_more_than_one_that_says_only_no() -> None:
    assert judge("550 5.1.1 rejected", "5.0.0").status == "5.1.1"
    assert judge("550 5.7.1 rejected", "5.1.1").status == "5.1.1"


def test_an_unknown_user_for_now_is_not_gone() -> None:
    assert judge("450 4.1.1 User unknown", step=Step.RECIPIENT).bounce_class is SOFT
    assert judge("450 mailbox does not exist", step=Step.RECIPIENT).bounce_class is SOFT


def test_before_a_server_was_told_of_a_recipient_it_speaks_of_the_sender() -> None:
    found = judge("550 No such domain ccmail.example", step=Step.SENDER)

    assert (found.reason, found.bounce_class) == ("sender refused", SOFT)


@pytest.mark.parametrize(
    ("said", "step", "expected"),
    [
        ("550 User unknown", Step.RECIPIENT, HARD),
        ("550 User unknown", Step.CONTENT, SOFT),
        ("550 User unknown", Step.UNKNOWN, SOFT),
        ("550 5.1.1 User unknown", Step.CONTENT, HARD),
        ("550 5.7.1 User unknown", Step.RECIPIENT, SOFT),
    ],
)
def test_a_bare_user_unknown_counts_with_a_code_or_at_the_question_for_the_recipient(
    said: str, step: Step, expected: BounceClass
) -> None:
    assert judge(said, step=step).bounce_class is expected


def test_addresses_and_links_are_not_the_words_of_a_server() -> None:
    said = "550 <user.unknown@no-such-user.example> rejected, see https://help.example/#mailbox-does-not-exist"

    assert judge(said).reason == "undefined"


def test_a_delay_is_one_whatever_the_words_are() -> None:
    assert judge("550 5.1.1 User unknown", is_delayed=True).bounce_class is BounceClass.DELAYED


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("said: 550 no (in reply to RCPT TO command)", Step.RECIPIENT),
        ("SMTP error from remote mail server after RCPT TO:<a@b.example>: 550 no", Step.RECIPIENT),
        ("192.0.2.1 does not like recipient.", Step.RECIPIENT),
        ("said: 554 no (in reply to end of DATA command)", Step.CONTENT),
        (">>> DATA\n<<< 550 no", Step.CONTENT),
        ("said: 550 no (in reply to MAIL FROM command)", Step.SENDER),
        ("SMTP error from remote mail server after initial connection: 554 no", Step.SENDER),
        ("refused to talk to me: 554 no", Step.SENDER),
        ("550 no", Step.UNKNOWN),
    ],
)
def test_reports_say_at_which_step_it_was(words: str, step: Step) -> None:
    assert find_step(words) is step


def test_the_first_text_that_names_a_step_counts() -> None:
    assert find_step("550 no", "after RCPT TO:<a@b.example>", ">>> DATA") is Step.RECIPIENT
