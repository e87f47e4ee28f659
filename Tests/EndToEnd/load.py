"""Work that goes on while the process under it is killed, reloaded or replaced."""

import threading

import requests

from flows import visitor
from peers import clients

SCOPE = "openid profile email offline_access"


class Ledger:
    """What the gateway acknowledged in a round. Only whole answers are written down."""

    def __init__(self):
        self.codes: list[tuple[clients.AuthlibClient, str]] = []
        self.redeemed: list[tuple[clients.AuthlibClient, str, str]] = []
        self.chain: list[str] = []
        self.invited: list[str] = []
        self.faults: list[str] = []


class Load:
    """People signing in, a client refreshing, an administrator inviting, until told to stop."""

    def __init__(self, gateway, person, round_number: int = 0, may_break: bool = False):
        """`person` is signed in. `may_break`: the process will be killed, and what is cut off is no fault."""
        self.gateway, self.person, self.round, self.may_break = gateway, person, round_number, may_break
        self.ledger, self.stopping = Ledger(), threading.Event()
        self.threads = [threading.Thread(target=self._guarded, args=(work,))
                        for work in (self._codes, self._tokens, self._refresh, self._invite)]

    def __enter__(self) -> "Load":
        self.started = clients.authlib_app(self.gateway, self.gateway.web)
        self.ledger.chain.append(self._token(self._person())[2]["refresh_token"])
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join(30)

    def _guarded(self, work) -> None:
        while not self.stopping.is_set():
            try:
                work()
            except Exception as error:  # noqa: BLE001 - whatever a worker meets is a finding
                cut = isinstance(error, (requests.exceptions.RequestException, ConnectionError))
                # What was under way when the process went was not acknowledged.
                if not (self.may_break and (cut or self.stopping.is_set())):
                    self.ledger.faults.append(f"{work.__name__}: {error!r}")
                return

    def _person(self):
        """The same session in a visitor of its own: cookies are not shared between threads."""
        copy = visitor(self.gateway)
        copy.session.cookies.update(self.person.session.cookies)
        return copy

    def _code(self, person):
        client = clients.authlib_app(self.gateway, self.gateway.web)
        person.open(client.begin(scope=SCOPE))
        assert person.arrived(client.redirect_uri) and "code" in person.query, person.url
        return client, person.url

    def _token(self, person):
        client, address = self._code(person)
        return client, address, client.finish(address)

    def _codes(self) -> None:
        self.ledger.codes.append(self._code(self._person()))

    def _tokens(self) -> None:
        client, address, token = self._token(self._person())
        self.ledger.redeemed.append((client, address, token["refresh_token"]))

    def _refresh(self) -> None:
        self.ledger.chain.append(self.started.refresh(self.ledger.chain[-1])["refresh_token"])

    def _invite(self) -> None:
        address = f"round{self.round}-{len(self.ledger.invited)}@example.org"
        if self.gateway.run("invite", address, ok=not self.may_break).returncode == 0:
            self.ledger.invited.append(address)
