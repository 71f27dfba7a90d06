"""A sending that has begun, and plans made by hand."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccmail.audience import address_key
from ccmail.ledger import RecipientFilter, Sending, SendingKind, State, StateChange, open_ledger
from ccmail.planning.plan import AudiencePlan
from ccmail.sending.new import plan_new
from ccmail.sending.resume import plan_resumed
from ccmail.sending.run import begin
from ccmail.sending.send_plan import SendOptions, SendPlan
from tests.small_workspace import ADA, SmallWorkspace, pretend

if TYPE_CHECKING:
    from ccmail.delivery import Courier
    from ccmail.ledger.store import Ledger
    from ccmail.rendering import LoadedCampaign

MORNING = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
SENT, CHANGED = "7f3a-91c2", "0b1c-2d3e"
"""The version that a sending began with, and another one."""

MakePlan = Callable[..., SendPlan]


class NoCourier:
    """Stands where a real sending has its server; nothing is carried."""

    async def carry(self, run: Any) -> Any:
        raise AssertionError(run)


class Begun:
    """The small campaign after Ada got it: its real sending was confirmed for four people, three are left."""

    def __init__(self, small: SmallWorkspace, ledger: Ledger) -> None:
        self.small = small
        self.ledger = ledger

    @property
    def sending(self) -> Sending:
        found = self.ledger.latest("news", SendingKind.SMTP)
        assert found is not None
        return found

    def resume(self, **options: Any) -> SendPlan:
        """Plan to go on, with the files as they are now."""
        return plan_resumed(self.small.request(self.ledger, **options), self.sending)

    def go_on(self, plan: SendPlan) -> Sending:
        """Confirm a plan, without sending anything."""
        return begin(self.small.workspace, self.ledger, plan, plan.people, NoCourier())

    def settle(self, address: str, state: State) -> None:
        """Bring somebody who is queued into a state, as a courier does."""
        who = RecipientFilter(keys=(address_key(address),))
        (claim,) = self.ledger.claim(self.sending, 1, who)
        if state is State.CLAIMED:
            return
        if state in {State.IN_DOUBT, State.IN_FLIGHT}:
            self.ledger.record(self.sending, [StateChange(claim.position, State.IN_FLIGHT)])
        if state is not State.IN_FLIGHT:
            self.ledger.record(self.sending, [StateChange(claim.position, state, "end")])

    def states(self) -> dict[str, str]:
        """Return where everybody stands, by address; of those left out the reason."""
        rows = self.ledger.rows(self.sending)
        return {row.email: row.reason or row.state.value for row in rows}

    def dump(self) -> list[str]:
        """Return all that the ledger's file holds."""
        return dump(self.small)


def dump(small: SmallWorkspace) -> list[str]:
    """Return all rows of all tables of a workspace's ledger."""
    with sqlite3.connect(small.workspace.ledger_file) as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines


@pytest.fixture(scope="session")
def _begun(written: SmallWorkspace, tmp_path_factory: pytest.TempPathFactory) -> SmallWorkspace:
    small = SmallWorkspace(shutil.copytree(written.folder, tmp_path_factory.mktemp("begun") / "workspace"))
    with pytest.MonkeyPatch.context() as patch:
        pretend(patch)
        with open_ledger(small.workspace.ledger_file) as ledger:
            begin(small.workspace, ledger, plan_new(small.request(ledger)), 4, NoCourier())
            Begun(small, ledger).settle(ADA, State.ACCEPTED)
    return small


@pytest.fixture
def begun(_begun: SmallWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begun]:
    """A sending that goes on, in a workspace for this test alone."""
    pretend(monkeypatch)
    small = SmallWorkspace(shutil.copytree(_begun.folder, tmp_path / "begun"))
    with open_ledger(small.workspace.ledger_file) as ledger:
        yield Begun(small, ledger)


@pytest.fixture
def no_courier() -> Courier:
    return NoCourier()


@pytest.fixture(scope="session")
def loaded(written: SmallWorkspace) -> LoadedCampaign:
    """The small campaign, for plans made by hand."""
    return written.loaded()


@pytest.fixture
def make_plan(loaded: LoadedCampaign) -> MakePlan:
    """Return a function that makes plans as values, frozen at `MORNING`.

    With `begun_with` it is the plan of a sending that goes on, and that number was typed when it began.
    """

    def make(
        people: int, *, joining: int = 0, begun_with: int | None = None, version: str = SENT, **more: Any
    ) -> SendPlan:
        sending = Sending(1, "news", SendingKind.SMTP, SENT, MORNING, begun_with, 0, MORNING)
        values: dict[str, Any] = {
            "audience": AudiencePlan(loaded, version, (), (), people, ()),
            "options": SendOptions(),
            "real": True,
            "sending": sending,
            "going_on": begun_with is not None,
            "counts": None,
            "recipients": RecipientFilter(),
            "people": people,
            "joining": joining,
            "gone": 0,
            "again": (),
            "version": version,
            "lists": "",
            "until": None,
            "tested": None,
            "approved": None,
        }
        return SendPlan(**{**values, **more})

    return make
