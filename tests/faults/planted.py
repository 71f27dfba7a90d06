"""ccmail with a bug planted in it: the audit must catch each of them.

Everything that these bugs know of ccmail's inside is in this module; a name that is gone is an error at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import functools
import importlib
import itertools
import zlib
from collections.abc import Callable
from typing import Any

from ccmail import clock
from ccmail.delivery import graph_outcome
from ccmail.delivery.concern import Concern
from ccmail.delivery.graph_outcome import AnswerClass
from ccmail.delivery.outcome import TABLE, Fault, Phase, Reply, ReplyClass, outcome_of
from ccmail.delivery.steps import NEVER, Steps
from ccmail.ledger import State, StateChange
from ccmail.problems import LedgerFailure
from tests.faults.driver import Deed, Scenario

_ANSWERS = ("F10", "F11", "F15", "F16", "F17", "end/close", "end/reset", "end/half")
_SLOW = ("end/drip",)
_UNCLEAR = ("G10", "G11", "G12", "G13")
_KILLED = (Deed.KILL, Deed.KILL)

Wrap = Callable[[Any], Any]
"""Makes the replacement of an attribute from the original."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bug:
    """A bug, and a run that shows it.

    Attributes:
        patches: The replaced attributes, “module:attribute.attribute”, each with its `Wrap`.
        promise: The promise that it breaks, by the audit's name for it.
        only: The faults under which it shows, see `Mischief`.
        deeds: What must be done to the runs for it to show.
        is_hurried: It shows only where ccmail does not wait for answers for long.
        people: So many are enough for it to show.
        server: Further options of the server.
        way: The way of sending, see `WAYS`.
    """

    patches: tuple[tuple[str, Wrap], ...]
    promise: str
    only: tuple[str, ...] = _ANSWERS
    deeds: tuple[Deed, ...] = ()
    is_hurried: bool = False
    people: int = 60
    server: tuple[str, ...] = ()
    way: str = "smtp"


def _judged(phase: Phase, answer: ReplyClass, state: State, fault: Fault = Fault.RECIPIENT) -> tuple[str, Wrap]:
    """Return a patch that changes one line of the table of outcomes."""
    if (phase, answer) not in TABLE:
        raise AttributeError(f"the table has no line for {phase}, {answer}")
    return "ccmail.delivery.outcome:TABLE", lambda table: {**table, (phase, answer): (state, fault)}


def _answered(answer: AnswerClass, state: State, fault: Fault = Fault.RECIPIENT) -> tuple[str, Wrap]:
    """Return a patch that changes one line of Graph's table of outcomes, of those after the end of a request."""
    if (Phase.ANSWER, answer) not in graph_outcome.TABLE:
        raise AttributeError(f"the table has no line for {answer}")
    changed = {(Phase.ANSWER, answer): (state, fault)}
    return "ccmail.delivery.graph_outcome:TABLE", lambda table: {**table, **changed}


def _accept_at_once(commit: Any) -> Any:
    def planted(self: Any, change: StateChange, go_on: Any) -> Steps[None]:
        yield from commit(self, change._replace(state=State.ACCEPTED, phase="end", code=250), go_on)

    return planted


def _note_no_outcome(note: Any) -> Any:
    def planted(self: Any, change: StateChange) -> None:
        if change.phase not in ("end", "text"):
            note(self, change)

    return planted


def _do_not_wait(_commit: Any) -> Any:
    def planted(_self: Any, _change: StateChange, go_on: Any) -> Steps[None]:
        asyncio.get_running_loop().call_soon(go_on)
        yield NEVER

    return planted


def queue_again(_doubt: Any) -> Any:
    """Queue the rows that a dead process had in flight."""

    def planted(_self: Any, cursor: Any, sending: int, rows: Any, _owner: int) -> None:
        positions = ", ".join(str(row.position) for row in rows)
        cursor.execute(f"UPDATE recipient SET state = 'queued' WHERE sending = {sending} AND position IN ({positions})")  # noqa: S608

    return planted


def _lose_in_silence(record: Any) -> Any:
    def planted(self: Any, *words: Any) -> None:
        with contextlib.suppress(LedgerFailure):
            record(self, *words)

    return planted


def _is_one_in_ten(address: str) -> bool:
    return zlib.crc32(address.encode()) % 10 == 0


def _say_it_was_sent(send: Any) -> Any:
    def planted(self: Any, mail_object: Any, **more: Any) -> Steps[Any]:
        if _is_one_in_ten(mail_object.envelope_to.decode()):
            return outcome_of(Phase.END, ReplyClass.YES, Reply(250, "OK"), "")
        return (yield from send(self, mail_object, **more))

    return planted


