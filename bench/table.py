"""The table of results: the medians of the runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from contestant import Run

YARDSTICK = "smtp-source"
Rounds = Mapping[str, Sequence[Run | None]]
"""The runs of each contestant in the order of the rounds; None where one failed."""


@dataclass(frozen=True, slots=True)
class Row:
    """The medians of one contestant; microseconds are per mail.

    Attributes:
        ratio: Its rate divided by that of smtp-source in the same round; None without smtp-source.
        seconds: Those of the whole process; the other figures are for the sending, if the contestant measures it.
        content: Bytes on the wire divided by the bytes of HTML, text and calendar entry.
    """

    name: str
    k: int
    n: int
    is_whole: bool
    rate: float
    slowest: float
    fastest: float
    ratio: float | None
    cpu: float
    receiver_cpu: float
    seconds: float
    process_cpu: float
    megabytes: float
    commands: float
    wire: float
    content: float


def rows(rounds: Rounds, content_bytes: int) -> list[Row]:
    """Return a row for each contestant with at least one good run."""
    return [
        _row(name, [run for run in runs if run], _ratio(runs, rounds.get(YARDSTICK, ())), content_bytes)
        for name, runs in rounds.items()
        if any(runs)
    ]


def _ratio(runs: Sequence[Run | None], yardstick: Sequence[Run | None]) -> float | None:
    """Return the median of the ratios of all rounds: an influence on a whole round cancels out."""
    ratios = [a.rate / b.rate for a, b in zip(runs, yardstick, strict=False) if a and b]
    return median(ratios) if ratios else None


def _row(name: str, runs: list[Run], ratio: float | None, content_bytes: int) -> Row:
    def middle(figure: Callable[[Run], float]) -> float:
        return median(map(figure, runs))

    rates = [run.rate for run in runs]
    return Row(
        name=name,
        k=runs[0].k,
        n=runs[0].n,
        is_whole=runs[0].is_whole,
        rate=median(rates),
        slowest=min(rates),
        fastest=max(rates),
        ratio=ratio,
        cpu=middle(lambda run: run.cpu / run.n * 1e6),
        receiver_cpu=middle(lambda run: run.receiver_cpu / run.n * 1e6),
        seconds=middle(lambda run: run.process.wall),
        process_cpu=middle(lambda run: run.process.cpu / run.n * 1e6),
        megabytes=middle(lambda run: run.process.megabytes),
        commands=middle(lambda run: run.commands),
        wire=middle(lambda run: run.wire),
        content=middle(lambda run: run.wire / content_bytes),
    )


COLUMNS: Sequence[tuple[str, Callable[[Row], str]]] = (
    ("contestant", lambda row: row.name + "*" * row.is_whole),
    ("K", lambda row: f"{row.k}"),
    ("n", lambda row: f"{row.n}"),
    ("mails/s", lambda row: f"{row.rate:.0f}"),
    ("range", lambda row: f"{row.slowest:.0f}-{row.fastest:.0f}"),
    ("ratio", lambda row: "" if row.ratio is None else f"{row.ratio:.3f}"),
    ("cpu us", lambda row: f"{row.cpu:.0f}"),
    ("whole s", lambda row: f"{row.seconds:.2f}"),
    ("whole us", lambda row: f"{row.process_cpu:.0f}"),
    ("MB", lambda row: f"{row.megabytes:.0f}"),
    ("sink us", lambda row: f"{row.receiver_cpu:.0f}"),
    ("cmds", lambda row: f"{row.commands:.2f}"),
    ("bytes", lambda row: f"{row.wire:.0f}"),
    ("/content", lambda row: f"{row.content:.3f}"),
)
LEGEND = "ratio: to smtp-source, round by round. us: microseconds a mail. * the whole process, start included."


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Return cells aligned in columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    )


def table(found: Sequence[Row]) -> str:
    """Return the table with its head and its legend."""
    head = [name for name, _ in COLUMNS]
    return aligned([head, *([cell(row) for _, cell in COLUMNS] for row in found)]) + "\n" + LEGEND
