"""Bounces name whom a server could not reach, and why."""

from __future__ import annotations

import pytest

from ccmail.feedback.classify import classify
from ccmail.feedback.evidence import BounceClass, Evidence, MessageKind, RecipientReport, Trace
from tests.feedback.mails import (
    INBOX,
    JANA,
    ORIGINAL,
    OUR_ID,
    delivery_report,
    mail,
    multipart,
    part,
    person,
    returned,
    status,
)

OMAR = "omar@tripoli.example"


def only(evidence: Evidence) -> RecipientReport:
    """Return the only report of a bounce."""
    assert evidence.kind is MessageKind.BOUNCE
    (report,) = evidence.reports
    return report


# ── delivery statuses, RFC 3464 ──


def test_a_delivery_status_names_recipient_class_code_and_words() -> None:
    evidence = classify(delivery_report(status(said=f"550 5.1.1 <{JANA}>: User unknown in relay table")))

    assert only(evidence) == RecipientReport(
        JANA,
        BounceClass.HARD,
        "5.1.1",
        "unknown user",
        f"550 5.1.1 <{JANA}>: User unknown in relay table",
        (Trace.RFC3464,),
    )
    assert evidence.message_ids == (OUR_ID,)


def test_each_recipient_has_a_verdict_of_their_own() -> None:
    evidence = classify(
        delivery_report(
            status(said="550 5.1.1 No such user"), status(f"rfc822;{OMAR}", code="5.2.2", said="552 5.2.2 Mailbox full")
        )
    )

    assert [(report.address, report.bounce_class) for report in evidence.reports] == [
        (JANA, BounceClass.HARD),
        (OMAR, BounceClass.SOFT),
    ]


def test_the_address_that_we_wrote_to_counts_and_not_that_of_an_alias() -> None:
    fields = f"Original-Recipient: rfc822;{JANA}\n{status('rfc822; box17@store.example')}"

    assert only(classify(delivery_report(fields))).address == JANA


@pytest.mark.parametrize(
    "recipient", [JANA, f"RFC822;<{JANA}>", f"rfc822; @relay.example:{JANA}", f"utf-8; {JANA}", f"rfc822;{JANA} (Jana)"]
)
def test_recipients_are_read_as_loosely_as_they_are_written(recipient: str) -> None:
    assert only(classify(delivery_report(status(recipient)))).address == JANA


def test_a_plus_in_a_recipient_may_be_written_as_the_command_had_it() -> None:
    fields = f"Original-Recipient: rfc822; jana+2Bnews@bonn.example\n{status('rfc822; jana@bonn.example')}"

    assert only(classify(delivery_report(fields))).address == "jana+news@bonn.example"


def test_groups_of_fields_without_an_empty_line_between_them_are_kept_apart() -> None:
    evidence = classify(delivery_report(status() + status(f"rfc822;{OMAR}", code="4.2.2")))

    assert [(report.address, report.status) for report in evidence.reports] == [(JANA, "5.1.1"), (OMAR, "4.2.2")]


def test_the_fields_of_a_status_that_stand_in_the_text_are_read_too() -> None:
    evidence = classify(mail(f"Technical report:\n\n{status(said='550 5.1.1 user unknown')}"))

    assert (only(evidence).address, only(evidence).bounce_class) == (JANA, BounceClass.HARD)


def test_a_bounce_that_a_person_forwards_is_one() -> None:
    quoted = "".join(f"> {line}\n" for line in status(said="550 5.1.1 unknown").splitlines())

    evidence = classify(person(f"Here:\n\n> It failed.\n>\n{quoted}", subject="Fwd: Undelivered Mail"))

    assert only(evidence).address == JANA


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_mail_that_was_delivered_is_no_bounce(action: str) -> None:
    assert classify(delivery_report(status(action=action, code="2.0.0"))).kind is MessageKind.OTHER


def test_a_server_that_goes_on_trying_has_not_given_up() -> None:
    report = only(classify(delivery_report(status(action="delayed", code="4.4.1", said="Connection timed out"))))

    assert (report.bounce_class, report.reason) == (BounceClass.DELAYED, "network")


@pytest.mark.parametrize("recipient", ["rfc822; *", "rfc822;", "rfc822; <>", "rfc822; @@", "rfc822; jana"])
def test_a_status_without_an_address_names_nobody_but_its_mail_is_a_bounce(recipient: str) -> None:
    report = only(classify(delivery_report(status(recipient, said="550 5.1.1 No such user"), original="Subject: x\n")))

    assert (report.address, report.bounce_class) == ("", BounceClass.HARD)


def test_words_of_a_server_come_on_one_line_without_what_controls_a_terminal() -> None:
    report = only(classify(delivery_report(status(said="550 5.1.1 \x1b]8;;http://x\x07 no\x00\n  such \u202euser"))))

    assert report.said == "550 5.1.1 ]8;;http://x no such user"


