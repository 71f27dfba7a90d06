"""Complaints, wishes to get no more mails, answers to invitations, answers of machines, and the rest."""

from __future__ import annotations

import pytest

from ccmail.feedback.classify import classify
from ccmail.feedback.evidence import MessageKind, Trace
from tests.feedback.mails import JANA, ORIGINAL, OUR_ID, mail, multipart, part, person

# ── complaints ──


def feedback_report(fields: str, original: str = ORIGINAL) -> bytes:
    return multipart(
        part("text/plain", "This is an email abuse report."),
        part("message/feedback-report", f"User-Agent: SomeFBL/1.0\nVersion: 1\n{fields}"),
        part("message/rfc822", original),
        kind="report; report-type=feedback-report",
        subject="Abuse report",
    )


def test_a_feedback_report_names_the_one_who_complains() -> None:
    evidence = classify(feedback_report(f"Feedback-Type: abuse\nOriginal-Rcpt-To: <{JANA}>\n"))

    assert evidence.kind is MessageKind.COMPLAINT
    assert [(report.address, report.bounce_class, report.traces) for report in evidence.reports] == [
        (JANA, None, (Trace.ARF,))
    ]
    assert evidence.message_ids == (OUR_ID,)


def test_a_provider_that_hides_the_address_leaves_the_mail() -> None:
    evidence = classify(feedback_report("Feedback-Type: abuse\n"))

    assert [report.address for report in evidence.reports] == [JANA]


def test_a_provider_that_hides_all_addresses_leaves_the_message_id() -> None:
    evidence = classify(feedback_report("Feedback-Type: abuse\n", f"To: undisclosed\nMessage-ID: {OUR_ID}\n"))

    assert [report.address for report in evidence.reports] == [""]
    assert evidence.message_ids == (OUR_ID,)


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "dmarc"])
def test_reports_about_something_else_are_no_complaints(kind: str) -> None:
    assert classify(feedback_report(f"Feedback-Type: {kind}\n")).kind is not MessageKind.COMPLAINT


def test_microsoft_names_who_complains_in_a_field_of_the_mail() -> None:
    original = f"X-HmXmrOriginalRecipient: {JANA}\nTo: hidden@x.example\n"

    evidence = classify(
        multipart(part("message/rfc822", original), kind="mixed", subject="complaint about message from 192.0.2.1")
    )

    assert (evidence.kind, evidence.reports[0].address) == (MessageKind.COMPLAINT, JANA)


# ── wishes to get no more mails ──

FOOTER = """
Am 05.10.2026 um 09:00 schrieb City Network:
> Sie bekommen diese Mail, weil Sie auf unserem Verteiler stehen.
> Abmelden: mailto:info@ccmail.example?subject=Abmelden
> Unsubscribe from this newsletter
"""


@pytest.mark.parametrize(
    "subject",
    ["Abmelden", "Unsubscribe", "unsubscribe", "UNSUBSCRIBE!", "Bitte abmelden", "Newsletter abbestellen", "Désabonner",
     "Re: unsubscribe", "Please remove me", "Afmelden", "Darme de baja", "Désinscription", "Відписатись",
     "Відписати мене", "إلغاء الاشتراك", "الغاء الاشتراك"],
)  # fmt: skip
def test_a_subject_can_be_the_whole_wish(subject: str) -> None:
    assert classify(person(subject=subject)).kind is MessageKind.UNSUBSCRIBE


@pytest.mark.parametrize(
    "text",
    [
        "Unsubscribe",
        "bitte abbestellen.",
        "Bitte nehmen Sie mich aus dem Verteiler.\n\nMit freundlichen Grüßen\nJana Müller",
        "Guten Tag,\nich möchte keine weiteren Mails von Ihnen.",
        "Hello, please take me off your list, thanks",
        "Please stop sending me these",
        "Bonjour, merci de me désinscrire de votre liste",
        "Ich möchte den Newsletter abbestellen",
    ],
)
def test_a_person_can_ask_in_an_answer(text: str) -> None:
    assert classify(person(f"{text}\n{FOOTER}", subject="Re: Workshop")).kind is MessageKind.UNSUBSCRIBE


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Vielen Dank, ich komme gern!", "Re: Workshop"),
        ("", "Re: Newsletter"),
        ("Hiermit muss ich mich leider vom Workshop abmelden.", "Re: Workshop"),
        ("Abmelden", "Re: Einladung zum Workshop am 7. Oktober"),
        ("Bitte austragen", "Re: Workshop"),
        ("Please do not unsubscribe me, I changed my address", "Address"),
        ("Wie viele haben die Liste gelesen?", "Frage"),
    ],
)
def test_a_quoted_footer_or_a_word_about_an_event_is_no_wish(text: str, subject: str) -> None:
    assert classify(person(f"{text}\n{FOOTER}", subject=subject)).kind is MessageKind.OTHER


def test_a_footer_quoted_under_a_line_that_is_broken_is_no_wish() -> None:
    quoted = (
        "On Mon, Oct 5, 2026 at 9:00 AM City Network <info@ccmail.example>\nwrote:\n\nUnsubscribe from this newsletter"
    )
    text = f"See you!\n\n{quoted}"

    assert classify(person(text, subject="Re: Workshop")).kind is MessageKind.OTHER


