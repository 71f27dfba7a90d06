"""A look at what the public pages need before they run: one finding for each thing, with its repair.

Nothing is changed, and nobody else is asked unless it is wanted.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import re
import socket
import ssl
import urllib.error
import urllib.request
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from ccmail.doctor import Area, Finding, Verdict
from ccmail.ledger import MAY_HAVE_IT, SendingKind, has_receipts, open_ledger
from ccmail.ledger.pseudonym import is_erased
from ccmail.messages.identity import LinkPurpose, link_tokens, unsubscribe_tokens
from ccmail.problems import CcmailError, UsageError
from ccmail.sending.frozen_mails import frozen_mails
from ccmail.web.server import LOCAL, listen
from ccmail.web.site import HEALTHY, needed_serve
from ccmail.wording import say
from ccmail.wording.system import words_of
from ccmail.workspace.key import has_link_key, link_keys
from ccmail.workspace.placeholders import find_placeholder
from ccmail.workspace.sign_in import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.ledger.store import Ledger
    from ccmail.workspace import ServeSettings, Workspace
    from ccmail.yamlfile import Localized

_FINDING = functools.partial(Finding, Area.PUBLIC)
_PATIENCE = 10.0  # seconds for an answer from outside
_MOMENT = 2.0  # seconds for one of this computer
_WEB_LINK = re.compile(r"<(https?://[^>]+)>")
_COPY = say("put .ccmail/unsubscribe.key back from a copy, or name the old one in unsubscribe.previous_key")


def examine_site(workspace: Workspace, *, host: str, port: int, online: bool = False) -> Iterator[Finding]:
    """Yield the findings, one after the other.

    Args:
        workspace: Its settings say what is looked at.
        host: Where the server is to listen.
        port: Where the server is to listen.
        online: Whether to ask the public address for an answer.

    Raises:
        UsageError: W902, ccmail.yaml has no `serve:`.
    """
    serve = needed_serve(workspace)
    yield _public_address(serve)
    yield from _ledger_and_key(workspace, serve)
    yield _own_words(workspace, "imprint", workspace.settings.footer.imprint)
    yield _own_words(workspace, "privacy", workspace.settings.footer.privacy)
    yield _ways_out(workspace, serve)
    yield _proxy(serve, host)
    yield _port(serve, host, port)
    yield (
        _from_outside(serve)
        if online
        else _FINDING("answer from outside", Verdict.NOT_CHECKED, say("ask for it with --online, once the pages run"))
    )


def _public_address(serve: ServeSettings) -> Finding:
    if is_loopback(serve.public_url):
        words = say("{url}: only this computer can open the links", url=serve.public_url)
        repair = say("write the address of your server into serve.public_url before mails leave")
        return _FINDING("public address", Verdict.WARNING, words, repair)
    return _FINDING("public address", Verdict.OK, say("links begin with {url}", url=serve.public_url))


def _ledger_and_key(workspace: Workspace, serve: ServeSettings) -> Iterator[Finding]:
    if workspace.settings.ledger is None and not workspace.ledger_file.exists():
        if has_receipts(workspace.state):
            words = say("it is gone: mails were sent from here")
            yield _FINDING("ledger", Verdict.ERROR, words, say("put .ccmail back from a copy"))
        else:
            yield _FINDING("ledger", Verdict.OK, say("there is none yet; the first sending makes it"))
        yield _key(workspace, is_used=False)
        return
    try:
        with open_ledger(workspace.ledger_place) as ledger:
            ledger.refuse_read_only()
            yield _FINDING("ledger", Verdict.OK, say("it can be read and written"))
            sent = _sent_link(workspace, ledger)
            yield _key(workspace, is_used=bool(sent))
            yield (
                _sent_links(workspace, serve, *sent)
                if sent
                else _FINDING("links in sent mails", Verdict.NOT_CHECKED, say("no mail with such a link was sent yet"))
            )
    except CcmailError as error:
        yield _FINDING("ledger", Verdict.ERROR, error.message, error.hint)


def _key(workspace: Workspace, *, is_used: bool) -> Finding:
    if not has_link_key(workspace):
        if is_used:
            return _FINDING("key of the links", Verdict.ERROR, say("it is gone: no link in a sent mail works"), _COPY)
        return _FINDING("key of the links", Verdict.OK, say("there is none yet; the first plan makes it"))
    try:
        keys = link_keys(workspace)
    except CcmailError as error:
        return _FINDING("key of the links", Verdict.ERROR, error.message, error.hint)
    words = say("it can be read, and is private")
    if len(keys) > 1:
        words = say("it can be read, and is private; so is the one before it")
    return _FINDING("key of the links", Verdict.OK, words)


def _sent_link(workspace: Workspace, ledger: Ledger) -> tuple[str, str, str] | None:
    """Return campaign, address key and unsubscribe link of one mail of the last sending that has such links."""
    kind = SendingKind.SMTP if workspace.sends_for_real else SendingKind.OUTBOX
    for sending in ledger.sendings():
        if sending.delivery is not kind:
            continue
        row = next((row for row in ledger.rows(sending, *MAY_HAVE_IT) if not is_erased(row.key)), None)
        if row is None:
            continue
        claim = ledger.claim_at(sending, row.position)
        chunks = frozen_mails(ledger, sending)(claim, claim.date or sending.started_at)
        mail = message_from_bytes(b"".join(chunks), policy=policy.default)
        if found := _WEB_LINK.search(str(mail["List-Unsubscribe"] or "")):
            return sending.campaign, row.key, found[1]
    return None


def _sent_links(workspace: Workspace, serve: ServeSettings, campaign: str, key: str, link: str) -> Finding:
    """Compare the token in a link of a sent mail with those that the keys make today."""
    what = "links in sent mails"
    if not has_link_key(workspace):
        return _FINDING(what, Verdict.ERROR, say("without their key, none of them works"), _COPY)
    try:
        keys = link_keys(workspace)
    except CcmailError as error:
        return _FINDING(what, Verdict.NOT_CHECKED, error.message)
    token = link.rpartition("/")[2]
    list_address = workspace.settings.sender.address
    made = [
        {link_tokens(secret, LinkPurpose.UNSUBSCRIBE, campaign)(key), unsubscribe_tokens(secret, list_address)(key)}
        for secret in keys
    ]
    if not any(token in tokens for tokens in made):
        words = say("those of “{campaign}” were signed with another key, and do not work", campaign=campaign)
        return _FINDING(what, Verdict.ERROR, words, _COPY)
    ours = (serve.public_url, workspace.settings.unsubscribe.url or serve.public_url)
    if not link.startswith(tuple(f"{each.rstrip('/')}/" for each in ours)):
        place = link.removesuffix(f"/{token}")
        words = say("those of “{campaign}” lead to {url}, where new ones do not", campaign=campaign, url=place)
        repair = say("let that address lead here for as long as people have these mails, with a redirect of status 308")
        return _FINDING(what, Verdict.WARNING, words, repair)
    if token not in made[0]:
        return _FINDING(what, Verdict.OK, say("they are signed with the key of before, which still counts"))
    return _FINDING(what, Verdict.OK, say("they are signed with the key of today"))


def _own_words(workspace: Workspace, what: str, texts: Localized) -> Finding:
    found = next(filter(None, (find_placeholder(text) for _, text in texts)), "")
    field = f"footer.{what}"
    if found:
        words = say("{field} still has an example: “{example}”", field=field, example=found)
        verdict = Verdict.ERROR if workspace.sends_for_real else Verdict.WARNING
        return _FINDING(what, verdict, words, say("write your own {field} into ccmail.yaml", field=field))
    return _FINDING(what, Verdict.OK, say("the end of each page has {field}", field=field))


def _ways_out(workspace: Workspace, serve: ServeSettings) -> Finding:
    what = "links to unsubscribe"
    url = workspace.settings.unsubscribe.url
    if url is None:
        return _FINDING(what, Verdict.OK, say("they lead to these pages"))
    if f"{url}/".startswith(f"{serve.public_url}/"):
        return _FINDING(what, Verdict.OK, say("they lead to these pages, by unsubscribe.url"))
    words = say(
        "they lead to {url}, for unsubscribe.url says so; all other links of readers lead to {public}",
        url=url,
        public=serve.public_url,
    )
    repair = say("remove unsubscribe.url, unless that page goes on to unsubscribe people")
    return _FINDING(what, Verdict.WARNING, words, repair)


def _proxy(serve: ServeSettings, host: str) -> Finding:
    if serve.proxies:
        proxies = tuple(map(str, serve.proxies))
        return _FINDING("proxy", Verdict.OK, say("the word of {proxies} on visitors counts", proxies=proxies))
    if host in LOCAL and not is_loopback(serve.public_url):
        words = say("all visitors share one limit: the pages see the address of your proxy only")
        return _FINDING("proxy", Verdict.WARNING, words, say("write “proxies: 127.0.0.1” below “serve:”"))
    return _FINDING("proxy", Verdict.OK, say("none has a say: the limits count the addresses that ask"))


def _port(serve: ServeSettings, host: str, port: int) -> Finding:
    at = f"{host}:{port}"
    try:
        listen(host, port).close()
    except UsageError as error:
        if _answers(serve, host, port):
            return _FINDING("port", Verdict.OK, say("these pages run already at {at}", at=at))
        return _FINDING("port", Verdict.ERROR, error.message, error.hint)
    return _FINDING("port", Verdict.OK, say("{at} is free", at=at))


def _answers(serve: ServeSettings, host: str, port: int) -> bool:
    """Return whether public pages run there already."""
    line = http.client.HTTPConnection(host, port, timeout=_MOMENT)
    with contextlib.closing(line), contextlib.suppress(OSError, http.client.HTTPException):
        line.request("GET", f"{serve.path}/health", headers={"Host": serve.host})
        return _is_ours(line.getresponse())
    return False


def _from_outside(serve: ServeSettings) -> Finding:
    """Ask the public address. Without a network it is not checked; a wrong answer is an error."""
    what, url = "answer from outside", f"{serve.public_url}/health"
    try:
        with urllib.request.build_opener(_NoRedirect).open(url, timeout=_PATIENCE) as answer:  # by W900, it is http(s)
            is_ours = _is_ours(answer)
            status = answer.status
    except urllib.error.HTTPError as refusal:
        refusal.close()
        is_ours, status = False, refusal.code
    except (OSError, http.client.HTTPException) as error:
        return _without_answer(what, url, getattr(error, "reason", error))
    if is_ours:
        return _FINDING(what, Verdict.OK, say("{url} is answered by these pages", url=url))
    words = say("{url} is answered by something else (status {status})", url=url, status=status)
    return _FINDING(what, Verdict.ERROR, words, say("let the proxy pass this name on to ccmail serve, with its Host"))


def _without_answer(what: str, url: str, reason: object) -> Finding:
    if isinstance(reason, ssl.SSLCertVerificationError):
        words = say("the certificate of {url} is not right: {why}", url=url, why=reason.verify_message)
        return _FINDING(what, Verdict.ERROR, words, say("let the proxy renew its certificate"))
    if isinstance(reason, ConnectionRefusedError):
        words = say("nobody listens at {url}", url=url)
        return _FINDING(what, Verdict.ERROR, words, say("start the proxy, and open its port in the firewall"))
    if isinstance(reason, TimeoutError | socket.timeout):
        return _FINDING(what, Verdict.NOT_CHECKED, say("{url} has not answered within 10 seconds", url=url))
    why = words_of(reason) if isinstance(reason, OSError) else str(reason)
    return _FINDING(what, Verdict.NOT_CHECKED, say("{url} cannot be asked: {why}", url=url, why=why))


def _is_ours(answer: http.client.HTTPResponse) -> bool:
    return answer.status == http.client.OK and answer.read(len(HEALTHY) + 1).decode(errors="replace") == HEALTHY


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A mail program that unsubscribes follows none (RFC 8058 3.2)."""

    def redirect_request(self, *_args: object) -> None:
        return None
