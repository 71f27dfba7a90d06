"""The ledger's statements, portable between SQLite (from 3.35) and PostgreSQL."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import importlib
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import ReturningUpdate

from ccmail.ledger import schema
from ccmail.ledger.pseudonym import PERSON, PSEUDONYM
from ccmail.ledger.records import (
    ERASED,
    LEFT_SEGMENT,
    PAUSED,
    STAGED,
    NewRecipient,
    RecipientFilter,
    SendingKind,
    StateChange,
    StoredMail,
)
from ccmail.ledger.states import IN_HANDS, MAY_HAVE_IT, OPEN, State, sources_of
from ccmail.ledger.suppression import SuppressionReason

_R = schema.recipient.c
_A = schema.attempt.c

_ROW = (
    _R.position,
    _R.key,
    _R.email,
    _R.segment,
    _R.languages,
    _R.contact,
    _R.state,
    _R.reason,
    _R.message_id,
    _R.code,
    _R.enhanced,
    _R.text,
    _R.server,
    _R.updated_at,
)
"""In the order of `RecipientRow`."""

_S = schema.suppression.c
_SERVED = _R.reason == sa.literal_column("''")  # as the index of the people says it
_HASHES = (PERSON, PSEUDONYM)

_P = schema.parts.c
_THEIR_PARTS = sa.and_(_P.sending == _R.sending, _P.position == _R.position)
_CLAIM = (_R.position, _R.key, _R.email, _R.segment, _R.mail)
"""In the order of `Claim`, which ends with parts, date and Message-ID."""

_WITHOUT_IT = tuple(state for state in State if state in OPEN or state is State.REFUSED)
_BARRED = (PAUSED, LEFT_SEGMENT, *(reason.value for reason in SuppressionReason))
_OF_A_MAIL = ("mail", "segment", "languages", "contact", "message_id", "date")


def _constant(state: State) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{state.value}'")


def entry_values(sending: int, position: int, entry: NewRecipient, at: str) -> dict[str, Any]:
    """Return a new row as `bulk` takes it; `at` is a stored moment."""
    return {
        "sending": sending,
        "position": position,
        "key": entry.key,
        "email": entry.email,
        "segment": entry.segment,
        "languages": schema.words_text(entry.languages),
        "contact": schema.fields_text(entry.contact),
        "mail": entry.mail,
        "state": (State.LEFT_OUT if entry.left_out else State.QUEUED).value,
        "reason": entry.left_out,
        "message_id": entry.message_id,
        "code": None,
        "enhanced": "",
        "text": "",
        "server": "",
        "updated_at": at,
        "date": None,
        "person": entry.person,
        "owner": 0,
    }


def parts_values(sending: int, position: int, parts: Iterable[bytes]) -> dict[str, Any]:
    """Return the parts of a new row's mail as `bulk` takes them."""
    return {"sending": sending, "position": position, "data": schema.parts_blob(parts)}


def drafts(campaign: str, delivery: SendingKind) -> sa.Select[Any]:
    """Select the sendings that nobody has confirmed."""
    table = schema.sending.c
    return sa.select(table.id).where(table.campaign == campaign, table.delivery == delivery, table.confirmed.is_(None))


def remove(connection: sa.Connection, sending: int) -> None:
    """Remove a sending with all rows that name it: SQLite gives its number to a later one."""
    for table in reversed(schema.metadata.sorted_tables):
        if "sending" in table.c:
            connection.execute(sa.delete(table).where(table.c.sending == sending))
    connection.execute(sa.delete(schema.sending).where(schema.sending.c.id == sending))


def manifest(sending: int, version: str) -> sa.Select[Any]:
    """Select the manifest of a version."""
    table = schema.content.c
    return sa.select(table.manifest).where(table.sending == sending, table.version == version)


def last_position(sending: int) -> sa.Select[Any]:
    """Select the highest position of a sending, 0 without rows."""
    return sa.select(sa.func.coalesce(sa.func.max(_R.position), 0)).where(_R.sending == sending)


def last_mail(sending: int) -> sa.Select[Any]:
    """Select the highest number of a sending's compiled mails, 0 without any."""
    numbers = schema.compiled.c
    return sa.select(sa.func.coalesce(sa.func.max(numbers.number), 0)).where(numbers.sending == sending)


