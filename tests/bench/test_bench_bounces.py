"""The measure of bounces counts what was found, missed and invented."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.feedback.mails import JANA, delivery_report, person, status

MEASURE = Path(__file__).parents[2] / "bench" / "bounces.py"


def expect(name: str, *recipients: tuple[str, str]) -> str:
    expected = [{"rcpt": address, "alias": "", "class": kind, "reason": "x"} for address, kind in recipients]
    return json.dumps({"file": f"maildir/{name}", "expected": expected})


def test_recall_precision_and_confusion_are_counted(tmp_path: Path) -> None:
    (tmp_path / "hard.eml").write_bytes(delivery_report(status()))
    (tmp_path / "soft.eml").write_bytes(delivery_report(status("rfc822; omar@tripoli.example")))
    (tmp_path / "missed.eml").write_bytes(delivery_report(status("rfc822; other@bonn.example", code="4.2.2")))
    (tmp_path / "none.eml").write_bytes(person("I will come."))
    rows = (
        expect("hard.eml", (JANA, "hard")),
        expect("soft.eml", ("omar@tripoli.example", "soft")),
        expect("missed.eml", ("nobody@bonn.example", "hard")),
        expect("none.eml"),
    )
    (tmp_path / "expected.jsonl").write_text("\n".join(rows), encoding="utf-8")

    command = [sys.executable, str(MEASURE), str(tmp_path), "--misses"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)

    assert "recipients       recall 0.667 (2/3)  precision 0.667 (2/3)" in done.stdout
    assert "with a token     recall 1.000 (3/3)" in done.stdout
    assert "hard             precision 0.500 (1/2)  recall 0.500 (1/2)" in done.stdout
    assert "no recipients expected: 1 mails, 0 with a recipient of ours" in done.stdout
    assert "missed.eml: other@bonn.example is nobody's, soft, mailbox full" in done.stdout
