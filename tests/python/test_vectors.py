"""Every vector of tests/vectors/ through the Python package, as tests/vectors.rs runs them through the core.

tests/vectors/README.md says what the fields mean and how to compare. Each test fails when it ran fewer vectors than its
file holds.
"""

import base64
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import osign
import pytest
from osign.oauth1 import Signed, Signer, netsuite_passport

FOLDER = Path(__file__).parents[1] / "vectors"
FILES = ["hmac.json"] + [
    f"oauth1/{name}.json"
    for name in (
        "base_string",
        "base_uri",
        "body_hash",
        "encoding",
        "mastercard",
        "netsuite_passport",
        "parameters",
        "recomputed",
        "rsa",
        "signing",
    )
]
Vector = dict[str, Any]


def load(file: str) -> dict[str, list[Vector]]:
    content: dict[str, list[Vector]] = json.loads((FOLDER / file).read_text())
    return content


def run(file: str, check: Callable[[Vector], None]) -> None:
    """Runs `check` on each vector of a file, and counts."""
    vectors, count = load(file)["vectors"], 0
    for vector in vectors:
        check(vector)
        count += 1
    print(f"{file}: {count} of {len(vectors)} vectors")
    assert count == len(vectors) > 0


def body(vector: Vector) -> bytes | str | None:
    encoded = vector.get("body_base64")
    return vector["body"] if encoded is None else base64.b64decode(encoded)


def signer_of(vector: Vector) -> Signer:
    key = vector["private_key"]
    return Signer(
        vector["consumer_key"],
        vector["consumer_secret"],
        vector["token"],
        vector["token_secret"],
        signature_method=vector["signature_method"],
        private_key=None if key is None else (FOLDER / "oauth1" / key).read_text(),
        realm=vector["realm"],
        send_version=vector["send_version"],
        body_hash=vector["body_hash"],
        url_form=vector.get("url_form", "usual"),
        mastercard_form=vector.get("mastercard_form", False),
    )


def sign(vector: Vector) -> Signed:
    """A whole request of signing.json and its like, signed in each way, which must agree."""
    signer = signer_of(vector)
    request = {name: vector[name] for name in ("method", "url", "content_type", "nonce", "timestamp")}
    request |= {"body": body(vector), "parameters": vector["parameters"]}
    signed = signer.sign(**request, transmission=vector["transmission"])
    (one_of_many,) = signer.sign_many([{**request, "transmission": vector["transmission"]}])
    steps = signer.explain(**request, transmission=vector["transmission"])
    assert (steps.base_string, steps.normalized_parameters) == (signed.base_string, signed.normalized_parameters)
    for name in ("authorization", "url", "body", "signature", "base_string", "headers"):
        assert getattr(one_of_many, name) == getattr(signed, name), vector["name"]
    if vector["transmission"] == "header":
        # The URL that was signed: the short way takes it as it comes.
        header = signer.authorization(**{**request, "url": signed.url})
        assert header == signed.authorization, vector["name"]
        assert signer.authorization_many([{**request, "url": signed.url}]) == [header], vector["name"]
    else:
        assert signed.authorization is None
    assert (signed.nonce, signed.timestamp) == (vector["nonce"], vector["timestamp"]), vector["name"]
    return signed


def parse_header(header: str) -> tuple[str | None, list[str]]:
    """The realm, when it comes first, and the other parameters in an order of their own: a header's has no meaning."""
    scheme, _, rest = header.partition(" ")
    assert scheme == "OAuth"
    parameters = rest.split(", ")
    realm = parameters.pop(0) if parameters[0].startswith("realm=") else None
    return realm, sorted(parameters)


def pieces(form: str) -> list[str]:
    return sorted(piece for piece in form.split("&") if piece)


def parse_url(url: str) -> tuple[str, list[str]]:
    """What comes before the query, and the query's pieces in an order of their own. Sources give no fragment."""
    before, _, query = url.partition("#")[0].partition("?")
    return before, pieces(query)


