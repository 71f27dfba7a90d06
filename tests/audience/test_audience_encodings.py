"""A text list is read as it was meant, in the encodings between Portugal and Georgia, or nobody gets mail."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from ccmail.audience import Contact, ListFormat, read_contacts
from ccmail.languages.encoding import find_encoding
from ccmail.languages.plausibility import CODECS, judge
from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path

GERMAN = ["Jörg Größer", "Käthe Müller", "Björn Weiß", "Jürgen Bäcker"]
FRENCH = ["François Lefèvre", "Hélène Côté", "Benoît Garçon", "Joëlle Évrard"]
PORTUGUESE = ["João Simões", "Conceição Araújo", "António Magalhães", "Inês Galvão"]
SPANISH = ["Begoña Muñoz", "Íñigo Núñez", "José Ibáñez", "Ángel Peña"]
DANISH = ["Søren Kjær", "Åse Ødegård", "Jørgen Næss", "Bjørn Sæther"]
POLISH = ["Łukasz Żak", "Małgorzata Wiśniewska", "Stanisław Wójcik", "Bożena Dąbrowska"]
CZECH = ["Jiří Dvořák", "Zdeněk Růžička", "Božena Němcová", "Tomáš Procházka"]
CROATIAN = ["Željko Šimić", "Đurđica Kovačević", "Ante Marušić", "Mate Perišić"]
HUNGARIAN = ["László Szűcs", "Gergő Kőszegi", "Erzsébet Győri", "Zoltán Molnár"]
TURKISH = ["Ayşe Yılmaz", "Çağlar Öztürk", "Işıl Doğan", "Uğur Şahin"]
GREEK = ["Γιώργος Παπαδόπουλος", "Ελένη Δημητρίου", "Νίκος Οικονόμου"]
RUSSIAN = ["Анна Иванова", "Сергей Кузнецов", "Ольга Смирнова"]
UKRAINIAN = ["Олексій Шевченко", "Наталія Бондаренко", "Юрій Ткаченко"]
BULGARIAN = ["Георги Димитров", "Елена Николова", "Петър Стоянов"]
SERBIAN = ["Ђорђе Јовановић", "Љиљана Петровић", "Небојша Ђурић"]
MACEDONIAN = ["Ѓорѓи Трајковски", "Љупче Николовски", "Снежана Ќосева"]
LATVIAN = ["Jānis Bērziņš", "Līga Kalniņa", "Mārtiņš Ozoliņš"]
ESTONIAN = ["Jüri Põld", "Ülle Kõiv", "Tõnu Mägi", "Õnne Pärn"]


def write(path: Path, people: list[str], codec: str) -> Path:
    rows = (f"p{n}@x.example;{name.replace(' ', ';', 1)}\r\n" for n, name in enumerate(people))
    path.write_bytes(("E-Mail;Vorname;Nachname\r\n" + "".join(rows)).encode(codec))
    return path


def read(path: Path, encoding: str = "") -> tuple[list[str], list[Problem]]:
    found = list(read_contacts(path, path.name, ListFormat(encoding=encoding)))
    people = [f"{x.first_name} {x.last_name}".strip() for x in found if isinstance(x, Contact)]
    return people, [x for x in found if isinstance(x, Problem)]


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "liste.csv"


@pytest.mark.parametrize(
    ("people", "codec"),
    [
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        (PORTUGUESE, "cp1252"),
        (SPANISH, "cp1252"),
        (DANISH, "cp1252"),
        (ESTONIAN, "cp1252"),
        (GERMAN, "cp850"),
        (FRENCH, "cp850"),
        (DANISH, "cp850"),
        (GERMAN, "cp437"),
        (GERMAN, "mac-roman"),
        (FRENCH, "mac-roman"),
        (PORTUGUESE, "mac-roman"),
        (POLISH, "cp1250"),
        (CZECH, "cp1250"),
        (CROATIAN, "cp1250"),
        (HUNGARIAN, "cp1250"),
        (CZECH, "iso8859-2"),
        (POLISH, "iso8859-2"),
        (CROATIAN, "cp852"),
        (POLISH, "cp852"),
        (CZECH, "mac-latin2"),
        (TURKISH, "cp1254"),
        (TURKISH, "cp857"),
        (GREEK, "cp1253"),
        (GREEK, "cp737"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp866"),
        (RUSSIAN, "iso8859-5"),
        (RUSSIAN, "mac-cyrillic"),
        (UKRAINIAN, "cp1251"),
        (UKRAINIAN, "koi8-u"),
        (BULGARIAN, "cp1251"),
        (SERBIAN, "cp1251"),
        (MACEDONIAN, "cp1251"),
        (SERBIAN, "iso8859-5"),
        (LATVIAN, "cp1257"),
        ([*GERMAN, *CROATIAN], "cp1250"),
        ([*GERMAN, *TURKISH], "cp1254"),
        ([*GERMAN, *FRENCH, *PORTUGUESE], "cp1252"),
    ],
)
def test_names_are_read_as_they_were_written(path: Path, people: list[str], codec: str) -> None:
    read_as, problems = read(write(path, people, codec))

    assert read_as == people
    [note] = problems
    assert (note.code, note.severity) == ("R568", Severity.NOTE)
    assert note.message.startswith("read as ")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("people", [GERMAN, LATVIAN, RUSSIAN, GREEK, ["ნინო ბერიძე", "Արամ Պետրոսյան"]])
def test_unicode_is_read_with_a_mark_and_without(path: Path, codec: str, people: list[str]) -> None:
    read_as, problems = read(write(path, people, codec))

    assert read_as == people
    assert [p.message for p in problems] == ([] if "8" in codec else [f"read as {codec[:6].upper()}"])


def test_a_list_in_ascii_is_nothing_to_speak_of(path: Path) -> None:
    assert read(write(path, ["Tom Wolf"], "ascii")) == (["Tom Wolf"], [])


@pytest.mark.parametrize(
    ("name", "codec"),
    [("Ida Gr\xfcn", "cp1252"), ("J\xf6rg Wolf", "cp1252"), ("Ren\xe9 Wolf", "cp1252"), ("Ida Wei\xdf", "cp1252")],
)
def test_one_usual_name_is_enough(path: Path, name: str, codec: str) -> None:
    assert read(write(path, [name], codec))[0] == [name]


@pytest.mark.parametrize(
    ("name", "codec", "both"),
    [
        ("Ida Peč", "cp1250", ("Peč", "Peè")),
        ("Ida Solè", "cp1252", ("Solè", "Solč")),
        ("Ida Lüzè", "cp1252", ("Lüzè", "Lüzč")),
    ],
)
def test_one_name_that_can_be_two_is_an_error_with_both(
    path: Path, name: str, codec: str, both: tuple[str, str]
) -> None:
    _, problems = read(write(path, ["Tom Wolf", name], codec))

    [problem] = problems
    assert (problem.code, problem.severity) == ("R567", Severity.ERROR)
    assert all(f"“{word}”" in problem.message for word in both)
    assert problem.place is not None
    assert problem.place.line == 3
    assert "CSV UTF-8" in problem.hint
    assert "encoding: " in problem.hint


@pytest.mark.parametrize(("encoding", "name"), [("cp1250", "Peč"), ("cp1252", "Peè")])
def test_what_ccmail_yaml_says_holds(path: Path, encoding: str, name: str) -> None:
    people, [note] = read(write(path, ["Ida Peč"], "cp1250"), encoding)

    assert people == [f"Ida {name}"]
    assert note.code == "R568"
    assert note.message.endswith(f", as ccmail.yaml says: “{name}”")


def test_a_mark_at_the_beginning_is_stronger_than_ccmail_yaml(path: Path) -> None:
    assert read(write(path, GERMAN, "utf-8-sig"), "cp1252") == (GERMAN, [])


def test_a_list_of_two_encodings_says_so(path: Path) -> None:
    write(path, GERMAN[:2], "utf-8")
    path.write_bytes(path.read_bytes() + "z@x.example;Björn;Weiß\r\n".encode("cp1252"))

    _, problems = read(path)

    assert problems[0].code == "R567"
    assert "some words are in UTF-8 (“Jörg”), others in Windows-1252 (Western) (“Björn”)" in problems[0].message


@pytest.mark.parametrize(
    ("text", "codec"), [("王小明;北京大学", "gb18030"), ("山田太郎;東京大学", "shift_jis"), ("王小明;北京大學", "big5")]
)
def test_letters_of_no_language_here_are_an_error(path: Path, text: str, codec: str) -> None:
    path.write_bytes(f"E-Mail;Vorname;Nachname\na@x.example;{text}\n".encode(codec))

    _, problems = read(path)

    assert [p.code for p in problems if p.is_error][:1] == ["R567"]


def test_the_first_word_of_each_letter_is_looked_at_however_long_the_list_is(path: Path) -> None:
    rows = "".join(f"a{n}@x.example;Jörg;Müller\n" for n in range(20_000))
    path.write_bytes(f"E-Mail;Vorname;Nachname\n{rows}z@x.example;Ivan;Kovačević\n".encode("cp1250"))

    found = find_encoding(path)

    assert (found.codec, found.doubt) == ("cp1250", "")


def test_quotes_dashes_and_signs_of_windows_are_no_letters(path: Path) -> None:
    people = ["„Jörg“ Größer", "Käthe Müller – Weiß", "Björn O’Neill", "Bäcker"]

    assert read(write(path, people, "cp1252"))[0] == people


@pytest.mark.parametrize("text", ["12 €", "§ 5", "Ulm – Bonn", "0731\xa0123"])
def test_signs_that_stand_alone_are_no_reason_to_doubt(path: Path, text: str) -> None:
    path.write_bytes(f"E-Mail;Vorname;Nachname;Zeichen\na@x.example;Ida;Frost;{text}\n".encode("cp1252"))

    people, problems = read(path)

    assert (people, [problem.code for problem in problems]) == (["Ida Frost"], ["R568"])


def test_a_word_looks_less_likely_with_signs_and_capitals_inside() -> None:
    verdict = judge(["Größer".encode("cp850"), "Jäger".encode("cp850")])

    assert verdict.best.words == ("Größer", "Jäger")
    assert verdict.is_sure


def test_every_encoding_that_is_guessed_is_known_to_python() -> None:
    assert all("Jag".encode(codec).decode(codec) == "Jag" for codec in CODECS)


def test_utf_8_loads_nothing_for_it(path: Path) -> None:
    write(path, GERMAN, "utf-8")
    before = set(sys.modules)

    read(path)

    assert not {m for m in set(sys.modules) - before if m.startswith(("charset_normalizer", "python_calamine"))}
