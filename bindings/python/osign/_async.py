"""``osign.AsyncStore``: a store whose calls are awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ._native import Login, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from typing_extensions import ParamSpec, Unpack

    from ._grants import (
        Finding,
        GrantReport,
        GrantSettings,
        Happening,
        KeptLogin,
        Purpose,
        Seconds,
        Send,
        SignedBodies,
        StoreReport,
    )
    from ._native import AuthorizedRequest, Bundle, Token
    from ._records import Records
    from ._types import Bytes, Text

    _Arguments = ParamSpec("_Arguments")

__all__ = ["AsyncLogin", "AsyncStore"]

_Result = TypeVar("_Result")


async def in_thread(
    call: Callable[_Arguments, _Result], *arguments: _Arguments.args, **named: _Arguments.kwargs
) -> _Result:
    # Whoever awaits has imported it; for all others it would be most of the time that importing osign takes.
    from asyncio import to_thread

    return await to_thread(call, *arguments, **named)


class AsyncStore:
    """An ``osign.Store`` for asyncio: the same calls with the same arguments and errors, awaited.

    Each call goes to a thread of ``asyncio.to_thread``, and the loop goes on. Where the task that awaits it is cancelled, the
    call itself goes to its end there: what a service answers is kept, and the next call finds it.

    Making one opens the store, which takes a moment with a passphrase: ``await AsyncStore.open(...)`` does it in a thread,
    too. ``send`` is called in such a thread, and is no coroutine; and so are the methods of a store of your own.
    """

    def __init__(
        self,
        url: Text | Records,
        key: Bytes | None = None,
        *,
        passphrase: Bytes | None = None,
        old_key: Bytes | None = None,
        old_passphrase: Bytes | None = None,
        create: bool = False,
        ca_file: str | PathLike[str] | None = None,
        proxy: Text | None = None,
        environment: Text | None = None,
        patience: Seconds = 30,
        send: Send | None = None,
        id: Text | None = None,
    ) -> None:
        self._store = Store(
            url,
            key,
            passphrase=passphrase,
            old_key=old_key,
            old_passphrase=old_passphrase,
            create=create,
            ca_file=ca_file,
            proxy=proxy,
            environment=environment,
            patience=patience,
            send=send,
            id=id,
        )

    @classmethod
    async def open(
        cls,
        url: Text | Records,
        key: Bytes | None = None,
        *,
        passphrase: Bytes | None = None,
        old_key: Bytes | None = None,
        old_passphrase: Bytes | None = None,
        create: bool = False,
        ca_file: str | PathLike[str] | None = None,
        proxy: Text | None = None,
        environment: Text | None = None,
        patience: Seconds = 30,
        send: Send | None = None,
        id: Text | None = None,
    ) -> AsyncStore:
        """Opens a store in a thread."""
        return await in_thread(
            cls,
            url,
            key,
            passphrase=passphrase,
            old_key=old_key,
            old_passphrase=old_passphrase,
            create=create,
            ca_file=ca_file,
            proxy=proxy,
            environment=environment,
            patience=patience,
            send=send,
            id=id,
        )

    @classmethod
    def of(cls, store: Store) -> AsyncStore:
        """The awaited calls of a store that is open."""
        if not isinstance(store, Store):
            raise TypeError(f"store must be an osign.Store, not {type(store).__name__}")
        made = cls.__new__(cls)
        made._store = store
        return made

    @property
    def store(self) -> Store:
        """The same store, with calls that wait."""
        return self._store

    async def access_token(self, grant: Text, min_validity: Seconds = 60) -> str:
        """As ``Store.access_token``."""
        return await in_thread(self._store.access_token, grant, min_validity)

    async def token(self, grant: Text, min_validity: Seconds = 60) -> Token:
        """As ``Store.token``."""
        return await in_thread(self._store.token, grant, min_validity)

    async def refused(self, grant: Text, token: Token | int, status: int = 401) -> Token:
        """As ``Store.refused``."""
        return await in_thread(self._store.refused, grant, token, status)

    async def authorize(
        self,
        grant: Text,
        method: Text,
        url: Text,
        body: Bytes | None = None,
        *,
        content_type: Text | None = None,
        min_validity: Seconds = 60,
    ) -> AuthorizedRequest:
        """As ``Store.authorize``."""
        return await in_thread(
            self._store.authorize, grant, method, url, body, content_type=content_type, min_validity=min_validity
        )

    async def signed_bodies(self, grant: Text) -> SignedBodies | None:
        """As ``Store.signed_bodies``."""
        return await in_thread(self._store.signed_bodies, grant)

    async def is_expired(self, grant: Text, status: int, body: Bytes | None = None) -> bool:
        """As ``Store.is_expired``."""
        return await in_thread(self._store.is_expired, grant, status, body)

    async def add(self, grant: Text, **settings: Unpack[GrantSettings]) -> None:
        """As ``Store.add``."""
        await in_thread(self._store.add, grant, **settings)

    async def replace(self, grant: Text, **settings: Unpack[GrantSettings]) -> None:
        """As ``Store.replace``."""
        await in_thread(self._store.replace, grant, **settings)

    async def login(self, grant: Text, account: Text | None = None) -> AsyncLogin:
        """As ``Store.login``; returns an ``osign.AsyncLogin``."""
        return AsyncLogin(await in_thread(self._store.login, grant, account))

    async def finish_login(self, grant: Text, callback: Text) -> Token:
        """As ``Store.finish_login``."""
        return await in_thread(self._store.finish_login, grant, callback)

    async def exchange(self, grant: Text, code: Text, account: Text | None = None) -> Token:
        """As ``Store.exchange``."""
        return await in_thread(self._store.exchange, grant, code, account)

    async def grants(self) -> list[str]:
        """As ``Store.grants``."""
        return await in_thread(self._store.grants)

    async def grant(self, grant: Text) -> GrantReport:
        """As ``Store.grant``."""
        return await in_thread(self._store.grant, grant)

    async def check(self, warn: Seconds = 1209600) -> list[Finding]:
        """As ``Store.check``."""
        return await in_thread(self._store.check, warn)

    async def history(self, grant: Text, most: int = 50) -> list[Happening]:
        """As ``Store.history``."""
        return await in_thread(self._store.history, grant, most)

    async def export(
        self, grant: Text, *, key: Bytes | None = None, passphrase: Bytes | None = None, purpose: Purpose = "move"
    ) -> Bundle:
        """As ``Store.export``."""
        return await in_thread(self._store.export, grant, key=key, passphrase=passphrase, purpose=purpose)

    async def exported(self, grant: Text, bundle: Bundle | int) -> None:
        """As ``Store.exported``."""
        await in_thread(self._store.exported, grant, bundle)

    async def import_(
        self, text: Text, *, key: Bytes | None = None, passphrase: Bytes | None = None, grant: Text | None = None
    ) -> str:
        """As ``Store.import_``."""
        return await in_thread(self._store.import_, text, key=key, passphrase=passphrase, grant=grant)

    async def adopt(self, grant: Text) -> None:
        """As ``Store.adopt``."""
        await in_thread(self._store.adopt, grant)

    async def adopt_store(self) -> int:
        """As ``Store.adopt_store``."""
        return await in_thread(self._store.adopt_store)

    async def rekey(self) -> int:
        """As ``Store.rekey``."""
        return await in_thread(self._store.rekey)

    async def backup(self, path: str | PathLike[str]) -> None:
        """As ``Store.backup``."""
        await in_thread(self._store.backup, path)

    async def info(self) -> StoreReport:
        """As ``Store.info``."""
        return await in_thread(self._store.info)

    async def renew(self, grant: Text) -> Token:
        """As ``Store.renew``."""
        return await in_thread(self._store.renew, grant)

    async def revoke(self, grant: Text, *, here: bool = False) -> bool:
        """As ``Store.revoke``."""
        return await in_thread(self._store.revoke, grant, here=here)

    async def remove(self, grant: Text) -> None:
        """As ``Store.remove``."""
        await in_thread(self._store.remove, grant)

    async def rename(self, grant: Text, new_name: Text) -> None:
        """As ``Store.rename``."""
        await in_thread(self._store.rename, grant, new_name)

    def __repr__(self) -> str:
        return f"AsyncStore({self._store!r})"


class AsyncLogin:
    """An ``osign.Login`` whose end is awaited."""

    def __init__(self, login: Login) -> None:
        self._login = login

    @property
    def grant(self) -> str:
        """The grant's name."""
        return self._login.grant

    @property
    def url(self) -> str:
        """The URL where a person agrees."""
        return self._login.url

    async def finish(self, callback: Text) -> Token:
        """As ``Login.finish``."""
        return await in_thread(self._login.finish, callback)

    def to_dict(self) -> KeptLogin:
        """As ``Login.to_dict``."""
        return self._login.to_dict()

    @classmethod
    def from_dict(cls, store: AsyncStore, kept: KeptLogin) -> AsyncLogin:
        """As ``Login.from_dict``."""
        return cls(Login.from_dict(store.store, kept))

    def __repr__(self) -> str:
        return f"Async{self._login!r}"


for _class in (AsyncLogin, AsyncStore):
    _class.__module__ = "osign"
