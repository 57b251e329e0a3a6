"""Services on the loopback that hand out tokens in the three steps of RFC 5849 §2, verify what they are sent with oauthlib or with
Authlib, answer as they are told to, and remember what reached them.

    tests/python/three_steps.py oauthlib|authlib      prints its URL, and serves until its stdin is closed

There each line of stdin says what becomes of which steps' answers from then on, by vectors of tests/vectors/flow/answers.json, as
in `{"token": {"status": 500, "body": ""}}`; and is answered with a line.
"""

import json
import os
import secrets
import sys
import threading
import warnings
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from oauthlib.oauth1 import (
    AccessTokenEndpoint,
    AuthorizationEndpoint,
    OAuth1Error,
    RequestTokenEndpoint,
    ResourceEndpoint,
    SignatureOnlyEndpoint,
)
from provider import FORM, Seen

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

import server

KEY, SECRET = "client key", "client secret&+ü"
CALLBACK = "https://app.example.com/back?x=1"


class Answer(NamedTuple):
    """What is sent back."""

    status: int
    headers: dict[str, str]
    text: str | bytes


class Kept:
    """What a service knows: its client, temporary credentials, tokens, nonces."""

    def __init__(self, public_key: str | None = None) -> None:
        self.key, self.secret = KEY, SECRET
        self.public_key = public_key
        self.temporary: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, Any] = {}
        self.nonces: set[str] = set()
        #: What comes with a token.
        self.extra = {"user_id": "7", "screen_name": "é b"}
        #: The callback of a client that sends none.
        self.registered: str | None = None
        #: Whether a token needs no verifier, as in OAuth 1.0.
        self.before_revision_a = False
        #: Whether the callback may come in a form, and the rest in the header.
        self.takes_both = False


class Validator(server.Validator):
    """What oauthlib asks."""

    client_key_length = request_token_length = access_token_length = verifier_length = (1, 200)
    dummy_request_token = dummy_access_token = "nobody"
    realms = ["Photos", "Films"]
    enforce_ssl = False

    def __init__(self, kept: Kept) -> None:
        super().__init__(kept.public_key)
        self.kept = kept

    def check_client_key(self, client_key):
        return True

    def check_verifier(self, verifier):
        return True

    check_request_token = check_access_token = check_verifier

    def validate_client_key(self, client_key, request):
        return client_key == self.kept.key

    def get_client_secret(self, client_key, request):
        return self.kept.secret if client_key == self.kept.key else "unknown"

    def get_default_realms(self, client_key, request):
        return []

    def get_realms(self, token, request):
        return self.kept.temporary[token]["realms"]

    def validate_requested_realms(self, client_key, realms, request):
        return all(realm in self.realms for realm in realms)

    def validate_realms(self, client_key, token, request, uri=None, realms=None):
        return True

    def validate_redirect_uri(self, client_key, redirect_uri, request):
        return redirect_uri == "oob" or bool(urlsplit(redirect_uri).netloc)

    def save_request_token(self, token, request):
        self.kept.temporary[token["oauth_token"]] = {
            "secret": token["oauth_token_secret"],
            "callback": request.redirect_uri,
            "verifier": None,
            "realms": request.realms,
        }

    def verify_request_token(self, token, request):
        return token in self.kept.temporary

    def get_redirect_uri(self, token, request):
        return self.kept.temporary[token]["callback"] or CALLBACK

    def save_verifier(self, token, verifier, request):
        self.kept.temporary[token]["verifier"] = verifier["oauth_verifier"]

    def validate_request_token(self, client_key, token, request):
        return token in self.kept.temporary

    def get_request_token_secret(self, client_key, token, request):
        return self.kept.temporary.get(token, {}).get("secret", "unknown")

    def validate_verifier(self, client_key, token, verifier, request):
        wanted = self.kept.temporary.get(token, {}).get("verifier")
        return wanted is not None and secrets.compare_digest(wanted, verifier)

    def invalidate_request_token(self, client_key, request_token, request):
        del self.kept.temporary[request_token]

    def save_access_token(self, token, request):
        token.update(self.kept.extra)
        self.kept.tokens[token["oauth_token"]] = token["oauth_token_secret"]

    def validate_access_token(self, client_key, token, request):
        return token in self.kept.tokens

    def get_access_token_secret(self, client_key, token, request):
        return self.kept.tokens.get(token, "unknown")


class Temporary(RequestTokenEndpoint):
    """The first step, where a callback may be registered, or come in a form."""

    def _get_signature_type_and_params(self, request):
        if not self.request_validator.kept.takes_both:
            return super()._get_signature_type_and_params(request)
        form = [(name, value) for name, value in request.decoded_body or [] if name == "oauth_callback"]
        request.decoded_body = [pair for pair in request.decoded_body or [] if pair not in form]
        whole, request.body = request.body, urlencode(request.decoded_body)
        kind, parameters, ours = super()._get_signature_type_and_params(request)
        request.body = whole
        return kind, [*parameters, *form], [*ours, *form]

    def _create_request(self, *arguments):
        request = super()._create_request(*arguments)
        request.redirect_uri = request.redirect_uri or self.request_validator.kept.registered
        return request


