"""The keys of `graph:`: sending through Microsoft Graph, for organisations that have SMTP switched off."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import pydantic
from pydantic import Field

from ccmail.wording import say
from ccmail.workspace.duration import Duration
from ccmail.workspace.per_day import MailsPerDay
from ccmail.workspace.rate import MailRate
from ccmail.workspace.retry import RetrySettings
from ccmail.workspace.sending_hours import Hours
from ccmail.workspace.sign_in import GOOGLE, SignIn, is_safe_address
from ccmail.yamlfile import FromText, MailAddress, ReadContext, SourceText, ValueProblem, Written

MOST_REQUESTS = 4
"""At the same time, for one app and one mailbox: https://learn.microsoft.com/graph/throttling-limits (Outlook)."""


def _read_service(text: SourceText, _context: ReadContext) -> SourceText:
    """Return the address of the service, without a slash at its end: tokens go there, so nobody may listen.

    Raises:
        ValueProblem: W888, it is not https (or of this computer), or has a query.
    """
    address = text.strip().rstrip("/")
    if not is_safe_address(address):
        raise ValueProblem(
            "W888",
            say("“{address}” is no address of Microsoft Graph", address=address),
            text.place,
            label=say("https, without ? and #"),
            hint=say("take this line out: https://graph.microsoft.com/v1.0 is right, but for clouds of their own"),
        )
    return text.moved(address)


ServiceAddress = Annotated[SourceText, FromText(_read_service, SourceText, {"type": "string"})]


class GraphTimeouts(Written):
    """The time to wait for Microsoft Graph."""

    connect: Duration = Field("30s", validate_default=True, description="For the connection")
    answer: Duration = Field("300s", validate_default=True, description="For the answer to a whole mail")


class GraphSettings(Written):
    """Microsoft Graph; used only when `delivery` is graph."""

    user: MailAddress = Field(description="The mailbox that sends")
    login: SignIn = Field(description="Signing in by OAuth 2.0; Microsoft Graph knows no passwords")
    address: ServiceAddress = Field(
        "https://graph.microsoft.com/v1.0", validate_default=True, description="Where the service is"
    )
    rate: MailRate = Field("30 per minute", validate_default=True, description="30 per minute is what Exchange takes")
    per_day: MailsPerDay = Field(
        "10000", validate_default=True, description="How many mails at most in 24 hours, tests included: 2000, none"
    )
    hours: Hours = Field(None, description="The hours of the day in which mails leave: 8-18; without it: all")
    connections: int = Field(MOST_REQUESTS, ge=1, le=MOST_REQUESTS, description="Mails under way at the same time")
    timeouts: GraphTimeouts = Field(default_factory=GraphTimeouts, description="How long to wait for answers")
    retry: RetrySettings = Field(
        default_factory=RetrySettings, description="How to go on when something does not work at once"
    )

    @pydantic.field_validator("login")
    @classmethod
    def _is_not_googles(cls, value: SignIn) -> SignIn:
        if value.oauth == GOOGLE:
            raise ValueProblem(
                "W888",
                say("Microsoft Graph takes no sign-in of Google"),
                value.oauth.place,
                hint=say("write microsoft; for Google: “delivery: smtp”"),
            )
        return value

    @property
    def host(self) -> str:
        """The name of the service, without a port."""
        return urlsplit(self.address).hostname or ""
