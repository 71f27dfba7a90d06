"""The log of a worker: one line for each event, as JSON for programs or as a short text for people.

No line has an address, a password or a connection string in it, also where a library's error repeats one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import math
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TextIO

_INSTEAD = "…"
_LONGEST = 2000  # characters of one value

# Each looks at a text once: a server can say a lot.
_HIDDEN = (
    (re.compile(r"\b[a-z][a-z0-9+.-]{0,30}://\S*?(?:@|%40)\S*", re.IGNORECASE), _INSTEAD),
    (re.compile(r"\bpostgres(?:ql)?(?:\+\w+)?://\S*", re.IGNORECASE), _INSTEAD),
    (
        # password=…, 'sslpassword': '…'; not “password authentication failed”
        re.compile(
            r"((?:password|passwd|passphrase|pwd|secret|token)\w*['\"]?\s*[=:]\s*)"
            r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s,;&)]+)",
            re.IGNORECASE,
        ),
        rf"\1{_INSTEAD}",
    ),
    (
        re.compile(r"(?:\"[^\"]{0,300}\"|(?<![^\s<>\"(),;:=\[\]])[^\s<>\"(),;:=\[\]]+)(?:@|%40)[^\s<>\"(),;:]+"),
        _INSTEAD,
    ),
)


class Log:
    """Writes lines. Threads may share it; a stream that cannot be written costs lines, and stops nobody.

    Args:
        stream: Where the lines go.
        form: JSON or text; None chooses text for a terminal, and JSON otherwise.
        clock: Gives the seconds since 1970.
    """

    def __init__(
        self, stream: TextIO, form: Literal["json", "text"] | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.worker: int | None = None
        """The worker's id in the ledger, once it has one."""
        self._stream = stream
        self._line = _as_text if (form or ("text" if stream.isatty() else "json")) == "text" else _as_json
        self._clock = clock
        self._computer = {"host": socket.gethostname(), "pid": os.getpid()}
        self._cleaners: list[Callable[[str], str]] = []
        self._lock = threading.RLock()  # a signal's handler may write while its thread is writing

    def also_clean(self, cleaner: Callable[[str], str]) -> None:
        """Let further texts be hidden from now on, for example by `Server.without_password`."""
        self._cleaners.append(cleaner)

    def info(self, event: str, /, **fields: Any) -> None:
        """Write an event of everyday life, such as `batch_done`, with what belongs to it."""
        self._write("info", event, fields)

    def warning(self, event: str, /, **fields: Any) -> None:
        """Write an event that somebody should look at, some day."""
        self._write("warning", event, fields)

    def error(self, event: str, /, **fields: Any) -> None:
        """Write an event that somebody has to look at."""
        self._write("error", event, fields)

    @contextlib.contextmanager
    def of_libraries(self) -> Iterator[None]:
        """Write what libraries log, from warnings on, in the same form, inside the `with` block."""
        handler = LogHandler(self)
        logging.getLogger().addHandler(handler)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(handler)

    def _write(self, level: str, event: str, fields: Mapping[str, Any]) -> None:
        now = self._clock()
        about = {"level": level, "event": event, **self._computer, "worker": self.worker}
        line = self._line(now, about, {name: self._plain(value) for name, value in fields.items() if name not in about})
        with self._lock, contextlib.suppress(OSError, ValueError):  # full, or closed
            self._stream.write(f"{line}\n")
            self._stream.flush()

    def _plain(self, value: Any) -> Any:
        """Return a value as JSON can have it, without what must not be shown."""
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        if isinstance(value, Mapping):
            return {self._clean(str(name)): self._plain(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._plain(inner) for inner in value]
        return self._clean(str(value))

    def _clean(self, text: str) -> str:
        for cleaner in self._cleaners:
            text = cleaner(text)
        for pattern, instead in _HIDDEN:
            text = pattern.sub(instead, text)
        return text if len(text) <= _LONGEST else text[:_LONGEST] + _INSTEAD


class LogHandler(logging.Handler):
    """Hands records of libraries over to a log: procrastinate's, aiosmtplib's, asyncio's."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; of an exception its words and the place that raised it, which hold no values."""
        try:
            fields = {"logger": record.name, "message": record.getMessage()}
        except (TypeError, ValueError):  # words and values that do not fit together
            fields = {"logger": record.name, "message": str(record.msg)}
        if record.exc_info and (error := record.exc_info[1]) is not None:
            fields |= {"error": f"{type(error).__name__}: {error}", "raised_in": _place(error)}
        write = self._log.error if record.levelno >= logging.ERROR else self._log.warning
        write("library", **fields)


def _place(error: BaseException) -> str:
    """Return the file, without its folder, and the line at which an exception was raised."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _as_json(seconds: float, about: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"ts": moment, **about, **fields}, ensure_ascii=False)


def _as_text(seconds: float, about: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    """Return a line such as “14:03:22 batch done: campaign spring, 500 people, 498 accepted”, by the local clock."""
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC).astimezone()
    level = "" if about["level"] == "info" else f"{about['level'].upper()} "
    text = ", ".join(_phrase(name.replace("_", " "), value) for name, value in fields.items() if value is not None)
    line = f"{moment:%H:%M:%S} {level}{about['event'].replace('_', ' ')}{': ' if text else ''}{text}"
    return "".join(character if character.isprintable() else " " for character in line)


def _phrase(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return name if value else f"not {name}"
    if isinstance(value, int | float):
        return f"{value:,} {name}" if isinstance(value, int) else f"{value:,.1f} {name}"
    if isinstance(value, list):
        return f"{name} {' '.join(map(str, value))}"
    return f"{name} {value}"
