"""Runs the examples of examples/c that keep a grant, over a service with OAuth 2.0 on the loopback."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = (ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / os.environ.get("OSIGN_BUILT", "release")).resolve()
sys.path.insert(0, str(ROOT / "tests" / "provider"))

import provider  # noqa: E402

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def compiled(name, folder):
    """The path of an example that was compiled as its head says."""
    program = folder / name
    subprocess.run(
        ["gcc", "-std=c99", *WARNINGS, f"-I{ROOT}/include", f"{ROOT}/examples/c/{name}.c", "-o", program, f"-L{BUILT}",
         "-losign", "-lcurl", "-pthread", f"-Wl,-rpath,{BUILT}"],
        check=True,
    )
    return program


def run(command, environment):
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def page(url):
    """Status and text of a page, which a browser without cookies comes to."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url) as answer:
            return answer.status, answer.read().decode().strip()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode().strip()


def examples(check, folder):
    """Runs them all; check(what, ok, said) counts."""
    service = provider.Provider(access_lifetime=1)
    threading.Thread(target=service.serve_forever, args=(0.02,), daemon=True).start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment = inherited | {
        "HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "OSIGN_STORE": f"sqlite:{folder}/grants.sqlite",
        "OSIGN_STORE_KEY_FILE": str(folder / "store.key"),
    }
    secret = folder / "secret.txt"
    secret.write_text(provider.CLIENT_SECRET, encoding="utf-8")
    secret.chmod(0o600)
    osign = BUILT / "osign"
    subprocess.run([osign, "key", "new", folder / "store.key"], env=environment, check=True, capture_output=True)
    subprocess.run(
        [osign, "grant", "add", "crm", "--provider", "custom", "--client-id", provider.CLIENT_ID, "--client-secret-file", secret,
         "--redirect-uri", f"http://127.0.0.1:{port}/callback", "--authorize-url", f"{service.url}/authorize", "--token-url",
         f"{service.url}/token", "--api-origin", service.url, "--allow-insecure-http"],
        env=environment, check=True, capture_output=True,
    )
    access_token = compiled("access_token", folder)
    done = run([access_token, "crm"], environment)
    check("access_token before a login", done.returncode == 1 and "OSIGN_NEEDS_LOGIN" in done.stderr, done.stderr)
    login(check, compiled("login_server", folder), port, environment, service)

    time.sleep(1.1)
    by_curl, counters = compiled("refresh_by_curl", folder), service.service.counters
    service.service.settings["access_lifetime"] = 3600
    done = run([by_curl, "crm"], environment)
    check("refresh_by_curl", done.returncode == 0 and done.stdout.startswith("access-"), done.stderr)
    check("one refresh", counters["refresh"] == 1, counters)
    again = run([by_curl, "crm"], environment)
    check("refresh_by_curl sends nothing while the token is good", again.stdout == done.stdout, again.stderr)
    done = run([access_token, "crm"], environment)
    check("access_token has the same", done.stdout == again.stdout, done.stderr)
    done = run([access_token, "x"], environment)
    check("access_token of no grant", done.returncode == 1 and "OSIGN_UNKNOWN_GRANT" in done.stderr, done.stderr)
    done = run([compiled("threads_and_fork", folder), "crm"], environment)
    generations = {line.rsplit(" ", 1)[1] for line in done.stdout.splitlines()}
    check("threads_and_fork", done.returncode == 0 and len(done.stdout.splitlines()) == 10, done.stdout + done.stderr)
    check("all have one generation", len(generations) == 1, done.stdout)
    check("and nobody refreshed again", counters["refresh"] == 1, counters)
    hosted(check, compiled("host_store", folder), folder, environment, service)
    service.shutdown()


def hosted(check, program, folder, environment, service):
    """A grant in a table of the program's own, whose token five processes need at once."""
    table, counters = folder / "grants.txt", service.service.counters
    environment = environment | {"XDG_DATA_HOME": str(folder / "data")}
    settings = {
        "provider": "custom", "client_id": provider.CLIENT_ID, "client_secret": provider.CLIENT_SECRET,
        "redirect_uri": "http://127.0.0.1:9/callback", "authorize_url": f"{service.url}/authorize",
        "token_url": f"{service.url}/token", "api_origin": service.url, "allow_insecure_http": "true",
    }

    def ask(*arguments):
        return run([program, table, *arguments], environment)

    service.service.settings["access_lifetime"] = 1
    done = ask("add", "crm", *(f"{name}={value}" for name, value in settings.items()))
    check("host_store adds a grant", done.returncode == 0 and table.exists(), done.stderr)
    done = ask("token", "crm")
    check("host_store before a login", done.returncode == 1 and "OSIGN_NEEDS_LOGIN" in done.stderr, done.stderr)
    url = ask("login", "crm").stdout.strip()
    done = ask("finish", "crm", redirected(url))
    check("host_store finishes a login", done.returncode == 0 and done.stdout.startswith("access-"), done.stderr)
    time.sleep(1.1)
    service.service.settings["access_lifetime"] = 3600
    before = counters["refresh"]
    several = [subprocess.Popen([program, table, "token", "crm"], env=environment, stdout=subprocess.PIPE, text=True)
               for _ in range(5)]
    tokens = [one.communicate(timeout=60)[0] for one in several]
    check("five processes have one token", len(set(tokens)) == 1 and tokens[0].startswith("access-"), tokens)
    check("by one refresh", counters["refresh"] == before + 1, counters)
    row = table.read_text(encoding="utf-8")
    check("the table has the row and no secret", row.startswith("crm\t3\t") and tokens[0].strip() not in row
          and provider.CLIENT_SECRET not in row, row)
    done = ask("list")
    check("host_store lists", done.returncode == 0 and '"grant":"crm"' in done.stdout, done.stdout + done.stderr)


def redirected(url):
    """Where a person who agrees is sent."""
    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    try:
        urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({})).open(url)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    return ""


def login(check, program, port, environment, service):
    """A person logs in by way of the example's pages."""
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen([program, "crm", str(port)], env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            said = server.stdout.readline()
            check("login_server tells its address", said == f"{url}/\n", said)
            check("nobody has logged in", page(f"{url}/") == (200, "go to /login"), page(f"{url}/"))
            service.service.settings["authorize"] = "deny"
            check("a person who refuses", page(f"{url}/login")[0] == 403, page(f"{url}/login"))
            service.service.settings["authorize"] = "foreign"
            check("a callback of another login", page(f"{url}/login")[0] == 403, page(f"{url}/login"))
            service.service.settings["authorize"] = "code"
            check("a person who agrees", page(f"{url}/login") == (200, "logged in"), page(f"{url}/"))
            check("no such page", page(f"{url}/x")[0] == 404, page(f"{url}/x"))
        finally:
            server.terminate()
