# SPDX-License-Identifier: MIT
"""Chromium without a window, told what to do over its debugging pipe: JSON texts that end in NUL, in on descriptor 3,
out on descriptor 4 (chromium, --remote-debugging-pipe). Nothing but Python's own library is needed.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import time

NAMES = ("chromium", "chromium-browser", "google-chrome")

# Nothing that would look for anything outside of the page.
FLAGS = """
    --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars
    --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync
    --disable-extensions --disable-default-apps --disable-breakpad --remote-debugging-pipe
""".split()


def find():
    """The path of the program, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Failure(Exception):
    """The page threw something, or the browser did not answer."""


class Page:
    """One page. Leave it as a context manager, and the browser ends with it."""

    def __init__(self, program, profile, seconds=60):
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        self._deadline = time.monotonic() + seconds
        self._rest = b""
        self._number = 0
        self.events = []
        self._process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "sh", program, *FLAGS,
             f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._out)
        os.close(self._in)

    def _read(self):
        while b"\0" not in self._rest:
            ready = select.select([self._in], [], [], max(0, self._deadline - time.monotonic()))[0]
            got = os.read(self._in, 1 << 20) if ready else b""
            if not got:
                raise Failure("the browser has ended" if ready else "the browser does not answer")
            self._rest += got
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise Failure(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, url):
        """Loads the page and waits until it is there."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._read())

    def run(self, script):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise Failure(f"{script}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def press(self, key, text=""):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode={"Enter": 13, "Tab": 9}.get(key, 0), text=text if kind == "keyDown" else "")

    def look(self, width, height, scheme):
        """Sets the window and the person's wish for light or dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path):
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def requests(self):
        """The addresses that were asked for since the page was opened."""
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def troubles(self):
        """What the browser's console complains about: a policy that was broken, a script that threw."""
        found = []
        for event in self.events:
            if event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
                found.append(event["params"]["entry"]["text"])
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(event["params"]["exceptionDetails"]["text"])
        return found