def test_a_program_that_stores_mail_and_fails_says_nothing_about_the_address() -> None:
    fields = status().replace("Status", "Diagnostic-Code: x-unix; procmail: No such user\nStatus")

    assert only(classify(delivery_report(fields))).bounce_class is BounceClass.SOFT


# ── texts of servers ──

POSTFIX = f"""\
This is the mail system at host relay.ccmail.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<{JANA}>: host mx.stadt-bonn.example[192.0.2.1] said: 550
    <{JANA}>: Recipient address rejected: User unknown (in reply to RCPT
    TO command)
"""
EXIM = f"""\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {JANA}
    host mx.stadt-bonn.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<{JANA}>:
    550 No such user here
"""
QMAIL = f"""\
Hi. This is the qmail-send program at relay.ccmail.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{JANA}>:
192.0.2.1 does not like recipient.
Remote host said: 550 sorry, no mailbox here by that name
Giving up on 192.0.2.1.
"""
SENDMAIL = f"""\
The original message was received at Mon, 5 Oct 2026 09:00:00 +0200
from laptop [192.0.2.9]

   ----- The following addresses had permanent fatal errors -----
<{JANA}>
    (reason: 550 5.1.1 <{JANA}>... User unknown)

   ----- Transcript of session follows -----
... while talking to mx.stadt-bonn.example.:
>>> RCPT To:<{JANA}>
<<< 550 5.1.1 <{JANA}>... User unknown
"""
EXCHANGE = f"""\
Ihre Nachricht hat einige oder alle Empfänger nicht erreicht.

      Betreff:\tWorkshop
      Gesendet am:\t05.10.2026 09:00

Folgende(r) Empfänger konnte(n) nicht erreicht werden:

      {JANA} am 05.10.2026 09:01
            Die E-Mail-Adresse existiert nicht in der Organisation
            <mx.stadt-bonn.example #5.1.1>
"""
GMAIL = f"""\
** Address not found **

Your message wasn't delivered to {JANA} because the address couldn't be found, or is unable to receive mail.

The response was:

550 5.1.1 The email account that you tried to reach does not exist.
"""
HOSTER = f"""\
This message was created automatically by mail delivery software.

The following address failed:

"{JANA}":
SMTP error from remote server after RCPT command:
host: mx.stadt-bonn.example
5.1.1 <{JANA}>... User unknown
"""
GERMAN = f"""\
Ihre E-Mail konnte nicht zugestellt werden.

Empfänger: {JANA}
550 5.1.1 Benutzer unbekannt
"""


@pytest.mark.parametrize(
    "text", [POSTFIX, EXIM, QMAIL, SENDMAIL, EXCHANGE, GMAIL, HOSTER, GERMAN], ids=lambda text: text.split("\n")[0][:20]
)
def test_the_texts_of_servers_are_understood(text: str) -> None:
    report = only(classify(returned(text)))

    assert (report.address, report.bounce_class, report.reason) == (JANA, BounceClass.HARD, "unknown user")


def test_a_text_in_an_unknown_form_is_about_the_one_to_whom_the_mail_was() -> None:
    report = only(classify(returned("Your message has a problem and was returned. Mailbox full.")))

    assert (report.address, report.bounce_class, report.reason) == (JANA, BounceClass.SOFT, "mailbox full")


def test_a_field_of_the_server_names_the_recipient() -> None:
    text = mail("It could not be delivered: user unknown", fields=f"X-Failed-Recipients: {JANA}\n")

    assert only(classify(text)).address == JANA


def test_neither_the_server_nor_the_mailbox_nor_the_writer_is_the_recipient() -> None:
    lines = "\n".join(
        f"<{address}>: see there" for address in ("MAILER-DAEMON@relay.ccmail.example", INBOX, "info@ccmail.example")
    )

    report = only(
        classify(mail(f"Your message could not be delivered.\n\n{lines}\n\n--- Original message ---\n\n{ORIGINAL}"))
    )

    assert report.address == JANA


def test_a_bounce_that_names_nobody_is_one_all_the_same() -> None:
    evidence = classify(
        mail("Your message could not be delivered. The mailbox is full.", to=f"{INBOX[:7]}+token@ccmail.example")
    )

    assert (only(evidence).address, only(evidence).reason) == ("", "mailbox full")
    assert evidence.sent_to == ("bounces+token@ccmail.example",)


@pytest.mark.parametrize(
    "words",
    [
        "THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.",
        "Your message has been delayed. It will be retried for 2 more days.",
        "Ihre Nachricht wurde noch nicht zugestellt; es wird weiterhin versucht.",
    ],
)
def test_a_text_that_says_that_the_server_goes_on_is_no_verdict_on_the_address(words: str) -> None:
    text = f"Delivery problem.\n{words}\n\n<{JANA}>: connection timed out"

    assert only(classify(returned(text))).bounce_class is BounceClass.DELAYED


def test_a_letter_of_many_words_that_only_supposes_is_no_answer_of_a_server() -> None:
    text = f"The group that you tried to write to may not exist, or you may not be allowed to.\n\nRecipient: {JANA}"

    assert only(classify(returned(f"Your message was not delivered.\n{text}"))).bounce_class is BounceClass.SOFT


