"""Queries to the DNS. The only door to dnspython, which is an extra."""

from __future__ import annotations

import ipaddress

from ccmail.problems import UsageError
from ccmail.wording import say

_SECONDS = 3.0  # for one query, over all name servers of this computer
_PORT = 53


class Unanswered(Exception):
    """The DNS gave no answer, neither a good nor a bad one."""

    def __init__(self, words: str, repair: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.repair = repair


class Names:
    """Asks the DNS for TXT records.

    After one timeout it asks no more: without a network, people must not wait for every single query.

    Args:
        server: An address, with a port or without; None for the name servers of this computer.

    Raises:
        UsageError: The address of the server is invalid.
    """

    def __init__(self, server: str | None = None) -> None:
        self._server = _address(server) if server else None
        self._silent: Unanswered | None = None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the TXT records of a name, each in one piece; none if the name has none or is not there.

        Raises:
            Unanswered: There is no answer.
        """
        if self._silent is not None:
            raise self._silent
        try:
            import dns.exception  # noqa: PLC0415 - an extra
            import dns.resolver  # noqa: PLC0415
        except ImportError:
            raise Unanswered(
                say("asking the DNS needs dnspython"), say("pip install 'ccmail[{name}]'", name="dns")
            ) from None
        try:
            resolver = dns.resolver.Resolver(configure=self._server is None)
            resolver.lifetime = _SECONDS
            if self._server is not None:
                resolver.nameservers, resolver.port = [self._server[0]], self._server[1]
            answer = resolver.resolve(name, "TXT", search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.exception.Timeout:
            self._silent = Unanswered(say("no name server answers"), say("is this computer connected to the network?"))
            raise self._silent from None
        except dns.resolver.NoResolverConfiguration:
            raise Unanswered(
                say("this computer knows no name server"), say("is it connected to the network?")
            ) from None
        except (dns.exception.DNSException, OSError):
            words = say("the name servers give no answer about {name}", name=name)
            raise Unanswered(words, say("try again later")) from None
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)


def _address(written: str) -> tuple[str, int]:
    host, colon, port = written.rpartition(":")
    if not colon or "]" in port or (host.count(":") and not host.endswith("]")):
        host, port = written, str(_PORT)
    try:
        return str(ipaddress.ip_address(host.strip("[]"))), int(port)
    except ValueError:
        raise UsageError(
            say("“{written}” is not the address of a name server", written=written),
            code="W726",
            hint=say("like 192.0.2.1:53"),
        ) from None
