"""The raw-socket helpers see what happened, on a server that does as it is told."""

import socket
import threading

import pytest

from peers import raw_sockets
from peers.processes import eventually


@pytest.fixture
def server():
    """Answers each line END with a 200, BAD with a 400 and a close; says nothing else."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)

    def serve(connection):
        seen = b""
        with connection:
            while data := connection.recv(4096):
                seen += data
                if b"BAD" in seen:
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nno\n")
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                while b"END" in seen:
                    seen = seen.partition(b"END")[2]
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def accept():
        while True:
            try:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


@pytest.mark.parametrize("piece", [0, 1, 3])
def test_refused_and_closed(server, piece):
    outcome = raw_sockets.send(server, b"some BAD words and more of them", piece)
    assert outcome.status == 400 and outcome.closed and len(outcome.statuses) == 1


def test_answered_twice_and_left_open(server):
    outcome = raw_sockets.send(server, b"END END", within=0.3)
    assert outcome.statuses == [200, 200] and not outcome.closed


def test_slowloris_that_is_not_closed(server):
    assert raw_sockets.slowloris(server, 0.3, interval=0.05) is None


def test_idle_connections_and_unread_bytes(server):
    with raw_sockets.idle_connections(server, 200, source="127.0.0.9") as connections:
        assert not any(raw_sockets.is_closed(connection) for connection in connections)
        connections[0].setblocking(True)
        connections[0].sendall(b"BAD")
        eventually(lambda: connections[0].recv(4096, socket.MSG_PEEK))
        connections[0].setblocking(True)
        connections[0].recv(4096)
        assert eventually(lambda: raw_sockets.is_closed(connections[0]))
        assert raw_sockets.unread(server) == 0
