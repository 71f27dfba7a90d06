"""`smtp.provider`: the table of providers, and what it sets."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from ccmail.problems import Problem
from ccmail.workspace import Security, Workspace, load_workspace
from ccmail.workspace.advice import advise
from ccmail.workspace.providers import Provider, provider_called, provider_names, providers, providers_at
from tests.workspace.conftest import FILE, Load, Smtp


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a workspace with these keys in its smtp section."""

    def load_keys(keys: str) -> tuple[Workspace | None, tuple[Problem, ...]]:
        (tmp_path / "ccmail.yaml").write_text(f"{FILE}smtp: {{{keys}}}\n", encoding="utf-8")
        return load_workspace(tmp_path)

    return load_keys


# ── the table ──


@pytest.mark.parametrize("provider", providers(), ids=lambda provider: provider.name)
def test_a_line_of_the_table_has_all_that_a_sender_needs(provider: Provider) -> None:
    sources = [provider.server_source, *filter(None, [provider.limits_source])]

    assert provider.title
    assert provider.host or provider.hosts
    assert (provider.port, provider.security) in {(465, "tls"), (587, "starttls")}
    assert all(source.startswith("https://") for source in sources)
    assert dt.date(2026, 1, 1) < provider.seen < dt.date(2100, 1, 1)
    assert bool(provider.limits_source) == (provider.said_by is not None)
    assert provider.limits_source or not provider.limits, "a figure without a source"
    assert all(word == word.casefold().strip() and word for word in (provider.name, *provider.also))


def test_no_word_means_two_providers() -> None:
    assert [word for word, times in Counter(provider_names()).items() if times > 1] == []
    assert len(providers()) >= 20


def test_each_provider_runs_its_own_server_and_no_stranger_is_one() -> None:
    assert all(provider in providers_at(provider.host) for provider in providers() if provider.host)
    assert [each.name for each in providers_at("W0123456.kasserver.com")] == ["all-inkl"]
    assert [each.name for each in providers_at("smtp.gmail.com")] == ["google", "gmail"]
    assert providers_at("mail.stadt.example") == ()


# ── what it sets ──


@pytest.mark.parametrize("provider", [each for each in providers() if each.host], ids=lambda provider: provider.name)
def test_a_provider_alone_is_a_whole_server(smtp: Smtp, provider: Provider) -> None:
    settings = smtp(f"provider: {provider.name}")

    assert (settings.host, settings.port, settings.security) == (
        provider.host,
        provider.port,
        Security(provider.security),
    )
    assert settings.connections == (provider.connections or 4)
    assert settings.per_day == provider.per_day
    assert list(advise(settings)) == [] or provider.name == "outlook.com"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("provider: Office365", ("smtp.office365.com", 587, "starttls", 3, "30 per minute", 10_000)),
        ("provider: m365, connections: 2", ("smtp.office365.com", 587, "starttls", 2, "30 per minute", 10_000)),
        ("provider: m365, rate: none, per_day: none", ("smtp.office365.com", 587, "starttls", 3, "None", None)),
        ("provider: google, per_day: 2.500", ("smtp.gmail.com", 465, "tls", 4, "120 per minute", 2_500)),
        ("provider: google, per_day: 1,500 per day", ("smtp.gmail.com", 465, "tls", 4, "120 per minute", 1_500)),
        ("provider: gmail, port: 587", ("smtp.gmail.com", 587, "starttls", 4, "120 per minute", 500)),
        ("provider: all-inkl, host: w1.kasserver.com", ("w1.kasserver.com", 465, "tls", 4, "120 per minute", None)),
        ("provider: gmail, host: ", ("smtp.gmail.com", 465, "tls", 4, "120 per minute", 500)),
        ("host: smtp.office365.com", ("smtp.office365.com", 587, "starttls", 3, "120 per minute", None)),
        (
            "host: smtp.office365.com, connections: 8",
            ("smtp.office365.com", 587, "starttls", 8, "120 per minute", None),
        ),
        ("host: smtp.postmarkapp.com", ("smtp.postmarkapp.com", 587, "starttls", 4, "120 per minute", None)),
    ],
)
def test_what_is_written_wins_and_the_provider_gives_the_rest(
    smtp: Smtp, keys: str, expected: tuple[object, ...]
) -> None:
    found = smtp(keys.replace("1,500 per day", '"1,500 per day"'))

    assert expected == (
        found.host,
        found.port,
        found.security.value,
        found.connections,
        str(found.rate),
        found.per_day,
    )


@pytest.mark.parametrize(
    ("keys", "code", "label"),
    [
        ("provider: mircosoft365", "W802", "did you mean “microsoft365”?"),
        ("provider: Rathaus", "W802", ""),
        ("provider: all-inkl", "C204", ""),
        ("provider: gmx, per_day: viele", "W754", ""),
        ("provider: gmx, per_day: 0", "W754", ""),
    ],
)
def test_a_mistake_is_one_error_at_its_place(load: Load, keys: str, code: str, label: str) -> None:
    workspace, problems = load(keys)

    (problem,) = problems
    assert workspace is None
    assert (problem.code, problem.marks[0].label) == (code, label)
    assert problem.place is not None
    assert problem.place.line == 6


# ── what is said about it ──


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("provider: m365, connections: 8", ["“connections: 8” is more than Microsoft 365 takes (3)"]),
        (
            "provider: m365, rate: 1 per second",
            ["“rate: 1 per second” is more than Microsoft 365 takes (30 per minute)"],
        ),
        ("provider: ionos, rate: none", ["“rate: none” is more than IONOS, 1&1 takes (500 per hour)"]),
        ("provider: gmail, per_day: 800", ["“per_day: 800” is more than Gmail takes (500)"]),
        ("provider: m365, rate: 20 per minute, per_day: 900, connections: 1", []),
        ("host: smtp.office365.com", ["smtp.office365.com is a server of Microsoft 365, which has limits"]),
        ("host: smtp.gmail.com", ["smtp.gmail.com is a server of Google Workspace or Gmail, which has limits"]),
        ("host: smtp.gmail.com, per_day: 1500", []),
        ("host: smtp.strato.de", []),
        ("host: mail.stadt.example", []),
        ("provider: hotmail", ["Outlook.com, Hotmail lets nobody log in with a password, as reports say"]),
    ],
)
def test_more_than_a_provider_takes_is_said(smtp: Smtp, keys: str, words: list[str]) -> None:
    said = list(advise(smtp(keys)))

    assert [each.message for each in said] == words
    assert all(each.place.file == "ccmail.yaml" and each.hint for each in said)


def test_the_repair_names_each_provider_that_a_server_may_belong_to(smtp: Smtp) -> None:
    (said,) = advise(smtp("host: smtp.gmail.com"))

    assert "“provider: google” (2,000 a day) or “provider: gmail” (500 a day)" in said.hint


def test_a_name_is_found_by_any_word_for_it() -> None:
    found = {provider_called(word) for word in ("IONOS", "1und1", " 1&1 ")}

    assert [each.name for each in found if each] == ["ionos"]
