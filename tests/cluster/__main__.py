"""`python -m tests.cluster --seeds 20`: several workers under kills, cuts and crashes; prints a line for each seed."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from ccmail.workspace.cache import PLACE
from tests import postgres
from tests.cluster.driver import cluster
from tests.cluster.scenarios import do_all, draw_deeds
from tests.faults.driver import make_scenario


def main() -> int:
    """Play some seeds, and return 1 if a promise was broken."""
    options = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    options.add_argument("--seeds", type=int, default=5, help="how many")
    options.add_argument("--first", type=int, default=1, help="the first of them")
    options.add_argument("--recipients", type=int, default=2000)
    options.add_argument("--deeds", type=int, default=6, help="kills and other things that are done")
    options.add_argument("--keep", type=Path, help="a folder that journals and logs are left in")
    given = options.parse_args()
    broken = 0
    server = postgres.OwnServer()
    with tempfile.TemporaryDirectory() as place:
        os.environ[PLACE] = str(Path(place) / "cache")
        for seed in range(given.first, given.first + given.seeds):
            began, deeds = time.monotonic(), draw_deeds(seed, given.deeds)
            scenario = make_scenario(seed, given.recipients, 0)
            with cluster((given.keep or Path(place)) / str(seed), server, f"seed{seed}", scenario) as made:
                result = do_all(made, deeds).audit
            states = f"{result.accepted} accepted, {result.refused} refused, {result.in_doubt} in doubt"
            seconds = time.monotonic() - began
            print(
                f"seed {seed}: {states}, {seconds:.0f} s, {len(result.findings)} findings: {', '.join(deeds)}",
                flush=True,
            )
            if result.findings:
                print(result)
            broken += len(result.findings)
    server.close()
    print(f"broken promises: {broken}")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
