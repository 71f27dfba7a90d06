"""The statements that a run executes for every mail: on one open connection, directly through the driver.

Claims and their outcomes are written several hundred times a second, while servers wait for the end of a mail. So each
statement is compiled for the driver once: SQLAlchemy's part of the work takes longer than the database's.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from ccmail.ledger import schema, statements
from ccmail.ledger.engine import Database
from ccmail.ledger.failures import DATABASE_ERRORS, damaged, failure_of, overtaken
from ccmail.ledger.lock import being_sent
from ccmail.ledger.records import Claim, Preference, RecipientFilter, Sending, StateChange
from ccmail.ledger.states import State
from ccmail.problems import LedgerFailure
from ccmail.wording import say

_BYTES = (bytes, type(None))


class DriverConnection:
    """A connection of the database driver: opened at its first use, and again after a failure.

    Attributes:
        owner: The id of the worker that claims rows by it; 0 for the one process that sends a campaign alone.
    """

    def __init__(self, database: Database, engine: sa.Engine) -> None:
        self._database = database
        self._engine = engine
        self._error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._kept: sa.PoolProxiedConnection | None = None
        self.owner = 0
        self._campaigns: tuple[str, ...] = ()  # for which alone it writes
        self._together: set[str] = set()  # for which it writes together with others
        self._in_sql = functools.cache(functools.partial(statements.in_sql, dialect=engine.dialect))
        self._positional = functools.cache(functools.partial(statements.positional, dialect=engine.dialect))

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Any]:
        """Begin a writing transaction and commit it at the end; the context is a cursor of the driver.

        Raises:
            LedgerFailure: The database fails; then, and after any other exception, nothing is written.
            AlreadySending: The connection broke, and another process has taken the campaign since.
        """
        try:
            kept = self._opened()
            cursor: Any = kept.cursor()
            self._database.begin(cursor)
            yield cursor
            kept.commit()
            self._database.refuse_lost(kept.driver_connection)
        except (self._error, *DATABASE_ERRORS) as error:
            self.close()
            raise failure_of(error, self._database.name) from error
        except BaseException:
            self.close()
            raise

    def _opened(self) -> sa.PoolProxiedConnection:
        """Return the open connection; a new one has to take the campaigns first."""
        if self._kept is None:
            self._kept = self._engine.raw_connection()
            for campaign in self._campaigns:
                self._take(self._kept, campaign)
            for campaign in self._together:
                self._take(self._kept, campaign, together=True)
        return self._kept

    def _take(self, kept: sa.PoolProxiedConnection, campaign: str, *, together: bool = False) -> None:
        holder = self._database.take_campaign(kept.cursor(), campaign, together=together)
        kept.commit()
        if holder is not None:
            raise being_sent(campaign, holder)

    @contextlib.contextmanager
    def alone_with(self, *campaigns: str) -> Iterator[None]:
        """Write for campaigns inside the `with` block, on a connection that keeps all other computers from them.

        A lock beside the writing could be lost while the writing goes on. So the connection that writes has it: if it
        breaks, the next one has to take them anew before it writes anything.

        Raises:
            AlreadySending: Another process has taken one of them.
        """
        self.close()
        self._campaigns = campaigns
        try:
            self.confirm_alone()
            yield
        finally:
            self.close()
            self._campaigns = ()

    def let_go(self) -> None:
        """Give the campaigns of `alone_with` back early."""
        self.close()
        self._campaigns = ()

    @contextlib.contextmanager
    def sharing(self, campaign: str) -> Iterator[None]:
        """Write for a campaign inside the `with` block, beside others who share it.

        Raises:
            AlreadySending: A process has taken it alone.
        """
        with self.transaction():
            assert self._kept is not None  # noqa: S101 - the transaction has opened it
            self._take(self._kept, campaign, together=True)
        self._together.add(campaign)
        try:
            yield
        finally:
            self._together.discard(campaign)
            with contextlib.suppress(LedgerFailure), self.transaction() as cursor:
                self._database.leave_shared(cursor, campaign)

    def confirm_alone(self) -> None:
        """See that this process still has its campaigns, where others could take them; raises as `transaction`."""
        if self._campaigns and self._database.is_shared:
            with self.transaction() as cursor:
                cursor.execute("SELECT 1")

    def close(self) -> None:
        """Give the connection away; changes that were not committed are lost."""
        kept, self._kept = self._kept, None
        if kept is None:
            return
        if (self._campaigns or self._together) and self._database.is_shared:
            with contextlib.suppress(self._error):  # a broken connection: the server takes the locks back
                kept.rollback()
                self._database.leave_campaigns(kept.cursor())
            kept.invalidate()  # really closed: a lock of its session must not live on in the pool
        else:
            kept.close()

    def refuse_buried(self, cursor: Any) -> None:
        """Refuse to claim for a worker that is not registered any more; nobody can bury it until the transaction ends.

        Raises:
            LedgerFailure: Others have buried it: what it claimed now would be nobody's.
        """
        if not self.owner:
            return
        cursor.execute(self._in_sql(statements.REGISTERED), {"owner": self.owner})
        if cursor.fetchone() is None:
            raise overtaken(self._database.name, 1, 0)

    def claim(
        self,
        cursor: Any,
        sending: int,
        count: int,
        recipients: RecipientFilter,
        span: tuple[int, int] | None,
        at: dt.datetime,
    ) -> dict[int, Claim]:
        """Claim the first queued rows of `recipients` (in a span), at most `count`; return them by position."""
        sql, fixed = self._claim(recipients, span is not None)
        values = {**fixed, "of": sending, "count": count, "now": schema.moment_text(at), "owner": self.owner}
        if span is not None:
            values["first"], values["last"] = span
        cursor.execute(sql, values)
        rows = sorted(cursor.fetchall())
        if not rows:
            return {}
        from_to = {"of": sending, "first": rows[0][0], "last": rows[-1][0]}
        cursor.execute(self._in_sql(statements.CLAIMED_PARTS), from_to)
        parts = dict(cursor.fetchall())
        return {row[0]: self._read(row, parts.get(row[0])) for row in rows}

    def _read(self, row: tuple[Any, ...], parts: bytes | None) -> Claim:
        """Return a claim, after a look at its values: a damaged file can have any kind of value in any column."""
        position, key, email, segment, mail, date, message_id = row
        is_text = type(key) is type(email) is type(segment) is type(message_id) is str
        is_whole = is_text and type(mail) is int and type(parts) in _BYTES
        try:
            moment = None if date is None else schema.moment_of(date)
        except (ValueError, TypeError):
            is_whole, moment = False, None
        if not is_whole:
            raise damaged(self._database.name, say("the row at place {place} cannot be read", place=position))
        return Claim(position, key, email, segment, mail, schema.parts_of(parts), moment, message_id)

    def unwanted(self, cursor: Any, sending: Sending, claims: dict[int, Claim], at: dt.datetime) -> list[StateChange]:
        """Return the changes that leave out the claims whose person is suppressed, or does not want the mail now."""
        if not claims:
            return []
        values = {"of": sending.id, "first": min(claims), "last": max(claims)}
        found: dict[int, str] = {}
        if sending.purpose.heeds_preferences:
            cursor.execute(self._in_sql(statements.PREFERRED), values)
            found |= self._not_preferred(cursor.fetchall(), at)
        cursor.execute(self._in_sql(statements.SUPPRESSED), values)
        found |= dict(cursor.fetchall())  # somebody may be there by the address and by a hash
        return [
            StateChange(position, State.LEFT_OUT, reason=why) for position, why in found.items() if position in claims
        ]

    def _not_preferred(self, rows: Sequence[tuple[Any, ...]], at: dt.datetime) -> Iterator[tuple[int, str]]:
        for position, segment, left, until in rows:
            try:
                paused_until = None if until is None else schema.moment_of(until)
                reason = Preference("", schema.words_of(left), "", paused_until, at).reason(segment, at)
            except (ValueError, TypeError, AttributeError) as error:
                raise damaged(self._database.name, say("a preference cannot be read")) from error
            if reason:
                yield position, reason

    def write(
        self, cursor: Any, sending: int, changes: Sequence[StateChange], at: dt.datetime, owner: int | None = None
    ) -> None:
        """Write changes, and their lines in the log.

        Args:
            cursor: Of a transaction.
            sending: The id of the sending.
            changes: The changes.
            at: The time of the changes.
            owner: The process that has the rows in hands; this one, if none is given.

        Raises:
            LedgerFailure: A row is not in a state that allows its change.
        """
        now = schema.moment_text(at)
        rows: dict[State, list[tuple[Any, ...]]] = {}
        attempts = []
        for change in changes:
            values = statements.change_values(sending, change, now, self.owner if owner is None else owner)
            rows.setdefault(change.state, []).append(values)
            if change.phase:
                attempts.append(values)
        done = 0
        for state, moved in rows.items():
            sql, pick = self._positional(statements.change(state))
            cursor.executemany(sql, list(map(pick, moved)))
            done += cursor.rowcount
        if done != len(changes):
            raise overtaken(self._database.name, len(changes), done)
        if attempts:
            sql, pick = self._positional(statements.LOG)
            cursor.executemany(sql, list(map(pick, attempts)))

    @functools.cache  # noqa: B019 - a ledger has one connection
    def _claim(self, recipients: RecipientFilter, in_span: bool) -> tuple[str, dict[str, Any]]:  # noqa: FBT001
        compiled = statements.claim(recipients, in_span=in_span).compile(
            dialect=self._engine.dialect, compile_kwargs={"render_postcompile": True}
        )
        return str(compiled), dict(compiled.params)
