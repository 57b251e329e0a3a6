"""RFC 5849 once more, written anew: what is signed, and its signature.

It shares no code with osign, so that recompute.py can hold the vectors to it, and tests/differential osign itself.
A request is a dict with the fields of signing.json, as README.md has them.
"""

import base64
import functools
import hashlib
import hmac
import re
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_pem_private_key

OAUTH1 = Path(__file__).resolve().parent / "oauth1"
FORM = "application/x-www-form-urlencoded"
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
DEFAULT_PORTS = {"http": 80, "https": 443}
RSA_HASHES = {"SHA1": hashes.SHA1, "SHA256": hashes.SHA256, "SHA512": hashes.SHA512}


PARAMETER = re.compile(r'([^=", ]+)="((?:[^"\\]|\\.)*)"(?:, |$)')
# What may stand in a path as it is (RFC 3986 section 3.3), a stray % included; and in a query, where clients leave brackets.
IN_PATH = UNRESERVED | frozenset(b"!$&'()*+,;=:@/%")
IN_QUERY = IN_PATH | frozenset(b"?[]")


class InvalidUrl(ValueError):
    """No base string URI can be made of it."""


def percent_encode(data):
    """RFC 5849 section 3.6."""
    data = data.encode() if isinstance(data, str) else data
    return "".join(chr(byte) if byte in UNRESERVED else f"%{byte:02X}" for byte in data)


def percent_decode(data):
    out, at = bytearray(), 0
    while at < len(data):
        try:
            if data[at] != ord("%") or len(data) < at + 3:
                raise ValueError
            out.append(int(data[at + 1 : at + 3].decode("ascii"), 16))
            at += 3
        except ValueError:
            out.append(data[at])
            at += 1
    return bytes(out)


def form_decode(data):
    """Pairs of bytes, as HTML forms write them: `+` is a space, a name without `=` has an empty value."""
    pairs = []
    for piece in data.split(b"&"):
        if piece:
            name, _, value = piece.partition(b"=")
            pairs.append(tuple(percent_decode(part.replace(b"+", b" ")) for part in (name, value)))
    return pairs


def as_sent(text):
    """What an HTTP client puts on the wire: a raw space or non-ASCII byte encoded, the rest untouched."""
    return "".join(chr(byte) if 0x20 < byte < 0x7F else f"%{byte:02X}" for byte in text.encode())


