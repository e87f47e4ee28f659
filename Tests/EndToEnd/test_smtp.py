"""Mail leaves over a real SMTP server; one that is down or unwilling loses nothing."""

import pytest

from flows import visitor
from peers import clients, configuration
from peers.mailbox import code_in
from peers.processes import eventually
from peers.walk import walk


@pytest.fixture
def served(fresh_demo, configured_gateway, mail_server, authority):
    """served(tls=…, login=…): (gateway that mails through that server, the server)."""
    def start(**options):
        server = mail_server(**options)
        demo = fresh_demo()
        demo.stop()
        change = lambda c: c.update(mail=configuration.mail_to(server, authority.certificate))  # noqa: E731
        return configured_gateway(demo, change), server
    return start


def ask_for_a_code(gateway, email):
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin())
    walk(person, {"email": email}, before="code")
    return client, person


@pytest.mark.parametrize("options", [
    {"tls": "starttls"}, {"tls": "starttls", "login": ("vestibule", "s3cret")},
    {"tls": "implicit", "login": ("vestibule", "s3cret")}], ids=str)
def test_a_code_by_mail(served, options):
    gateway, server = served(**options)
    email = gateway.outsider["email"]
    client, person = ask_for_a_code(gateway, email)
    mail = server.expect_code(email)
    assert mail.encrypted
    assert mail.authenticated_as == (options["login"][0] if "login" in options else None)
    assert mail.sender == "no-reply@woodgrove.example"
    assert mail.message["Message-ID"] and mail.message["Date"]
    assert mail.text and mail.html
    code = code_in(mail.text)
    assert code not in mail.message["Subject"], "subjects are shown on locked phones"
    token = client.finish(walk(person, {"code": code, "accept": None}, until=client.redirect_uri))
    assert clients.validate(token["id_token"], client.metadata, client.client_id)["email"] == email


def test_a_server_that_is_down_loses_nothing(served):
    gateway, server = served()
    server.stop()
    addresses = [f"guest{number}@example.org" for number in range(10)]
    for address in addresses:
        gateway.run("invite", address)
    server.start()
    for address in addresses:
        server.expect(address, within=60)
    assert all(len(server.to(address)) == 1 for address in addresses)


def test_451_is_tried_again(served):
    gateway, server = served()
    server.refuse(1)
    gateway.run("invite", "patient@example.org")
    server.expect("patient@example.org", within=60)
    assert server.refused == 1


def test_mail_that_waits_survives_a_restart(served):
    gateway, server = served()
    server.stop()
    gateway.run("invite", "later@example.org")
    gateway.kill()
    server.start()
    gateway.start()
    (mail,) = server.expect("later@example.org", within=60)
    assert any("/redeem" in link for link in mail.links)


def test_a_server_that_we_cannot_trust_gets_nothing(served, fresh_demo, configured_gateway, mail_server, tmp_path):
    """Another CA than the configured one: no mail, and the log says why."""
    from peers.certificates import Authority
    stranger = Authority(tmp_path / "stranger")
    server = mail_server()
    demo = fresh_demo()
    demo.stop()
    gateway = configured_gateway(
        demo, lambda c: c.update(mail=configuration.mail_to(server, stranger.certificate)))
    gateway.run("invite", "careful@example.org")
    eventually(lambda: "certificate" in gateway.log.read_text().lower(), 20, "the log names the certificate")
    assert server.mails == []


def test_an_unknown_address_gets_the_same_page_and_no_mail(served):
    gateway, server = served()
    _, known = ask_for_a_code(gateway, gateway.outsider["email"])
    _, unknown = ask_for_a_code(gateway, "nobody@unheard-of.example")
    assert known.status == unknown.status
    assert known.text.replace(gateway.outsider["email"], "X") == unknown.text.replace("nobody@unheard-of.example", "X")
    server.expect_code(gateway.outsider["email"])
    # What was asked for later has been mailed, so what was asked for before would have been too.
    known = server.known(gateway.outsider["email"])
    ask_for_a_code(gateway, gateway.outsider["email"])
    server.expect_code(gateway.outsider["email"], known=known)
    assert server.to("nobody@unheard-of.example") == []


def test_links_do_not_follow_the_host_field(served):
    """Host-header poisoning: whatever a request claims, links are the configured base's."""
    gateway, server = served()
    path = f"/{gateway.host['id']}/v2.0/.well-known/openid-configuration"
    assert gateway.get(path, headers={"Host": "evil.example"}).status_code == 421
    assert gateway.get(path, headers={"X-Forwarded-Host": "evil.example"}).json()["issuer"].startswith(gateway.base)
    gateway.run("invite", "linked@example.org")
    (mail,) = server.expect("linked@example.org")
    assert mail.links and all(link.startswith(gateway.base) for link in mail.links if "/redeem" in link)
    assert "evil.example" not in mail.message.as_string()