def keep_mail(sending: int, mail: StoredMail) -> Iterator[sa.Insert]:
    """Yield the statements that store a compiled mail; blobs that are there already stay."""
    digest = hashlib.sha256(mail.data).hexdigest()
    yield sa.insert(schema.compiled).values(
        sending=sending, number=mail.number, version=mail.version, data=mail.data, digest=digest
    )
    for name, data in mail.blobs.items():
        known = sa.exists().where(schema.blob.c.sending == sending, schema.blob.c.name == name)
        values = sa.select(sa.literal(sending), sa.literal(name), sa.literal(data, sa.LargeBinary)).where(~known)
        yield sa.insert(schema.blob).from_select(["sending", "name", "data"], values)


def web_versions(sending: int, version: str) -> sa.Select[Any]:
    """Select the web versions of a version of a sending, in the order in which they were made."""
    table = schema.web_version.c
    columns = (table.version, table.segment, table.languages, table.title, table.mail, table.parts)
    return sa.select(*columns).where(table.sending == sending, table.version == version).order_by(table.mail)


def variants_sent(sending: int) -> sa.Select[Any]:
    """Select the segments and languages of which somebody has a mail, or may have it."""
    return sa.select(_R.segment, _R.languages).where(_R.sending == sending, _R.state.in_(MAY_HAVE_IT)).distinct()


def unstage(sending: int) -> sa.Delete:
    """Delete the staged rows."""
    return sa.delete(schema.recipient).where(_R.sending == sending, _R.state == State.LEFT_OUT, _R.reason == STAGED)


def admit(sending: int, recipients: RecipientFilter, now: dt.datetime) -> Iterator[sa.Executable]:
    """Yield the statements that let staged rows join, in their order.

    A person who is still to be served, or was refused, keeps the old row, with the mail of the staged one. A row that
    was left out as suppressed, or as the person wished, is deleted if its person is served now: the books have
    everybody once.
    """
    staged = schema.recipient.alias("staged")
    same = sa.and_(
        staged.c.sending == sending,
        staged.c.state == State.LEFT_OUT,
        staged.c.reason == STAGED,
        staged.c.key == _R.key,
    )
    taken_over = (_R.sending == sending, _R.state.in_(_WITHOUT_IT), same, *_among(recipients))
    yield sa.update(schema.recipient).where(*taken_over).values({name: staged.c[name] for name in _OF_A_MAIL})
    yield sa.delete(schema.parts).where(
        _P.sending == sending, _P.position.in_(sa.select(_R.position).where(*taken_over))
    )
    whose = sa.select(_R.position).where(*taken_over, staged.c.position == _P.position).scalar_subquery()
    yield (
        sa.update(schema.parts)
        .where(_P.sending == sending, _P.position.in_(sa.select(staged.c.position).where(*taken_over)))
        .values(position=whose)
    )
    served = sa.select(_R.key).where(_R.sending == sending, _R.state != State.LEFT_OUT)
    yield unstage(sending).where(_R.key.in_(served))
    yield (
        sa.update(schema.recipient)
        .where(_R.sending == sending, _R.state == State.LEFT_OUT, _R.reason == STAGED, *_among(recipients))
        .values(state=State.QUEUED, reason="", updated_at=now)
    )
    was_barred = (_R.state == State.LEFT_OUT, _R.reason.in_(_BARRED), _R.key.in_(served))
    yield sa.delete(schema.recipient).where(_R.sending == sending, *was_barred)


def served_keys(sending: int) -> sa.Select[Any]:
    """Select position, key and state of everybody who is not left out."""
    return sa.select(_R.position, _R.key, _R.state).where(_R.sending == sending, _R.state != State.LEFT_OUT)


def held(sending: int) -> sa.Select[Any]:
    """Select what `Held` needs of everybody who has this mail or may have it, but erased people."""
    mails = schema.compiled.c
    of_a_mail = sa.and_(mails.sending == _R.sending, mails.number == _R.mail)
    return (
        sa.select(_R.position, _R.key, _R.segment, _R.state, mails.version)
        .select_from(schema.recipient.join(schema.compiled, of_a_mail))
        .where(_R.sending == sending, _R.state.in_(MAY_HAVE_IT), ~_R.key.startswith(PSEUDONYM))
    )