def _overlook(select: Any) -> Any:
    def planted(*words: Any) -> Any:
        return (item for item in select(*words) if not _is_one_in_ten(getattr(item, "contact", item).email))

    return planted


def _number_the_mails(send: Any) -> Any:
    numbers = itertools.count()

    def planted(self: Any, mail_object: Any, **more: Any) -> Steps[Any]:
        other = mail_object._replace(text=mail_object.text + b"<!-- %d -->\r\n" % next(numbers))
        return (yield from send(self, other, **more))

    return planted


def _mix_up_parts(claim: Any) -> Any:
    first: list[Any] = []  # of this process

    def planted(*words: Any) -> Any:
        claims = claim(*words)
        first.extend(each.personal_parts for each in claims.values())
        return {position: each._replace(personal_parts=first[0]) for position, each in claims.items()}

    return planted


def _date_it_anew(claim: Any) -> Any:
    days = itertools.count(1)

    def planted(*words: Any) -> Any:
        date = clock.now() + dt.timedelta(days=next(days))
        return {position: each._replace(date=date) for position, each in claim(*words).items()}

    return planted


def _hold_nothing(_hold: Any) -> Any:
    return lambda *_words: contextlib.nullcontext()


def _do_not_look(_is_open: Any) -> Any:
    return property(lambda _self: True)


def _think_it_is_about_them(_is_about_us: Any) -> Any:
    return lambda _outcome: False


def _come_back_at_once(_reduce_to: Any) -> Any:
    return lambda _self, _connections: None


def _blame_the_reader(_concern_of: Any) -> Any:
    return lambda *_words: Concern.UNKNOWN


def _take_a_pause_for_a_no(answer: Any) -> Any:
    def planted(self: Any, response: Any) -> Any:
        said = answer(self, response)
        return said._replace(status=429) if said.retry_after else said

    return planted


def _overlook_the_wait(_seconds: Any) -> Any:
    return lambda *_words: 0.0


def _believe_in_the_end(send: Any) -> Any:
    return lambda *words: send(*words)._replace(is_early=False)


def _commit_nothing(_commit: Any) -> Any:
    return lambda _self, _change: asyncio.sleep(0)


def _crowd(init: Any) -> Any:
    def planted(self: Any, *words: Any, **more: Any) -> None:
        init(self, *words, **{**more, "connections": 6})

    return planted


_COMMIT, _NOTE = "ccmail.delivery.recorder:Recorder.commit", "ccmail.delivery.recorder:Recorder.note"
_SEND = "ccmail.delivery.connection:Connection.send"

