"""Texts for people that can be said in another language: an English template, and the values that fill it.

A problem, an error and a hint are written in English, where they are found. `say` keeps the template and the values
beside the finished text, so `ccmail.languages.catalogue` can fill a translation of the same template later, when it is
known who reads it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Self

_THOUSANDS = {"de": "."}


class Wording(str):
    """A text in English that knows its template and values.

    It is a `str`: whoever wants the English text has it. What is cut out of it, or added to it, is a plain `str`.

    Attributes:
        template: The English text with placeholders as of `str.format`; a brace stands in it twice.
        plural: The template for any number but 1, "" if the text has no number. The number is the value `n`.
        values: By name. A value that is a `Wording` is translated, too; a tuple is listed with commas.
    """

    __slots__ = ("plural", "template", "values")

    template: str
    plural: str
    values: Mapping[str, object]

    def __new__(cls, template: str, plural: str = "", values: Mapping[str, object] | None = None) -> Self:
        """Make the text from its template."""
        kept = {name: _kept(value) for name, value in (values or {}).items()}
        chosen = plural if plural and kept["n"] != 1 else template
        made = super().__new__(cls, _Filler(ENGLISH).vformat(chosen, (), kept))
        made.template, made.plural, made.values = template, plural, kept
        return made

    def __reduce__(self) -> tuple[type[Wording], tuple[str, str, Mapping[str, object]]]:
        """Return the arguments from which `pickle` and `copy` make the text again."""
        return type(self), (self.template, self.plural, self.values)


@dataclasses.dataclass(frozen=True)
class Catalogue:
    """The texts of a language.

    Attributes:
        language: Its code: "de".
        texts: The translation of each template; of a template with a number those for one and for any other number.
    """

    language: str
    texts: Mapping[str, str | tuple[str, ...]]

    def text(self, text: str, /) -> str:
        """Return a text in this language; what has no translation stays as it is."""
        if not isinstance(text, Wording):
            return text
        template = self.texts.get(text.template) or (text.template, text.plural)
        if not isinstance(template, str):
            template = template[0] if not text.plural or text.values["n"] == 1 else template[1]
        return _Filler(self).vformat(template, (), text.values)

    def phrase(self, text: str, /) -> str:
        """Return the translation of a text that was not made by `say`, and in which a brace is a brace."""
        said = self.texts.get(text, text)
        return said if isinstance(said, str) else said[0]

    def number(self, value: int, /) -> str:
        """Return a number as people write it: 1,184, or in German 1.184."""
        return f"{value:,}".replace(",", _THOUSANDS.get(self.language, ","))


def say(template: str, /, **values: object) -> Wording:
    """Return a text that can be said in another language, from its English template and the values in it."""
    return Wording(template, "", values)


def say_n(one: str, other: str, /, n: int, **values: object) -> Wording:
    """Return a text with a number that decides between two templates: one thing, or any other number of them."""
    return Wording(one, other, {"n": n, **values})


def join(separator: str, parts: Iterable[str]) -> Wording:
    """Return texts as one; each of them is said in the other language for itself."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    between = separator.replace("{", "{{").replace("}", "}}")
    return Wording(between.join(f"{{{name}}}" for name in values), "", values)


def either(parts: Iterable[str]) -> Wording:
    """Return a choice between texts, at least one: “de or en or fr”."""
    first, *others = parts
    said = join("", [first])
    for other in others:
        said = say("{one} or {other}", one=said, other=other)
    return said


def placeholders(template: str) -> set[str]:
    """Return the names of the placeholders of a template."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


class _Filler(Formatter):
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def format_field(self, value: object, format_spec: str) -> str:
        """Return a value as text; `,` asks for a number as people write it."""
        if isinstance(value, tuple):
            return ", ".join(map(self._catalogue.text, value))
        if isinstance(value, int) and format_spec == ",":
            return self._catalogue.number(value)
        return format(self._catalogue.text(value) if isinstance(value, str) else value, format_spec)


def _kept(value: object) -> object:
    """Return a value without what hangs on it: a text of a file knows its place, a path its system."""
    if isinstance(value, tuple):
        return tuple(part if isinstance(part, Wording) else str(part) for part in value)
    return value if isinstance(value, int | Wording) else str(value)


ENGLISH = Catalogue("en", {})
"""The language in which the program is written."""
