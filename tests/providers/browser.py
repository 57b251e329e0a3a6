"""A person at a browser: Chromium without a window, told by its DevTools protocol over a pipe what to open and to click."""

import base64
import json
import os
import subprocess
import time


class Browser:
    """A running one, with one page."""

    def __init__(self, profile, language="en"):
        down, self._write = os.pipe()
        self._read, up = os.pipe()
        # It reads from its descriptor 3 and writes to its 4.
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{down} 4>&{up}', "bash", "chromium", "--headless", "--no-sandbox", "--disable-gpu",
             "--no-proxy-server", "--no-first-run", "--window-size=900,500", f"--accept-lang={language}",
             f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"],
            pass_fds=(down, up), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(down)
        os.close(up)
        self._came, self._count, self._session = b"", 0, None
        page = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]

    def open(self, url):
        self._ask("Page.navigate", url=url)

    def click(self, selector):
        """Clicks the middle of an element, once there is one."""
        self.wait(f"document.querySelector('{selector}')")
        middle = self._run(
            f"(() => {{ const r = document.querySelector('{selector}').getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for event in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=event, x=middle[0], y=middle[1], button="left", clickCount=1)

    def wait(self, condition, seconds=30):
        """Waits until a page is there of which it is true."""
        end = time.monotonic() + seconds
        while not self._run(f"document.readyState == 'complete' && !!({condition})"):
            if time.monotonic() > end:
                raise TimeoutError(f"no page has {condition}, and this one is\n{self.page()}")
            time.sleep(0.02)

    def address(self):
        return self._run("location.href")

    def page(self):
        """The page as it stands."""
        return self._run("document.documentElement.outerHTML")

    def picture(self, path):
        path.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot")["data"]))

    def close(self):
        os.close(self._write)
        os.close(self._read)
        self._process.terminate()
        self._process.wait()

    def _run(self, script):
        # While one page goes and the next comes there is nothing to run it in.
        return self._ask("Runtime.evaluate", expression=script, returnByValue=True).get("result", {}).get("value")

    def _ask(self, method, **parameters):
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._count:
                return answer.get("result", {})

    def _next(self):
        while b"\0" not in self._came:
            more = os.read(self._read, 1 << 16)
            if not more:
                raise EOFError("the browser has ended")
            self._came += more
        message, _, self._came = self._came.partition(b"\0")
        return json.loads(message)
