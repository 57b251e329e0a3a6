"""Thousands of generated requests: osign through Python, held to a second implementation, to oauthlib and to liboauth.

The requests, the references, and the rules that say why a peer differs and which section decides, are those of
tests/differential/.
"""

import sys
from pathlib import Path
from typing import Any

import osign
import pytest
from osign.oauth1 import Signer

ROOT = Path(__file__).parents[2]
REQUESTS = 1500
#: Not that of the C interface's run, so that the two are of different requests.
SEED = 20261123


class Package:
    """A caller of osign, as tests/differential/comparison.py wants one."""

    #: Those that a request may name.
    url_forms = ("as-given", "normal")

    def __init__(self, answers: Any) -> None:
        self.answers = answers

    def version(self) -> str:
        return f"{osign.__version__} in Python {sys.version.split()[0]}"

    @staticmethod
    def signer(request: dict[str, Any]) -> Signer:
        return Signer(
            request["consumer_key"],
            request["consumer_secret"],
            request["token"],
            request["token_secret"],
            signature_method=request["signature_method"],
            private_key=request["pem"],
            realm=request["realm"],
            send_version=request["send_version"],
            body_hash=request["body_hash"],
            url_form=request["url_form"],
        )

    def sign(self, request: dict[str, Any]) -> Any:
        names = ("method", "url", "content_type", "parameters", "nonce", "timestamp", "transmission")
        try:
            signed = self.signer(request).sign(body=request["bytes"], **{name: request[name] for name in names})
        except osign.Error as error:
            raise self.answers.Refused(error.name, str(error)) from None
        assert (signed.nonce, signed.timestamp) == (request["nonce"], request["timestamp"])
        fields = (signed.authorization or "", signed.url, signed.body or b"", signed.signature, signed.base_string)
        return self.answers.Signed(*fields)

    def authorization(self, request: dict[str, Any]) -> str:
        return self.signer(request).authorization(
            request["method"], request["url"], request["bytes"], content_type=request["content_type"]
        )


@pytest.mark.filterwarnings("ignore::osign.UnsignedFormWarning")  # Some bodies have no content type.
def test_generated_requests(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("vectors", "differential"):
        monkeypatch.syspath_prepend(ROOT / "tests" / folder)
    import answers
    import comparison

    assert comparison.compare(Package(answers), REQUESTS, SEED, 5)
    printed = capsys.readouterr().out
    with capsys.disabled():
        print("\n" + "\n".join(line for line in printed.splitlines() if line.startswith(("osign", "oauthlib:", "liboauth:"))))
    passed = int(printed.splitlines()[-1].split()[0])
    # Each request is held to the second implementation, and nearly every one to oauthlib.
    assert passed > 2 * REQUESTS
