"""`kill -9` under load, twenty times: whatever was acknowledged is there afterwards, and nothing is spent twice."""

import os
import random
import time

import pytest
from authlib.integrations.base_client.errors import OAuthError

from flows import visitor
from load import Ledger, Load
from peers import clients, configuration
from peers.mailbox import code_in
from peers.walk import walk
from race import Race

ROUNDS = 200 if os.environ.get("VESTIBULE_TEST_ALL") else 20

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
    races = {"decided": 0, "cut": 0}
    for number in range(ROUNDS):
        email = f"guest{number}@example.net"
        gateway.run("invite", email)
        guests[email] = guest_with_a_code(gateway, server, email)
        race = Race(gateway, person)
        with Load(gateway, person, number, may_break=True) as load:
            # How long is part of the test: the crash falls at another point of the work each time.
            time.sleep(chance.uniform(0.2, 0.8))
            race.until(chance.randrange(len(race.tickets)))
            time.sleep(chance.uniform(0, 0.004))
            load.stopping.set()
            gateway.kill()
        race.join()
        gateway.start()
        assert load.ledger.faults == []
        races["decided"] += sum(ticket.answers == 2 for ticket in race.tickets)
        races["cut"] += sum(ticket.sent > ticket.answers for ticket in race.tickets)
        race.check()
        check(gateway, server, load.ledger)
        assert guest_with_a_code(gateway, server, email) == guests[email], "the guest is the one of before"
        for name, entries in (("codes", load.ledger.codes), ("tokens", load.ledger.redeemed),
                              ("refreshes", load.ledger.chain), ("invitations", load.ledger.invited)):
            counts[name] += len(entries)
    print(f"{ROUNDS} crashes; acknowledged before them and there after: {counts}; "
          f"tickets redeemed twice at once: {races}")
    assert all(counts.values()), counts
    assert all(races.values()), "some races were over before the crash, and some crashes fell into one"
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
