"""A store at a server, from Python: client.py URL. Its key is 32 bytes 0xA7; what it finds, and does, it says in lines."""

import asyncio
import sys

import osign

KEY = b"\xa7" * 32
url = sys.argv[1]

try:
    osign.Store("mysql://db/grants", KEY)
except osign.InputError as error:
    print("other kinds:", error)
store = osign.Store(url, KEY)
print("from C:", store.access_token("weather"))
token = store.token("crm")
print("generation:", token.generation)
try:
    store.refused("crm", token)
except osign.TryLater as error:
    print("renewed by C just now:", error.reason)
print("grants:", *store.grants())
print("needs a person:", store.check())
store.remove("weather")


async def awaited() -> None:
    again = await osign.AsyncStore.open(url, KEY)
    print("awaited:", (await again.token("crm")).generation)


asyncio.run(awaited())
try:
    osign.Store(url.replace("/grants", "/none"), KEY)
except osign.StoreError as error:
    print("no such database:", error.reason)
