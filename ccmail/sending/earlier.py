"""Earlier sendings under another name: the file of a campaign was renamed or copied, or its event had a mail.

A campaign is known by the name of its file. Whoever renames the file begins a new sending, and everybody would get the
mail again. So the manifest of a campaign is compared with those of the real sendings in the ledger.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ccmail.audience import Selected, address_key
from ccmail.ledger import MAY_HAVE_IT, RecipientFilter, SendingKind, compare_receipts, ledger_if_any
from ccmail.planning.audience import read_audience
from ccmail.problems import CcmailError, Mark, Place, Problem, Severity
from ccmail.rendering import manifest
from ccmail.wording import say
from ccmail.wording.days import short_day

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace

_SAME_WORDS = 0.8  # so much of two texts is the same if one is a corrected copy of the other
_MOST = 0.5  # such a share of the readers: one or two people are often on several lists
_EVERYBODY = RecipientFilter()


class Likeness(enum.Enum):
    """The likeness of two campaigns."""

    SAME_MAIL = "same mail"
    SAME_EVENT = "same event"  # with a text of its own: a reminder


@dataclasses.dataclass(frozen=True, slots=True)
class Topic:
    """The facts by which a mail is known again; "" and empty for those that it does not have."""

    kind: str
    titles: frozenset[str]
    days: str
    time: str
    place: str
    words: Mapping[str, Counter[str]]

    def likeness(self, other: Topic, *, is_gone: bool) -> Likeness | None:
        """Return how an earlier mail is like this one, None if it is another.

        One of title, time and place may have been corrected; another day is another event. The texts decide whether it
        is the same mail, or the title if the earlier file is gone: then its text may have been rewritten.
        """
        is_titled = bool(self.titles & other.titles)
        facts = is_titled + (self.time == other.time) + (self.place == other.place)
        if self.kind != other.kind or self.days != other.days or facts <= 1:
            return None
        if self._has_words_of(other) or (is_titled and is_gone):
            return Likeness.SAME_MAIL
        return Likeness.SAME_EVENT if self.days else None

    def _has_words_of(self, other: Topic) -> bool:
        """Return whether the text is the same in some language, but for a few words."""
        return any(
            2 * (words & other.words[code]).total() >= _SAME_WORDS * (words.total() + other.words[code].total())
            for code, words in self.words.items()
            if code in other.words
        )


def topic_of(kept: bytes) -> Topic:
    """Return the topic of a campaign from its manifest."""
    campaign = json.loads(kept)["campaign"]
    event = campaign.get("event") or {}
    texts = campaign.get("texts") or {}
    return Topic(
        kind=campaign.get("kind", ""),
        titles=frozenset(_folded(text.get("title")) for text in texts.values()),
        days=_folded(event.get("date")),
        time=_folded(event.get("time")),
        place=_folded(event.get("place")),
        words={code: Counter(re.findall(r"\w+", _folded(text.get("text")))) for code, text in texts.items()},
    )


def _folded(value: Any) -> str:
    """Return a value of a manifest as a text in which capitals and blanks do not matter; "" for none."""
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return " ".join(text.casefold().split())


@dataclasses.dataclass(frozen=True, slots=True)
class Repeat:
    """An earlier sending whose readers would get the mail, or one about its event, again.

    Attributes:
        is_gone: Whether the file of the earlier campaign is not among the campaigns any more.
        had: How many of the readers have the earlier mail, or may have it.
        readers: How many readers there are now.
        served: How many have the earlier mail in all.
    """

    likeness: Likeness
    campaign: str
    day: dt.date
    is_gone: bool
    had: int
    readers: int
    served: int

    @property
    def is_refused(self) -> bool:
        """Whether most people would get the same mail again: most readers, or most of those who have it."""
        return self.likeness is Likeness.SAME_MAIL and self.had >= _MOST * min(self.readers, self.served)

    @property
    def message(self) -> str:
        """The finding, as one sentence."""
        mail = say("this mail") if self.likeness is Likeness.SAME_MAIL else say("a mail about this event")
        campaign = say("campaign {campaign}", campaign=self.campaign)
        if self.is_gone:
            campaign = say(
                "campaign {campaign}, whose file is not among the campaigns any more", campaign=self.campaign
            )
        values = {"mail": mail, "day": short_day(self.day), "campaign": campaign}
        if self.readers == 1:
            return say("this person has had {mail} on {day} ({campaign})", **values)
        return say(
            "{had:,} of these {readers:,} people have had {mail} on {day} ({campaign})",
            had=self.had,
            readers=self.readers,
            **values,
        )

    @property
    def hint(self) -> str:
        """The ways to go on."""
        if self.likeness is Likeness.SAME_EVENT:
            return say(
                "the same event? Then write “same_as: {campaign}” below “event:”: both have one calendar entry",
                campaign=self.campaign,
            )
        if self.is_gone:
            return say(
                "renamed? Then give the file its old name: its sending goes on with those who do not have it. --again"
                " sends it to all of these people"
            )
        return say(
            "a copy? Then send that campaign: its sending goes on with those who do not have it. --again sends it to"
            " all of these people"
        )

    @property
    def code(self) -> str:
        """The code of the problem."""
        return "W810" if self.likeness is Likeness.SAME_MAIL else "W811"


def check_earlier(workspace: Workspace, loaded: LoadedCampaign) -> tuple[Problem, ...]:
    """Return warnings about earlier sendings: the ledger has lost some, or people would get a mail again."""
    with ledger_if_any(workspace.ledger_place) as ledger:
        lost = compare_receipts(workspace.state, ledger)
        if ledger is None or not workspace.sends_for_real or ledger.latest(loaded.campaign.id, SendingKind.SMTP):
            return lost
        return (*lost, *(_problem(workspace, loaded, repeat) for repeat in find_repeats(workspace, ledger, loaded)))


def refuse_repeats(
    workspace: Workspace, ledger: Ledger, loaded: LoadedCampaign, recipients: RecipientFilter, *, again: bool
) -> tuple[Problem, ...]:
    """Return the warnings of `check_earlier` about a new real sending; most people do not get the same mail again.

    Args:
        workspace: The workspace.
        ledger: Its ledger.
        loaded: The campaign.
        recipients: Those of its readers who are to get it.
        again: A person wants it all the same.

    Raises:
        CcmailError: Most people would get the same mail again (W810).
    """
    repeats = tuple(find_repeats(workspace, ledger, loaded, recipients))
    refused = next((repeat for repeat in repeats if repeat.is_refused), None)
    if refused and not again:
        raise CcmailError(
            say("{finding}. Nothing was sent.", finding=refused.message), code=refused.code, hint=refused.hint
        )
    return tuple(_problem(workspace, loaded, repeat) for repeat in repeats)


def _problem(workspace: Workspace, loaded: LoadedCampaign, repeat: Repeat) -> Problem:
    marks = (Mark(Place(workspace.shown(loaded.campaign.path))),)
    return Problem(repeat.code, repeat.message, Severity.WARNING, marks, repeat.hint)


def find_repeats(
    workspace: Workspace, ledger: Ledger, loaded: LoadedCampaign, recipients: RecipientFilter = _EVERYBODY
) -> Iterator[Repeat]:
    """Yield the earlier real sendings of other campaigns whose people would get a mail like theirs again."""
    alike = list(_alike(workspace, ledger, loaded))
    if not alike:
        return
    readers = {
        key
        for item in read_audience(workspace, loaded.campaign, ledger)
        if isinstance(item, Selected) and recipients.holds(item.segment, key := address_key(item.contact.email))
    }
    for sending, likeness, is_gone in alike:
        served = {key for _, key, state in ledger.served(sending) if state in MAY_HAVE_IT}
        if had := len(readers & served):
            day = sending.started_at.astimezone(workspace.zone).date()
            yield Repeat(likeness, sending.campaign, day, is_gone, had, len(readers), len(served))


def _alike(workspace: Workspace, ledger: Ledger, loaded: LoadedCampaign) -> Iterator[tuple[Sending, Likeness, bool]]:
    topic = topic_of(manifest(loaded))
    same = loaded.campaign.event.same_as if loaded.campaign.event else None
    there = {path.stem for path in workspace.campaign_files()}
    for sending in ledger.sendings():
        kept = ledger.manifest(sending, sending.version) if _is_other(sending, loaded) else None
        if kept is None:  # an older ccmail kept none
            continue
        is_gone = sending.campaign not in there
        likeness = topic.likeness(topic_of(zlib.decompress(kept)), is_gone=is_gone)
        if likeness and sending.campaign != same:
            yield sending, likeness, is_gone


def _is_other(sending: Sending, loaded: LoadedCampaign) -> bool:
    return sending.delivery is SendingKind.SMTP and sending.campaign != loaded.campaign.id
