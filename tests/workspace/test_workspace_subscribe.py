"""`subscribe:` of a segment, and several lists of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.problems import Problem
from ccmail.workspace import Subscribe, SubscribeField, Workspace, load_workspace

TEXT = """\
name: Stadt
sender: {name: Stadt, address: post@stadt.example}
segments:
  german:
    recipients: RECIPIENTS
    language: de
    subscribe: SUBSCRIBE
footer: {imprint: Stadt, privacy: https://stadt.example}
"""
BOTH = "[recipients/german.csv, recipients/subscribed.csv]"


def load(folder: Path, recipients: str, subscribe: str) -> tuple[Workspace | None, tuple[Problem, ...]]:
    text = TEXT.replace("RECIPIENTS", recipients).replace("SUBSCRIBE", subscribe)
    (folder / "ccmail.yaml").write_text(text, encoding="utf-8")
    return load_workspace(folder)


def subscribe_of(folder: Path, subscribe: str) -> Subscribe:
    workspace, problems = load(folder, BOTH, subscribe)
    assert workspace is not None, problems
    found = workspace.settings.segments["german"].subscribe
    assert found is not None
    return found


def test_all_keys_are_read(tmp_path: Path) -> None:
    found = subscribe_of(tmp_path, "{consent: Ja, title: {de: Neues}, fields: [email, city, first_name, city]}")

    assert str(found.consent.get("de")) == "Ja"
    assert found.further_fields == (SubscribeField.CITY, SubscribeField.FIRST_NAME)


def test_the_version_changes_with_each_text_and_not_with_their_order(tmp_path: Path) -> None:
    texts = ("Ja", "Ja.", "{de: Ja}", "{de: Ja, en: Yes}", "{en: Yes, de: Ja}", "{de: Ja, en: Yes.}")

    versions = [subscribe_of(tmp_path, f"{{consent: {text}}}").version for text in texts]

    assert versions[3] == versions[4]
    assert len(set(versions)) == len(texts) - 1
    assert all(len(version) == 12 for version in versions)


@pytest.mark.parametrize(
    ("recipients", "subscribe", "code"),
    [
        ("recipients/german.csv", "{consent: Ja}", "W920"),
        (BOTH, "{title: Neues}", "C204"),
        (BOTH, "{consent: Ja, fields: [birthday]}", "C208"),
        ("[]", "{consent: Ja}", "C201"),
        ("[../other.csv]", "{consent: Ja}", "C225"),
    ],
)
def test_mistakes_have_a_place_and_a_code(tmp_path: Path, recipients: str, subscribe: str, code: str) -> None:
    _, problems = load(tmp_path, recipients, subscribe)

    [problem] = [problem for problem in problems if problem.is_error]
    assert problem.code == code
    assert problem.place is not None
    assert problem.place.line in {5, 7}
