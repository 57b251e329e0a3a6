#!/usr/bin/env python3
"""A service with OAuth 2.0 on the loopback, which treats tokens as a real one would: each way that is known of.

    provider.py [--port 0] [--set NAME=VALUE]...

prints its address, and then serves. What --set takes, POST /control takes as a JSON object while it runs:

policy          none, strict, timed:SECONDS[:COUNT], until-new-refresh-used[:CAP], until-new-access-used[:EXTRA[:CAP]],
                idempotent, calendar:SECONDS, maybe
family          whether an old refresh token, sent again, ends the whole grant
old_access_dies whether a refresh ends the old access token
access_stays    whether a refresh brings the access token that still lives again
after_expiry    whether it refuses a refresh while the access token lives ("token not expired")
access_lifetime, refresh_lifetime, code_lifetime   in seconds
expired_status  by which the API says that a token has ended: 401, 403, 200
authorize       what /authorize answers: code, deny, foreign (another state), page (it waits for a click)
fault           what goes wrong at /token: drop (rotates, and hangs up), lose (hangs up), 500, html (rotates), slow
                (rotates), truncated (rotates), 429, hold (rotates, and waits for {"release": true})
times           how often it does; -1 is always
seconds         how long `slow` takes
access_token    hands out this one in place of one of its own
scope           the scope that it says it gave
says            the error_description of every refusal at /token
end_access      true ends all access tokens at once; of /control alone

/authorize, /token, /renew (of OAuth 1.0a), /revoke, /api/me, /api/echo, /api/bytes, /api/nothing (204), /api/redirect?to=URL are the service's;
/counters tells what came, /issued every token.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import json
import secrets
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

CLIENT_ID = "demo-client"
CLIENT_SECRET = "demo-SECRET-of-the-client"
DEFAULTS = {
    "policy": "strict",
    "family": False,
    "old_access_dies": False,
    "access_stays": False,
    "after_expiry": False,
    "access_lifetime": 3600.0,
    "refresh_lifetime": 0.0,
    "code_lifetime": 60.0,
    "expired_status": 401,
    "authorize": "code",
    "fault": "",
    "times": 1,
    "seconds": 2.0,
    "access_token": "",
    "scope": "",
    "says": "",
}


class Refused(Exception):
    """An answer with an error of RFC 6749 §5.2."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "error_description": description}


@dataclass
class Access:
    value: str
    grant: Grant
    ends: float
    parent: str = ""
    dead: bool = False


@dataclass
class Refresh:
    value: str
    issued: float
    parent: str = ""
    replaced: float | None = None
    uses: int = 0
    #: When a token that it brought was used: a refresh token, an access token.
    refresh_used: float | None = None
    access_used: float | None = None
    #: The pair that it brought first.
    answer: dict | None = None


@dataclass
class Grant:
    scope: str = ""
    refreshes: dict[str, Refresh] = field(default_factory=dict)
    access: Access | None = None
    count: int = 0
    dead: bool = False


