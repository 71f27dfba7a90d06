"""Web and mail addresses in the form for calendars: absolute, ASCII, percent-encoded."""

from __future__ import annotations

import re
import urllib.parse

LONGEST = 2000

# Most addresses are plain and stay unchanged.
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9!$*+._~-]+@[a-z0-9_.-]+")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE = "%/:@!$&'()*+,;=~-._"
_SAFE_LOCAL = "!$'*+-._~"  # RFC 6068 2: they stand in `mailto:` unencoded


def web_uri(link: str) -> str:
    """Return a web address in ASCII: the host as A-label, the rest percent-encoded (icalendar does neither).

    Raises:
        ValueError: It is not an absolute http or https address, or longer than 2000 characters.
    """
    parts = urllib.parse.urlsplit(_LONE_PERCENT.sub("%25", link.strip()))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"“{link}” is not a web address")
    uri = urllib.parse.urlunsplit(
        (
            parts.scheme,
            _host(parts),
            urllib.parse.quote(parts.path, safe=_SAFE, errors="replace"),
            urllib.parse.quote(parts.query, safe=_SAFE + "?", errors="replace"),
            urllib.parse.quote(parts.fragment, safe=_SAFE + "?", errors="replace"),
        )
    )
    if len(uri) > LONGEST:
        raise ValueError(f"“{link[:40]}…” is longer than {LONGEST} characters")
    return uri


def mail_uri(address: str) -> str:
    """Return a mail address as `mailto:` (RFC 6068): the domain as A-label, the local part percent-encoded.

    Raises:
        ValueError: The local part or the domain is missing, or the domain is not valid.
    """
    if _PLAIN_ADDRESS.fullmatch(address):
        return f"mailto:{address}"
    local, _, domain = address.rpartition("@")
    if not local or not domain:
        raise ValueError(f"“{address}” is not a mail address")
    return f"mailto:{urllib.parse.quote(local, safe=_SAFE_LOCAL, errors='replace')}@{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    """Return a domain in lower case, as A-labels if it is not ASCII.

    Raises:
        ValueError: It is not a domain.
    """
    if not domain.isascii():
        import idna  # noqa: PLC0415 (most domains do not need its tables)

        domain = idna.encode(domain, uts46=True).decode()
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", domain):
        raise ValueError(f"“{domain}” is not a domain")
    return domain.lower()


def _host(parts: urllib.parse.SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else ascii_domain(host)
    return f"{host}:{parts.port}" if parts.port else host
