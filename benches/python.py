"""`make bench`: a header through Python, beside what others sign there with, in one run; and a token that is there.

All take turns, medians are compared, and what counts is their ratio: another moment of the machine gives other times, and
meets them all.
"""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable

import oauthlib.oauth1
import osign
import requests
import requests_oauthlib
from authlib.oauth1 import ClientAuth

URL = "https://api.example.com/1.1/statuses/home_timeline.json?count=100&include_entities=true&trim_user=1"
KEY, SECRET = "dpf43f3p2l4k3l03", "kd94hf93k423kf44"
TOKEN, TOKEN_SECRET = "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"
FIXED = {"nonce": "chapoH", "timestamp": "137131202"}

Work = Callable[[], object]


#: Requests of many.
MANY = 1000


def medians(subjects: dict[str, tuple[Work, int]], rounds: int) -> dict[str, float]:
    """Seconds for one piece of work. Each is done so often a round, one subject after the other."""
    seen: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(rounds + 1):
        for name, (work, repeat) in subjects.items():
            start = time.perf_counter()
            for _ in range(repeat):
                work()
            if number > 0:  # The first round warms up.
                seen[name].append((time.perf_counter() - start) / repeat / (MANY if name.endswith(", each") else 1))
    result = {name: statistics.median(times) for name, times in seen.items()}
    for name, median in result.items():
        print(f"    {name:<58} {median * 1e6:>9.2f} us")
    return result


def figure(what: str, value: float, budget: float | None = None) -> None:
    """A ratio beside its budget; says `OVER` where it misses."""
    wanted, verdict = ("", "") if budget is None else (f">= {budget:g}x", "met" if value >= budget else "OVER")
    print(f"  {what:<60} {value:>9.2f}x   {wanted:>12} {verdict}".rstrip())


def signature(header: str | bytes) -> str:
    text = header.decode() if isinstance(header, bytes) else header
    return text.split('oauth_signature="')[1].split('"')[0]


def headers() -> None:
    signer = osign.oauth1.Signer(KEY, SECRET, TOKEN, TOKEN_SECRET)
    old = oauthlib.oauth1.Client(KEY, SECRET, TOKEN, TOKEN_SECRET)
    authlib = ClientAuth(KEY, SECRET, TOKEN, TOKEN_SECRET)
    # They sign alike.
    fixed = oauthlib.oauth1.Client(KEY, SECRET, TOKEN, TOKEN_SECRET, **FIXED)
    ours = signer.authorization("GET", URL, nonce=FIXED["nonce"], timestamp=int(FIXED["timestamp"]))
    assert signature(ours) == signature(fixed.sign(URL)[1]["Authorization"])

    rows = [("GET", URL)] * MANY

    print(f"A header in Python {sys.version.split()[0]}: GET with 3 query parameters, HMAC-SHA1")
    by = medians(
        {
            "osign, Signer.authorization": (lambda: signer.authorization("GET", URL), 1000),
            "osign, Signer.sign": (lambda: signer.sign("GET", URL), 1000),
            # A list is kept in both ways of the following: what is dropped at once leaves its memory to the next.
            "osign, a list of Signer.authorization, each": (lambda: [signer.authorization(*row) for row in rows], 1),
            "osign, Signer.authorization_many, each": (lambda: signer.authorization_many(rows), 1),
            "osign, a list of Signer.sign, each": (lambda: [signer.sign(*row) for row in rows], 1),
            "osign, Signer.sign_many, each": (lambda: signer.sign_many(rows), 1),
            "oauthlib, Client.sign": (lambda: old.sign(URL), 20),
            "Authlib, ClientAuth.prepare": (lambda: authlib.prepare("GET", URL, {}, b""), 20),
        },
        rounds=60,
    )
    header, whole = by["osign, Signer.authorization"], by["osign, Signer.sign"]
    figure("oauthlib / osign", by["oauthlib, Client.sign"] / header, 150)
    figure("Authlib / osign", by["Authlib, ClientAuth.prepare"] / header)
    figure("oauthlib / osign with all of the signature", by["oauthlib, Client.sign"] / whole)
    figure("oauthlib / osign, many headers", by["oauthlib, Client.sign"] / by["osign, Signer.authorization_many, each"])
    for one in ("authorization", "sign"):
        listed = by[f"osign, a list of Signer.{one}, each"]
        figure(f"a list of {one} / {one}_many", listed / by[f"osign, Signer.{one}_many, each"], 1)


