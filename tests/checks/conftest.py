"""The small workspace of the message tests, for rules that look at campaigns and mails."""

from tests.messages.conftest import assembler_of, edition_of, first_variant, jana

__all__ = ["assembler_of", "edition_of", "first_variant", "jana"]
