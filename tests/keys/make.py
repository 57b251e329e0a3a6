#!/usr/bin/env python3
"""Makes the keys that are refused, in this folder: RSA private keys with a fault that no program would make by accident.

They were made once and are committed; each name says what is wrong. They protect nothing. sound-4096.pem is as long as the keys of
services are, and was made by `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096`.
"""

import base64
import math
import random
import textwrap
from pathlib import Path

E = 65537


def is_prime(number: int) -> bool:
    return pow(2, number - 1, number) == 1 and pow(3, number - 1, number) == 1


def prime(bits: int) -> int:
    while True:
        number = random.getrandbits(bits) | 3 << bits - 2 | 1
        if is_prime(number) and (number - 1) % E:
            return number


def integer(number: int) -> bytes:
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def key(p: int, q: int, **other: int) -> list[int]:
    """RFC 8017 §A.1.2, as a list; `other` replaces what it names."""
    numbers = {"version": 0, "n": p * q, "e": E, "d": pow(E, -1, math.lcm(p - 1, q - 1)), "p": p, "q": q}
    numbers |= {"dp": numbers["d"] % (p - 1), "dq": numbers["d"] % (q - 1), "qinv": 0 if p == q else pow(q, -1, p)}
    return list((numbers | other).values())


def write(name: str, numbers: list[int], more: bytes = b"") -> None:
    der = tlv(0x30, b"".join(map(integer, numbers)) + more)
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    text = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n"
    (Path(__file__).parent / f"{name}.pem").write_text(text)


def main() -> None:
    p, q = prime(512), prime(512)
    write("p-is-7", key(7, prime(1021)))
    write("unbalanced", key(prime(384), prime(640)))
    write("equal", key(p, p, d=pow(E, -1, p * (p - 1))))
    write("short", key(prime(240), prime(240)))
    a, b = prime(256), prime(256)
    write("composite", key(a * b, prime(512)))
    write("even-exponent", key(p, q, e=E - 1))
    write("large-exponent", key(p, q, e=(1 << 40) + 1))
    for name in ("n", "d", "p", "q", "dp", "dq", "qinv"):
        numbers = key(p, q)
        numbers[["version", "n", "e", "d", "p", "q", "dp", "dq", "qinv"].index(name)] ^= 1 << 40
        write(f"other-{name}", numbers)
    r = prime(512)
    d = pow(E, -1, math.lcm(p - 1, q - 1, r - 1))
    third = tlv(0x30, tlv(0x30, integer(r) + integer(d % (r - 1)) + integer(pow(p * q, -1, r))))
    write("three-primes", key(p, q, version=1, n=p * q * r, d=d, dp=d % (p - 1), dq=d % (q - 1)), third)
    # Sound, though no program's usual choice: 1020 and 1028 bits.
    write("sound-512", key(prime(256), prime(256)))
    write("sound-1020-1028", key(prime(1020), prime(1028)))
    write("sound-exponent-3", sound_with_3())


def sound_with_3() -> list[int]:
    global E
    E = 3
    return key(prime(1024), prime(1024))


if __name__ == "__main__":
    main()
