"""The texts of a campaign, rendered: Jinja2 first, then Markdown."""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import TYPE_CHECKING, NamedTuple

import jinja2
import jinja2.meta
import jinja2.nodes

from ccmail.problems import InputError, Mark, Place, Problem, did_you_mean
from ccmail.rendering.environment import MailEnvironment, ProseEnvironment
from ccmail.rendering.limits import limit_of, refuse_large
from ccmail.rendering.markdown import render_markdown
from ccmail.rendering.plain_writing import as_markdown
from ccmail.rendering.reader import greeting_field, known_fields
from ccmail.rendering.slots import UnsafeLink
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.campaign import Campaign
    from ccmail.languages import Language
    from ccmail.rendering.content import Passage
    from ccmail.rendering.loaded_campaign import LoadedCampaign
    from ccmail.rendering.slots import FieldTracker, Slot
    from ccmail.workspace import TextCache
    from ccmail.yamlfile import SourceText

_LINES = MailEnvironment(None, autoescape=False)
_PASSAGES = ProseEnvironment()


class Prose:
    """Renders the texts of a campaign for one reader."""

    def __init__(
        self,
        tracker: FieldTracker,
        names: Mapping[str, Slot] | None = None,
        cache: TextCache | None = None,
        colon: str = ":",
    ) -> None:
        self._tracker = tracker
        self._cache = cache
        self._colon = colon
        self._names = names if names is not None else tracker.slots()

    def speaking(self, language: Language) -> Prose:
        """Return a copy whose `greeting` is in one language."""
        names = {**self._names, "greeting": self._names[greeting_field(language.code)]}
        return Prose(self._tracker, names, self._cache, language.words.colon)

    def line(self, text: SourceText) -> str:
        """Render a line (subject, title); its slots stay slots.

        Raises:
            InputError: The text uses an unknown field or wrong Jinja2; with its place.
        """
        return self._rendered(_LINES, text)

    def passage(self, text: SourceText) -> Passage:
        """Render a Markdown text; raises as `line` does."""
        markdown = text.moved(as_markdown(text))
        return render_markdown(self._rendered(_PASSAGES, markdown), self._tracker, self._cache, self._colon)

    def _rendered(self, environment: MailEnvironment, text: SourceText) -> str:
        if "{" not in text:
            return str(text)
        try:
            return refuse_large(_template(environment, str(text)).render(self._names))
        except (UnsafeLink, InputError):
            raise
        except Exception as trouble:  # noqa: BLE001  # an author's text can raise anything: 1/0, a filter's TypeError
            raise InputError([_explain(trouble, text, sorted(self._names))]) from None


@functools.lru_cache(maxsize=256)
def _template(environment: MailEnvironment, text: str) -> jinja2.Template:
    return environment.from_string(text)


