"""Runs `osign grant add`, `login`, `revoke` and `osign call` over services of OAuth 1.0a on the loopback: made of oauthlib's
endpoints, of Authlib's, and lying."""

import json
import subprocess

import steps

CALLBACK = "http://127.0.0.1:9/ready"


def commands(check, folder, said_of):
    """Runs them at each kind of service; check(what, ok, said) counts. What the library says of each lie, by the names of vectors,
    is what the command says."""
    for kind in steps.KINDS:
        with steps.Service(kind) as service:
            honest(lambda what, *rest, kind=kind: check(f"{what}, shell, {kind}", *rest), Home(folder / kind, service))
    with steps.Service("oauthlib") as service:
        lies(lambda what, *rest: check(f"{what}, shell", *rest), Home(folder / "lies", service), said_of)


class Home:
    """A home folder, in which a person has a grant of a service."""

    def __init__(self, folder, service, program=steps.BUILT / "osign", callback=CALLBACK):
        folder.mkdir()
        self.folder, self.service, self.program, self.callback = folder, service, program, callback
        (folder / "consumer-secret").write_text(steps.SECRET + "\n", encoding="utf-8")

    def begin(self, *arguments):
        # There is no xdg-open in the folder, and so no browser.
        environment = steps.environment(HOME=str(self.folder), PATH=str(self.folder))
        return subprocess.Popen(
            [self.program, *arguments], env=environment, cwd=self.folder, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )

    def run(self, *arguments):
        """Exit code, and what was printed to each."""
        process = self.begin(*arguments)
        said, complained = process.communicate(timeout=60)
        return process.returncode, said, complained

    def add(self, *more):
        url = self.service.url
        return self.run(
            "grant", "add", "photos", "--kind", "oauth1", "--consumer-key", steps.KEY, "--consumer-secret-file", "consumer-secret",
            "--request-token-url", f"{url}/initiate", "--authorize-url", f"{url}/authorize", "--access-token-url", f"{url}/token",
            "--callback", self.callback, "--set", f"revoke_url={url}/disconnect", "--api-origin", url, "--allow-insecure-http", *more,
        )

    def login(self, answer):
        """A person answers so to the address: exit code, the last line of complaints, and the address."""
        with self.begin("grant", "login", "photos", "--no-browser") as process:
            address = process.stdout.readline().strip()
            _, complained = process.communicate(answer(address) if address else "", timeout=60)
            return process.returncode, complained.strip().rpartition("\n")[2], address

    def generation(self):
        return json.loads(self.run("grant", "show", "photos", "--json")[1])["generation"]

    def call(self):
        return self.run("call", "photos", "GET", f"{self.service.url}/photos?size=original")


def honest(check, home):
    """From nothing to a signed call, and the end of the token."""
    code, said, complained = home.add()
    check("a grant", code == 0 and said == "added photos; next: osign grant login photos\n", complained)
    code, complained, _ = home.login(lambda address: steps.agree(address) + "\n")
    check("a login", code == 0 and complained == "", complained)
    code, said, complained = home.call()
    check("a call", code == 0 and '"signed": true' in said, said + complained)

    # Bytes of the callback's token; a stranger's verifier; a person who refuses: the grant is as it was.
    first = home.generation()
    for place in range(30):
        code, complained, _ = home.login(lambda address: list(steps.foreign(address, CALLBACK))[place] + "\n")
        check(f"another token {place}", code == 10 and "belongs to another" in complained, complained)
    code, complained, _ = home.login(lambda address: steps.agree(address).replace("oauth_verifier=", "oauth_verifier=x") + "\n")
    check("another verifier", code == 14 and "the service refused with HTTP 4" in complained, complained)
    code, complained, _ = home.login(lambda address: f"{CALLBACK}?denied={address.partition('oauth_token=')[2]}\n")
    check("a person who refuses", code == 14 and "the login was denied" in complained, complained)
    check("the grant is as it was", home.generation() == first and home.call()[0] == 0, home.call())

    # The service forgets the token, and the store does.
    url = f"{home.service.url}/photos"
    before, after = (home.run("sign", "--grant", "photos", "GET", url)[1].strip() for _ in range(2))
    check("a header before", steps.get(url, Authorization=before)[0] == 200, before)
    code, said, complained = home.run("grant", "revoke", "photos")
    check("an end", code == 0 and said == "revoked photos, at the service and here\n", said + complained)
    check("a header after", steps.get(url, Authorization=after)[0] == 401, after)
    code, _, complained = home.call()
    check("a call after", code == 10, complained)


def lies(check, home, said_of):
    """Each answer and each callback of the vectors: what the library says is what is said, and the grant is as it was."""
    home.add()
    home.login(lambda address: steps.agree(address) + "\n")
    first = home.generation()
    for step, vector in steps.answers():
        if "word" not in vector["expected"]:
            continue
        name, word = vector["name"], vector["expected"]["word"]
        home.service.lie(**{step: vector})
        code, complained, _ = home.login(lambda address: steps.agree(address) + "\n")
        # More than the longest answer is not even read.
        wanted = f"osign: {said_of[name]}" if name in said_of else "osign: "
        ok = code in (3, 14) and complained.startswith(wanted) and (name in said_of or word == "long-answer")
        check(f"{step}: {name}", ok, f"{code} {complained!r}, wanted {wanted!r}")
    home.service.lie()
    brought = 0
    for vector in steps.callbacks():
        name, expected = vector["name"], vector["expected"]
        code, complained, _ = home.login(lambda address: steps.as_callback(vector, address) + "\n")
        if expected.get("verifier") == steps.VERIFIER:
            brought += 1
            check(f"callback: {name}", code == 0 and complained == "", complained)
        elif "oauth_" not in vector["callback"] and "verifier" in expected:
            # A code is none of a login whose browser comes back to an address.
            check(f"callback: {name}", code == 3 and "this is no address" in complained, complained)
        elif "verifier" in expected:
            check(f"callback: {name}", code == 14 and "refused with HTTP 401" in complained, complained)
        else:
            wanted = f"osign: {said_of[f'callback: {name}']}"
            check(f"callback: {name}", code in (3, 10, 14) and complained == wanted, f"{code} {complained!r}, wanted {wanted!r}")
    check("the grant is as it was but for those", home.generation() == first + brought and home.call()[0] == 0, home.call())
    for step, vector in steps.answers():
        name, expected = vector["name"], vector["expected"]
        if "word" in expected:
            continue
        home.service.lie(**{step: vector})
        before = home.generation()
        code, complained, address = home.login(lambda address: steps.agree(address) + "\n" if step == "token" else "\n")
        if step == "temporary":
            check(f"{step}: {name}", steps.holds(address, expected["token"]) and home.generation() == before, complained)
        elif len(expected["token"]) > 4096:
            # What a header holds, a record of the store need not.
            check(f"{step}: {name}", "would be longer than" in complained and home.generation() == before, complained)
        else:
            check(f"{step}: {name}", code == 0 and home.generation() == before + 1, complained)
