"""The small workspace of the message tests, for rules that look at campaigns."""

from tests.messages.conftest import edition_of

__all__ = ["edition_of"]