BUGS = {
    "accepted is recorded before the dot": Bug(((_COMMIT, _accept_at_once), (_NOTE, _note_no_outcome)), "losses"),
    "in flight is not recorded": Bug(((_COMMIT, _do_not_wait),), "duplicates", only=_SLOW, deeds=_KILLED),
    "in flight is queued again after a crash": Bug(
        (("ccmail.ledger.store:Ledger._doubt", queue_again),), "duplicates", only=_SLOW, deeds=_KILLED
    ),
    "a lost answer to the dot means later": Bug((_judged(Phase.END, ReplyClass.LOST, State.DEFERRED),), "duplicates"),
    "a lost answer to the dot means yes": Bug((_judged(Phase.END, ReplyClass.LOST, State.ACCEPTED),), "losses"),
    "“later” after it means yes": Bug((_judged(Phase.END, ReplyClass.LATER, State.ACCEPTED),), "losses"),
    "“never” after the dot means yes": Bug(
        (_judged(Phase.END, ReplyClass.NEVER, State.ACCEPTED),), "losses", only=("F17",)
    ),
    "a refused recipient has got it": Bug((_judged(Phase.RCPT, ReplyClass.NEVER, State.ACCEPTED),), "losses"),
    "“later” to a recipient means never": Bug((_judged(Phase.RCPT, ReplyClass.LATER, State.REFUSED),), "refusals"),
    "“yes” means never": Bug((_judged(Phase.END, ReplyClass.YES, State.REFUSED),), "books"),
    "a line lost in the text is noticed after the dot": Bug(
        (("ccmail.delivery.connection:Connection.is_open", _do_not_look),),
        "needless doubts",
        only=("F15",),
        is_hurried=True,
        people=8,
    ),
    "one in ten is said to have it": Bug(((_SEND, _say_it_was_sent),), "losses"),
    "one in ten is overlooked": Bug((("ccmail.planning.audience:select_audience", _overlook),), "books"),
    "every attempt is another mail": Bug(((_SEND, _number_the_mails),), "sameness"),
    "everybody gets the parts of one reader": Bug(
        (("ccmail.ledger.driver:DriverConnection.claim", _mix_up_parts),), "sameness"
    ),
    "a later attempt has a date of its own": Bug(
        (("ccmail.ledger.driver:DriverConnection.claim", _date_it_anew),), "sameness", only=("F16",)
    ),
    "a ledger that cannot be written is ignored": Bug(
        (("ccmail.ledger.store:Ledger.record", _lose_in_silence),), "duplicates", deeds=(Deed.TERM, Deed.STARVE)
    ),
    "a refusal for our sake is the reader's": Bug(
        (("ccmail.delivery.circuit_breaker:is_about_us", _think_it_is_about_them),), "refusals", only=("F43",)
    ),
    "a limit of the session is the reader's": Bug(
        (("ccmail.delivery.outcome:concern_of", _blame_the_reader),),
        "manners",
        only=("F49",),
        server=("--cap", "5", "--cap-at", "rcpt", "--cap-says", "451 mails per session limit"),
    ),
    "a connection too many comes back at once": Bug(
        (("ccmail.delivery.connection_limit:ConnectionLimit.reduce_to", _come_back_at_once),),
        "manners",
        only=("F50",),
        server=("--crowd", "3"),
    ),
    "the lock holds nobody off": Bug(
        (("ccmail.ledger:sole_sender", _hold_nothing),), "endings", only=_SLOW, deeds=(Deed.SECOND,)
    ),
    # ── Graph ──
    "an error of the service means later": Bug(
        (_answered(AnswerClass.UNCLEAR, State.QUEUED, Fault.SERVER),), "duplicates", only=_UNCLEAR, way="graph"
    ),
    "an error of the service means yes": Bug(
        (_answered(AnswerClass.UNCLEAR, State.ACCEPTED),), "losses", only=_UNCLEAR, way="graph"
    ),
    "a lost answer of the service means later": Bug(
        (_answered(AnswerClass.LOST, State.DEFERRED),), "duplicates", only=("answer/close", "answer/reset"), way="graph"
    ),
    "202 with a pause means later": Bug(
        (("ccmail.delivery.graph_service:GraphService._answer", _take_a_pause_for_a_no),),
        "duplicates",
        only=("G6",),
        way="graph",
    ),
    "the pause that the service wants is overlooked": Bug(
        (("ccmail.delivery.graph_service:_seconds", _overlook_the_wait),), "manners", only=("G6",), way="graph"
    ),
    "six requests at a time": Bug(
        (("ccmail.delivery.graph_courier:GraphCourier.__init__", _crowd),),
        "manners",
        only=("G9",),
        server=("--takes", "0.2"),
        way="graph",
    ),
    "a refusal of the service is a doubt": Bug(
        (_answered(AnswerClass.NO, State.IN_DOUBT),), "needless doubts", only=("G20", "G22"), way="graph"
    ),
    "a throttled mail is a doubt": Bug(
        (_answered(AnswerClass.LATER, State.IN_DOUBT),), "needless doubts", only=("G7",), way="graph"
    ),
    "an end that could not be written is a doubt": Bug(
        (("ccmail.delivery.graph_service:GraphService.send", _believe_in_the_end),),
        "needless doubts",
        only=("connect/reset",),
        way="graph",
    ),
    "a mailbox that may not send costs the readers": Bug(
        (_answered(AnswerClass.MAY_NOT, State.REFUSED),), "refusals", only=("G8",), way="graph"
    ),
    "in flight is not recorded before the end of a request": Bug(
        (("ccmail.delivery.graph_run:GraphRun._commit", _commit_nothing),),
        "duplicates",
        only=("G9",),
        deeds=_KILLED,
        server=("--takes", "0.2"),
        way="graph",
    ),
}


def scenario_of(bug: Bug) -> Scenario:
    """Return a scenario under which a bug shows; who is honest passes it."""
    name = next((name for name, each in BUGS.items() if each is bug), "")
    return Scenario(
        1,
        bug.people,
        faults=0.8,
        only=bug.only,
        deeds=bug.deeds,
        server=bug.server,
        bug=name,
        is_hurried=bug.is_hurried,
        way=bug.way,
        thorough=False,
    )


def plant(bug: Bug) -> None:
    """Put a bug into this process.

    Raises:
        AttributeError: The attribute to replace is not there any more.
    """
    for place, wrap in bug.patches:
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        owner = functools.reduce(getattr, owners, importlib.import_module(module))
        setattr(owner, name, wrap(getattr(owner, name)))
