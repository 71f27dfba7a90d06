"""The verdicts of spam filters on a finished mail: SpamAssassin, on this computer or as spamd, and rspamd."""

from __future__ import annotations

import dataclasses
import http.client
import json
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccmail.checks.online.verdict import Verdict
from ccmail.problems import Mark, Place, Problem, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.workspace.settings import Spam

_SECONDS = 30.0
_LARGEST_REPLY = 4_000_000
_TOTAL = re.compile(r"\(\s*(-?[\d.]+) points,\s*(-?[\d.]+) required")
_RULE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s+([A-Z][A-Z0-9_]+)\s+(.*)")
_REPORT = "Content analysis details:"
_GOOD = frozenset({"no action", "greylist"})


@dataclasses.dataclass(frozen=True, slots=True)
class SpamRule:
    """One thing that a filter noticed; negative points speak for the mail."""

    name: str
    points: float
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class SpamAnswer:
    """The verdict of a filter on one mail.

    Attributes:
        filter: SpamAssassin or rspamd.
        words: The total, or why there is none.
        rules: Those with points, the heaviest first.
    """

    filter: str
    verdict: Verdict
    words: str
    points: float | None = None
    limit: float | None = None
    rules: tuple[SpamRule, ...] = ()

    def problem(self, variant: str, file: str) -> Problem | None:
        """Return the problem of the mail of a variant of a campaign's file.

        None if it is under the limit, or nobody knows.
        """
        if self.verdict is not Verdict.WARNING:
            return None
        heaviest = tuple(f"{rule.name} ({rule.points:g})" for rule in self.rules[:3] if rule.points > 0)
        message = say(
            "{filter} takes the mail of {variant} for spam: {words}",
            filter=self.filter,
            variant=variant,
            words=self.words,
        )
        hint = say("what weighs most: {rules}", rules=heaviest) if heaviest else ""
        return Problem("M622", message, Severity.WARNING, (Mark(Place(file)),), hint)


@dataclasses.dataclass(frozen=True, slots=True)
class SpamRow:
    """The verdict of one filter on the mail of one variant of a campaign's file."""

    file: str
    variant: str
    answer: SpamAnswer

    @property
    def problem(self) -> Problem | None:
        """The problem of the mail; None if it is under the limit, or nobody knows."""
        return self.answer.problem(self.variant, self.file)


def ask_filters(settings: Spam, file: str, variant: str, mail: bytes) -> Iterator[SpamRow]:
    """Ask the filters that ccmail.yaml names what they make of a finished mail."""
    if settings.spamassassin:
        yield SpamRow(file, variant, ask_spamassassin(mail, settings.spamassassin))
    if settings.rspamd:
        yield SpamRow(file, variant, ask_rspamd(mail, settings.rspamd))


