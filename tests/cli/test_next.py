"""The end of each command's output: the commands that may come next."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from ccmail.cli.app import ccmail
from ccmail.cli.console import Console, next_lines
from tests.small_workspace import ADA, SmallWorkspace


@pytest.fixture
def rehearsing(small: SmallWorkspace) -> SmallWorkspace:
    small.edit("ccmail.yaml", "delivery: smtp", "delivery: outbox")
    return small


def run(small: SmallWorkspace, *args: str) -> str:
    return CliRunner().invoke(ccmail, ["-C", str(small.folder), *args]).output


@pytest.mark.parametrize(
    ("command", "then"),
    [
        ("new review Radverkehr", "ccmail check 2020-09-21-radverkehr"),
        ("check nicht/da", ""),
        ("explain C202", "ccmail check"),
        ("test news", "ccmail send news"),
        ("test news --segment german", "ccmail test news     every variant to the testers"),
        ("send news -n", "ccmail send news     rehearses it"),
        ("send news -n --only ada@bonn.example", "ccmail send news --only ada@bonn.example     rehearses it"),
        ("send news", "ccmail preview --outbox     shows the mails"),
        ("status news", "ccmail send news"),
        ("report news", "ccmail send news"),
        ("resolve news", "ccmail send news"),
        ("recipients check", "ccmail check"),
        (f"recipients unsubscribe {ADA}", f"ccmail recipients find {ADA}     shows what ccmail knows"),
        (f"recipients forget {ADA} --yes", f"ccmail recipients find {ADA}     shows what ccmail knows"),
        ("recipients find eva@ulm.example", "ccmail recipients check     shows the lists"),
    ],
)
def test_a_command_ends_with_the_next_one(rehearsing: SmallWorkspace, command: str, then: str) -> None:
    output = run(rehearsing, *command.split())

    assert output.partition("\nNext   ")[2] == (f"{then}\n" if then else "")


def test_errors_of_a_campaign_end_with_the_command_that_explains_them(rehearsing: SmallWorkspace) -> None:
    rehearsing.edit("campaigns/news.yaml", "place: Tartu", "ort: Tartu")

    outputs = [run(rehearsing, "check"), run(rehearsing, "send", "news")]

    assert [output.partition("\nNext   ")[2] for output in outputs] == ["ccmail explain C202     says more\n"] * 2


def test_quiet_leaves_the_next_command_out(rehearsing: SmallWorkspace) -> None:
    assert "Next" not in run(rehearsing, "-q", "status", "news")


def test_a_command_inside_another_one_leaves_it_out(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()

    with console.collecting():
        console.result("Done.", then=["ccmail status news"])

    assert capsys.readouterr().out == "Done.\n"


def test_several_commands_stand_below_each_other() -> None:
    assert (
        next_lines(["ccmail check", "ccmail doctor     logs in"])
        == "Next   ccmail check\n       ccmail doctor     logs in"
    )
