"""Facts in the texts: for each rule texts in which it finds something, and texts in which it must not."""

from __future__ import annotations

import json

import pytest

from ccmail.checks import check_campaign, texts
from ccmail.checks.rule import apply, rules_of
from ccmail.problems import Problem
from tests.messages.conftest import SENT_AT, LoadedOf

RULES = rules_of(texts)
ENGLISH = "english"
WRONG: dict[str, tuple[tuple[str, ...], ...]] = {
    "T310": (
        ("Wir sehen uns am Dienstag, den 7. Oktober 2020.", "7 October 2020 is no “Dienstag”", "Dienstag"),
        ("Am Samstag, 7.10., nein: Freitag, 2020-10-07.", "7 October 2020 is no “Freitag”", "Freitag"),
        ("We meet on Tuesday, 7 October 2020.", "7 October 2020 is no “Tuesday”", "Tuesday", ENGLISH),
        ("We meet on Monday, October 7th, 2020.", "7 October 2020 is no “Monday”", "Monday", ENGLISH),
    ),
    "T311": (
        ("Wir treffen uns am 7. Oktober 2021.", "the text says “7. Oktober 2021”", "7. Oktober 2021"),
        ("Wir treffen uns am 8.10.2020.", "the text says “8.10.2020”", "8.10.2020"),
        ("We meet on October 9, 2020.", "the text says “October 9, 2020”", "October 9, 2020", ENGLISH),
    ),
    "T312": (
        ("Gäste aus Albanien, Polen und Georgien (4 Länder).", "says “4 Länder” but names 3", "4 Länder"),
        ("Aus drei Ländern: Polen, Ungarn, Georgien, Fidschi.", "says “drei Ländern” but names 4", "drei Ländern"),
        ("Bonn, Ulm und Bad Kissingen (vier Städte) nahmen teil.", "says “vier Städte” but names 3", "vier Städte"),
        ("Wir sprechen über drei Themen:\n\n- Wasser\n- Luft\n", "says “drei Themen” but names 2", "drei Themen"),
        ("From Poland, the Czech Republic, Bosnia and Herzegovina and Georgia (5 countries).", "but names 4",
         "5 countries", ENGLISH),
    ),
    "T313": (
        ("Beginn ist um 14:00 Uhr, Ende um 16 Uhr.", "the text says “16 Uhr”, the event is at 13:00–15:30", "16 Uhr"),
        ("Wir treffen uns von 13:00–16:00 Uhr.", "the text says “13:00–16:00 Uhr”", "13:00–16:00 Uhr"),
        ("We begin at 3:45 pm.", "the text says “3:45 pm”", "3:45 pm", ENGLISH),
    ),
    "T314": (
        ("We invite the cities of the network to the event that will be held on the web. You are welcome, and the "
         "programme is the one we have sent you.", "stands in the de: block and is English", "We invite"),
        ("Wir laden Sie mit der Stadt und den Kommunen zu einer Veranstaltung ein, die im Herbst auf dem Land ist und "
         "für alle offen.", "stands in the en: block and is German", "Wir laden", ENGLISH),
        ("Запрошуємо на захід, що про зелені міста і про воду, та на зустріч із громадами, де ми й ви є разом.",
         "stands in the de: block and is Ukrainian", "Запрошуємо"),
        ("ندعو من يعمل في البلديات إلى لقاء مع الخبراء عن المدن التي تواجه هذا التحدي على الأرض من جديد.",
         "stands in the de: block and is Arabic", "ندعو"),
    ),
    "T315": (
        ("TODO: Ort nachtragen", "“TODO” was left in the text", "TODO"),
        ("Lorem ipsum und so fort.", "“Lorem ipsum” was left in the text", "Lorem ipsum"),
        ("Liebe %VORNAME%,", "“%VORNAME%” was left in the text", "%VORNAME%"),
        ("Liebe <Vorname>,", "“<Vorname>” was left in the text", "<Vorname>"),
        ("Liebe {Vorname},", "“{Vorname}” was left in the text", "{Vorname}"),
        ("Liebe {first_name}},", "“{first_name}}” was left in the text", "{first_name}}"),
        ("Liebe $vorname,", "“$vorname” was left in the text", "$vorname"),
        ("Liebe [Vorname],", "“[Vorname]” was left in the text", "[Vorname]"),
        ("Hallo {first_name},", "“{first_name}” was left in the text", "{first_name}"),
        ("Der Link folgt.", "“Link folgt” was left in the text", "Link folgt"),
        ("Am XXX in Bonn.", "“XXX” was left in the text", "XXX"),
    ),
    "T316": (
        ("Siehe http://localhost:8000/x.", "“http://localhost:8000/x” can be reached from your own", "http://localhost"),
        ("Siehe [hier](https://192.168.1.4/a).", "can be reached from your own network only", "https://192"),
        ("Siehe https://intranet/plan.", "can be reached from your own network only", "https://intranet"),
        ("Siehe file:///C:/plan.pdf", "is not on the web", "file:///C"),
        ("Siehe https://www.example.com/x.", "is an example", "https://www.example.com"),
        ("Siehe [Plan](javascript:alert(1)).", "“javascript:alert(1” leads nowhere from a mail", "javascript:"),
        ("Siehe [Plan](programm.html).", "“programm.html” leads nowhere from a mail", "programm.html"),
        ("Siehe [Plan](www.cities.example).", "“www.cities.example” leads nowhere from a mail", "www.cities"),
        ("Siehe [Plan](#).", "the link to “#” leads nowhere from a mail", "#"),
        ("Siehe [Plan](mailto:).", "the link to “mailto:” leads nowhere from a mail", "mailto:"),
        ("Siehe https://ulm.example/a%3E", "ends in “%3E”, which was pasted with it", "https://ulm"),
        (
            "Siehe https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fulm.example&data=x",
            "leads through Outlook's filter", "https://eur03",
        ),
        ("Siehe https://roth:geheim@ulm.example/a", "holds the name of an account", "https://roth"),
    ),
    "T317": (
        ("Wir treffen uns am 31. September 2020.", "there is no “31. September 2020”", "31. September 2020"),
        ("On 30 February.", "there is no “30 February”", "30 February", ENGLISH),
    ),
    "T330": (
        ("Siehe [Plan](https://ulm.example/a b.pdf).", "the address of a link has a blank in it", "[Plan]"),
        ("Siehe [Plan](ulm example).", "the address of a link has a blank in it", "[Plan]"),
        ("Siehe [Plan] (https://ulm.example).", "between the words of a link and its address", "[Plan]"),
        ("Siehe [Plan]\n(www.ulm.example).", "between the words of a link and its address", "[Plan]"),
        ("Siehe (Plan)[https://ulm.example].", "are the wrong way round", "(Plan)["),
        ("Siehe [Plan](https://ulm.example und mehr", "the address of a link has no closing bracket", "[Plan]"),
        ("Siehe [Plan][1].", "in square brackets, or elsewhere", "[Plan][1]"),
        ("Siehe unten.\n\n[1]: https://ulm.example", "an address for another place", "[1]:"),
        ("Siehe [Plan(https://ulm.example/x).", "the words of a link have no closing bracket", "[Plan("),
        ("- Siehe [{{ city }}](https://ulm.example/{{ city }} 1).", "has a blank in it", "[{{ city }}]"),
        ("Rad`n`Roll [Plan] (https://ulm.example) D`Ulm", "between the words of a link", "[Plan]"),
        ("Siehe <https://ulm.example/a b.pdf>.", "between < and > has a blank in it", "<https"),
        ("Siehe [](https://ulm.example/a).", "a link has no words", "[]("),
        ("Siehe https://ulm.example/treffen/\n19%3aabc", "seems to go on in the next line", "https://ulm.example"),
        ("Siehe https://ulm.example/x|y heute", "ends in the middle of its address", "https://ulm.example/x|y"),
        ("Siehe htps://ulm.example", "readers cannot click this address", "htps://"),
        ("Siehe https:/ulm.example/a", "readers cannot click this address", "https:/ulm"),
        ("Siehe https:// ulm.example", "readers cannot click this address", "https:// ulm"),
        ("Laut Studie[^1].", "a footnote is shown as it stands", "[^1]"),
    ),
    "T331": (
        ('Siehe <a href="https://ulm.example">hier</a>.', "“<a>” would be shown", "<a href"),
        ("Das ist <b>wichtig</b>.", "“<b>” would be shown", "<b>"),
        ("Ulm<br/>Hof", "“<br>” would be shown", "<br/>"),
        ("<!-- nicht vergessen -->", "“<!-->” would be shown", "<!--"),
        ("<DIV class=x>Text", "“<div>” would be shown", "<DIV"),
        ("<st1:city>Ulm", "“<st1:city>” would be shown", "<st1:city>"),
        ("[b]wichtig[/b]", "“[b]” would be shown", "[/b]"),
    ),
    "T332": (
        ("Text\n\n![Rathaus](rathaus.jpg)", "a text cannot hold a picture", "![Rathaus]"),
        ("Text ![](bild 1.png) Text", "a text cannot hold a picture", "![]"),
        ("![[bild.png]]", "a text cannot hold a picture", "![[bild"),
    ),
    "T333": (
        ("| Ort | Zeit |\n| Ulm | 9:00 |", "a line of dashes is missing", "| Ort"),
        ("Text\n\n| Ort | Zeit |\n|---|---|\n| Ulm |", "has 1 cell, its head has 2", "| Ulm |"),
        ("Ort | Zeit\n--- | ---\nUlm | 9:00 | ja", "has 3 cells, its head has 2", "Ulm | 9:00"),
        ("| a | b | c |\n|---|---|\n| 1 | 2 | 3 |", "has 2 cells, its head has 3", "|---|---|"),
        ("Zeit\tThema\n9:00\tRad", "readers see as blanks", "Zeit"),
        ("| a | b | c | d | e |\n|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 |", "5 columns is too narrow", "| a |"),
    ),
    "T334": (
        ('Das "Netz" und der "Weg".', "straight quotation marks (4)", '"Netz"'),
        ('We call it "the net".', "straight quotation marks (2)", '"the net"', ENGLISH),
        ('Vorn {{ city or "x" }}, dann "so".', "straight quotation marks (2)", '"so"'),
        ('Ein Rad von 28" Größe.', "straight quotation marks (1)", '"'),
    ),
    "T335": (
        ("1. Rad\n2. Bus\n4. Bahn", "do not count on: 1, 2, 4", "4."),
        ("1. Rad\n1. Bus\n1. Bahn", "do not count on: 1, 1, 1", "1."),
        ("3) Rad\n\n2) Bus", "do not count on: 3, 2", "2)"),
    ),
    "T336": (
        ("Das ist ** wichtig **.", "“**” is not closed", "**"),
        ("Ganz **wichtig.\n\nUnd so.", "“**” is not closed", "**wichtig"),
        ("~~gestern", "“~~” is not closed", "~~gestern"),
        ("Text\n\n```\nCode", "“```” is not closed", "```"),
        ("{% if city %}\n**{{ city }}\n{% endif %}", "“**” is not closed", "**{{ city"),
    ),
}  # fmt: skip
RIGHT = (
    "Wir sehen uns am Mittwoch, dem 7. Oktober 2020, von 13:00 bis 15:30 Uhr.",
    "Mittwoch, 7. Oktober, 13.00 Uhr: Beginn. Die Pause ist um 14:30 Uhr.",
    "Bitte melden Sie sich bis zum 30. September 2020, 18:00 Uhr, an.",
    "In Tiflis ist das 15:00–17:30 Uhr Ortszeit.",
    "Am 12. März 2020 trafen wir uns zum ersten Mal, um 16:00 Uhr.",
    "Fachleute aus 13 Ländern, darunter Albanien, Polen und Georgien.",
    "20 Kommunen aus 13 Ländern. Dabei sind Albanien, Polen und Georgien.",
    "Aus Georgien, der Ukraine, der Tschechischen Republik, Bosnien und Herzegowina und den Niederlanden (5 Länder).",
    "Bonn, Ulm und Bad Kissingen (3 Städte) nahmen teil.",
    "Drei Themen:\n\n- Wasser\n  und Boden\n- Luft\n- Licht\n",
    "Das Projekt „Municipal Response to the COVID-19 pandemic and the way of the cities in the world“ ist für alle.",
    "Alle Bürger*innen: **fett**, *schräg*, ~~weg~~, `** ~~ <b> ![](x) [x] (https://ulm.example)`.",
    "[Plan](https://de.ulm.example/Rad_(Verkehr)) und [Plan](<https://ulm.example/a b.pdf>) und <https://ulm.example/>.",
    "[Plan 2](https://ulm.example 'Ein Titel'), [Entwurf] (Stand Mai), 1 < 2, <3, {{ city }} [1].",
    "```\n<b> ** | a |\n```\n\n\\[kein\\](Link dazu)",
    "Der Film «Ulm», oben\n_____\nunten. Ort:\tUlm\n1.\tRad\n•\tBus",
    "Siehe https://ulm.example/\nWir freuen uns. Oder <https://ulm.example/>,\n2020-10-07 um 13:00 Uhr.",
    "| Ort | Zeit |\n|:--|--:|\n| {{ city | upper }} | 9:00 |\n{% if city %}\n| a \\| b | c |\n{% endif %}",
    "1. Rad\n2. Bus\n\n3. Bahn\n\n1. Mai\n3. Mai\n\nFoto: A | B",
    '{% if city == "Ulm" %}\nHallo.\n{% endif %}\nSiehe [x](https://ulm.example "Titel").',
    "Der Stand steht in Version 1.12. und kostet 13.00 Euro; rufen Sie uns an: 0228 1234567.",
    "Mehr unter https://www.connective-cities.example/plan und [hier](https://cities.example).",
    "Liebe {{ first_name }}, 50 % der Städte (100 %) sind dabei. Todos machen mit.",
)