class _NoAnswerError(Exception):
    """The filter has said nothing that could be used; the words say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def ask_spamassassin(mail: bytes, where: str) -> SpamAnswer:
    """Ask SpamAssassin: the program of this computer if `where` is "true", else the spamd at HOST:PORT."""
    name = "SpamAssassin"
    try:
        text = _run(mail) if where == "true" else _ask_spamd(mail, where)
        return _of_report(name, text)
    except _NoAnswerError as error:
        return SpamAnswer(name, Verdict.NOT_CHECKED, error.words)


def ask_rspamd(mail: bytes, url: str) -> SpamAnswer:
    """Ask the rspamd whose worker answers at this address."""
    request = urllib.request.Request(f"{url.rstrip('/')}/checkv2", data=mail, method="POST")  # noqa: S310 - checked
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as reply:  # noqa: S310
            return _of_rspamd(json.loads(reply.read(_LARGEST_REPLY)))
    except urllib.error.HTTPError as error:
        with error:
            words = say("{filter} says {answer}", filter=url, answer=error.code)
            return SpamAnswer("rspamd", Verdict.NOT_CHECKED, words)
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError) as error:
        return SpamAnswer("rspamd", Verdict.NOT_CHECKED, _no_answer(url, error))


# ── SpamAssassin ──


def _run(mail: bytes) -> str:
    program = shutil.which("spamassassin")
    # Windows also looks in the folder where one stands: in a workspace, which somebody else may have packed
    if program is None or not Path(program).is_absolute():
        raise _NoAnswerError(say("SpamAssassin is not installed here"))
    # only this computer is asked, nothing is learnt, no file is made in the home folder
    command = [program, "--local", "--test-mode", "--nocreate-prefs", "--cf=bayes_auto_learn 0"]
    try:
        done = subprocess.run(command, input=mail, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _NoAnswerError(_no_answer("SpamAssassin", error)) from None
    return done.stdout.decode("utf-8", "replace")


def _ask_spamd(mail: bytes, where: str) -> str:
    """Speak the protocol of spamc (SpamAssassin's spamd/PROTOCOL)."""
    host, _, port = where.rpartition(":")
    head = f"REPORT SPAMC/1.5\r\nContent-length: {len(mail)}\r\nUser: ccmail\r\n\r\n".encode()
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS) as line:
            line.sendall(head + mail)
            line.shutdown(socket.SHUT_WR)
            reply = _read(line)
    except OSError as error:
        raise _NoAnswerError(_no_answer(say("spamd at {place}", place=where), error)) from None
    first, _, rest = reply.partition(b"\r\n")
    said = first.decode("utf-8", "replace").split(" ", 2)
    if len(said) < 2 or not said[0].startswith("SPAMD/") or said[1] != "0":  # noqa: PLR2004
        answer = first.decode("utf-8", "replace")[:80]
        raise _NoAnswerError(say("spamd at {place} says “{answer}”", place=where, answer=answer))
    return rest.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")


def _read(line: socket.socket) -> bytes:
    reply = b""
    while piece := line.recv(65536):
        reply += piece
        if len(reply) > _LARGEST_REPLY:
            break
    return reply


def _of_report(name: str, text: str) -> SpamAnswer:
    report = text.rpartition(_REPORT)[2]
    total = _TOTAL.search(report)
    if _REPORT not in text or total is None:
        raise _NoAnswerError(say("{filter} gives no report", filter=name))
    points, limit = float(total[1]), float(total[2])
    rules: list[SpamRule] = []
    for row in report.splitlines()[1:]:
        if found := _RULE.match(row):
            rules.append(SpamRule(found[2], float(found[1]), found[3].strip()))
        elif rules and row.startswith(" " * 20) and row.strip():
            rules[-1] = dataclasses.replace(rules[-1], words=f"{rules[-1].words} {row.strip()}")
    return _judged(name, points, limit, rules, is_spam=points >= limit)


# ── rspamd ──


def _of_rspamd(reply: dict[str, Any]) -> SpamAnswer:
    symbols = reply["symbols"].values()
    rules = [SpamRule(s["name"], float(s.get("score", 0)), str(s.get("description", ""))) for s in symbols]
    points, limit = float(reply["score"]), float(reply["required_score"])
    return _judged("rspamd", points, limit, rules, is_spam=reply.get("action", "no action") not in _GOOD)


def _judged(name: str, points: float, limit: float, rules: list[SpamRule], *, is_spam: bool) -> SpamAnswer:
    heaviest = tuple(sorted((rule for rule in rules if rule.points), key=lambda rule: -abs(rule.points)))
    verdict = Verdict.WARNING if is_spam else Verdict.OK
    words = say("{points} of {limit} points", points=f"{points:g}", limit=f"{limit:g}")
    return SpamAnswer(name, verdict, words, points, limit, heaviest)


def _no_answer(filter_: str, error: Exception) -> str:
    return say("{filter} does not answer: {why}", filter=filter_, why=_why(error))


def _why(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired | TimeoutError):
        return say("no answer in time")
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return str(getattr(cause, "strerror", None) or cause)
