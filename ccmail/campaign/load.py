"""A campaign's file becomes a Campaign."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.campaign.model import (
    CalendarMode,
    Campaign,
    Facts,
    Kind,
    SegmentChange,
    SegmentUse,
    Texts,
    WrittenFacts,
    campaign_file,
    texts_of,
)
from ccmail.campaign.nouns import is_id
from ccmail.problems import Mark, Place, Problem, UsageError, did_you_mean, sort_problems
from ccmail.wording import either, say
from ccmail.workspace.list_format import AS_IT_COMES, ListFormat, lists_at
from ccmail.workspace.names import no_such_language
from ccmail.yamlfile import STOPGAP, Document, FieldsNode, SourceText, TextNode, bind, read_document, salvage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.workspace import Segment, Workspace

_CODE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2})?")


def load_campaign(path: Path, workspace: Workspace) -> tuple[Campaign | None, tuple[Problem, ...]]:
    """Read a campaign.

    Returns:
        The campaign (None exactly if one of the problems is an error) and all problems, sorted.
    """
    shown = workspace.shown(path)
    document = read_document(path, shown)
    written, problems = bind(
        campaign_file(tuple(workspace.languages)),
        document,
        context=_context(workspace, shown),
        name=say("the campaign"),
        unknown=lambda key, place: _unknown_language(key, place, workspace),
    )
    problems = sort_problems((*problems, *_missing_parts(document, workspace), *_wrong_name(path, shown)))
    if written is None or any(problem.is_error for problem in problems):
        return None, problems
    return _campaign(written, path, workspace, document), problems


def load_what_is_right(path: Path, workspace: Workspace) -> Campaign | None:
    """Return a campaign without the parts that are wrong, for checks of the rest; None if too much is.

    Where words of a language are missing, `STOPGAP` stands for them. If the segments are wrong there are none; without
    its event, nothing is announced, and there is no programme.
    """
    shown = workspace.shown(path)
    document = read_document(path, shown)
    model = campaign_file(tuple(workspace.languages))
    written = salvage(model, document, _context(workspace, shown), {"type": Kind.REVIEW.value})
    if written is None:
        return None
    campaign = _campaign(written, path, workspace, document)
    spared = Texts.model_construct(title=STOPGAP, text=STOPGAP)
    lost: dict[str, object] = {
        "texts": {code: campaign.texts.get(code, spared) for code in _languages_in_order(document, workspace)}
    }
    if _says(document, "segments") and not written.segments:
        lost["segments"] = ()
    if _says(document, "event") and not written.event:
        lost |= {"agenda": (), "kind": Kind.REVIEW, "calendar": CalendarMode.NONE}
    return campaign.model_copy(update=lost)


def find_campaign(workspace: Workspace, name: str) -> Path:
    """Return a campaign's file by its path, its file name or its id.

    Raises:
        UsageError: There is none.
    """
    for candidate in _candidates(workspace, name) if name else ():
        if _is_file(candidate):
            return candidate
    known = [path.stem for path in workspace.campaign_files()]
    near = did_you_mean(Path(name).stem, known)
    if near:
        raise UsageError(say("no campaign “{name}”. Did you mean {near}?", name=name, near=near), code="W751")
    hint = say("campaigns here: {known}", known=tuple(known)) if known else say("`ccmail new` makes one")
    raise UsageError(say("no campaign “{name}”", name=name), code="W751", hint=hint)


def campaign_id(workspace: Workspace, name: str) -> str:
    """Return a campaign's id by its path, its file name or its id; raises as `find_campaign`."""
    return find_campaign(workspace, name).stem


def _candidates(workspace: Workspace, name: str) -> Iterator[Path]:
    """Yield the possible paths of a campaign; the current folder is first if it is in the workspace, else last."""
    here = Path.cwd()
    bases = [workspace.root / "campaigns", workspace.root]
    bases.insert(0 if here.is_relative_to(workspace.root.resolve()) else len(bases), here)
    for base in bases:
        for ending in ("", ".yaml", ".yml"):
            yield base / f"{name}{ending}"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _context(workspace: Workspace, shown: str) -> dict[str, object]:
    return {
        "languages": tuple(workspace.languages),
        "people": tuple(workspace.settings.people),
        "segments": tuple(workspace.settings.segments),
        "zone": workspace.zone,
        "folder": "" if posixpath.isabs(shown) else posixpath.dirname(shown),
    }


