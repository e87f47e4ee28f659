"""Stopping, reloading and handing over without a request failing."""

import signal
import socket
import ssl
import threading

import pytest

from flows import code_flow, visitor
from load import Load
from peers import clients, configuration, raw_sockets
from peers.processes import eventually
from peers.walk import walk


class Callers:
    """Threads that connect, ask, read and close, over and over. `failures` are requests that got no 200."""

    def __init__(self, port: int, count: int = 8, trust: ssl.SSLContext | None = None):
        self.port, self.trust = port, trust
        self.answered, self.failures, self.serials = 0, [], set()
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._work) for _ in range(count)]

    def _ask(self) -> None:
        request = f"GET /health/live HTTP/1.1\r\nHost: localhost:{self.port}\r\nConnection: close\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            serial = None
            if self.trust:
                connection = self.trust.wrap_socket(connection, server_hostname="localhost")
                serial = int(connection.getpeercert()["serialNumber"], 16)
            connection.sendall(request)
            raw = b""
            while data := connection.recv(65536):
                raw += data
            connection.close()
        assert raw.startswith(b"HTTP/1.1 200 "), raw[:100]
        with self._lock:
            self.answered += 1
            self.serials.add(serial)

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                self._ask()
            except (OSError, AssertionError) as error:
                with self._lock:
                    self.failures.append(repr(error))

    def __enter__(self) -> "Callers":
        for thread in self._threads:
            thread.start()
        return self

    def more(self, count: int) -> None:
        """Waits for that many more answers."""
        wanted = self.answered + count
        eventually(lambda: self.answered >= wanted or self.failures, 30, f"{count} more answers")

    def see(self, serial: int) -> None:
        """Waits until that certificate was presented."""
        eventually(lambda: serial in self.serials or self.failures, 15, "the new certificate")

    def __exit__(self, *_) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(20)


@pytest.fixture
def served(fresh_demo, configured_gateway):
    demo = fresh_demo()
    demo.stop()
    return configured_gateway(demo)


def test_sigterm_answers_every_request_whose_first_byte_was_read(served):
    """Fifty clients are in the middle of a head, a body or nothing; each head that began is answered, and exit is 0."""
    host = f"Host: localhost:{served.port}\r\n"
    halves = [("GET /health/live HT", f"TP/1.1\r\n{host}\r\n"),
              ("G", f"ET /health/live HTTP/1.1\r\n{host}\r\n"),
              (f"GET /health/live HTTP/1.1\r\n{host}", "\r\n")]
    begun = []
    for number in range(50):
        first, second = halves[number % len(halves)]
        connection = raw_sockets.connect(served.port)
        connection.sendall(first.encode())
        begun.append((connection, second))
    idle = raw_sockets.connect(served.port)
    eventually(lambda: raw_sockets.unread(served.port) == 0, 10, "the server has read what was sent")
    # What is read is in the server's hands; what another connection asks now comes after.
    assert raw_sockets.get(served.port).status == 200

    served.child.signal(signal.SIGTERM)
    eventually(lambda: raw_sockets.is_closed(idle), 10, "a connection that asked nothing is closed")
    for connection, second in begun:
        connection.setblocking(True)
        connection.settimeout(10)
        connection.sendall(second.encode())
        raw = b""
        while data := connection.recv(65536):
            raw += data
        connection.close()
        assert raw_sockets.parse_statuses(raw) == [200], raw[:200]
        assert b"connection: close" in raw.lower()
    idle.close()
    assert served.child.wait(15) == 0


def test_sigterm_under_load(served):
    """Requests that were sent whole before the signal are answered; later ones are refused at the door, never half."""
    with Callers(served.port) as callers:
        callers.more(200)
        served.child.signal(signal.SIGTERM)
        assert served.child.wait(15) == 0
    halfway = [failure for failure in callers.failures if "AssertionError" in failure and "b''" not in failure]
    assert halfway == []


