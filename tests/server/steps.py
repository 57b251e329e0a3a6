"""What the programs under test log in at: a service of OAuth 1.0a on the loopback, made of oauthlib's endpoints or of Authlib's, that
can be told to lie (tests/python/three_steps.py)."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
BUILT = (ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / os.environ.get("OSIGN_BUILT", "release")).resolve()

#: The consumer that it knows.
KEY, SECRET = "client key", "client secret&+ü"
#: The verifier of the vectors.
VERIFIER = "hfdp7dh39dks9884"
#: The signature methods of each kind.
KINDS = {
    "oauthlib": ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"],
    "authlib": ["HMAC-SHA1", "PLAINTEXT"],
}


class Service:
    """A running one, in a process of its own."""

    def __init__(self, kind):
        program = ROOT / "tests" / "python" / "three_steps.py"
        self.process = subprocess.Popen([sys.executable, program, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.process.communicate()

    def lie(self, **vectors):
        """From now on it answers a step as its vector says, and all others honestly."""
        self.process.stdin.write(json.dumps(vectors) + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


def free_port():
    """A port of this machine at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def environment(**more):
    """That of a program; the machine's proxy, if it has one, is not for the loopback."""
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return inherited | more


def vectors(name):
    """The vectors of a service without a profile."""
    found = json.loads((ROOT / f"tests/vectors/flow/{name}.json").read_text(encoding="utf-8"))["vectors"]
    return [one for one in found if not one.keys() & {"profile", "settings", "replace"}]


def answers():
    """Steps, and vectors of what a server of HTTP can answer there. What is refused is so at either step, save what tells
    of the login that ends there."""
    for vector in vectors("answers"):
        if vector["status"] >= 200:
            yield vector["step"], vector
            if vector["step"] == "token" and vector["expected"].get("word", "login-not-taken") != "login-not-taken":
                yield "temporary", vector


def callbacks():
    """The vectors of callbacks that one line holds."""
    return [one for one in vectors("callbacks") if one["token"] and "\n" not in one["callback"]]


def as_callback(vector, address):
    """The callback of a vector, for the login of an address: where a person agreed there."""
    brought = parse_qs(urlsplit(agree(address)).query)
    callback = vector["callback"].replace(vector["token"], quote(brought["oauth_token"][0], safe=""))
    return callback.replace(VERIFIER, quote(brought["oauth_verifier"][0], safe=""))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


def get(url, **headers):
    """Status, headers and text of an answer, as it came."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as other:
        with other:
            return other.code, other.headers, other.read().decode()


def agree(url):
    """Where the browser of a person who agrees is sent."""
    return get(url)[1]["Location"]


def holds(address, token):
    """Whether an address for a person to open is for this login."""
    return parse_qs(urlsplit(address).query).get("oauth_token") == [token]


def foreign(address, callback):
    """Callbacks for another login than that of an address: each byte of its token is changed in turn."""
    token = address.partition("oauth_token=")[2]
    return changed(f"{callback}?oauth_token={token}&oauth_verifier=x", token)


def changed(text, part):
    """A text with each byte of a part of it changed in turn."""
    begin = text.index(part)
    for place in range(begin, begin + len(part)):
        other = "A" if text[place] != "A" else "B"
        yield text[:place] + other + text[place + 1 :]
