"""JSON Schemas of the files of a workspace: editors complete and explain the fields with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ccmail.campaign.model import campaign_file
from ccmail.own_files import make_folder, replace_file
from ccmail.workspace import Settings, Workspace
from ccmail.workspace.providers import provider_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pydantic

_DRAFT = "http://json-schema.org/draft-07/schema#"


def write_schemas(workspace: Workspace) -> tuple[Path, ...]:
    """Write `.ccmail/campaign.schema.json` and `.ccmail/workspace.schema.json`.

    Files that would stay the same are left alone: editors watch them.

    Returns:
        Both files.
    """
    make_folder(workspace.state)
    schemas = {
        workspace.state / "campaign.schema.json": campaign_schema(workspace),
        workspace.state / "workspace.schema.json": workspace_schema(workspace),
    }
    for path, schema in schemas.items():
        _write_if_changed(path, schema)
    return tuple(schemas)


def campaign_schema(workspace: Workspace) -> dict[str, Any]:
    """Return the schema of this workspace's campaigns: its people, segments and languages are choices."""
    return _schema(campaign_file(tuple(workspace.languages)), _names(workspace))


def workspace_schema(workspace: Workspace) -> dict[str, Any]:
    """Return the schema of this workspace's ccmail.yaml."""
    return _schema(Settings, _names(workspace))


def _names(workspace: Workspace) -> dict[str, list[str]]:
    return {
        "people": list(workspace.settings.people),
        "segments": list(workspace.settings.segments),
        "languages": list(workspace.languages),
        "providers": provider_names(),
    }


def _schema(model: type[pydantic.BaseModel], names: Mapping[str, list[str]]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": _DRAFT, **_with_names(schema, names)}


def _with_names(schema: Any, names: Mapping[str, list[str]]) -> Any:
    """Return a schema without our own keywords: a text becomes a choice of names, free fields get those names."""
    if isinstance(schema, list):
        return [_with_names(part, names) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _with_names(part, names) for key, part in schema.items() if not key.startswith("x-ccmail")}
    if "x-ccmail" in schema:
        made["enum"] = names[schema["x-ccmail"]]
    if "x-ccmail-keys" in schema:
        made["properties"] = dict.fromkeys(names[schema["x-ccmail-keys"]], made["additionalProperties"])
        made["additionalProperties"] = False
    if "$ref" in made and len(made) > 1:  # draft 7 ignores everything beside $ref
        made["allOf"] = [{"$ref": made.pop("$ref")}]
    return made


def _write_if_changed(path: Path, schema: Mapping[str, Any]) -> bool:
    content = (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()
    if path.is_file() and path.read_bytes() == content:
        return False
    replace_file(path, content)
    return True
