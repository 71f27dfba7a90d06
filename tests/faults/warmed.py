"""Loaded by the process that the others are forked from: then no new workspace has to compile the templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.rendering.environment import make_environment
from ccmail.workspace.workspace import template_folders
from tests import made_once

made_once.share(pytest.MonkeyPatch())
_ENVIRONMENT = make_environment(template_folders(Path("/nowhere")))
for _name in _ENVIRONMENT.list_templates(["j2"]):
    _ENVIRONMENT.get_template(_name)
