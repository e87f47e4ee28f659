"""Children with a log, ports, and waiting for a condition: nothing here sleeps for a fixed time."""

import os
import pathlib
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], within: float = 10, what: str = "") -> T:
    """Asks until the answer is true, and returns it. An AssertionError raised meanwhile is shown when time is up."""
    deadline = time.monotonic() + within
    complaint = ""
    while True:
        try:
            if answer := condition():
                return answer
        except AssertionError as error:
            complaint = f": {error}"
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what or condition}{complaint}")
        time.sleep(0.01)


def free_port() -> int:
    """A port of the kernel's choice for a program that can't be told 0. Nothing else is given it for a while: the
    kernel hands out ephemeral ports at random, and it is used at once."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        return reserved.getsockname()[1]


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


class Child:
    """A process in a group of its own, so that whatever it starts ends with it. Standard error goes to a file."""

    def __init__(self, arguments: list[str], log: pathlib.Path, environment: dict[str, str] | None = None,
                 folder: pathlib.Path | None = None, stdin: bool | socket.socket = False):
        self.name = pathlib.Path(arguments[0]).name
        self.log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                arguments, stdin=stdin if isinstance(stdin, socket.socket) else subprocess.PIPE if stdin
                else subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=errors, cwd=folder, env={**os.environ, **(environment or {})}, start_new_session=True)
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip("\n"))

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def first_line(self, within: float = 20) -> str:
        eventually(lambda: self.lines or not self.running, within, f"{self.name} prints a line{self.tail()}")
        assert self.lines, f"{self.name} ended with {self.process.returncode} before its first line{self.tail()}"
        return self.lines[0]

    def wait_until(self, condition: Callable[[], bool], within: float = 20, what: str = "is ready") -> None:
        eventually(lambda: condition() or not self.running, within, f"{self.name} {what}{self.tail()}")
        assert self.running, f"{self.name} ended with {self.process.returncode}{self.tail()}"

    def tail(self, lines: int = 20) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n" + "\n".join(text.splitlines()[-lines:])

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self, within: float = 20) -> int:
        return self.process.wait(within)

    def kill(self) -> None:
        """As a power cut would: the whole group at once."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(10)

    def stop(self, within: float = 10) -> int:
        if self.running:
            self.signal(signal.SIGTERM)
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            pass
        self.kill()
        return self.process.returncode
