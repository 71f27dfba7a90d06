from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pydantic
import pytest

import ccmail.languages
from ccmail.feedback.classify import classify
from ccmail.feedback.evidence import MessageKind
from ccmail.languages import Words, load_languages
from ccmail.languages.dates import date_range, long_date, times
from ccmail.languages.placeholders import names_in
from ccmail.problems import InputError, Problem
from tests.feedback.mails import person

WORDS = Path(__file__).parents[2] / "templates" / "words"
FRENCH = """\
name: Français
locale: fr
direction: ltr
dates:
  short: dd/MM/yyyy
  times: "{times}"
  with_zone: "{times} ({zone})"
  local: "{times} ({place})"
  all_day: toute la journée
salutation:
  ms: "Madame {last_name},"
  ms_titled: "Madame {title} {last_name},"
  mr: "Monsieur {last_name},"
  mr_titled: "Monsieur {title} {last_name},"
  neutral: "Bonjour {first_name} {last_name},"
  neutral_titled: "Bonjour {title} {first_name} {last_name},"
  nobody: "Mesdames, Messieurs,"
  professor: {ms: la Professeure, mr: le Professeur, neutral: Pr}
  doctor: {ms: Dr, mr: Dr, neutral: Dr}
  austrian_degrees: false
kicker: {announcement: Actualités, review: Rétrospective}
subject: {announcement: "Invitation : {title}", review: "{title}"}
email: E-mail
photo: "Photo : {credit}"
facts: {label: En bref, date: Date, time: Heure, place: Lieu, language: Langue}
online: En ligne
online_event: événement virtuel
conference_language: "La langue est : {language}."
register: S’inscrire
join: Rejoindre
calendar:
  heading: Dans votre agenda
  google: Google Agenda
  outlook: Outlook.com
  office365: Microsoft 365
  attached: Ou ouvrez le fichier joint.
  file: invitation
  details: "Plus d’informations : {url}"
agenda: Programme
speaker_at: "{speaker}, {role}"
text: {programme: Programme, results: Résultats}
presentations: Présentations
slides: Voir la présentation
video: Vidéo
watch: Regarder
gallery: Impressions
questions: "Pour toute question :"
author: "rédigé par :"
related: À lire aussi
top: Haut
footer:
  imprint: Mentions légales
  privacy: Protection des données
  unsubscribe: Ne plus recevoir de messages
  unsubscribe_subject: Désinscription
"""


def problems_of(folder: Path, text: str, name: str = "fr.yaml") -> tuple[Problem, ...]:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_languages([folder], lambda path: f"words/{path.name}")
    return caught.value.problems


SHIPPED = ("ar", "de", "en", "es", "fr", "uk")


def test_six_languages_come_along() -> None:
    languages = load_languages([WORDS])

    assert {code: language.words.name for code, language in languages.items()} == {
        "de": "Deutsch",
        "en": "English",
        "fr": "Français",
        "es": "Español",
        "uk": "Українська",
        "ar": "العربية",
    }
    assert languages["de"].code == "de"


def test_words_cannot_be_changed() -> None:
    words = load_languages([WORDS])["de"].words

    with pytest.raises(pydantic.ValidationError):
        words.email = "x"  # type: ignore[misc]


def test_words_are_plain_text() -> None:
    assert type(load_languages([WORDS])["de"].words.footer.imprint) is str


def test_a_further_language_is_one_more_file(tmp_path: Path) -> None:
    (tmp_path / "oc.yaml").write_text(FRENCH, encoding="utf-8")

    languages = load_languages([tmp_path, WORDS])

    assert sorted(languages) == sorted([*SHIPPED, "oc"])
    french = languages["oc"]
    start = dt.datetime(2021, 3, 9, 13, 0, tzinfo=dt.UTC)
    assert long_date(dt.date(2021, 3, 9), french) == "mardi 9 mars 2021"
    assert date_range(dt.date(2021, 3, 30), dt.date(2021, 4, 1), french) == "30 mars–1 avril 2021"
    assert times(start, start + dt.timedelta(hours=2), french) == "13:00–15:00"


def test_an_earlier_folder_stands_in_for_a_later_one(tmp_path: Path) -> None:
    own = (WORDS / "de.yaml").read_text(encoding="utf-8").replace("email: E-Mail", "email: Mail")
    (tmp_path / "de.yaml").write_text(own, encoding="utf-8")

    assert load_languages([tmp_path, WORDS])["de"].words.email == "Mail"
    assert load_languages([WORDS, tmp_path])["de"].words.email == "E-Mail"


