from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable

import pytest
from babel.messages.pofile import read_po

from ccmail.languages.catalogue import CATALOGUES, preferred, read_catalogue
from ccmail.languages.countries import nearest_country
from ccmail.wording import ENGLISH, Catalogue, Wording, either, join, placeholders, say, say_n
from tools import write_catalogues

GERMAN = Catalogue(
    "de",
    {
        "{name} is not in {file}": "in {file} fehlt {name}",
        "the list": "der Liste",
        "{n:,} mail": ("{n:,} Mail", "{n:,} Mails"),
        "no": "nein",
    },
)
NOT_GERMAN = re.compile(r"\b(?:the|is|are|and|with|not|of)\b")


# ── texts that know their template ────────────────────────────────────────────────────────────────────────────────


def test_a_wording_is_its_english_text() -> None:
    text = say("{name} is not in {file}", name="Ada", file=say("the list"))

    assert text == "Ada is not in the list"
    assert GERMAN.text(text) == "in der Liste fehlt Ada"
    assert ENGLISH.text(text) == text


def test_a_number_chooses_the_template_in_each_language() -> None:
    one, many = (say_n("{n:,} mail", "{n:,} mails", n) for n in (1, 1184))

    assert (one, many) == ("1 mail", "1,184 mails")
    assert (GERMAN.text(one), GERMAN.text(many)) == ("1 Mail", "1.184 Mails")


def test_values_are_listed_and_joined_texts_said_one_by_one() -> None:
    listed = say("there are {names}", names=("no", say("no")))

    assert GERMAN.text(listed) == "there are no, nein"
    assert GERMAN.text(join("\n", [say("no"), "{x}"])) == "nein\n{x}"


@pytest.mark.parametrize(("codes", "said"), [(["de"], "de"), (["de", "en", "fr"], "de or en or fr")])
def test_a_choice_is_said_with_or(codes: list[str], said: str) -> None:
    assert either(codes) == said
    assert read_catalogue("de").text(either(codes)) == said.replace("or", "oder")


def test_braces_and_values_are_printed_as_they_are() -> None:
    assert say("write {{de: …}}, not {found}", found="{0}") == "write {de: …}, not {0}"


@pytest.mark.parametrize("sent", [lambda text: pickle.loads(pickle.dumps(text)), copy.deepcopy])  # noqa: S301
def test_a_wording_keeps_its_template_on_the_way_to_another_process(sent: Callable[[str], str]) -> None:
    there = sent(say_n("{n:,} mail", "{n:,} mails", 2))

    assert isinstance(there, Wording)
    assert GERMAN.text(there) == "2 Mails"


def test_what_nobody_has_translated_is_said_in_english() -> None:
    assert GERMAN.text(say("new")) == "new"
    assert GERMAN.text("Ada") == "Ada"


@pytest.mark.parametrize(("wanted", "language"), [("de_AT.UTF-8", "de"), ("DE", "de"), ("fr_FR", "en"), ("C", "en")])
def test_a_locale_finds_its_catalogue(wanted: str, language: str) -> None:
    assert preferred(wanted) == language


def test_texts_are_collected_from_all_calls_that_say_something() -> None:
    source = """
from ccmail.cli.language import tr, tr_n

_WORDS = {"a": say("kept")}

def said(count, word):
    yield tr("at once, {name}", name=word)
    yield tr_n("{n} thing", "{n} things", count)
    yield say_n("{n} word", "{n} words", count)
    yield tr(word)
    yield other("not this")
"""

    assert list(write_catalogues.said_in(source)) == [
        "kept",
        "at once, {name}",
        ("{n} thing", "{n} things"),
        ("{n} word", "{n} words"),
    ]


# ── the catalogues ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", [code for code in CATALOGUES if code != "en"])
def test_every_text_is_in_the_catalogue_and_no_other(language: str) -> None:
    wanted = {entry.id for entry in write_catalogues.templates() if entry.id}
    with (write_catalogues.CATALOGUES / f"{language}.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale=language) if entry.id]

    assert {entry.id for entry in entries} == wanted, "make words"
    assert [entry.id for entry in entries if not all(_texts(entry.string))] == [], "no translation"
    assert [entry.id for entry in entries if entry.fuzzy] == []


@pytest.mark.parametrize("language", [code for code in CATALOGUES if code != "en"])
def test_every_translation_begins_and_ends_with_the_blanks_of_its_text(language: str) -> None:
    texts = read_catalogue(language).texts
    odd = [key for key, said in texts.items() for text in _texts(said) if text and _around(text) != _around(key)]

    assert odd == []


@pytest.mark.parametrize("language", [code for code in CATALOGUES if code != "en"])
def test_every_translation_has_the_placeholders_of_its_text(language: str) -> None:
    with (write_catalogues.CATALOGUES / f"{language}.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale=language) if entry.id and entry.python_brace_format]

    assert len(entries) > 100
    for entry in entries:
        wanted = placeholders(_texts(entry.id)[-1])
        assert all(placeholders(text) == wanted for text in _texts(entry.string)[-1:]), entry.id
        assert all(placeholders(text) <= wanted for text in _texts(entry.string)), entry.id


def test_the_german_texts_are_german() -> None:
    with (write_catalogues.CATALOGUES / "de.po").open("rb") as file:
        said = [text for entry in read_po(file, locale="de") if entry.id for text in _texts(entry.string)]
    plain = [re.sub(r"`[^`]*`|“[^”]*”|\[[^]]*\]\(|\{\w[^}]*\}|ccmail \w+( \w+)?", "", text) for text in said]

    assert [text for text in plain if NOT_GERMAN.search(text)] == []


def test_countries_have_the_names_of_the_language() -> None:
    near = nearest_country("Estnland")

    assert near == ("EE", "Estonia")
    assert read_catalogue("de").text(near[1]) == "Estland"


def test_the_files_that_are_written_from_the_texts_are_up_to_date() -> None:
    for file, text in write_catalogues.pages().items():
        assert file.read_text(encoding="utf-8") == text, "make words"


def _around(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _texts(of: object) -> tuple[str, ...]:
    return tuple(of) if isinstance(of, (tuple, list)) else (str(of or ""),)
