"""An OpenID provider with a token service on loopback: it does what a test wants, and remembers what it was asked."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import http.server
import itertools
import json
import secrets
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

PERSON = "jana@cities.example"
CLIENT = "ccmail-app"
SCOPE = "https://mail.cities.example/send"

_KEY = 24  # bytes of chance in a token


@dataclasses.dataclass
class Asked:
    """One request: its path, its form, and the Authorization header."""

    path: str
    form: dict[str, str]
    authorization: str


class Issuer:
    """The running provider.

    Attributes:
        polls: The errors for the next questions with a device code; then the person has consented.
        lifetime: `expires_in`; None leaves it out.
        rotates: Whether each refresh token counts once.
        detects_reuse: Whether one that has counted ends everything when it is shown again (RFC 9700 4.14.2).
        scope: What it grants; None leaves it out.
        person: Who signs in.
        secret: The app's, "" for a public app.
        discovery: Keys of the discovery document that are other than usual; None takes a key away.
        answers: By path, raw answers (status, body) in the place of the usual ones; a body None answers nothing.
        visits: Whether it serves /consent?page=ADDRESS: a person who opens that page, and clicks “Yes” there.
        date: The Date header of its answers, if it is to be a certain one.
        busy: How many of the next questions for tokens it has no time for.
        mailbox: Whose tokens its are, if a server asks (/introspect, RFC 7662).
        padding: Characters that make access tokens as long as those of Microsoft.
    """

    def __init__(self) -> None:
        self.url = ""
        self.polls: list[str] = []
        self.interval: float = 0
        self.lifetime: int | None = 3600
        self.rotates = self.detects_reuse = False
        self.scope: str | None = SCOPE
        self.person = PERSON
        self.secret = ""
        self.error: tuple[str, str] | None = None
        self.discovery: dict[str, Any] = {}
        self.answers: dict[str, tuple[int, str | None]] = {}
        self.mailbox = ""
        self.busy = 0
        self.padding = 0
        self.visits = False
        self.date = ""
        self.asked: list[Asked] = []
        self.released = threading.Event()
        self.refresh_tokens: set[str] = set()
        self.access_tokens: set[str] = set()
        self.used: set[str] = set()
        self.ended: set[str] = set()
        self.secrets: list[str] = []
        self.codes: dict[str, str] = {}  # authorization code: its challenge
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def forms(self, path: str) -> list[dict[str, str]]:
        """Return the forms of all requests to a path."""
        return [asked.form for asked in self.asked if asked.path == path]

    def refreshes(self) -> int:
        """Return how often a refresh token was shown."""
        return sum(form.get("grant_type") == "refresh_token" for form in self.forms("/token"))

    def knows(self, token: str) -> bool:
        """Return whether an access token is good."""
        return token in self.access_tokens and token not in self.ended

    def end_access(self) -> None:
        """End all access tokens that were given so far."""
        self.ended |= self.access_tokens

    def revoke(self) -> None:
        """Take everything back, as an administrator does."""
        self.refresh_tokens.clear()
        self.end_access()

    def permit(self) -> str:
        """Return a new refresh token, as a sign-in gives it."""
        return self._secret("rt", self.refresh_tokens)

    def consented(self, address: str, **other: str) -> str:
        """Return where the browser of somebody who consents is sent from the page at `address`."""
        query = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(_KEY)
        self.secrets.append(code)
        self.codes[code] = query["code_challenge"]
        answer = {"code": code, "state": query["state"], "iss": self.url, **other}
        return f"{query['redirect_uri']}/?{urlencode({key: value for key, value in answer.items() if value})}"

    def _secret(self, kind: str, kept: set[str]) -> str:
        made = (
            f"{kind}-{next(self._numbers)}-{secrets.token_urlsafe(_KEY)}{'x' * (self.padding if kind == 'at' else 0)}"
        )
        kept.add(made)
        self.secrets.append(made)
        return made

    # ── services ──

    def document(self) -> dict[str, Any]:
        usual = {
            "issuer": self.url,
            "token_endpoint": f"{self.url}/token",
            "device_authorization_endpoint": f"{self.url}/device",
            "authorization_endpoint": f"{self.url}/authorize",
            "revocation_endpoint": f"{self.url}/revoke",
        }
        return {key: value for key, value in {**usual, **self.discovery}.items() if value is not None}

    def serve(self, asked: Asked) -> tuple[int, Any]:
        """Return status and JSON of an answer."""
        with self._lock:
            self.asked.append(asked)
            match asked.path:
                case "/.well-known/openid-configuration":
                    return 200, self.document()
                case "/device":
                    code = self._secret("dc", set())
                    return 200, {
                        "device_code": code,
                        "user_code": "WDJB-MJHT",
                        "verification_uri": f"{self.url}/device-page",
                        "expires_in": 900,
                        "interval": self.interval,
                    }
                case "/token":
                    return self._token(asked)
                case "/introspect":
                    active = self.knows(asked.form.get("token", ""))
                    return 200, {"active": active, "username": self.mailbox} if active else {"active": False}
                case "/revoke":
                    self.refresh_tokens.discard(asked.form.get("token", ""))
                    return 200, {}
            return 404, {"error": "not_found"}

    def _token(self, asked: Asked) -> tuple[int, Any]:  # noqa: PLR0911 - one for each answer
        form = asked.form
        if not self._is_our_app(asked):
            return 401, {"error": "invalid_client", "error_description": "the app is not known"}
        if self.error is not None:
            return 400, {"error": self.error[0], "error_description": self.error[1]}
        match form.get("grant_type"):
            case "urn:ietf:params:oauth:grant-type:device_code":
                if self.polls:
                    return 400, {"error": self.polls.pop(0)}
                return 200, self._tokens(refresh=self.permit())
            case "authorization_code":
                challenge = self.codes.pop(form.get("code", ""), "")
                if not challenge or challenge != _challenge(form.get("code_verifier", "")):
                    return 400, {"error": "invalid_grant", "error_description": "no such code"}
                return 200, self._tokens(refresh=self.permit())
            case "refresh_token":
                return self._refreshed(form.get("refresh_token", ""))
        return 400, {"error": "unsupported_grant_type"}

    def _refreshed(self, token: str) -> tuple[int, Any]:
        if token not in self.refresh_tokens:
            if self.detects_reuse and token in self.used:
                self.revoke()
            return 400, {"error": "invalid_grant", "error_description": f"the token {token} was revoked"}
        if not self.rotates:
            return 200, self._tokens(refresh="")
        self.refresh_tokens.discard(token)
        self.used.add(token)
        return 200, self._tokens(refresh=self.permit())

    def _tokens(self, *, refresh: str) -> dict[str, Any]:
        answer = {
            "access_token": self._secret("at", self.access_tokens),
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "refresh_token": refresh or None,
            "scope": self.scope,
            "id_token": _id_token(self.person) if self.person else None,
        }
        return {key: value for key, value in answer.items() if value is not None}

    def _is_our_app(self, asked: Asked) -> bool:
        if self.secret:
            basic = "Basic " + base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
            return asked.authorization == basic
        return asked.form.get("client_id") == CLIENT


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _id_token(person: str) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"preferred_username": person}).encode()).decode().rstrip("=")
    return f"e30.{claims}.c2ln"


class _Handler(http.server.BaseHTTPRequestHandler):
    issuer: Issuer
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def date_time_string(self, timestamp: float | None = None) -> str:
        return self.issuer.date or super().date_time_string(timestamp)

    def _answer(self, body: str) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if self.issuer.visits and path == "/consent":
            with urllib.request.urlopen(self.issuer.consented(query["page"][0])) as page:  # noqa: S310
                self._say(200, page.read().decode())
            return
        form = {key: values[0] for key, values in parse_qs(body).items()}
        asked = Asked(path, form, self.headers.get("Authorization", ""))
        if path == "/token" and self.issuer.busy:
            self.issuer.busy -= 1
            self._say(503, "busy")
        elif path in self.issuer.answers:
            self.issuer.asked.append(asked)
            status, raw = self.issuer.answers[path]
            if raw is None:
                self.issuer.released.wait(60)  # a service that hangs, until the test is over
                return
            self._say(status, raw)
        else:
            status, document = self.issuer.serve(asked)
            self._say(status, json.dumps(document))

    def _say(self, status: int, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        if status in (301, 302, 307):
            self.send_header("Location", f"{self.issuer.url}/elsewhere")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextlib.contextmanager
def issuer_running() -> Iterator[Issuer]:
    """Run an issuer on a port of its own."""
    issuer = Issuer()
    handler = type("Handler", (_Handler,), {"issuer": issuer})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = False
        issuer.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield issuer
        finally:
            issuer.released.set()
            server.shutdown()
            thread.join()
