"""The keys of `serve:`: the public pages of a workspace."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any
from urllib.parse import urlsplit

import pydantic
from pydantic import Field

from ccmail.wording import say
from ccmail.workspace.sign_in import is_safe_address
from ccmail.workspace.yes_no import YesOrNo
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem, Written

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _read_public_url(text: SourceText, _context: ReadContext) -> SourceText:
    """Return the address, without a slash at its end.

    Raises:
        ValueProblem: W900, it is not https (or of this computer), or has a query.
    """
    address = text.strip().rstrip("/")
    # RFC 8058 3.1 requires https
    if not (is_safe_address(address) and address.isascii()):
        raise ValueProblem(
            "W900",
            say("“{address}” cannot be the address of public pages", address=address),
            text.place,
            label=say("https, without ? and #"),
            hint=say("write it like https://newsletter.city.example"),
        )
    return text.moved(address)


def _read_proxy(text: SourceText, _context: ReadContext) -> Network:
    """Return the network of a proxy, given as an address or a network.

    Raises:
        ValueProblem: W901, it is neither.
    """
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise ValueProblem(
            "W901",
            say("“{text}” is no IP address", text=text),
            text.place,
            hint=say("write the address of the proxy: 127.0.0.1, or a network: 10.0.0.0/8"),
        ) from None


def _one_or_many(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


PublicUrl = Annotated[SourceText, FromText(_read_public_url, SourceText, {"type": "string"})]
Proxy = Annotated[Network, FromText(_read_proxy, object, {"type": "string"})]


class ServeSettings(Written):
    """The public pages: unsubscribing, the mail in the browser, the entry for the calendar."""

    public_url: PublicUrl = Field(description="The address under which readers reach the pages: links begin with it")
    proxies: Annotated[
        tuple[Proxy, ...], pydantic.BeforeValidator(_one_or_many, json_schema_input_type=str | tuple[str, ...])
    ] = Field((), description="The proxies whose word counts (X-Forwarded-For): 127.0.0.1, or a network")
    archive: YesOrNo = Field(default=False, description="Whether search engines may show the mails")

    @property
    def host(self) -> str:
        """The name in the Host header, with a port if there is one."""
        return urlsplit(self.public_url).netloc.lower()

    @property
    def path(self) -> str:
        """The path that all addresses begin with; "" if there is none."""
        return urlsplit(self.public_url).path
