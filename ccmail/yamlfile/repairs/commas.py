"""Commas in short texts of several languages: `{de: Wasser, Luft, en: Air}`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ccmail.yamlfile.repairs.repair import in_quotes


def quote_commas(line: str, languages: Iterable[str]) -> str:
    """Put quotes around `Wasser, Luft` in `{de: Wasser, Luft, en: Air}`: the comma would end the text (C206)."""
    code = "|".join(map(re.escape, languages))

    def quoted(found: re.Match[str]) -> str:
        pieces = re.split(rf",\s*(?=(?:{code}):\s)", found[2])
        return found[1] + ", ".join(map(_quoted_if_needed, pieces)) + found[3]

    return re.sub(rf"(\{{\s*)((?:{code}):\s[^{{}}]*?)(\s*\}})", quoted, line)


def _quoted_if_needed(piece: str) -> str:
    name, _, text = piece.partition(":")
    text = text.strip()
    return f"{name}: {in_quotes(text)}" if "," in text and text[0] not in "\"'" else piece
