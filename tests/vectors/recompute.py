#!/usr/bin/env python3
"""Recomputes every vector in this folder, independently of osign.

Signatures are computed twice: by rfc5849.py (hmac, hashlib, and `cryptography` for RSA), and by
oauthlib where oauthlib can express the request. What belongs to OAuth 2.0 is computed by rfc6749.py, and the three steps of
OAuth 1.0a by rfc5849_flow.py, from the profiles of the services. Needs Python 3.11 or later and

    pip install cryptography oauthlib pyjwt

Prints a line for each failure, the counts of each file, and last `N passed, M failed`.
Exits with 1 when anything failed.
"""

import hmac
import json
import logging
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import rfc5849_flow
import rfc6749
from oauthlib.oauth1.rfc5849 import signature as oauthlib_signature
from rfc5849 import (
    OAUTH1,
    InvalidUrl,
    as_sent,
    b64,
    base_string_uri,
    body_of,
    digest,
    encode_pairs,
    form_decode,
    is_form,
    is_utf8,
    mastercard_parameters,
    normal_form,
    normalise,
    parse_authorization,
    percent_decode,
    percent_encode,
    protocol_parameters,
    request_pairs,
    rsa_sign,
    sign,
    split_url,
)

HERE = Path(__file__).resolve().parent
REQUEST_KEYS = {
    "name", "source", "method", "url", "content_type", "body", "consumer_key", "consumer_secret", "token",
    "token_secret", "signature_method", "private_key", "realm", "parameters", "nonce", "timestamp", "send_version",
    "body_hash", "transmission", "expected",
}


# --- What is sent ----------------------------------------------------------------------------------------------------


def sorted_pieces(form):
    return sorted(piece for piece in form.split("&") if piece)


def same_url(one, other):
    """The same URL but for the order of its query."""
    (before, _, query), (other_before, _, other_query) = one.partition("?"), other.partition("?")
    return before == other_before and sorted_pieces(query) == sorted_pieces(other_query)


def check_sent(tally, vector, protocol, signature):
    expected = vector["expected"]
    encoded = encode_pairs(protocol + [(b"oauth_signature", signature.encode())])
    form = "&".join(f"{name}={value}" for name, value in encoded)
    if "authorization" in expected:
        published = parse_authorization(expected["authorization"])
        tally.equal(vector["name"], "authorization", published, (vector["realm"], sorted(encoded)))
    if "url" in expected:
        url = as_sent(vector["url"].partition("#")[0])
        if vector["transmission"] == "query":
            url += ("&" if "?" in url else "?") + form
        tally.true(vector["name"], f"url {expected['url']} is not {url}", same_url(expected["url"], url))
    if "body" in expected:
        body = body_of(vector).decode()
        if vector["transmission"] == "body":
            body += ("&" if body else "") + form
        tally.equal(vector["name"], "body", sorted_pieces(expected["body"]), sorted_pieces(body))


# --- The second opinion ----------------------------------------------------------------------------------------------


class OauthlibClient:
    def __init__(self, vector):
        self.client_secret = vector["consumer_secret"]
        self.resource_owner_secret = vector["token_secret"] or ""
        self.rsa_key = vector["private_key"] and (OAUTH1 / vector["private_key"]).read_text()


OAUTHLIB_SIGN = {
    "HMAC-SHA1": oauthlib_signature.sign_hmac_sha1_with_client,
    "HMAC-SHA256": oauthlib_signature.sign_hmac_sha256_with_client,
    "HMAC-SHA512": oauthlib_signature.sign_hmac_sha512_with_client,
    "RSA-SHA1": oauthlib_signature.sign_rsa_sha1_with_client,
    "RSA-SHA256": oauthlib_signature.sign_rsa_sha256_with_client,
    "RSA-SHA512": oauthlib_signature.sign_rsa_sha512_with_client,
    "PLAINTEXT": oauthlib_signature.sign_plaintext_with_client,
}


def oauthlib_answer(vector, protocol):
    """(base string, signature) by oauthlib, or None where it refuses or drops what forms may hold."""
    body = body_of(vector).decode() if is_form(vector["content_type"]) else None
    try:
        pairs = oauthlib_signature.collect_parameters(
            uri_query=split_url(vector["url"])[3], body=body or None, headers={}
        )
    except ValueError:
        return None
    ours = request_pairs(vector)
    if len(pairs) != len(ours) or not all(is_utf8(part) for pair in ours for part in pair):
        return None
    pairs += [(name.decode(), value.decode()) for name, value in protocol]
    base_string = oauthlib_signature.signature_base_string(
        vector["method"],
        oauthlib_signature.base_string_uri(vector["url"]),
        oauthlib_signature.normalize_parameters(pairs),
    )
    return base_string, OAUTHLIB_SIGN[vector["signature_method"]](base_string, OauthlibClient(vector))


