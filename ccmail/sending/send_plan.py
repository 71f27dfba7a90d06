"""The plan of a sending, as values: shown to a person before anything is sent, and confirmed by a number."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from ccmail.ledger import Purpose
from ccmail.problems import NotConfirmed
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from ccmail.calendar import Revision
    from ccmail.delivery.day_limit import DayUse
    from ccmail.ledger import Approval, Counts, Pause, RecipientFilter, Sending, Tested
    from ccmail.ledger.workers import WorkerRow
    from ccmail.planning.plan import AudiencePlan
    from ccmail.problems import Problem
    from ccmail.sending.occasion import PlannedOccasion

_FRESH = dt.timedelta(hours=1)
_LOOK_AGAIN = say("look at the plan again: run the same command with -n")


@dataclasses.dataclass(frozen=True, slots=True)
class SendOptions:
    """The options of a sending that a person chooses.

    Attributes:
        segment: To this segment only.
        only: To this address only.
        limit: To so many people at most.
        rehearse: Into the outbox, whatever ccmail.yaml says.
        allow_past: Also if the event is over.
        look_only: Nothing is to be written, not even a frozen list.
        finish_old: If the campaign has changed since its sending began: the old text to the rest of the old list.
        confirm_change: In that case: the new text to all who do not have the old one.
        retry_refused: Also to people who were refused.
        again: Also if most people have had this mail under another file name, or a reminder.
        purpose: The campaign's own mail, an update, a reminder or the cancellation of its event.
    """

    segment: str | None = None
    only: str | None = None
    limit: int | None = None
    rehearse: bool = False
    allow_past: bool = False
    look_only: bool = False
    finish_old: bool = False
    confirm_change: bool = False
    retry_refused: bool = False
    again: bool = False
    purpose: Purpose = Purpose.CAMPAIGN


class Confirmation(NamedTuple):
    """The number of people that a person gave, and how many of them are new; None if they did not say."""

    people: int
    joining: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class SendPlan:
    """The plan of a campaign's sending, if it happened now.

    Attributes:
        audience: The readers of each variant.
        options: The options that the person chose.
        real: Whether mails leave this computer.
        sending: The draft with the frozen list, or the sending that goes on; None for a new one with `look_only`.
        going_on: Whether it goes on.
        counts: Its books; None while it is a draft.
        recipients: The filter of its people to send to.
        people: How many people these are: the number to type.
        joining: How many of them are new, or get a changed text: they wait for the typed number.
        gone: How many have left the lists since the last run, and get nothing.
        again: The positions of refused people who are tried again.
        version: The version of the campaign that the sending has from then on.
        lists: The fingerprint of the lists as they are now.
        until: From then on no mail is begun any more.
        tested: The last test of this very version, None if nobody has tested it.
        approved: The last approval of it.
        problems: What `ccmail check` would say now about the campaign, its lists and its mails; no errors of the
            campaign, since these keep it from being planned.
        day: How much of the server's day limit is used; None without a limit, and in a rehearsal.
        occasion: The update, reminder or cancellation; None for the campaign's own mail.
        revision: The revision of the calendar entry that people get who begin or join; None without an event.
        workers: The workers that live and would send it; none if this process sends it itself.
        pause: The pause of the campaign, None if it is not paused: then nothing is sent.
    """

    audience: AudiencePlan
    options: SendOptions
    real: bool
    sending: Sending | None
    going_on: bool
    counts: Counts | None
    recipients: RecipientFilter
    people: int
    joining: int
    gone: int
    again: tuple[int, ...]
    version: str
    lists: str
    until: dt.datetime | None
    tested: Tested | None
    approved: Approval | None
    problems: tuple[Problem, ...] = ()
    day: DayUse | None = None
    occasion: PlannedOccasion | None = None
    revision: Revision | None = None
    workers: tuple[WorkerRow, ...] = ()
    pause: Pause | None = None

    @property
    def over_today(self) -> int:
        """The number of people of this plan whom the day limit leaves for another day."""
        return max(0, self.people - self.day.left) if self.day else 0

    @property
    def confirmation(self) -> Confirmation:
        """The confirmation of a person who has seen this very plan."""
        return Confirmation(self.people, self.joining)

    def is_typed(self, text: str) -> bool:
        """Return whether a typed text is the number of this plan; 2,000 and 2.000 are 2000."""
        return text.replace(",", "").replace(".", "") == str(self.people)

    def refuse_unconfirmed(self, given: Confirmation, now: dt.datetime) -> None:
        """Refuse a number that is not this plan's, and a plan that is too old.

        Raises:
            NotConfirmed: With the number that would do (W706, W774), or because the lists may be others now (W761).
        """
        if self.sending and not self.going_on and now - self.sending.started_at > _FRESH:
            raise NotConfirmed(
                say("this plan is more than an hour old: the lists may have changed since. Nothing was sent."),
                code="W761",
                hint=say("run the same command again"),
            )
        if given.joining is None and self._leaves_newcomers_open(given.people):
            others = max(0, self.people - self.joining)
            raise NotConfirmed(
                say_n(
                    "the lists have {n:,} new person since {people:,} was confirmed, and --confirm {people} does not "
                    "include them. Nothing was sent.",
                    "the lists have {n:,} new people since {people:,} was confirmed, and --confirm {people} does not "
                    "include them. Nothing was sent.",
                    self.joining,
                    people=given.people,
                ),
                code="W774",
                hint=say(
                    "--confirm {others}+{joining} includes them (the new people stand behind the +)",
                    others=others,
                    joining=self.joining,
                ),
            )
        if given.joining not in {None, self.joining}:
            raise NotConfirmed(
                say(
                    "the plan has {people:,} new people, --confirm says {given:,}. Nothing was sent.",
                    people=self.joining,
                    given=given.joining,
                ),
                code="W706",
                hint=_LOOK_AGAIN,
            )
        if not self._has(given):
            raise NotConfirmed(
                say(
                    "the plan has {people:,} people, --confirm says {given:,}. Nothing was sent.",
                    people=self.people,
                    given=given.people,
                ),
                code="W706",
                hint=_LOOK_AGAIN,
            )

    def _has(self, given: Confirmation) -> bool:
        """Return whether a number is this plan's.

        It may also be the one that was typed when the sending began, so that a supervisor can run one command until
        it is over: as long as nobody joins, and no more people are left than were confirmed. Where a limit is below
        the number of those who join, all of these may be named: they are let in together.
        """
        number = given.people
        return (
            number == self.people
            or (number == self._begun_with and not self.joining and self.people <= number)
            or (number == given.joining == self.joining > self.people)
        )

    def _leaves_newcomers_open(self, number: int) -> bool:
        """Return whether a number equals this plan's only by chance, and was meant without the people who join.

        A person who runs the command of the beginning again has said nothing about people who join now.
        """
        is_same_text = self.sending is not None and self.sending.version == self.version
        return bool(self.joining) and is_same_text and number == self._begun_with == self.people

    @property
    def _begun_with(self) -> int | None:
        return self.sending.confirmed if self.going_on and self.sending else None
