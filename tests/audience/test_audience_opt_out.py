from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccmail.audience import (
    Contact,
    MarkedContact,
    Reason,
    SegmentList,
    Selected,
    list_problems,
    read_contacts,
    select_audience,
)
from ccmail.audience.columns_read import marks_of, read_columns
from ccmail.audience.mark_headers import Says, find_meaning
from ccmail.audience.mark_words import Answer, read_answer
from ccmail.problems import Problem
from ccmail.workspace.list_format import ListFormat, NamedColumns

if TYPE_CHECKING:
    from pathlib import Path

Write: TypeAlias = Callable[..., "Path"]
Entry: TypeAlias = Contact | MarkedContact | Problem


@pytest.fixture(name="write")
def _write(tmp_path: Path) -> Write:
    """Write a list with one column beside the address; person n is p{n}@x.example."""
    number = itertools.count()

    def write(header: str, *values: str) -> Path:
        path = tmp_path / f"list{next(number)}.csv"
        rows = [f"p{n}@x.example;{value}" for n, value in enumerate(values)]
        path.write_text("\n".join([f"E-Mail;{header}", *rows, ""]), encoding="utf-8")
        return path

    return write


def entries(path: Path) -> list[Entry]:
    found = read_contacts(path, path.name)
    return [x for x in found if not isinstance(x, Problem) or x.code != list_problems.NAMES_MISSING]


def said(path: Path) -> list[str]:
    """Return what becomes of each row: "mail", a reason, or nothing."""
    people = (item for item in entries(path) if not isinstance(item, Problem))
    return ["mail" if isinstance(item, Contact) else item.mark.reason.value for item in people]


def problems(path: Path) -> list[tuple[str, int]]:
    return [(p.code, p.place.line) for p in entries(path) if isinstance(p, Problem) and p.place]


