"""Behind nginx and HAProxy with Debian's defaults: their limits on cookies and heads are kept by tabs and by long
states (design.md §6)."""

import pytest

from peers import clients, configuration
from peers.gateway import sign_in_id
from peers.processes import free_port
from peers.visitor import Visitor
from peers.walk import walk


@pytest.fixture(params=["nginx", "haproxy"])
def proxied(request, fresh_demo, configured_gateway, reverse_proxy):
    """The demo's installation behind the proxy: the base's port is the proxy's."""
    demo = fresh_demo()
    demo.stop()
    inner = free_port()
    gateway = configured_gateway(
        demo, lambda c: configuration.listen_behind_a_proxy(c, inner), direct_port=inner)
    reverse_proxy(request.param, demo.port, inner)
    return gateway


def finish(gateway, person, client, account):
    answers = {"email": account["email"], "password": account["password"], "accept": None}
    return client.finish(walk(person, answers, until=client.redirect_uri))


def test_a_sign_in(proxied):
    client, token = code_flow_with_password(proxied)
    assert clients.validate(token["id_token"], client.metadata, client.client_id)


def code_flow_with_password(gateway):
    client = clients.authlib_app(gateway, gateway.web)
    person = Visitor(stops=(client.redirect_uri,)).open(client.begin())
    return client, finish(gateway, person, client, gateway.employees[0])


def test_four_tabs_with_long_states(proxied, browser):
    """All begun before any is finished; each ends with its own state."""
    account = proxied.employees[0]
    tabs = []
    for number in range(4):
        client = clients.authlib_app(proxied, proxied.web)
        state = f"{number}" + "s" * 299
        tabs.append((browser.tab(client.begin(state=state)), client))
        assert browser.has("email"), browser.text
    for tab, client in tabs:
        browser.switch(tab)
        answers = {"email": account["email"], "password": account["password"], "accept": None}
        address = walk(browser, answers, until=client.redirect_uri)
        assert clients.query_of(address)["state"] == client.state
        assert "code" in clients.query_of(address)


def test_a_state_of_1_kb(proxied, browser):
    client = clients.authlib_app(proxied, proxied.web)
    browser.open(client.begin(state="s" * 1024))
    account = proxied.employees[0]
    address = walk(browser, {"email": account["email"], "password": account["password"], "accept": None},
                   until=client.redirect_uri)
    assert clients.query_of(address)["state"] == "s" * 1024


def test_the_proxy_alone_tells_the_address(proxied):
    """What a client claims about its own address is not what the record says."""
    client = clients.authlib_app(proxied, proxied.web)
    person = Visitor(stops=(client.redirect_uri,))
    person.session.headers["X-Forwarded-For"] = "203.0.113.9"
    # Not the proxy's own address, which the configuration trusts.
    person.come_from("127.0.0.3")
    person.open(client.begin())
    finish(proxied, person, client, proxied.employees[0])
    told = proxied.run("explain", sign_in_id(person.url)).stdout
    assert "127.0.0.3" in told and "203.0.113.9" not in told