def prepared_requests() -> None:
    def prepared() -> requests.PreparedRequest:
        return requests.Request("GET", URL).prepare()

    ours = osign.requests.OAuth1(KEY, SECRET, TOKEN, TOKEN_SECRET)
    theirs = requests_oauthlib.OAuth1(KEY, SECRET, TOKEN, TOKEN_SECRET)
    fixed = [of(KEY, SECRET, TOKEN, TOKEN_SECRET, **FIXED) for of in (osign.requests.OAuth1, requests_oauthlib.OAuth1)]
    assert len({signature(auth(prepared()).headers["Authorization"]) for auth in fixed}) == 1

    print("\nA prepared request of requests, signed")
    by = medians(
        {
            "preparing it, unsigned": (prepared, 100),
            "preparing it, and osign.requests": (lambda: ours(prepared()), 100),
            "preparing it, and requests-oauthlib": (lambda: theirs(prepared()), 20),
        },
        rounds=60,
    )
    unsigned = by["preparing it, unsigned"]
    signing = [by[f"preparing it, and {name}"] - unsigned for name in ("requests-oauthlib", "osign.requests")]
    figure("requests-oauthlib / osign.requests, without preparing", signing[0] / signing[1])


def many() -> None:
    """In bulk: `sign_many` keeps the interpreter for a thousand requests, so two threads take turns."""
    signer = osign.oauth1.Signer(KEY, SECRET, TOKEN, TOKEN_SECRET)
    rows = [("GET", f"{URL}&page={page}") for page in range(10_000)]

    def per_second(threads: int) -> float:
        pool = [threading.Thread(target=signer.sign_many, args=(rows,)) for _ in range(threads)]
        start = time.perf_counter()
        for thread in pool:
            thread.start()
        for thread in pool:
            thread.join()
        return threads * len(rows) / (time.perf_counter() - start)

    print(f"\nsign_many of {len(rows)} requests, {os.cpu_count()} processors")
    seen: dict[int, list[float]] = {1: [], 2: []}
    for number in range(16):
        for threads, results in seen.items():
            result = per_second(threads)
            if number > 0:
                results.append(result)
    for threads, results in seen.items():
        total = statistics.median(results)
        print(f"    {f'{threads} thread' + 's' * (threads > 1):<40} {total:>9.0f} headers/s, {total / threads:.0f} per thread")
    figure("2 threads / 1 thread", statistics.median(seen[2]) / statistics.median(seen[1]))


def tokens() -> None:
    """A token that is there: read from the store, opened, judged. Nobody keeps one in memory."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OSIGN_ANCHORS"] = f"{folder}/anchors"
        store = osign.Store(f"sqlite:{folder}/tokens.db", osign.new_key(), create=True)
        store.add("key", kind="static", secret="a key of somebody's", api_origin="https://api.example.com")
        bare = sqlite3.connect(f"{folder}/tokens.db")
        read = "SELECT * FROM grants WHERE name = ?"
        assert bare.execute(read, ("key",)).fetchone()
        auth = osign.requests.Auth(store, "key", origin="https://api.example.com")

        print("\nA token that is there, SQLite")
        by = medians(
            {
                "a bare SELECT by the module sqlite3": (lambda: bare.execute(read, ("key",)).fetchone(), 200),
                "Store.access_token": (lambda: store.access_token("key"), 200),
                "Store.authorize": (lambda: store.authorize("key", "GET", URL), 200),
                "osign.requests.Auth": (lambda: auth(requests.Request("GET", URL).prepare()), 100),
            },
            rounds=60,
        )
        bare.close()
        microseconds = by["Store.access_token"] * 1e6
        print(f"  {'a warm access_token':<60} {microseconds:>9.2f} us  {'<= 25 us':>12} {'met' if microseconds <= 25 else 'OVER'}")
        figure("access_token / a bare SELECT", by["Store.access_token"] / by["a bare SELECT by the module sqlite3"])


def imports() -> None:
    """The time of a new interpreter that imports osign, or a peer, and of one that does not."""

    def start(program: str) -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-I", "-W", "ignore", "-c", program], check=True)
        return time.perf_counter() - begun

    modules = ["osign", "osign.requests", "requests", "requests_oauthlib", "authlib.integrations.requests_client"]
    seen: dict[str, list[float]] = {program: [] for program in ["pass", *(f"import {module}" for module in modules)]}
    for _ in range(25):
        for program, times in seen.items():
            times.append(start(program))
    milliseconds = {program: statistics.median(times) * 1e3 for program, times in seen.items()}
    print("\nBeyond an interpreter that starts")
    for program in list(milliseconds)[1:]:
        print(f"    {program:<58} {milliseconds[program] - milliseconds['pass']:>9.2f} ms")


if __name__ == "__main__":
    headers()
    prepared_requests()
    many()
    tokens()
    imports()
