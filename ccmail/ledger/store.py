"""The ledger itself: all its queries and all its changes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ccmail.ledger import schema, statements
from ccmail.ledger.day_room import DayRooms
from ccmail.ledger.driver import DriverConnection
from ccmail.ledger.engine import Database, writer_of
from ccmail.ledger.failures import damaged, in_words, no_mail, not_scrubbed
from ccmail.ledger.pauses import Pauses
from ccmail.ledger.postgresql import PostgresqlServer
from ccmail.ledger.preferences import Preferences
from ccmail.ledger.pseudonym import PERSON
from ccmail.ledger.rates import Rates
from ccmail.ledger.records import (
    ERASED,
    IMPERSONAL,
    STAGED,
    Approval,
    Attempt,
    Claim,
    Count,
    Counts,
    Feedback,
    Held,
    NewRecipient,
    Pace,
    Purpose,
    RecipientFilter,
    RecipientRow,
    Resubscription,
    Sending,
    SendingKind,
    StateChange,
    StoredMail,
    SuppressionEntry,
    Tested,
    VersionStatus,
    WebVersion,
)
from ccmail.ledger.revision import LedgerUpgrade, bring_up_to_date
from ccmail.ledger.sqlite import SqliteFile
from ccmail.ledger.states import IN_HANDS, OPEN, State, may_move
from ccmail.ledger.subscriptions import Subscriptions
from ccmail.ledger.suppression import Suppressed, SuppressionReason
from ccmail.ledger.workers import WorkerRegistry
from ccmail.problems import LedgerFailure
from ccmail.wording import say

_PAGE = 1000  # rows read at once
_BATCH = 200  # rows added in a transaction: a thousand take 5 MB more
_EVERYBODY = RecipientFilter()
_SHOWN_IN_DOUBT = 10
_INTERRUPTED = "ccmail ended between handing the mail over ({at:%Y-%m-%d %H:%M:%S} UTC) and the server’s answer"


def _bytes_in(values: Iterable[Any]) -> Iterator[bytes]:
    """Yield the texts of a row together, and each of its other values."""
    texts = []
    for value in values:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, bytes | memoryview):
            yield bytes(value)
    yield "\n".join(texts).encode(errors="replace")


@contextmanager
def open_ledger(where: Path | str, *, now: Callable[[], dt.datetime]) -> Iterator[Ledger]:
    """See `ccmail.ledger.open_ledger`."""
    database = _database(where)
    engine = database.engine()
    try:
        with in_words(database.name):
            bring_up_to_date(database, engine)
        ledger = Ledger(database, engine, now)
        try:
            yield ledger
        finally:
            ledger.close()
    finally:
        engine.dispose()


def upgrade_ledger(where: Path | str) -> LedgerUpgrade:
    """See `ccmail.ledger.upgrade_ledger`."""
    database = _database(where)
    engine = database.engine()
    try:
        with in_words(database.name):
            return bring_up_to_date(database, engine, is_asked_for=True)
    finally:
        engine.dispose()


@contextmanager
def nobody_else(where: Path | str) -> Iterator[None]:
    """See `ccmail.ledger.nobody_else`."""
    database = _database(where)
    engine = database.engine()
    try:
        with in_words(database.name), engine.begin() as connection:
            database.refuse_company(connection)
            yield
    finally:
        engine.dispose()


def _database(where: Path | str) -> Database:
    return SqliteFile(where) if isinstance(where, Path) else PostgresqlServer(where)


class Ledger:
    """An open ledger. Every method is one transaction, or a stream of rows; all raise `LedgerFailure`.

    Made by `ccmail.ledger.open_ledger`.

    Attributes:
        name: The file, or the server's address without a password: for messages.
        warnings: Warnings about the place where it lies, for people to read.
        subscriptions: The wishes to get the mails of a segment.
        preferences: What people have chosen about their mails.
        pauses: The campaigns that are not to be sent for now.
        workers: The processes that send together.
        rates: The pace that they keep together, if the ledger is shared.
        day_rooms: The shares of a server's day that they have taken, likewise.
    """

    def __init__(self, database: Database, engine: sa.Engine, now: Callable[[], dt.datetime]) -> None:
        self.name = database.name
        self.warnings: tuple[str, ...] = database.warnings
        self._database = database
        self._engine = engine
        self._writer = writer_of(engine)
        self._now = now
        self._direct = DriverConnection(database, engine)
        self._open: sa.Connection | None = None  # of `one_transaction`
        self.subscriptions = Subscriptions(self._reading, self._writing, now)
        self.preferences = Preferences(self._reading, self._writing, now)
        self.pauses = Pauses(self._reading, self._writing, now)
        self.workers = WorkerRegistry(self._reading, self._writing, now, database.seconds())
        self.rates = Rates(self._direct.transaction)
        self.day_rooms = DayRooms(self._writing, database.seconds())

    @property
    def owner(self) -> int:
        """The worker for which it claims rows; 0 for a process that sends alone."""
        return self._direct.owner

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        if self._open is not None:
            yield self._open
            return
        with in_words(self.name), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        if self._open is not None:
            yield self._open
            return
        self._direct.confirm_alone()
        with in_words(self.name), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def one_transaction(self) -> Iterator[Any]:
        """Make all that is written inside the `with` block one transaction; the context is the driver's connection.

        Claims and outcomes (`claim`, `record`) are not part of it.
        """
        with self._writing() as connection:
            self._open = connection
            try:
                yield connection.connection.driver_connection
            finally:
                self._open = None

    def close(self) -> None:
        """Close the connection that `claim` and `record` keep open; their next call opens another."""
        self._direct.close()

    @contextmanager
    def alone_with(self, *campaigns: str) -> Iterator[None]:
        """Keep the processes of other computers from some campaigns inside the `with` block.

        In a file there are none; on a server the database keeps them apart. See `DriverConnection.alone_with`.

        Raises:
            AlreadySending: One of them has taken one.
        """
        with self._direct.alone_with(*campaigns):
            yield

    def let_go(self) -> None:
        """End `alone_with` early: the campaigns are for the workers from now on."""
        self._direct.let_go()

    @contextmanager
    def sharing(self, campaign: str) -> Iterator[None]:
        """Work on a campaign together with other workers inside the `with` block; nobody else sends or changes it.

        Raises:
            AlreadySending: A process has it for itself.
        """
        with self._direct.sharing(campaign):
            yield

    def has_queue(self) -> bool:
        """Return whether the tables of the queue for workers were made."""
        with self._reading() as connection:
            return connection.execute(sa.select(schema.job_tables).limit(1)).first() is not None

    @property
    def is_shared(self) -> bool:
        """Whether several computers may work with it at the same time."""
        return self._database.is_shared

    def sender(self, campaign: str) -> str:
        """Return the process that has taken a campaign on a server, in words; "" if none has, or in a file."""
        with self._reading() as connection:
            return self._database.sender(connection, campaign)

    def refuse_damaged(self) -> None:
        """Check the whole file, which takes a moment, before mails depend on it; a server checks its own files.

        Raises:
            LedgerFailure: The file is damaged.
        """
        with self._reading() as connection:
            damage = self._database.damage(connection)
        if damage:
            raise damaged(self.name, damage)

    def refuse_unreachable(self) -> None:
        """Read from the ledger; for a server that watches over a program that uses it.

        Raises:
            LedgerFailure: It cannot be read, or it is a file that was deleted, moved or replaced (W801).
        """
        with self._reading() as connection:
            connection.execute(sa.select(schema.sending.c.id).limit(1)).first()
            self._database.refuse_lost(connection.connection.driver_connection)

    def refuse_read_only(self) -> None:
        """Begin to write, and write nothing.

        Raises:
            LedgerFailure: It cannot be written.
        """
        with self._writing() as connection:
            connection.execute(sa.delete(schema.sending).where(sa.false()))

    # ── sendings ──

    def draft(
        self,
        campaign: str,
        delivery: SendingKind,
        version: str,
        *,
        dtstamp: dt.datetime,
        sequence: int = 0,
        lists: str = "",
        host: str = "",
        purpose: Purpose = Purpose.CAMPAIGN,
        number: int = 0,
    ) -> Sending:
        """Begin a sending as a draft, which counts from `confirm` on; earlier drafts of the campaign are removed.

        A campaign has at most one real sending (`SendingKind.SMTP`) for each `number`; `resume` goes on with it.
        """
        values: dict[str, Any] = {
            "campaign": campaign,
            "delivery": delivery,
            "version": version,
            "started_at": self._now(),
            "confirmed": None,
            "sequence": sequence,
            "dtstamp": dtstamp,
            "lists": lists,
            "host": host,
            "purpose": purpose,
            "number": number,
        }
        self.drop_drafts(campaign, delivery)
        with self._writing() as connection:
            number = connection.scalar(sa.insert(schema.sending).values(values).returning(schema.sending.c.id))
        return self._sending(number)

    def drop_drafts(self, campaign: str, delivery: SendingKind) -> None:
        """Remove the drafts of a campaign: nobody has confirmed them."""
        with self._writing() as connection:
            for draft in connection.execute(statements.drafts(campaign, delivery)).all():
                statements.remove(connection, draft.id)

    def add(self, sending: Sending, entries: Iterable[NewRecipient]) -> int:
        """Add people to a sending, after those it has; return how many.

        `entries` may be a stream of any length: it is stored in batches, so that other sendings get their turn.
        """
        first = self.last_position(sending) + 1
        at = schema.moment_text(self._now())
        numbered = enumerate(entries, start=first)
        added = 0
        while batch := list(itertools.islice(numbered, _BATCH)):
            rows = [statements.entry_values(sending.id, position, entry, at) for position, entry in batch]
            parts = [
                statements.parts_values(sending.id, n, entry.personal_parts)
                for n, entry in batch
                if entry.personal_parts
            ]
            with self._writing() as connection:
                statements.bulk(connection, statements.INSERT_RECIPIENT, rows)
                statements.bulk(connection, statements.INSERT_PARTS, parts)
            added += len(batch)
        return added

    def confirm(self, sending: Sending, people: int, signers: Sequence[str] = ()) -> Sending:
        """Turn a draft into a sending that counts, with the number that a person typed.

        Args:
            sending: The draft.
            people: That number.
            signers: The names of the keys that sign its mails.
        """
        with self._writing() as connection:
            values = {"confirmed": people, "started_at": self._now(), "signers": tuple(signers)}
            connection.execute(sa.update(schema.sending).where(schema.sending.c.id == sending.id).values(values))
        return self._sending(sending.id)

    def start(
        self,
        campaign: str,
        delivery: SendingKind,
        version: str,
        entries: Iterable[NewRecipient],
        *,
        confirmed: int,
        dtstamp: dt.datetime,
        sequence: int = 0,
        purpose: Purpose = Purpose.CAMPAIGN,
        number: int = 0,
    ) -> Sending:
        """Draft a sending, add its people and confirm it: all of it, or nothing that counts."""
        sending = self.draft(
            campaign, delivery, version, dtstamp=dtstamp, sequence=sequence, purpose=purpose, number=number
        )
        self.add(sending, entries)
        return self.confirm(sending, confirmed)

    def stage(self, sending: Sending, entries: Iterable[NewRecipient]) -> int:
        """Stage people: they are left out until `admit`. People who were staged before are replaced."""
        with self._writing() as connection:
            connection.execute(statements.unstage(sending.id))
        return self.add(sending, (dataclasses.replace(entry, left_out=STAGED) for entry in entries))

    def admit(
        self,
        sending: Sending,
        people: int,
        recipients: RecipientFilter,
        *,
        version: str,
        lists: str,
        dtstamp: dt.datetime,
        sequence: int | None = None,
    ) -> Sending:
        """Let staged people join. People who are still to be served get the mail that is staged for them."""
        values = {"confirmed": people, "version": version, "dtstamp": dtstamp, "lists": lists}
        if sequence is not None:
            values["sequence"] = sequence
        with self._writing() as connection:
            for statement in statements.admit(sending.id, recipients, self._now()):
                connection.execute(statement)
            connection.execute(sa.update(schema.sending).where(schema.sending.c.id == sending.id).values(values))
        return self._sending(sending.id)

    def note_host(self, sending: Sending, host: str, signers: Sequence[str] = ()) -> None:
        """Note the computer that works on a sending, and the names of the keys that sign its mails from now on."""
        values = {"host": host, "signers": tuple(signers)}
        with self._writing() as connection:
            connection.execute(sa.update(schema.sending).where(schema.sending.c.id == sending.id).values(values))

    def _sending(self, number: int | None) -> Sending:
        with self._reading() as connection:
            return Sending(*connection.execute(sa.select(schema.sending).where(schema.sending.c.id == number)).one())

    def resume(self, campaign: str, delivery: SendingKind, purpose: Purpose = Purpose.CAMPAIGN) -> Sending | None:
        """Return the campaign's latest sending for a purpose, repaired after a dead process; None if there is none.

        It is repaired as `repair` does.
        """
        found = self.latest(campaign, delivery, purpose)
        if found is not None:
            self.repair(found)
        return found

    def repair(self, sending: Sending) -> None:
        """Repair a sending after a dead process; call it only when no other process sends its campaign.

        Claimed rows are queued again. A row in flight may have been accepted: in a real sending it is in doubt from
        now on. So may that of a mail by which somebody confirms a subscription. What living workers have stays theirs.
        """
        states = [State.CLAIMED] if sending.delivery.keeps_doubt else [State.CLAIMED, State.IN_FLIGHT]
        with self._writing() as connection:
            left_behind = statements.left_behind(self._database.seconds())
            connection.execute(statements.requeue(sending.id, states, self._now(), left_behind))
        if sending.delivery.keeps_doubt:
            with self._reading() as connection:
                rows = connection.execute(statements.in_flight(sending.id, self._database.seconds())).all()
            for owner, of_one in itertools.groupby(sorted(rows, key=lambda row: row.owner), lambda row: row.owner):
                with self._direct.transaction() as cursor:
                    self._doubt(cursor, sending.id, of_one, owner)

    def _doubt(self, cursor: Any, sending: int, rows: Iterable[sa.Row[Any]], owner: int) -> None:
        """Put the people in doubt whose mails a dead process had in flight."""
        changes = [
            StateChange(r.position, State.IN_DOUBT, "end", text=_INTERRUPTED.format(at=r.updated_at), server=r.server)
            for r in rows
        ]
        self._direct.write(cursor, sending, changes, self._now(), owner)

    def work_as(self, worker: int) -> None:
        """Claim rows for a worker from now on: nobody else can move them while it lives."""
        self._direct.owner = worker
        self._database.name_sessions(self._engine, worker)

    def bury(self, worker: int) -> None:
        """Take the rows of a worker that is dead, or about to leave: those it only claimed are queued again.

        Those in flight are in doubt: it may have handed them over. Its own outcomes may still settle them. A
        transaction in which another worker stopped is ended: it would keep its rows.
        """
        if worker != self._direct.owner:
            with self._reading() as connection:
                self._database.end_sessions(connection, worker)
        with self._writing() as connection:
            self.workers.remove(connection, worker)  # from now on it claims nothing,
            connection.execute(statements.requeue_of(worker, self._now()))  # and from now on it hands nothing over
            rows = connection.execute(statements.in_flight_of(worker)).all()
            cursor = connection.connection.cursor()
            for sending, of_one in itertools.groupby(rows, lambda row: row.sending):
                self._doubt(cursor, sending, of_one, worker)

    def sending(self, number: int) -> Sending | None:
        """Return a sending by its id; None if it was removed."""
        with self._reading() as connection:
            row = connection.execute(sa.select(schema.sending).where(schema.sending.c.id == number)).first()
        return Sending(*row) if row else None

    def batches(
        self,
        sending: Sending,
        size: int,
        recipients: RecipientFilter = _EVERYBODY,
        limit: int | None = None,
        *,
        were_claimed: bool = False,
    ) -> Iterator[tuple[int, int, int]]:
        """Stream the people who are still to be served in batches: first position, last position, number of people.

        Rows that a process has in hands are not among them.

        Args:
            sending: The sending.
            size: People in a batch, at most.
            recipients: Only these.
            limit: So many people at most.
            were_claimed: Only those whom a worker has claimed before.
        """
        query = statements.batches(sending.id, size, recipients, limit, were_claimed=were_claimed)
        with self._reading() as connection:
            yield from (tuple(row) for row in connection.execute(query))

    def latest(self, campaign: str, delivery: SendingKind, purpose: Purpose = Purpose.CAMPAIGN) -> Sending | None:
        """Return the campaign's latest sending of this kind and purpose, None if there is none."""
        return next((s for s in self.sendings(campaign) if s.delivery is delivery and s.purpose is purpose), None)

    def sendings(self, campaign: str | None = None, *, drafts: bool = False) -> tuple[Sending, ...]:
        """Return the sendings (of one campaign), the latest first; drafts do not count yet, unless they are wanted.

        The mails by which people confirm a subscription are of no campaign: `subscriptions` has them.
        """
        query = sa.select(schema.sending).order_by(schema.sending.c.id.desc())
        query = query.where(schema.sending.c.delivery != SendingKind.SUBSCRIBE)
        query = query if drafts else query.where(schema.sending.c.confirmed.is_not(None))
        if campaign is not None:
            query = query.where(schema.sending.c.campaign == campaign)
        with self._reading() as connection:
            return tuple(Sending(*row) for row in connection.execute(query))

    def forget(self, sending: Sending) -> None:
        """Remove a sending with all its rows: a rehearsal, a test, or a real one without any sent mail.

        Raises:
            LedgerFailure: It is real, and somebody has this mail or may have it.
        """
        with self._writing() as connection:
            if sending.delivery is SendingKind.SMTP:
                touched = connection.scalar(statements.touched(sending.id))
                if touched:
                    raise LedgerFailure(
                        say(
                            "{people} people have “{campaign}”, or may have it: their sending cannot be removed",
                            people=touched,
                            campaign=sending.campaign,
                        ),
                        code="W737",
                        hint=say("it stays in the ledger: there is nothing to do"),
                    )
            statements.remove(connection, sending.id)

    # ── content ──

    def freeze(self, sending: Sending, version: str, manifest: bytes, event: Mapping[str, Any] | None = None) -> None:
        """Keep the manifest of a version of a sending, and its event; one that is kept already stays.

        Args:
            sending: The sending.
            version: The version.
            manifest: Everything in its mails.
            event: The event and the revision of its calendar entry, JSON-able; None if it has none.
        """
        with self._writing() as connection:
            if connection.scalar(statements.manifest(sending.id, version)) is None:
                values = {"sending": sending.id, "version": version, "manifest": manifest, "event": event}
                connection.execute(sa.insert(schema.content).values(values))

    def events(self, sending: Sending) -> Mapping[str, Mapping[str, Any] | None]:
        """Return the event of each version of a sending, None for one that `freeze` got none for."""
        table = schema.content.c
        query = sa.select(table.version, table.event).where(table.sending == sending.id)
        with self._reading() as connection:
            return {version: event for version, event in connection.execute(query)}  # noqa: C416 - mypy knows no dict of rows

    def manifest(self, sending: Sending, version: str) -> bytes | None:
        """Return the manifest of a version, None if `freeze` has not kept it."""
        with self._reading() as connection:
            kept: bytes | None = connection.scalar(statements.manifest(sending.id, version))
            return kept

    def keep_mail(self, sending: Sending, mail: StoredMail) -> None:
        """Keep a compiled mail."""
        with self._writing() as connection:
            for statement in statements.keep_mail(sending.id, mail):
                connection.execute(statement)

    def last_mail(self, sending: Sending) -> int:
        """Return the highest number of the compiled mails that are kept, 0 if there are none."""
        with self._reading() as connection:
            return connection.scalar(statements.last_mail(sending.id)) or 0

    def mail(self, sending: Sending, number: int) -> bytes:
        """Return the data of a compiled mail.

        Raises:
            LedgerFailure: W742, it is not there: the sending was begun by an older ccmail.
        """
        table = schema.compiled
        query = sa.select(table.c.data, table.c.digest)
        with self._reading() as connection:
            found = connection.execute(query.where(table.c.sending == sending.id, table.c.number == number)).first()
        if found is None:
            raise no_mail(self.name, sending.campaign)
        data: bytes = found.data
        if found.digest and hashlib.sha256(data).hexdigest() != found.digest:
            other = say("a mail of “{campaign}” is not the one that was kept", campaign=sending.campaign)
            raise damaged(self.name, other)
        return data

    def blob(self, sending: Sending, name: str) -> bytes:
        """Return a large blob that compiled mails share."""
        table = schema.blob
        query = sa.select(table.c.data).where(table.c.sending == sending.id, table.c.name == name)
        with self._reading() as connection:
            data: bytes | None = connection.scalar(query)
        if data is None:
            raise damaged(self.name, say("a part of the mails of “{campaign}” is not there", campaign=sending.campaign))
        return bytes(data)

    def keep_web_version(self, sending: Sending, web: WebVersion) -> None:
        """Keep a web version; its compiled mail is kept already."""
        values = {
            "sending": sending.id,
            "version": web.version,
            "segment": web.segment,
            "languages": web.languages,
            "title": web.title,
            "mail": web.mail,
            "parts": web.personal_parts,
        }
        with self._writing() as connection:
            connection.execute(sa.insert(schema.web_version).values(values))

    def web_versions(self, sending: Sending, version: str) -> tuple[WebVersion, ...]:
        """Return the web versions of a version of a sending, in the order of the campaign's variants."""
        with self._reading() as connection:
            found = connection.execute(statements.web_versions(sending.id, version))
            return tuple(
                WebVersion(row.version, row.segment, row.languages, row.title, row.mail, tuple(row.parts))
                for row in found
            )

    def variants_sent(self, sending: Sending) -> frozenset[tuple[str, tuple[str, ...]]]:
        """Return segment and languages of each variant of which somebody has a mail, or may have it.

        It reads all rows of the sending.
        """
        with self._reading() as connection:
            found = connection.execute(statements.variants_sent(sending.id))
            return frozenset((segment, languages) for segment, languages in found)

    # ── the queue ──

    def claim(
        self,
        sending: Sending,
        count: int,
        recipients: RecipientFilter = _EVERYBODY,
        span: tuple[int, int] | None = None,
    ) -> tuple[Claim, ...]:
        """Claim up to `count` queued rows in the order of the list (of a span of it); empty when none is left.

        People who were suppressed since the list was frozen, or do not want it any more, are left out here, at the
        last moment.

        Raises:
            LedgerFailure: also if others have buried this worker.
        """
        while True:
            with self._direct.transaction() as cursor:
                self._direct.refuse_buried(cursor)
                claims = self._direct.claim(cursor, sending.id, count, recipients, span, self._now())
                left_out = self._direct.unwanted(cursor, sending, claims, self._now())
                self._direct.write(cursor, sending.id, left_out, self._now())
            for change in left_out:
                del claims[change.position]
            if claims or not left_out:
                return tuple(claims.values())

    def record(self, sending: Sending, changes: Sequence[StateChange]) -> None:
        """Write changes of recipients durably, in one transaction: all of them, or none.

        Raises:
            LedgerFailure: also if a row is not in a state from which the change is allowed (see `MOVES`).
        """
        if not changes:
            return
        with self._direct.transaction() as cursor:
            self._direct.write(cursor, sending.id, changes, self._now())

    def unwanted_at(self, sending: Sending, positions: Sequence[int]) -> dict[int, str]:
        """Return the reasons of those of some rows whose person is suppressed now, or does not want it, by position."""
        with self._reading() as connection:
            found = connection.execute(statements.suppressed_at(sending.id, positions))
            suppressed = {position: reason.value for position, reason in found}
        return self.preferences.unwanted(sending, positions) | suppressed

    def requeue(
        self,
        sending: Sending,
        *states: State,
        positions: Sequence[int] | None = None,
        span: tuple[int, int] | None = None,
    ) -> int:
        """Queue the rows in these states again (at these positions, in this span, if given); return how many.

        Refused, in-doubt and left-out rows are queued again only on a person's word. Of claimed rows, only those that
        this process has claimed are.
        """
        if not all(may_move(state, State.QUEUED) for state in states):
            raise ValueError(f"cannot queue again: {states}")
        which = [] if positions is None else [statements.at_positions(positions)]
        which += [] if span is None else [statements.in_span(*span)]
        which += [statements.owned_by(self._direct.owner)] if IN_HANDS & set(states) else []
        with self._writing() as connection:
            return connection.execute(statements.requeue(sending.id, states, self._now(), *which)).rowcount

    def is_in_other_hands(self, sending: Sending, span: tuple[int, int]) -> bool:
        """Return whether another process has rows from one position to another in hands."""
        query = statements.in_other_hands(sending.id, span, self._direct.owner)
        with self._reading() as connection:
            return connection.execute(query).first() is not None

    # ── reading ──

    def rows(self, sending: Sending, *states: State, keys: Sequence[str] = ()) -> Iterator[RecipientRow]:
        """Stream the rows in these states (none given: all) and with these keys, in the order of the list."""
        for values in self._pages(statements.rows(sending.id, states, keys), schema.recipient.c.position):
            yield RecipientRow(*values)

    def last_row(self, key: str, kind: SendingKind, campaign: str | None = None) -> tuple[Sending, RecipientRow] | None:
        """Return a person's row in the last sending of a kind whose mail they have or may have, None if there is none.

        Args:
            key: Their address key.
            kind: The kind.
            campaign: The campaign; None for all.
        """
        with self._reading() as connection:
            query = statements.last_row(of_campaign=campaign is not None)
            found = connection.execute(query, {"person_key": key, "kind": kind, "of": campaign}).first()
        if found is None:
            return None
        columns = len(schema.sending.c)
        return Sending(*found[:columns]), RecipientRow(*found[columns:])

    def keys(self, sending: Sending) -> Iterator[str]:
        """Stream the address keys of everybody on the lists of a sending, in their order."""
        query = sa.select(schema.recipient.c.key).where(schema.recipient.c.sending == sending.id)
        for (key,) in self._pages(query, schema.recipient.c.position):
            yield key

    def last_position(self, sending: Sending) -> int:
        """Return the position of the last person on the lists of a sending, 0 without anybody."""
        with self._reading() as connection:
            return connection.scalar(statements.last_position(sending.id)) or 0

    def served(self, sending: Sending) -> Iterator[tuple[int, str, State]]:
        """Stream position, key and state of everybody who is not left out."""
        yield from self._pages(statements.served_keys(sending.id), schema.recipient.c.position)

    def held(self, sendings: Iterable[Sending]) -> dict[str, Held]:
        """Return the last of some sendings' mails that each person has or may have, in the order of the lists.

        Erased people are not among them: nobody can write to them.

        Args:
            sendings: The earliest first.
        """
        found: dict[str, Held] = {}
        for sending in sendings:
            rows = self._pages(statements.held(sending.id), schema.recipient.c.position)
            found |= {key: Held(key, sending, position, *said) for position, key, *said in rows}
        return found

    def open_count(self, sending: Sending, recipients: RecipientFilter) -> int:
        """Return how many of the `recipients` are still to be served.

        A real mail that a dead process left in flight is not among them: its reader will be in doubt.
        """
        states = OPEN - {State.IN_FLIGHT} if sending.delivery.keeps_doubt else OPEN
        if recipients.keys:
            return sum(1 for _ in self.rows(sending, *states, keys=recipients.keys))
        counts = self.counts(sending)
        return sum(counts.people(*states, segment=name) for name in recipients.segments or counts.segments)

    def has_left(self, sending: Sending, recipients: RecipientFilter, *, in_hands: bool = False) -> bool:
        """Return whether any of the `recipients` is still to be served, of those in hands only if that is wanted.

        It is quick while somebody is queued, which the queue's index knows.
        """
        others = IN_HANDS if in_hands else OPEN - {State.QUEUED}
        with self._reading() as connection:
            return any(
                connection.execute(statements.someone(sending.id, states, recipients)).first() is not None
                for states in ([tuple(others)] if in_hands else [(State.QUEUED,), tuple(others)])
            )

    def people_by_state(self, sending: Sending) -> Mapping[State, int]:
        """Return how many people are in each state: less work for the database than `counts`."""
        with self._reading() as connection:
            rows = connection.execute(statements.people_by_state(sending.id)).all()
        found: dict[State, int] = {state: people for state, people in rows}  # noqa: C416 - mypy knows no dict of rows
        return {state: found[state] for state in State if state in found}

    def all_in_doubt(self) -> int:
        """Return how many people are in doubt in all real sendings."""
        with self._reading() as connection:
            return connection.scalar(statements.all_in_doubt()) or 0

    def in_doubt(self, sending: Sending) -> tuple[str, ...]:
        """Return the addresses of people in doubt: the first ones, as many as a screen shows."""
        return tuple(row.email for row in itertools.islice(self.rows(sending, State.IN_DOUBT), _SHOWN_IN_DOUBT))

    def variants(self, sending: Sending) -> tuple[tuple[RecipientRow, int], ...]:
        """Return the first row of each segment and languages, and how many people share them."""
        with self._reading() as connection:
            groups = connection.execute(statements.first_of_each(sending.id)).all()
            return tuple(
                (RecipientRow(*connection.execute(statements.row_at(sending.id, position)).one()), people)
                for _, _, position, people in groups
            )

    def claim_at(self, sending: Sending, position: int) -> Claim:
        """Return a row as it would be claimed, without claiming it."""
        with self._reading() as connection:
            return Claim(*connection.execute(statements.claim_at(sending.id, position)).one())

    def attempts(self, sending: Sending, position: int | None = None) -> Iterator[Attempt]:
        """Stream the log, oldest first (of one recipient, if a position is given)."""
        for values in self._pages(statements.attempts(sending.id, position), schema.attempt.c.id):
            yield Attempt(*values)

    def _pages(self, query: sa.Select[Any], key: sa.ColumnElement[int]) -> Iterator[tuple[Any, ...]]:
        """Stream a query in the order of `key`, page by page: no writer waits for a slow reader."""
        query = query.add_columns(key).order_by(key).limit(_PAGE)
        last: int | None = -1
        while last is not None:
            with self._reading() as connection:
                page = connection.execute(query.where(key > last)).all()
            for row in page:
                yield row[:-1]
            last = page[-1][-1] if len(page) == _PAGE else None

    def taken_since(self, host: str, since: dt.datetime) -> tuple[dt.datetime, ...]:
        """Return when a server took mails, or may have taken them, after a time: of all sendings, the oldest first."""
        with self._reading() as connection:
            return tuple(connection.scalars(statements.taken_since(host, since)))

    def counts(self, sending: Sending) -> Counts:
        """Return how many people are in which state, per segment, languages and reason."""
        with self._reading() as connection:
            return Counts(tuple(Count(*row) for row in connection.execute(statements.counts(sending.id))))

    def last_change(self, sending: Sending) -> dt.datetime | None:
        """Return the time of the last change in a sending, None if it has no rows."""
        query = sa.select(sa.func.max(schema.recipient.c.updated_at)).where(schema.recipient.c.sending == sending.id)
        with self._reading() as connection:
            moment: dt.datetime | None = connection.scalar(query)
            return moment

    # ── feedback ──

    def add_feedback(self, feedback: Iterable[Feedback]) -> None:
        """Keep what mails that came back say: all of it, or nothing."""
        rows = [dataclasses.asdict(each) for each in feedback]
        if rows:
            with self._writing() as connection:
                connection.execute(sa.insert(schema.feedback), rows)

    def feedback(
        self, *, sending: Sending | None = None, kind: str | None = None, key: str | None = None
    ) -> Iterator[Feedback]:
        """Stream the feedback (of a sending, of a kind, of a person), in the order in which it was read."""
        table = schema.feedback.c
        wanted = {table.sending: sending and sending.id, table.kind: kind, table.key: key}
        query = sa.select(*(table[field.name] for field in dataclasses.fields(Feedback)))
        query = query.where(*(column == value for column, value in wanted.items() if value is not None))
        for values in self._pages(query, table.id):
            yield Feedback(*values)

    def is_read(self, message: str) -> bool:
        """Return whether a mail that came back is known by its digest."""
        query = sa.select(schema.feedback.c.id).where(schema.feedback.c.message == message).limit(1)
        with self._reading() as connection:
            return connection.scalar(query) is not None

    # ── tests ──

    def mark_tested(self, campaign: str, version: str, to: Sequence[str], *, real: bool) -> None:
        """Note that a version of a campaign went to these testers."""
        values = {"campaign": campaign, "version": version, "at": self._now(), "to": tuple(to), "real": real}
        with self._writing() as connection:
            connection.execute(sa.insert(schema.tested).values(values))

    def tests(self, campaign: str | None = None, version: str | None = None) -> tuple[Tested, ...]:
        """Return the tests (of a campaign, of one version), the latest first; empty if nobody has tested it."""
        with self._reading() as connection:
            found = connection.execute(statements.tests(campaign, version))
            return tuple(Tested(*row) for row in found)

    # ── approvals ──

    def approve(self, campaign: str, version: str, by: str) -> Approval:
        """Note a person's approval of a version."""
        approval = Approval(campaign, version, by, self._now())
        with self._writing() as connection:
            connection.execute(sa.insert(schema.approval).values(dataclasses.asdict(approval)))
        return approval

    def approvals(self, campaign: str | None = None, version: str | None = None) -> tuple[Approval, ...]:
        """Return the approvals (of a campaign, of one version), the latest first."""
        with self._reading() as connection:
            return tuple(Approval(*row) for row in connection.execute(statements.approvals(campaign, version)))

    def version_status(self, campaign: str, version: str, *, real: bool) -> VersionStatus:
        """Return the last test and the last approval of a version.

        With `real` only a test that went into mailboxes counts, not one in the outbox.
        """
        tested = next((test for test in self.tests(campaign, version) if test.real or not real), None)
        return VersionStatus(tested, next(iter(self.approvals(campaign, version)), None))

    # ── pace ──

    def pace(self, key: str) -> Pace | None:
        """Return the pace of a server or domain at the end of an earlier run, None if there is none."""
        query = sa.select(schema.pace).where(schema.pace.c.key == key)
        with self._reading() as connection:
            found = connection.execute(query).first()
            return Pace(*found) if found else None

    def keep_pace(self, paces: Iterable[Pace]) -> None:
        """Store the paces of servers and domains."""
        self._replace(schema.pace, [dataclasses.asdict(pace) for pace in paces])

    # ── suppression ──

    def name_people(self, sending: Sending, hashed: Callable[[str], str]) -> None:
        """Give each row of a sending the hash of its person, if it has none: an older ccmail wrote it."""
        nameless = self._pages(statements.nameless(sending.id), schema.recipient.c.position)
        while rows := list(itertools.islice(nameless, _PAGE)):
            values = [{"of": sending.id, "where": position, "hash": hashed(key)} for position, key in rows]
            with self._writing() as connection:
                connection.execute(statements.NAME_PERSON, values)

    def unname_people(self) -> None:
        """Take the hashes away that `name_people` has given, or that came with new rows: their key is gone."""
        person = schema.recipient.c.person
        with self._writing() as connection:
            hashed = person.startswith(PERSON)
            connection.execute(sa.update(schema.recipient).where(hashed).values(person=""))

    def a_hashed_person(self) -> tuple[str, str] | None:
        """Return address key and hash of somebody, by which a key for hashes can be tested; None if there is nobody."""
        with self._reading() as connection:
            found = connection.execute(statements.a_hashed_person()).first()
            return (found.key, found.person) if found else None

    def suppressed(self) -> Suppressed:
        """Return all suppressions of the ledger."""
        query = sa.select(schema.suppression).order_by(schema.suppression.c.key)
        with self._reading() as connection:
            return Suppressed(SuppressionEntry(*row) for row in connection.execute(query))

    def suppressions_of(self, keys: Sequence[str]) -> tuple[SuppressionEntry, ...]:
        """Return the suppressions that stand under some keys; a person may have several."""
        table = schema.suppression
        batches = (keys[first : first + _PAGE] for first in range(0, len(keys), _PAGE))
        with self._reading() as connection:
            found = (connection.execute(sa.select(table).where(table.c.key.in_(batch))).all() for batch in batches)
            return tuple(SuppressionEntry(*row) for rows in found for row in rows)

    def has_hashes(self) -> bool:
        """Return whether the ledger has people who are known by their hashes only."""
        with self._reading() as connection:
            hashed = statements.a_hashed_suppression(), sa.select(schema.preference.c.key).limit(1)
            return any(connection.scalar(query) is not None for query in hashed)

    def suppress(self, suppressions: Iterable[SuppressionEntry], proofs: Iterable[Feedback] = ()) -> None:
        """Store suppressions, with what proves them; a newer one replaces an older one of the same address."""
        rows = [dataclasses.asdict(suppression) for suppression in suppressions]
        kept = [dataclasses.asdict(proof) for proof in proofs]
        self._replace(schema.suppression, rows, *([(sa.insert(schema.feedback), kept)] if kept else []))

    def hash_suppressions(self, hashed: Callable[[str], str]) -> None:
        """Replace the addresses of an older ccmail's suppressions by hashes; one that has a hash already stays."""
        with self._reading() as connection:
            found = connection.execute(statements.plain_suppressions(connection.dialect.name))
            plain = tuple(SuppressionEntry(*row) for row in found)
        if not plain:
            return
        table = schema.suppression
        new = {hashed(entry.key): entry for entry in plain}
        known = {entry.key for entry in self.suppressions_of(tuple(new))}
        rows = [{**dataclasses.asdict(entry), "key": key} for key, entry in new.items() if key not in known]
        with self._writing() as connection:
            connection.execute(
                sa.delete(table).where(table.c.key == sa.bindparam("old")), [{"old": entry.key} for entry in plain]
            )
            if rows:
                connection.execute(statements.replace(table, connection.dialect.name), rows)

    def resubscribe(self, key: str, was: SuppressionReason, note: str, *, names: Sequence[str] = ()) -> Resubscription:
        """Remove a suppression, if the ledger has one, and note the wish to get mails again.

        Args:
            key: The address key.
            was: The reason of the suppression.
            note: The evidence of the wish.
            names: The hashes under which the suppression may stand.
        """
        asked = Resubscription(key, was, self._now(), note)
        with self._writing() as connection:
            connection.execute(sa.delete(schema.suppression).where(schema.suppression.c.key.in_((key, *names))))
            connection.execute(sa.insert(schema.resubscription).values(dataclasses.asdict(asked)))
        return asked

    def resubscriptions(self, keys: Sequence[str]) -> tuple[Resubscription, ...]:
        """Return the resubscriptions of some address keys, the latest first."""
        with self._reading() as connection:
            return tuple(Resubscription(*row) for row in connection.execute(statements.resubscriptions(keys)))

    # ── erasure ──

    def erase(
        self,
        key: str,
        pseudonym: str,
        *,
        person: str,
        is_theirs: Callable[[str], bool],
        blobs_in: Callable[[bytes], Iterable[str]],
    ) -> int:
        """Replace a person by a pseudonym, for good; return how many rows of sendings were theirs.

        Outcomes stay, so that the books balance; open rows are left out. From now on the pseudonym is suppressed. Call
        it only when no process sends a campaign that has this person, and `scrub` when all is erased.

        Args:
            key: The person's address key.
            pseudonym: The new key.
            person: The hash under which they may be suppressed, or have a preference, which is deleted.
            is_theirs: Returns whether an address, or a text in the place of one, is the person's.
            blobs_in: Returns the names of the large blobs of a compiled mail.
        """
        with self._writing() as connection:
            odd = [text for text in connection.scalars(statements.left_out_keys()) if text != key and is_theirs(text)]
            keys = (key, *odd)
            rows = connection.execute(statements.rows_of(keys)).all()
            for statement in statements.erase(keys, pseudonym, self._now()):
                connection.execute(statement)
            for sending in {row.sending for row in rows if row.mail}:
                self._remove_unused(connection, sending, blobs_in)
            self._erase_tester(connection, pseudonym, is_theirs)
            self._erase_approver(connection, pseudonym, is_theirs)
            places = {(row.sending, row.position) for row in rows}
            self._erase_feedback(connection, keys, places, pseudonym, is_theirs)
            self._pseudonymise_suppression(connection, (person, key, pseudonym), pseudonym)
            connection.execute(sa.delete(schema.preference).where(schema.preference.c.key == person))
        return len(rows)

    def scrub(self) -> None:
        """Remove what was erased from the files, where it still lies as free space or as an earlier value.

        Raises:
            LedgerFailure: W800 if another program keeps it from that.
        """
        self.close()  # an own transaction would hold the file, too
        try:
            with in_words(self.name):
                is_gone = self._database.scrub(self._engine)
        except LedgerFailure as failure:
            raise not_scrubbed(self.name) if failure.code == "W731" else failure from None
        if not is_gone:
            raise not_scrubbed(self.name)

    def search(self, is_in: Callable[[bytes], bool], *, only_mails: bool = False) -> tuple[tuple[str, str], ...]:
        """Return where a text is found in the stored values: table and campaign, which is "" if a row is of none.

        Args:
            is_in: Returns whether it is in a value.
            only_mails: Whether to look only at what was frozen of campaigns, which is nobody's own.
        """
        mails = (schema.content, schema.compiled, schema.blob, schema.web_version)
        found: dict[tuple[str, str], None] = {}
        with self._reading() as connection:
            names = connection.execute(sa.select(schema.sending.c.id, schema.sending.c.campaign))
            campaigns = {number: campaign for number, campaign in names}  # noqa: C416 - mypy knows no dict of rows
            for table in mails if only_mails else schema.metadata.sorted_tables:
                for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}"').mappings():  # noqa: S608
                    place = table.name, campaigns.get(row.get("sending", 0), "")
                    if place not in found and any(map(is_in, _bytes_in(row.values()))):
                        found[place] = None
        return tuple(found)

    def _remove_unused(
        self, connection: sa.Connection, sending: int, blobs_in: Callable[[bytes], Iterable[str]]
    ) -> None:
        """Remove compiled mails that no row names any more: they may have been made for one person."""
        mails, blobs = schema.compiled, schema.blob
        used = statements.mails_still_used(sending)
        gone = sa.delete(mails).where(mails.c.sending == sending, mails.c.number.not_in(used))
        if not connection.execute(gone).rowcount:
            return
        kept = connection.scalars(sa.select(mails.c.data).where(mails.c.sending == sending))
        names = {name for data in kept for name in blobs_in(data)}
        connection.execute(sa.delete(blobs).where(blobs.c.sending == sending, blobs.c.name.not_in(names)))

    def _erase_tester(self, connection: sa.Connection, pseudonym: str, is_theirs: Callable[[str], bool]) -> None:
        table = schema.tested
        for number, to in connection.execute(sa.select(table.c.id, table.c.to)).all():
            if any(map(is_theirs, to)):
                replaced = tuple(pseudonym if is_theirs(address) else address for address in to)
                connection.execute(sa.update(table).where(table.c.id == number).values({"to": replaced}))

    def _erase_approver(self, connection: sa.Connection, pseudonym: str, is_theirs: Callable[[str], bool]) -> None:
        """Replace an approver by a pseudonym where an address of theirs stands: the version stays approved."""
        table = schema.approval
        for number, *values in connection.execute(sa.select(table)).all():
            if Approval(*values).has_address(is_theirs):
                connection.execute(sa.update(table).where(table.c.id == number).values(by=pseudonym))

    def _erase_feedback(
        self,
        connection: sa.Connection,
        keys: Sequence[str],
        places: Container[tuple[int, int]],
        pseudonym: str,
        is_theirs: Callable[[str], bool],
    ) -> None:
        """Take a person out of what came back: their own, of which outcomes stay, and what names them."""
        table = schema.feedback
        for row in connection.execute(sa.select(table)).all():
            is_own = row.key in keys or (row.sending, row.position) in places
            if is_own or is_theirs(schema.fields_text(row.details)):
                kept = {name: row.details[name] for name in IMPERSONAL if name in row.details}
                values = {"key": pseudonym if is_own else row.key, "details": kept}
                connection.execute(sa.update(table).where(table.c.id == row.id).values(values))

    def _pseudonymise_suppression(self, connection: sa.Connection, names: Sequence[str], pseudonym: str) -> None:
        table = schema.suppression
        found = connection.execute(sa.select(table).where(table.c.key.in_(names))).first()
        connection.execute(sa.delete(table).where(table.c.key.in_(names)))
        reason = found.reason if found else SuppressionReason.UNSUBSCRIBED
        at = found.at if found else self._now()
        values = {"key": pseudonym, "reason": reason, "at": at, "source": ERASED}
        connection.execute(sa.insert(table).values(values))

    def _replace(
        self, table: sa.Table, rows: Sequence[dict[str, Any]], *also: tuple[sa.Insert, Sequence[dict[str, Any]]]
    ) -> None:
        """Store rows in the place of those with the same key, and others in the same transaction."""
        in_order = sorted(rows, key=lambda row: str(row["key"]))  # two writers at once cannot deadlock
        if in_order:
            with self._writing() as connection:
                connection.execute(statements.replace(table, connection.dialect.name), in_order)
                for insert, values in also:
                    connection.execute(insert, values)
