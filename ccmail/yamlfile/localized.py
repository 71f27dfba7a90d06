"""Short texts in several languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import CoreSchema, core_schema

from ccmail.problems import Mark, Place, Problem, did_you_mean
from ccmail.wording import say
from ccmail.yamlfile.lines import read_line
from ccmail.yamlfile.reading import SAID, ReadContext, ValueProblem, wrong_shape
from ccmail.yamlfile.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pydantic


class Localized:
    """A short text: one for every language, or one per language (`{de: …, en: …}`).

    `Localized("online")`, `Localized({"de": "Rathaus", "en": "Town hall"})`. Iterating yields pairs of
    language and text; the language is "" for a text that is the same in all of them.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: str | Mapping[str, str]) -> None:
        """Hold texts that are checked already."""
        by_language = {"": texts} if isinstance(texts, str) else texts
        self._texts = {
            code: text if isinstance(text, SourceText) else SourceText.plain(text) for code, text in by_language.items()
        }

    def get(self, code: str) -> SourceText | None:
        """Return the text in a language, None if there is none."""
        return self._texts.get("") or self._texts.get(code)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the text; empty if it is the same in all of them."""
        return tuple(code for code in self._texts if code)

    def __iter__(self) -> Iterator[tuple[str, SourceText]]:
        return iter(self._texts.items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Localized) and self._texts == other._texts

    def __hash__(self) -> int:
        return hash(tuple(self._texts.items()))

    def __repr__(self) -> str:
        return f"Localized({dict(self._texts)!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(_validate)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        text = {"type": ["string", "number", "boolean"]}
        return {"anyOf": [text, {"type": "object", "additionalProperties": text, "x-ccmail-keys": "languages"}]}


def _validate(value: Any, info: pydantic.ValidationInfo) -> Localized:
    context: ReadContext = info.context or {}
    if isinstance(value, Localized):
        return value
    if isinstance(value, str):
        return Localized(read_line(_source(value), context))
    if not isinstance(value, dict):
        raise wrong_shape("string_type")
    return Localized(dict(_read_languages(value, context)))


def _source(value: str) -> SourceText:
    return value if isinstance(value, SourceText) else SourceText.plain(value)


def _read_languages(texts: Mapping[str, Any], context: ReadContext) -> Iterator[tuple[str, SourceText]]:
    known = context.get("languages")
    before: Any = None
    for key, value in texts.items():
        if known is not None and key not in known:
            _say(context, _not_a_language(_source(key), value, before, tuple(known)))
        elif isinstance(value, str):
            try:
                yield (
                    str(key),
                    read_line(value if isinstance(value, SourceText) else SourceText(value), context),
                )
            except ValueProblem as mistake:
                _say(context, mistake.problem)
        elif value is not None:
            _say(context, _one_text(_source(key)))
        before = value


def _say(context: ReadContext, problem: Problem) -> None:
    if SAID not in context:
        raise ValueProblem(problem.code, problem.message, hint=problem.hint)
    context[SAID].append(problem)


def _not_a_language(key: SourceText, value: Any, before: Any, known: tuple[str, ...]) -> Problem:
    if value is None and isinstance(before, SourceText) and before.place.line == key.place.line:
        return _comma(key, before, known)
    near = did_you_mean(key, known)
    return Problem(
        "C206",
        say("“{text}” is not a language", text=key),
        marks=(Mark(key.place, say("did you mean “{near}”?", near=near) if near else ""),),
        hint=say("languages here: {known}", known=tuple(known)),
    )


def _comma(key: SourceText, before: SourceText, known: tuple[str, ...]) -> Problem:
    """Return the problem of `{de: Rathaus, Tartu, en: …}`, where the first comma is part of a text."""
    from ccmail.yamlfile.repairs.commas import quote_commas  # noqa: PLC0415 - for mistakes only

    line, start, end = key.place.text, before.place.column - 1, key.place.column - 1 + key.place.width
    opening = max(0, line.rfind("{", 0, start))
    closing = line.find("}", end) + 1 or len(line)
    repaired = quote_commas(line[opening:closing], known)  # as `ccmail check --fix` does
    return Problem(
        "C206",
        say("“{text}” is not a language", text=key),
        marks=(Mark(key.place, say("a comma inside {{ }} ends the text")),),
        hint=say("put texts that contain a comma in quotes: {text}", text=repaired),
    )


def _one_text(key: SourceText) -> Problem:
    place: Place = key.place
    return Problem(
        "C205",
        say("“{key}” is one text here", key=key),
        marks=(Mark(place),),
        hint=say("write the text behind the colon"),
    )
