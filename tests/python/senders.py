"""Each HTTP client, sending one request with the ``Auth`` of a grant."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import aiohttp
import osign
import requests
from osign import Store

#: Sends a request with an ``Auth``, and returns status and body.
Send = Callable[..., tuple[int, bytes]]


def by_requests(store: Store, grant: str, origin: str, method: str, url: str, **more: Any) -> tuple[int, bytes]:
    with requests.Session() as session:
        session.trust_env = False
        session.auth = osign.requests.Auth(store, grant, origin=origin)
        answer = session.request(method, url, **more)
        return answer.status_code, answer.content


def by_httpx(name: str) -> Send:
    def send(store: Store, grant: str, origin: str, method: str, url: str, **more: Any) -> tuple[int, bytes]:
        if "data" in more:
            more["content"] = more.pop("data")
        auth = getattr(osign, name).Auth(store, grant, origin=origin)
        with import_module(name).Client(auth=auth, follow_redirects=True, trust_env=False) as client:
            answer = client.request(method, url, **more)
            return answer.status_code, answer.content

    return send


def by_async_httpx(name: str) -> Send:
    def send(store: Store, grant: str, origin: str, method: str, url: str, **more: Any) -> tuple[int, bytes]:
        if "data" in more:
            data = more.pop("data")
            more["content"] = data if isinstance(data, bytes) else parts(data)

        async def main() -> tuple[int, bytes]:
            auth = getattr(osign, name).Auth(osign.AsyncStore.of(store), grant, origin=origin)
            async with import_module(name).AsyncClient(auth=auth, follow_redirects=True, trust_env=False) as client:
                answer = await client.request(method, url, **more)
                return answer.status_code, answer.content

        return asyncio.run(main())

    return send


def by_aiohttp(store: Store, grant: str, origin: str, method: str, url: str, **more: Any) -> tuple[int, bytes]:
    if "data" in more and not isinstance(more["data"], bytes):
        more["data"] = parts(more["data"])

    async def main() -> tuple[int, bytes]:
        auth = osign.aiohttp.Auth(store, grant, origin=origin)
        async with aiohttp.ClientSession(middlewares=[auth]) as session:
            async with session.request(method, url, **more) as answer:
                return answer.status, await answer.read()

    return asyncio.run(main())


async def parts(of: Iterator[bytes]) -> AsyncIterator[bytes]:
    for part in of:
        yield part


#: httpx2 is not there for the oldest Python.
OF_HTTPX = [name for name in ("httpx", "httpx2") if find_spec(name)]
CLIENTS: dict[str, Send] = {
    "requests": by_requests,
    "aiohttp": by_aiohttp,
    **{name: by_httpx(name) for name in OF_HTTPX},
    **{f"async {name}": by_async_httpx(name) for name in OF_HTTPX},
}
