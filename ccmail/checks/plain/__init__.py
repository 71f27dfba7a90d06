"""The text part of a finished mail."""

from ccmail.checks.plain import (
    clean,
    imprint,
    layout,
    lines,
    links,
    same_words,
    way_off,
)

__all__ = ["RULES"]

RULES = (clean, imprint, layout, lines, links, same_words, way_off)