def campaign(text: str, *, english: bool = False, subject: str = "") -> str:
    indented = "".join(f"    {line}\n" for line in text.split("\n"))
    block = (
        f"  title: Digitale Dienste\n  subject: {json.dumps(subject)}\n" if subject else "  title: Digitale Dienste\n"
    )
    head = 'type: announcement\nevent: {date: 7.10.2020, time: "13:00–15:30", place: online}\n'
    body = f"{'en' if english else 'de'}:\n{block}  text: |\n{indented}"
    return head + (f"segments: {{german: {{language: en}}}}\n{body}" if english else body)


def found_in(loaded_of: LoadedOf, text: str, **how: object) -> list[Problem]:
    return list(apply(RULES, loaded=loaded_of(campaign(text, **how))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "case"), [pytest.param(c, case, id=f"{c}-{case[0][:20]}") for c, cases in WRONG.items() for case in cases]
)
def test_a_slip_is_found_where_it_stands(loaded_of: LoadedOf, code: str, case: tuple[str, ...]) -> None:
    text, message, at, *language = case

    (problem,) = found_in(loaded_of, text, english=bool(language))

    assert problem.code == code
    assert message in problem.message
    assert problem.place is not None
    assert problem.place.text[problem.place.column - 1 :].startswith(at)


@pytest.mark.parametrize("text", RIGHT)
def test_nothing_is_found_in_a_text_that_is_right(loaded_of: LoadedOf, text: str) -> None:
    assert found_in(loaded_of, text) == []


