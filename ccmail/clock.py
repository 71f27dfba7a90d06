"""The only clock: nothing else in ccmail asks what time it is."""

from __future__ import annotations

import datetime as dt
import os

from ccmail.problems import UsageError
from ccmail.wording import say
from ccmail.wording.days import long_day

VARIABLE = "CCMAIL_NOW"
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_BUILT = 2026  # the year of this release


def now() -> dt.datetime:
    """Return the current time, aware, in UTC, in whole seconds.

    The environment variable CCMAIL_NOW (`2020-09-21T09:00`, in UTC unless it has an offset) replaces the time, and
    stands still: for the demo, whose events are over, and for tests.

    Raises:
        UsageError: CCMAIL_NOW is set to something that is not a time.
    """
    pretended = os.environ.get(VARIABLE)
    if not pretended:
        return dt.datetime.now(dt.UTC).replace(microsecond=0)
    try:
        moment = dt.datetime.fromisoformat(pretended)
    except ValueError:
        raise UsageError(
            say("{variable} is “{value}”, which is not a time", variable=VARIABLE, value=pretended),
            code="W720",
            hint=say("for example 2020-09-21T09:00"),
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise UsageError(
            say("{variable} is “{value}”: that is too far away", variable=VARIABLE, value=pretended),
            code="W720",
            hint=say("for example 2020-09-21T09:00"),
        )
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def refuse_wrong_clock() -> None:
    """Refuse to send while the clock is older than this program: mails with such a date look like spam.

    Raises:
        UsageError: The computer's clock says a year in which this ccmail did not exist.
    """
    today = now()
    if not is_pretended() and today.year < _BUILT:
        raise UsageError(
            say("this computer's clock says that it is {day}", day=long_day(today)),
            code="W727",
            hint=say("set the clock; the mails would carry that date"),
        )


def is_pretended() -> bool:
    """Return whether CCMAIL_NOW replaces the real time; screens then say so."""
    return bool(os.environ.get(VARIABLE))
