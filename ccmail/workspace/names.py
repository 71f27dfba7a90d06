"""The names of people, segments and languages that files refer to."""

from __future__ import annotations

import re
from typing import Annotated, Any

import pydantic

from ccmail.problems import did_you_mean
from ccmail.wording import say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem
from ccmail.yamlfile.addresses import read_mail_address

_NAME = re.compile(r"\w[\w.-]{0,63}")


def read_name(text: SourceText, _context: ReadContext) -> SourceText:
    """Return the name of a person or segment.

    Raises:
        ValueProblem: It cannot be typed on the command line without quotes.
    """
    if not _NAME.fullmatch(text):
        raise ValueProblem(
            "W755",
            say("“{text}” cannot be a name here", text=text),
            text.place,
            hint=say("use letters, digits, “-” and “_”"),
        )
    return text


def read_person(text: SourceText, context: ReadContext) -> SourceText:
    """Return the key of a person in ccmail.yaml.

    Raises:
        ValueProblem: There is no such person.
    """
    people = context.get("people")
    if people is None or text in people:
        return text
    near = did_you_mean(text, people)
    raise ValueProblem(
        "C212",
        say("nobody called “{text}” in ccmail.yaml", text=text),
        text.place,
        label=say("did you mean “{near}”?", near=near) if near else "",
        hint=say("people there: {people}", people=tuple(people))
        if people
        else say("name people there, under “people:”"),
    )


def read_segment(text: SourceText, context: ReadContext) -> SourceText:
    """Return the key of a segment in ccmail.yaml.

    Raises:
        ValueProblem: There is no such segment.
    """
    segments = context.get("segments")
    if segments is None or text in segments:
        return text
    near = did_you_mean(text, segments)
    raise ValueProblem(
        "C212",
        say("no segment called “{text}” in ccmail.yaml", text=text),
        text.place,
        label=say("did you mean “{near}”?", near=near) if near else "",
        hint=say("segments there: {segments}", segments=tuple(segments)),
    )


def read_tester(text: SourceText, context: ReadContext) -> SourceText:
    """Return a person's key, or a mail address.

    Raises:
        ValueProblem: It is neither.
    """
    is_address = "@" in text or "(at)" in text
    return read_mail_address(text, context) if is_address else read_person(text, context)


def read_language(text: SourceText, context: ReadContext) -> SourceText:
    """Return the code of a language of the workspace, also by its name in English or German.

    Raises:
        ValueProblem: The workspace has no words file for it.
    """
    from ccmail.languages.names import find_language  # noqa: PLC0415 - loads Babel

    known = context.get("languages")
    if known is None or text in known:
        return text
    code = find_language(text)
    if code in known:
        return text.moved(code or "")
    raise no_such_language(text, tuple(known), code or "")


def no_such_language(text: SourceText, known: tuple[str, ...], code: str) -> ValueProblem:
    """Return the problem of a language that has no words file in the workspace."""
    near = did_you_mean(text, known)
    hint = say("languages here: {known}", known=tuple(known))
    if code:
        hint = say("{hint}; for {code} there would have to be templates/words/{code}.yaml", hint=hint, code=code)
    return ValueProblem(
        "C207",
        say("“{text}” is not a language of this workspace", text=text),
        text.place,
        label=say("did you mean “{near}”?", near=near) if near else "",
        hint=hint,
    )


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, FromText(read_name, SourceText, {"type": "string", "pattern": r"^\w[\w.-]*$"})]
PersonName = Annotated[str, FromText(read_person, SourceText, {"type": "string", "x-ccmail": "people"})]
SegmentName = Annotated[str, FromText(read_segment, SourceText, {"type": "string", "x-ccmail": "segments"})]
Tester = Annotated[
    str,
    FromText(read_tester, SourceText, {"anyOf": [{"x-ccmail": "people"}, {"pattern": "@|\\(at\\)"}]}),
]
LanguageCode = Annotated[str, FromText(read_language, SourceText, {"type": "string", "x-ccmail": "languages"})]
LanguageCodes = Annotated[
    tuple[LanguageCode, ...],
    pydantic.BeforeValidator(
        _one_or_many,
        json_schema_input_type=LanguageCode | tuple[LanguageCode, ...],
    ),
    pydantic.Field(min_length=1),
]
