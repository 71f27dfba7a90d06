"""RFC 8058 from the other side: a receiver that knows only the mail, for all mails of both examples."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccmail import clock
from ccmail.ledger import NewRecipient, SendingKind, State, StateChange, open_ledger
from ccmail.ledger.store import Ledger
from ccmail.messages.identity import LinkPurpose
from ccmail.messages.reader_links import ReaderLink, reader_links
from ccmail.suppression.keep import find_entry
from ccmail.web import needed_serve
from ccmail.workspace import Workspace, open_workspace
from ccmail.workspace.key import unsubscribe_key
from tests.e2e.shell import ANNOUNCEMENT, REVIEW
from tests.web.conftest import PublicSite, site_running
from tests.web.receiver import offered, press


@pytest.mark.parametrize("kind", ["form-urlencoded", "multipart"])
@pytest.mark.parametrize("campaign", [ANNOUNCEMENT, REVIEW])
def test_one_click_in_each_mail_takes_its_reader_off_and_nobody_else(
    site: PublicSite, campaign: str, kind: str
) -> None:
    host, port = site.url.removeprefix("http://").split(":")
    left = dict(site.shell.outbox(campaign))
    people = set(keys(site.shell.folder, campaign))
    assert len(left) == len(people)

    for pressed, raw in enumerate(left.values(), 1):
        assert press(offered(raw), host, int(port), multipart=kind == "multipart") == 200
        assert len(unsubscribed(site.shell.folder, people)) == pressed

    assert unsubscribed(site.shell.folder, people) == people


def keys(folder: Path, campaign: str) -> Iterator[str]:
    with open_ledger(folder / ".ccmail" / "ledger.sqlite") as ledger:
        (sending,) = ledger.sendings(campaign)
        yield from [row.key for row in ledger.rows(sending) if not row.reason]


def unsubscribed(folder: Path, people: set[str]) -> set[str]:
    """Return who of some people has unsubscribed."""
    workspace = open_workspace(folder)
    with open_ledger(workspace.ledger_place) as ledger:
        return {key for key in people if find_entry(workspace, ledger, key)}


# ── SQLite and PostgreSQL alike ──

PEOPLE = tuple(f"p{n}@netz.example" for n in range(5))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.pg)])
def folder(request: pytest.FixtureRequest, rehearsed: Path, tmp_path: Path) -> Path:
    """A workspace with a new ledger, in a file or on a server."""
    copied: Path = shutil.copytree(rehearsed, tmp_path / "example", ignore=shutil.ignore_patterns("ledger.sqlite*"))
    if request.param == "postgresql":
        settings = copied / "ccmail.yaml"
        address = request.getfixturevalue("postgresql")
        settings.write_text(f"{settings.read_text(encoding='utf-8')}\nledger: {address}\n", encoding="utf-8")
    return copied


def test_unsubscribing_and_undoing_are_the_same_on_both_ledgers(folder: Path) -> None:
    workspace = open_workspace(folder)
    with open_ledger(workspace.ledger_place) as ledger:
        send(ledger)
    links = dict(zip(PEOPLE, map(link_of(workspace), PEOPLE), strict=True))

    with site_running(folder) as site:
        pages = [site.ask("GET", link) for link in links.values()]
        first = [site.ask("POST", link, data="List-Unsubscribe=One-Click") for link in links.values()]
        again = site.ask("POST", links[PEOPLE[0]])
        undone = [site.ask("POST", f"{links[key]}/undo") for key in PEOPLE[:2]]
        healthy = site.ask("GET", "/health")

    assert {answer.status_code for answer in (*pages, *first, again, *undone, healthy)} == {200}
    assert unsubscribed(folder, set(PEOPLE)) == set(PEOPLE[2:])
    with open_ledger(workspace.ledger_place) as ledger:
        proofs = [(found.key, found.details["by"]) for found in ledger.feedback()]
        assert sorted(proofs) == [(key, "one click") for key in PEOPLE]
        assert [len(ledger.resubscriptions([key])) for key in PEOPLE] == [1, 1, 0, 0, 0]


def send(ledger: Ledger) -> None:
    """Rehearse a campaign to everybody."""
    new = [NewRecipient(key, key, "german", ("de",), {}, message_id=f"<{key}>") for key in PEOPLE]
    sending = ledger.start(ANNOUNCEMENT, SendingKind.OUTBOX, "v1", new, confirmed=len(new), dtstamp=clock.now())
    ledger.record(sending, [StateChange(each.position, State.ACCEPTED, "end") for each in ledger.claim(sending, 9)])


def link_of(workspace: Workspace) -> ReaderLink:
    return reader_links(needed_serve(workspace), LinkPurpose.UNSUBSCRIBE, ANNOUNCEMENT, unsubscribe_key(workspace))