# --- The files -------------------------------------------------------------------------------------------------------


class Tally:
    """Counts the checks of one file."""

    def __init__(self, file):
        self.file, self.passed, self.failed, self.notes = file, 0, 0, []

    def true(self, name, what, ok):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {self.file}: {name}: {what}")

    def equal(self, name, what, expected, computed):
        self.true(name, f"{what}\n  expected {expected!r}\n  computed {computed!r}", expected == computed)


def load(file):
    return json.loads((HERE / file).read_text(encoding="utf-8"))


def check_requests(file, must_sign):
    """signing.json, recomputed.json and base_string.json: whole requests."""
    tally, content = Tally(file), load(file)
    names, asked, answered = set(), 0, 0
    for vector in content["vectors"]:
        name = vector["name"]
        keys = set(vector) - {"note", "url_form"}
        keys = (keys - {"body_base64"}) | {"body"} if "body_base64" in keys else keys
        tally.equal(name, "keys", REQUEST_KEYS, keys)
        form = vector.get("url_form", "normal")
        tally.true(name, f"there is no URL form {form}", form in ("as-given", "normal"))
        if form == "normal":
            # So all that sign it the full way agree with what was published, which knows of no such form.
            url = vector["url"]
            tally.equal(name, "the base string URI of the normal form", base_string_uri(normal_form(url)), base_string_uri(url))
        tally.true(name, "the name stands twice", name not in names)
        names.add(name)
        expected = vector["expected"]
        tally.true(name, "nothing is expected", ("signature" if must_sign else "base_string") in expected)

        protocol = protocol_parameters(vector)
        pairs = request_pairs(vector) + protocol
        normalised = normalise(pairs)
        base_string = "&".join(
            percent_encode(part) for part in (vector["method"].upper(), base_string_uri(vector["url"]), normalised)
        )
        computed = {"normalized_parameters": normalised, "base_string": base_string}
        if must_sign:
            computed["signature"] = sign(vector, base_string)
            check_sent(tally, vector, protocol, computed["signature"])
        for what in ("normalized_parameters", "base_string", "signature"):
            if what in expected:
                tally.equal(name, what, expected[what], computed.get(what))

        if must_sign:
            asked += 1
            second = oauthlib_answer(vector, protocol)
            if second is not None:
                answered += 1
                tally.equal(name, "base string by oauthlib", base_string, second[0])
                tally.equal(name, "signature by oauthlib", expected["signature"], second[1])
    if must_sign:
        tally.notes.append(f"oauthlib answered {answered} of {asked}")
    for entry in content.get("left_out", []):
        complete = all(entry.get(key) for key in ("name", "source", "reason"))
        tally.true(entry.get("name"), "an entry of left_out lacks a field", complete)
        if "published" in entry:
            right = next(v for v in content["vectors"] if v["name"] == entry["vector"])["expected"]["signature"]
            tally.true(entry["name"], "the published value is the right one", entry["published"] != right)
    return tally, len(content["vectors"])


def check_encoding():
    tally, content = Tally("oauth1/encoding.json"), load("oauth1/encoding.json")
    for vector in content["vectors"]:
        data = bytes.fromhex(vector["hex"])
        tally.equal(vector["hex"], "encoded", vector["encoded"], percent_encode(data))
        tally.equal(vector["hex"], "decoded again", data, percent_decode(vector["encoded"].encode()))
    return tally, len(content["vectors"])


def check_base_uri():
    tally, content = Tally("oauth1/base_uri.json"), load("oauth1/base_uri.json")
    for vector in content["vectors"]:
        try:
            computed = {"base_uri": base_string_uri(vector["url"])}
        except InvalidUrl:
            computed = {"error": "OSIGN_INVALID_URL"}
        expected = {key: vector[key] for key in ("base_uri", "error") if key in vector}
        tally.equal(vector["url"], "base string URI", expected, computed)
    return tally, len(content["vectors"])


