"""How well bounces are understood: recall and precision over a folder of mails of which the answers are known.

    .venv/bin/python bench/bounces.py DIR

DIR has mails, *.eml, and expected.jsonl: a line for each with `file` and `expected`, a list of recipients with `rcpt`,
`alias`, `class` (hard, soft, delayed, complaint) and `reason`. Nothing of it is kept.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from ccmail.feedback.classify import classify
from ccmail.feedback.evidence import Evidence, MessageKind, RecipientReport

TOKEN = "bounces+mfrggzdfmztwq2lk@ccmail.example"
SENT_TO = re.compile(rb"(?im)^(?:Delivered-To|X-Original-To|Envelope-To|To):.*\n(?:[ \t]+.*\n)*")
CLASSES = ("hard", "soft", "delayed", "complaint", "none")


@dataclasses.dataclass(frozen=True, slots=True)
class Sample:
    """A mail with the recipients that it is about, and what we found."""

    name: str
    expected: Sequence[dict[str, Any]]
    found: Evidence
    knows_token: bool

    @property
    def reports(self) -> tuple[RecipientReport, ...]:
        """The reports of ours that name an address."""
        is_about_us = self.found.kind in (MessageKind.BOUNCE, MessageKind.COMPLAINT)
        return tuple(report for report in self.found.reports if report.address) if is_about_us else ()

    @property
    def pairs(self) -> list[tuple[dict[str, Any], RecipientReport | None]]:
        """The expected recipients, each with the report that we have of them."""
        left = list(self.reports)
        pairs: list[tuple[dict[str, Any], RecipientReport | None]] = []
        for one in self.expected:
            names = {one["rcpt"].lower(), one["alias"].lower()}
            report = next((report for report in left if report.address.lower() in names), None)
            left = [other for other in left if other is not report]
            pairs.append((one, report))
        return pairs


def main() -> int:
    """Print the figures of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="*.eml and expected.jsonl")
    parser.add_argument("--misses", action="store_true", help="name the mails that were misunderstood")
    asked = parser.parse_args()
    begun = perf_counter()
    samples = tuple(read_samples(asked.folder))
    print(f"{len(samples)} mails, {perf_counter() - begun:.1f} s with the tokens")
    print_figures([sample for sample in samples if sample.expected], [s for s in samples if not s.expected])
    if asked.misses:
        print_misses(samples)
    return 0


def read_samples(folder: Path) -> Iterator[Sample]:
    """Yield the mails of a folder, each read as it is, and once more as if it had come to a token of ours."""
    for line in (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = Path(row["file"]).name
        mail = (folder / name).read_bytes()
        yield Sample(name, row["expected"], classify(mail), TOKEN in classify(with_token(mail)).sent_to)


def with_token(mail: bytes) -> bytes:
    """Return a mail as it would be if we had sent it: it came back to an address with a token."""
    head, gap, body = mail.replace(b"\r\n", b"\n").partition(b"\n\n")
    bare = SENT_TO.sub(b"", head + b"\n").rstrip(b"\n")
    return bare + f"\nDelivered-To: {TOKEN}\nTo: {TOKEN}".encode() + gap + body


def print_figures(samples: Sequence[Sample], others: Sequence[Sample]) -> None:
    """Print recall, precision and the confusion table."""
    pairs = [pair for sample in samples for pair in sample.pairs]
    found = [(one, report) for one, report in pairs if report]
    named = sum(len(sample.reports) for sample in samples)
    table = Counter((one["class"], class_of(report)) for one, report in pairs)
    hard = table["hard", "hard"]
    said_hard = sum(count for (_, ours), count in table.items() if ours == "hard")
    found_hard = sum(count for (theirs, ours), count in table.items() if theirs == "hard" and ours != "none")
    all_hard = sum(count for (theirs, _), count in table.items() if theirs == "hard")
    print(f"recipients       recall {share(len(found), len(pairs))}  precision {share(len(found), named)}")
    print(f"with a token     recall {share(sum(sample.knows_token for sample in samples), len(samples))}")
    print(f"hard             precision {share(hard, said_hard)}  recall {share(hard, all_hard)}", end="")
    print(f"  (of those found {share(hard, found_hard)})")
    print(
        f"no recipients expected: {len(others)} mails, {sum(bool(s.reports) for s in others)} with a recipient of ours"
    )
    print(f"\n{'expected / ours':16}" + "".join(f"{ours:>11}" for ours in CLASSES))
    for theirs in CLASSES[:-1]:
        print(f"{theirs:16}" + "".join(f"{table[theirs, ours]:>11}" for ours in CLASSES))


def print_misses(samples: Sequence[Sample]) -> None:
    """Print the mails of which recipients were missed, invented, or called gone when they are not."""
    for sample in samples:
        pairs = sample.pairs
        matched = [report for _, report in pairs if report]
        for one, report in pairs:
            if class_of(report) != one["class"] and "delayed" not in (one["class"], class_of(report)):
                said = report and f"{class_of(report)}, {report.reason} {report.status} “{report.said[:80]}”"
                print(f"{sample.name}: {one['rcpt']} is {one['class']}, {one['reason']}; ours: {said}")
        for report in (report for report in sample.reports if report not in matched):
            print(f"{sample.name}: {report.address} is nobody's, {class_of(report)}, {report.reason}")


def class_of(report: RecipientReport | None) -> str:
    """Return the word of expected.jsonl for a report."""
    if report is None:
        return "none"
    return report.bounce_class.value if report.bounce_class else "complaint"


def share(part: int, of: int) -> str:
    """Return a share with the numbers that it is made of."""
    return f"{part / of if of else 0:.3f} ({part}/{of})"


if __name__ == "__main__":
    raise SystemExit(main())
