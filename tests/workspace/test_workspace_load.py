from __future__ import annotations

import shutil
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.problems import Problem, UsageError
from ccmail.workspace import DeliveryMode, Rate, Secret, SecretKind, Security, Workspace, find_workspace, load_workspace
from ccmail.yamlfile import Localized

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).parent / "sample"
Loaded = tuple[Workspace | None, tuple[Problem, ...]]

SMALL = """\
name: Stadt
sender: {name: Stadt, address: post@stadt.example}
segments:
  german: {recipients: recipients/german.csv, language: de}
footer: {imprint: Stadt, privacy: https://stadt.example}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the sample workspace."""
    shutil.copytree(SAMPLE, tmp_path / "newsletter")
    return tmp_path / "newsletter"


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Loaded]:
    """Load a workspace with this text as its ccmail.yaml."""

    def load_text(text: str) -> Loaded:
        (tmp_path / "ccmail.yaml").write_text(text, encoding="utf-8")
        return load_workspace(tmp_path)

    return load_text


def test_every_key_of_the_sample_is_read(root: Path) -> None:
    workspace, problems = load_workspace(root)

    assert problems == ()
    assert workspace is not None
    settings = workspace.settings
    assert (settings.name, settings.timezone, settings.delivery) == (
        "Connective Cities",
        "Europe/Berlin",
        DeliveryMode.OUTBOX,
    )
    assert (settings.sender.address, settings.sender.reply_to) == (
        "newsletter@connective-cities.example",
        "contact",
    )
    assert list(settings.people) == ["irakli", "fatina", "elene"]
    assert settings.people["elene"].organisation == "Connective Cities"
    assert settings.people["fatina"].role == Localized(
        {
            "de": "Connective Cities Projektmanagerin in Deutschland",
            "en": "Connective Cities Project Manager in Germany",
        }
    )
    assert list(settings.segments) == ["german", "international"]
    assert settings.segments["international"].language == ("en",)
    assert settings.segments["german"].contact == "fatina"
    assert settings.test.to == ("fatina", "irakli")
    assert settings.unsubscribe.address == "unsubscribe@connective-cities.example"
    assert settings.footer.privacy.get("en") == "https://connective-cities.example/privacy"
    assert settings.smtp is not None
    assert (settings.smtp.port, settings.smtp.security, settings.smtp.connections) == (
        587,
        Security.STARTTLS,
        4,
    )
    assert settings.smtp.rate == Rate(120, 60)
    assert settings.smtp.password == Secret(SecretKind.KEYRING)
    assert settings.inbox is not None
    assert settings.inbox.imap == "imap.connective-cities.example"
    assert set(workspace.languages) >= {"de", "en"}
    assert workspace.zone == zoneinfo.ZoneInfo("Europe/Berlin")


def test_what_need_not_be_said_has_a_safe_default(load: Callable[[str], Loaded]) -> None:
    workspace, problems = load(SMALL)

    assert problems == ()
    assert workspace is not None
    settings = workspace.settings
    assert settings.delivery is DeliveryMode.OUTBOX
    assert settings.timezone == "Europe/Berlin"
    assert (settings.smtp, settings.inbox, settings.max_recipients) == (None, None, None)
    assert (settings.theme.colour, settings.pictures) == ("#0b6a8f", "cid")
    assert settings.unsubscribe.address == "post@stadt.example"


def test_a_workspace_is_found_from_any_folder_inside(root: Path) -> None:
    assert find_workspace(root / "campaigns") == root


def test_where_there_is_no_workspace_the_way_to_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ccmail\.yaml") as caught:
        find_workspace(tmp_path)

    assert "ccmail init" in caught.value.hint


def test_a_folder_without_the_file_is_a_problem(tmp_path: Path) -> None:
    workspace, problems = load_workspace(tmp_path)

    assert workspace is None
    assert [p.code for p in problems] == ["Y120"]


