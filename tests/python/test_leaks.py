"""A million calls of all kinds leave memory as it was; and a leak of a few bytes a call would be seen."""

import json

import pytest
from programs import run

#: More than what a heap that is in use moves by, and far less than 16 bytes a call would come to.
FLAT = 768 << 10

PROGRAM = """
import json
import sys

import osign
from osign.oauth1 import Signer, compare_base_strings

FORM = "application/x-www-form-urlencoded"
URL = "https://example.com/resource?b=2&a=1&c=%20x"
signer = Signer("key", "secret", "token", "secret", realm="realm")
leaked = []

def fails(call, *arguments, **others):
    try:
        call(*arguments, **others)
    except (osign.Error, TypeError):
        return
    raise AssertionError("it did not fail")

def requests(count):
    # Each time new text, so that nothing is there already.
    return [("POST", f"{URL}&n={number}", f"d={number}", FORM) for number in range(count)]

def thousand():
    for number in range(100):
        url = f"{URL}&n={number}"
        signer.authorization("GET", url)
        signer.authorization("POST", url, bytearray(b"d=4"), content_type=FORM, parameters={"oauth_verifier": str(number)})
        signed = signer.sign("POST", url, f"d={number}", content_type=FORM, transmission="query")
        signed.authorization, signed.url, signed.body, signed.headers, signed.base_string, repr(signed)
        signer.sign("POST", url, "d=4", content_type=FORM, transmission="body", parameters=(p for p in [("oauth_x", "1")]))
        osign.nonce(), osign.percent_encode(url), osign.hmac("SHA1", url, url)
        fails(signer.sign, "GET", f"example.com/{number}")
        fails(signer.authorization, "GET", 1)
        fails(Signer, "key", "\\ud800")
    signer.sign_many(requests(40)), signer.authorization_many(requests(50))
    fails(signer.sign_many, requests(8) + [("GET", "example.com")])
    for number in range(20):
        steps = signer.explain("POST", f"{URL}&n={number}", "d=4", content_type=FORM)
        str(steps), steps.parameters, steps.key, steps.body, steps.sorted
        steps.compare(steps.base_string + "x").message
        compare_base_strings(URL, f"{URL}{number}")
        Signer("key", "secret", "token", f"secret {number}")

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

def blocks():
    thousand()
    if sys.argv[1] == "leak":
        leaked.extend(bytes(1) for _ in range(1000))  # some 34 bytes for each call

for _ in range(100):
    blocks()
before = resident(), sys.getallocatedblocks()
for _ in range(900):
    blocks()
after = resident(), sys.getallocatedblocks()
print(json.dumps({"resident": after[0] - before[0], "blocks": after[1] - before[1]}))
"""


@pytest.fixture(scope="module")
def grown() -> dict[str, int]:
    result: dict[str, int] = json.loads(run(PROGRAM, "", timeout=900))
    return result


def test_memory_stays_flat(grown: dict[str, int]) -> None:
    assert grown["resident"] < FLAT


def test_python_keeps_no_object(grown: dict[str, int]) -> None:
    assert grown["blocks"] < 500


def test_a_leak_is_seen() -> None:
    leak = json.loads(run(PROGRAM.replace("range(900)", "range(90)"), "leak", timeout=900))
    assert leak["resident"] > FLAT and leak["blocks"] > 50_000


TOKENS = """
import json, os, sys, tempfile

import osign

with tempfile.TemporaryDirectory() as folder:
    os.environ["OSIGN_ANCHORS"] = folder + "/anchors"
    store = osign.Store(f"sqlite:{folder}/tokens.db", osign.new_key(), create=True)
    store.add("key", kind="static", secret="k" * 1000, api_origin="https://example.com", expires_at=4_000_000_000)

    def refused(call, *arguments):
        try:
            call(*arguments)
        except (osign.Error, TypeError):
            return
        raise AssertionError("it did not fail")

    def some():
        for number in range(100):
            store.access_token("key"), store.token("key").expires_at, repr(store.token("key"))
            request = store.authorize("key", "POST", f"https://example.com/{number}", bytes(number), content_type="text/plain")
            request.headers, request.body, request.url
            store.grants(), store.grant("key"), store.check(5)
            refused(store.access_token, f"none-{number}"), refused(store.refused, "key", number + 5), refused(store.token, number)

    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096

    for _ in range(20):
        some()
    before = resident(), sys.getallocatedblocks()
    for _ in range(100):
        some()
    print(json.dumps([resident() - before[0], sys.getallocatedblocks() - before[1]]))
"""


def test_tokens_leave_memory_as_it_was() -> None:
    resident, blocks = json.loads(run(TOKENS, timeout=900))
    assert resident < FLAT and blocks < 500
