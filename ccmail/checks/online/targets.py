"""Whether the targets of links are there: asked with HEAD, few at a time, for a few seconds."""

from __future__ import annotations

import dataclasses
import http
import http.client
import queue
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from ccmail import __version__
from ccmail.calendar.uri import ascii_domain
from ccmail.campaign import find_campaign, load_campaign
from ccmail.checks.online.links import FoundLink, find_links
from ccmail.checks.online.public_web import IsAllowed, NotPublicError, is_public, opener
from ccmail.checks.online.verdict import Verdict
from ccmail.checks.texts.links import unlikely
from ccmail.problems import Mark, Problem, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.workspace import Workspace

SECONDS = 5.0
"""For one answer."""

_AT_ONCE = 4
_MOST_REDIRECTS = 5
_NO_HEAD = (405, 501)
_GONE = (404, 410)
_PRIVATE = (401, 403, 407, 429, 999)  # they want to know who asks: people may get on
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_USUAL_PORTS = (None, 80, 443)
_AGENT = f"ccmail/{__version__} (looks whether links work)"


@dataclasses.dataclass(frozen=True, slots=True)
class LinkAnswer:
    """The answer about one link.

    Attributes:
        words: What the target said.
        status: Its last status code, None without an answer.
        leads_to: Where it led in the end, "" if that is the link itself.
    """

    link: FoundLink
    verdict: Verdict
    words: str
    status: int | None = None
    leads_to: str = ""

    @property
    def problem(self) -> Problem | None:
        """The problem of the link, None if there is none."""
        marks = (Mark(self.link.place),)
        if self.verdict is Verdict.ERROR:
            return Problem(
                "M620",
                say("{url}: {words}", url=self.link.url, words=self.words),
                marks=marks,
                hint=say("correct the link"),
            )
        if self.verdict is Verdict.WARNING:
            message, hint = say("{url}: {words}", url=self.link.url, words=self.words), say("open it in a browser")
            return Problem("M621", message, Severity.WARNING, marks, hint)
        return None


def check_links(workspace: Workspace, names: Sequence[str]) -> tuple[LinkAnswer, ...]:
    """Ask whether the targets of the links in campaigns are there; those at the sender's domain first."""
    read = (load_campaign(find_campaign(workspace, name), workspace)[0] for name in names)
    links = find_links(workspace, [campaign for campaign in read if campaign])
    return ask(links, {workspace.settings.sender.address.rpartition("@")[2]})


def ask(
    links: Sequence[FoundLink],
    own_hosts: Collection[str] = (),
    *,
    seconds: float = SECONDS,
    is_allowed: IsAllowed = is_public,
) -> tuple[LinkAnswer, ...]:
    """Ask the targets of links; a target without an answer in time is “not checked”. Own hosts are asked first.

    Args:
        links: The links.
        own_hosts: The hosts to begin with.
        seconds: For one answer.
        is_allowed: Whether an address may be asked, also by a redirect: a public one, unless a test plays a server.
    """
    waiting: queue.SimpleQueue[FoundLink] = queue.SimpleQueue()
    in_order = sorted(links, key=lambda link: not _is_own(link.url, own_hosts))
    answers = {link: _personal(link) for link in links if link.is_personal}
    asked = [link for link in in_order if not link.is_personal]
    for link in asked:
        waiting.put(link)
    # daemons: a server that says its answer letter by letter does not keep ccmail from ending
    workers = [
        threading.Thread(target=_work, args=(waiting, answers, Once(seconds, is_allowed)), daemon=True)
        for _ in range(min(_AT_ONCE, len(asked)))
    ]
    end = time.monotonic() + seconds * (2 + 2 * len(asked) / _AT_ONCE)
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(max(0.0, end - time.monotonic()))
    done = dict(answers)
    is_connected = any(answer.status is not None for answer in done.values())
    late = (done.get(link) or LinkAnswer(link, Verdict.NOT_CHECKED, _TOO_LATE) for link in in_order)
    return tuple(_judged(answer, is_connected=is_connected) for answer in late)


def _is_own(url: str, own_hosts: Collection[str]) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return any(host == own or host.endswith(f".{own}") for own in own_hosts)


def _personal(link: FoundLink) -> LinkAnswer:
    return LinkAnswer(link, Verdict.NOT_CHECKED, say("each reader has another one"))


def _work(waiting: queue.SimpleQueue[FoundLink], answers: dict[FoundLink, LinkAnswer], once: Once) -> None:
    while True:
        try:
            link = waiting.get_nowait()
        except queue.Empty:
            return
        answers[link] = _follow(link, once)


_UNKNOWN = say("no such host")
_TOO_LATE = say("no answer in time")


def _judged(answer: LinkAnswer, *, is_connected: bool) -> LinkAnswer:
    """Take an unknown host for a mistake only where other hosts have answered: else there may be no network."""
    if answer.words == _UNKNOWN and not is_connected:
        return dataclasses.replace(answer, verdict=Verdict.NOT_CHECKED, words=say("no network, or no such host"))
    return answer


