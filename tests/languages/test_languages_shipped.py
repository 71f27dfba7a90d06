"""The dates, times and names of the shipped languages beside German and English, proof-read word by word."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ccmail.audience import Contact, Salutation, salutation
from ccmail.languages import fill, load_languages
from ccmail.languages.countries import country_name, find_country
from ccmail.languages.dates import date_range, local_times, long_date, short_date, times, times_with_zone
from ccmail.languages.direction import isolated
from ccmail.languages.names import find_language, language_name

LANGUAGES = load_languages([Path(__file__).parents[2] / "templates" / "words"])
BERLIN, TBILISI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tbilisi")
START = dt.datetime(2020, 10, 7, 13, 0, tzinfo=BERLIN)
END = dt.datetime(2020, 10, 7, 15, 30, tzinfo=BERLIN)
NIGHT = dt.datetime(2020, 10, 7, 20, 0, tzinfo=BERLIN), dt.datetime(2020, 10, 8, 1, 30, tzinfo=BERLIN)

WRITTEN = {
    "fr": {
        "long": "mercredi 7 octobre 2020",
        "first": "jeudi 1er octobre 2020",
        "short": "7 octobre 2020",
        "days": "9–11 mars 2021",
        "months": "30 mars–1er avril 2021",
        "years": "30 décembre 2020–2 janvier 2021",
        "hours": "13:00–15:30 (UTC+2)",
        "night": "7 octobre, 20:00 – 8 octobre, 01:30",
        "elsewhere": "votre heure locale (Géorgie)\u00a0: 15:00–17:30",
        "conference": "Langue de la conférence\u00a0: anglais.",
    },
    "es": {
        "long": "miércoles, 7 de octubre de 2020",
        "first": "jueves, 1 de octubre de 2020",
        "short": "7 de octubre de 2020",
        "days": "9–11 de marzo de 2021",
        "months": "30 de marzo–1 de abril de 2021",
        "years": "30 de diciembre de 2020–2 de enero de 2021",
        "hours": "13:00–15:30 (CEST)",
        "night": "7 de octubre, 20:00 – 8 de octubre, 1:30",
        "elsewhere": "su hora local (Georgia): 15:00–17:30",
        "conference": "El idioma de la conferencia es el inglés.",
    },
    "uk": {
        "long": "середа, 7 жовтня 2020\u202fр.",
        "first": "четвер, 1 жовтня 2020\u202fр.",
        "short": "07.10.2020",
        "days": "9–11 березня 2021\u202fр.",
        "months": "30 березня–1 квітня 2021\u202fр.",
        "years": "30 грудня 2020–2 січня 2021\u202fрр.",
        "hours": "13:00–15:30 (UTC+2)",
        "night": "7 жовтня, 20:00 – 8 жовтня, 01:30",
        "elsewhere": "ваш місцевий час (Грузія): 15:00–17:30",
        "conference": "Мова конференції — англійська.",
    },
    "ar": {
        "long": "الأربعاء، 7 أكتوبر 2020",
        "first": "الخميس، 1 أكتوبر 2020",
        "short": "7 أكتوبر 2020",
        "days": "9–11 مارس 2021",
        "months": "30 مارس–1 أبريل 2021",
        "years": "30 ديسمبر 2020–2 يناير 2021",
        "hours": "1:00 م–3:30 م (UTC+2)",
        "night": "7 أكتوبر، 8:00 م – 8 أكتوبر، 1:30 ص",
        "elsewhere": "بتوقيتكم المحلي (جورجيا): 3:00 م–5:30 م",
        "conference": "لغة المؤتمر هي الإنجليزية.",
    },
}


@pytest.mark.parametrize("code", WRITTEN)
def test_days_hours_and_names_are_written_as_the_language_writes_them(code: str) -> None:
    language = LANGUAGES[code]

    written = {
        "long": long_date(dt.date(2020, 10, 7), language),
        "first": long_date(dt.date(2020, 10, 1), language),
        "short": short_date(dt.date(2020, 10, 7), language),
        "days": date_range(dt.date(2021, 3, 9), dt.date(2021, 3, 11), language),
        "months": date_range(dt.date(2021, 3, 30), dt.date(2021, 4, 1), language),
        "years": date_range(dt.date(2020, 12, 30), dt.date(2021, 1, 2), language),
        "hours": times_with_zone(START, END, language),
        "night": times(*NIGHT, language),
        "elsewhere": local_times(START, END, TBILISI, country_name("GE", language), language),
        "conference": fill(language.words.conference_language, language=language_name("en", language)),
    }

    assert written == WRITTEN[code]


MS, MR, NONE = Salutation.MS, Salutation.MR, Salutation.NONE
GREETINGS = [
    ("fr", MS, "", "Madame Bauer,"),
    ("fr", MR, "Prof. Dr.", "Monsieur le Professeur Bauer,"),
    ("fr", MS, "Dr.", "Madame la Docteure Bauer,"),
    ("fr", NONE, "", "Bonjour Kim Bauer,"),
    ("es", MS, "", "Estimada Sra. Bauer:"),
    ("es", MR, "Dr.", "Estimado Dr. Bauer:"),
    ("es", MS, "Prof.", "Estimada Profesora Bauer:"),
    ("es", NONE, "Dr.", "Estimado/a Dr./Dra. Kim Bauer:"),
    ("uk", MS, "", "Шановна пані Bauer!"),
    ("uk", MR, "Prof.", "Шановний пане професоре Bauer!"),
    ("uk", MS, "Dr.", "Шановна пані докторко Bauer!"),
    ("uk", NONE, "Dr.", "До уваги: д-р Kim Bauer"),
    ("ar", MS, "", "السيدة Bauer المحترمة،"),
    ("ar", MR, "Dr.", "السيد الدكتور Bauer المحترم،"),
    ("ar", NONE, "", "تحية طيبة، Kim Bauer،"),
]


@pytest.mark.parametrize(("code", "gender", "title", "expected"), GREETINGS)
def test_people_are_greeted_formally(code: str, gender: Salutation, title: str, expected: str) -> None:
    contact = Contact("kim@x.example", gender=gender, title=title, first_name="Kim", last_name="Bauer")

    assert salutation(contact, LANGUAGES[code]) == expected


@pytest.mark.parametrize("text", ["Arabisch", "arabe", "árabe", "арабська", "العربية", "عربي", "ar", "AR", "Arabic"])
def test_a_language_is_found_in_every_shipped_language(text: str) -> None:
    assert find_language(text) == "ar"


@pytest.mark.parametrize("text", ["Ukrainisch", "ukrainien", "ucraniano", "Українська", "українська", "الأوكرانية"])
def test_a_language_is_found_whatever_alphabet_it_is_written_in(text: str) -> None:
    assert find_language(text) == "uk"


@pytest.mark.parametrize("text", ["Allemagne", "Alemania", "Німеччина", "ألمانيا", "Germany", "Deutschland"])
def test_a_country_is_found_in_every_shipped_language(text: str) -> None:
    assert find_country(text) == "DE"


def test_only_between_words_from_right_to_left_a_text_is_isolated() -> None:
    assert isolated("Tartu (EE)", LANGUAGES["ar"]) == "\u2068Tartu (EE)\u2069"
    assert isolated("Tartu (EE)", LANGUAGES["uk"]) == "Tartu (EE)"
    assert isolated("", LANGUAGES["ar"]) == ""
