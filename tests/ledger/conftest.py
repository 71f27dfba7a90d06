"""Every test of the ledger's behaviour runs in every place where a ledger can lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import open_ledger
from tests.ledger.example import Clock

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".ccmail" / "ledger.sqlite"


@pytest.fixture(params=["sqlite", "synchronised", pytest.param("postgresql", marks=pytest.mark.pg)])
def where(request: pytest.FixtureRequest, path: Path) -> Path | str:
    if request.param == "postgresql":
        address: str = request.getfixturevalue("postgresql")
        return address
    return path if request.param == "sqlite" else path.parents[1] / "Dropbox" / path.name


@pytest.fixture
def ledger(where: Path | str, clock: Clock) -> Iterator[Ledger]:
    with open_ledger(where, now=clock) as opened:
        yield opened
