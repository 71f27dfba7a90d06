"""The version of a campaign, a hash of everything in its mails: the version that was tested is the one that is sent."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ccmail import __version__
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.rendering.loaded_campaign import LoadedCampaign

# What readers do not see: the files of the lists, the form that people subscribe by, the key that signed links before.
_UNSEEN = {"recipients", "sheet", "encoding", "lists", "subscribe", "previous_key"}
# Settings that decide how and to whom mails go, not their content.
_NOT_IN_MAILS = {"delivery", "smtp", "graph", "serve", "ledger", "inbox", "test", "check", "max_recipients", "approval"}

# Words of links to the public pages: without pages nobody sees them.
_OF_PUBLIC_PAGES = frozenset({"answer_in_browser"})


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One place in which two versions of a campaign differ.

    Attributes:
        where: The key, dotted ("de.text"), or the file.
        before: The earlier text, "" if there was none.
        after: The text now, "" if there is none.
    """

    where: str
    before: str
    after: str


def manifest(loaded: LoadedCampaign) -> bytes:
    """Return everything in the mails of a campaign as JSON: the input of `fingerprint` and `differences`."""
    return json.dumps(_plain(_parts(loaded)), sort_keys=True, ensure_ascii=False).encode()


def fingerprint(manifest: bytes) -> str:
    """Return the version of a campaign, e.g. "7f3a-91c2".

    It changes with every text, fact, template, word, picture, attachment or setting that readers could see, and with
    ccmail itself. It does not change with YAML comments or with the lists.
    """
    code = hashlib.sha256(manifest).hexdigest()[:8]
    return f"{code[:4]}-{code[4:]}"


def differences(before: bytes, after: bytes) -> tuple[Difference, ...]:
    """Return the differences of two manifests; texts are compared line by line."""
    return tuple(_compare((), json.loads(before), json.loads(after)))


def _compare(path: tuple[str, ...], before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, list) and isinstance(after, list):
        before, after = _numbered(before), _numbered(after)
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from _compare((*path, key), before.get(key), after.get(key))
    elif isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        yield from _compare_lines(_place(path), before.splitlines(), after.splitlines())
    else:
        yield Difference(_place(path), _shown(before), _shown(after))


def _compare_lines(where: str, before: list[str], after: list[str]) -> Iterator[Difference]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            place = say("{place}, line {line}", place=where, line=new_start + 1)
            yield Difference(place, " ".join(before[start:end]).strip(), " ".join(after[new_start:new_end]).strip())


def _numbered(items: list[Any]) -> dict[str, Any]:
    return {str(number): item for number, item in enumerate(items, start=1)}


def _place(path: tuple[str, ...]) -> str:
    """Return a place as people know it: "de.text", "ccmail.yaml: sender.name", "templates: review.html.j2"."""
    part, *keys = path
    if part == "campaign":
        return ".".join(keys[1:] if keys[:1] == ["texts"] else keys)
    return f"{part}: {'.'.join(keys)}" if keys else part


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _parts(loaded: LoadedCampaign) -> dict[str, Any]:
    campaign = loaded.campaign
    environment = loaded.environment
    loader = environment.loader
    names = sorted(n for n in environment.list_templates() if n.endswith(".j2")) if loader else []
    return {
        "ccmail": __version__,
        "campaign": {name: value for name, value in campaign if name not in {"document", "path", "send_until"}},
        "ccmail.yaml": {name: value for name, value in loaded.settings if name not in _NOT_IN_MAILS},
        "words": {code: _words(loaded, code) for code in sorted(campaign.texts)},
        "templates": {name: loader.get_source(environment, name)[0] for name in names} if loader else {},
        "pictures": {f"{use.name} ({use.where})": picture.digest for use, picture in loaded.pictures.items()},
        "attachments": {file.name.real: hashlib.sha256(file.content).hexdigest() for file in loaded.attachments},
        "related": {
            name: (other.texts, other.event, other.page, other.published) for name, other in loaded.related.items()
        },
        "today": None if campaign.published or campaign.event else loaded.today,
        **({"occasion": loaded.occasion} if loaded.occasion else {}),
        **({"public pages": loaded.settings.serve.public_url} if loaded.settings.serve else {}),
        **({"event titles": loaded.event_titles} if loaded.event_titles else {}),
    }


def _words(loaded: LoadedCampaign, code: str) -> dict[str, Any]:
    """Return the words of a language that can stand in the mails."""
    unused = frozenset() if loaded.settings.serve else _OF_PUBLIC_PAGES
    return {name: value for name, value in loaded.languages[code].words if name not in unused}


def _plain(value: Any) -> Any:  # noqa: PLR0911  # a table of types
    """Return a value in the types of JSON; a path becomes the file's name, because contents are hashed separately."""
    match value:
        case str():
            return str(value)
        case None | bool() | int():
            return value
        case Path():
            return value.name
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case BaseModel():
            return {name: _plain(inner) for name, inner in value if name not in _UNSEEN}
        case Iterable():
            return [_plain(inner) for inner in value]
        case _ if dataclasses.is_dataclass(value):
            return {
                f.name: _plain(getattr(value, f.name))
                for f in dataclasses.fields(value)
                if f.compare and f.name not in _UNSEEN
            }
        case _:
            return str(value)
