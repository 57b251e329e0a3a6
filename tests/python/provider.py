"""A server on the loopback that verifies with oauthlib, redirects, fails, and remembers what reached it."""

import sys
import threading
from dataclasses import dataclass
from email.message import Message
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from oauthlib.oauth1 import SignatureOnlyEndpoint
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

import server

#: What every client here is made of.
CREDENTIALS = (server.CONSUMER_KEY, server.CONSUMER_SECRET, server.TOKEN, server.TOKEN_SECRET)
#: The signature methods that oauthlib verifies.
METHODS = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT"]
FORM = "application/x-www-form-urlencoded"


@dataclass
class Seen:
    """A request as it came over the wire, and what the server made of it."""

    method: str
    path: str
    headers: Message
    body: bytes
    status: int = 0
    answer: str = ""

    @property
    def protocol(self) -> dict[str, str]:
        """The header's protocol parameters, decoded."""
        header = self.headers.get("Authorization")
        return {name: unquote(value) for name, value in parse_authorization_header(header)} if header else {}

    @property
    def nonce(self) -> str:
        """The nonce, wherever it came."""
        parameters = parse_qs(urlsplit(self.path).query) | parse_qs(self.body.decode())
        return self.protocol.get("oauth_nonce") or parameters["oauth_nonce"][0]


class Handler(server.Handler):
    """`/redirect/CODE/TARGET` redirects and `/flaky/COUNT/NAME` fails COUNT times, each after it has verified;
    everything else answers as its parent does."""

    def answer(self):
        self.seen = Seen(self.command, self.path, self.headers, b"")
        self.server.seen.append(self.seen)
        super().answer()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = answer

    def read_body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                self.seen.body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            self.seen.body = super().read_body()
        return self.seen.body

    def send(self, status, text):
        steps = self.path.split("?")[0].split("/")
        location = None
        if status == 200 and steps[1] == "redirect":
            status, location = int(steps[2]), unquote(steps[3])
            if self.server.repeats_query:
                location += "?" + self.path.partition("?")[2]
        elif status == 200 and steps[1] == "flaky":
            with self.server.lock:
                left = self.server.failures.setdefault(steps[3], int(steps[2]))
                self.server.failures[steps[3]] = left - 1
            status = 503 if left > 0 else 200
        self.seen.status, self.seen.answer = status, text
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        if location is not None:
            self.send_header(self.server.location_header, location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


class Provider(ThreadingHTTPServer):
    """A running server."""

    def __init__(self, public_key: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.endpoint = SignatureOnlyEndpoint(server.Validator(public_key))
        self.lock = threading.Lock()
        self.seen: list[Seen] = []
        self.failures: dict[str, int] = {}
        #: Whether a redirect's target has the query of the request.
        self.repeats_query = False
        #: What says where a redirect leads.
        self.location_header = "Location"
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request, client_address):
        """A client that hangs up is no error."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def take(self) -> list[Seen]:
        """What has come since the last time."""
        taken, self.seen = self.seen, []
        return taken

    def only(self) -> Seen:
        """The one request that has come since the last time."""
        [seen] = self.take()
        return seen

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
