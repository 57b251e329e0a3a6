"""oauthlib and liboauth, asked to sign the same requests, and what they answer otherwise than osign."""

from answers import Answer, header_pairs, query_of
from generator import KEYS
from liboauth import METHODS as LIBOAUTH_METHODS, Liboauth
from oauthlib import oauth1
from oauthlib.oauth1.rfc5849 import signature as oauthlib_signature

import rfc5849


class OauthlibClient(oauth1.Client):
    """Sends the parameters that the request asks for, in oauthlib's own way."""

    def __init__(self, request):
        types = {
            "header": oauth1.SIGNATURE_TYPE_AUTH_HEADER,
            "query": oauth1.SIGNATURE_TYPE_QUERY,
            "body": oauth1.SIGNATURE_TYPE_BODY,
        }
        super().__init__(
            request["consumer_key"],
            request["consumer_secret"],
            request["token"],
            request["token_secret"] if request["token"] else None,
            signature_method=request["signature_method"],
            signature_type=types[request["transmission"]],
            rsa_key=request["pem"],
            realm=request["realm"],
            nonce=request["nonce"],
            timestamp=str(request["timestamp"]),
        )
        self.asked = request

    def get_oauth_params(self, request):
        left_out = set()
        if not self.asked["send_version"]:
            left_out.add("oauth_version")
        if not self.asked["body_hash"]:
            left_out.add("oauth_body_hash")
        params = [pair for pair in super().get_oauth_params(request) if pair[0] not in left_out]
        return params + [tuple(pair) for pair in self.asked["parameters"]]


class BaseStrings:
    """Keeps what oauthlib signs, which it tells nobody."""

    def __init__(self):
        self.last, self.original = None, oauthlib_signature.signature_base_string
        oauthlib_signature.signature_base_string = self

    def __call__(self, *arguments):
        self.last = self.original(*arguments)
        return self.last


class Oauthlib:
    name = "oauthlib"

    def __init__(self):
        self.base_strings = BaseStrings()

    def inexpressible(self, request):
        return None

    def answer(self, request):
        self.base_strings.last = None
        headers = {} if request["content_type"] is None else {"Content-Type": request["content_type"]}
        try:
            url, headers, body = OauthlibClient(request).sign(
                request["url"], request["method"], request["bytes"], headers, request["realm"]
            )
        except ValueError as error:  # UnicodeDecodeError is one.
            return Answer(refused=f"{type(error).__name__}: {error}"[:200])
        realm = None
        if request["transmission"] == "header":
            try:
                realm, sent = header_pairs(headers["Authorization"])
            except ValueError:
                sent = []  # A realm that is not escaped can break the header.
            signature = headers["Authorization"].rpartition('oauth_signature="')[2].rstrip('"')
            signature = rfc5849.percent_decode(signature.encode()).decode()
        else:
            form = query_of(url) if request["transmission"] == "query" else body
            sent = sorted(rfc5849.form_decode(form.encode()))
            signature = next(value for name, value in sent if name == b"oauth_signature").decode()
        return Answer(self.base_strings.last, signature, realm, sent)


class LiboauthPeer:
    name = "liboauth"

    def __init__(self):
        self.liboauth = Liboauth()

    def inexpressible(self, request):
        if request["signature_method"] not in LIBOAUTH_METHODS:
            return "no such signature method"
        if not request["send_version"]:
            return "always sends oauth_version"
        if request["private_key"] and request["key"] != KEYS[0]:
            return "reads PKCS#8 keys alone"
        return None

    def answer(self, request):
        # Nonce, timestamp and the rest are taken from the query; a form body is written there too.
        pieces = [("oauth_nonce", request["nonce"]), ("oauth_timestamp", str(request["timestamp"]))]
        pieces += request["parameters"]
        if request["body_hash"] and not rfc5849.is_form(request["content_type"]):
            body = request["bytes"] or b""
            pieces.append(("oauth_body_hash", rfc5849.b64(rfc5849.digest("SHA1", body))))
        extra = "&".join("=".join(map(rfc5849.percent_encode, pair)) for pair in pieces).encode()
        url, hash_sign, fragment = request["url"].encode().partition(b"#")
        if rfc5849.is_form(request["content_type"]) and request["bytes"]:
            extra = request["bytes"] + b"&" + extra
        # Before the query's own parameters, since a fragment becomes a part of the last.
        before, _, query = url.partition(b"?")
        url = before + b"?" + extra + (b"&" + query if query else b"") + hash_sign + fragment
        is_rsa = request["private_key"] is not None
        credentials = (
            request["signature_method"],
            request["method"].encode(),
            request["consumer_key"].encode(),
            (request["pem"] if is_rsa else request["consumer_secret"]).encode(),
            None if request["token"] is None else request["token"].encode(),
            None if is_rsa or request["token"] is None else request["token_secret"].encode(),
        )
        base_string, signature = self.liboauth.sign(url, *credentials)
        sent_url, sent_body = self.liboauth.url(url, request["transmission"] == "body", *credentials)
        sent = sent_body if sent_body is not None else sent_url.partition(b"?")[2]
        return Answer(base_string, signature, None, sorted(rfc5849.form_decode(sent)))


def as_bytes(text):
    return text.encode() if isinstance(text, str) else text


def differences(request, peer, answer, ours):
    """What a peer answers otherwise than osign."""
    if bool(answer.refused) != bool(ours.refused):
        return {"refused"}
    if ours.refused:
        return set()
    found = set()
    if answer.base_string is not None and as_bytes(answer.base_string) != ours.base_string.encode():
        found.add("base string")
    if as_bytes(answer.signature) != ours.signature.encode():
        found.add("signature")
    if peer == "liboauth":
        # It sends everything that it signs in one place.
        all_of_it = rfc5849.request_pairs(request) + rfc5849.protocol_parameters(request)
        if answer.sent != sorted(all_of_it + [(b"oauth_signature", ours.signature.encode())]):
            found.add("sent")
    else:
        if answer.sent != ours.sent:
            found.add("sent")
        if answer.realm != ours.realm:
            found.add("realm")
    return found