class Token(AccessTokenEndpoint):
    """The third step, as OAuth 1.0 has it, too."""

    def _create_request(self, *arguments):
        request = super()._create_request(*arguments)
        kept = self.request_validator.kept
        if kept.before_revision_a:
            request.verifier = kept.temporary.get(request.resource_owner_key, {}).get("verifier")
        return request


class ByOauthlib:
    """The steps on oauthlib's endpoints."""

    def __init__(self, kept: Kept) -> None:
        validator = Validator(kept)
        self._temporary = Temporary(validator)
        self._authorize = AuthorizationEndpoint(validator)
        self._token = Token(validator)
        self._resource = ResourceEndpoint(validator)
        self._signature = SignatureOnlyEndpoint(validator)

    def temporary(self, **request: Any) -> Answer:
        headers, text, status = self._temporary.create_request_token_response(**request)
        return Answer(status, headers, text or "")

    def authorize(self, **request: Any) -> Answer:
        headers, text, status = self._authorize.create_authorization_response(**request)
        return Answer(status, headers, text or "")

    def token(self, **request: Any) -> Answer:
        headers, text, status = self._token.create_access_token_response(**request)
        return Answer(status, headers, text or "")

    def is_signed(self, **request: Any) -> bool:
        valid, found = self._resource.validate_protected_resource_request(**request)
        if found is not None and not found.resource_owner_key:
            valid, found = self._signature.validate_request(**request)
        return bool(valid)


def by_authlib(kept: Kept) -> Any:
    """The steps on Authlib's server, which is imported where it is used."""
    from authlib.oauth1 import AuthorizationServer, OAuth1Request, ResourceProtector
    from authlib.oauth1.rfc5849.errors import OAuth1Error as AuthlibError
    from authlib.oauth1.rfc5849.models import TemporaryCredential

    class Client:
        def get_default_redirect_uri(self):
            return CALLBACK

        def get_client_secret(self):
            return SECRET

        def get_rsa_public_key(self):
            return kept.public_key

    class Common:
        SUPPORTED_SIGNATURE_METHODS = ["HMAC-SHA1", "RSA-SHA1", "PLAINTEXT"]

        def get_client_by_id(self, client_id):
            return Client() if client_id == KEY else None

        def exists_nonce(self, nonce, request):
            if nonce in kept.nonces:
                return True
            kept.nonces.add(nonce)
            return False

    class Server(Common, AuthorizationServer):
        def create_oauth1_request(self, request):
            return OAuth1Request(request["http_method"], request["uri"], request["body"], request["headers"])

        def handle_response(self, status_code, payload, headers):
            return Answer(status_code, dict(headers), urlencode(payload))

        def create_temporary_credential(self, request):
            made = TemporaryCredential(
                client_id=request.client_id,
                oauth_token=secrets.token_hex(20),
                oauth_token_secret=secrets.token_hex(20),
                oauth_callback=request.redirect_uri,
            )
            kept.temporary[made.get_oauth_token()] = made
            return made

        def get_temporary_credential(self, request):
            return kept.temporary.get(request.token)

        def delete_temporary_credential(self, request):
            kept.temporary.pop(request.token, None)

        def create_authorization_verifier(self, request):
            verifier = request.credential["oauth_verifier"] = secrets.token_hex(20)
            return verifier

        def create_token_credential(self, request):
            made = TemporaryCredential(oauth_token=secrets.token_hex(20), oauth_token_secret=secrets.token_hex(20))
            kept.tokens[made.get_oauth_token()] = made
            return made

    class Protector(Common, ResourceProtector):
        def get_token_credential(self, request):
            return kept.tokens.get(request.token)

    class Steps:
        server, protector = Server(), Protector()

        def temporary(self, **request):
            return self.server.create_temporary_credentials_response(request)

        def authorize(self, **request):
            return self.server.create_authorization_response(request, grant_user="somebody")

        def token(self, **request):
            return self.server.create_token_response(request)

        def is_signed(self, http_method, uri, body, headers):
            try:
                return bool(self.protector.validate_request(http_method, uri, body, headers))
            except AuthlibError:
                return False

    return Steps()


