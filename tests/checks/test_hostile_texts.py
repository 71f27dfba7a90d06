"""A text of one sign again and again, as long as a text may be, is checked and rendered in seconds."""

from __future__ import annotations

import pytest

from ccmail import clock, pipeline
from ccmail.checks import check_campaign
from ccmail.problems import InputError
from ccmail.rendering.markdown import render_markdown
from ccmail.rendering.plain_writing import as_markdown
from ccmail.rendering.slots import FieldTracker, tracker_of
from ccmail.yamlfile.lines import LONGEST_TEXT
from tests.small_workspace import CAMPAIGN, SmallWorkspace

SIGNS = (
    "![a](", "[a](b", "[a](<", "](", "[", "![", "`", "``a` ", "{", "{{ ", "{% ", "*", "**a ", "*a _", "~a~~", "<",
    "<a@b.", ">", "> \n", "> * ", "- a\n", "- ", "1. a\n", "12. Mai\n", "a | b\n--|--\n", "| a | b |\n", "```\n",
    "# a\n", "://", "https://a.", "www.a.", "a@b.", "&amp", '"', "\\", "•\xa0a\n", "a  \n", "a\u0301", "a\u0301\u0316",
)  # fmt: skip


def written(small: SmallWorkspace, sign: str, characters: int) -> SmallWorkspace:
    """Have the German text of the campaign be one sign again and again, in lines below “Anfang.”."""
    text = "".join(f"    {line}\n" for line in f"Anfang.\n{sign * (characters // len(sign))}".split("\n"))
    small.edit("campaigns/news.yaml", "text: Die Sonne scheint.}", "X}")
    small.edit("campaigns/news.yaml", "de: {title: Nachrichten, X}\n", f"de:\n  title: Nachrichten\n  text: |\n{text}")
    return small


@pytest.mark.slow
@pytest.mark.timeout(60)  # each takes a second; if it looked back for every sign, minutes
@pytest.mark.parametrize("sign", SIGNS)
def test_a_text_of_one_sign_is_looked_at_in_one_go(small: SmallWorkspace, sign: str) -> None:
    loaded = written(small, sign, LONGEST_TEXT - 100).loaded()
    text, tracker = loaded.campaign.texts["de"].text, FieldTracker({})

    list(check_campaign(loaded, clock.now()))
    with tracker_of(tracker):
        passage = render_markdown(as_markdown(text), tracker)

    assert "Anfang." in passage.plain


@pytest.mark.timeout(60)
@pytest.mark.parametrize("sign", ["a", "![a](", "a\u0301\u0316"])
def test_a_text_that_no_mail_can_hold_is_refused_at_its_line(small: SmallWorkspace, sign: str) -> None:
    written(small, sign, 250_000)

    with pytest.raises(InputError) as refused:
        pipeline.preview(small.workspace, CAMPAIGN)

    (problem,) = refused.value.problems
    assert (problem.code, str(problem.place)) == ("C221", "campaigns/news.yaml:6:5")


@pytest.mark.timeout(60)
def test_a_title_of_accents_is_refused_before_they_are_put_in_order(small: SmallWorkspace) -> None:
    small.edit("campaigns/news.yaml", "title: Nachrichten", "title: a" + "\u0301\u0316" * 200_000)

    with pytest.raises(InputError) as refused:
        pipeline.preview(small.workspace, CAMPAIGN)

    assert refused.value.problems[0].code == "C221"
