"""The differences between a mail on arrival and the bytes that were handed over."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from typing import TYPE_CHECKING

from ccmail.doctor.finding import Area, Finding, Verdict
from ccmail.doctor.round_trip import readable
from ccmail.wording import Wording, join, say, say_n

if TYPE_CHECKING:
    from ccmail.messages.dkim import Signer

_FINDING = functools.partial(Finding, Area.SERVER)
_HEADER, _MESSAGE_ID, _TEXT = "header on arrival", "Message-ID on arrival", "text on arrival"
_CALENDAR, _SIGNATURE = "calendar on arrival", "signature on arrival"

_CALENDAR_TYPE = "text/calendar"
_ASK = say("ask the people who run the mail server whether that can be switched off for this mailbox")
_APART = frozenset(
    {"message-id", "dkim-signature", "mime-version", "content-type", "content-transfer-encoding"}
)  # they have findings of their own, or belong to how the content is coded
_ONE_CLICK = say("mail programs show no button for unsubscribing, which Gmail and Yahoo want of lists")
_AUTOMATIC = say("notices of absence may come back")
_SENDER = say("readers see, or answer, somebody else")
_MEANINGS: Mapping[str, Wording] = {
    "from": _SENDER,
    "reply-to": _SENDER,
    "list-unsubscribe": _ONE_CLICK,
    "list-unsubscribe-post": _ONE_CLICK,
    "auto-submitted": _AUTOMATIC,
    "precedence": _AUTOMATIC,
    "x-auto-response-suppress": _AUTOMATIC,
}
_LOOSE = re.compile(r'[\s"]+')  # a field that is folded or quoted in another way is the same
_SHOWN = 80  # characters of a line
_FIELD_END = re.compile(rb"\n(?![ \t])")


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    """A header field: its name as it is written, its value in words, its bytes with the line end."""

    name: str
    value: str
    octets: bytes


@dataclasses.dataclass(frozen=True)
class Letter:
    """A mail, taken apart.

    Attributes:
        octets: Its bytes, with CRLF line ends.
    """

    octets: bytes

    @classmethod
    def read(cls, mail: bytes) -> Letter:
        """Return the letter of a mail with any line ends."""
        return cls(re.sub(rb"\r?\n", b"\r\n", mail))

    @functools.cached_property
    def fields(self) -> tuple[_Field, ...]:
        """The header fields, from the top."""
        header = self.octets.partition(b"\r\n\r\n")[0] + b"\r\n"
        ends = [0, *(found.end() for found in _FIELD_END.finditer(header))]
        lines = [header[begin:end] for begin, end in itertools.pairwise([*ends, len(header)]) if begin < end]
        return tuple(_field(line) for line in lines if b":" in line)

    def values(self, name: str) -> list[str]:
        """Return the values of all fields of a name, in any case, from the top."""
        return [field.value for field in self.fields if field.name.lower() == name.lower()]

    @functools.cached_property
    def parts(self) -> tuple[Message, ...]:
        """The parts with content, in their order."""
        whole = email.message_from_bytes(self.octets, policy=email.policy.compat32)
        return tuple(part for part in whole.walk() if not part.is_multipart())


def _field(line: bytes) -> _Field:
    name, _, value = line.partition(b":")
    return _Field(name.decode("latin-1").strip(), readable(value.decode("utf-8", "replace")), line)


def compare(sent: Letter, came: Letter, signers: Sequence[Signer] = ()) -> Iterator[Finding]:
    """Yield the findings about a mail that has come.

    Args:
        sent: As it was handed over.
        came: As it lies in the mailbox.
        signers: Those that have signed it.
    """
    yield _message_id(sent, came)
    yield _header(sent, came)
    yield _text(sent, came)
    yield _calendar(sent, came)
    for signer in signers:
        yield _signature(sent, came, signer)


# ── header ──


def _message_id(sent: Letter, came: Letter) -> Finding:
    (own,), others = sent.values("Message-ID"), came.values("Message-ID")
    if others == [own]:
        return _FINDING(_MESSAGE_ID, Verdict.OK, say("kept: bounces and answers are known by it"))
    words = say("replaced: {old} has become {new}", old=own, new=", ".join(others) or say("none"))
    repair = say(
        "bounces and answers that name the new one are known only by a token: see `ccmail doctor --bounces`; {ask}",
        ask=_ASK,
    )
    return _FINDING(_MESSAGE_ID, Verdict.WARNING, words, repair)


def _header(sent: Letter, came: Letter) -> Finding:
    before, after = _by_name(sent), _by_name(came)
    names = {field.name.lower(): field.name for field in sent.fields}
    removed = [name for name in before if name not in after]
    changed = [name for name, values in before.items() if name in after and after[name] != values]
    added = sum(len(values) for name, values in after.items() if name not in before)
    usual = say_n("{n} field was added on the way, as is usual", "{n} fields were added on the way, as is usual", added)
    if not (removed or changed):
        return _FINDING(_HEADER, Verdict.OK, join("; ", [say("as it was sent"), usual]))
    words = [say("changed: {names}", names=", ".join(map(names.__getitem__, changed)))] if changed else []
    words += [say("removed: {names}", names=", ".join(map(names.__getitem__, removed)))] if removed else []
    meanings = dict.fromkeys(_MEANINGS[name] for name in (*changed, *removed) if name in _MEANINGS)
    return _FINDING(_HEADER, Verdict.WARNING, join("; ", [*words, usual]), join("; ", [*meanings, _ASK]))


def _by_name(letter: Letter) -> dict[str, list[str]]:
    """Return the values of the fields by name, without blanks and quotes; those that count elsewhere are left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for field in letter.fields:
        if field.name.lower() not in _APART:
            found[field.name.lower()].append(_LOOSE.sub("", field.value))
    return dict(found)


