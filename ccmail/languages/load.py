"""Words files become languages."""

from __future__ import annotations

import datetime as dt
import types
from typing import TYPE_CHECKING

import pydantic
from babel.dates import format_date

from ccmail.languages import cldr
from ccmail.languages.language import Language
from ccmail.languages.names import is_language_code
from ccmail.languages.placeholders import Placeholders, has_stray_brace, names_in
from ccmail.languages.words import Words
from ccmail.problems import InputError, Mark, Place, Problem, did_you_mean
from ccmail.wording import say
from ccmail.yamlfile import bind, read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ccmail.yamlfile import Document

_SOME_DAY = dt.date(2020, 10, 7)


def load_languages(folders: Sequence[Path], shown: Callable[[Path], str] = str) -> Mapping[str, Language]:
    """Return the languages of all words files, by code: `fr.yaml` in any of the folders is the language fr.

    A file replaces one of the same name in a later folder, which is not even read. Missing folders are skipped;
    `shown` returns a path as people see it.

    Raises:
        InputError: A file has errors; the problems of all files are in it.
    """
    read = [_read(path, shown(path)) for path in _files(folders)]
    problems = [problem for _, found in read for problem in found]
    if any(problem.is_error for problem in problems):
        raise InputError(problems)
    return types.MappingProxyType({language.code: language for language, _ in read if language})


def _files(folders: Iterable[Path]) -> tuple[Path, ...]:
    by_name: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            by_name.setdefault(path.name, path)
    return tuple(by_name.values())


def _read(path: Path, shown_as: str) -> tuple[Language | None, tuple[Problem, ...]]:
    if not is_language_code(path.stem):
        return None, (_not_a_code(path.stem, shown_as),)
    document = read_document(path, shown_as)
    words, problems = bind(Words, document, name=say("a words file"))
    if words is None:
        return None, problems
    return Language(path.stem, words), (*problems, *_wrong_words(words, document))


def _not_a_code(stem: str, shown_as: str) -> Problem:
    return Problem(
        "T101",
        say("“{name}” is not the code of a language", name=stem),
        marks=(Mark(Place(shown_as)),),
        hint=say("name the file after the language's ISO 639 code: fr.yaml for French"),
    )


def _wrong_words(words: Words, document: Document) -> Iterator[Problem]:
    for keys, text, placeholders in _patterns(words):
        yield from _wrong_pattern(text, placeholders, document.place(*keys))
    if not cldr.is_locale(words.locale):
        message = say("there is no locale “{locale}”", locale=words.locale)
        yield _problem("T102", message, document.place("locale"), say("e.g. de or en_GB"))
    elif not _is_date_pattern(words.dates.short, words.locale):
        message = say("“{pattern}” is not a date pattern", pattern=words.dates.short)
        yield _problem("T103", message, document.place("dates", "short"), say("e.g. dd.MM.yyyy or d MMMM yyyy"))


def _patterns(
    group: pydantic.BaseModel, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str, Placeholders]]:
    """Yield keys, text and placeholders of every text."""
    for key, field in type(group).model_fields.items():
        value = getattr(group, key)
        if isinstance(value, pydantic.BaseModel):
            yield from _patterns(value, (*above, key))
        elif isinstance(value, str):
            stated = (rule for rule in field.metadata if isinstance(rule, Placeholders))
            yield (*above, key), value, next(stated, Placeholders(()))


def _wrong_pattern(text: str, placeholders: Placeholders, place: Place) -> Iterator[Problem]:
    found = names_in(text)
    for name in dict.fromkeys(found):
        if name not in placeholders.known:
            yield _unknown_name(name, placeholders, place)
    if len(text.splitlines()) > 1:
        yield _problem("T106", say("this has to be a single line"), place, say("take the line breaks out"))
    if has_stray_brace(text):
        message = say("a brace in “{text}” has no partner", text=text)
        yield _problem("T104", message, place, say("names stand between {{ and }}"))
    for name in placeholders.needed:
        if name not in found:
            message = say("“{text}” does not say where {{{name}}} goes", text=text, name=name)
            yield _problem("T105", message, place, say("put {{{name}}} into it", name=name))


def _unknown_name(name: str, placeholders: Placeholders, place: Place) -> Problem:
    near = did_you_mean(name, placeholders.known)
    known = tuple(f"{{{known}}}" for known in placeholders.known)
    return Problem(
        "T104",
        say("nothing is called {{{name}}} here", name=name),
        marks=(Mark(place, say("did you mean {{{near}}}?", near=near) if near else ""),),
        hint=say("here you can use {known}", known=known)
        if known
        else say("this text is printed as it is, without {{ }}"),
    )


def _problem(code: str, message: str, place: Place, hint: str) -> Problem:
    return Problem(code, message, marks=(Mark(place),), hint=hint)


def _is_date_pattern(pattern: str, locale: str) -> bool:
    try:
        text = format_date(_SOME_DAY, pattern, locale=cldr.locale(locale))
    except (ValueError, KeyError, AttributeError, TypeError):
        return False
    return f"{_SOME_DAY.day}" in text and bool(pattern.strip())
