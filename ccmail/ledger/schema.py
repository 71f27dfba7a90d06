"""The ledger's tables."""

from __future__ import annotations

import datetime as dt
import enum
import functools
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from ccmail.ledger.failures import Unreadable
from ccmail.ledger.records import Purpose, SendingKind
from ccmail.ledger.states import State
from ccmail.ledger.suppression import SuppressionReason
from ccmail.wording import say

REVISION = 11
"""Rises by one with every change of the tables; a ledger with a higher number comes from a newer ccmail."""

_FIRST_YEAR = 1970  # the clock of a computer that has lost its time
_SHOWN = 60  # characters of a value in a message
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_DECODE = json.JSONDecoder().raw_decode


@functools.lru_cache(maxsize=256)
def moment_text(moment: dt.datetime) -> str:
    """Return an aware time as the ledger stores it: `2020-09-21T09:00:00Z` sorts, on any database."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@functools.lru_cache(maxsize=256)
def moment_of(text: str) -> dt.datetime:
    """Return the aware time that the ledger stores as `text`."""
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None or not _FIRST_YEAR <= moment.year < dt.MAXYEAR:
        raise ValueError(text)
    return moment


def words_text(words: Iterable[str]) -> str:
    """Return words without blanks as the ledger stores them."""
    return " ".join(words)


@functools.lru_cache(maxsize=256)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words that the ledger stores as `text`."""
    return tuple(text.split())


def fields_text(fields: Mapping[str, Any]) -> str:
    """Return a contact as the ledger stores it: as JSON text, for no query looks into it."""
    return _ENCODE(dict(fields))


def fields_of(text: str) -> dict[str, Any]:
    """Return the contact that the ledger stores as `text`."""
    fields = _DECODE(text)[0]
    if not isinstance(fields, dict):
        raise TypeError(text)
    return fields


def parts_blob(parts: Iterable[bytes]) -> bytes:
    """Return the parts of a mail as the ledger stores them; no part can contain a NUL."""
    return b"".join([part + b"\0" for part in parts])


def parts_of(blob: bytes | None) -> list[bytes]:
    """Return the parts that the ledger stores as `blob`; empty without a blob."""
    return blob.split(b"\0")[:-1] if blob else []