@pytest.mark.parametrize(
    ("header", "no", "yes"),
    [
        # a yes means no mail
        ("unsubscribed", "true", "false"),
        ("unsubscribed_at", "2020-03-04T10:11:12Z", ""),
        ("Unsubscribed from all email", "Yes", ""),
        ("opt-out", "1", "0"),
        ("opted out", "yes", "no"),
        ("is_opt_out", "t", "f"),
        ("HasOptedOutOfEmail", "TRUE", "FALSE"),
        ("do not email", "x", ""),
        ("do_not_mail", "1", "0"),
        ("Do not allow bulk emails", "Do Not Allow", "Allow"),
        ("NO BULK EMAILS (User Opt Out)", "1", "0"),
        ("doNotContact", "true", "false"),
        ("dnc", "1", "0"),
        ("blacklisted", "1", "0"),
        ("EMAIL_BLACKLISTED", "true", "false"),
        ("Blocklisted", "wahr", "falsch"),
        ("deleted", "1", "0"),
        ("UNSUB_TIME", "2020-01-02 10:00:00", ""),
        ("optout", "Y", "N"),
        ("Abgemeldet", "ja", "nein"),
        ("Abgemeldet am", "3.4.2020", ""),
        ("abbestellt", "✓", ""),
        ("kein Newsletter", "x", ""),
        ("Widerspruch", "am 3. April 2020", "-"),
        ("gesperrt", "WAHR", "FALSCH"),
        ("Werbesperre", "aktiv", "nein"),
        ("Newsletter abbestellt am", "12/2019", ""),
        ("Sperrvermerk", "liegt vor", ""),
        ("Robinsonliste", "ja", "nein"),
        ("email_disabled", "true", "false"),
        ("No Newsletter", "true", "false"),
        ("Ausgeschieden am", "3.4.2020", ""),
        ("Deactivated", "2020-01-02 03:04:05", ""),
        ("Inaktiv seit", "2020", ""),
        ("Austrittsdatum", "1.2.2020", ""),
        ("Löschkennzeichen", "X", ""),
        ("Kein Versand", "x", ""),
        ("nicht mehr einladen", "x", ""),
        ("E-Mails nicht zulassen", "Nicht zulassen", "Zulassen"),
        ("Is this account disabled?", "1", "0"),
        ("DNC Email", "Unsubscribed", "No"),
        ("opt out", "-1", "0,0"),
        ("Abgemeldet am", "44321", ""),
        ("Abgemeldet", "'ja", "nein!"),
        # the words of a yes, turned round
        ("Consent revoked", "yes", "no"),
        ("Consent withdrawn at", "2020-02-03", ""),
        ("Einwilligung zurückgezogen", "ja", "nein"),
        ("Keine Einwilligung", "x", ""),
        ("Not subscribed", "yes", "no"),
        ("Nicht abgemeldet", "nein", "ja"),
        # other languages
        ("Désabonné", "oui", "non"),
        ("Fecha de baja", "03/04/2020", ""),
        ("Não contactar", "sim", "não"),
        ("Disiscritto", "sì", "no"),
        ("Wypisany", "tak", "nie"),
        ("Abonelikten çıktı", "evet", "hayır"),
        ("Відписаний", "так", "ні"),
        ("Отписан", "да", "нет"),
        ("Odhlášen", "ano", "ne"),
        ("Odjavljen", "da", "ne"),
        ("Leiratkozott", "igen", "nem"),
        ("Uitgeschreven", "ja", "nee"),
        # a no means no mail
        ("subscribed", "false", "true"),
        ("subscribed_to_emails", "false", "true"),
        ("Newsletter", "nein", "ja"),
        ("email opt in", "No", "Yes"),
        ("consent", "withdrawn", "given"),
        ("Einwilligung", "nicht erteilt", "erteilt"),
        ("Einwilligung", "nein", "ja, 3.4.2020"),
        ("Accepts Marketing", "no", "yes"),
        ("confirmed", "0", "1"),
        ("Darf kontaktiert werden", "nein", "ja"),
        ("Kontaktaufnahme erlaubt", "nein", "ja"),
        ("Newsletter erwünscht", "Nein", "Ja"),
        ("E-Mail-Werbung erlaubt", "falsch", "wahr"),
        ("Im Verteiler", "nein", "ja"),
        ("E-Mail-Versand", "nein", "ja"),
        ("Einladung per Mail", "nein", "ja"),
        ("Aktiviert", "0", "1577872800"),
        ("Send Marketing Materials", "Do Not Send", "Send"),
        ("Einwilligung Newsletter und Fotos", "nein", "ja"),
        ("Consentement", "non", "oui"),
        ("Zgoda na mailing", "nie", "tak"),
        ("Згода", "ні", "так"),
        ("E-posta izni", "hayır", "evet"),
        # words
        ("Status", "abgemeldet", "angemeldet"),
        ("status", "blocklisted", "enabled"),
        ("Subscription status", "unconfirmed", "confirmed"),
        ("Marketing contact status", "Non-marketing contact", "Marketing contact"),
        ("emailstatus", "OptOut", "OK"),
        ("Kontaktstatus", "Abgemeldet am 3.4.2020", "aktiv"),
        ("Email status", "Never subscribed", "Subscribed"),
        ("Abo-Status", "gekündigt", "aktiv"),
        ("Newsletter-Status", "unsubscribed (2020-01-02)", "subscribed"),
        ("Global Status", "unsubscribed", "subscribed"),
        ("statecode", "Inactive", "Active"),
        ("Statut", "désinscrite", "actif"),
        ("Статус", "відписаний", "активний"),
    ],
)
def test_a_column_that_says_no_leaves_the_person_out(header: str, no: str, yes: str, write: Write) -> None:
    path = write(header, yes, no, yes)

    assert said(path) == ["mail", "unsubscribed", "mail"]
    assert [p for p in problems(path) if p[0] == "R512"] == []


