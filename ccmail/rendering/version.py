"""The fingerprint of everything that is in the mails of a campaign: what was tested is what is sent."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ccmail import __version__

if TYPE_CHECKING:
    from ccmail.rendering.edition import Edition

# Settings that change how or to whom mails go, not what they say.
_LIST = "recipients"  # where a list lies is nothing that a reader sees
_NOT_IN_MAILS = {"delivery", "smtp", "inbox", "test", "max_recipients"}


def fingerprint(edition: Edition) -> str:
    """Return the version of a campaign, e.g. "7f3a-91c2".

    It changes with any text, fact, template, word, picture, attachment or setting that readers could see, and with
    ccmail itself; not with comments in the files, and not with the lists.
    """
    digest = hashlib.sha256(__version__.encode())
    for part in _parts(edition):
        data = json.dumps(_plain(part), sort_keys=True, ensure_ascii=False).encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    code = digest.hexdigest()[:8]
    return f"{code[:4]}-{code[4:]}"


def _parts(edition: Edition) -> list[Any]:
    campaign = edition.campaign
    environment = edition.environment
    loader = environment.loader
    names = sorted(n for n in environment.list_templates() if n.endswith(".j2")) if loader else []
    return [
        {name: value for name, value in campaign if name not in {"document", "path", "send_until"}},
        {name: value for name, value in edition.settings if name not in _NOT_IN_MAILS},
        {code: edition.languages[code].words for code in sorted(campaign.texts)},
        {name: loader.get_source(environment, name)[0] for name in names} if loader else {},
        {name: picture.digest for name, picture in edition.pictures.items()},
        {file.name: hashlib.sha256(file.content).hexdigest() for file in edition.attachments},
        {name: (other.texts, other.event) for name, other in edition.related.items()},
        None if campaign.published or campaign.event else edition.today,
    ]


def _plain(value: Any) -> Any:  # noqa: PLR0911  # a table of types
    """Return a value as JSON knows it; of files only the names, since their content counts by itself."""
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
            return {name: _plain(inner) for name, inner in value if name != _LIST}
        case Iterable():
            return [_plain(inner) for inner in value]
        case _ if dataclasses.is_dataclass(value):
            return {
                f.name: _plain(getattr(value, f.name))
                for f in dataclasses.fields(value)
                if f.compare and f.name != _LIST
            }
        case _:
            return str(value)
