"""The small workspace of the message tests, for rules that look at campaigns."""

from tests.messages.conftest import loaded_of

__all__ = ["loaded_of"]
