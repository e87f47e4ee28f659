"""Chromium does what the sign-in tests ask of it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from peers import accessibility
from peers.visitor import Visitor
from peers.walk import PRESS, walk

PAGES = {
    "/hello": """<!doctype html><title>Hello</title><form method=post action=/><input type=hidden name=token value=t>
        <button type=button>Nothing</button><button>Continue to sign in</button></form>""",
    "/": """<!doctype html><title>One</title><meta name=viewport content="width=device-width">
        <style>body{background:#fff}@media(prefers-color-scheme:dark){body{background:#000}}</style>
        <script>document.title = 'script ran'</script>
        <form method=post action=/second><input type=hidden name=token value=t>
        <input name=email><button>Next</button></form>""",
    "/second": """<!doctype html><title>Two</title><form method=post action=/third>
        <input type=password name=password><input type=checkbox name=accept><button name=go value=1>Next</button>""",
    "/third": """<!doctype html><title>Three</title>
        <meta http-equiv=refresh content="0; url=/end?code=1&amp;state=2">""",
    "/end": "<!doctype html><title>End</title><p>signed in</p>",
}


@pytest.fixture(scope="module")
def site():
    received = []

    class Site(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            received.append((self.command, self.path, body))
            page = PAGES.get(self.path.partition("?")[0], "").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Set-Cookie", "__Host-s=1; Secure; Path=/; HttpOnly; SameSite=Lax")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.base = f"http://localhost:{server.server_port}"
    server.received = received
    yield server
    server.shutdown()
    server.server_close()


ANSWERS = {"email": "a@example.com", "password": "secret", "accept": PRESS}


def check_posts(site):
    posts = [(path, body) for method, path, body in site.received if method == "POST"]
    assert posts[-2:] == [("/second", "token=t&email=a%40example.com"), ("/third", "password=secret&accept=on&go=1")]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_walk_in_chromium(browsers, site, javascript):
    with browsers.open(javascript=javascript) as browser:
        browser.open(site.base + "/")
        assert browser.driver.title == ("script ran" if javascript else "One")
        browser.open(site.base + "/hello")
        assert walk(browser, ANSWERS, until=site.base + "/end").endswith("code=1&state=2")
        assert "signed in" in browser.text
        check_posts(site)


def test_a_walk_without_a_browser(site):
    person = Visitor(stops=(site.base + "/end",)).open(site.base + "/hello")
    assert walk(person, ANSWERS, until=site.base + "/end") == site.base + "/end?code=1&state=2"
    assert person.query == {"code": "1", "state": "2"}
    assert person.session.cookies["__Host-s"] == "1"
    check_posts(site)


def test_looks(browser, site, tmp_path):
    browser.screenshots = tmp_path
    browser.open(site.base + "/").shots("look", checked=False)
    assert {path.name for path in tmp_path.iterdir()} == {
        f"look-{size}-{scheme}.png" for size in ("phone", "desktop") for scheme in ("light", "dark")}
    browser.colors("dark")
    assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    assert browser.evaluate("innerWidth") == 1280


def test_axe_finds_what_is_wrong(browser, site):
    browser.open(site.base + "/")
    found = {problem.partition(":")[0] for problem in accessibility.problems(browser.driver)}
    assert {"html-has-lang", "label"} <= found


def test_tabs_share_cookies_and_strangers_do_not(browsers, browser, site):
    first = browser.open(site.base + "/").driver.current_window_handle
    browser.tab(site.base + "/second")
    assert browser.has("password") and browser.driver.get_cookie("__Host-s")
    assert browser.switch(first).has("email")
    with browsers.open() as stranger:
        stranger.open("about:blank")
        assert stranger.driver.get_cookies() == []


def test_only_a_browser_that_trusts_our_ca(browsers, authority, site):
    import ssl
    leaf = authority.issue("site")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(leaf.certificate, leaf.key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), site.RequestHandlerClass)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with browsers.open(trusting=True) as browser:
        assert browser.open(f"https://localhost:{server.server_port}/end").text == "signed in"
    server.shutdown()
    server.server_close()
