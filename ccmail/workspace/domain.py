"""Domains of mail addresses, and the selectors of their keys."""

from __future__ import annotations

import re
from typing import Annotated, Any

import pydantic

from ccmail.wording import say
from ccmail.workspace.rate import MailRate
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_SELECTOR = re.compile(r"(?!.{254})[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


def read_domain(text: SourceText, _context: ReadContext) -> SourceText:
    """Return the domain in lower case and as A-labels (xn--…), as `ccmail.audience.to_ascii` writes it.

    Raises:
        ValueProblem: It is not a domain.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - few workspaces name domains

    try:
        found = validate_email(f"x@{text.strip()}", check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError):
        near = text.strip().rpartition("@")[2]
        raise ValueProblem(
            "W760",
            say("“{text}” is not a domain", text=text),
            text.place,
            label=say("did you mean “{near}”?", near=near) if near != text.strip() else "",
            hint=say("write what stands behind the @ of an address, like gmail.com"),
        ) from None
    return text.moved(found.ascii_domain)


def read_selector(text: SourceText, _context: ReadContext) -> SourceText:
    """Return a selector, the name of one of a domain's keys, in lower case (RFC 6376 3.1).

    Raises:
        ValueProblem: It is not a selector.
    """
    selector = text.strip().lower()
    if not _SELECTOR.fullmatch(selector):
        near = selector.partition("._domainkey")[0]
        raise ValueProblem(
            "W766",
            say("“{text}” is not a selector", text=text),
            text.place,
            label=say("did you mean “{near}”?", near=near) if _SELECTOR.fullmatch(near) else "",
            hint=say("letters, digits, “-”: what stands before ._domainkey in the DNS"),
        )
    return text.moved(selector)


def _written_once(rates: Any, handler: pydantic.ValidatorFunctionWrapHandler) -> Any:
    read = handler(rates)
    if len(read) == len(rates):
        return read
    seen: set[str] = set()
    for written in rates:
        domain = str(read_domain(written, {}))
        if domain in seen:
            raise ValueProblem(
                "C203", say("“{key}” is written twice", key=domain), written.place, hint=say("keep one of them")
            )
        seen.add(domain)
    return read


Domain = Annotated[SourceText, FromText(read_domain, SourceText, {"type": "string"})]
"""A domain in the form that servers use."""

Selector = Annotated[SourceText, FromText(read_selector, SourceText, {"type": "string"})]
"""The name of a key in the DNS."""

DomainRates = Annotated[dict[Domain, MailRate], pydantic.WrapValidator(_written_once)]
"""Rates by domain."""
