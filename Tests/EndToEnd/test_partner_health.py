"""A partner's life beside people who sign in: its keys change, it is looked after, tried, and switched off."""

import json

import pytest
import requests

from flows import People, visitor
from peers import clients
from peers.processes import Child, eventually, free_port
from peers.walk import walk
from test_saml_partner import invite, sign_in

PEERS = ["simplesamlphp", "saml_idp_pysaml2"]


@pytest.fixture
def partner(gateway, saml_partner, request):
    """partner(name, peer): the peer as a partner whose first person is invited."""
    def make(name, peer):
        domain = f"{name}.example"
        idp = saml_partner(name, request.getfixturevalue(peer)(domain=domain), domain)
        invite(gateway, idp.people[0].email)
        return idp
    return make


@pytest.mark.parametrize("peer", PEERS)
def test_certificates_roll_over_while_people_sign_in(gateway, partner, peer):
    name = f"rolling-{peer.replace('_', '-')}"
    idp = partner(name, peer)
    sign_in(gateway, idp)
    with People(lambda: sign_in(gateway, idp)) as people:
        people.wait_for_more(3)
        # As it should be: announced, read, used.
        idp.announce_certificate()
        read = gateway.json("partner", "refresh", name)
        # Peers' certificates are good for 30 days, which the first look tells besides.
        assert [event["change"] for event in read["events"]] == ["keys changed", "certificate ends"]
        people.wait_for_more(3)
        idp.roll_certificate()
        people.wait_for_more(3)
    assert people.failures == [] and people.done >= 9
    # As it happens: a key that nobody announced. The first answers signed with it have us look. (Answers under way with
    # the key that has gone without a word are refused: it may have gone because somebody stole it.)
    idp.roll_certificate()
    with People(lambda: sign_in(gateway, idp)) as people:
        people.wait_for_more(3)
    assert people.failures == [] and people.done >= 3


def test_a_link_that_tries_a_connection(gateway, partner):
    idp = partner("tried", "saml_idp_pysaml2")
    command = Child([gateway.program, "partner", "test", "tried", "--json", "--config",
                     str(gateway.configuration_file)], gateway.folder / "partner-test.log")
    link = json.loads(command.first_line())["link"]
    person = visitor(gateway)
    person.open(link)
    person.choose("Begin")
    walk(person, idp.people[0].answers, until=gateway.base)
    assert "would be accepted" in person.text
    eventually(lambda: not command.running and len(command.lines) == 2, 30, "the command shows the result")
    result = json.loads(command.lines[1])
    assert command.process.returncode == 0
    assert result["accepted"] and all(check["result"] == "pass" for check in result["checks"])
    assert any(idp.people[0].email in claim["values"] and "email" in claim["readAs"] for claim in result["claims"])
    assert not any(cookie.name.startswith("__Host-s.") for cookie in person.session.cookies)
    assert person.open(link).status == 410


def test_a_partner_is_switched_off_within_a_second(gateway, partner):
    idp = partner("switched", "saml_idp_pysaml2")
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway)
    person.open(client.begin(scope="openid profile email offline_access"))
    token = client.finish(walk(
        person, {"email": idp.people[0].email, "accept": None, **idp.people[0].answers}, until=client.redirect_uri))
    asks = {"Authorization": f"Bearer {token['access_token']}"}
    assert gateway.get(f"/{gateway.host['id']}/openid/userinfo", headers=asks).status_code == 200

    reach = gateway.json("partner", "blast-radius", "switched")
    assert reach["guests"]["count"] == 1 and reach["sessions"] == 1 and reach["grants"] == 1
    off = gateway.json("partner", "disable", "switched")
    assert off["ended"] == {"sessions": 1, "grants": 1, "signIns": 0}
    assert gateway.get(f"/{gateway.host['id']}/openid/userinfo", headers=asks).status_code == 401
    refreshed = gateway.post(f"/{gateway.host['id']}/oauth2/v2.0/token", data={
        "grant_type": "refresh_token", "refresh_token": token["refresh_token"]},
        auth=(gateway.web["client_id"], gateway.web["client_secret"]))
    assert refreshed.json()["error"] == "invalid_grant"
    person.open(client.begin(login_hint=idp.people[0].email))
    assert "AADSTS90023" in person.text
    assert gateway.json("partner", "enable", "switched")["enabled"]
    assert gateway.get(f"/{gateway.host['id']}/openid/userinfo", headers=asks).status_code == 401
    sign_in(gateway, idp)


def test_the_doctor(gateway, partner):
    idp = partner("examined", "saml_idp_pysaml2")

    def findings(*options):
        answer = json.loads(gateway.run("doctor", "--json", "--tenant", gateway.host["id"], *options, ok=False).stdout)
        return [finding["rule"] for tenant in answer["tenants"] for finding in tenant["findings"]
                if finding["subject"] == "partner examined"]

    # The peer's certificate is good for 30 days.
    assert findings() == ["certificate.30"]
    idp.announce_certificate()
    assert findings("--live") == ["certificate.30", "drift"]
    gateway.run("partner", "refresh", "examined")
    assert findings("--live") == ["certificate.30"]


def test_metrics_have_a_listener_of_their_own(fresh_demo, configured_gateway):
    port = free_port()
    demo = fresh_demo()
    demo.stop()
    gateway = configured_gateway(
        demo, lambda settings: settings.update(metrics={"address": "127.0.0.1", "port": port}))
    url = f"http://127.0.0.1:{port}"
    # The demo has no partners of its own; what there is of the format is enough for a monitor.
    assert requests.get(f"{url}/metrics", timeout=15).headers["content-type"].startswith("text/plain")
    assert requests.get(f"{url}/health/ready", timeout=15).status_code == 404
    assert gateway.get("/metrics").status_code == 404