@pytest.mark.parametrize(
    ("header", "no", "yes"),
    [
        ("bounced", "true", "false"),
        ("Bounced at", "2.3.2020", ""),
        ("On Hold", "1", "0"),
        ("Email On Hold", "On Hold Bounce", "No"),
        ("CLEAN_TIME", "2020-01-02 10:00:00", ""),
        ("unzustellbar", "x", ""),
        ("hard_bounce", "2", "0"),
        ("Status", "cleaned", "subscribed"),
        ("Status", "unzustellbar", "aktiv"),
        ("status", "unreachable", "active"),
        ("Zustellstatus", "hard bounce", "ok"),
    ],
)
def test_mails_that_come_back_are_another_reason(header: str, no: str, yes: str, write: Write) -> None:
    assert said(write(header, no, yes)) == ["bounced", "mail"]


def test_the_reason_has_the_column_and_its_words(write: Write) -> None:
    [marked] = [item for item in entries(write("Status", "aktiv", "Abgemeldet")) if isinstance(item, MarkedContact)]

    assert (marked.mark.reason, marked.mark.column) == (Reason.UNSUBSCRIBED, "Status")
    assert marked.mark.detail == "column Status: “Abgemeldet”"
    assert marked.mark.place is not None
    assert marked.mark.place.line == 3


@pytest.mark.parametrize(
    ("header", "values", "line"),
    [
        ("unsubscribed", ("false", "perhaps"), 3),
        ("Opt-out", ("0", "?"), 3),
        ("Einwilligung", ("siehe Akte", "ja"), 2),
        ("Einwilligung", ("ja", ""), 3),
        ("Newsletter", ("ja", "nein", "monatlich"), 4),
        ("Newsletter", ("ja", "vielleicht"), 3),
        ("Status", ("abgemeldet", "Gast"), 3),
        ("Werbesperre", ("inaktiv",), 2),
        ("Widerspruch", ("nein", "telefonisch, siehe Herr K."), 3),
        ("Teilnahmestatus", ("angemeldet", "abgemeldet"), 3),
        ("May we contact you again?", ("Yes", "No"), 3),
        (
            "Ich willige ein, dass mir die Stadt per E-Mail Einladungen sendet. Das kann ich jederzeit widerrufen.",
            ("Ja", "Nein"),
            3,
        ),
        (
            "Ich stimme zu, dass mich die Stadt per E-Mail, Telefon oder Post über Veranstaltungen informieren darf",
            ("Ja", "Nein"),
            3,
        ),
        (
            "Bitte ankreuzen, wenn Sie in Zukunft keine Einladungen und keine E-Mails von uns erhalten wollen",
            ("Ja",),
            2,
        ),
    ],
)
def test_a_value_that_is_neither_yes_nor_no_is_an_error_and_the_row_waits(
    header: str, values: tuple[str, ...], line: int, write: Write
) -> None:
    path = write(header, *values)

    [problem] = [item for item in entries(path) if isinstance(item, Problem)]
    assert (problem.code, problem.is_error) == ("R512", True)
    assert problem.place is not None
    assert (problem.place.line, problem.place.field) == (line, header)
    assert header in problem.message
    assert values[line - 2] in problem.message
    assert said(path)[line - 2] == "mistake"


def test_a_value_in_many_rows_is_one_problem_with_their_number(write: Write) -> None:
    [problem] = [p for p in entries(write("Status", "gesperrt", *["Gast"] * 40)) if isinstance(p, Problem)]

    assert "“Gast” here (40 rows)" in problem.message


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Status", ("Mitglied", "Gast")),
        ("Status", ("Mitglied", "aktiv")),
        ("Status", ("1", "2")),
        ("Newsletter", ("monatlich", "wöchentlich")),
        ("aktiv", ("seit dem Frühjahr", "Radverkehr")),
        ("Zahlungsstatus", ("storniert", "pending")),
        ("Unsubscribe link", ("https://x.example/u/1", "https://x.example/u/2")),
        ("SMS opt-out", ("true", "true")),
        ("Telefon gesperrt", ("ja", "ja")),
        ("Stadt-Status", ("gelöscht", "x")),
        ("State", ("NRW", "Bayern")),
        ("Do Not Phone", ("1", "1")),
        ("Widerrufsbelehrung akzeptiert", ("ja", "ja")),
        ("Werbesperre Post", ("ja", "nein")),
        ("Foto-Einwilligung", ("nein", "ja")),
        ("Consent to publish", ("no", "yes")),
        ("Gesperrte Straße", ("Marktstraße", "")),
        ("Beschwerdestelle", ("Bauamt", "")),
        ("Einladung verschickt", ("nein", "ja")),
        ("HTML-Mail", ("0", "1")),
        ("Gewerbe", ("nein", "ja")),
        ("Status", ("Paid", "Canceled")),
        ("Status", ("attending", "not attending")),
        ("SMS_STATUS", ("unsubscribed", "subscribed")),
    ],
)
def test_a_column_that_only_looks_like_it_leaves_nobody_out(header: str, values: tuple[str, ...], write: Write) -> None:
    path = write(header, *values)

    assert said(path) == ["mail"] * len(values)
    assert problems(path) == []
    columns = read_columns(path, path.name)
    assert columns is not None
    assert (columns.deciding, columns.unused) == ((), (header,))


