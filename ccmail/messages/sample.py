"""A random sample of readers whose mails are compared with a full render."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.audience import Contact
    from ccmail.campaign import Variant
    from ccmail.messages.assemble import Assembler

_SIZE = 4  # readers; a full render costs as much as a thousand compiled mails


class Sample:
    """Draws readers from a stream, each with the same probability (reservoir sampling)."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self._random = (chance or random.Random()).random  # noqa: S311 - no secret
        self._offered = 0
        self._drawn: list[tuple[Contact, Variant]] = []

    def offer(self, contact: Contact, variant: Variant) -> None:
        """Offer a reader, who may be drawn, perhaps in the place of an earlier one."""
        self._offered += 1
        place = int(self._random() * self._offered)
        if len(self._drawn) < _SIZE:
            self._drawn.append((contact, variant))
        elif place < _SIZE:
            self._drawn[place] = contact, variant

    def differences(self, assembler: Assembler) -> Iterator[tuple[Contact, str]]:
        """Yield each drawn reader whose mail differs from a full render, with the first line that differs.

        Raises:
            InputError, CcmailError: As in `Assembler.assemble`.
        """
        for contact, variant in self._drawn:
            compiled = assembler.assemble(contact, variant).as_bytes()
            rendered = assembler.assemble_naively(contact, variant).as_bytes()
            if compiled != rendered:
                yield contact, _first_difference(compiled, rendered)


def _first_difference(compiled: bytes, rendered: bytes) -> str:
    lines = zip(compiled.split(b"\r\n"), rendered.split(b"\r\n"), strict=False)
    found = next((ours for ours, theirs in lines if ours != theirs), compiled[-60:])
    return found.decode("ascii", "replace").strip()