class _Parts(sa.types.TypeDecorator[Any]):
    """Parts of a mail."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Iterable[bytes] | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Return the blob that stores some parts."""
        return None if value is None else parts_blob(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> list[bytes]:  # noqa: ARG002
        """Return the parts in a stored blob."""
        return parts_of(_checked(value, bytes))


def _checked(value: Any, kind: type | tuple[type, ...]) -> Any:
    """Return a stored value; a damaged SQLite file can have any kind of value in any column.

    Raises:
        Unreadable: It is of another kind.
    """
    if value is None or isinstance(value, kind):
        return value
    value = repr(str(value)[:_SHOWN])
    raise Unreadable(say("{value} stands where {text_or_number} should", value=value, text_or_number=_KINDS[kind]))


_KINDS: Mapping[Any, str] = {
    str: say("a text"),
    bytes: say("bytes"),
    int: say("a number"),
    (int, float): say("a number"),
}


class _Plain(sa.types.TypeDecorator[Any]):
    """A value that is stored as it is, a text unless a subclass says otherwise."""

    impl: Any = sa.Text
    cache_ok = True
    kind: ClassVar[type | tuple[type, ...]] = str

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return a stored value."""
        return _checked(value, self.kind)


class _Whole(_Plain):
    impl = sa.Integer
    cache_ok = True
    kind = int


class _Number(_Plain):
    impl = sa.Float
    cache_ok = True
    kind = (int, float)


class _Bytes(_Plain):
    impl = sa.LargeBinary
    cache_ok = True
    kind = bytes


class _Text(sa.types.UserDefinedType[Any]):
    """A value that is stored as text, by one function in and one out."""

    cache_ok = True

    def __init__(self, name: str, store: Callable[[Any], str], load: Callable[[str], Any]) -> None:
        self.name = name  # with `store` and `load`, by which SQLAlchemy tells the types apart
        self.store = store
        self.load = load

    def get_col_spec(self, **_kw: Any) -> str:
        """Return the type for CREATE TABLE."""
        return "TEXT"

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:  # noqa: ARG002
        """Return the function that turns a value into text; nothing stays nothing."""
        store = self.store
        return lambda value: None if value is None else store(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:  # noqa: ARG002
        """Return the function that turns text into a value."""
        load = self.load

        def process(text: str | None) -> Any:
            try:
                return None if text is None else load(_checked(text, str))
            except (LookupError, TypeError, ValueError, RecursionError) as error:
                shown = str(text)[:_SHOWN]
                raise Unreadable(say("“{value}” is not a value of {column}", value=shown, column=self.name)) from error

        return process


def _word(kind: type[enum.Enum]) -> _Text:
    members = {str(member.value): member for member in kind}
    return _Text(kind.__name__, lambda member: str(member.value), members.__getitem__)


MOMENT = _Text("moment", moment_text, moment_of)
WORDS = _Text("words", words_text, words_of)
FIELDS = _Text("fields", fields_text, fields_of)
PARTS = _Parts()
TEXT = _Plain()
WHOLE = _Whole()
NUMBER = _Number()
BYTES = _Bytes()
STATE = _word(State)
DELIVERY = _word(SendingKind)
PURPOSE = _word(Purpose)
REASON = _word(SuppressionReason)

metadata = sa.MetaData()


def _index_some(kind: str, name: str, table: sa.Table, columns: tuple[str, ...], where: str) -> None:
    """Make a partial index (`kind`: "INDEX" or "UNIQUE INDEX") over the rows of a table that fulfil a condition.

    It is plain SQL, which both databases understand: an `Index` with a condition for PostgreSQL makes SQLAlchemy load
    its whole PostgreSQL dialect, at every start.
    """
    index = sa.DDL(f"CREATE {kind} {name} ON {table.name} ({', '.join(columns)}) WHERE {where}")  # type: ignore[no-untyped-call]
    sa.event.listen(table, "after_create", index)


schema_revision = sa.Table("schema_revision", metadata, sa.Column("number", WHOLE, nullable=False))

sending = sa.Table(
    "sending",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("campaign", TEXT, nullable=False),
    sa.Column("delivery", DELIVERY, nullable=False),
    sa.Column("version", TEXT, nullable=False),
    sa.Column("started_at", MOMENT, nullable=False),
    sa.Column("confirmed", WHOLE),
    sa.Column("sequence", WHOLE, nullable=False),
    sa.Column("dtstamp", MOMENT, nullable=False),
    sa.Column("lists", TEXT, nullable=False, server_default=""),
    sa.Column("host", TEXT, nullable=False, server_default=""),
    sa.Column("purpose", PURPOSE, nullable=False, server_default=Purpose.CAMPAIGN.value),
    sa.Column("number", WHOLE, nullable=False, server_default="0"),
    sa.Column("signers", WORDS, nullable=False, server_default=""),
)
# a campaign's mail goes out once, its first update once...
_index_some(
    "UNIQUE INDEX", "one_real_sending", sending, ("campaign", "number"), f"delivery = '{SendingKind.SMTP.value}'"
)

recipient = sa.Table(
    "recipient",
    metadata,
    sa.Column("sending", WHOLE, sa.ForeignKey("sending.id"), primary_key=True),
    sa.Column("position", WHOLE, primary_key=True),
    sa.Column("key", TEXT, nullable=False),
    sa.Column("email", TEXT, nullable=False),
    sa.Column("segment", TEXT, nullable=False),
    sa.Column("languages", WORDS, nullable=False),
    sa.Column("contact", FIELDS, nullable=False),
    sa.Column("mail", WHOLE, nullable=False, server_default="0"),
    sa.Column("state", STATE, nullable=False),
    sa.Column("reason", TEXT, nullable=False),
    sa.Column("message_id", TEXT, nullable=False),
    sa.Column("code", WHOLE),
    sa.Column("enhanced", TEXT, nullable=False),
    sa.Column("text", TEXT, nullable=False),
    sa.Column("server", TEXT, nullable=False),
    sa.Column("updated_at", MOMENT, nullable=False),
    sa.Column("date", MOMENT),
    sa.Column("person", TEXT, nullable=False, server_default=""),
    sa.Column("owner", WHOLE, nullable=False, server_default="0"),
    sa.CheckConstraint(f"(state = '{State.LEFT_OUT.value}') = (reason != '')", name="a_reason_to_be_left_out"),
)
# a person on two lists has one row that is served, and others that are left out for a reason. Neither index changes
# while a mail is handed over: the row is written twice for that, and it has to be quick
_index_some("UNIQUE INDEX", "one_row_a_person", recipient, ("sending", "key"), "reason = ''")
_index_some("INDEX", "queue", recipient, ("sending", "position"), f"state = '{State.QUEUED.value}'")

# the personal parts of a mail: beside the recipient's row, which is rewritten three times for each mail
parts = sa.Table(
    "parts",
    metadata,
    sa.Column("sending", WHOLE, primary_key=True),
    sa.Column("position", WHOLE, primary_key=True),
    sa.Column("data", PARTS, nullable=False),
    sa.ForeignKeyConstraint(
        ["sending", "position"], ["recipient.sending", "recipient.position"], name="parts_of", ondelete="CASCADE"
    ),
)

# the content of a sending, frozen before its first mail
content = sa.Table(
    "content",
    metadata,
    sa.Column("sending", WHOLE, sa.ForeignKey("sending.id"), primary_key=True),
    sa.Column("version", TEXT, primary_key=True),
    sa.Column("manifest", BYTES, nullable=False),
    sa.Column("event", FIELDS),
)
compiled = sa.Table(
    "compiled",
    metadata,
    sa.Column("sending", WHOLE, sa.ForeignKey("sending.id"), primary_key=True),
    sa.Column("number", WHOLE, primary_key=True),
    sa.Column("version", TEXT, nullable=False),
    sa.Column("data", BYTES, nullable=False),
    sa.Column("digest", TEXT, nullable=False, server_default=""),
)
blob = sa.Table(
    "stretch",  # its name in the database
    metadata,
    sa.Column("sending", WHOLE, sa.ForeignKey("sending.id"), primary_key=True),
    sa.Column("name", TEXT, primary_key=True),
    sa.Column("data", BYTES, nullable=False),
)
# the mail of each variant as everybody may see it, made for nobody
web_version = sa.Table(
    "web_version",
    metadata,
    sa.Column("sending", WHOLE, sa.ForeignKey("sending.id"), primary_key=True),
    sa.Column("version", TEXT, primary_key=True),
    sa.Column("segment", TEXT, primary_key=True),
    sa.Column("languages", WORDS, primary_key=True),
    sa.Column("title", TEXT, nullable=False),
    sa.Column("mail", WHOLE, nullable=False),
    sa.Column("parts", PARTS, nullable=False),
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("sending", WHOLE, sa.ForeignKey("sending.id"), nullable=False),
    sa.Column("position", WHOLE, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("state", STATE, nullable=False),
    sa.Column("phase", TEXT, nullable=False),
    sa.Column("code", WHOLE),
    sa.Column("enhanced", TEXT, nullable=False),
    sa.Column("text", TEXT, nullable=False),
    sa.Column("server", TEXT, nullable=False),
)
# several processes count the mails of a day again and again; a file's one process counts them once
sa.event.listen(
    attempt,
    "after_create",
    sa.DDL("CREATE INDEX attempts_in_time ON attempt (at)").execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)

# what came back, one row for each person and mail; a mail that says nothing about anybody has a row without one
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("message", TEXT, nullable=False),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("read_at", MOMENT, nullable=False),
    sa.Column("sending", WHOLE, sa.ForeignKey("sending.id")),
    sa.Column("position", WHOLE),
    sa.Column("key", TEXT, nullable=False, server_default=""),
    sa.Column("details", FIELDS, nullable=False),
    sa.Index("feedback_of_a_message", "message"),
    sa.Index("feedback_of_a_recipient", "sending", "position"),
)

tested = sa.Table(
    "tested",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("campaign", TEXT, nullable=False),
    sa.Column("version", TEXT, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("to", WORDS, nullable=False),
    sa.Column("real", sa.Boolean, nullable=False),
    sa.Index("tests_of_a_version", "campaign", "version"),
)

approval = sa.Table(
    "approval",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("campaign", TEXT, nullable=False),
    sa.Column("version", TEXT, nullable=False),
    sa.Column("by", TEXT, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Index("approvals_of_a_version", "campaign", "version"),
)

suppression = sa.Table(
    "suppression",
    metadata,
    sa.Column("key", TEXT, primary_key=True),
    sa.Column("reason", REASON, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("source", TEXT, nullable=False),
)

# what people have chosen on the page behind the link in their mails
preference = sa.Table(
    "preference",
    metadata,
    sa.Column("key", TEXT, primary_key=True),
    sa.Column("left_segments", WORDS, nullable=False),
    sa.Column("language", TEXT, nullable=False),
    sa.Column("paused_until", MOMENT),
    sa.Column("at", MOMENT, nullable=False),
)

resubscription = sa.Table(
    "resubscription",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("key", TEXT, nullable=False),
    sa.Column("was", REASON, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("note", TEXT, nullable=False),
)

pace = sa.Table(
    "pace",
    metadata,
    sa.Column("key", TEXT, primary_key=True),
    sa.Column("free_at", MOMENT, nullable=False),
    sa.Column("interval", NUMBER, nullable=False),
)

# the wish to get the mails of a segment; when it is confirmed, its proof
subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("token", TEXT, nullable=False),
    sa.Column("person", TEXT, nullable=False),
    sa.Column("segment", TEXT, nullable=False),
    sa.Column("language", TEXT, nullable=False),
    sa.Column("consent", TEXT, nullable=False),
    sa.Column("words", TEXT, nullable=False),
    sa.Column("asked_at", MOMENT, nullable=False),
    sa.Column("network", TEXT, nullable=False),
    sa.Column("address", TEXT, nullable=False),
    sa.Column("fields", FIELDS, nullable=False),
    sa.Column("confirmed_at", MOMENT),
    sa.Column("sending", WHOLE, sa.ForeignKey("sending.id")),
    sa.Index("subscription_of_a_token", "token", unique=True),
    sa.Index("subscriptions_of_a_person", "person"),
    sa.Index("subscriptions_in_time", "asked_at"),
)

# the processes of `ccmail worker`; `beat` is the server's clock, in seconds since 1970
worker = sa.Table(
    "worker",
    metadata,
    sa.Column("id", WHOLE, primary_key=True),
    sa.Column("host", TEXT, nullable=False),
    sa.Column("pid", WHOLE, nullable=False),
    sa.Column("started_at", MOMENT, nullable=False),
    sa.Column("beat", NUMBER, nullable=False),
    sa.Column("patience", NUMBER, nullable=False),
)

# a campaign that is not to be sent for now
pause = sa.Table(
    "pause",
    metadata,
    sa.Column("campaign", TEXT, primary_key=True),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("by", TEXT, nullable=False),
    sa.Column("why", TEXT, nullable=False),
)

# the pace that all processes keep together: the next mail may leave at `tat`, one each `interval` seconds (GCRA), and
# none before `rests_until`
rate = sa.Table(
    "rate",
    metadata,
    sa.Column("key", TEXT, primary_key=True),
    sa.Column("tat", NUMBER, nullable=False),
    sa.Column("interval", NUMBER, nullable=False),
    sa.Column("slowed_at", NUMBER, nullable=False),
    sa.Column("rests_until", NUMBER, nullable=False),
)
# the mails of a server's day that processes have taken for themselves, and not yet sent; a lease that ends at `until`
day_room = sa.Table(
    "day_room",
    metadata,
    sa.Column("host", TEXT, primary_key=True),
    sa.Column("owner", WHOLE, primary_key=True),
    sa.Column("reserved", WHOLE, nullable=False),
    sa.Column("until", NUMBER, nullable=False),
)

# the migrations of the tables of the queue of jobs, which a library has made
job_tables = sa.Table("job_tables", metadata, sa.Column("migration", TEXT, primary_key=True))
