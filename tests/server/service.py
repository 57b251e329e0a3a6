#!/usr/bin/env python3
"""The service of the guides' examples, on the loopback: it verifies with oauthlib, which shares no code with osign.

    tests/server/service.py       prints its URL, and serves until its stdin is closed

- /initiate, /authorize, /token   the three steps to a token (RFC 5849 §2). Its user agrees to everything.
- /echo/...                       answers 200 to anyone, with what it was sent, signed or not
- /moved/PATH                     checks the signature, then redirects with 307 to /PATH
- /away/PATH                      the same, to /echo/PATH by another name of this host, which is another origin
- /busy/PATH                      checks the signature, and is too busy at first: 503, then 200
- any other path                  200 and what was sent, or 401 to a signature that is not right
"""

import json
import secrets
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from oauthlib.oauth1 import (
    AccessTokenEndpoint,
    AuthorizationEndpoint,
    OAuth1Error,
    RequestTokenEndpoint,
    ResourceEndpoint,
    SignatureOnlyEndpoint,
)

import server

FORM = "application/x-www-form-urlencoded"

# The keys and tokens of the examples in RFC 5849.
CONSUMER_KEY = "dpf43f3p2l4k3l03"
CONSUMER_SECRET = "kd94hf93k423kf44"
TOKEN = "nnch734d00sl2jdk"
TOKEN_SECRET = "pfkkdhi9sl3r4s00"


class Validator(server.Validator):
    """Knows one client and one token from the start, and the tokens that it gave."""

    client_key_length = request_token_length = access_token_length = verifier_length = (1, 64)
    dummy_request_token = dummy_access_token = "nobody"
    realms = ["Photos"]

    def __init__(self):
        super().__init__(public_key=None)
        self.temporary = {}
        self.tokens = {TOKEN: TOKEN_SECRET}

    def validate_client_key(self, client_key, request):
        return client_key == CONSUMER_KEY

    def get_client_secret(self, client_key, request):
        return CONSUMER_SECRET if client_key == CONSUMER_KEY else "unknown"

    def get_default_realms(self, client_key, request):
        return []

    def validate_requested_realms(self, client_key, realms, request):
        return True

    def validate_realms(self, client_key, token, request, uri=None, realms=None):
        return True

    # --- The first step ---

    def validate_redirect_uri(self, client_key, redirect_uri, request):
        return redirect_uri == "oob" or bool(urlsplit(redirect_uri).netloc)

    def save_request_token(self, token, request):
        self.temporary[token["oauth_token"]] = {
            "secret": token["oauth_token_secret"], "callback": request.redirect_uri, "verifier": None,
        }

    # --- The second ---

    def verify_request_token(self, token, request):
        return token in self.temporary

    def get_redirect_uri(self, token, request):
        return self.temporary[token]["callback"]

    def save_verifier(self, token, verifier, request):
        self.temporary[token]["verifier"] = verifier["oauth_verifier"]

    # --- The third ---

    def validate_request_token(self, client_key, token, request):
        return token in self.temporary

    def get_request_token_secret(self, client_key, token, request):
        return self.temporary.get(token, {}).get("secret", "unknown")

    def validate_verifier(self, client_key, token, verifier, request):
        wanted = self.temporary.get(token, {}).get("verifier")
        return wanted is not None and secrets.compare_digest(wanted, verifier)

    def get_realms(self, token, request):
        return []

    def invalidate_request_token(self, client_key, request_token, request):
        del self.temporary[request_token]

    def save_access_token(self, token, request):
        self.tokens[token["oauth_token"]] = token["oauth_token_secret"]

    # --- Requests with the token ---

    def validate_access_token(self, client_key, token, request):
        return token in self.tokens

    def get_access_token_secret(self, client_key, token, request):
        return self.tokens.get(token, "unknown")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        request = {
            "uri": f"http://{self.headers['Host']}{self.path}",
            "http_method": self.command,
            "body": body.decode() if self.headers.get("Content-Type", "").startswith(FORM) else None,
            "headers": dict(self.headers),
        }
        steps = {
            "/initiate": self.server.initiate.create_request_token_response,
            "/authorize": self.server.authorize.create_authorization_response,
            "/token": self.server.token.create_access_token_response,
        }
        try:
            if path in steps:
                headers, text, status = steps[path](**request)
                return self.send(status, text or "", **headers)
            signed = True if path.startswith("/echo/") else self.is_signed(request)
        except (OAuth1Error, ValueError) as error:  # Whatever it cannot read is refused, with its words.
            return self.send(400, str(error))
        if not signed:
            return self.send(401, "the signature is not right")
        if path.startswith("/moved/"):
            return self.send(307, "", Location=self.path.removeprefix("/moved"))
        if path.startswith("/away/"):
            there = f"http://localhost:{self.server.server_port}/echo"
            return self.send(307, "", Location=there + self.path.removeprefix("/away"))
        if path.startswith("/busy/") and not self.server.was_busy:
            self.server.was_busy = True
            return self.send(503, "try again")
        self.server.was_busy = False
        is_signed = any("oauth_signature=" in part for part in (
            self.headers.get("Authorization", ""), self.path, request["body"] or ""))
        return self.send(200, json.dumps({
            "method": self.command,
            "path": self.path,
            "type": self.headers.get("Content-Type"),
            "body": body.decode(errors="replace"),
            "signed": is_signed,
        }))

    def is_signed(self, request):
        """Whether the signature is right: with a token where there is one, or else by the application alone."""
        valid, found = self.server.resource.validate_protected_resource_request(**request)
        if found is not None and not found.resource_owner_key:
            valid, found = self.server.signature_only.validate_request(**request)
        return valid

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def send(self, status, text, **headers):
        data = text.encode()
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *arguments):
        pass


class Service(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Says what went wrong, unless a client merely hung up."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main():
    service = Service(("127.0.0.1", 0), Handler)
    validator = Validator()
    service.initiate = RequestTokenEndpoint(validator)
    service.authorize = AuthorizationEndpoint(validator)
    service.token = AccessTokenEndpoint(validator)
    service.resource = ResourceEndpoint(validator)
    service.signature_only = SignatureOnlyEndpoint(validator)
    service.was_busy = False
    threading.Thread(target=service.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{service.server_port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