class Service:
    """What the service remembers. One thread at a time, by the lock."""

    def __init__(self, settings: dict) -> None:
        self.lock = threading.Lock()
        self.settings = DEFAULTS | settings
        self.codes: dict[str, dict] = {}
        self.refreshes: dict[str, Grant] = {}
        self.accesses: dict[str, Access] = {}
        self.issued: list[str] = []
        self.released = threading.Event()
        names = "authorize token exchange refresh client_credentials rotated rejected faults renew revoke api api_refused"
        self.counters = dict.fromkeys(names.split(), 0)
        self.in_flight = self.counters["most_in_flight"] = 0

    def new(self, kind: str) -> str:
        token = f"{kind}-{secrets.token_urlsafe(24)}"
        self.issued.append(token)
        return token

    # --- A pair ---

    def pair(self, grant: Grant, parent: str, refresh: Refresh | None) -> dict:
        now, settings = time.time(), self.settings
        living = grant.access
        if settings["access_stays"] and living and not living.dead and living.ends > now:
            access = living
        else:
            if settings["old_access_dies"] and living:
                living.dead = True
            access = Access(settings["access_token"] or self.new("access"), grant, now + settings["access_lifetime"], parent)
            self.accesses[access.value] = grant.access = access
        grant.count += 1
        answer = {"access_token": access.value, "token_type": "Bearer", "expires_in": round(access.ends - now, 3)}
        if settings["scope"]:
            answer["scope"] = settings["scope"]
        if refresh:
            answer["refresh_token"] = refresh.value
            if settings["refresh_lifetime"]:
                answer["refresh_token_expires_in"] = settings["refresh_lifetime"]
        return answer

    def new_refresh(self, grant: Grant, parent: str = "") -> Refresh:
        refresh = Refresh(self.new("refresh"), time.time(), parent)
        grant.refreshes[refresh.value] = refresh
        self.refreshes[refresh.value] = grant
        return refresh

    def exchange(self, form: dict) -> dict:
        code = self.codes.get(form.get("code", ""))
        if not code or code["used"] or code["ends"] < time.time():
            raise Refused("invalid_grant", "the code is unknown, was used, or has expired")
        code["used"] = True
        if code["redirect_uri"] != form.get("redirect_uri", ""):
            raise Refused("invalid_grant", "the redirect URI is another")
        if code["challenge"]:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code["challenge"]:
                raise Refused("invalid_grant", "the code verifier is wrong")
        grant = Grant(code["scope"])
        return self.pair(grant, "", self.new_refresh(grant))

    # --- A refresh: what becomes of the old token ---

    def refresh(self, value: str) -> dict:
        now = time.time()
        grant = self.refreshes.get(value)
        if grant is None or grant.dead:
            raise Refused("invalid_grant", "the refresh token is unknown, or its grant has ended")
        token = grant.refreshes[value]
        lifetime = self.settings["refresh_lifetime"]
        if lifetime and token.issued + lifetime < now:
            raise Refused("invalid_grant", "the refresh token has expired")
        living = grant.access
        if self.settings["after_expiry"] and living and living.ends > now:
            raise Refused("invalid_grant", "token not expired")
        name, *numbers = self.settings["policy"].split(":")
        if token.replaced is not None and not self.forgives(token, name, [float(number) for number in numbers]):
            if self.settings["family"]:
                grant.dead = True
                for access in self.accesses.values():
                    access.dead |= access.grant is grant
            raise Refused("invalid_grant", "the refresh token was used already")
        if token.replaced is not None and name == "idempotent":
            return token.answer
        stays = (
            name == "none"
            or (name == "maybe" and grant.count % 2 == 0)
            or (name == "calendar" and token.replaced is None and now - token.issued < float(numbers[0]))
        )
        if stays:
            return self.pair(grant, value, token)
        token.uses += 1
        token.replaced = token.replaced or now
        if token.parent:
            parent = grant.refreshes[token.parent]
            parent.refresh_used = parent.refresh_used or now
        self.counters["rotated"] += 1
        token.answer = self.pair(grant, value, self.new_refresh(grant, value))
        return token.answer

    @staticmethod
    def forgives(token: Refresh, name: str, numbers: list[float]) -> bool:
        """Whether a token that was replaced still works."""
        age = time.time() - token.replaced
        if name in ("timed", "calendar"):
            return age < numbers[0] and (len(numbers) < 2 or token.uses < numbers[1])
        if name == "until-new-refresh-used":
            return token.refresh_used is None and (not numbers or age < numbers[0])
        if name == "until-new-access-used":
            extra, cap = (numbers + [0.0, 0.0])[:2]
            used = token.access_used
            return (used is None or time.time() < used + extra) and (not cap or age < cap)
        return name in ("none", "idempotent", "maybe")

    # --- The API ---

    def check(self, authorization: str) -> Access | None:
        scheme, _, value = authorization.partition(" ")
        access = self.accesses.get(value) if scheme == "Bearer" else None
        if access is None or access.dead or access.grant.dead or access.ends <= time.time():
            return None
        if access.parent:
            parent = access.grant.refreshes[access.parent]
            parent.access_used = parent.access_used or time.time()
        return access


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, format: str, *args: object) -> None:
        pass

    def send(self, status: int, body: object, headers: dict[str, str] | None = None, cut: bool = False) -> None:
        if isinstance(body, bytes):
            data, kind = body, "application/octet-stream"
        elif isinstance(body, str):
            data, kind = body.encode(), "text/html; charset=utf-8"
        else:
            data, kind = json.dumps(body).encode(), "application/json"
        self.send_response(status)
        for name, value in ({"Content-Type": kind, "Content-Length": str(len(data))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if cut else data)

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def form(self, body: bytes) -> dict[str, str]:
        if "json" in self.headers.get("Content-Type", ""):
            return json.loads(body)
        return dict(parse_qsl(body.decode(), keep_blank_values=True))

    def answer(self) -> None:
        self.service = self.server.service
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        body = self.body()
        routes = {
            "/authorize": lambda: self.authorize(query),
            "/token": lambda: self.token(self.form(body)),
            "/renew": self.renew,
            "/revoke": lambda: self.revoke(self.form(body)),
            "/api/me": lambda: self.api(lambda access: {"user": "ann", "count": access.grant.count}),
            "/api/echo": lambda: self.api(
                lambda _: {
                    "method": self.command,
                    "query": query,
                    "headers": dict(self.headers),
                    "body": body.decode("latin-1"),
                }
            ),
            "/api/bytes": lambda: self.api(lambda _: bytes(range(256)) * int(query.get("times", "1"))),
            "/api/nothing": lambda: self.send(204, b""),
            "/api/redirect": lambda: self.send(302, b"", {"Location": query["to"]}),
            "/control": lambda: self.control(json.loads(body)),
            "/counters": lambda: self.send(200, self.service.counters),
            "/issued": lambda: self.send(200, self.service.issued),
        }
        if route := routes.get(address.path):
            route()
        else:
            self.send(404, {"error": "not_found"})

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def control(self, changes: dict) -> None:
        with self.service.lock:
            if changes.pop("release", False):
                self.service.released.set()
            if changes.pop("end_access", False):
                for access in self.service.accesses.values():
                    access.dead = True
            if unknown := changes.keys() - DEFAULTS.keys():
                return self.send(400, {"error": f"unknown: {', '.join(sorted(unknown))}"})
            if "fault" in changes:
                self.service.released.clear()
                changes.setdefault("times", 1)
            self.service.settings |= changes
        self.send(200, self.service.settings)

    def authorize(self, query: dict[str, str]) -> None:
        service = self.service
        with service.lock:
            service.counters["authorize"] += 1
            answers = service.settings["authorize"]
            if query.get("client_id") != CLIENT_ID or "redirect_uri" not in query:
                return self.send(400, "<h1>This client is not known</h1>")
            state = {"state": query.get("state", "")}
            if answers == "deny":
                back = {"error": "access_denied"} | state
            else:
                code = service.new("code")
                service.codes[code] = {
                    "used": False,
                    "ends": time.time() + service.settings["code_lifetime"],
                    "redirect_uri": query["redirect_uri"],
                    "challenge": query.get("code_challenge", ""),
                    "scope": query.get("scope", ""),
                }
                back = {"code": code} | ({"state": "foreign"} if answers == "foreign" else state)
        target = query["redirect_uri"] + ("&" if "?" in query["redirect_uri"] else "?") + urlencode(back)
        if answers == "page":
            link = f'<a id="yes" href="{html.escape(target)}">Yes</a>'
            self.send(200, f"<!DOCTYPE html><title>Service</title><h1>Let osign in?</h1>{link}")
        else:
            self.send(302, "", {"Location": target})

    def check_client(self, form: dict[str, str]) -> None:
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            client = tuple(unquote_plus(part) for part in base64.b64decode(value).decode().split(":", 1))
        else:
            client = (form.get("client_id"), form.get("client_secret"))
        if client != (CLIENT_ID, CLIENT_SECRET):
            raise Refused("invalid_client", "the client is unknown, or its secret is wrong", 401)

    def token(self, form: dict[str, str]) -> None:
        service = self.service
        with service.lock:
            service.counters["token"] += 1
            service.in_flight += 1
            service.counters["most_in_flight"] = max(service.counters["most_in_flight"], service.in_flight)
            fault = service.settings["fault"]
            if service.settings["times"] == 0:
                fault = ""
            elif fault:
                service.settings["times"] -= 1
                service.counters["faults"] += 1
        try:
            self.token_with(fault, form)
        finally:
            with service.lock:
                service.in_flight -= 1

    def token_with(self, fault: str, form: dict[str, str]) -> None:
        service = self.service
        if fault == "lose":
            return self.hang_up()
        if fault == "500":
            return self.send(500, {"error": "server_error"})
        if fault == "429":
            return self.send(429, {"error": "slow_down"}, {"Retry-After": "1"})
        try:
            with service.lock:
                self.check_client(form)
                answer = self.granted(form)
        except Refused as refused:
            with service.lock:
                service.counters["rejected"] += 1
            if says := service.settings["says"]:
                refused.body["error_description"] = says
            return self.send(refused.status, refused.body)
        if fault == "drop":
            return self.hang_up()
        if fault == "html":
            return self.send(502, "<html><h1>Bad gateway</h1></html>")
        if fault == "slow":
            time.sleep(service.settings["seconds"])
        if fault == "hold":
            service.released.wait(60)
        self.send(200, answer, cut=fault == "truncated")

    def granted(self, form: dict[str, str]) -> dict:
        service, kind = self.service, form.get("grant_type")
        if kind == "authorization_code":
            service.counters["exchange"] += 1
            return service.exchange(form)
        if kind == "refresh_token":
            service.counters["refresh"] += 1
            return service.refresh(form.get("refresh_token", ""))
        if kind == "client_credentials":
            service.counters["client_credentials"] += 1
            return service.pair(Grant(), "", None)
        raise Refused("unsupported_grant_type")

    def hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(2)

    def renew(self) -> None:
        """As a service of OAuth 1.0a does (OAuth Session §3): another token, and its secret. Who asks is not looked at."""
        with self.service.lock:
            self.service.counters["renew"] += 1
            pair = {"oauth_token": self.service.new("token"), "oauth_token_secret": secrets.token_urlsafe(24)}
        self.send(200, urlencode(pair).encode())

    def revoke(self, form: dict[str, str]) -> None:
        service = self.service
        try:
            with service.lock:
                service.counters["revoke"] += 1
                self.check_client(form)
                grant = service.refreshes.get(form.get("token", ""))
                access = service.accesses.get(form.get("token", ""))
                if grant or access:
                    (grant or access.grant).dead = True
        except Refused as refused:
            return self.send(refused.status, refused.body)
        self.send(200, {})

    def api(self, make) -> None:
        service = self.service
        with service.lock:
            service.counters["api"] += 1
            access = service.check(self.headers.get("Authorization", ""))
            if access is None:
                service.counters["api_refused"] += 1
                return self.send(service.settings["expired_status"], {"error": "expired_token"})
            answer = make(access)
        self.send(200, answer)


class Provider(ThreadingHTTPServer):
    """A running service, whose address is `url`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0, **settings: object) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.service = Service(settings)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address) -> None:
        """A client that hangs up is no error."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, OSError)):
            super().handle_error(request, client_address)


def setting(text: str) -> tuple[str, object]:
    name, _, value = text.partition("=")
    if name not in DEFAULTS:
        raise argparse.ArgumentTypeError(f"there is no setting {name}")
    return name, value if isinstance(DEFAULTS[name], str) else json.loads(value)


def main() -> None:
    parser = argparse.ArgumentParser(description="A service with OAuth 2.0 on the loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    provider = Provider(arguments.port, **dict(arguments.set))
    print(provider.url, flush=True)
    # It ends with whoever started it, however that ends.
    threading.Thread(target=lambda: (sys.stdin.read(), provider.shutdown()), daemon=True).start()
    provider.serve_forever(0.02)


if __name__ == "__main__":
    main()