# ── content ──


def _text(sent: Letter, came: Letter) -> Finding:
    is_same = True
    for content_type in ("text/plain", "text/html"):
        own, there = _part(sent, content_type), _part(came, content_type)
        if there is None:
            return _FINDING(_TEXT, Verdict.WARNING, _removed(content_type), _ASK)
        if own is not None and _lines(own) != _lines(there):
            return _FINDING(_TEXT, Verdict.WARNING, _difference(content_type, _lines(own), _lines(there)), _ASK)
        is_same = is_same and own is not None and own.get_payload() == there.get_payload()
    if added := _added(sent, came):
        words = say("a part {type} was added: “{line}”", type=added.get_content_type(), line=_cut(_lines(added)[0], 0))
        return _FINDING(_TEXT, Verdict.WARNING, words, _ASK)
    if is_same:
        return _FINDING(_TEXT, Verdict.OK, say("the same bytes: nobody has touched it"))
    return _FINDING(_TEXT, Verdict.OK, say("the same words, coded in another way ({how})", how=_codings(came)))


def _part(letter: Letter, content_type: str) -> Message | None:
    """Return the first part of a type, None if there is none."""
    return next((part for part in letter.parts if part.get_content_type() == content_type), None)


def _removed(content_type: str) -> Wording:
    return say("the part {type} has been removed", type=content_type)


def _added(sent: Letter, came: Letter) -> Message | None:
    """Return the first part of which more have come than were sent."""
    left = Counter(part.get_content_type() for part in sent.parts)
    for part in came.parts:
        left[part.get_content_type()] -= 1
        if left[part.get_content_type()] < 0:
            return part
    return None


def _codings(letter: Letter) -> str:
    named = (str(part.get("Content-Transfer-Encoding", "7bit")).strip().lower() for part in letter.parts)
    return ", ".join(dict.fromkeys(named))


