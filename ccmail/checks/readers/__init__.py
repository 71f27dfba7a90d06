"""What is odd about one reader's mail: nobody looks at the mail of the 412th.

The public verb is `check_reader`; it is called for everybody on the lists and costs microseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.readers import greeting, nobody_reads, overlong, unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.problems import Place, Problem

__all__ = ["RULES", "check_reader"]

_MADE_HERE = frozenset({"_to_address", "_message_id", "unsubscribe"})  # nobody reads them, nobody has typed them
_OF_WORDS = (greeting, overlong, unresolved)
RULES = (*_OF_WORDS, nobody_reads)


def check_reader(fields: Mapping[str, str], place: Place) -> Iterator[Problem]:
    """Yield a warning for everything that is odd about a reader's mail.

    Args:
        fields: What is filled into the mail, by name.
        place: The reader's row.
    """
    words = {name: value for name, value in fields.items() if name not in _MADE_HERE}
    for rule in _OF_WORDS:
        yield from rule.check(words, place)
    yield from nobody_reads.check(fields, place)
