"""OAuth 1.0a (RFC 5849): a signer, what it signed, how a signature came about; and the steps of a login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._native import (
    Comparison,
    Credentials,
    Explanation,
    Flow,
    Parameter,
    Signed,
    Signer,
    compare_base_strings,
    netsuite_passport,
)
from ._types import SignatureMethod, Transmission, UrlForm

if TYPE_CHECKING:
    from ._types import Bytes, Parameters, Text

__all__ = [
    "Comparison",
    "Credentials",
    "Explanation",
    "Flow",
    "Parameter",
    "SignatureMethod",
    "Signed",
    "Signer",
    "Transmission",
    "UrlForm",
    "compare_base_strings",
    "explain",
    "netsuite_passport",
]


def explain(
    signer: Signer,
    method: Text,
    url: Text,
    body: Bytes | None = None,
    *,
    content_type: Text | None = None,
    parameters: Parameters | None = None,
    nonce: Text | None = None,
    timestamp: int | None = None,
    transmission: Transmission = "header",
) -> Explanation:
    """Every step of the signature that ``signer.sign`` makes of the same arguments, to print or to look into.

    >>> signer = Signer("key", "secret")
    >>> steps = explain(signer, "GET", "https://example.com/?b=2&a=1", nonce="n", timestamp=1)
    >>> print(steps.base_string)
    GET&https%3A%2F%2Fexample.com%2F&a%3D1%26b%3D2%26oauth_consumer_key%3Dkey%26oauth_nonce%3Dn%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1%26oauth_version%3D1.0

    To learn why a server refuses a signature, sign again with the nonce and the timestamp of the refused request, and
    ``compare`` with the base string that the server reports. Raises what ``signer.sign`` raises.
    """
    return signer.explain(
        method,
        url,
        body,
        content_type=content_type,
        parameters=parameters,
        nonce=nonce,
        timestamp=timestamp,
        transmission=transmission,
    )