def claim(recipients: RecipientFilter, *, in_span: bool) -> ReturningUpdate[Any]:
    """Claim the first `count` queued rows of the sending `of` for `owner`; return them in no particular order.

    Args:
        recipients: Only these.
        in_span: Only from the position `first` to `last`.
    """
    of: sa.BindParameter[int] = sa.bindparam("of", 0)
    span = [_R.position.between(sa.bindparam("first", 0), sa.bindparam("last", 0))] if in_span else []
    in_queue = (_R.sending == of, _R.state == _constant(State.QUEUED), *span)  # by the queue's index
    chosen = (
        sa.select(_R.position)
        .where(*in_queue, *_among(recipients))
        .order_by(_R.position)
        .limit(sa.bindparam("count", 0))
        .with_for_update(skip_locked=True)  # for several workers on PostgreSQL; SQLite has one writer anyway
    )
    # as a WITH it is evaluated once; a subquery might be again, and lock more than `count`
    once = chosen.cte("chosen")
    return (
        sa.update(schema.recipient)
        .where(_R.sending == of, _R.position.in_(sa.select(once.c.position)))
        .values(
            state=_constant(State.CLAIMED),
            updated_at=sa.bindparam("now", "", sa.Text),
            owner=sa.bindparam("owner", 0),
        )
        .returning(*_CLAIM, _R.date, _R.message_id)
    )