#: What a person sees who is to agree, where the service asks.
CONSENT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Photos</title></head>
<body><h1>May this program see your photos?</h1>
<form method="post">
<button id="agree" name="answer" value="agree">Allow</button>
<button id="refuse" name="answer" value="refuse">Refuse</button>
</form></body></html>
"""


def as_told(vector: dict[str, Any]) -> Answer:
    """The answer of a vector of tests/vectors/flow/answers.json."""
    headers = {"Content-Type": vector.get("content_type"), "WWW-Authenticate": vector.get("challenge")}
    body = vector["body"] * vector.get("times", 1)
    return Answer(vector["status"], {name: value for name, value in headers.items() if value}, body)


class Handler(BaseHTTPRequestHandler):
    """Each step at its path; `/moved/PATH` and `/away/PATH` redirect there, the one to here, the other to another origin;
    `/disconnect` ends the token that it is signed with; anything else is 200 where the signature is right."""

    protocol_version = "HTTP/1.1"
    server: "Service"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = Seen(self.command, self.path, self.headers, body)
        self.server.seen.append(seen)
        # Who speaks for another host by its name says so.
        scheme, host = self.headers.get("X-Forwarded-Proto", "http"), self.headers["Host"]
        is_form = self.headers.get("Content-Type", "").startswith(FORM)
        request = {
            "uri": f"{scheme}://{host}{self.path}",
            "http_method": self.command,
            "body": body.decode() if is_form else None,
            # Authlib asks for them by the name that they usually have.
            "headers": {name.title(): value for name, value in self.headers.items()},
        }
        try:
            answer = self.answer_to(request)
        except (OAuth1Error, ValueError) as error:  # Whatever it cannot read is refused, with its words.
            answer = Answer(400, {}, str(error))
        seen.status, seen.answer = answer.status, str(answer.text)
        self.send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

    def answer_to(self, request: dict[str, Any]) -> Answer:
        path, steps = urlsplit(self.path).path, self.server.steps
        first, _, rest = path[1:].partition("/")
        if first in ("moved", "away"):
            there = self.server.elsewhere if first == "away" else ""
            return Answer(self.server.redirects_with, {"Location": f"{there}/{rest}"}, "")
        step = self.server.step(self.path)
        if step == "authorize" and self.server.asks:
            return self.consent(request)
        if step is None:
            signed = steps.is_signed(**request)
            if signed and path == "/disconnect":
                del self.server.kept.tokens[self.server.seen[-1].protocol["oauth_token"]]
            said = {"signed": signed, "method": self.command, "path": self.path, "body": request["body"]}
            return self.server.api(Answer(200 if signed else 401, {"Content-Type": "application/json"}, json.dumps(said)), self.path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            answer = getattr(steps, step)(**request)
        return self.server.lies.get(step, lambda answer: answer)(answer)

    def consent(self, request: dict[str, Any]) -> Answer:
        """Asks the person, and sends them back with what they say."""
        if self.command == "GET":
            return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, CONSENT)
        if request["body"] == "answer=agree":
            return self.server.steps.authorize(uri=request["uri"], http_method="GET", body=None, headers={})
        token = dict(parse_qsl(urlsplit(self.path).query))["oauth_token"]
        kept = self.server.kept.temporary.pop(token)
        callback = kept.get("callback") or kept.get("oauth_callback")
        return Answer(302, {"Location": f"{callback}{'&' if '?' in callback else '?'}{urlencode({'denied': token})}"}, "")

    def send(self, answer: Answer) -> None:
        data = answer.text.encode() if isinstance(answer.text, str) else answer.text
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(data)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        pass


class Service(ThreadingHTTPServer):
    """A running service."""

    daemon_threads = True

    def __init__(self, steps: Callable[[Kept], Any] = ByOauthlib, public_key: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kept = Kept(public_key)
        self.steps = steps(self.kept)
        self.seen: list[Seen] = []
        #: Paths, and the steps that they are.
        self.paths = {"/initiate": "temporary", "/authorize": "authorize", "/token": "token"}
        #: What becomes of a step's answer.
        self.lies: dict[str, Callable[[Answer], Answer]] = {}
        #: What becomes of any other answer, by its path.
        self.api: Callable[[Answer, str], Answer] = lambda answer, _path: answer
        #: Whether a person is asked, or agrees to everything.
        self.asks = False
        #: Another origin.
        self.elsewhere = ""
        self.redirects_with = 307
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def step(self, path: str) -> str | None:
        """Which step a path is, by the whole of it or without its query."""
        return self.paths.get(unquote(path).split("&oauth_")[0]) or self.paths.get(path.partition("?")[0])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def take(self) -> list[Seen]:
        """What has come since the last time."""
        taken, self.seen = self.seen, []
        return taken

    def agree(self, url: str) -> str:
        """A person agrees at the address: where the browser comes to, or the code that the service shows."""
        answer = self.steps.authorize(uri=url, http_method="GET", body=None, headers={})
        if answer.status == 302:
            return answer.headers["Location"]
        return dict(parse_qsl(str(answer.text)))["oauth_verifier"]

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


def form(**fields: str) -> str:
    """An answer's text."""
    return urlencode(fields)


def main() -> None:
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    service = Service({"oauthlib": ByOauthlib, "authlib": by_authlib}[sys.argv[1]])
    print(service.url, flush=True)
    for line in sys.stdin:
        told = {step: as_told(vector) for step, vector in json.loads(line).items()}
        service.lies = {step: lambda _honest, answer=answer: answer for step, answer in told.items()}
        print("told", flush=True)
    service.stop()


if __name__ == "__main__":
    main()