def _campaign(written: WrittenFacts, path: Path, workspace: Workspace, document: Document) -> Campaign:
    facts = {name: getattr(written, name) for name in Facts.model_fields}
    return Campaign.model_construct(
        **facts,
        id=path.stem,
        path=path,
        document=document,
        segments=tuple(_segments(written, workspace)),
        calendar=written.calendar or _usual_calendar(written),
        texts=texts_of(written, _languages_in_order(document, workspace)),
    )


def _usual_calendar(written: WrittenFacts) -> CalendarMode:
    announced = written.kind is Kind.ANNOUNCEMENT and written.event is not None
    return CalendarMode.ATTACHMENT if announced else CalendarMode.NONE


def _languages_in_order(document: Document, workspace: Workspace) -> dict[str, object]:
    fields = document.root.fields if isinstance(document.root, FieldsNode) else ()
    return {str(field.key): None for field in fields if field.key in workspace.languages}


def _segments(written: WrittenFacts, workspace: Workspace) -> Iterator[SegmentUse]:
    segments = workspace.settings.segments
    for name in written.segments or segments:
        yield _use(name, segments[name], written.segments.get(name) or SegmentChange(), workspace)


def _use(name: str, segment: Segment, change: SegmentChange, workspace: Workspace) -> SegmentUse:
    return SegmentUse(
        name=name,
        label=change.label or segment.label,
        lists=lists_at(workspace.root, change.recipients or segment.recipients, name, _list_format(segment, change)),
        languages=change.language or segment.language,
        contact=change.contact or segment.contact or "",
        colour=change.colour or segment.colour or "",
    )


def _list_format(segment: Segment, change: SegmentChange) -> ListFormat:
    """Return how a segment's list is to be read; what is said of the usual list does not hold for another one."""
    usual = AS_IT_COMES if change.recipients else segment.list_format
    return ListFormat(change.sheet or usual.sheet, change.encoding or usual.encoding, usual.columns)


def _missing_parts(document: Document, workspace: Workspace) -> Iterator[Problem]:
    """Yield problems that the model cannot find: an announcement needs an event, a mail needs words."""
    if document.is_damaged or not isinstance(document.root, FieldsNode):
        return
    kind = document.node("type")
    if isinstance(kind, TextNode) and kind.text == Kind.ANNOUNCEMENT.value and not _says(document, "event"):
        yield Problem(
            "C204",
            say("an announcement needs an event"),
            marks=(Mark(document.place("event", of_key=True)),),
            hint=say("add “event:”, and indented under it “date: 7.10.2020”; or write “type: review”"),
        )
    if not any(_says(document, code) for code in workspace.languages):
        languages = either(say("“{text}”", text=f"{code}:") for code in workspace.languages)
        yield Problem(
            "C204",
            say("the campaign has no words"),
            marks=(Mark(document.place()),),
            hint=say("add {languages}, and indented under it “title: …” and “text: |”", languages=languages),
        )


def _says(document: Document, key: str) -> bool:
    node = document.node(key)
    return node is not None and not (isinstance(node, TextNode) and not node.text)


def _unknown_language(key: str, place: Place, workspace: Workspace) -> Problem | None:
    from ccmail.languages.names import find_language  # noqa: PLC0415 - loads Babel

    code = find_language(key) or ""
    is_code = _CODE.fullmatch(key) and code
    is_name = len(key) > len("ger") and code in workspace.languages
    if not (is_code or is_name):
        return None
    known = tuple(workspace.languages)
    problem = no_such_language(SourceText(key, place), known, "" if code in known else code).problem
    label = say("did you mean “{near}”?", near=code) if code in known else ""
    return Problem(problem.code, problem.message, marks=(Mark(place, label),), hint=problem.hint)


def _wrong_name(path: Path, shown: str) -> Iterator[Problem]:
    if not is_id(path.stem):
        yield Problem(
            "C231",
            say("a campaign's file cannot be called “{name}”", name=path.stem),
            marks=(Mark(Place(shown)),),
            hint=say("use letters without accents, digits, “-”, “_” and “.”: the name becomes part of every mail"),
        )
