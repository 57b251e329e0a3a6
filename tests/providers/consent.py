"""A person logs in by OAuth 1.0a from the shell, in a browser: at a service on oauthlib's endpoints and at one on Authlib's they see
its page and click, and come to the page of `osign grant login`.

    consent.py OSIGN      the program; pictures of its pages go to the folder OSIGN_PICTURES, where one is named
"""

import os
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("python", "server")]
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import shell  # noqa: E402
import steps  # noqa: E402
import three_steps  # noqa: E402
from browser import Browser  # noqa: E402

OSIGN = Path(sys.argv[1]).resolve()
KINDS = {"oauthlib": three_steps.ByOauthlib, "authlib": three_steps.by_authlib}
#: What a person sees at the end, in their language.
TITLES = {
    "en": ("Done: you are logged in", "The login was denied", "The service did not take this login"),
    "ru": ("Готово: вход выполнен", "Вход отклонён", "Сервис не принял этот вход"),
}

passed = failed = 0


def check(what, ok, said):
    """Counts what was found."""
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(f"failed: {what}: {said}")


class Home(shell.Home):
    """A home folder, and a grant of a service whose callback is a port of this machine."""

    def __init__(self, folder, service):
        super().__init__(folder, service, OSIGN, f"http://127.0.0.1:{steps.free_port()}/callback")
        code, _, complained = self.add()
        check("a grant", code == 0, complained)

    def login(self, browser, button, title):
        """A person opens the address, and clicks: exit code and what was printed, and the page that they come to."""
        with self.begin("grant", "login", "photos", "--timeout", "60") as process:
            process.stderr.readline()
            address = process.stderr.readline().strip()
            browser.open(address)
            browser.click(button)
            browser.wait(f"location.href.startsWith('{self.callback}')")
            page = browser.page()
            check(f"the page after {button}", f"<h1>{title}</h1>" in page, page)
            # Its address has the verifier, and the page has not.
            check("nothing of the callback on it", "oauth_" not in page and "denied=" not in page, page)
            said, complained = process.communicate(timeout=60)
            return process.returncode, said + complained


def person(browser, home, language, pictures):
    """Refuses; agrees, and is refused; agrees; then calls the service, and takes the token back."""
    done, denied, refused = TITLES[language]
    kept = home.service.kept
    code, said = home.login(browser, "#refuse", denied)
    check("a person who refuses", code == 14 and "the login was denied" in said, said)
    if pictures:
        browser.picture(pictures / f"denied-{language}.png")
    home.service.lies["token"] = lambda _honest: three_steps.Answer(401, {}, "oauth_problem=verifier_invalid")
    code, said = home.login(browser, "#agree", refused)
    check("a service that refuses", code == 14 and "did not take this login: HTTP 401 (verifier_invalid)" in said, said)
    if pictures:
        browser.picture(pictures / f"refused-{language}.png")
    home.service.lies.clear()
    kept.tokens.clear()
    code, said = home.login(browser, "#agree", done)
    check("a person who agrees", code == 0 and said.startswith("logged in: photos\n"), said)
    if pictures:
        browser.picture(pictures / f"done-{language}.png")
    check("one token", len(kept.tokens) == 1, kept.tokens)
    code, said, complained = home.call()
    check("a signed call", code == 0 and '"signed": true' in said, said + complained)
    code, said, complained = home.run("grant", "revoke", "photos")
    check("the token's end", code == 0 and not kept.tokens, said + complained)
    code, _, complained = home.call()
    check("a call after", code == 10, complained)


def main():
    pictures = Path(os.environ["OSIGN_PICTURES"]) if "OSIGN_PICTURES" in os.environ else None
    for (kind, made_by), language in zip(KINDS.items(), TITLES):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            service = three_steps.Service(made_by)
            service.asks = True
            browser = Browser(Path(folder, "profile"), language)
            try:
                person(browser, Home(Path(folder, kind), service), language, pictures)
            finally:
                browser.close()
                service.stop()
    print(f"consent: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
