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


def test_a_file_that_cannot_be_read_is_left_to_the_check(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("type: review\ntitle: M\xfcnchen\n".encode("latin-1"))

    assert mend(path, "x.yaml", ("de", "en")) == ()
