"""Runs examples/c/oauth1_flow.c over a service of OAuth 1.0a on the loopback, which is made of oauthlib's endpoints."""

import json
import os
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import service
import tokens


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


def agree(url):
    """Where the browser of a person who agrees is sent."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
    try:
        with opener.open(url, timeout=30) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as moved:
        return moved.headers["Location"]


def examples(check, folder):
    """Runs it with each method of signing; check(what, ok, said) counts."""
    program = tokens.compiled("oauth1_flow", folder)
    running = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("service.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    url = running.stdout.readline().strip()
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment = inherited | {
        "OSIGN_CONSUMER_KEY": service.CONSUMER_KEY, "OSIGN_CONSUMER_SECRET": service.CONSUMER_SECRET,
        "OSIGN_REQUEST_TOKEN_URL": f"{url}/initiate", "OSIGN_AUTHORIZE_URL": f"{url}/authorize",
        "OSIGN_ACCESS_TOKEN_URL": f"{url}/token", "OSIGN_CALLBACK": "http://127.0.0.1:9/ready", "OSIGN_ALLOW_INSECURE_HTTP": "1",
    }

    def login(answer, **more):
        """Exit code and all that was printed, where a person answers so to the address to open."""
        with subprocess.Popen(
            [program, f"{url}/photos?size=original"], env=environment | more, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:
            first = process.stdout.readline()
            address = process.stdout.readline().strip() if first.startswith("Open") else ""
            said, _ = process.communicate(answer(address) if address else "", timeout=60)
            return process.returncode, first + said, address

    try:
        for method in ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"):
            kept = folder / f"token-{method}.json"
            code, said, address = login(
                lambda address: agree(address) + "\n", OSIGN_SIGNATURE_METHOD=method, OSIGN_TOKEN_FILE=str(kept)
            )
            check(f"a login with {method}", code == 0 and "HTTP 200" in said and '"signed": true' in said, said)
            token = json.loads(kept.read_text(encoding="utf-8"))
            check(f"its token, {method}", token["oauth_token"] and token["oauth_token"] not in said, said)
            check(f"is kept from others, {method}", stat.S_IMODE(kept.stat().st_mode) == 0o600, kept.stat())
        # Somebody else's callback first, then the own one; then only that.
        foreign = "http://127.0.0.1:9/ready?oauth_token=other&oauth_verifier=x\n"
        code, said, _ = login(lambda address: foreign + agree(address) + "\n")
        check("a foreign callback before", code == 0 and "belongs to another" in said, said)
        code, said, _ = login(lambda address: foreign)
        check("a foreign callback alone", code == 2 and "nobody agreed" in said, said)
        code, said, _ = login(lambda address: agree(address).replace("oauth_verifier=", "oauth_verifier=x") + "\n")
        check("another verifier", code == 1 and "OSIGN_DENIED" in said, said)
        code, said, _ = login(lambda address: "http://127.0.0.1:9/ready?denied=" + address.partition("oauth_token=")[2] + "\n")
        check("a person who refuses", code == 1 and "OSIGN_DENIED: the login was denied" in said, said)
        code, said, _ = login(lambda address: "x", OSIGN_CONSUMER_SECRET="wrong")
        check("a wrong secret", code == 1 and "OSIGN_DENIED: the service refused with HTTP 401" in said, said)
        code, said, _ = login(lambda address: "x", OSIGN_REQUEST_TOKEN_URL=f"{url}/echo/x")
        check("a wrong address", code == 1 and "OSIGN_INVALID_ANSWER: the service's answer is JSON" in said, said)
        code, said, _ = login(lambda address: "x", OSIGN_ALLOW_INSECURE_HTTP="0")
        check("without TLS", code == 1 and "OSIGN_UNTRUSTED_HOST" in said, said)
    finally:
        running.communicate()
