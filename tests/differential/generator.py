"""Generated requests: the same ones for the same seed, whoever is to sign them."""

import base64
import random

from features import FEATURES
from rfc5849 import FORM, OAUTH1, is_form

SIGNATURE_METHODS = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT"]
KEYS = ["wiki-rsa-1024.pem", "wiki-rsa-1024-pkcs1.pem", "oauthlib-rsa-1024.pem"]
PEMS = {name: (OAUTH1 / "keys" / name).read_text() for name in KEYS}


class Generator:
    """An ordinary request, with none to three things that are not."""

    keys = KEYS

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *choices):
        return self.random.choice(choices)

    def word(self, alphabet="abcdefghijklmnopqrstuvwxyzABCDEFXYZ0123456789_.-~", most=8):
        return "".join(self.random.choice(alphabet) for _ in range(self.random.randint(1, most)))

    def form(self, most=4):
        pairs = [f"{self.word()}={self.value()}" for _ in range(self.random.randint(0, most))]
        return "&".join(pairs)

    def value(self):
        return "".join(
            self.pick(
                self.word(most=3), "%20", "%2B", "%26", "%3D", "%25", "%C3%A9", "%e2%98%83", "+", "%21", "*", "!", "'"
            )
            for _ in range(self.random.randint(0, 3))
        )

    def request(self):
        request = self.ordinary()
        for feature in self.random.sample(FEATURES, self.pick(0, 1, 1, 1, 2, 3)):
            feature(self, request)
        return finish(request)

    def example(self, of):
        """The plainest request that a rule is about."""
        plain = {
            "scheme": "http",
            "host": "example.com",
            "path": "/",
            "query": "?b=1",
            "method": "POST",
            "token": "t",
            "signature_method": "HMAC-SHA1",
            "transmission": "header",
            "content_type": None,
            "bytes": None,
        }
        return finish({**self.ordinary(), **plain, **of})

    def ordinary(self):
        request = {
            "method": self.pick("GET", "POST", "PUT", "DELETE", "PATCH"),
            "scheme": self.pick("http", "https"),
            "userinfo": "",
            "host": self.pick("api.example.com", "localhost", "192.0.2.7", "a-b.example"),
            "port": "",
            "path": self.pick("/", "/a", "/rest/V1/items", "/%7Euser/a%20b", "/a/b.json"),
            "query": self.pick("", f"?{self.form()}", f"?{self.form()}"),
            "fragment": "",
            "content_type": None,
            "bytes": None,
            "consumer_key": self.word(most=20),
            "consumer_secret": self.word(most=20),
            "token": self.pick(None, self.word(most=20)),
            "token_secret": self.word(most=20),
            "signature_method": self.pick(*SIGNATURE_METHODS, "HMAC-SHA1", "HMAC-SHA1"),
            "realm": None,
            "parameters": [],
            "nonce": self.word("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 32),
            "timestamp": self.random.randint(1, 2**33),
            "send_version": True,
            "body_hash": False,
            "transmission": self.pick("header", "header", "query", "body"),
        }
        if request["method"] != "GET" and (request["transmission"] == "body" or self.random.random() < 0.4):
            request["content_type"], request["bytes"] = FORM, self.form().encode()
        elif request["transmission"] == "body":
            request["transmission"] = "query"
        return request


def finish(request):
    """The URL in one piece, and the fields that rfc5849.py reads."""
    if request["transmission"] == "body" and not is_form(request["content_type"]):
        request["transmission"] = "header"
    authority = request["userinfo"] + request["host"] + request["port"]
    request["url"] = f"{request['scheme']}://{authority}{request['path']}{request['query']}{request['fragment']}"
    request["body_base64"] = base64.b64encode(request["bytes"] or b"").decode()
    if request["token"] is None:
        request["token_secret"] = None
    is_rsa = request["signature_method"].startswith("RSA-")
    request.setdefault("key", KEYS[0])
    request["pem"] = PEMS[request["key"]] if is_rsa else None
    request["private_key"] = f"keys/{request['key']}" if is_rsa else None
    return request
