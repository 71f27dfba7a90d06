"""The ledger's statements, portable between SQLite (from 3.35) and PostgreSQL."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import ReturningUpdate

from ccmail.ledger import schema
from ccmail.ledger.records import Change, Entry, Part
from ccmail.ledger.states import State, sources_of

_R = schema.recipient.c
_A = schema.attempt.c

_ROW = (
    _R.position,
    _R.key,
    _R.email,
    _R.segment,
    _R.languages,
    _R.fields,
    _R.state,
    _R.reason,
    _R.message_id,
    _R.code,
    _R.enhanced,
    _R.text,
    _R.server,
    _R.updated_at,
)
"""In the order of `Row`."""

_MAY_HAVE_IT = (State.IN_FLIGHT, State.ACCEPTED, State.IN_DOUBT)


def frozen(sending: int, entries: Iterable[Entry], now: dt.datetime) -> Iterator[dict[str, Any]]:
    """Yield the new rows of a sending, as `bulk` takes them."""
    at = schema.moment_text(now)
    for position, entry in enumerate(entries, start=1):
        yield {
            "sending": sending,
            "position": position,
            "key": entry.key,
            "email": entry.email,
            "segment": entry.segment,
            "languages": schema.words_text(entry.languages),
            "fields": schema.fields_text(entry.fields),
            "state": (State.LEFT_OUT if entry.left_out else State.QUEUED).value,
            "reason": entry.left_out,
            "message_id": entry.message_id,
            "code": None,
            "enhanced": "",
            "text": "",
            "server": "",
            "updated_at": at,
        }


def claim(sending: int, count: int, part: Part, now: dt.datetime) -> ReturningUpdate[Any]:
    """Claim the first `count` queued rows, and return them in no particular order."""
    chosen = (
        sa.select(_R.position)
        .where(_R.sending == sending, _R.state == State.QUEUED)
        .order_by(_R.position)
        .limit(count)
        .with_for_update(skip_locked=True)  # for several workers on PostgreSQL; SQLite has one writer anyway
    )
    if part.segments:
        chosen = chosen.where(_R.segment.in_(part.segments))
    if part.keys:
        chosen = chosen.where(_R.key.in_(part.keys))
    # as a WITH it is evaluated once; a subquery might be again, and lock more than `count`
    once = chosen.cte("chosen")
    return (
        sa.update(schema.recipient)
        .where(_R.sending == sending, _R.position.in_(sa.select(once.c.position)))
        .values(state=State.CLAIMED, updated_at=now)
        .returning(*_ROW)
    )


def suppressed_claims(sending: int) -> sa.Select[Any]:
    """Select position and reason of claimed rows whose address is suppressed."""
    return sa.select(_R.position, schema.suppression.c.reason).where(
        _R.sending == sending, _R.state == State.CLAIMED, _R.key == schema.suppression.c.key
    )


def bulk(connection: sa.Connection, statement: sa.Executable, rows: Sequence[dict[str, Any]]) -> int:
    """Execute a statement for many rows of stored values; return how many rows it has touched.

    SQLAlchemy's own way looks at every value of every row, which takes longer than the database does.
    """
    if not rows:
        return 0
    return connection.exec_driver_sql(_compiled(statement, connection.dialect, tuple(rows[0])), rows).rowcount


@functools.lru_cache(maxsize=64)
def _compiled(statement: sa.Executable, dialect: Dialect, columns: tuple[str, ...]) -> str:
    compiled = cast("sa.ClauseElement", statement).compile(dialect=dialect, column_keys=list(columns))
    return str(compiled)


INSERT_RECIPIENT = sa.insert(schema.recipient)
INSERT_ATTEMPT = sa.insert(schema.attempt).inline()  # nobody asks for the ids


@functools.cache
def change(state: State) -> sa.Update:
    """Move rows to `state`, for `change_values`; rows in a state that forbids the move are not found."""
    may_move = sa.or_(*(_R.state == _constant(source) for source in sources_of(state)))
    return (
        sa.update(schema.recipient)
        .where(_R.sending == sa.bindparam("of"), _R.position == sa.bindparam("where"), may_move)
        .values(
            state=_constant(state),
            reason=sa.bindparam("new_reason"),
            code=sa.bindparam("new_code"),
            enhanced=sa.bindparam("new_enhanced"),
            text=sa.bindparam("new_text"),
            server=sa.bindparam("new_server"),
            updated_at=sa.bindparam("now"),
        )
    )


def _constant(state: State) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{state.value}'")


def change_values(sending: int, change: Change, at: str) -> dict[str, Any]:
    """Return the values for `change`; `at` is a stored moment."""
    return {
        "of": sending,
        "where": change.position,
        "new_reason": change.reason,
        "new_code": change.code,
        "new_enhanced": change.enhanced,
        "new_text": change.text,
        "new_server": change.server,
        "now": at,
    }


def attempt_values(sending: int, change: Change, at: str) -> dict[str, Any]:
    """Return a line for the log; `at` is a stored moment."""
    return {
        "sending": sending,
        "position": change.position,
        "at": at,
        "state": change.state.value,
        "phase": change.phase,
        "code": change.code,
        "enhanced": change.enhanced,
        "text": change.text,
        "server": change.server,
    }


def requeue(sending: int, states: Sequence[State], keys: Sequence[str], now: dt.datetime) -> sa.Update:
    """Queue rows again; what the server said last stays beside them until the next outcome."""
    update = sa.update(schema.recipient).where(_R.sending == sending, _R.state.in_(states))
    if keys:
        update = update.where(_R.key.in_(keys))
    return update.values(state=State.QUEUED, reason="", updated_at=now)


def in_state(sending: int, state: State) -> sa.Select[Any]:
    """Select the positions of the rows in this state."""
    return sa.select(_R.position).where(_R.sending == sending, _R.state == state).order_by(_R.position)


def touched(sending: int) -> sa.Select[Any]:
    """Count those who have this mail, or may have it."""
    return sa.select(sa.func.count()).where(_R.sending == sending, _R.state.in_(_MAY_HAVE_IT))


def rows(sending: int, states: Sequence[State]) -> sa.Select[Any]:
    """Select whole rows."""
    query = sa.select(*_ROW).where(_R.sending == sending)
    return query.where(_R.state.in_(states)) if states else query


def attempts(sending: int, position: int | None) -> sa.Select[Any]:
    """Select the log."""
    columns = (_A.position, _A.at, _A.state, _A.phase, _A.code, _A.enhanced, _A.text, _A.server)
    query = sa.select(*columns).where(_A.sending == sending)
    return query if position is None else query.where(_A.position == position)


def counts(sending: int) -> sa.Select[Any]:
    """Select the columns of `Count`, in the order of the list."""
    group = (_R.segment, _R.languages, _R.state, _R.reason)
    return (
        sa.select(*group, sa.func.count())
        .where(_R.sending == sending)
        .group_by(*group)
        .order_by(sa.func.min(_R.position))
    )


def tests(campaign: str, version: str | None) -> sa.Select[Any]:
    """Select the columns of `Tested`, the latest first."""
    table = schema.tested.c
    query = sa.select(table.campaign, table.version, table.at, table.to, table.real).where(table.campaign == campaign)
    query = query.order_by(table.id.desc())
    return query if version is None else query.where(table.version == version)
