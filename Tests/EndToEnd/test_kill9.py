"""`kill -9` under load, twenty times: whatever was acknowledged is there afterwards, and nothing is spent twice."""

import os
import random
import threading
import time

import pytest
import requests
from authlib.integrations.base_client.errors import OAuthError

from flows import visitor
from peers import clients, configuration
from peers.mailbox import code_in
from peers.walk import walk

ROUNDS = 200 if os.environ.get("VESTIBULE_TEST_ALL") else 20
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

    def __init__(self, gateway, round_number: int, person):
        self.gateway, self.round, self.person = gateway, round_number, person
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
            except (requests.exceptions.RequestException, ConnectionError):
                return  # The process is gone; what was under way was not acknowledged.
            except Exception as error:  # noqa: BLE001 - whatever a worker meets is a finding
                if not self.stopping.is_set():
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
        if self.gateway.run("invite", address, ok=False).returncode == 0:
            self.ledger.invited.append(address)


def guest_with_a_code(gateway, server, email) -> str:
    """Signs in by a mailed code, accepting the invitation if it is open; answers the object id."""
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin())
    known = server.known(email)

    code = lambda: code_in(server.expect_code(email, known=known, within=30).text)  # noqa: E731
    token = client.finish(walk(person, {"email": email, "code": code, "accept": None}, until=client.redirect_uri))
    return clients.validate(token["id_token"], client.metadata, client.client_id)["oid"]


def must_be_spent(use, ticket: str, what: str) -> None:
    with pytest.raises(OAuthError, match="invalid_grant"):
        use(ticket)
        raise AssertionError(f"{what} was spent twice")


def check(gateway, server, ledger: Ledger) -> None:
    for client, address in ledger.codes:
        assert client.finish(address)["id_token"]
        must_be_spent(client.finish, address, "a code")
    for client, address, refresh_token in ledger.redeemed:
        assert client.refresh(refresh_token)["refresh_token"] != refresh_token
        must_be_spent(client.finish, address, "a code redeemed before the crash")
    client = clients.authlib_app(gateway, gateway.web)
    newest = client.refresh(ledger.chain[-1])["refresh_token"]
    newest = client.refresh(newest)["refresh_token"]
    if len(ledger.chain) > 1:
        must_be_spent(client.refresh, ledger.chain[0], "a refresh token")
    for address in ledger.invited:
        mail = server.expect(address, within=60)[-1]
        link = next(link for link in mail.links if "/redeem" in link)
        page = visitor(gateway).open(link)
        assert page.status == 200, f"the invitation of {address}: {page.text}"


@pytest.mark.timeout(30 * ROUNDS)
def test_kill_9_under_load(fresh_demo, configured_gateway, mail_server, authority):
    demo = fresh_demo()
    demo.stop()
    server = mail_server()
    gateway = configured_gateway(demo, lambda c: c.update(mail=configuration.mail_to(server, authority.certificate)))
    chance = random.Random(9)

    person = visitor(gateway)
    client = clients.authlib_app(gateway, gateway.web)
    account = gateway.employees[0]
    person.open(client.begin())
    walk(person, {"email": account["email"], "password": account["password"], "accept": None},
         until=client.redirect_uri)
    guests: dict[str, str] = {}

    counts = {"codes": 0, "tokens": 0, "refreshes": 0, "invitations": 0}
    for number in range(ROUNDS):
        email = f"guest{number}@example.net"
        gateway.run("invite", email)
        guests[email] = guest_with_a_code(gateway, server, email)
        with Load(gateway, number, person) as load:
            # How long is part of the test: the crash falls at another point of the work each time.
            time.sleep(chance.uniform(0.2, 0.8))
            load.stopping.set()
            gateway.kill()
        gateway.start()
        assert load.ledger.faults == []
        check(gateway, server, load.ledger)
        assert guest_with_a_code(gateway, server, email) == guests[email], "the guest is the one of before"
        for name, entries in (("codes", load.ledger.codes), ("tokens", load.ledger.redeemed),
                              ("refreshes", load.ledger.chain), ("invitations", load.ledger.invited)):
            counts[name] += len(entries)
    print(f"{ROUNDS} crashes; acknowledged before them and there after: {counts}")
    assert all(counts.values()), counts
    oldest = next(iter(guests))
    assert guest_with_a_code(gateway, server, oldest) == guests[oldest]


def test_nothing_of_a_tab_is_lost_before_anyone_vouched(fresh_demo, configured_gateway):
    """A sign-in in progress lives in the browser: a restart between the address and the password goes unnoticed."""
    demo = fresh_demo()
    demo.stop()
    gateway = configured_gateway(demo)
    account = gateway.employees[0]
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin())
    person.fill("email", account["email"])
    person.submit("email")
    assert person.has("password")
    gateway.kill()
    gateway.start()
    address = walk(person, {"password": account["password"], "accept": None}, until=client.redirect_uri)
    assert client.finish(address)["id_token"]
