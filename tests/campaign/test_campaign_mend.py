from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.campaign.mend import mend

REPAIRED = {
    "photo: {file: x.jpg, alt: {de: Wasser, Luft und Erde, en: Air}}": (
        'photo: {file: x.jpg, alt: {de: "Wasser, Luft und Erde", en: Air}}'
    ),
    'title: {de: Die "Stadt", heute, en: "Today, here"}': """title: {de: 'Die "Stadt", heute', en: "Today, here"}""",
    "text: Schreiben Sie an elene(at)cities.example.": "text: Schreiben Sie an elene@cities.example.",
    "text: irakli.s [at] giz.example oder (at)": "text: irakli.s@giz.example oder (at)",
    "title: Workshop: Städte": 'title: "Workshop: Städte"',
}
LEFT_ALONE = (
    "photo: {de: Wasser und Luft, en: Air}",
    "role: {de: 'Wasser, Luft', en: Air}  # elene(at)cities.example works too",
    "# elene(at)cities.example",
    "text: Wir treffen uns (at) Bonn.",
    "speaker: {name: Wasser, Luft}",
)


@pytest.mark.parametrize(("line", "repaired"), REPAIRED.items())
def test_what_is_mechanical_is_repaired_and_shown(tmp_path: Path, line: str, repaired: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(f"type: review\r\n{line}\r\n".encode())

    difference = mend(path, "x.yaml", ("de", "en"))

    assert path.read_bytes().decode() == f"type: review\r\n{repaired}\r\n"
    assert {f"-{line}", f"+{repaired}"} <= set(difference)
    assert mend(path, "x.yaml", ("de", "en")) == ()


@pytest.mark.parametrize("line", LEFT_ALONE)
def test_what_may_be_meant_is_left_alone(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"{line}\n", encoding="utf-8")

    assert mend(path, "x.yaml", ("de", "en")) == ()
    assert path.read_text(encoding="utf-8") == f"{line}\n"


QUOTED = {
    'de:\n  title: Das "Netz" der Städte\n  text: |\n    Wir sagen "Hallo" und "Tschüss\n    bis dann".': (
        "de:\n  title: Das „Netz“ der Städte\n  text: |\n    Wir sagen „Hallo“ und „Tschüss\n    bis dann“."
    ),
    "en:\n  subject: 'Talk: \"Nets\"'\n  text: It's \"the 'inner' net\", isn't it?": (
        "en:\n  subject: 'Talk: “Nets”'\n  text: It’s “the ‘inner’ net”, isn’t it?"
    ),
    'de:\n  text: >\n    Das **"Netz"**,\n    ("Weg")\n\n    und "so': (
        'de:\n  text: >\n    Das **„Netz“**,\n    („Weg“)\n\n    und "so'
    ),
    'de:\n  text: Das "äußere \'innere\' Wort"\n    geht\'s "weiter"': (
        "de:\n  text: Das „äußere ‚innere‘ Wort“\n    geht’s „weiter“"
    ),
}
STRAIGHT = (
    'de:\n  title: "Ein Titel"\n  text: "Wort"',
    'de:\n  text: |\n    {{ city or "Ulm" }} `"x"` [a](https://x.example "t") <a href="x">',
    'de:\n  text: |\n    {% if city == "Ulm" %}\n    x\n    {% endif %}',
    'de:\n  text: |\n    Ein 28" Rad und ein "Wort" dazu.',
    'de:\n  text: |\n    ```\n    "x"\n    ```',
    'fr:\n  text: |\n    Le "mot"',
    'photo: {file: x.jpg, alt: "Das Wort"}',
    "de:\n  text: Rock 'n' Roll, geht's",
)


@pytest.mark.parametrize(("written", "mended"), QUOTED.items())
def test_straight_quotation_marks_become_those_of_the_language(tmp_path: Path, written: str, mended: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"{written}\n", encoding="utf-8")

    assert mend(path, "x.yaml", ("de", "en", "fr"))

    assert path.read_text(encoding="utf-8") == f"{mended}\n"
    assert mend(path, "x.yaml", ("de", "en", "fr")) == ()


@pytest.mark.parametrize("written", STRAIGHT)
def test_marks_of_yaml_code_and_fields_stay_and_so_does_what_is_in_doubt(tmp_path: Path, written: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"{written}\n", encoding="utf-8")

    assert mend(path, "x.yaml", ("de", "en", "fr")) == ()


def test_a_file_that_cannot_be_read_is_left_to_the_check(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("type: review\ntitle: M\xfcnchen\n".encode("latin-1"))

    assert mend(path, "x.yaml", ("de", "en")) == ()


def test_a_password_is_neither_changed_nor_shown(tmp_path: Path) -> None:
    path = tmp_path / "ccmail.yaml"
    path.write_text(
        "smtp:\n  user: a(at)x.example\n  password: me(at)x.example\ntest: {password: secret, to: [b(at)x.example]}\n",
        encoding="utf-8",
    )

    difference = "\n".join(mend(path, "ccmail.yaml"))

    assert "+  user: a@x.example" in difference
    assert "  password: …" in difference
    assert not any(word in difference for word in ("me(at)", "me@", "secret"))
    assert "password: me(at)x.example\n" in path.read_text(encoding="utf-8")


def test_a_password_with_a_mistake_in_its_form_is_not_shown_either(tmp_path: Path) -> None:
    path = tmp_path / "ccmail.yaml"
    path.write_text("smtp:\n  password: se: cret\n", encoding="utf-8")

    difference = mend(path, "ccmail.yaml")

    assert not any("cret" in line for line in difference)
    assert {"-  password: …", "+  password: …"} <= set(difference)
    assert path.read_text(encoding="utf-8") == 'smtp:\n  password: "se: cret"\n'