def check_parameters():
    tally, content = Tally("oauth1/parameters.json"), load("oauth1/parameters.json")
    for vector in content["vectors"]:
        query = form_decode(as_sent(split_url(vector["url"])[3]).encode())
        body = form_decode(body_of(vector)) if is_form(vector.get("content_type")) else []
        header = [(name.encode(), value.encode()) for name, value in vector.get("header_parameters", [])]
        decoded = query + header + body
        encoded = encode_pairs(decoded)
        computed = {
            "decoded": [[name.decode(), value.decode()] for name, value in decoded],
            "encoded": [list(pair) for pair in encoded],
            "sorted": [list(pair) for pair in sorted(encoded)],
            "normalized": normalise(decoded),
        }
        tally.true(vector["name"], "normalized is missing", "normalized" in vector)
        for what, value in computed.items():
            if what in vector:
                tally.equal(vector["name"], what, vector[what], value)
    return tally, len(content["vectors"])


def check_body_hash():
    tally, content = Tally("oauth1/body_hash.json"), load("oauth1/body_hash.json")
    for vector in content["vectors"]:
        tally.equal(vector["source"], "hash", vector["hash"], b64(digest(vector["algorithm"], body_of(vector))))
    return tally, len(content["vectors"])


def check_rsa():
    tally, content = Tally("oauth1/rsa.json"), load("oauth1/rsa.json")
    for vector in content["vectors"]:
        computed = b64(rsa_sign(vector["private_key"], vector["algorithm"], vector["data"].encode()))
        tally.equal(vector["source"], "signature", vector["signature"], computed)
    return tally, len(content["vectors"])


def check_mastercard():
    tally, content = Tally("oauth1/mastercard.json"), load("oauth1/mastercard.json")
    for vector in content["vectors"]:
        name, expected = vector["name"], vector["expected"]
        tally.equal(name, "keys", REQUEST_KEYS | {"mastercard_form"}, set(vector))
        protocol, query = mastercard_parameters(vector)
        normalised = "&".join(f"{name}={value}" for name, value in sorted(query + protocol))
        url = base_string_uri(vector["url"])
        base_string = "&".join(percent_encode(part) for part in (vector["method"].upper(), url, normalised))
        computed = {"normalized_parameters": normalised, "base_string": base_string}
        computed["signature"] = sign(vector, base_string)
        second = OAUTHLIB_SIGN[vector["signature_method"]](base_string, OauthlibClient(vector))
        tally.equal(name, "signature by oauthlib", computed["signature"], second)
        for what in ("normalized_parameters", "base_string", "signature"):
            if what in expected:
                tally.equal(name, what, expected[what], computed.get(what))
        if "authorization" in expected:
            ours = [(name, value.replace("\\", "\\\\").replace('"', '\\"')) for name, value in protocol]
            ours.append(("oauth_signature", percent_encode(computed["signature"])))
            tally.equal(name, "authorization", parse_authorization(expected["authorization"]), (None, sorted(ours)))
        tally.true(name, "nothing is expected", bool(expected))
    return tally, len(content["vectors"])


def check_passport():
    tally, content = Tally("oauth1/netsuite_passport.json"), load("oauth1/netsuite_passport.json")
    for vector in content["vectors"]:
        parts = [vector[part] for part in ("account", "consumer_key", "token", "nonce")] + [str(vector["timestamp"])]
        key = "&".join(percent_encode(vector[secret]) for secret in ("consumer_secret", "token_secret"))
        text = "&".join(percent_encode(part) for part in parts)
        computed = b64(hmac.digest(key.encode(), text.encode(), "sha256"))
        tally.equal(vector["name"], "signature", vector["signature"], computed)
    return tally, len(content["vectors"])


def check_hmac():
    tally, content = Tally("hmac.json"), load("hmac.json")
    for vector in content["vectors"]:
        key, data, mac = (bytes.fromhex(vector[part]) for part in ("key_hex", "data_hex", "mac_hex"))
        computed = hmac.digest(key, data, vector["algorithm"].lower())
        if vector.get("truncated"):
            tally.true(vector["source"], "a truncated MAC is as long as a whole one", 0 < len(mac) < len(computed))
            computed = computed[: len(mac)]
        tally.equal(vector["source"], "mac", mac.hex(), computed.hex())
    return tally, len(content["vectors"])


def check_pkce():
    tally, content = Tally("oauth2/pkce.json"), load("oauth2/pkce.json")
    for vector in content["vectors"]:
        verifier = rfc6749.b64url(bytes(vector["octets"]))
        tally.equal(vector["name"], "verifier", vector["verifier"], verifier)
        tally.equal(vector["name"], "challenge", vector["challenge"], rfc6749.challenge(verifier))
    return tally, len(content["vectors"])


