"""The verdict on something that another computer was asked about."""

from __future__ import annotations

import enum


class Verdict(enum.Enum):
    """An error keeps mails from being sent, from arriving, or from being of use."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    NOT_CHECKED = "not checked"
