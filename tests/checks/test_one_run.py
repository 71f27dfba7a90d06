"""One run of `check` shows all that is wrong: whoever mends a line meets no error that could have been said before."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail import pipeline
from ccmail.workspace import open_workspace
from tests.small_workspace import CAMPAIGN, SmallWorkspace

HEAD = "type: announcement\n"
LINES = (
    ("event: {date: 31.2.2020, time: 13:00–15:30}", "event: {date: 7.10.2020, time: 13:00–15:30}"),
    ("photo: {file: photos/fort.jpg}", ""),
    ("video: {url: hier, image: film.jpg}", ""),
    ("gallery: [{file: eins.jpg, caption: {de: Eins, en: One}, foo: bar}]", ""),
    ("attachments: [/etc/hosts, programm.pdf]", ""),
    ("related: [gestern]", ""),
    ("author: niemand", ""),
    ("colour: blau", ""),
    ("send_until: 1.1.2020", ""),
    ("segments: {german: {contact: nobody}}", "segments: [german]"),
    ("de:", "de:"),
    ("  titel: Räder", "  title: Räder"),
    ("  text: |", "  text: |"),
    ("    Liebe {{ vorname }},", "    Liebe {{ first_name }},"),
    ("    das ist <b>neu</b>. TODO", "    das ist **neu**."),
    ("    Siehe [ulm.example](https://hof.example/a).", "    Siehe [Ulm](https://ulm.example/a)."),
    ("    Siehe [Plan] (https://ulm.example/b).", "    Siehe [Plan](https://ulm.example/b)."),
)


@pytest.fixture
def several(small: SmallWorkspace, monkeypatch: pytest.MonkeyPatch) -> SmallWorkspace:
    """The German list has an address that is none."""
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T09:00")
    path = small.folder / "recipients" / "german.csv"
    path.write_text(path.read_text(encoding="utf-8") + "kaputt\n", encoding="utf-8")
    for part in ("html", "txt"):
        template = small.folder / "templates" / f"review.{part}.j2"
        (small.folder / "templates" / f"announcement.{part}.j2").write_bytes(template.read_bytes())
    return small


def errors_of(workspace: SmallWorkspace, lines: list[str]) -> set[tuple[str, str, int]]:
    file = workspace.folder / "campaigns" / f"{CAMPAIGN}.yaml"
    file.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    found = pipeline.check(open_workspace(workspace.folder), CAMPAIGN).problems
    return {
        (p.code, Path(p.place.file).name if p.place else "", p.place.line if p.place else 0)
        for p in found
        if p.is_error
    }


def test_no_error_appears_when_others_are_mended(several: SmallWorkspace) -> None:
    lines = [wrong for wrong, _ in LINES]
    shown = errors_of(several, lines)

    for number, (_, right) in enumerate(LINES):
        lines[number] = right
        left = errors_of(several, lines)
        assert left <= shown, right
        shown = left

    assert {(code, file) for code, file, _ in shown} == {("R501", "german.csv")}


@pytest.mark.parametrize("times", ["15:30–13:00", "13:00–13:00", "0:00–0:00"])
def test_an_event_that_cannot_be_hides_nothing_else(times: str, several: SmallWorkspace) -> None:
    lines = [f"event: {{date: 7.10.2020, time: {times}}}", "de:", "  title: Räder", "  text: Hallo TODO"]

    shown = errors_of(several, lines)

    assert {code for code, _, _ in shown} >= {"C214", "T315", "R501"}