def test_a_second_sigterm_ends_at_once(served):
    held = raw_sockets.connect(served.port)
    held.sendall(b"GET / HT")
    eventually(lambda: raw_sockets.unread(served.port) == 0)
    served.child.signal(signal.SIGTERM)
    eventually(lambda: not raw_sockets_accepts(served.port), 10, "no new connections")
    assert served.child.running, "it waits for the request that began"
    served.child.signal(signal.SIGTERM)
    served.child.wait(3)
    held.close()


def raw_sockets_accepts(port: int) -> bool:
    try:
        raw_sockets.connect(port, timeout=1).close()
    except OSError:
        return False
    return True


def test_tls_reload_under_load(fresh_demo, configured_gateway, authority):
    """SIGHUP with another certificate in place: no request fails, and soon everybody sees the new one."""
    demo = fresh_demo(tls=True)
    demo.stop()
    leaf = authority.issue("gateway")
    demo.ca = str(authority.certificate)
    served = configured_gateway(demo, lambda c: configuration.present(c, leaf))
    trust = ssl.create_default_context(cafile=demo.ca)
    with Callers(served.port, trust=trust) as callers:
        callers.more(50)
        assert callers.serials == {leaf.serial}
        for _ in range(3):
            renewed = authority.issue("gateway")
            served.child.signal(signal.SIGHUP)
            callers.see(renewed.serial)
            callers.more(50)
    assert callers.failures == []


def test_a_bad_certificate_changes_nothing(fresh_demo, configured_gateway, authority):
    demo = fresh_demo(tls=True)
    demo.stop()
    leaf = authority.issue("gateway")
    demo.ca = str(authority.certificate)
    served = configured_gateway(demo, lambda c: configuration.present(c, leaf))
    before = len(served.log.read_text())
    leaf.certificate.write_text("not a certificate")
    served.child.signal(signal.SIGHUP)
    eventually(lambda: str(leaf.certificate) in served.log.read_text()[before:], 10, "the log names the file")
    assert served.get("/health/live").status_code == 200


def test_a_hand_over(served):
    """A new process takes the listening descriptors: no connection is refused or reset; the old one ends by itself."""
    old = served.child
    with Callers(served.port) as callers:
        callers.more(200)
        served.start("--take-over")
        assert old.wait(20) == 0
        callers.more(200)
    assert callers.failures == []
    assert served.child.running
    _, token = code_flow(served, served.employees[0])
    assert token["id_token"]


def test_a_hand_over_before_the_start_is_over(served):
    """A server that is told to end while it still reads keys and looks after partners ends with 0."""
    with Callers(served.port) as callers:
        for _ in range(12):
            old = served.child
            callers.more(20)
            served.start("--take-over")
            assert old.wait(20) == 0
    assert callers.failures == []


def test_hand_overs_among_sign_ins(served):
    """One process after the other, while people sign in, a client refreshes and an administrator invites: over
    connections that are kept, nobody notices, and every commit is there for the next process."""
    account, client = served.employees[0], clients.authlib_app(served, served.web)
    person = visitor(served).open(client.begin())
    walk(person, {"email": account["email"], "password": account["password"], "accept": None},
         until=client.redirect_uri)
    with Load(served, person) as load:
        for _ in range(3):
            ledger, old = load.ledger, served.child
            wanted = len(ledger.redeemed) + 5
            eventually(lambda: len(ledger.redeemed) >= wanted or ledger.faults, 30, "sign-ins")  # noqa: B023
            served.start("--take-over")
            assert old.wait(20) == 0
    assert load.ledger.faults == []
    for client, address in load.ledger.codes:
        assert client.finish(address)["id_token"]


def test_a_second_server_is_refused(served):
    """It did not take over from the first: the lock beside the database, one sentence, exit 1."""
    done = served.run("serve", ok=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert served.get("/health/live").status_code == 200
