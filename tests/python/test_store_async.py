"""The awaited store: the loop goes on, and what is cancelled loses nothing."""

import asyncio
import time
from pathlib import Path

import osign
import pytest
from osign import AsyncLogin, AsyncStore, GrantLost
from service import KEY, Service, agree, log_in


def test_every_call(service: Service, tmp_path: Path) -> None:
    async def main() -> None:
        store = await AsyncStore.open(f"sqlite:{tmp_path}/tokens.db", KEY, create=True)
        await store.add("crm", **service.settings())
        login = await store.login("crm")
        assert login.grant == "crm" and login.url.startswith(service.url) and repr(login) == "AsyncLogin(grant='crm')"
        callback = await asyncio.to_thread(agree, login.url)
        token = await AsyncLogin.from_dict(store, login.to_dict()).finish(callback)
        assert await store.access_token("crm", 5) == (await store.token("crm")).value == token.value
        assert (await store.authorize("crm", "GET", f"{service.url}/x")).headers["Authorization"] == f"Bearer {token.value}"
        assert await store.is_expired("crm", 401)
        service.control(end_access=True)
        assert (await store.refused("crm", token)).generation == 3
        assert await store.grants() == ["crm"] and (await store.grant("crm"))["generation"] == 3
        assert await store.check() == [] and len(await store.history("crm", 2)) == 2
        await store.replace("crm", **service.settings())
        bundle = await store.export("crm", key=KEY)
        await store.exported("crm", bundle)
        await store.remove("crm")
        assert await store.import_(bundle.text, key=KEY, grant="shop") == "shop"
        await store.adopt("shop")
        await store.rename("shop", "crm")
        await store.backup(tmp_path / "backup.db")
        assert (await store.info())["grants"] == 1 and await store.rekey() == 0
        assert await store.revoke("crm") and await store.adopt_store() == 0
        assert not await store.revoke("crm", here=True)
        await store.add("other", **{**service.settings(), "pkce": False})
        url = f"{service.url}/authorize?client_id=demo-client&redirect_uri=http://127.0.0.1:9/back"
        code = (await asyncio.to_thread(agree, url)).split("code=")[1].split("&")[0]
        await store.exchange("other", code)
        await store.add("photos", kind="oauth1", consumer_key="k", consumer_secret="s", token="t", token_secret="s",
                        renew_url=f"{service.url}/renew", allow_insecure_http=True)
        assert (await store.renew("photos")).generation == 2
        with pytest.raises(GrantLost):
            await store.finish_login("other", f"?code={code}")
        assert repr(store) == "AsyncStore(Store([redacted]))"

    asyncio.run(main())


def test_the_loop_goes_on(store: osign.Store, service: Service) -> None:
    token = log_in(store, service)
    service.control(end_access=True, fault="slow", seconds=1)

    async def main() -> float:
        waiting = AsyncStore.of(store)
        task = asyncio.create_task(waiting.refused("crm", token))
        longest, last = 0.0, time.monotonic()
        while not task.done():
            await asyncio.sleep(0.01)
            now = time.monotonic()
            longest, last = max(longest, now - last), now
        await task
        return longest

    assert asyncio.run(main()) < 0.5


def test_what_is_cancelled_in_mid_refresh_loses_nothing(store: osign.Store, service: Service) -> None:
    token = log_in(store, service)
    service.control(end_access=True, fault="hold")

    async def main() -> str:
        waiting = AsyncStore.of(store)
        task = asyncio.create_task(waiting.refused("crm", token))
        await asyncio.to_thread(service.wait_for, "refresh", 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(waiting.refused("crm", token), timeout=0.1)
        service.control(release=True)
        return (await waiting.refused("crm", token)).value

    value = asyncio.run(main())
    # This service takes an old refresh token for a theft: one refresh it was, and its answer was kept.
    assert value == store.access_token("crm") and service.counters()["refresh"] == 1 and service.counters()["rejected"] == 0


def test_a_loop_that_ends_in_mid_refresh_loses_nothing(store: osign.Store, service: Service) -> None:
    token = log_in(store, service)
    service.control(end_access=True, fault="slow", seconds=1)

    async def main() -> None:
        task = asyncio.create_task(AsyncStore.of(store).refused("crm", token))
        await asyncio.to_thread(service.wait_for, "refresh", 1)
        task.cancel()

    asyncio.run(main())
    assert store.token("crm").generation == 3 and service.counters()["rejected"] == 0


def test_many_at_expiry_are_one_refresh(store: osign.Store, service: Service) -> None:
    token = log_in(store, service)
    service.control(end_access=True)

    async def main() -> list[osign.Token]:
        waiting = AsyncStore.of(store)
        return await asyncio.gather(*(waiting.refused("crm", token) for _ in range(50)))

    tokens = asyncio.run(main())
    assert len({one.value for one in tokens}) == 1 and service.counters()["refresh"] == 1
