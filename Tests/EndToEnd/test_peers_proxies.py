"""The reverse proxies run with Debian's defaults and pass on what they should."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from peers.processes import free_port


class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        body = "\n".join(f"{name.lower()}: {value}" for name, value in self.headers.items()).encode()
        self.send_response(200)
        for name, value in (item.split("=", 1) for item in self.path.partition("?")[2].split("&") if item):
            self.send_header(name, "x" * int(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def upstream():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("kind", ["nginx", "haproxy"])
def test_forwarded_fields(reverse_proxy, upstream, kind):
    proxy = reverse_proxy(kind, free_port(), upstream)
    seen = requests.get(proxy.base, timeout=10).text
    assert f"host: localhost:{proxy.port}" in seen
    assert "x-forwarded-for: 127.0.0.1" in seen
    assert "x-forwarded-proto: http" in seen


def test_the_limits_that_our_cookies_must_keep(reverse_proxy, upstream):
    """clients.md: nginx refuses a Cookie line over 8 KB and a response head over 4 KB. If these change, so may we."""
    proxy = reverse_proxy("nginx", free_port(), upstream)
    assert requests.get(proxy.base, headers={"Cookie": "a=" + "x" * 7000}, timeout=10).status_code == 200
    assert requests.get(proxy.base, headers={"Cookie": "a=" + "x" * 9000}, timeout=10).status_code == 400
    assert requests.get(proxy.base + "?Set-Cookie=3000", timeout=10).status_code == 200
    assert requests.get(proxy.base + "?Set-Cookie=4500", timeout=10).status_code == 502