def test_an_own_words_file_is_a_language_and_a_wrong_one_a_problem(root: Path) -> None:
    words = root / "templates" / "words"
    words.mkdir(parents=True)
    english = Path(__file__).parents[2] / "templates" / "words" / "en.yaml"
    shutil.copy(english, words / "fr.yaml")

    workspace, _ = load_workspace(root)
    (words / "fr.yaml").write_text("name: Français\n", encoding="utf-8")
    broken, problems = load_workspace(root)

    assert workspace is not None
    assert "fr" in workspace.languages
    assert broken is None
    assert {str(p.place and p.place.file) for p in problems} == {"templates/words/fr.yaml"}


def test_an_update_of_the_workspace_that_is_wrong_in_many_ways_is_told_at_once(
    load: Callable[[str], Loaded],
) -> None:
    _, problems = load(
        SMALL.replace("name: Stadt\n", "name: Stadt: Land\n", 1)
        + "people:\n  anna: {name: Anna, email: anna}\n"
        + "test: {to: [ana, anna, x@y.example]}\n"
        + "timezone: CEST\n"
        + "fuß: note\n"
    )

    assert [p.code for p in problems] == ["Y101", "C223", "C212", "C226", "C202"]


CASES = {
    "a password": (
        "smtp: {host: s.example, password: geheim}",
        "W752",
        "a password does not belong in this file",
    ),
    "a password that looks like a place": (
        "smtp: {host: s.example, password: 'file:'}",
        "W752",
        "a password",
    ),
    "no encryption": ("smtp: {host: s.example, security: none}", "W753", "“none” would send"),
    "an unknown encryption": (
        "smtp: {host: s.example, security: ssl}",
        "C208",
        "“ssl” is not a value for “security”",
    ),
    "a port": ("smtp: {host: s.example, port: 99999}", "C218", "“99999” is not a whole number up to 65535"),
    "a rate": ("smtp: {host: s.example, rate: fast}", "W754", "“fast” is not a rate"),
    "no rate at all": ("smtp: {host: s.example, rate: 0 per minute}", "W754", "“0 per minute” is not a rate"),
    "a colour": ("theme: {colour: blue}", "W756", "“blue” is not a colour"),
    "a picture address": ("pictures: inside", "C224", "“inside” is not a web address"),
    "a person's name": ("people: {anna maria: {name: Anna}}", "W755", "“anna maria” cannot be a name here"),
    "an unknown tester": ("test: {to: [anna]}", "C212", "nobody called “anna” in ccmail.yaml"),
    "a delivery": ("delivery: live", "C208", "“live” is not a value for “delivery”"),
    "a path": ("theme: {logo: ../logo.png}", "C225", "“../logo.png” is not a file of this workspace"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_named(load: Callable[[str], Loaded], name: str) -> None:
    line, code, message = CASES[name]

    workspace, problems = load(f"{SMALL}{line}\n")

    assert workspace is None
    assert [p.code for p in problems] == [code]
    assert problems[0].message.startswith(message)
    assert problems[0].place is not None
    assert problems[0].place.line == 6


@pytest.mark.parametrize(
    ("sender", "code", "shown"),
    [
        ("bounce_tokens: perhaps", "W841", "perhaps"),
        (f"bounces: {'b' * 38}@stadt.example, bounce_tokens: yes", "W842", f"{'b' * 38}@stadt.example"),
    ],
)
def test_an_address_for_bounces_takes_tokens_or_not(
    load: Callable[[str], Loaded], sender: str, code: str, shown: str
) -> None:
    workspace, problems = load(SMALL.replace("post@stadt.example}", f"post@stadt.example, {sender}}}"))

    assert workspace is None
    assert [problem.code for problem in problems] == [code]
    assert problems[0].place is not None
    assert problems[0].place.text[problems[0].place.column - 1 :].startswith(shown)


def test_a_segment_needs_a_language_that_there_are_words_for(load: Callable[[str], Loaded]) -> None:
    _, problems = load(SMALL.replace("language: de", "language: [de, xx, Tigrinya]"))

    assert [p.code for p in problems] == ["C207", "C207"]
    assert "templates/words/ti.yaml" in problems[1].hint


def test_languages_may_be_named_instead_of_coded(load: Callable[[str], Loaded]) -> None:
    workspace, _ = load(SMALL.replace("language: de", "language: [Deutsch, english]"))

    assert workspace is not None
    assert workspace.settings.segments["german"].language == ("de", "en")


def test_a_password_is_not_repeated_where_it_is_complained_about(load: Callable[[str], Loaded]) -> None:
    _, problems = load(f"{SMALL}smtp:\n  host: s.example\n  password: hunter2 # mine\n")

    assert "hunter2" not in repr(problems)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "'::1'"])
