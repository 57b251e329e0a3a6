"""An HTTP server on the loopback that verifies OAuth 1.0a signatures with oauthlib, which shares no code
with osign. It answers 200 to a request whose signature is right, and 401 with the reason to any other."""

import json
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from oauthlib.oauth1 import (
    SIGNATURE_HMAC_SHA1,
    SIGNATURE_HMAC_SHA256,
    SIGNATURE_HMAC_SHA512,
    SIGNATURE_PLAINTEXT,
    SIGNATURE_RSA_SHA1,
    SIGNATURE_RSA_SHA256,
    SIGNATURE_RSA_SHA512,
    RequestValidator,
    SignatureOnlyEndpoint,
)

warnings.filterwarnings("ignore", category=DeprecationWarning)

# Awkward on purpose: each has characters that must be encoded.
CONSUMER_KEY = "consumer key/1"
CONSUMER_SECRET = "consumer&secret+ü"
TOKEN = "token/=1"
TOKEN_SECRET = "token secret%2B"


class Validator(RequestValidator):
    """Knows one client, and remembers every nonce."""

    enforce_ssl = False
    allowed_signature_methods = (
        SIGNATURE_HMAC_SHA1,
        SIGNATURE_HMAC_SHA256,
        SIGNATURE_HMAC_SHA512,
        SIGNATURE_RSA_SHA1,
        SIGNATURE_RSA_SHA256,
        SIGNATURE_RSA_SHA512,
        SIGNATURE_PLAINTEXT,
    )
    dummy_client = "nobody"

    def __init__(self, public_key):
        super().__init__()
        self.public_key = public_key
        self.seen = set()
        self.lock = threading.Lock()

    def check_client_key(self, client_key):
        return bool(client_key)

    def check_nonce(self, nonce):
        return nonce.isalnum() and nonce.isascii() and len(nonce) <= 32

    def validate_client_key(self, client_key, request):
        return client_key == CONSUMER_KEY

    def get_client_secret(self, client_key, request):
        return CONSUMER_SECRET if client_key == CONSUMER_KEY else "unknown"

    def get_access_token_secret(self, client_key, token, request):
        return TOKEN_SECRET if token == TOKEN else "unknown"

    def get_rsa_key(self, client_key, request):
        return self.public_key

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, request, request_token=None, access_token=None):
        with self.lock:
            if nonce in self.seen:
                request.replayed = True
                return False
            self.seen.add(nonce)
            return True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.read_body()
        url = f"http://{self.headers['Host']}{self.path}"
        # oauthlib reads a body as a form, or not at all; which of the two the Content-Type says.
        text = body.decode() if self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded") else None
        try:
            valid, request = self.server.endpoint.validate_request(url, self.command, text, dict(self.headers))
        except Exception as error:  # Whatever it cannot read is refused, with its words.
            return self.send(401, f"unreadable: {error}")
        if valid:
            return self.send(200, json.dumps({"method": self.command, "path": self.path, "body": body.decode(errors="replace")}))
        if request is None:
            return self.send(401, "malformed")
        if getattr(request, "replayed", False):
            return self.send(401, "the nonce has been used")
        return self.send(401, f"refused: {request.validator_log}")

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def read_body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send(self, status, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


def start(public_key):
    """Starts a server on a free port, in a thread; returns it and its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.endpoint = SignatureOnlyEndpoint(Validator(public_key))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"
