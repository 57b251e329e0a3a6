"""A service with OAuth 2.0 on the loopback (tests/provider/provider.py), its API, and a person who agrees."""

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import osign

PROVIDER = Path(__file__).parents[1] / "provider/provider.py"
REDIRECT_URI = "http://127.0.0.1:9/back"
KEY = "osign-key-1:" + "A" * 43 + "="


class Service:
    """The service, in a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", str(PROVIDER)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()

    def stop(self) -> None:
        self.process.communicate(timeout=10)

    def control(self, **changes: object) -> None:
        urllib.request.urlopen(f"{self.url}/control", json.dumps(changes).encode()).close()

    def counters(self) -> dict[str, int]:
        with urllib.request.urlopen(f"{self.url}/counters") as answer:
            found: dict[str, int] = json.load(answer)
            return found

    def issued(self) -> list[str]:
        with urllib.request.urlopen(f"{self.url}/issued") as answer:
            found: list[str] = json.load(answer)
            return found

    def settings(self) -> dict[str, Any]:
        """Of a grant there."""
        return {
            "authorize_url": f"{self.url}/authorize",
            "token_url": f"{self.url}/token",
            "revoke_url": f"{self.url}/revoke",
            "api_origin": self.url,
            "client_id": "demo-client",
            "client_secret": "demo-SECRET-of-the-client",
            "redirect_uri": REDIRECT_URI,
            "allow_insecure_http": True,
            "provider": "custom",
        }

    def wait_for(self, counter: str, count: int) -> None:
        until = time.monotonic() + 20
        while self.counters()[counter] < count:
            assert time.monotonic() < until, self.counters()
            time.sleep(0.01)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def agree(url: str) -> str:
    """A person agrees: the URL that the browser comes to."""
    try:
        urllib.request.build_opener(_NoRedirect).open(url).close()
    except urllib.error.HTTPError as error:
        with error:
            assert error.code == 302
            return str(error.headers["Location"])
    raise AssertionError("it does not redirect")


def log_in(store: osign.Store, service: Service, grant: str = "crm", **settings: Any) -> osign.Token:
    """A new grant, and its first token."""
    store.add(grant, **{**service.settings(), **settings})
    return store.finish_login(grant, agree(store.login(grant).url))


class Api:
    """A service's API that keeps what came, and answers as the path says: ``/status/401?times=1``, ``/to?url=…``."""

    def __init__(self) -> None:
        api = self
        self.came: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answered: dict[str, int] = {}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def answer(self) -> None:
                address = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.headers.get("Transfer-Encoding"):
                    while size := int(self.rfile.readline(), 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                api.came.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                said, status, headers = b"{}", 200, {}
                if address.path == "/to":
                    status, headers = int(query.get("status", "302")), {"Location": query["url"]}
                elif address.path.startswith("/status/"):
                    count = api.answered.get(self.path, 0)
                    api.answered[self.path] = count + 1
                    if count < int(query.get("times", "1")):
                        status = int(address.path.rpartition("/")[2])
                self.send_response(status)
                for name, value in {"Content-Length": str(len(said)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(BrokenPipeError):
                    self.wfile.write(said if self.command != "HEAD" else b"")

            do_GET = do_POST = do_PUT = do_HEAD = answer

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def headers(self, name: str) -> list[str | None]:
        """What each request that came had of a header."""
        return [headers.get(name) for _, _, headers, _ in self.came]