def check_profile_requests():
    tally, content = Tally("oauth2/requests.json"), load("oauth2/requests.json")
    inputs, seen = content["inputs"], set()
    for vector in content["vectors"]:
        name, step = vector["profile"], vector["step"]
        computed = rfc6749.request(
            rfc6749.profile(name), step, inputs["client"], inputs, content["accounts"].get(name)
        )
        expected = {key: value for key, value in vector.items() if key not in ("profile", "step")}
        tally.equal(f"{name} {step}", "request", expected, computed)
        tally.true(f"{name} {step}", "it stands twice", (name, step) not in seen)
        seen.add((name, step))
    names = {file.stem for file in rfc6749.SERVICES.glob("*.toml")} - {"custom"}
    profiles = {name for name in names if rfc6749.profile(name)["grant"] != "oauth1"}
    tally.equal("profiles", "names", profiles, {name for name, _ in seen})
    return tally, len(content["vectors"])


def check_rfc_requests():
    tally, content = Tally("oauth2/rfc_requests.json"), load("oauth2/rfc_requests.json")
    for vector in content["vectors"]:
        name, expected = vector["name"], vector["expected"]
        known = rfc6749.profile("custom", vector.get("replace", ()), vector["settings"])
        computed = rfc6749.request(known, vector["step"], vector["client"], vector)
        if "parameters_of" in expected:
            published, ours = urlsplit(expected["parameters_of"]), urlsplit(computed["url"])
            tally.equal(name, "address", published[:3], ours[:3])
            tally.equal(name, "parameters", sorted(parse_qsl(published.query)), sorted(parse_qsl(ours.query)))
        if "body" in expected:
            tally.equal(name, "body", expected["body"], computed["body"])
            tally.equal(name, "Authorization", expected["authorization"], dict(computed["headers"]).get("Authorization"))
        if "body_as_published" in expected:
            tally.equal(name, "body", parse_qsl(expected["body_as_published"]), parse_qsl(computed["body"]))
    return tally, len(content["vectors"])


def check_hosts():
    tally, content = Tally("oauth2/hosts.json"), load("oauth2/hosts.json")
    patterns = rfc6749.profile("amocrm")["account"]["hosts"]
    for vector in content["vectors"]:
        tally.equal(vector["host"], "host", (vector.get("taken"), vector.get("word")), rfc6749.host(vector["host"], patterns))
    return tally, len(content["vectors"])


def check_callbacks():
    tally, content = Tally("oauth2/callbacks.json"), load("oauth2/callbacks.json")
    for vector in content["vectors"]:
        computed = rfc6749.callback(rfc6749.profile(vector["profile"]), vector["callback"], vector["state"])
        expected = {key: value for key, value in vector["expected"].items() if key != "status"}
        tally.equal(vector["name"], "what it says", expected, computed)
    return tally, len(content["vectors"])


def check_answers():
    tally, content = Tally("oauth2/answers.json"), load("oauth2/answers.json")
    for vector in content["vectors"]:
        expected = {key: value for key, value in vector["expected"].items() if value not in (None, [])}
        computed = {key: value for key, value in rfc6749.answer(vector).items() if value is not None}
        tally.equal(vector["name"], "what it means", expected, computed)
    return tally, len(content["vectors"])


def check_flow(file, compute):
    tally, content, seen = Tally(f"flow/{file}"), load(f"flow/{file}"), set()
    for vector in content["vectors"]:
        computed = {key: value for key, value in compute(vector).items() if value is not None}
        tally.equal(vector["name"], "what it is", vector["expected"], computed)
        tally.true(vector["name"], "it stands twice", vector["name"] not in seen)
        seen.add(vector["name"])
    return tally, len(content["vectors"])


def main():
    logging.disable(logging.CRITICAL)
    results = [
        check_requests("oauth1/signing.json", must_sign=True),
        check_requests("oauth1/recomputed.json", must_sign=True),
        check_requests("oauth1/base_string.json", must_sign=False),
        check_encoding(),
        check_base_uri(),
        check_parameters(),
        check_body_hash(),
        check_rsa(),
        check_mastercard(),
        check_passport(),
        check_hmac(),
        check_pkce(),
        check_profile_requests(),
        check_rfc_requests(),
        check_hosts(),
        check_callbacks(),
        check_answers(),
        check_flow("requests.json", rfc5849_flow.request),
        check_flow("services.json", rfc5849_flow.request),
        check_flow("answers.json", rfc5849_flow.answer),
        check_flow("callbacks.json", rfc5849_flow.callback),
    ]
    passed = failed = 0
    for tally, vectors in results:
        tally.true(tally.file, "the file holds no vectors", vectors > 0)
        notes = "".join(f"; {note}" for note in tally.notes)
        print(f"{tally.file}: {vectors} vectors, {tally.passed} checks passed, {tally.failed} failed{notes}")
        passed, failed = passed + tally.passed, failed + tally.failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())