# ── whom a bounce is from ──


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("I could not reach Omar by mail, can you help?", "Problem with mail"),
        ("Das Postfach von Omar ist wohl voll.", "Re: Workshop"),
        (f"> {POSTFIX}", "Re: Undelivered Mail"),
        ("", "failure"),
        (
            f"Ok.\n\n-----Original Message-----\nFrom: a\nSent: b\nTo: c\nSubject: d\n\n{POSTFIX}",
            "Re: delivery failure",
        ),
    ],
)
def test_a_person_who_speaks_of_mail_is_no_bounce(text: str, subject: str) -> None:
    assert classify(person(text, subject=subject)).kind is MessageKind.OTHER


def test_an_out_of_office_that_comes_from_nobody_and_quotes_us_is_no_bounce() -> None:
    text = f"I cannot read my mail until Monday.\n\n----- Original message -----\n{ORIGINAL}"

    evidence = classify(person(text, subject="Away", fields="Return-Path: <>\nAuto-Submitted: auto-replied\n"))

    assert evidence.kind is MessageKind.AUTO_REPLY


def test_a_mail_of_a_server_about_something_else_is_no_bounce() -> None:
    assert (
        classify(mail("The disk of this server was exchanged last night.", subject="Maintenance")).kind
        is MessageKind.OTHER
    )


# ── notifications of Amazon SES ──


def ses(kind: str, inside: str) -> bytes:
    text = f'{{"notificationType":"{kind}",{inside}}}\n\n--\nTo unsubscribe, visit https://sns.example'
    return mail(text, sender="no-reply@sns.example", subject="AWS Notification Message")


def test_a_notification_of_ses_is_a_bounce() -> None:
    person_of_it = (
        f'{{"emailAddress":"{JANA}","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 unknown"}}'
    )

    report = only(classify(ses("Bounce", f'"bounce":{{"bouncedRecipients":[{person_of_it}]}}')))

    assert (report.address, report.bounce_class) == (JANA, BounceClass.HARD)


def test_a_notification_of_ses_is_a_complaint() -> None:
    evidence = classify(ses("Complaint", f'"complaint":{{"complainedRecipients":[{{"emailAddress":"{JANA}"}}]}}'))

    assert (evidence.kind, evidence.reports[0].address) == (MessageKind.COMPLAINT, JANA)


@pytest.mark.parametrize(
    "inside",
    ["", '"bounce":[]', '"bounce":{"bouncedRecipients":7}', '"bounce":{"bouncedRecipients":[1,{"emailAddress":[]}]}'],
)
def test_a_notification_in_another_shape_says_nothing(inside: str) -> None:
    assert classify(ses("Bounce", inside)).kind is MessageKind.OTHER


# ── whose mail it was ──


def test_addresses_that_a_mail_came_to_begin_with_the_outermost() -> None:
    fields = "Delivered-To: box@ccmail.example\nX-Original-To: bounces+abc@ccmail.example\n"

    evidence = classify(mail(fields=fields, to='"Bounces" <b@ccmail.example>, c@ccmail.example'))

    assert evidence.sent_to == (
        "box@ccmail.example",
        "bounces+abc@ccmail.example",
        "b@ccmail.example",
        "c@ccmail.example",
    )


def test_an_address_that_only_a_server_on_the_way_noted_comes_last() -> None:
    fields = "Received: from a by b for <bounces+abc@ccmail.example>; Mon, 5 Oct 2026 10:00:00 +0200\n"

    assert classify(mail(fields=fields, to="box@x.example")).sent_to == ("box@x.example", "bounces+abc@ccmail.example")


@pytest.mark.parametrize(
    "mail_of_it",
    [
        multipart(part("text/plain", "Failed."), part("text/rfc822-headers", ORIGINAL)),
        multipart(part("text/plain", "Failed."), part("message/rfc822", ORIGINAL)),
        mail(f"Failed.\n\n--- Below this line is a copy of the message.\n\n{ORIGINAL}"),
        mail(f"Failed.\n  Message-id: {OUR_ID}\n  Subject: Workshop"),
        mail("Failed.", fields=f"In-Reply-To: {OUR_ID}\n"),
        mail("Failed.", fields=f"References: <a@b.example> {OUR_ID}\n"),
        mail("Failed.", fields=f"X-Original-Message-ID: {OUR_ID}\n"),
    ],
)
def test_message_ids_are_found_wherever_servers_and_people_quote_them(mail_of_it: bytes) -> None:
    assert OUR_ID in classify(mail_of_it).message_ids


def test_a_message_id_in_the_mail_that_came_back_is_surer_than_one_in_a_field() -> None:
    evidence = classify(delivery_report(status()).replace(b"Date:", b"In-Reply-To: <other@ccmail.example>\nDate:", 1))

    assert evidence.message_ids == (OUR_ID, "<other@ccmail.example>")