@pytest.mark.parametrize(
    ("header", "word"), [("Gruppe", "Abgemeldet"), ("Kanal", "keine E-Mails"), ("", "unsubscribed")]
)
def test_a_word_about_mails_in_an_unknown_column_is_a_warning(header: str, word: str, write: Write) -> None:
    path = write(header, "Presse", word)

    assert said(path) == ["mail", "mail"]
    assert problems(path) == [("R542", 3)]


def test_what_ccmail_yaml_calls_a_further_column_is_not_asked(write: Write) -> None:
    further = ListFormat(columns=NamedColumns(further=("Gruppe",)))

    found = read_contacts(write("Gruppe", "Abgemeldet"), "list.csv", further)

    assert [type(item) for item in found] == [Contact]


def test_a_list_that_speaks_of_letters_and_of_mails_is_read_for_the_mails(tmp_path: Path) -> None:
    path = tmp_path / "civicrm.csv"
    path.write_text("Email,Do Not Email,Do Not Mail\na@x.example,0,1\nb@x.example,1,0\n", encoding="utf-8")

    assert said(path) == ["mail", "unsubscribed"]


def test_a_clear_no_counts_more_than_another_columns_doubt(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Email,opt in,Status\na@x.example,perhaps,unsubscribed\nb@x.example,yes,active\n", encoding="utf-8")

    assert said(path) == ["unsubscribed", "mail"]


@pytest.mark.parametrize(
    "remark",
    [
        "abgemeldet am 3.4.",
        "verstorben",
        "bitte nicht mehr anschreiben!",
        "unsubscribed by phone",
        "do not contact",
        "im Mai ausgeschieden",
        "left the organisation",
        "bounce",
        "möchte keine Einladungen",
        "no longer works here",
        "ist im Ruhestand",
        "wants no more mails",
        "Mail kommt zurück",
        "will nichts mehr von uns hören",
        "bitte löschen",
        "† 2020",
        "GDPR deletion request",
        "withdrew consent",
        "décédé",
        "відписався",
    ],
)
@pytest.mark.parametrize("header", ["Bemerkung 2", "Interne Notizen", "Tags", "Comments", "Sonstiges"])
def test_a_remark_that_sounds_like_a_no_is_a_warning(header: str, remark: str, write: Write) -> None:
    path = write(header, "Radverkehr", remark)

    assert said(path) == ["mail", "mail"]
    [problem] = [item for item in entries(path) if isinstance(item, Problem)]
    assert (problem.code, problem.is_warning) == ("R542", True)
    assert problem.place is not None
    assert (problem.place.line, problem.place.field) == (3, header)


@pytest.mark.parametrize(
    "remark", ["Vegetarierin", "kommt mit der Bahn", "Mitglied seit 2012", "leads the organisation"]
)
def test_any_other_remark_is_left_alone(remark: str, write: Write) -> None:
    assert problems(write("Bemerkung", remark)) == []


def test_a_reason_for_leaving_is_a_remark_in_any_words(write: Write) -> None:
    assert problems(write("UNSUB_REASON", "", "too many mails")) == [("R542", 3)]


# ── several lists ──


def select(*paths: Path) -> list[object]:
    lists = []
    for path in paths:
        marks = marks_of(path, path.name)
        assert marks is not None
        lists.append(SegmentList(path.stem, ("de",), read_contacts(path, path.name, marks=marks), marks.by_key))
    return list(select_audience(lists, frozenset(), ["de"]))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_no_in_one_list_counts_in_all_of_them_in_any_order(order: tuple[int, int], write: Write) -> None:
    paths = [write("Ort", "Bonn", "Köln"), write("Status", "aktiv", "abgemeldet")]

    chosen = [item.contact.email for item in select(*(paths[i] for i in order)) if isinstance(item, Selected)]

    assert set(chosen) == {"p0@x.example"}


def test_a_no_counts_for_a_row_above_it_and_for_all_addresses_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "E-Mail;E-Mail 2;opt out\na@x.example;;0\nb@x.example;;0\nA@X.example;b@x.example;1\n", encoding="utf-8"
    )

    assert [item for item in select(path) if isinstance(item, Selected)] == []


