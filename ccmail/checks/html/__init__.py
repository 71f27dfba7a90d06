"""The HTML part of a finished mail."""

from ccmail.checks.html import (
    active,
    alt,
    base_layer,
    conditional,
    contrast,
    dark,
    frame,
    images,
    languages,
    letters,
    links,
    nesting,
    preheader,
    rests,
    sharp,
    size,
    tables,
    words,
)

__all__ = ["RULES"]

RULES = (
    active,
    alt,
    base_layer,
    conditional,
    contrast,
    dark,
    frame,
    images,
    languages,
    letters,
    links,
    nesting,
    preheader,
    rests,
    sharp,
    size,
    tables,
    words,
)
