"""An address that nobody reads: of a machine, or made up for a test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Mark, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.problems import Place

CODE = "R553"
WHY = "mail to machines and made-up addresses comes back, and a sender whose mail comes back is taken for a spammer"
_MACHINE = re.compile(r"(?:no|do-?not)[._-]?reply|mailer-daemon|bounces?|abuse|spam", re.IGNORECASE)
# RFC 2606 and 6761; `.example` is what the sample campaigns are written with
_MADE_UP = (".example.com", ".example.net", ".example.org", ".invalid", ".localhost")


def check(fields: Mapping[str, str], place: Place) -> Iterator[Problem]:
    """Yield a warning for an address that no person has; those of offices (info@, post@) are read."""
    address = fields.get("_to_address", "")
    local, _, domain = address.rpartition("@")
    if _MACHINE.fullmatch(local) or f".{domain.lower()}".endswith(_MADE_UP):
        message = f"nobody reads {address}"
        yield Problem(CODE, message, Severity.WARNING, (Mark(place),), "write the address of a person, or take it out")
