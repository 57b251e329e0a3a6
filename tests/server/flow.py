"""Runs examples/c/oauth1_flow.c over services of OAuth 1.0a on the loopback: made of oauthlib's endpoints, of Authlib's, and lying."""

import json
import stat
import subprocess

import steps
import tokens

CALLBACK = "http://127.0.0.1:9/ready"
#: The reasons of callbacks that end no login.
FOREIGN = ("no-callback-token", "other-callback-token")


def examples(check, folder):
    """Runs it at each kind of service; check(what, ok, said) counts. By the names of vectors, the sentences of what was refused."""
    program = tokens.compiled("oauth1_flow", folder)
    for kind in steps.KINDS:
        with steps.Service(kind) as service:
            honest(lambda what, *rest, kind=kind: check(f"{what}, {kind}", *rest), Login(program, service), folder / kind)
    with steps.Service("oauthlib") as service:
        login = Login(program, service)
        return lies(check, login, folder) | callbacks(check, login)


class Login:
    """How a login ends: exit code, all that was printed, and the address to open."""

    def __init__(self, program, service):
        self.program, self.service = program, service
        self.environment = steps.environment(
            OSIGN_CONSUMER_KEY=steps.KEY, OSIGN_CONSUMER_SECRET=steps.SECRET,
            OSIGN_REQUEST_TOKEN_URL=f"{service.url}/initiate", OSIGN_AUTHORIZE_URL=f"{service.url}/authorize",
            OSIGN_ACCESS_TOKEN_URL=f"{service.url}/token", OSIGN_CALLBACK=CALLBACK, OSIGN_ALLOW_INSECURE_HTTP="1",
        )

    def __call__(self, answer, *arguments, **more):
        """A person answers so to the address."""
        with subprocess.Popen(
            [self.program, *arguments], env=self.environment | more, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:
            first = process.stdout.readline()
            address = process.stdout.readline().strip() if first.startswith("Open") else ""
            said, _ = process.communicate(answer(address) if address else "", timeout=60)
            return process.returncode, first + said, address


def honest(check, login, folder):
    """The three steps and a signed call with each method of signing; and what is refused."""
    url = login.service.url
    folder.mkdir()
    for method in steps.KINDS[folder.name]:
        kept = folder / f"token-{method}.json"
        code, said, _ = login(
            lambda address: steps.agree(address) + "\n", f"{url}/photos?size=original",
            OSIGN_SIGNATURE_METHOD=method, OSIGN_TOKEN_FILE=str(kept),
        )
        check(f"a login with {method}", code == 0 and "HTTP 200" in said and '"signed": true' in said, said)
        token = json.loads(kept.read_text(encoding="utf-8"))
        check(f"its token, {method}", token["oauth_token"] and token["oauth_token"] not in said, said)
        check(f"is kept from others, {method}", stat.S_IMODE(kept.stat().st_mode) == 0o600, kept.stat())

    # Somebody else's callbacks first, with each byte of the token another; then the own one; then only foreign ones.
    def foreign(address):
        return "".join(f"{other}\n" for other in steps.foreign(address, CALLBACK))

    code, said, address = login(lambda address: foreign(address) + steps.agree(address) + "\n")
    count = len(address.partition("oauth_token=")[2])
    check("foreign callbacks before", code == 0 and count >= 30 and said.count("belongs to another") == count, said)
    code, said, _ = login(foreign)
    check("foreign callbacks alone", code == 2 and said.endswith("nobody agreed\n"), said)
    for place in range(20):
        code, said, _ = login(lambda address: list(verifiers(address))[place] + "\n")
        check(f"another verifier {place}", code == 1 and "OSIGN_DENIED (request-refused): " in said, said)
    code, said, _ = login(lambda address: f"{CALLBACK}?denied={address.partition('oauth_token=')[2]}\n")
    check("a person who refuses", code == 1 and "OSIGN_DENIED (access-denied): the login was denied" in said, said)
    code, said, _ = login(lambda address: "x", OSIGN_CONSUMER_SECRET="wrong")
    check("a wrong secret", code == 1 and "OSIGN_DENIED (request-refused): the service refused with HTTP 4" in said, said)
    code, said, _ = login(lambda address: "x", OSIGN_ALLOW_INSECURE_HTTP="0")
    check("without TLS", code == 1 and "OSIGN_UNTRUSTED_HOST" in said, said)


def verifiers(address):
    """The callback with each byte of its verifier another."""
    came_to = steps.agree(address)
    return steps.changed(came_to, came_to.partition("oauth_verifier=")[2].partition("&")[0])


def lies(check, login, folder):
    """Each answer of the vectors, over HTTP."""
    said_of = {}
    for number, (step, vector) in enumerate(steps.answers()):
        name, expected = vector["name"], vector["expected"]
        login.service.lie(**{step: vector})
        kept = folder / f"lie-{number}.json"
        code, said, address = login(
            lambda address: steps.agree(address) + "\n" if step == "token" else "", OSIGN_TOKEN_FILE=str(kept)
        )
        if expected.get("word") == "long-answer":
            # It takes no more than the library would.
            check(f"{step}: {name}", code == 2 and not kept.exists(), said)
        elif "word" in expected:
            last = said.splitlines()[-1]
            check(f"{step}: {name}", code == 1 and f" ({expected['word']}): " in last and not kept.exists(), said)
            said_of[name] = last.partition("): ")[2]
        elif step == "temporary":
            check(f"{step}: {name}", steps.holds(address, expected["token"]), said)
        else:
            token = json.loads(kept.read_text(encoding="utf-8")) if code == 0 else {}
            pair = token.get("oauth_token"), token.get("oauth_token_secret")
            check(f"{step}: {name}", pair == (expected["token"], expected["secret"]), said)
    return said_of


def callbacks(check, login):
    """Each callback of the vectors, for a login that is under way."""
    said_of = {}
    login.service.lie()
    for vector in steps.callbacks():
        name, expected = vector["name"], vector["expected"]
        code, said, _ = login(lambda address: steps.as_callback(vector, address) + "\n")
        if expected.get("verifier") == steps.VERIFIER:
            check(f"callback: {name}", code == 0, said)
        elif "oauth_" not in vector["callback"] and "verifier" in expected:
            # A code is none of a login whose browser comes back to an address.
            check(f"callback: {name}", code == 1 and " (code-for-address): " in said, said)
        elif "verifier" in expected:
            check(f"callback: {name}", code == 1 and " (request-refused): " in said, said)
        elif said.endswith("nobody agreed\n"):
            # It answers another login, and this one's is asked for.
            said_of[f"callback: {name}"] = said.splitlines()[-2]
            check(f"callback: {name}", code == 2 and expected["word"] in FOREIGN, said)
        else:
            said_of[f"callback: {name}"] = said.splitlines()[-1].partition("): ")[2]
            check(f"callback: {name}", code == 1 and f" ({expected['word']}): " in said, said)
    return said_of