def test_every_rule_has_texts_that_break_it() -> None:
    assert {rule.code for rule in RULES} == WRONG.keys()


@pytest.mark.parametrize("subject", ["Einladung zum 8. Oktober 2020", "Einladung, 7.11.2020"])
def test_a_headline_may_name_no_other_day(loaded_of: LoadedOf, subject: str) -> None:
    (problem,) = found_in(loaded_of, "Wir laden Sie ein.", subject=subject)

    assert problem.code == "T311"
    assert [mark.label for mark in problem.marks] == ["", "here"]


def test_a_deadline_in_a_headline_is_no_other_day(loaded_of: LoadedOf) -> None:
    assert found_in(loaded_of, "Wir laden Sie ein.", subject="Anmeldung bis 30. September 2020") == []


def test_the_same_slip_in_two_languages_is_said_once(loaded_of: LoadedOf) -> None:
    both = (
        "type: review\nevent: {date: 7.10.2020}\n"
        "de:\n  title: Rückblick\n  text: Gäste aus Albanien, Polen und Georgien (4 Länder) kamen.\n"
        "en:\n  title: Review\n  text: Guests from Albania, Poland and Georgia (4 countries) came.\n"
    )

    (problem,) = apply(RULES, loaded=loaded_of(both))

    assert [(mark.place.line, mark.label) for mark in problem.marks] == [
        (5, "Albanien, Polen, … Georgien are 3"),
        (8, "the same here"),
    ]


def test_the_checks_of_a_campaign_look_at_its_texts(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(campaign("TODO"))

    assert "T315" in {p.code for p in check_campaign(loaded, SENT_AT)}
