"""ccmail: FOLDER PORT N K makes the workspace that the command in contestants.toml sends from.

The campaign is checked there, as people do before they send: so it is rendered already, as the others' letter is.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from readers import readers
from workspace import CAMPAIGN, ccmail, environment, make_workspace

folder, port, count, connections = sys.argv[1:]
make_workspace(Path(folder), readers(int(count)), int(port), int(connections))
subprocess.run(ccmail(Path(folder), "check", CAMPAIGN), env=environment(), check=True, stdout=subprocess.DEVNULL)
