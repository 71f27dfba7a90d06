"""The keys of `retry:`, the same for every way to send."""

from __future__ import annotations

from pydantic import Field

from ccmail.workspace.duration import Duration, WaitRange
from ccmail.yamlfile import Written


class RetrySettings(Written):
    """The waits before something is tried again."""

    server: WaitRange = Field(
        "2s..300s", validate_default=True, description="First and longest wait after the server was in trouble"
    )
    recipient: WaitRange = Field(
        "1m..30m", validate_default=True, description="First and longest wait before somebody is tried again"
    )
    patience: Duration = Field("15m", validate_default=True, description="How long a run goes on trying")
    breaker: int = Field(
        5, ge=0, description="A run stops after so many refusals in a row that are about us, not the readers; 0: never"
    )
