"""Header fields of a mail of a stranger: each has a name and a value, whatever stands in it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from ccmail.feedback.words import decode_charset, decode_words

_MOST_FIELDS, _LONGEST_VALUE, _LONGEST_BLOCK = 500, 16_000, 256_000
_FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_PARAMETER = re.compile(r";\s*([A-Za-z0-9_-]{1,40})(?:\*(?:0\*?)?)?\s*=\s*(?:\"([^\"]{0,1000})\"|([^\s;\"]{1,1000}))")
_EXTENDED = re.compile(r"[A-Za-z0-9_-]{1,40}'[A-Za-z-]{0,20}'")  # RFC 2231
_BRACKETED = re.compile(r"<\s*([^<>\s]{1,320})\s*>")
_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]{1,200}"
_DOMAIN = r"(?:\[[0-9A-Fa-f.:IPv]{3,60}\]|[\w-]{1,80}(?:\.[\w-]{1,80}){0,12})"
ADDRESS = rf"(?<![\w.+=])(?:{_LOCAL}|\"[ !#-;=?-~]{{1,100}}\")@{_DOMAIN}"  # a pattern: what looks like an address
_ADDRESS = re.compile(ADDRESS)


@dataclasses.dataclass(frozen=True, slots=True)
class HeaderFields:
    """The header fields of a mail or of one of its parts, in their order.

    Attributes:
        fields: Names in lower case with their values, unfolded, as they are written.
    """

    fields: tuple[tuple[str, str], ...] = ()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield names and values."""
        return iter(self.fields)

    def raw(self, name: str) -> str:
        """Return the value of the first field of a name as it is written, "" if there is none."""
        return next((value for key, value in self.fields if key == name.lower()), "")

    def get(self, name: str) -> str:
        """Return the value of the first field of a name with encoded words decoded, "" if there is none."""
        return decode_words(self.raw(name))

    def all(self, name: str) -> tuple[str, ...]:
        """Return the values of all fields of a name, decoded."""
        return tuple(decode_words(value) for key, value in self.fields if key == name.lower())

    def has(self, *names: str) -> bool:
        """Return whether there is a field of one of these names."""
        return any(key in names for key, _ in self.fields)

    def main(self, name: str) -> str:
        """Return a field's value before its parameters, in lower case: "text/plain"."""
        return self.raw(name).partition(";")[0].strip().lower()

    def parameter(self, name: str, key: str) -> str:
        """Return a parameter of a field such as Content-Type, "" if there is none."""
        for found in _PARAMETER.finditer(";" + self.raw(name).partition(";")[2]):
            if found[1].lower() == key:
                return decode_words(_EXTENDED.sub("", found[2] or found[3] or ""))
        return ""


def read_fields(block: str) -> HeaderFields:
    """Read a block of header fields; lines that are none are passed over."""
    lines = block[:_LONGEST_BLOCK].split("\n")
    return HeaderFields(tuple(_fields(lines))[:_MOST_FIELDS])


def split_fields(content: bytes) -> tuple[HeaderFields, bytes]:
    """Return the header fields at the top of a mail or part, and what follows after the empty line.

    The line ends are line feeds. Text that begins without any field is a body.
    """
    block, _, body = content.partition(b"\n\n") if not content.startswith(b"\n") else (b"", b"", content[1:])
    fields = read_fields(decode_charset(block, "utf-8"))
    return (fields, body) if fields.fields or not block.strip() else (fields, content)


def addresses_in(text: str) -> tuple[str, ...]:
    """Return the mail addresses in a text, in their order, each once; what stands in angle brackets comes first."""
    inside = [found for bracket in _BRACKETED.findall(text) for found in _ADDRESS.findall(bracket)[:1]]
    return tuple(dict.fromkeys([*inside, *_ADDRESS.findall(text)]))


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    for field in _unfolded(lines):
        found = _FIELD.match(field)
        if found:
            yield found[1].lower(), found[2].strip()[:_LONGEST_VALUE]


def _unfolded(lines: list[str]) -> Iterator[str]:
    field: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t"):
            field.append(line.strip())
        else:
            yield " ".join(field)
            field = [line.rstrip()]
    yield " ".join(field)
