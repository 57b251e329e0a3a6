"""`make bench`: grants beside what requests-oauthlib and Authlib have of the like, in one run.

Threads that meet an expiry, at a service whose refresh tokens work once; what a refresh costs beside the request that it sends;
and what a request costs that carries a token.
"""

import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

# Loopback without TLS.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import osign
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from requests_oauthlib import OAuth2Session as RequestsSession

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/python"))

from python import medians
from service import Service, agree, log_in

THREADS = 8
ROUNDS = 9
CLIENT = {"client_id": "demo-client", "client_secret": "demo-SECRET-of-the-client"}
URL = "https://api.example.com/items?limit=5"

Token = dict[str, Any]


def a_token(service: Service) -> Token:
    """One that a person has just agreed to, as a peer keeps it; and that has ended."""
    settings = service.settings()
    session = RequestsSession(CLIENT["client_id"], redirect_uri=settings["redirect_uri"])
    url, _ = session.authorization_url(settings["authorize_url"])
    came_to = agree(url)
    token = session.fetch_token(settings["token_url"], authorization_response=came_to, client_secret=CLIENT["client_secret"])
    return {**token, "expires_at": time.time() - 1}


def tried(work: Callable[[], bool]) -> bool:
    """Whether a call has an answer of the API; peers raise where there is no token."""
    try:
        return work()
    except Exception:
        return False


def at_once(work: Callable[[], bool]) -> int:
    """How many of the threads get an answer of the API, where all begin at the same moment."""
    barrier = threading.Barrier(THREADS)
    good = []

    def one() -> None:
        barrier.wait()
        good.append(tried(work))

    threads = [threading.Thread(target=one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(good)


class Kept(dict[str, Any]):
    """Where a peer puts its newest token, as its documentation has it: in one place for all threads."""

    def save(self, new: Token, **_: object) -> None:
        self.clear()
        self.update(new)


def with_requests_oauthlib(service: Service, kept: Kept) -> bool:
    """A call of the API, by a session of its own."""
    session = RequestsSession(
        CLIENT["client_id"],
        token=dict(kept),
        auto_refresh_url=f"{service.url}/token",
        auto_refresh_kwargs=CLIENT,
        token_updater=kept.save,
    )
    return session.get(f"{service.url}/api/me").status_code == 200


def with_authlib(service: Service, kept: Kept) -> bool:
    session = AuthlibSession(**CLIENT, token=dict(kept), token_endpoint=f"{service.url}/token", update_token=kept.save)
    return bool(session.get(f"{service.url}/api/me").status_code == 200)


def threads_at_an_expiry(service: Service, store: osign.Store) -> None:
    print(f"{THREADS} threads at an expiry; a refresh token works once")
    for family in (False, True):
        print("  sent again, it is turned down" if not family else "  sent again, it ends the grant")
        service.control(family=family)
        at_an_expiry(service, store, "ended" if family else "spent")
    service.control(family=False)


def at_an_expiry(service: Service, store: osign.Store, prefix: str) -> None:
    for name, call in (("requests-oauthlib", with_requests_oauthlib), ("Authlib", with_authlib), ("osign", None)):
        good, sent, lives = [], [], []
        for number in range(ROUNDS):
            if call:
                work = partial(call, service, Kept(a_token(service)))
            else:
                grant = f"{prefix}-{number}"
                # It has ended when the threads begin.
                service.control(access_lifetime=0.2)
                log_in(store, service, grant)
                service.control(access_lifetime=3600)
                time.sleep(0.25)
                auth = osign.requests.Auth(store, grant, origin=service.url)
                work = lambda: requests.get(f"{service.url}/api/me", auth=auth).status_code == 200
            before = service.counters()["refresh"]
            good.append(at_once(work))
            sent.append(service.counters()["refresh"] - before)
            lives.append(tried(work))
        print(f"    {name:<18} {statistics.median(good):>3.0f} of {THREADS} have an answer, {statistics.median(sent):.0f} refreshes, "
              f"{sum(lives)} of {ROUNDS} grants live on")


def refreshes(service: Service, store: osign.Store) -> None:
    """Each renews its token; the bare request is the same one by the standard library, which saves nothing."""
    # As long as it takes for a token of osign's to end between two rounds.
    service.control(access_lifetime=1)
    log_in(store, service, "renewed")
    token, other = a_token(service), a_token(service)
    session = RequestsSession(CLIENT["client_id"], token=token)
    authlib = AuthlibSession(**CLIENT, token=other, token_endpoint=f"{service.url}/token")
    bare = a_token(service)
    place = urlsplit(service.url).netloc

    def by_http() -> None:
        connection = http.client.HTTPConnection(place)
        form = {"grant_type": "refresh_token", "refresh_token": bare["refresh_token"], **CLIENT}
        connection.request("POST", "/token", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        bare["refresh_token"] = json.load(answer)["refresh_token"]
        connection.close()

    def by_osign() -> None:
        store.access_token("renewed", min_validity=0)

    subjects: dict[str, Callable[[], object]] = {
        "the bare request, nothing saved": by_http,
        "osign, saved durably before and after": by_osign,
        "requests-oauthlib, nothing saved": lambda: session.refresh_token(f"{service.url}/token", **CLIENT),
        "Authlib, nothing saved": lambda: authlib.refresh_token(f"{service.url}/token"),
    }
    seen: dict[str, list[float]] = {name: [] for name in subjects}
    before = service.counters()["refresh"]
    for number in range(16):
        time.sleep(1)
        for name, work in subjects.items():
            begun = time.perf_counter()
            work()
            if number:
                seen[name].append(time.perf_counter() - begun)
    assert service.counters()["refresh"] - before == 16 * len(subjects)
    service.control(access_lifetime=3600)
    print("\nA refresh over HTTP on loopback")
    for name, times in seen.items():
        print(f"    {name:<58} {statistics.median(times) * 1e3:>9.2f} ms")


def requests_with_a_token(service: Service, store: osign.Store) -> None:
    """Authlib and requests-oauthlib keep the token in memory, and learn of no other process; osign reads the store each time."""
    store.add("key", kind="static", secret="a key of somebody's", api_origin="https://api.example.com")
    auth = osign.requests.Auth(store, "key", origin="https://api.example.com")
    token = {**a_token(service), "expires_at": time.time() + 3600, "expires_in": 3600}
    authlib = AuthlibSession(**CLIENT, token=token)
    client = RequestsSession(CLIENT["client_id"], token=token)._client
    prepared = lambda: requests.Request("GET", URL).prepare()

    def by_requests_oauthlib() -> None:
        one = prepared()
        one.url, one.headers, one.body = client.add_token(one.url, http_method="GET", body=None, headers=one.headers)

    subjects: dict[str, Callable[[], object]] = {
        "preparing it, without one": prepared,
        "osign.requests.Auth": lambda: auth(prepared()),
        "requests-oauthlib's client": by_requests_oauthlib,
        "Authlib's": lambda: authlib.token_auth(prepared()),
    }
    print("\nA prepared request of requests, with a token")
    medians({name: (work, 50) for name, work in subjects.items()}, rounds=60)


def main() -> None:
    service = Service()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OSIGN_ANCHORS"] = f"{folder}/anchors"
        store = osign.Store(f"sqlite:{folder}/tokens.db", osign.new_key(), create=True)
        try:
            threads_at_an_expiry(service, store)
            refreshes(service, store)
            requests_with_a_token(service, store)
        finally:
            service.stop()


if __name__ == "__main__":
    main()