def split_url(url):
    """(scheme, authority without user information, path, query), none of them decoded."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.lower() not in DEFAULT_PORTS:
        raise InvalidUrl(url)
    rest = rest.partition("#")[0]
    before_query, _, query = rest.partition("?")
    authority, slash, path = before_query.partition("/")
    return scheme.lower(), authority.rpartition("@")[2], slash + path, query


def base_string_uri(url):
    """RFC 5849 section 3.4.1.2."""
    scheme, authority, path, _ = split_url(url)
    if authority.startswith("["):
        host, bracket, port = authority.partition("]")
        host += bracket
        if not bracket or (port and not port.startswith(":")):
            raise InvalidUrl(url)
        port = port[1:]
    else:
        host, _, port = authority.partition(":")
    if not host or " " in host or (port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536)):
        raise InvalidUrl(url)
    if port and int(port) == DEFAULT_PORTS[scheme]:
        port = ""
    port = f":{int(port)}" if port else ""  # As a number: clients drop leading zeros.
    return f"{scheme}://{host.lower()}{port}{as_sent(path) or '/'}"


def respell(text, may_stand):
    """A path or a query with escapes in capitals, none where none is needed, and one wherever one is.

    An escape that would make one of a stray % before it, were it decoded, stays.
    """
    out, data, at = [], text.encode(), 0
    while at < len(data):
        if re.match(rb"%[0-9A-Fa-f]{2}", data[at:]):
            stray = re.search("%[0-9A-Fa-f]?$", "".join(out)[-2:]) or re.search("%.$", "".join(out)[-2:])
            escape = data[at : at + 3].decode().upper()
            out.append(escape if stray else percent_encode(bytes([int(data[at + 1 : at + 3], 16)])))
            at += 3
        else:
            out.append(chr(data[at]) if data[at] in may_stand else f"%{data[at]:02X}")
            at += 1
    return "".join(out)


def without_dot_segments(path):
    """RFC 3986 section 5.2.4, for a path that begins with a slash."""
    kept = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == ".." and kept:
            kept.pop()
        if segment not in (".", ".."):
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def normal_form(url):
    """RFC 3986 sections 6.2.2 and 6.2.3, without user information and fragment."""
    scheme, authority, path, query = split_url(url)
    start = base_string_uri(f"{scheme}://{authority}").removesuffix("/")
    mark = "?" if "?" in url.partition("#")[0] else ""
    return start + without_dot_segments(respell(path, IN_PATH) or "/") + mark + respell(query, IN_QUERY)


def encode_pairs(pairs):
    return [(percent_encode(name), percent_encode(value)) for name, value in pairs]


def normalise(pairs):
    """RFC 5849 section 3.4.1.3.2: the pairs are sorted once encoded, by name and then by value."""
    return "&".join(f"{name}={value}" for name, value in sorted(encode_pairs(pairs)))


def is_form(content_type):
    return content_type is not None and content_type.partition(";")[0].strip().lower() == FORM


def body_of(request):
    if "body_base64" in request:
        return base64.b64decode(request["body_base64"])
    return (request.get("body") or "").encode()


def request_pairs(request):
    """The parameters of the query and of a form body, decoded."""
    pairs = form_decode(as_sent(split_url(request["url"])[3]).encode())
    if is_form(request.get("content_type")):
        pairs += form_decode(body_of(request))
    return pairs


def digest(algorithm, data):
    return hashlib.new(algorithm.lower(), data).digest()


def b64(data):
    return base64.b64encode(data).decode()


def hash_of(signature_method):
    """The hash a method is made of; PLAINTEXT has none, and its body hash is SHA-1."""
    return signature_method.partition("-")[2] or "SHA1"


def protocol_parameters(vector):
    """Every oauth_* parameter but the signature."""
    pairs = [("oauth_consumer_key", vector["consumer_key"])]
    if vector["token"] is not None:
        pairs.append(("oauth_token", vector["token"]))
    pairs += [
        ("oauth_signature_method", vector["signature_method"]),
        ("oauth_timestamp", str(vector["timestamp"])),
        ("oauth_nonce", vector["nonce"]),
    ]
    if vector["send_version"]:
        pairs.append(("oauth_version", "1.0"))
    pairs += [tuple(pair) for pair in vector["parameters"]]
    if vector["body_hash"] and not is_form(vector["content_type"]):
        pairs.append(("oauth_body_hash", b64(digest(hash_of(vector["signature_method"]), body_of(vector)))))
    return [(name.encode(), value.encode()) for name, value in pairs]


def mastercard_parameters(vector):
    """(the protocol parameters, the pairs of the query as Mastercard's libraries sign them), as text.

    Neither is encoded one by one; a query with an escape is decoded, and encoded as RFC 5849 has it. Each body has its hash.
    """
    protocol = [(name.decode(), value.decode()) for name, value in protocol_parameters({**vector, "body_hash": False})]
    protocol.append(("oauth_body_hash", b64(digest("SHA256", body_of(vector)))))
    query = as_sent(split_url(vector["url"])[3])
    if "%" in query:
        return protocol, encode_pairs(form_decode(query.encode()))
    return protocol, [(name, value) for name, _, value in (piece.partition("=") for piece in query.split("&") if piece)]


@functools.cache
def private_key(file):
    return load_pem_private_key((OAUTH1 / file).read_bytes(), password=None)


def rsa_sign(key_file, algorithm, data):
    return private_key(key_file).sign(data, padding.PKCS1v15(), RSA_HASHES[algorithm]())


def sign(vector, base_string):
    """RFC 5849 sections 3.4.2 to 3.4.4."""
    method = vector["signature_method"]
    secrets = percent_encode(vector["consumer_secret"]) + "&" + percent_encode(vector["token_secret"] or "")
    if method == "PLAINTEXT":
        return secrets
    if method.startswith("RSA-"):
        return b64(rsa_sign(vector["private_key"], hash_of(method), base_string.encode()))
    return b64(hmac.digest(secrets.encode(), base_string.encode(), hash_of(method).lower()))


def parse_authorization(header):
    """(realm or None, the other parameters sorted). The realm is a quoted string (RFC 5849 section 3.5.1), taken apart here;
    the other values are still encoded. The order of a header has no meaning.
    """
    scheme, _, rest = header.partition(" ")
    parameters, at = [], 0
    while at < len(rest):
        item = PARAMETER.match(rest, at)
        if scheme != "OAuth" or item is None:
            raise ValueError(f"not a header of our format: {header}")
        parameters.append(item.groups())
        at = item.end()
    realm = re.sub(r"\\(.)", r"\1", parameters.pop(0)[1]) if parameters[0][0] == "realm" else None
    return realm, sorted(parameters)


def is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
