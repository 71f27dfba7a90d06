"""A receiver's side of one-click unsubscribing (RFC 8058), written from the RFC and the standard library alone.

It shares no code with ccmail: it reads the raw mail, and sends the request as a mail provider does.
"""

from __future__ import annotations

import email.parser
import email.policy
import http.client
import re
import urllib.parse
import uuid
from typing import NamedTuple


class OneClick(NamedTuple):
    """What a mail offers (RFC 8058 3.1): an https link, and the body of the request."""

    link: str
    body: str


def offered(raw: bytes) -> OneClick:
    """Return what a raw mail offers; fails where a receiver would show no button."""
    mail = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw)
    lists, posts = mail.get_all("List-Unsubscribe", []), mail.get_all("List-Unsubscribe-Post", [])
    assert len(lists) == len(posts) == 1
    links = re.findall(r"<([^<>]*)>", re.sub(r"\s+", "", lists[0]))
    https = [link for link in links if link.lower().startswith("https:")]
    assert len(https) == 1  # "one HTTPS URI"
    assert posts[0].strip() == "List-Unsubscribe=One-Click"  # "the single key/value pair"
    return OneClick(https[0], posts[0].strip())


def press(offer: OneClick, host: str, port: int, *, multipart: bool) -> int:
    """Send the POST to the server behind the link, without cookies, login or redirects; return the status."""
    parts = urllib.parse.urlsplit(offer.link)
    kind, body = "application/x-www-form-urlencoded", offer.body.encode()
    if multipart:
        name, value = offer.body.split("=")
        edge = uuid.uuid4().hex
        kind = f"multipart/form-data; boundary={edge}"
        body = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--{edge}--\r\n'.encode()
    line = http.client.HTTPConnection(host, port, timeout=60)  # the proxy has undone the encryption
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        line.putrequest("POST", target, skip_host=True, skip_accept_encoding=True)
        for field, text in (("Host", parts.netloc), ("Content-Type", kind), ("Content-Length", str(len(body)))):
            line.putheader(field, text)
        line.endheaders(body)
        return line.getresponse().status
    finally:
        line.close()