# ── one link ──


class Once:
    """Asks for one page, once, if it is on the public web.

    Args:
        seconds: For each step of an answer.
        is_allowed: Which addresses may be asked.
    """

    def __init__(self, seconds: float, is_allowed: IsAllowed) -> None:
        self._seconds = seconds
        self._opener = opener(is_allowed)

    def __call__(self, method: str, url: str) -> tuple[int, str]:
        """Return status and Location.

        Raises:
            NotPublicError: Only some computers can reach it.
            OSError, http.client.HTTPException, ValueError: There is no answer.
        """
        host = urlsplit(url).hostname or ""
        why = unlikely(url)
        if why and why[1] is Severity.ERROR and not _is_address(host):  # an address is looked at where it is opened
            raise NotPublicError(say("{host} {oddity}", host=host, oddity=why[0]))
        request = urllib.request.Request(_ascii(url), method=method, headers={"User-Agent": _AGENT})  # noqa: S310
        try:
            with self._opener.open(request, timeout=self._seconds) as reply:
                return reply.status, ""
        except urllib.error.HTTPError as reply:
            with reply:
                return reply.code, reply.headers.get("Location", "")


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _follow(link: FoundLink, once: Once) -> LinkAnswer:
    url, permanently = link.url, False
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            status, location = _request(once, url)
            if status not in _REDIRECTS or not location:
                return _answer(link, status, url if url != link.url else "", permanently=permanently)
            url, permanently = urljoin(url, location), status in _PERMANENT
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"}:
                words = say("leads to {url}, which is no web page", url=url)
                return LinkAnswer(link, Verdict.ERROR, words, status)
            if parts.port not in {*_USUAL_PORTS, urlsplit(link.url).port}:
                words = say("leads to {url}: no usual port of a web page", url=url)
                return LinkAnswer(link, Verdict.NOT_CHECKED, words, status)
        words = say("leads on and on, more than {limit} times", limit=_MOST_REDIRECTS)
        return LinkAnswer(link, Verdict.ERROR, words, status, url)
    except NotPublicError as error:
        why = error.words if url == link.url else say("leads to {url}: {why}", url=url, why=error.words)
        return LinkAnswer(link, Verdict.NOT_CHECKED, why)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _without_answer(link, error)


def _request(once: Once, url: str) -> tuple[int, str]:
    """Return status and Location; GET only where HEAD is not known."""
    status, location = once("HEAD", url)
    return once("GET", url) if status in _NO_HEAD else (status, location)


def _ascii(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    place = f"[{host}]" if ":" in host else ascii_domain(host)
    port = f":{parts.port}" if parts.port else ""
    path, query = (quote(part, safe="/%:=&?~#+!$,;'@()*[]-._") for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, place + port, path, query, ""))


def _answer(link: FoundLink, status: int, leads_to: str, *, permanently: bool) -> LinkAnswer:
    said = f"{status} {_phrase(status)}".strip()
    if status in _GONE:
        return LinkAnswer(link, Verdict.ERROR, said, status, leads_to)
    if status in _PRIVATE:
        words = say("{answer}: it wants to know who asks", answer=said)
        return LinkAnswer(link, Verdict.NOT_CHECKED, words, status, leads_to)
    if status >= http.HTTPStatus.BAD_REQUEST:
        return LinkAnswer(link, Verdict.WARNING, said, status, leads_to)
    if leads_to and permanently:
        said = say("{answer}, leads for good to {url}", answer=said, url=leads_to)
    elif leads_to:
        said = say("{answer}, leads to {url}", answer=said, url=leads_to)
    return LinkAnswer(link, Verdict.OK, said, status, leads_to)


def _phrase(status: int) -> str:
    return http.HTTPStatus(status).phrase if status in set(http.HTTPStatus) else ""


def _without_answer(link: FoundLink, error: Exception) -> LinkAnswer:
    return LinkAnswer(link, *_excuse(error.reason if isinstance(error, urllib.error.URLError) else error))


def _excuse(cause: BaseException | str) -> tuple[Verdict, str]:
    match cause:
        case ssl.SSLCertVerificationError():
            return Verdict.ERROR, say("it cannot prove who it is: {why}", why=cause.verify_message)
        case socket.gaierror(errno=socket.EAI_NONAME):
            return Verdict.ERROR, _UNKNOWN
        case ConnectionError():
            return Verdict.WARNING, say("it does not take connections")
        case ValueError() | http.client.InvalidURL():
            return Verdict.ERROR, say("it is no address of a web page")
        case TimeoutError():
            return Verdict.NOT_CHECKED, _TOO_LATE
        case _:
            return Verdict.NOT_CHECKED, str(getattr(cause, "strerror", None) or cause or "") or say("no answer")
