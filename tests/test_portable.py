"""ccmail runs on laptops with Linux, macOS and Windows."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = [*(ROOT / "ccmail").rglob("*.py"), *(ROOT / "templates").rglob("*.j2")]
# of strftime; Windows refuses "%-d" with a ValueError, and has no %e, %P or %s
NOT_ON_WINDOWS = re.compile(r"%-[a-zA-Z](?![a-zA-Z])|[{:\" ]%-?[ePs](?=[ ,:.%\"}])")


def test_no_time_is_written_in_a_way_that_windows_does_not_know() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{number}: {line.strip()}"
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if NOT_ON_WINDOWS.search(line)
    ]

    assert len(FILES) > 100
    assert not found, "\n".join(found)


def test_the_rule_knows_the_days_that_it_is_about() -> None:
    assert NOT_ON_WINDOWS.search('f"{at:%-d %b %Y}"')
    assert NOT_ON_WINDOWS.search('at.strftime("%e %B")')
    assert not NOT_ON_WINDOWS.search('f"{at.day} {at:%b %Y %H:%M %Z}"')
