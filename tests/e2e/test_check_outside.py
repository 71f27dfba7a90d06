"""`ccmail check` with link targets and spam filters, as a person runs it."""

from __future__ import annotations

import json

import pytest

from ccmail.checks.online import targets
from tests.checks.online.test_online_spam import REPORT, server, spamd
from tests.checks.online.test_online_targets import Web, ask, web
from tests.e2e.shell import Shell

__all__ = ["web"]

pytestmark = pytest.mark.slow

NEWS = "Siehe [hier]({url}/404) und [dort]({url}/301/page)"


@pytest.fixture(autouse=True)
def _ask_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "ask", ask)  # else nobody of this computer is asked


def with_links(shell: Shell, web: Web) -> None:
    shell.edit("campaigns/news.yaml", "Die Sonne scheint.", NEWS.replace("{url}", web.url("")))
    shell.edit("campaigns/news.yaml", "text: Siehe", 'text: "Siehe')
    shell.edit("campaigns/news.yaml", "page)}", 'page)"}')
    for path in ("datenschutz", "privacy"):
        shell.edit("ccmail.yaml", f"https://connective-cities.example/{path}", web.url(f"/{path}"))


def test_without_online_nobody_is_asked(news: Shell, web: Web) -> None:
    with_links(news, web)

    assert news.json("check", "news", code=1)["links"] == []  # T316: they lead into the own network
    assert web.asked == []


def test_online_every_link_is_asked_for_and_shown_with_its_place(news: Shell, web: Web) -> None:
    with_links(news, web)

    text = news.run("check", "news", "--online", code=1).stdout
    found = news.json("check", "news", "--online", code=1)

    assert f"error[M620] {web.url('/404')}: 404 Not Found" in text
    assert "campaigns/news.yaml:3" in text
    assert {(one["verdict"], one["leads_to"]) for one in found["links"]} == {
        ("error", ""),
        ("ok", ""),
        ("ok", web.url("/page")),
    }
    assert len(found["links"]) == 4


def test_a_spam_filter_over_its_limit_is_a_warning_with_its_rules(news: Shell) -> None:
    with server(spamd(REPORT % "7.5")) as (address, heard):
        news.edit("ccmail.yaml", "\ninbox:", f'\ncheck: {{spam: {{spamassassin: "{address}"}}}}\ninbox:')
        news.edit("campaigns/news.yaml", "type: review", "type: review\nsegments: {german: {contact: fatina}}")
        text = news.run("check", "news").stdout

    assert "SpamAssassin   campaigns/news.yaml german·de   warning   7.5 of 5 points" in text
    assert "2.5   URI_LONG" in text
    assert "warning[M622]" in text
    assert b"Message-ID: <" in heard[0]


def test_a_filter_that_is_not_there_is_not_checked_and_no_error(news: Shell) -> None:
    news.edit("ccmail.yaml", "\ninbox:", '\ncheck: {spam: {rspamd: "http://127.0.0.1:1"}}\ninbox:')

    found = news.json("check", "news")

    assert {row["verdict"] for row in found["spam"]} == {"not checked"}
    assert len(found["spam"]) == 3


def test_what_stands_for_a_filter_and_is_none_is_named(news: Shell) -> None:
    news.edit("ccmail.yaml", "\ninbox:", "\ncheck: {spam: {spamassassin: perhaps, rspamd: x}}\ninbox:")

    codes = [problem["code"] for problem in news.json("check", "news", code=1)["problems"]]

    assert codes == ["W794", "C224"]


# ── for other programs ──


def filtered(shell: Shell, form: str) -> str:
    """Return the output of a check whose mail a filter takes for spam."""
    with server(spamd(REPORT % "7.5")) as (address, _):
        shell.edit("ccmail.yaml", "\ninbox:", f'\ncheck: {{spam: {{spamassassin: "{address}"}}}}\ninbox:')
        shell.edit("campaigns/news.yaml", "type: review", "type: review\nsegments: {german: {contact: fatina}}")
        return shell.run("check", "news", "--format", form).stdout


def place_of(shell: Shell, url: str) -> tuple[int, int]:
    """Return line and column of a link in the campaign."""
    lines = (shell.folder / "campaigns" / "news.yaml").read_text(encoding="utf-8").split("\n")
    return next((at, line.index(url) + 1) for at, line in enumerate(lines, 1) if url in line)


def test_annotations_stand_at_the_link_that_is_gone(news: Shell, web: Web) -> None:
    with_links(news, web)
    line, column = place_of(news, web.url("/404"))

    lines = news.run("check", "news", "--online", "--format", "github", code=1).stdout.splitlines()

    (found,) = [one for one in lines if "title=M620" in one]
    assert found.startswith("::error file=campaigns/news.yaml,title=M620 ")
    assert f",line={line},col={column},endColumn={column + len(web.url('/404'))}::" in found


def test_a_log_has_the_link_that_is_gone_at_its_place(news: Shell, web: Web) -> None:
    with_links(news, web)
    line, column = place_of(news, web.url("/404"))

    log = json.loads(news.run("check", "news", "--online", "--format", "sarif", code=1).stdout)

    (found,) = [result for result in log["runs"][0]["results"] if result["ruleId"] == "M620"]
    assert found["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "campaigns/news.yaml"},
        "region": {"startLine": line, "startColumn": column, "endColumn": column + len(web.url("/404"))},
    }


def test_annotations_have_what_a_filter_says_at_the_campaign(news: Shell) -> None:
    lines = filtered(news, "github").splitlines()

    (found,) = [one for one in lines if "title=M622" in one]
    assert found.startswith("::warning file=campaigns/news.yaml,title=M622 SpamAssassin takes the mail of german·de")


def test_a_log_has_what_a_filter_says_at_the_campaign(news: Shell) -> None:
    log = json.loads(filtered(news, "sarif"))

    (found,) = [result for result in log["runs"][0]["results"] if result["ruleId"] == "M622"]
    assert found["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "campaigns/news.yaml"}}}]


def test_what_is_about_a_campaign_as_a_whole_stands_at_its_file(news: Shell) -> None:
    for file in ("german", "international"):
        (news.folder / "recipients" / f"{file}.csv").write_text("email\n", encoding="utf-8")

    lines = news.run("check", "news", "--format", "github", code=1).stdout.splitlines()

    assert [one for one in lines if one.startswith("::error file=campaigns/news.yaml,title=R540 ")]