def check_request(vector: Vector) -> None:
    name, expected, signed = vector["name"], vector["expected"], sign(vector)
    assert expected, name
    for what, value in expected.items():
        if what in ("signature", "base_string", "normalized_parameters"):
            assert getattr(signed, what) == value, (name, what)
        elif what == "authorization":
            assert parse_header(str(signed.authorization)) == parse_header(value), (name, what)
        elif what == "url":
            assert parse_url(signed.url) == parse_url(value), (name, what)
        elif what == "body":
            assert pieces((signed.body or b"").decode()) == pieces(value), (name, what)
        else:
            pytest.fail(f"{name}: this runner does not know {what}")


def test_no_file_is_forgotten() -> None:
    # Those of OAuth 2.0 and of logins are the core's.
    found = [path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json") if path.parent.name in ("oauth1", "vectors")]
    assert sorted(found) == FILES


@pytest.mark.parametrize(
    ("file", "expects"),
    [("signing", "signature"), ("recomputed", "signature"), ("base_string", "base_string"), ("mastercard", "")],
)
def test_requests(file: str, expects: str) -> None:
    def check(vector: Vector) -> None:
        assert not expects or expects in vector["expected"]
        check_request(vector)

    run(f"oauth1/{file}.json", check)


def test_published_mistakes_are_not_ours() -> None:
    content, count = load("oauth1/signing.json"), 0
    for entry in content["left_out"]:
        if "published" in entry:
            (vector,) = [vector for vector in content["vectors"] if vector["name"] == entry["vector"]]
            assert sign(vector).signature != entry["published"], entry["name"]
            count += 1
    assert count > 0


def test_encoding() -> None:
    def check(vector: Vector) -> None:
        plain = bytes.fromhex(vector["hex"])
        assert osign.percent_encode(plain) == vector["encoded"]
        # And on its way through a form.
        steps = Signer("k", "s").explain(
            "POST",
            "http://h/",
            "=" + "".join(f"%{byte:02x}" for byte in plain),
            content_type="application/x-www-form-urlencoded",
        )
        assert (steps.parameters[0].value, steps.parameters[0].encoded_value) == (plain, vector["encoded"])

    run("oauth1/encoding.json", check)


def test_base_uri() -> None:
    def check(vector: Vector) -> None:
        signer, url = Signer("key", "secret"), vector["url"]
        if "base_uri" in vector:
            assert signer.explain("GET", url).base_string_uri == vector["base_uri"], url
            assert unquote(signer.sign("GET", url).base_string.split("&")[1]) == vector["base_uri"], url
        else:
            for call in (signer.explain, signer.sign, signer.authorization):
                with pytest.raises(osign.InputError) as caught:
                    call("GET", url)
                assert caught.value.name == vector["error"], url

    run("oauth1/base_uri.json", check)


OURS = ["oauth_consumer_key", "oauth_token", "oauth_signature_method", "oauth_timestamp", "oauth_nonce", "oauth_version"]


def test_parameters() -> None:
    """The query's pairs, the header's, the body's: decoded, encoded, sorted and normalised, as `explain` tells them."""

    def check(vector: Vector) -> None:
        name, header = vector["name"], dict(vector["header_parameters"])
        further = [(name, value) for name, value in vector["header_parameters"] if name not in OURS]
        steps = Signer(
            header.get("oauth_consumer_key", "key"),
            "secret",
            header.get("oauth_token"),
            signature_method=header.get("oauth_signature_method", "HMAC-SHA1"),
            send_version="oauth_version" in header,
        ).explain(
            "GET",
            vector["url"],
            body(vector),
            content_type=vector["content_type"],
            parameters=further,
            nonce=header.get("oauth_nonce"),
            timestamp=int(header["oauth_timestamp"]) if "oauth_timestamp" in header else None,
        )

        # What the vector has not, a request cannot be without; and `explain` has the body before the header.
        def told(order: list[int]) -> list[Any]:
            return [p for p in (steps.parameters[i] for i in order) if p.origin != "protocol" or p.name.decode() in header]

        places = {"query": 0, "protocol": 1, "form body": 2}
        collected = sorted(
            told(list(range(len(steps.parameters)))),
            key=lambda p: (places[p.origin], list(header).index(p.name.decode()) if p.origin == "protocol" else 0),
        )
        in_order = [[p.encoded_name, p.encoded_value] for p in told(steps.sorted)]
        for what, expected in {
            "decoded": [[p.name.decode(), p.value.decode()] for p in collected],
            "encoded": [[p.encoded_name, p.encoded_value] for p in collected],
            "sorted": in_order,
            "normalized": "&".join("=".join(pair) for pair in in_order),
        }.items():
            assert vector.get(what, expected) == expected, (name, what)

    run("oauth1/parameters.json", check)


def test_body_hash() -> None:
    methods = {"SHA1": ["HMAC-SHA1", "PLAINTEXT"], "SHA256": ["HMAC-SHA256"]}

    def check(vector: Vector) -> None:
        for method in methods[vector["algorithm"]]:
            signer = Signer("key", "secret", signature_method=method, body_hash=True)
            signed = signer.sign("POST", "http://example.com/", body(vector), content_type="text/plain")
            parameters = dict(pair.split("=") for pair in signed.normalized_parameters.split("&"))
            assert unquote(parameters["oauth_body_hash"]) == vector["hash"], method

    run("oauth1/body_hash.json", check)


def request_of_text(text: str, method: str) -> Vector | str:
    """The request that has this base string, or why there is none."""
    parts = text.split("&")
    if len(parts) != 3 or not unquote(parts[1]).startswith(("http://", "https://")):
        return "no base string"
    pairs = [[unquote_to_bytes(part).decode() for part in pair.split("=")] for pair in unquote(parts[2]).split("&")]
    ours = {name: value for name, value in pairs if name in OURS}
    if ours.get("oauth_signature_method") != method:
        return "it names another method"
    query = "&".join(f"{osign.percent_encode(n)}={osign.percent_encode(v)}" for n, v in pairs if n not in OURS)
    return {
        "name": text,
        "method": parts[0],
        "url": f"{unquote(parts[1])}?{query}",
        **dict.fromkeys(["content_type", "body", "realm"]),
        "consumer_key": ours["oauth_consumer_key"],
        "consumer_secret": "",
        "token": ours.get("oauth_token"),
        "token_secret": None,
        "signature_method": method,
        "parameters": [],
        "nonce": ours["oauth_nonce"],
        "timestamp": int(ours["oauth_timestamp"]),
        "send_version": "oauth_version" in ours,
        "body_hash": False,
        "transmission": "header",
    }


def test_rsa() -> None:
    """Bare texts, most of which no request comes down to: tests of the core sign them all, and here they are counted."""
    done: Counter[str] = Counter()

    def check(vector: Vector) -> None:
        request = request_of_text(vector["data"], f"RSA-{vector['algorithm']}")
        if isinstance(request, str):
            done[request] += 1
            return
        signed = sign({**request, "private_key": vector["private_key"]})
        assert (signed.base_string, signed.signature) == (vector["data"], vector["signature"])
        done["signed"] += 1

    run("oauth1/rsa.json", check)
    assert done == {"signed": 1, "it names another method": 4, "no base string": 2}


def test_netsuite_passport() -> None:
    def check(vector: Vector) -> None:
        arguments = {name: value for name, value in vector.items() if name not in ("name", "source", "signature")}
        assert netsuite_passport(**arguments) == vector["signature"], vector["name"]

    run("oauth1/netsuite_passport.json", check)


def test_hmac() -> None:
    def check(vector: Vector) -> None:
        key, data, expected = (bytes.fromhex(vector[name]) for name in ("key_hex", "data_hex", "mac_hex"))
        mac = osign.hmac(vector["algorithm"], key, data)
        assert (mac[: len(expected)] if vector.get("truncated") else mac) == expected, vector["source"]
        assert len(expected) < len(mac) or not vector.get("truncated")

    run("hmac.json", check)
