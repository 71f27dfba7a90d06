from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shell import Shell
from tests.small_workspace import SmallWorkspace

MISTAKES = [
    (["sned"], "no command “sned”. Did you mean “send”?", "den Befehl „sned“ gibt es nicht. Gemeint: „send“?"),
    (["recipients", "chek"], "no command “chek”. Did", "den Befehl „chek“ gibt es nicht. Gemeint: „check“?"),
    (["send", "--dryrun", "x"], "there is no option --dryrun. Did you mean “--dry-run”?", "die Option --dryrun gibt"),
    (["send", "--limit"], "--limit needs a value", "--limit braucht einen Wert"),
    (["check", "--strict=yes"], "--strict takes no value", "--strict nimmt keinen Wert"),
    (["send", "x", "--limit", "0"], "--limit: “0” is not a whole number from 1 on", "keine ganze Zahl ab 1"),
    (["preview", "--port", "http"], "--port: “http” is not a whole number from 0 to 65535", "von 0 bis 65535"),
    (["send", "x", "--confirm", "all"], "--confirm: “all” is not a number of people", "keine Anzahl von Personen"),
    (
        ["new", "anouncement"],
        "TYPE: “anouncement” is not one of: announcement, review",
        "steht nicht zur Wahl. Möglich",
    ),
    (["check", "--previous", "no.ics"], "--previous: no.ics does not exist", "--previous: no.ics gibt es nicht"),
    (["check", "--previous", "."], "--previous: . is a folder", "--previous: . ist ein Ordner"),
    (["-C", "ccmail.yaml", "check"], "--workspace: ccmail.yaml is a file, not a folder", "eine Datei, kein Ordner"),
    (["send", "a", "b", "c"], "this is too much: b c", "das ist zu viel: b c"),
    (["send"], "CAMPAIGN is missing. Campaigns here: ", "CAMPAIGN fehlt. Kampagnen hier: "),
    (["completion"], "SHELL is missing. Write one of: bash, zsh, fish", "SHELL fehlt. Zur Wahl: bash, zsh, fish"),
]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell in a small workspace, on a computer whose language nobody has set."""
    shell = Shell(SmallWorkspace(tmp_path).write().folder)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        shell.environment.pop(name, None)
    return shell


@pytest.mark.parametrize(("words", "english", "german"), MISTAKES, ids=[" ".join(words) for words, *_ in MISTAKES])
def test_a_mistake_on_the_command_line_is_told_in_both_languages(
    shell: Shell, words: list[str], english: str, german: str
) -> None:
    assert f"error[W799] {english}" in shell.run(*words, code=2).stderr

    told = shell.run("--language", "de", *words, code=2).stderr

    assert told.startswith("Fehler[W799] ")
    assert german in told


@pytest.mark.parametrize("words", [("--language", "de", "check", "--foo"), ("check", "--foo", "--language=de")])
def test_the_language_counts_wherever_it_stands(shell: Shell, words: tuple[str, ...]) -> None:
    assert "die Option --foo gibt es nicht" in shell.run(*words, code=2).stderr


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({}, "error"),
        ({"LANG": "C"}, "error"),
        ({"LANG": "fr_FR.UTF-8"}, "error"),
        ({"LANG": "de_AT.UTF-8"}, "Fehler"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "error"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "Fehler"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": ""}, "Fehler"),
    ],
    ids=str,
)
def test_without_a_choice_the_language_is_that_of_the_computer(
    shell: Shell, variables: dict[str, str], word: str
) -> None:
    shell.environment |= variables

    assert shell.run("sned", code=2).stderr.startswith(f"{word}[W799] ")
    assert shell.run("sned", "--language", "en", code=2).stderr.startswith("error[W799] ")


def test_an_error_in_json_is_in_the_language_with_the_same_code(shell: Shell) -> None:
    english, german = (
        shell.json("--language", language, "explain", "Z9", code=2)["error"] for language in ("en", "de")
    )

    assert (english["code"], german["code"]) == ("W749", "W749")
    assert (english["message"], german["message"]) == ("there is no code Z9", "die Nummer Z9 gibt es nicht")


def test_problems_in_json_and_for_other_programs_differ_in_their_texts_only(shell: Shell) -> None:
    with (shell.folder / "recipients" / "german.csv").open("a", encoding="utf-8") as file:
        file.write('"uwe@ulm,example",Uwe,Weiß\n')

    english, german = (shell.json("check", "--language", language, code=1) for language in ("en", "de"))

    assert "“uwe@ulm,example” is not a mail address" in _texts(english)
    assert "„uwe@ulm,example“ ist keine Mailadresse" in _texts(german)
    assert _shape(english) == _shape(german)

    logs = [shell.run("check", "--format", "sarif", "--language", language, code=1).stdout for language in ("en", "de")]
    english, german = (json.loads(log)["runs"][0]["results"] for log in logs)

    assert "„uwe@ulm,example“ ist keine Mailadresse" in logs[1]
    assert "gemeint: uwe@ulm.example?" in logs[1]
    assert [result["partialFingerprints"] for result in english] == [result["partialFingerprints"] for result in german]
    assert [result["ruleId"] for result in english] == [result["ruleId"] for result in german]

    told = shell.run("check", "--format", "github", "--language", "de", code=1).stdout

    assert "title=R501 „uwe@ulm%2Cexample“ ist keine Mailadresse" in told


def test_findings_of_the_doctor_are_in_the_language_and_its_keys_are_not(shell: Shell) -> None:
    checks = shell.json("doctor", "--dns", "127.0.0.1:9", "--language", "de", code=0)["checks"]

    login = next(check for check in checks if check["what"] == "login")
    assert (login["area"], login["verdict"]) == ("mail server", "not checked")
    assert login["words"] == "es gibt keine Verbindung"


def _texts(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False)


def _shape(found: Any) -> list[tuple[str, str, int, int]]:
    return [(p["code"], p["severity"], p["line"], p["column"]) for p in found["problems"]]
