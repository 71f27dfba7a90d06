"""Notifications of Amazon SES about bounces and complaints, which come as JSON in the text of a mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ccmail.feedback.bounce_reason import judge
from ccmail.feedback.evidence import MessageKind, RecipientReport, Trace
from ccmail.feedback.header_fields import addresses_in
from ccmail.feedback.words import one_line

_LONGEST, _LONGEST_SAID, _MOST = 200_000, 1000, 100
_KINDS = {"Bounce": MessageKind.BOUNCE, "Complaint": MessageKind.COMPLAINT}
_FOLDED = re.compile(r"!?\n ?")  # a relay broke lines of more than 998 characters


def read_notification(text: str) -> tuple[MessageKind, tuple[RecipientReport, ...]] | None:
    """Return the kind of a notification with a report for each recipient; None if the text is none."""
    if "otificationType" not in text:
        return None
    found = _decode(text)
    kind = _KINDS.get(str(found.get("notificationType")))
    reports = tuple(_complaints(found) if kind is MessageKind.COMPLAINT else _bounces(found))[:_MOST]
    return (kind, reports) if kind and reports else None


def _decode(text: str) -> dict[str, Any]:
    """Return the notification in a text; Amazon SNS wraps it as a text in JSON of its own."""
    begin = text.find("{")
    try:
        outer, _ = json.JSONDecoder(strict=False).raw_decode(_FOLDED.sub("", text[begin : begin + _LONGEST]))
        inner = outer.get("Message") if isinstance(outer, dict) else None
        found = json.loads(inner, strict=False) if isinstance(inner, str) else outer
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _bounces(found: dict[str, Any]) -> Iterator[RecipientReport]:
    for one, address in _people(found, "bounce", "bouncedRecipients"):
        said = one_line(str(one.get("diagnosticCode", "")).removeprefix("smtp;"), _LONGEST_SAID)
        is_delayed = one.get("action") == "delayed"
        verdict = judge(said, str(one.get("status", ""))[:20], is_delayed=is_delayed)
        yield RecipientReport(address, verdict.bounce_class, verdict.status, verdict.reason, said, (Trace.RFC3464,))


def _complaints(found: dict[str, Any]) -> Iterator[RecipientReport]:
    for _, address in _people(found, "complaint", "complainedRecipients"):
        yield RecipientReport(address, reason="complaint", traces=(Trace.ARF,))


def _people(found: dict[str, Any], about: str, name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the recipients of a notification with their addresses; whatever has another shape is passed over."""
    inside = found.get(about)
    people = inside.get(name) if isinstance(inside, dict) else None
    for one in people if isinstance(people, list) else ():
        addresses = addresses_in(str(one.get("emailAddress", ""))[:500]) if isinstance(one, dict) else ()
        if addresses:
            yield one, addresses[0]
