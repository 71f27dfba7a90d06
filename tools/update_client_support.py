"""Take the newest data of caniemail.com: `python tools/update_client_support.py CLONE`.

CLONE is a clone of github.com/hteumeuleu/caniemail (MIT licence). The result lists, for each feature, the mail programs
whose newest version does not support it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[1] / "ccmail" / "checks" / "clients"


def read_feature(path: Path) -> dict[str, Any]:
    """Return the front matter of a feature's page."""
    front = re.split(r"^---\s*$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
    feature: dict[str, Any] = yaml.safe_load(front.replace("\t", " "))
    return feature


def newest_of(feature: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each program, as `family.platform`, with the support in its newest version, the last one listed."""
    for family, platforms in feature["stats"].items():
        for platform, versions in platforms.items():
            if versions:
                yield f"{family}.{platform}", str(list(versions.values())[-1])


def main(clone: Path) -> None:
    """Write the data, a line for each feature, and their licence."""
    features = {path.stem: read_feature(path) for path in sorted((clone / "_features").glob("[a-z]*.md"))}
    programs = sorted({program for feature in features.values() for program, _ in newest_of(feature)})
    lines = [f'{{"source": "https://www.caniemail.com", "programs": {json.dumps(programs)}, "features": {{']
    for slug, feature in features.items():
        unknown = sorted(program for program, newest in newest_of(feature) if newest[:1] == "n")
        lines.append(f"{json.dumps(slug)}: {json.dumps({'title': feature['title'], 'unknown': unknown})},")
    text = "\n".join(lines).rstrip(",") + "\n}}\n"
    json.loads(text)
    (FOLDER / "caniemail.json").write_text(text, encoding="utf-8")
    (FOLDER / "caniemail.LICENSE").write_text((clone / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
