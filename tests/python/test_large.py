"""Large input: tokens of 64 KiB, 100,000 parameters, bodies of 64 MiB."""

import base64
import hashlib

import osign
import pytest
from osign.oauth1 import Signer

FORM = "application/x-www-form-urlencoded"
URL = "https://example.com/"


def test_tokens_of_64_kib() -> None:
    token, secret, awkward = "t" * 65536, "s" * 65536, "%" * 65536
    signer = Signer(awkward, secret, token, secret, realm=awkward)
    signed = signer.sign("POST", URL, parameters={"oauth_verifier": token}, nonce="n", timestamp=1)
    header = str(signed.authorization)
    assert f'oauth_consumer_key="{"%25" * 65536}"' in header
    assert f'oauth_token="{token}"' in header and f'oauth_verifier="{token}"' in header
    assert f"oauth_token%3D{token}%26oauth_verifier%3D{token}%26" in signed.base_string
    assert len(signed.signature) == 28
    plain = Signer(awkward, secret, token, secret, signature_method="PLAINTEXT").sign("POST", URL)
    assert plain.signature == f"{secret}&{secret}"


def test_a_hundred_thousand_parameters() -> None:
    """As many in the query as in the form, and as further ones; none of them is lost."""
    count = 100_000
    form = "&".join(f"p{index * 7919 % count}={index % 10}" for index in range(count))
    signer = Signer("key", "secret", signature_method="HMAC-SHA256")
    signed = signer.sign("POST", f"{URL}?{form}", form, content_type=FORM)
    assert signed.base_string.count("%3D") == 2 * count + 5
    assert signed.url == f"{URL}?{form}" and signed.body == form.encode()
    further = signer.sign("POST", URL, parameters=((f"oauth_p{index}", str(index)) for index in range(count)))
    assert str(further.authorization).count('="') == count + 6
    explained = signer.explain("POST", f"{URL}?{form}")
    assert len(explained.parameters) == len(explained.sorted) == count + 5
    assert sorted(explained.sorted) == list(range(count + 5))
    says = "the request has more than the 100000 parameters that osign explains; explain one like it with fewer"
    with pytest.raises(osign.InputError) as refused:
        signer.explain("POST", f"{URL}?{form}", "a=1&b=2", content_type=FORM)
    assert (str(refused.value), refused.value.reason) == (says, "too-many-parameters")


def test_a_hundred_thousand_requests() -> None:
    rows = [("GET", f"{URL}?page={page}") for page in range(100_000)]
    signed = Signer("key", "secret").sign_many(rows)
    assert [request.url for request in signed] == [url for _, url in rows]
    assert len({request.nonce for request in signed}) == len(rows)


def test_the_hash_of_64_mib() -> None:
    for size in (64 << 20, (64 << 20) + 1):
        body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        for method, algorithm in (("HMAC-SHA1", "sha1"), ("HMAC-SHA512", "sha512")):
            signed = Signer("key", "secret", signature_method=method, body_hash=True).sign(
                "PUT", URL, body, content_type="application/octet-stream"
            )
            steps = signed.normalized_parameters.split("&")
            expected = base64.b64encode(hashlib.new(algorithm, body).digest()).decode()
            assert steps[0] == "oauth_body_hash=" + expected.translate({43: "%2B", 47: "%2F", 61: "%3D"})
            assert signed.body is body


def test_a_form_of_64_mib() -> None:
    form = b"a=" + b"x" * (64 << 20)
    signed = Signer("key", "secret").sign("POST", URL, form, content_type=FORM)
    assert signed.normalized_parameters.startswith("a=" + "x" * (64 << 20) + "&oauth_consumer_key=key&")
