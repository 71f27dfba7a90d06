"""Unsubscribing on the public pages: one click, one button, nothing by a look, and back again for an hour."""

from __future__ import annotations

import pytest

from tests.e2e.shell import ANNOUNCEMENT, REVIEW
from tests.web.conftest import PUBLIC, PublicSite

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def somebody(site: PublicSite) -> tuple[str, str]:
    """An address and its own link."""
    return min(site.links(ANNOUNCEMENT, f"{PUBLIC}/u/").items())


def is_left_out(site: PublicSite, address: str) -> bool:
    return address in str(site.shell.json("send", ANNOUNCEMENT, "-n", "--rehearse", "--allow-past")["left_out"])


def test_each_reader_has_a_link_of_their_own(site: PublicSite) -> None:
    links = [*site.links(ANNOUNCEMENT, f"{PUBLIC}/u/").values(), *site.links(REVIEW, f"{PUBLIC}/u/").values()]

    assert len(links) == len(set(links)) == len(site.mails(ANNOUNCEMENT)) + len(site.mails(REVIEW))
    assert not any("@" in link or "%40" in link for link in links)


def test_a_look_changes_nothing(site: PublicSite, somebody: tuple[str, str]) -> None:
    address, link = somebody

    answer = site.ask("GET", link)

    assert answer.status_code == 200
    assert "<form" in answer.text
    assert not is_left_out(site, address)


def test_one_click_unsubscribes_and_a_second_one_changes_nothing(site: PublicSite, somebody: tuple[str, str]) -> None:
    address, link = somebody

    answers = [site.ask("POST", link, data=ONE_CLICK) for _ in range(2)]

    assert {answer.status_code for answer in answers} == {200}
    assert is_left_out(site, address)
    assert len({answer.text for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_a_multipart_body_unsubscribes_too(site: PublicSite, somebody: tuple[str, str]) -> None:
    address, link = somebody

    answer = site.ask("POST", link, files={"List-Unsubscribe": (None, "One-Click")})

    assert answer.status_code == 200
    assert is_left_out(site, address)


def test_the_answer_is_the_same_for_a_link_that_nobody_has(site: PublicSite, somebody: tuple[str, str]) -> None:
    _, link = somebody
    foreign = link[:-1] + ("A" if link[-1] != "A" else "B")

    right, wrong = (site.ask("POST", each, data=ONE_CLICK) for each in (link, foreign))

    assert (right.status_code, right.text.replace(link.removeprefix(PUBLIC), "")) == (
        wrong.status_code,
        wrong.text.replace(foreign.removeprefix(PUBLIC), ""),
    )


def test_within_an_hour_it_can_be_undone(site: PublicSite, somebody: tuple[str, str]) -> None:
    address, link = somebody
    site.ask("POST", link, data=ONE_CLICK)

    answer = site.ask("POST", f"{link}/undo")

    assert answer.status_code == 200
    assert not is_left_out(site, address)
