"""The section `smtp:`: waits, retries and single domains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from ccmail.delivery import Retry, SmtpCourier, Timeouts
from ccmail.delivery.settings import open_courier
from ccmail.workspace import Waits, open_workspace
from ccmail.workspace.create import copy_example
from tests.workspace.conftest import Load, Smtp


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("500ms", 0.5),
        ("30s", 30),
        ("15m", 900),
        ("2h", 7200),
        ("30 s", 30),
        ("1.5h", 5400),
        ("'0,5 s'", 0.5),
        ("250 milliseconds", 0.25),
        ("250 Millisekunden", 0.25),
        ("1 second", 1),
        ("30 sec", 30),
        ("30 Sek.", 30),
        ("30 seconds", 30),
        ("30 Sekunden", 30),
        ("1 Minute", 60),
        ("15 min", 900),
        ("15 minutes", 900),
        ("15 Minuten", 900),
        ("1 hour", 3600),
        ("2 Std.", 7200),
        ("2 hours", 7200),
        ("1 Stunde", 3600),
        ("2 Stunden", 7200),
    ],
)
def test_a_duration_is_a_number_and_its_unit(smtp: Smtp, written: str, seconds: float) -> None:
    settings = smtp(f"timeouts: {{connect: {written}}}")

    assert settings.timeouts.connect == dt.timedelta(seconds=seconds)
    assert settings.timeouts.reply == dt.timedelta(seconds=300)


@pytest.mark.parametrize(
    "written",
    [
        "2s..300s",
        "2s–300s",
        "2s-5m",
        "2 s … 5 min",
        "2 seconds to 5 minutes",
        "2 Sekunden bis 5 Minuten",
        "2s .. 300 s",
    ],
)
def test_a_range_of_waits_is_the_first_and_the_longest(smtp: Smtp, written: str) -> None:
    settings = smtp(f"retry: {{server: {written}}}")

    assert settings.retry.server == Waits(dt.timedelta(seconds=2), dt.timedelta(seconds=300))
    assert settings.retry.server.seconds == (2, 300)


def test_a_wait_that_does_not_grow_is_a_range_as_well(smtp: Smtp) -> None:
    assert smtp("retry: {recipient: 5m..5m}").retry.recipient.seconds == (300, 300)


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("gmail.com", "gmail.com"),
        ("Web.DE", "web.de"),
        ("Stadt-Fürth.example", "xn--stadt-frth-geb.example"),
        ("xn--stadt-frth-geb.example", "xn--stadt-frth-geb.example"),
    ],
)
def test_a_domain_is_known_as_servers_write_it(smtp: Smtp, written: str, domain: str) -> None:
    settings = smtp(f"domains: {{{written}: 20 per minute}}")

    assert {name: rate and rate.per_second for name, rate in settings.domains.items()} == {domain: 20 / 60}


CASES: Mapping[str, tuple[str, str, str, str]] = {
    "a duration": ("timeouts: {reply: soon}", "W758", "“soon” is not a duration", "soon"),
    "a number alone": ("timeouts: {reply: 30}", "W758", "“30” is not a duration", "30"),
    "a unit": ("retry: {patience: 3 days}", "W758", "“3 days” is not a duration", "3 days"),
    "no time at all": ("timeouts: {end_of_data: 0s}", "W758", "“0s” is zero: nothing could be waited for", "0s"),
    "less than nothing": ("timeouts: {end_of_data: -5s}", "W758", "“-5s” is not a duration", "-5s"),
    "one wait": ("retry: {server: 30s}", "W759", "“30s” is not a range of waits", "30s"),
    "three waits": ("retry: {server: 1s..2s..3s}", "W759", "“1s..2s..3s” is not a range", "1s..2s..3s"),
    "a range without unit": ("retry: {server: 2..300s}", "W758", "“2” is not a duration", "2..300s"),
    "a range without end": ("retry: {server: 2s..}", "W759", "“2s..” is not a range of waits", "2s.."),
    "the longer wait first": ("retry: {recipient: 30m..1m}", "W759", "“30m..1m” begins with the longer", "30m..1m"),
    "half a breaker": ("retry: {breaker: 2.5}", "C218", "“2.5” is not a whole number", "2.5"),
    "less than no breaker": ("retry: {breaker: -1}", "C218", "“-1” is not a whole number from 0", "-1"),
    "a domain": ("domains: {gmail: 20 per minute}", "W760", "“gmail” is not a domain", "gmail"),
    "an address": ("domains: {a@gmail.com: 20 per minute}", "W760", "“a@gmail.com” is not", "a@gmail.com"),
    "the rate of a domain": ("domains: {gmail.com: slowly}", "W754", "“slowly” is not a rate", "slowly"),
    "a domain without rate": ("domains: {gmail.com: }", "C204", "“gmail.com” is empty", "gmail.com"),
    "a domain twice": (
        "domains: {Fürth.de: 1 per minute, xn--frth-0ra.de: 2 per minute}",
        "C203",
        "“xn--frth-0ra.de” is written twice",
        "xn--frth-0ra.de",
    ),
    "a domain for all": ("domains: 20 per minute", "C205", "“domains” needs fields under it", "20 per minute"),
    "a timeout for all": ("timeouts: 20s", "C205", "“timeouts” needs fields under it", "20s"),
    "an unknown timeout": ("timeouts: {conect: 20s}", "C202", "“conect” is not a field of smtp.timeouts", "conect"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_named_at_its_place(load: Load, name: str) -> None:
    line, code, message, underlined = CASES[name]

    workspace, problems = load(line)

    assert workspace is None
    assert [p.code for p in problems] == [code]
    assert problems[0].message.startswith(message)
    place = problems[0].place
    assert place is not None
    assert (place.line, place.text[place.column - 1 :][: place.width]) == (8, underlined)
    assert problems[0].hint


def test_a_number_alone_is_asked_for_its_unit(load: Load) -> None:
    _, problems = load("timeouts: {reply: 30}")

    assert problems[0].marks[0].label == "the unit is missing: 30s are seconds, 30m minutes"
    assert "30s" in problems[0].hint


def test_an_address_is_told_its_domain(load: Load) -> None:
    _, problems = load("domains: {post@gmail.com: 20 per minute}")

    assert problems[0].marks[0].label == "did you mean “gmail.com”?"


# ── the courier ──


def courier(root: Path, more: str, monkeypatch: pytest.MonkeyPatch) -> SmtpCourier:
    """Return the courier of the example workspace with more lines in its smtp section."""
    monkeypatch.setenv("PASSWORD", "geheim")
    file = copy_example(root / "example") / "ccmail.yaml"
    text = file.read_text(encoding="utf-8")
    assert "  password: keyring             #" in text
    text = text.replace("  password: keyring             #", f"{more}  password: env:PASSWORD #")
    file.write_text(text, encoding="utf-8")
    workspace = open_workspace(file.parent)
    opened = open_courier(workspace, "2020-10-digitalisierung", real=True)
    assert isinstance(opened, SmtpCourier)
    return opened


def test_what_is_not_said_is_as_the_courier_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = courier(tmp_path, "", monkeypatch)

    assert opened.server.timeouts == Timeouts()
    assert opened.retry == Retry()
    assert opened.domains == {}


def test_all_that_is_said_gets_to_the_courier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = """\
  timeouts: {connect: 1s, reply: 2s, end_of_data: 3s}
  retry: {server: 4s..5s, recipient: 6s..7s, patience: 8s, breaker: 9}
  domains: {gmail.com: 30 per minute, web.de: none}
"""

    opened = courier(tmp_path, more, monkeypatch)

    assert opened.server.timeouts == Timeouts(connect=1, reply=2, end_of_data=3)
    assert opened.retry == Retry(server=(4, 5), recipient=(6, 7), patience=8, breaker=9)
    assert opened.domains == {"gmail.com": 0.5}