def batches(
    sending: int, size: int, recipients: RecipientFilter, limit: int | None, *, were_claimed: bool
) -> sa.Select[Any]:
    """Select first position, last position and number of people of each batch of rows that wait."""
    waits = [_R.sending == sending, _R.state.in_((State.QUEUED, State.DEFERRED)), *_among(recipients)]
    waits += [_R.owner != 0] if were_claimed else []
    wanted = sa.select(_R.position).where(*waits).order_by(_R.position).limit(limit).subquery()
    place = sa.func.row_number().over(order_by=wanted.c.position)
    numbered = sa.select(wanted.c.position, ((place - 1) // size).label("batch")).subquery()
    position = numbered.c.position
    columns: Sequence[sa.ColumnElement[Any]] = (sa.func.min(position), sa.func.max(position), sa.func.count())
    query = sa.select(*columns)
    return query.group_by(numbered.c.batch).order_by(numbered.c.batch)


def _among(recipients: RecipientFilter) -> Iterator[sa.ColumnElement[bool]]:
    if recipients.segments:
        yield _R.segment.in_(recipients.segments)
    if recipients.keys:
        yield _R.key.in_(recipients.keys)


@functools.cache
@functools.cache
def replace(table: sa.Table, dialect: str) -> sa.Insert:
    """Insert rows, or replace those with the same primary key (upsert): others may do the same at once."""
    insert = importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    values = {column.name: insert.excluded[column.name] for column in table.c}
    changed: sa.Insert = insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)
    return changed


REGISTERED = sa.select(schema.worker.c.id).where(schema.worker.c.id == sa.bindparam("owner")).with_for_update(read=True)
"""The worker, if it is registered; it stays so until the end of the transaction."""

CLAIMED_PARTS = sa.select(_P.position, _P.data).where(
    _P.sending == sa.bindparam("of"),
    _P.position.between(sa.bindparam("first"), sa.bindparam("last")),
    _THEIR_PARTS,
    _R.state == _constant(State.CLAIMED),
)
"""Position and parts of the claimed rows from one position to another."""

SUPPRESSED = sa.select(_R.position, schema.suppression.c.reason).where(
    _R.sending == sa.bindparam("of"),
    _R.position.between(sa.bindparam("first"), sa.bindparam("last")),
    schema.suppression.c.key.in_([_R.person, _R.key]),
)
"""Position and reason of those rows from one position to another whose person is suppressed.

A suppression has the hash of the person; one of an older ccmail has the address key.
"""


_F = schema.preference.c
_WITH_PREFERENCE = schema.recipient.join(schema.preference, _F.key == _R.person)
_HOLDS_BACK = sa.or_(_F.left_segments != sa.literal_column("''"), _F.paused_until.is_not(None))

PREFERRED = (
    sa.select(_R.position, _R.segment, _F.left_segments, _F.paused_until)
    .select_from(_WITH_PREFERENCE)
    .where(
        _R.sending == sa.bindparam("of"),
        _R.position.between(sa.bindparam("first"), sa.bindparam("last")),
        _HOLDS_BACK,
    )
)
"""Position and segment of those rows from one position to another whose person may not want them, and the wishes."""


def preferred_at(sending: int, positions: Sequence[int] | None) -> sa.Select[Any]:
    """Select what `PREFERRED` does of some rows; None: of those that are still to be served."""
    query = sa.select(_R.position, _R.segment, *_F).select_from(_WITH_PREFERENCE)
    query = query.where(_R.sending == sending, _HOLDS_BACK)
    return query.where(_R.state.in_(_WITHOUT_IT) if positions is None else _R.position.in_(positions))


def suppressed_at(sending: int, positions: Sequence[int]) -> sa.Select[Any]:
    """Select position and reason of those of some rows whose person is suppressed, as `SUPPRESSED` does."""
    barred = schema.suppression.c
    query = sa.select(_R.position, barred.reason).where(barred.key.in_([_R.person, _R.key]))
    return query.where(_R.sending == sending, _R.position.in_(positions))


def bulk(connection: sa.Connection, statement: sa.Insert, rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows of stored values, or none.

    SQLAlchemy's own way looks at every value of every row, which takes longer than the database itself.
    """
    if rows:
        connection.exec_driver_sql(in_sql(statement, connection.dialect), rows)


def in_sql(statement: sa.ClauseElement, dialect: Dialect) -> str:
    """Return a statement as SQL for a database driver, with named parameters."""
    return str(statement.compile(dialect=dialect))


INSERT_RECIPIENT = sa.insert(schema.recipient)
INSERT_PARTS = sa.insert(schema.parts)


@functools.cache
def change(state: State) -> sa.Update:
    """Move rows to `state`, with the values of `change_values`; rows whose state forbids the move stay as they are.

    So do claimed rows and those in flight of another process. Columns of an index are written only if they have to
    change.
    """
    may_move = sa.or_(*(_may_leave(source) for source in sources_of(state)))
    values: dict[str, Any] = {"state": _constant(state), "updated_at": sa.bindparam("now")}
    if state is State.LEFT_OUT:
        values["reason"] = sa.bindparam("new_reason")
    if state is State.IN_FLIGHT:
        values["date"] = sa.bindparam("new_date", type_=sa.Text)
    columns = ("code", "enhanced", "text", "server")
    values |= {name: sa.bindparam(f"new_{name}", type_=schema.recipient.c[name].type) for name in columns}
    return (
        sa.update(schema.recipient)
        .where(_R.sending == sa.bindparam("of"), _R.position == sa.bindparam("where"), may_move)
        .values(values)
    )


def _may_leave(source: State) -> sa.ColumnElement[bool]:
    is_there = _R.state == _constant(source)
    return sa.and_(is_there, _R.owner == sa.bindparam("owner")) if source in IN_HANDS else is_there


LOG = (
    sa.insert(schema.attempt)
    .values(
        sending=sa.bindparam("of"),
        position=sa.bindparam("where"),
        at=sa.bindparam("now"),
        **{name: sa.bindparam(f"new_{name}") for name in ("state", "phase", "code", "enhanced", "text", "server")},
    )
    .inline()  # nobody asks for the ids
)
"""Adds a line to the log, for `change_values`."""


_STORED = {state: state.value for state in State}  # an Enum's own way to its value is written in Python
_SAID = ("phase", "code", "enhanced", "text", "server", "reason", "date")  # in the order of a `StateChange`
_NAMES = ("of", "now", "where", "owner", "new_state", *(f"new_{name}" for name in _SAID))


def change_values(sending: int, change: StateChange, at: str, owner: int) -> tuple[Any, ...]:
    """Return the stored values for `change` and `LOG`, in the order of `_NAMES`; `at` is a stored moment."""
    position, state, *said, date = change
    return (sending, at, position, owner, _STORED[state], *said, date and schema.moment_text(date))


class Positional(NamedTuple):
    """A statement as SQL for a database driver, with positional parameters.

    Attributes:
        pick: Returns the parameters, in their order, from the result of `change_values`.
    """

    sql: str
    pick: Callable[[tuple[Any, ...]], tuple[Any, ...]]


_STYLES = {"sqlite": "qmark", "postgresql": "format"}


def positional(statement: sa.ClauseElement, dialect: Dialect) -> Positional:
    """Return `change` or `LOG` for a driver: named parameters would be looked up one by one, for every mail."""
    in_order: Any = type(dialect)
    compiled: Any = statement.compile(dialect=in_order(paramstyle=_STYLES[dialect.name]))
    return Positional(str(compiled), operator.itemgetter(*map(_NAMES.index, compiled.positiontup)))


def requeue(sending: int, states: Sequence[State], now: dt.datetime, *which: sa.ColumnElement[bool]) -> sa.Update:
    """Queue rows again; the server's last reply stays in them until the next outcome."""
    update = sa.update(schema.recipient).where(_R.sending == sending, _R.state.in_(states), *which)
    return update.values(state=State.QUEUED, reason="", updated_at=now)


def owned_by(owner: int) -> sa.ColumnElement[bool]:
    """Return the condition of rows that a process has claimed last."""
    return _R.owner == owner


def left_behind(now: sa.ColumnElement[float]) -> sa.ColumnElement[bool]:
    """Return the condition of rows that no living worker has claimed last; `now` is the server's clock."""
    worker = schema.worker.c
    return _R.owner.not_in(sa.select(worker.id).where(worker.beat + worker.patience >= now))


def at_positions(positions: Sequence[int]) -> sa.ColumnElement[bool]:
    """Return the condition of rows at some positions."""
    return _R.position.in_(positions)


def in_span(first: int, last: int) -> sa.ColumnElement[bool]:
    """Return the condition of rows from one position to another."""
    return _R.position.between(first, last)


def in_other_hands(sending: int, span: tuple[int, int], owner: int) -> sa.Select[Any]:
    """Select a row from one position to another that another process has in hands, if there is one."""
    in_hands = sa.or_(*(_R.state == _constant(state) for state in IN_HANDS))
    return sa.select(_R.position).where(_R.sending == sending, in_span(*span), in_hands, _R.owner != owner).limit(1)


def requeue_of(owner: int, now: dt.datetime) -> sa.Update:
    """Queue the rows again that a process has claimed, of any sending."""
    claimed = sa.update(schema.recipient).where(_R.state == State.CLAIMED, _R.owner == owner)
    return claimed.values(state=State.QUEUED, reason="", updated_at=now)


def in_flight_of(owner: int) -> sa.Select[Any]:
    """Select sending, position, last change and server of the rows in flight of a process."""
    query = sa.select(_R.sending, _R.position, _R.updated_at, _R.server)
    query = query.where(_R.state == State.IN_FLIGHT, _R.owner == owner).order_by(_R.sending, _R.position)
    return query.with_for_update()  # none of them gets its outcome in between


def left_out_keys() -> sa.Select[Any]:
    """Select the keys of those who are left out: of a row without a valid address it is what stands in its place."""
    return sa.select(_R.key).where(_R.state == State.LEFT_OUT).distinct()


def rows_of(keys: Sequence[str]) -> sa.Select[Any]:
    """Select sending, position and compiled mail of every row of a person."""
    return sa.select(_R.sending, _R.position, _R.mail).where(_R.key.in_(keys))


def erase(keys: Sequence[str], pseudonym: str, now: dt.datetime) -> Iterator[sa.Executable]:
    """Yield the statements that replace a person by a pseudonym, in their order.

    States stay, so that the books balance; only open rows are left out from then on.
    """
    theirs = sa.exists().where(_R.sending == _A.sending, _R.position == _A.position, _R.key.in_(keys))
    yield sa.update(schema.attempt).where(theirs).values(text="")
    yield (
        sa.update(schema.recipient)
        .where(_R.key.in_(keys), _R.state.in_(tuple(state for state in State if state in OPEN)))
        .values(state=State.LEFT_OUT, reason=ERASED, updated_at=now)
    )
    asked = schema.resubscription
    yield sa.update(asked).where(asked.c.key.in_(keys)).values(key=pseudonym, note="")
    yield sa.delete(schema.parts).where(sa.exists().where(_THEIR_PARTS, _R.key.in_(keys)))
    nothing: dict[str, Any] = {"contact": {}, "message_id": "", "text": "", "mail": 0}
    names = dict.fromkeys(("key", "email", "person"), pseudonym)
    yield sa.update(schema.recipient).where(_R.key.in_(keys)).values(**names, **nothing)


def nameless(sending: int) -> sa.Select[Any]:
    """Select position and key of the rows without the hash of their person."""
    return sa.select(_R.position, _R.key).where(
        _R.sending == sending, _R.person == "", _R.state != State.LEFT_OUT, ~_R.key.startswith(PSEUDONYM)
    )


NAME_PERSON = (
    sa.update(schema.recipient)
    .where(_R.sending == sa.bindparam("of"), _R.position == sa.bindparam("where"))
    .values(person=sa.bindparam("hash"))
)
"""Gives a row the hash of its person."""


@functools.cache
def a_hashed_person() -> sa.Select[Any]:
    """Select key and hash of somebody whose address key is known, too."""
    found = sa.select(_R.key, _R.person).where(_R.person.startswith(PERSON), ~_R.key.startswith(PSEUDONYM))
    return found.order_by(_R.sending.desc(), _R.position.desc()).limit(1)  # rows of an older ccmail have no hashes


@functools.cache
def a_hashed_suppression() -> sa.Select[Any]:
    """Select a key of the suppressions that is a hash."""
    return sa.select(_S.key).where(sa.or_(*(_S.key.startswith(kind) for kind in _HASHES))).limit(1)


@functools.cache
def plain_suppressions(dialect: str) -> sa.Select[Any]:
    """Select the suppressions whose keys are addresses: those before, between and after the two kinds of hashes."""
    # the index of a file is in the order of bytes; a server may have the order of a language
    key = _S.key if dialect == "sqlite" else sa.collate(_S.key, "C")
    (first, after_first), (second, after_second) = sorted((kind, f"{kind[:-1]};") for kind in _HASHES)
    between = sa.and_(key >= after_first, key < second)
    return sa.select(schema.suppression).where(sa.or_(key < first, between, key >= after_second))


@functools.cache
def last_row(*, of_campaign: bool) -> sa.Select[Any]:
    """Select the last sending of a kind (and a campaign) whose mail a person has or may have, and their row in it."""
    sending = schema.sending
    query = sa.select(*sending.c, *_ROW).join(sending, sending.c.id == _R.sending)
    query = query.where(_R.key == sa.bindparam("person_key"), _SERVED, _R.state.in_(tuple(MAY_HAVE_IT)))
    query = query.where(sending.c.delivery == sa.bindparam("kind"), sending.c.confirmed.is_not(None))
    query = query.where(sending.c.campaign == sa.bindparam("of")) if of_campaign else query
    return query.order_by(sending.c.id.desc()).limit(1)


def mails_still_used(sending: int) -> sa.CompoundSelect[Any]:
    """Select the numbers of the compiled mails that a row or a web version names."""
    web = schema.web_version.c
    return sa.select(_R.mail).where(_R.sending == sending).union(sa.select(web.mail).where(web.sending == sending))


def in_flight(sending: int, now: sa.ColumnElement[float]) -> sa.Select[Any]:
    """Select position, last change, server and owner of the rows in flight that no living worker has."""
    return (
        sa.select(_R.position, _R.updated_at, _R.server, _R.owner)
        .where(_R.sending == sending, _R.state == State.IN_FLIGHT, left_behind(now))
        .order_by(_R.position)
    )


def all_in_doubt() -> sa.Select[Any]:
    """Count the people in doubt of all real sendings."""
    doubtful = sa.select(sa.func.count()).select_from(schema.recipient.join(schema.sending))
    return doubtful.where(_R.state == State.IN_DOUBT, schema.sending.c.delivery == SendingKind.SMTP)


def touched(sending: int) -> sa.Select[Any]:
    """Count the people who have this mail, or may have it."""
    return sa.select(sa.func.count()).where(_R.sending == sending, _R.state.in_(MAY_HAVE_IT))


def rows(sending: int, states: Sequence[State], keys: Sequence[str]) -> sa.Select[Any]:
    """Select whole rows."""
    query = sa.select(*_ROW).where(_R.sending == sending)
    query = query.where(_R.state.in_(states)) if states else query
    return query.where(_R.key.in_(keys)) if keys else query


def row_at(sending: int, position: int) -> sa.Select[Any]:
    """Select one whole row."""
    return sa.select(*_ROW).where(_R.sending == sending, _R.position == position)


def claim_at(sending: int, position: int) -> sa.Select[Any]:
    """Select one row as it would be claimed."""
    beside = schema.recipient.outerjoin(schema.parts, _THEIR_PARTS)
    query = sa.select(*_CLAIM, _P.data, _R.date, _R.message_id).select_from(beside)
    return query.where(_R.sending == sending, _R.position == position)


def someone(sending: int, states: Sequence[State], recipients: RecipientFilter) -> sa.Select[Any]:
    """Select a row of `recipients` in one of some states, if there is one; queued ones are found by their index."""
    is_there = sa.or_(*(_R.state == _constant(state) for state in states))
    return sa.select(_R.position).where(_R.sending == sending, is_there, *_among(recipients)).limit(1)


def people_by_state(sending: int) -> sa.Select[Any]:
    """Count the people of each state: half the work of `counts`."""
    return sa.select(_R.state, sa.func.count()).where(_R.sending == sending).group_by(_R.state)


def first_of_each(sending: int) -> sa.Select[Any]:
    """Select the position of the first served row of each segment and languages, and how many there are.

    Erased people are counted, but cannot be the first row: it serves as an example.
    """
    first = sa.func.min(sa.case((_R.key.startswith(PSEUDONYM), None), else_=_R.position))
    return (
        sa.select(_R.segment, _R.languages, first, sa.func.count())
        .where(_R.sending == sending, _R.state != State.LEFT_OUT)
        .group_by(_R.segment, _R.languages)
        .having(first.is_not(None))
        .order_by(first)
    )


def attempts(sending: int, position: int | None) -> sa.Select[Any]:
    """Select the log."""
    columns = (_A.position, _A.at, _A.state, _A.phase, _A.code, _A.enhanced, _A.text, _A.server)
    query = sa.select(*columns).where(_A.sending == sending)
    return query if position is None else query.where(_A.position == position)


def taken_since(host: str, since: dt.datetime) -> sa.Select[Any]:
    """Select when a server took mails, or may have taken them, of any sending: the oldest first."""
    return sa.select(_A.at).where(_taken(host, since)).order_by(_A.at)


def count_taken_since(host: str, since: dt.datetime) -> sa.Select[Any]:
    """Select how many mails a server took, or may have taken, of any sending."""
    return sa.select(sa.func.count()).select_from(schema.attempt).where(_taken(host, since))


def _taken(host: str, since: dt.datetime) -> sa.ColumnElement[bool]:
    state = _A.state.in_((State.ACCEPTED, State.IN_DOUBT))
    return sa.and_(_A.at > since, state, _A.server.startswith(f"{host}:", autoescape=True))


def counts(sending: int) -> sa.Select[Any]:
    """Select the columns of `Count`, in the order of the list."""
    group = (_R.segment, _R.languages, _R.state, _R.reason)
    return (
        sa.select(*group, sa.func.count())
        .where(_R.sending == sending)
        .group_by(*group)
        .order_by(sa.func.min(_R.position))
    )


def tests(campaign: str | None, version: str | None) -> sa.Select[Any]:
    """Select the columns of `Tested`, the latest first."""
    table = schema.tested.c
    query = sa.select(table.campaign, table.version, table.at, table.to, table.real).order_by(table.id.desc())
    return _of_version(query, table, campaign, version)


def approvals(campaign: str | None, version: str | None) -> sa.Select[Any]:
    """Select the columns of `Approval`, the latest first."""
    table = schema.approval.c
    query = sa.select(table.campaign, table.version, table.by, table.at).order_by(table.id.desc())
    return _of_version(query, table, campaign, version)


def resubscriptions(keys: Sequence[str]) -> sa.Select[Any]:
    """Select the columns of `Resubscription`, the latest first."""
    table = schema.resubscription.c
    query = sa.select(table.key, table.was, table.at, table.note).where(table.key.in_(keys))
    return query.order_by(table.id.desc())


def _of_version(query: sa.Select[Any], table: Any, campaign: str | None, version: str | None) -> sa.Select[Any]:
    query = query if campaign is None else query.where(table.campaign == campaign)
    return query if version is None else query.where(table.version == version)