def test_a_folder_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    assert sorted(load_languages([tmp_path / "none", WORDS])) == list(SHIPPED)


def leaves(group: dict[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in group.items():
        name = f"{above}{key}"
        found |= leaves(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return found


@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_language_has_all_words_and_the_names_in_braces_of_german(code: str) -> None:
    languages = load_languages([WORDS])
    german, words = (leaves(languages[name].words.model_dump()) for name in ("de", code))

    assert words.keys() == german.keys()
    assert [key for key, text in words.items() if text == "" and german[key]] == []
    # a salutation may leave out a first name or the number of days, which `load_languages` knows
    optional = ("salutation.", "dates.each_day")
    texts = {key: text for key, text in words.items() if isinstance(text, str) and not key.startswith(optional)}
    assert {key: set(names_in(text)) for key, text in texts.items()} == {
        key: set(names_in(german[key])) for key in texts
    }


@pytest.mark.parametrize("code", SHIPPED)
def test_the_names_of_calendar_files_of_a_shipped_language_are_of_plain_letters(code: str) -> None:
    words = load_languages([WORDS])[code].words

    assert words.notice is not None
    assert re.fullmatch("[a-z]+", words.calendar.file + words.notice.file)


@pytest.mark.parametrize("code", SHIPPED)
def test_the_link_to_unsubscribe_of_a_shipped_language_is_understood(code: str) -> None:
    subject = load_languages([WORDS])[code].words.footer.unsubscribe_subject

    assert classify(person(subject=subject)).kind is MessageKind.UNSUBSCRIBE


def test_only_arabic_is_written_from_right_to_left() -> None:
    languages = load_languages([WORDS])

    assert [code for code in SHIPPED if languages[code].words.direction == "rtl"] == ["ar"]


def test_a_missing_word_is_named_with_its_place(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, FRENCH.replace('  nobody: "Mesdames, Messieurs,"\n', ""))

    assert "nobody" in problem.message
    assert problem.place is not None
    assert (problem.place.file, problem.place.line) == ("words/fr.yaml", 11)


def test_an_unknown_word_is_named_with_its_place(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, FRENCH + "topp: Haut\n")

    assert "topp" in problem.message
    assert problem.place is not None
    assert problem.place.line == FRENCH.count("\n") + 1
    assert "top" in problem.marks[0].label


def test_an_unknown_placeholder_is_named_with_its_place(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, FRENCH.replace('times: "{times}"', 'times: "{time}"'))

    assert [p.code for p in problems] == ["T104", "T105"]
    assert problems[0].message == "nothing is called {time} here"
    assert problems[0].marks[0].label == "did you mean {times}?"
    assert problems[0].place is not None
    assert (problems[0].place.line, problems[0].place.column) == (6, 10)


def test_a_placeholder_where_nothing_is_filled_in_is_an_error(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, FRENCH.replace("top: Haut", "top: Haut {title}"))

    assert problem.message == "nothing is called {title} here"


def test_every_mistake_of_every_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "it.yaml").write_text("name: [", encoding="utf-8")

    problems = problems_of(tmp_path, FRENCH.replace("locale: fr", "locale: xx_YY"))

    assert {p.place.file for p in problems if p.place} == {"words/fr.yaml", "words/it.yaml"}
    assert "there is no locale “xx_YY”" in [p.message for p in problems]


@pytest.mark.parametrize("pattern", ["QQQQQQ", "foo", '""'])
def test_what_is_no_date_pattern_is_an_error(tmp_path: Path, pattern: str) -> None:
    problems = problems_of(tmp_path, FRENCH.replace("dd/MM/yyyy", pattern))

    assert problems[0].place is not None
    assert problems[0].place.line == 5


def test_a_text_of_several_lines_is_an_error(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, FRENCH.replace("top: Haut", 'top: "Haut\\nBcc: x"'))

    assert problem.code == "T106"


def test_a_file_that_is_not_named_after_a_language_is_an_error(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, FRENCH, "french.yaml")

    assert problem.message == "“french” is not the code of a language"


def test_the_package_has_no_names_that_it_does_not_have() -> None:
    assert ccmail.languages.Words is Words
    with pytest.raises(AttributeError):
        _ = ccmail.languages.nothing  # type: ignore[attr-defined]


def test_naming_the_package_loads_neither_babel_nor_pydantic() -> None:
    code = "import sys, ccmail.languages; print(*({'babel', 'pydantic', 'yaml'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
