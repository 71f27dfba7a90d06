from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ccmail.campaign.schema import campaign_schema, workspace_schema, write_schemas

if TYPE_CHECKING:
    from ccmail.workspace import Workspace


def descriptions(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [found for part in schema for found in descriptions(part)]
    if not isinstance(schema, dict):
        return []
    own = [schema["description"]] if isinstance(schema.get("description"), str) else []
    return own + [found for part in schema.values() for found in descriptions(part)]


def test_people_segments_and_languages_are_choices(workspace: Workspace) -> None:
    schema = campaign_schema(workspace)

    author = schema["properties"]["author"]["anyOf"][0]
    assert author["enum"] == ["irakli", "fatina", "elene"]
    segments = next(part for part in schema["properties"]["segments"]["anyOf"] if part["type"] == "object")
    assert segments["propertyNames"]["enum"] == ["german", "international"]
    assert {"de", "en", "type", "event"} <= set(schema["properties"])
    assert "kind" not in schema["properties"]
    alt = schema["$defs"]["Photo"]["properties"]["alt"]["anyOf"][1]
    assert list(alt["properties"]) == list(workspace.languages)


def test_only_what_a_campaign_needs_is_required(workspace: Workspace) -> None:
    schema = campaign_schema(workspace)

    assert schema["required"] == ["type"]
    assert schema["$defs"]["Texts"]["required"] == ["title", "text"]
    assert schema["additionalProperties"] is False


def test_a_mail_server_is_named_by_its_host_or_by_one_of_the_known_providers(workspace: Workspace) -> None:
    schema = workspace_schema(workspace)["$defs"]["SmtpSettings"]

    assert {"microsoft365", "web.de"} < set(schema["properties"]["provider"]["anyOf"][0]["enum"])
    assert schema["anyOf"] == [{"required": ["host"]}, {"required": ["provider"]}]
    assert "required" not in schema


@pytest.mark.parametrize("make", [campaign_schema, workspace_schema])
def test_no_word_of_programmers_is_shown_to_those_who_type(workspace: Workspace, make: Any) -> None:
    said = " ".join(descriptions(make(workspace)))

    assert said
    for word in ("pydantic", "None", "mapping", "tuple", "Attributes:"):
        assert word not in said


def test_every_field_is_explained(workspace: Workspace) -> None:
    for make in (campaign_schema, workspace_schema):
        schema = make(workspace)
        for model in [schema, *schema["$defs"].values()]:
            for name, field in model.get("properties", {}).items():
                assert "description" in field or "$ref" in field or "allOf" in field or "$ref" in str(field), name


def test_no_keyword_of_our_own_is_left_over(workspace: Workspace) -> None:
    assert "x-ccmail" not in json.dumps([campaign_schema(workspace), workspace_schema(workspace)])


def test_the_files_are_written_only_if_they_change(workspace: Workspace) -> None:
    campaign, settings = write_schemas(workspace)
    settings.write_text("{}")
    written_at = campaign.stat().st_mtime_ns

    again = write_schemas(workspace)

    assert [path.name for path in again] == ["campaign.schema.json", "workspace.schema.json"]
    assert campaign.stat().st_mtime_ns == written_at
    assert json.loads(settings.read_text("utf-8"))["title"] == "Settings"


def defaults(schema: Any, inside: str = "") -> list[tuple[str, Any, Any]]:
    if isinstance(schema, list):
        return [found for part in schema for found in defaults(part, inside)]
    if not isinstance(schema, dict):
        return []
    own = [(inside, schema["type"], schema["default"])] if {"type", "default"} <= schema.keys() else []
    return own + [found for key, part in schema.items() for found in defaults(part, key)]


def test_what_holds_without_a_field_is_shown_as_it_would_be_written(workspace: Workspace) -> None:
    found = defaults([campaign_schema(workspace), workspace_schema(workspace)])

    kinds = {"string": str, "integer": int, "number": float, "boolean": bool, "array": list, "object": dict}
    assert ("rate", "string", "120 per minute") in found
    assert ("server", "string", "2s..300s") in found
    allowed = [
        (default, [kinds[k] for k in (kind if isinstance(kind, list) else [kind])]) for _, kind, default in found
    ]
    assert [default for default, types in allowed if not isinstance(default, tuple(types))] == []
