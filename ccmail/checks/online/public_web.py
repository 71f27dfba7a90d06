"""The web as everybody sees it: connections to public addresses only, whatever a name or a redirect says.

Who writes a text, or owns a page that it links to, must not have this computer ask others in its own network. So a
name is looked up once, all its addresses are looked at, and the connection goes to one of these: a second look-up
could say something else (DNS rebinding).
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import urllib.request
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from ccmail.wording import say

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
IsAllowed: TypeAlias = Callable[[Address], bool]

_UNICAST = ipaddress.IPv6Network("2000::/3")  # RFC 4291: all that is public today
_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")  # RFC 6890; older releases of Python call most of it public
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


class NotPublicError(Exception):
    """A host is not on the public web; the words say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def is_public(address: Address) -> bool:
    """Return whether an address belongs to no private network, this computer, or nobody at all."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and address not in _PROTOCOLS
    inside = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inside is not None:
        return is_public(inside)
    return address in _UNICAST and address.is_global


def open_socket(host: str, port: int, timeout: float | None, is_allowed: IsAllowed) -> socket.socket:
    """Connect to a host, if all its addresses are allowed.

    Raises:
        NotPublicError: One of them is not.
        OSError: There is no such host, or it does not take connections.
    """
    found = _look_up(host, port)
    _refuse(host, found, is_allowed)
    failure: OSError = ConnectionError()
    for family, place in found:
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.settimeout(timeout)
            line.connect(place)
        except OSError as error:
            line.close()
            failure = error
        else:
            return line
    raise failure


def _look_up(host: str, port: int) -> list[tuple[int, Any]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, place) for family, _, _, _, place in found]


def _refuse(host: str, found: list[tuple[int, Any]], is_allowed: IsAllowed) -> None:
    for _, place in found:
        if not is_allowed(ipaddress.ip_address(place[0])):
            words = say("{host} is {address}, which only some computers can reach", host=host, address=place[0])
            raise NotPublicError(words)


class _Http(http.client.HTTPConnection):
    is_allowed: IsAllowed = staticmethod(is_public)

    def connect(self) -> None:
        """Connect to an address that was looked at."""
        self.sock = open_socket(self.host, self.port, self.timeout, self.is_allowed)


class _Https(http.client.HTTPSConnection, _Http):
    """Encrypts what `_Http` has connected."""


class _Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Opens connections of its own; those to a proxy, which is in this network, once its target was looked at."""

    def __init__(self, is_allowed: IsAllowed) -> None:
        super().__init__()
        self._is_allowed = is_allowed

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a web page."""
        return self.do_open(self._connection(request, _Http, http.client.HTTPConnection), request)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Open an encrypted web page."""
        return self.do_open(self._connection(request, _Https, http.client.HTTPSConnection), request)

    def _connection(self, request: urllib.request.Request, own: Any, of_proxy: Any) -> Any:
        if not (request.has_proxy() or getattr(request, "_tunnel_host", None)):
            return type(own.__name__, (own,), {"is_allowed": staticmethod(self._is_allowed)})
        host = urlsplit(request.full_url).hostname or ""
        with contextlib.suppress(OSError):  # behind a proxy there may be no other names than those of the network
            _refuse(host, _look_up(host, 0), self._is_allowed)
        return of_proxy


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves it to us to go on."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def opener(is_allowed: IsAllowed = is_public) -> urllib.request.OpenerDirector:
    """Return an opener of web pages: without cookies, passwords, files or redirects."""
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Handler(is_allowed),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        _NoRedirect(),
    ):
        made.add_handler(handler)
    return made