def _lines(part: Message) -> list[str]:
    """Return the lines of a part as a mail program shows them; blanks at their ends and at its end do not count."""
    octets: object = part.get_payload(decode=True)
    content = octets if isinstance(octets, bytes) else b""
    try:
        text = content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = content.decode("latin-1")
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _difference(what: str, before: Sequence[str], after: Sequence[str]) -> Wording:
    """Return the first difference of two texts, in words."""
    pairs = itertools.zip_longest(before, after)
    number, (old, new) = next((number, pair) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    if old is None:
        line = next((line for line in after[number - 1 :] if any(map(str.isalnum, line))), after[-1])
        return say("{what} has more lines at its end: “{line}”", what=what, line=_cut(line, 0))
    if new is None:
        return say("{what} ends before line {number}: “{line}”", what=what, number=number, line=_cut(old, 0))
    same = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    return say(
        "{what} differs from line {number} on: “{old}” has become “{new}”",
        what=what,
        number=number,
        old=_cut(old, same),
        new=_cut(new, same),
    )


def _cut(line: str, at: int) -> str:
    """Return the stretch of a line around a place."""
    begin = max(0, at - _SHOWN // 2) if len(line) > _SHOWN else 0
    stretch = line[begin : begin + _SHOWN]
    return f"{'…' if begin else ''}{stretch}{'…' if begin + _SHOWN < len(line) else ''}"


# ── calendar ──


def _calendar(sent: Letter, came: Letter) -> Finding:
    own, there = _part(sent, _CALENDAR_TYPE), _part(came, _CALENDAR_TYPE)
    assert own is not None  # noqa: S101 - the mail to oneself has one
    repair = join("; ", [say("calendars may not offer the event to readers"), _ASK])
    if there is None:
        return _FINDING(
            _CALENDAR, Verdict.WARNING, say("the part {type} has been removed", type=_CALENDAR_TYPE), repair
        )
    method, now = (str(part.get_param("method", "")) for part in (own, there))
    if method.upper() != now.upper():
        words = say("its method was {old}, and is {new} now", old=method, new=now or say("none"))
        return _FINDING(_CALENDAR, Verdict.WARNING, words, repair)
    if _lines(own) != _lines(there):
        return _FINDING(_CALENDAR, Verdict.WARNING, _difference(_CALENDAR_TYPE, _lines(own), _lines(there)), repair)
    return _FINDING(_CALENDAR, Verdict.OK, say("intact, with its method {method}", method=method))


# ── signature ──


def _signature(sent: Letter, came: Letter, signer: Signer) -> Finding:
    repair = say(
        "receivers take the mails for unsigned, or for forged: let the server that changes them sign them, and take "
        "“dkim:” out of ccmail.yaml; or {ask}",
        ask=_ASK,
    )
    own = _LOOSE.sub("", readable(signer.sign([sent.octets]).partition(b":")[2].decode()))
    if own not in {_LOOSE.sub("", value) for value in came.values("DKIM-Signature")}:
        return _FINDING(_SIGNATURE, Verdict.WARNING, say("ccmail's signature has been removed"), repair)
    # signatures of ccmail contain no time and no chance: what is as it was signed gets the same one again
    again = signer.sign([_as_signed(sent, came)])
    if _LOOSE.sub("", readable(again.partition(b":")[2].decode())) != own:
        return _FINDING(_SIGNATURE, Verdict.WARNING, say("ccmail's signature does not verify any more"), repair)
    return _FINDING(_SIGNATURE, Verdict.OK, say("ccmail's signature still verifies"))


def _as_signed(sent: Letter, came: Letter) -> bytes:
    """Return the mail that came, without fields that nobody signed; a verifier counts from below (RFC 6376 5.4.2)."""
    left = Counter(field.name.lower() for field in sent.fields)
    left["from"] += 1  # the one that must not be there is signed, too
    kept: list[bytes] = []
    for field in reversed(came.fields):
        if left[field.name.lower()] > 0:
            left[field.name.lower()] -= 1
            kept.append(field.octets)
    return b"".join(reversed(kept)) + b"\r\n" + came.octets.partition(b"\r\n\r\n")[2]