def test_attributes_can_say_no_as_well(tmp_path: Path) -> None:
    path = tmp_path / "listmonk.csv"
    path.write_text(
        'email;attributes\na@x.example;"{""opt_out"": true}"\nb@x.example;"{""opt_out"": false}"\n', encoding="utf-8"
    )

    assert said(path) == ["unsubscribed", "mail"]


_NOS = {
    "unsubscribed": ("true", "1", "x", "ja", "2020-01-02", "✓"),
    "subscribed": ("false", "0", "nein", "no", "unsubscribed"),
    "Status": ("abgemeldet", "blocklisted", "cleaned", "inaktiv", "bounced"),
    "bounced": ("yes", "2", "3.4.2020"),
}
_YESES = {"unsubscribed": "", "subscribed": "true", "Status": "active", "bounced": "0"}
_MARK = st.sampled_from([(header, value) for header, values in _NOS.items() for value in values])
_LIST = st.tuples(_MARK, st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=6))


@given(lists=st.lists(_LIST, min_size=1, max_size=3), order=st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_who_says_no_is_ever_selected(
    tmp_path: Path, lists: list[tuple[tuple[str, str], list[tuple[int, bool]]]], order: random.Random
) -> None:
    paths, saying_no = [], set()
    for number, ((header, no), people) in enumerate(lists):
        path = tmp_path / f"list{number}.csv"
        rows = [f"p{who}@x.example;{no if says_no else _YESES[header]}" for who, says_no in people]
        path.write_text("\n".join([f"E-Mail;{header}", *rows, ""]), encoding="utf-8")
        paths.append(path)
        saying_no |= {f"p{who}@x.example" for who, says_no in people if says_no}
    order.shuffle(paths)

    chosen = {item.contact.email for item in select(*paths) if isinstance(item, Selected)}

    everybody = {f"p{who}@x.example" for _, people in lists for who, _ in people}
    assert chosen == everybody - saying_no


# ── words ──


@pytest.mark.parametrize(
    ("text", "says", "answer"),
    [
        ("unsubscribed", Says.YES, Answer.NO),
        ("subscribed", Says.NO, Answer.YES),
        ("active", Says.NO, Answer.NO),
        ("inactive", Says.NO, Answer.UNCLEAR),
        ("inactive", Says.STATUS, Answer.NO),
        ("yes", Says.STATUS, Answer.UNCLEAR),
        ("0000-00-00 00:00:00", Says.NO, Answer.NOTHING),
        ("1601642000", Says.NO, Answer.NO),
        ("Jan 5, 2020 3:04 pm", Says.NO, Answer.NO),
        ("x" * 10_000, Says.NO, Answer.UNCLEAR),
    ],
)
def test_a_word_means_the_same_whatever_the_question_and_an_answer_does_not(
    text: str, says: Says, answer: Answer
) -> None:
    assert read_answer(text, says) is answer


@given(text=st.text(max_size=200), says=st.sampled_from(Says), header=st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_has_an_answer(text: str, says: Says, header: str) -> None:
    assert isinstance(read_answer(text, says), Answer)
    find_meaning(header)
