"""ccmail: FOLDER PORT N K makes the workspace that the command in contestants.toml sends from."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from readers import readers
from workspace import make_workspace

folder, port, count, connections = sys.argv[1:]
make_workspace(Path(folder), readers(int(count)), int(port), int(connections))