def test_who_writes_a_whole_letter_is_read_by_a_person() -> None:
    letter = "I have some questions about the last meeting. " * 20 + "And how do others unsubscribe?"

    assert classify(person(letter)).kind is MessageKind.OTHER


@pytest.mark.parametrize("subject", ["unsubscribe", "Unsubscribe", "Abbestellen", "Abmelden"])  # the last: older mails
def test_a_mail_program_that_uses_the_link_for_its_owner_asks_for_them(subject: str) -> None:
    automatic = person(
        "This was sent by your mail program.", subject=subject, fields="Auto-Submitted: auto-generated\n"
    )

    assert classify(automatic).kind is MessageKind.UNSUBSCRIBE


# ── answers to invitations ──


def calendar(method: str) -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{method}\nBEGIN:VEVENT\nUID:a@b\nEND:VEVENT\nEND:VCALENDAR"


@pytest.mark.parametrize(
    "method", ["METHOD:REPLY", "METHOD:COUNTER", "method:reply", "METHOD;X-A=b:REPLY", "METHOD: REPLY"]
)
def test_an_answer_to_an_invitation_is_known_by_the_method_in_its_file(method: str) -> None:
    answer = multipart(
        part("text/plain", "Yes"), part("text/calendar", calendar(method)), kind="mixed", subject="Accepted"
    )

    assert classify(answer).kind is MessageKind.RSVP


@pytest.mark.parametrize("method", ["METHOD:REQUEST", "METHOD:CANCEL", "METHOD:REFRESH", "DESCRIPTION:METHOD:REPLY"])
def test_other_calendar_files_are_no_answers(method: str) -> None:
    other = multipart(part("text/calendar; method=REPLY", calendar(method)), kind="mixed", subject="Termin")

    assert classify(other).kind is MessageKind.OTHER


def test_an_answer_inside_a_mail_that_came_back_is_no_answer() -> None:
    inner = f"Subject: Accepted\nContent-Type: text/calendar\n\n{calendar('METHOD:REPLY')}"

    assert classify(multipart(part("message/rfc822", inner), kind="mixed", subject="Look")).kind is MessageKind.OTHER


# ── answers of machines ──


@pytest.mark.parametrize(
    "fields",
    [
        "Auto-Submitted: auto-replied\n",
        "Auto-Submitted: auto-replied (vacation)\n",
        "Auto-Submitted: auto-generated; x=y\n",
        "X-Autoreply: yes\n",
        "X-Auto-Response-Suppress: All\n",
        "Precedence: auto_reply\n",
        "Precedence: bulk\n",
    ],
)
def test_a_program_that_answers_says_so(fields: str) -> None:
    assert classify(person("I will read it later.", fields=fields)).kind is MessageKind.AUTO_REPLY


@pytest.mark.parametrize(
    "subject",
    ["Automatic reply: Workshop", "Automatische Antwort: Workshop", "Re: Out of office", "Abwesenheitsnotiz: Workshop",
     "Réponse automatique : Workshop", "Respuesta automática: Taller", "Risposta automatica: x", "OOO: back in May",
     "Nicht im Büro", "Fuera de la oficina"],
)  # fmt: skip
def test_an_answer_of_a_machine_is_known_by_its_subject(subject: str) -> None:
    assert classify(person("Ich bin bis Montag nicht da.", subject=subject)).kind is MessageKind.AUTO_REPLY


def test_a_receipt_that_somebody_has_read_it_is_an_answer_of_a_machine() -> None:
    receipt = multipart(
        part("text/plain", "It was displayed."),
        part(
            "message/disposition-notification",
            f"Final-Recipient: rfc822; {JANA}\nDisposition: manual-action; displayed",
        ),
        kind="report; report-type=disposition-notification",
        subject="Read: Workshop",
    )

    assert classify(receipt).kind is MessageKind.AUTO_REPLY


def test_an_answer_of_a_machine_that_speaks_of_leaving_the_list_is_no_wish() -> None:
    text = "I am away. To unsubscribe from my notices, write to me."

    assert classify(person(text, fields="Auto-Submitted: auto-replied\n")).kind is MessageKind.AUTO_REPLY


@pytest.mark.parametrize(
    "fields", ["Auto-Submitted: no\n", "Precedence: list\nList-Id: <other.example>\n", "Importance: high\n"]
)
def test_what_people_write_is_for_people(fields: str) -> None:
    assert classify(person("I will come.", fields=fields)).kind is MessageKind.OTHER


def test_an_empty_mail_is_for_people() -> None:
    evidence = classify(b"")

    assert (evidence.kind, evidence.sender, evidence.date) == (MessageKind.OTHER, "", None)


def test_the_subject_of_the_evidence_cannot_control_a_terminal() -> None:
    assert classify(person(subject="=?utf-8?q?a=1B]8=0D=0AB?=")).subject == "a ]8 B"


def test_a_person_with_the_name_of_a_server_is_a_person() -> None:
    evidence = classify(mail("I will come.", sender="postmaster@stadt-bonn.example", subject="Re: Workshop"))

    assert evidence.kind is MessageKind.OTHER
