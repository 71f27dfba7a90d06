"""The ledger itself: what is asked of it, what is written into it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ccmail.ledger import schema, statements
from ccmail.ledger.engine import Database, writer_of
from ccmail.ledger.failures import damaged, in_words, overtaken
from ccmail.ledger.postgresql import Server
from ccmail.ledger.records import (
    Attempt,
    Change,
    Count,
    Counts,
    Delivery,
    Entry,
    Part,
    Row,
    Sending,
    Suppression,
    Tested,
)
from ccmail.ledger.revision import bring_up_to_date
from ccmail.ledger.sqlite import File
from ccmail.ledger.states import State, may_move
from ccmail.ledger.suppression import Suppressed
from ccmail.problems import LedgerFailure

_BATCH = 1000
_EVERYBODY = Part()
_INTERRUPTED = "ccmail ended between handing the mail over and the server’s answer"


@contextmanager
def open_ledger(where: Path | str, *, now: Callable[[], dt.datetime]) -> Iterator[Ledger]:
    """See `ccmail.ledger.open_ledger`."""
    database: Database = File(where) if isinstance(where, Path) else Server(where)
    engine = database.engine()
    try:
        with in_words(database.name):
            bring_up_to_date(database, engine)
        yield Ledger(database, engine, now)
    finally:
        engine.dispose()


class Ledger:
    """An open ledger. Every method is one transaction, or a stream of rows; all raise `LedgerFailure`.

    Made by `ccmail.ledger.open_ledger`.

    Attributes:
        name: The file, or the server's address without a password: for messages.
        warnings: What people should know about the place where it lies, in their words.
    """

    def __init__(self, database: Database, engine: sa.Engine, now: Callable[[], dt.datetime]) -> None:
        self.name = database.name
        self.warnings: tuple[str, ...] = database.warnings
        self._database = database
        self._engine = engine
        self._writer = writer_of(engine)
        self._now = now

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with in_words(self.name), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with in_words(self.name), self._writer.begin() as connection:
            yield connection

    def refuse_damaged(self) -> None:
        """Look through the whole file, which takes a moment, before people's mails depend on it.

        Raises:
            LedgerFailure: Something in it is damaged. A server looks after its files itself.
        """
        with self._reading() as connection:
            damage = self._database.damage(connection)
        if damage:
            raise damaged(self.name, damage)

    # ── sendings ──

    def start(
        self,
        campaign: str,
        delivery: Delivery,
        version: str,
        entries: Iterable[Entry],
        *,
        confirmed: int,
        date: dt.datetime,
        dtstamp: dt.datetime,
        sequence: int = 0,
    ) -> Sending:
        """Begin a sending and freeze its list: all of it is stored, or nothing.

        `entries` may be a stream of any length; their order gives the positions. A campaign has at most one
        real sending (`Delivery.SMTP`) for each `sequence`: whoever wants to go on uses `resume`.
        """
        with self._writing() as connection:
            values: dict[str, Any] = {
                "campaign": campaign,
                "delivery": delivery,
                "version": version,
                "started_at": self._now(),
                "confirmed": confirmed,
                "sequence": sequence,
                "dtstamp": dtstamp,
                "date": date,
            }
            number = connection.scalar(sa.insert(schema.sending).values(values).returning(schema.sending.c.id))
            rows = statements.frozen(number, entries, values["started_at"])
            while batch := list(itertools.islice(rows, _BATCH)):
                statements.bulk(connection, statements.INSERT_RECIPIENT, batch)
            found = connection.execute(sa.select(schema.sending).where(schema.sending.c.id == number)).one()
        return Sending(*found)

    def resume(self, campaign: str, delivery: Delivery) -> Sending | None:
        """Return the campaign's latest sending, in order again after a dead process; None if there is none.

        Claimed rows are queued again. A row in flight may have been accepted: in a real sending it is in
        doubt from now on. Call it only when no other process sends this campaign.
        """
        found = self.latest(campaign, delivery)
        if found is not None:
            self.requeue(found, State.CLAIMED)
            if delivery is Delivery.SMTP:
                self._doubt(found)
            else:
                self.requeue(found, State.IN_FLIGHT)
        return found

    def _doubt(self, sending: Sending) -> None:
        with self._writing() as connection:
            in_flight = [r.position for r in connection.execute(statements.in_state(sending.id, State.IN_FLIGHT))]
            changes = [Change(p, State.IN_DOUBT, phase="end", text=_INTERRUPTED) for p in in_flight]
            self._apply(connection, sending, changes)

    def latest(self, campaign: str, delivery: Delivery) -> Sending | None:
        """Return the campaign's last sending on this way, None if there is none."""
        return next((s for s in self.sendings(campaign) if s.delivery is delivery), None)

    def sendings(self, campaign: str | None = None) -> tuple[Sending, ...]:
        """Return the sendings (of one campaign), the latest first."""
        query = sa.select(schema.sending).order_by(schema.sending.c.id.desc())
        if campaign is not None:
            query = query.where(schema.sending.c.campaign == campaign)
        with self._reading() as connection:
            return tuple(Sending(*row) for row in connection.execute(query))

    def forget(self, sending: Sending) -> None:
        """Remove a sending with all its rows: a rehearsal, a test, or a real one of which nobody got a mail.

        Raises:
            LedgerFailure: somebody has this mail, or may have it.
        """
        with self._writing() as connection:
            if sending.delivery is Delivery.SMTP:
                touched = connection.scalar(statements.touched(sending.id))
                if touched:
                    raise LedgerFailure(
                        f"{touched} people have “{sending.campaign}”, or may have it: this is not forgotten",
                        code="W737",
                    )
            connection.execute(sa.delete(schema.attempt).where(schema.attempt.c.sending == sending.id))
            connection.execute(sa.delete(schema.recipient).where(schema.recipient.c.sending == sending.id))
            connection.execute(sa.delete(schema.sending).where(schema.sending.c.id == sending.id))

    # ── the queue ──

    def claim(self, sending: Sending, count: int, part: Part = _EVERYBODY) -> tuple[Row, ...]:
        """Take up to `count` queued rows in the order of the list; empty when none is left.

        Who has been suppressed since the list was frozen is left out here, at the last moment.
        """
        with self._writing() as connection:
            while True:
                claimed = connection.execute(statements.claim(sending.id, count, part, self._now())).all()
                gone = connection.execute(statements.suppressed_claims(sending.id)).all() if claimed else ()
                positions = {row.position for row in claimed}
                left_out = {p: reason for p, reason in gone if p in positions}
                self._apply(
                    connection,
                    sending,
                    [Change(p, State.LEFT_OUT, reason=reason.value) for p, reason in left_out.items()],
                )
                if len(left_out) < len(claimed) or not claimed:
                    kept = (Row(*row) for row in claimed if row.position not in left_out)
                    return tuple(sorted(kept, key=lambda row: row.position))

    def record(self, sending: Sending, changes: Sequence[Change]) -> None:
        """Write what came of recipients, all of it durably in one transaction, or nothing.

        Raises:
            LedgerFailure: also if a row is not in a state from which the change is allowed (see `MOVES`).
        """
        if not changes:
            return
        with self._writing() as connection:
            self._apply(connection, sending, changes)

    def _apply(self, connection: sa.Connection, sending: Sending, changes: Sequence[Change]) -> None:
        at = schema.moment_text(self._now())
        done = 0
        for state in dict.fromkeys(c.state for c in changes):
            values = [statements.change_values(sending.id, c, at) for c in changes if c.state is state]
            done += statements.bulk(connection, statements.change(state), values)
        if done != len(changes):
            raise overtaken(self.name, len(changes), done)
        attempts = [statements.attempt_values(sending.id, c, at) for c in changes if c.phase]
        statements.bulk(connection, statements.INSERT_ATTEMPT, attempts)

    def requeue(self, sending: Sending, *states: State, keys: Sequence[str] = ()) -> int:
        """Queue the rows in these states again (only these address keys, if given); return how many.

        Refused, in doubt and left-out rows are queued again only because a person said so.
        """
        if not all(may_move(state, State.QUEUED) for state in states):
            raise ValueError(f"cannot queue again: {states}")
        with self._writing() as connection:
            return connection.execute(statements.requeue(sending.id, states, keys, self._now())).rowcount

    # ── reading ──

    def rows(self, sending: Sending, *states: State) -> Iterator[Row]:
        """Stream the rows in these states (none given: all) in the order of the list."""
        for values in self._pages(statements.rows(sending.id, states), schema.recipient.c.position):
            yield Row(*values)

    def attempts(self, sending: Sending, position: int | None = None) -> Iterator[Attempt]:
        """Stream the log, oldest first (of one recipient, if a position is given)."""
        for values in self._pages(statements.attempts(sending.id, position), schema.attempt.c.id):
            yield Attempt(*values)

    def _pages(self, query: sa.Select[Any], key: sa.ColumnElement[int]) -> Iterator[Sequence[Any]]:
        """Stream a query in the order of `key`, page by page: no writer waits for a slow reader."""
        query = query.add_columns(key).order_by(key).limit(_BATCH)
        last: int | None = -1
        while last is not None:
            with self._reading() as connection:
                page = connection.execute(query.where(key > last)).all()
            for row in page:
                yield row[:-1]
            last = page[-1][-1] if len(page) == _BATCH else None

    def counts(self, sending: Sending) -> Counts:
        """Return how many people are in which state, per segment, languages and reason."""
        with self._reading() as connection:
            return Counts(tuple(Count(*row) for row in connection.execute(statements.counts(sending.id))))

    def last_change(self, sending: Sending) -> dt.datetime | None:
        """Return when a row of this sending was last written, None if it has no rows."""
        query = sa.select(sa.func.max(schema.recipient.c.updated_at)).where(schema.recipient.c.sending == sending.id)
        with self._reading() as connection:
            moment: dt.datetime | None = connection.scalar(query)
            return moment

    # ── tests ──

    def mark_tested(self, campaign: str, version: str, to: Sequence[str], *, real: bool) -> None:
        """Note that this version of the campaign went to these testers."""
        values = {"campaign": campaign, "version": version, "at": self._now(), "to": tuple(to), "real": real}
        with self._writing() as connection:
            connection.execute(sa.insert(schema.tested).values(values))

    def tests(self, campaign: str, version: str | None = None) -> tuple[Tested, ...]:
        """Return the tests of a campaign (of one version), the latest first; empty if nobody has seen it."""
        with self._reading() as connection:
            found = connection.execute(statements.tests(campaign, version))
            return tuple(Tested(*row) for row in found)

    # ── suppression ──

    def suppressed(self) -> Suppressed:
        """Return all suppressions as they stand now."""
        query = sa.select(schema.suppression).order_by(schema.suppression.c.key)
        with self._reading() as connection:
            return Suppressed(Suppression(*row) for row in connection.execute(query))

    def suppress(self, suppressions: Iterable[Suppression]) -> None:
        """Store suppressions; a newer word on the same address replaces the older one."""
        by_key = {s.key: s for s in suppressions}
        if not by_key:
            return
        with self._writing() as connection:
            connection.execute(
                sa.delete(schema.suppression).where(schema.suppression.c.key == sa.bindparam("gone")),
                [{"gone": key} for key in by_key],
            )
            values = [{"key": s.key, "reason": s.reason, "at": s.at, "source": s.source} for s in by_key.values()]
            connection.execute(sa.insert(schema.suppression), values)

    def allow(self, key: str) -> bool:
        """Take a suppression back; return whether there was one."""
        with self._writing() as connection:
            done = connection.execute(sa.delete(schema.suppression).where(schema.suppression.c.key == key))
            return done.rowcount > 0