def unknown_names(text: SourceText, loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for each name in a text that is no field of a reader, without rendering the text."""
    if "{" not in text:
        return
    try:
        tree = _PASSAGES.parse(str(text))
        names = jinja2.meta.find_undeclared_variables(tree)
    except (jinja2.TemplateError, RecursionError) as trouble:
        yield _explain(trouble, text, [])
        return
    unknown = names - {*known_fields(loaded.columns), "greeting", *_PASSAGES.globals}
    for node in tree.find_all(jinja2.nodes.Name):
        if node.name in unknown:
            yield _unknown(node.name, text.line_of(node.lineno), sorted(known_fields(loaded.columns)))


def fields_in(text: SourceText) -> tuple[str, ...] | None:
    """Return the names of the fields that a text uses; None if its braces are not understood."""
    if "{" not in text:
        return ()
    try:
        names = jinja2.meta.find_undeclared_variables(_PASSAGES.parse(str(text)))
    except (jinja2.TemplateError, RecursionError):
        return None
    return tuple(sorted(names - {*_PASSAGES.globals}))


class PrintedField(NamedTuple):
    """A field that a text prints.

    Attributes:
        is_changed: Whether the text prints what it makes of the field: `{{ city | upper }}`, `{{ city ~ "!" }}`.
    """

    name: str
    language: str
    place: Place
    is_changed: bool


def printed_fields(campaign: Campaign) -> Iterator[PrintedField]:
    """Yield each field that a text prints, each once for a text.

    A field under a test of itself (`{% if city %}`), or with a default, is not among them: it is never printed empty.
    """
    for language, texts in campaign.texts.items():
        for text in (getattr(texts, field) for field in type(texts).model_fields):
            if text and "{{" in text:
                found = _printed(_PASSAGES.parse(str(text)), frozenset())
                named = {name.name: (name.lineno, is_changed) for name, is_changed in reversed(list(found))}
                for name, (line, is_changed) in reversed(named.items()):
                    yield PrintedField(name, language, _place_of(name, text.line_of(line)), is_changed)


def _printed(node: jinja2.nodes.Node, tested: frozenset[str]) -> Iterator[tuple[jinja2.nodes.Name, bool]]:
    if isinstance(node, jinja2.nodes.Output):
        for shown in node.nodes:
            yield from _shown(shown, tested, is_changed=False)
    if isinstance(node, jinja2.nodes.If):
        tested |= _names(node.test)
    for inner in node.iter_child_nodes():
        yield from _printed(inner, tested)


def _shown(
    node: jinja2.nodes.Node, tested: frozenset[str], *, is_changed: bool
) -> Iterator[tuple[jinja2.nodes.Name, bool]]:
    """Yield the fields whose emptiness an expression shows."""
    match node:
        case jinja2.nodes.Name() if node.name not in tested:
            yield node, is_changed
        case jinja2.nodes.Filter(node=jinja2.nodes.Node() as inner) if not _has_default(node):
            yield from _shown(inner, tested, is_changed=True)
        case jinja2.nodes.Concat():
            for part in node.nodes:
                yield from _shown(part, tested, is_changed=True)
        case jinja2.nodes.Add():
            yield from _shown(node.left, tested, is_changed=True)
            yield from _shown(node.right, tested, is_changed=True)
        case jinja2.nodes.Call():
            yield from _shown(node.node, tested, is_changed=True)
        case jinja2.nodes.Getattr() | jinja2.nodes.Getitem():
            yield from _shown(node.node, tested, is_changed=True)
        case jinja2.nodes.CondExpr():
            for chosen in filter(None, (node.expr1, node.expr2)):
                yield from _shown(chosen, tested | _names(node.test), is_changed=is_changed)


def _names(node: jinja2.nodes.Node) -> frozenset[str]:
    return frozenset(name.name for name in node.find_all(jinja2.nodes.Name))


def _has_default(node: jinja2.nodes.Filter) -> bool:
    """Return whether a filter gives other words for an empty cell: `default("…", true)`."""
    return node.name in {"default", "d"} and (len(node.args) > 1 or bool(node.kwargs))


def _place_of(name: str, line: Place) -> Place:
    found = re.search(rf"\{{\{{-?\s*{re.escape(name)}\b", line.text)
    return dataclasses.replace(line, column=found.start() + 1, width=found.end() - found.start()) if found else line


def _explain(trouble: Exception, text: SourceText, names: list[str]) -> Problem:
    line = trouble.lineno if isinstance(trouble, jinja2.TemplateSyntaxError) else _line_in_text(trouble)
    if limit := limit_of(trouble):
        mark = Mark(text.line_of(line))
        return Problem(
            "H108",
            say("this text {limit}", limit=limit),
            marks=(mark,),
            hint=say("a loop inside a loop, or a number too large?"),
        )
    says = str(trouble) or type(trouble).__name__
    quoted = re.match(r"'(\w+)' is undefined", says)
    if quoted:
        return _unknown(quoted[1], text.line_of(line), names)
    return Problem(
        "T306",
        say("the braces in this text are not understood: {says}", says=says),
        marks=(Mark(text.line_of(line)),),
        hint=say("a field is written {{{{ first_name }}}}"),
    )


def _unknown(name: str, line: Place, names: list[str]) -> Problem:
    near = did_you_mean(name, names)
    column = line.text.find(name)
    place = dataclasses.replace(line, column=column + 1, width=len(name)) if column >= 0 else line
    return Problem(
        "T305",
        say("“{name}” is not known here", name=name),
        marks=(Mark(place, say("did you mean “{near}”?", near=near) if near else ""),),
        hint=say("fields of the reader: {names}", names=tuple(n for n in names if not n.startswith("greeting_"))),
    )


def _line_in_text(trouble: BaseException) -> int:
    """Return the line of the text at which rendering stopped."""
    traceback, line = trouble.__traceback__, 1
    while traceback:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
