"""The sessions that get a token, each driven in the same way."""

import asyncio
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import osign

#: httpx2 is not there for the oldest Python.
CLIENTS = ["requests", "httpx", "httpx async", *(["httpx2", "httpx2 async"] if find_spec("httpx2") else [])]

#: What the arguments of requests_oauthlib are for Authlib.
AUTHLIB = {
    "client_key": "client_id",
    "resource_owner_key": "token",
    "resource_owner_secret": "token_secret",
    "callback_uri": "redirect_uri",
}


class Driven:
    """A session of osign's, or of another library that has the same methods. Arguments have requests_oauthlib's names."""

    def __init__(self, client: str, made_by: Any = None, follow: bool = True, **arguments: Any) -> None:
        self.client, _, awaited = client.partition(" ")
        module = made_by or getattr(osign, self.client)
        self.loop = None
        if self.client == "requests":
            self.session = module.OAuth1Session(**arguments)
        else:
            named = {AUTHLIB.get(name, name): value for name, value in arguments.items()}
            made = module.AsyncOAuth1Client if awaited else module.OAuth1Client
            self.session = made(follow_redirects=follow, **named)
            self.loop = asyncio.new_event_loop() if awaited else None

    def awaited(self, result: Any) -> Any:
        return self.loop.run_until_complete(result) if self.loop is not None else result

    def request_token(self, url: str, *arguments: Any, **more: Any) -> dict[str, str]:
        found: dict[str, str] = self.awaited(self.session.fetch_request_token(url, *arguments, **more))
        return found

    def address(self, url: str, *arguments: Any, **more: Any) -> str:
        make = self.session.authorization_url if self.client == "requests" else self.session.create_authorization_url
        return str(make(url, *arguments, **more))

    def callback(self, url: Any) -> dict[str, str]:
        found: dict[str, str] = self.session.parse_authorization_response(url)
        return found

    def access_token(self, url: str, *arguments: Any, **more: Any) -> dict[str, str]:
        found: dict[str, str] = self.awaited(self.session.fetch_access_token(url, *arguments, **more))
        return found

    def send(self, method: str, url: str, **more: Any) -> Any:
        return self.awaited(self.session.request(method, url, **more))

    @property
    def credentials(self) -> Any:
        """What has the settable names."""
        return self.session.auth.client if self.client == "requests" else self.session.auth

    def name(self, name: str) -> str:
        return name if self.client == "requests" else AUTHLIB.get(name, name)

    def get(self, name: str) -> Any:
        return getattr(self.credentials, self.name(name))

    def set(self, name: str, value: Any) -> None:
        setattr(self.credentials, self.name(name), value)

    @property
    def state(self) -> dict[str, Any]:
        return dict(vars(self.credentials))

    def close(self) -> None:
        self.awaited(self.session.aclose() if self.loop is not None else self.session.close())
        if self.loop is not None:
            self.loop.close()


def response_class(client: str) -> Any:
    return import_module(client.partition(" ")[0]).Response
