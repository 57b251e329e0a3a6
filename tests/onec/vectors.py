#!/usr/bin/env python3
"""Writes tests/vectors as C++ for vectors.cpp, so that it needs no JSON library for each processor it runs on:
    vectors.py FOLDER >vectors.inc
"""
import base64
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])


def literal(value):
    """Text, bytes, a flag, or none, as C++."""
    if value is None:
        return "{}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f'"{value}"'
    if isinstance(value, list):
        return "{{" + ", ".join("{" + ", ".join(map(literal, pair)) + "}" for pair in value) + "}}"
    data = value if isinstance(value, bytes) else value.encode()
    digits = "".join(f"\\{byte:03o}" for byte in data)
    return f'{{"{digits}", {len(data)}}}'


def rows(kind, file, fields):
    """The vectors of a file, a row each; a field is a name, or makes its value of the vector."""
    vectors = json.loads((folder / file).read_text())["vectors"]
    print(f"static const {kind} {pathlib.Path(file).stem.upper()}[] = {{")
    for vector in vectors:
        values = [vector.get(field) if isinstance(field, str) else field(vector) for field in fields]
        print("    {" + ", ".join(map(literal, values)) + "},")
    print("};")


def expected(name):
    return lambda vector: vector["expected"].get(name)


def body(vector):
    encoded = vector.get("body_base64")
    return base64.b64decode(encoded) if encoded is not None else vector.get("body")


def private_key(vector):
    file = vector["private_key"]
    return None if file is None else (folder / "oauth1" / file).read_bytes()


def unhex(name):
    return lambda vector: bytes.fromhex(vector[name])


REQUEST = ["name", "method", "url", "content_type", body, "consumer_key", "consumer_secret", "token", "token_secret",
           "signature_method", private_key, "realm", "parameters", "nonce", "timestamp", "send_version", "body_hash",
           "url_form", lambda v: v.get("mastercard_form", False), "transmission", expected("signature"), expected("base_string"), expected("normalized_parameters"),
           expected("authorization"), expected("url")]
for file in ["signing", "recomputed", "base_string", "mastercard"]:
    rows("Request", f"oauth1/{file}.json", REQUEST)
rows("Encoding", "oauth1/encoding.json", [unhex("hex"), "encoded"])
rows("BaseUri", "oauth1/base_uri.json", ["url", "base_uri", "error"])
rows("Parameters", "oauth1/parameters.json", ["url", "content_type", body, "header_parameters", "normalized"])
rows("BodyHash", "oauth1/body_hash.json", ["algorithm", "body", "hash"])
rows("Hmac", "hmac.json", ["algorithm", unhex("key_hex"), unhex("data_hex"), "mac_hex", lambda v: v.get("truncated", False)])
