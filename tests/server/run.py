"""Sends requests with examples/c/send_request.c to a server that verifies them with oauthlib; then runs the other examples that
need a service, logs in by OAuth 1.0a from C and from the shell at services on oauthlib and on Authlib that lie in every way, and
tries the contract of stores against what keeps it and what does not."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import flow
import server
import shell
import tokens

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "store_contract"))

import implementations  # noqa: E402

BUILT = (ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / os.environ.get("OSIGN_BUILT", "release")).resolve()
FORM = "application/x-www-form-urlencoded"

passed = failed = 0


def check(what, program, wanted, words, arguments, **environment):
    """Runs the program; its exit code and what it prints must be as wanted."""
    global passed, failed
    # The machine's proxy, if it has one, is not for the loopback.
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    credentials = {"OSIGN_CONSUMER_KEY": server.CONSUMER_KEY, "OSIGN_CONSUMER_SECRET": server.CONSUMER_SECRET}
    done = subprocess.run(
        [program, *arguments], env=inherited | credentials | environment, capture_output=True, text=True, timeout=60
    )
    if done.returncode == wanted and words in done.stdout + done.stderr:
        passed += 1
    else:
        failed += 1
        print(f"failed: {what}: exit {done.returncode}, wanted {wanted} and {words!r}\n{done.stdout}{done.stderr}")


def counted(what, ok, said):
    """Counts what was found."""
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(f"failed: {what}: {said}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "send_request")
        subprocess.run(
            ["gcc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT}/include",
             f"{ROOT}/examples/c/send_request.c", "-o", program, f"-L{BUILT}", "-losign", "-lcurl",
             f"-Wl,-rpath,{BUILT}"],
            check=True,
        )
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = Path(folder, "key.pem")
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        running, url = server.start(public.decode())
        try:
            requests(program, url, private)
        finally:
            running.shutdown()
    with tempfile.TemporaryDirectory() as folder:
        tokens.examples(counted, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        said_of = flow.examples(counted, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        shell.commands(counted, Path(folder), said_of)
    implementations.run(counted)
    print(f"server: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def requests(program, url, private):
    shapes = {
        "GET": ["GET", f"{url}/a?b=1&a=2"],
        "GET, awkward": ["GET", f"{url}/a%20b/~x/%7Ey/%E2%82%AC?q=a+b%20c&q=%26%3D&e=&%D1%84=%F0%9F%98%80&A=1&a=(x)*!'"],
        "GET, a duplicate and an empty one": ["GET", f"{url}/?x=2&x=1&x=&y"],
        "GET without a path": ["GET", url],
        "form": ["POST", f"{url}/form?z=9", FORM, "c2&a3=2+q&b=%D0%B9&b=&s=a%2Bb"],
        "form with a charset": ["POST", f"{url}/form", f"{FORM}; charset=UTF-8", "a=1&b=%20"],
        "JSON": ["POST", f"{url}/json?v=1", "application/json", '{"a": "b & c=d"}'],
        "DELETE": ["DELETE", f"{url}/item/1?force=yes"],
        "PATCH": ["PATCH", f"{url}/item/1", "application/json", "[1]"],
    }
    for method in [
        "HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT",
    ]:
        signing = {"OSIGN_SIGNATURE_METHOD": method}
        if method.startswith("RSA"):
            signing["OSIGN_PRIVATE_KEY"] = str(private)
        for name, arguments in shapes.items():
            check(f"{name}, {method}", program, 0, "HTTP 200", arguments, **signing)
        # The server does look: with one thing wrong it refuses.
        if not method.startswith("RSA"):
            check(f"wrong secret, {method}", program, 1, "HTTP 401", shapes["GET"], **signing, OSIGN_CONSUMER_SECRET="wrong")
        check(f"wrong key, {method}", program, 1, "HTTP 401", shapes["GET"], **signing, OSIGN_CONSUMER_KEY="wrong")
        signing["OSIGN_NONCE"] = "once" + method.replace("-", "")
        check(f"first use of a nonce, {method}", program, 0, "HTTP 200", shapes["GET"], **signing)
        check(f"second use, {method}", program, 1, "the nonce has been used", shapes["GET"], **signing)
    check("a parameter of ours in the URL", program, 2, "OSIGN_DUPLICATE", ["GET", f"{url}/?oauth_nonce=1"])


if __name__ == "__main__":
    sys.exit(main())