def test_mails_may_go_unencrypted_to_this_computer_only(load: Callable[[str], Loaded], host: str) -> None:
    workspace, problems = load(f"{SMALL}smtp: {{host: {host}, security: none}}\n")

    assert problems == ()
    assert workspace is not None


@pytest.mark.parametrize(
    ("written", "secret"),
    [
        ("keyring", Secret(SecretKind.KEYRING)),
        ("file:/run/secrets/smtp", Secret(SecretKind.FILE, "/run/secrets/smtp")),
        ("env:CCMAIL_SMTP_PASSWORD", Secret(SecretKind.ENVIRONMENT, "CCMAIL_SMTP_PASSWORD")),
    ],
)
def test_a_password_lies_in_a_keyring_a_file_or_the_environment(
    load: Callable[[str], Loaded], written: str, secret: Secret
) -> None:
    workspace, _ = load(f"{SMALL}smtp: {{host: s.example, password: '{written}'}}\n")

    assert workspace is not None
    assert workspace.settings.smtp is not None
    assert workspace.settings.smtp.password == secret
    assert str(secret) == written


@pytest.mark.parametrize(
    ("written", "per_second"),
    [
        ("120 per minute", 2.0),
        ("2 per second", 2.0),
        ("7200 pro Stunde", 2.0),
        ("120/min", 2.0),
        ("none", None),
    ],
)
def test_a_rate_is_mails_in_a_time(load: Callable[[str], Loaded], written: str, per_second: float | None) -> None:
    workspace, _ = load(f"{SMALL}smtp: {{host: s.example, rate: {written}}}\n")

    assert workspace is not None
    assert workspace.settings.smtp is not None
    rate = workspace.settings.smtp.rate
    assert (rate.per_second if rate else None) == per_second


@pytest.mark.parametrize(
    ("written", "colour"), [('"#0B6A8F"', "#0b6a8f"), ("0b6a8f", "#0b6a8f"), ("'#fa0'", "#ffaa00")]
)
def test_a_colour_has_six_digits(load: Callable[[str], Loaded], written: str, colour: str) -> None:
    workspace, _ = load(f"{SMALL}theme: {{colour: {written}}}\n")

    assert workspace is not None
    assert workspace.settings.theme.colour == colour


def test_a_colour_without_quotes_is_a_comment_and_that_is_said(load: Callable[[str], Loaded]) -> None:
    _, problems = load(f"{SMALL}theme:\n  colour: #0b6a8f\n")

    assert [p.code for p in problems] == ["Y106"]
    assert '"#0b6a8f"' in problems[0].hint


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?amt?=@stadt.example",
        "amt%0d%0abcc@stadt.example",
        "amt@stadt.example> AUTH=<x",
        "amt(x)@stadt.example",
        "\\x07amt@stadt.example",
        "a" * 5000 + "@stadt.example",
    ],
    ids=["encoded word", "line break", "parameter", "comment", "control character", "very long"],
)
@pytest.mark.parametrize(
    "key",
    [
        "sender: {name: Stadt, address: X}",
        "sender: {name: Stadt, address: a@stadt.example, reply_to: X}",
        "sender: {name: Stadt, address: a@stadt.example, bounces: X}",
        "people: {anna: {name: Anna, email: X}}",
        "test: {to: [X]}",
        "unsubscribe: {address: X}",
    ],
)
def test_an_address_that_hides_something_stands_nowhere(load: Callable[[str], Loaded], key: str, address: str) -> None:
    lines = [line for line in SMALL.splitlines() if line.partition(":")[0] != key.partition(":")[0]]

    workspace, problems = load("\n".join([*lines, key.replace("X", f'"{address}"')]))

    assert workspace is None
    assert "C223" in {problem.code for problem in problems}
