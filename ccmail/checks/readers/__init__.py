"""What is odd about one reader's mail: nobody looks at the mail of the 412th.

The public verb is `check_reader`; it is called for everybody on the lists and costs microseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.readers import greeting, overlong, unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.problems import Place, Problem

__all__ = ["RULES", "check_reader"]

RULES = (greeting, overlong, unresolved)


def check_reader(fields: Mapping[str, str], place: Place) -> Iterator[Problem]:
    """Yield a warning for everything that is odd about a reader's mail.

    Args:
        fields: What is filled into the mail, by name.
        place: The reader's row.
    """
    for rule in RULES:
        yield from rule.check(fields, place)
