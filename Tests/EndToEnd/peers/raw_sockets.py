"""Bytes as an attacker sends them: no library puts them right first."""

import dataclasses
import select
import socket
import time
from contextlib import contextmanager

WHOLE = 0


@dataclasses.dataclass
class Outcome:
    statuses: list[int]
    closed: bool
    raw: bytes

    @property
    def status(self) -> int | None:
        return self.statuses[0] if self.statuses else None


def connect(port: int, host: str = "127.0.0.1", timeout: float = 10) -> socket.socket:
    connection = socket.create_connection((host, port), timeout=timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def parse_statuses(raw: bytes) -> list[int]:
    """The status of every response head in the stream, skipping bodies by their Content-Length."""
    statuses, rest = [], raw
    while rest.startswith(b"HTTP/1."):
        head, separator, rest = rest.partition(b"\r\n\r\n")
        statuses.append(int(head[9:12]))
        if not separator:
            break
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                rest = rest[int(value):]
    return statuses


def send(port: int, request: bytes, piece: int = WHOLE, within: float = 10, talks_over: bool = False) -> Outcome:
    """Sends the request in pieces of that many bytes, then reads until the server closes or time is up. Stops sending
    when there is an answer, unless it talks over it: several requests in a row.

    Our side stays open, so `closed` is the server's own decision. A reset while we still write is a close too."""
    connection = connect(port, timeout=within)
    raw, closed = b"", False
    deadline = time.monotonic() + within
    with connection:
        try:
            for start in range(0, len(request), piece or len(request)):
                connection.sendall(request[start:start + (piece or len(request))])
                if piece and not talks_over and select.select([connection], [], [], 0)[0]:
                    break  # Answered already: what else we have to say is not heard.
        except (ConnectionResetError, BrokenPipeError):
            closed = True
        try:
            while not closed and (left := deadline - time.monotonic()) > 0:
                connection.settimeout(left)
                data = connection.recv(65536)
                raw += data
                closed = not data
        except ConnectionResetError:
            closed = True
        except TimeoutError:
            pass
    return Outcome(parse_statuses(raw), closed, raw)


def get(port: int, path: str = "/health/live", host: str = "localhost", within: float = 10) -> Outcome:
    return send(port, f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode(),
                within=within)


@contextmanager
def idle_connections(port: int, count: int, source: str = "127.0.0.1"):
    """That many connections that say nothing. One that the server resets as it is made counts as closed."""
    connections = []
    try:
        for _ in range(count):
            connection = socket.socket()
            connection.bind((source, 0))
            connection.settimeout(10)
            connections.append(connection)
            try:
                connection.connect(("127.0.0.1", port))
            except ConnectionError:
                continue
        yield connections
    finally:
        for connection in connections:
            connection.close()


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has closed it; does not wait."""
    connection.setblocking(False)
    try:
        return connection.recv(65536, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def slowloris(port: int, seconds: float, interval: float = 0.5) -> float | None:
    """A head that never ends, a byte at a time. After how many seconds the server closed, or None if it did not."""
    began = time.monotonic()
    with connect(port) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nX-Slow: ".encode())
        while (elapsed := time.monotonic() - began) < seconds:
            # Waiting for the server's close is the pause between two bytes.
            if select.select([connection], [], [], interval)[0]:
                try:
                    while connection.recv(65536):
                        pass
                except ConnectionResetError:
                    pass
                return time.monotonic() - began
            try:
                connection.sendall(b"a")
            except OSError:
                return elapsed
    return None


def unread(server_port: int) -> int:
    """Bytes that the kernel holds for the server and it has not read, over all its connections on that port."""
    total = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table) as lines:
            next(lines)
            for line in lines:
                fields = line.split()
                local, state, queues = fields[1], fields[3], fields[4]
                if int(local.rsplit(":", 1)[1], 16) == server_port and state == "01":
                    total += int(queues.split(":")[1], 16)
    return total
