"""Providers known by name, against stand-ins with their habits: declared by `apply`, asked by the built binary."""

import pytest

from flows import visitor
from peers import clients, known_providers
from peers.walk import walk


@pytest.fixture(scope="module", params=known_providers.ALL, ids=lambda kind: kind.kind)
def provider(gateway, request):
    with request.param() as stand:
        stand.email = f"grace@{stand.kind.lower()}.example"
        stand.declared = declare(gateway, stand)
        yield stand


def declare(gateway, stand, **more):
    return gateway.apply({"tenant": gateway.host["id"], "partners": [{**stand.declaration(), **more}]})


def begin(gateway, stand, **parameters):
    """At the provider, by its button."""
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin(prompt="select_account", **parameters))
    person.choose(f"The {stand.kind}$")
    if person.has("agree"):
        person.submit("agree")
    return person, client


def signed_in(gateway, stand):
    person, client = begin(gateway, stand, scope="openid profile email offline_access")
    asked = "Send code" in person.text
    answers = {"accept": None, "code": gateway.mailbox.code(stand.email)}
    token = client.finish(walk(person, answers, until=client.redirect_uri))
    return clients.validate(token["id_token"], client.metadata, client.client_id), token, client, asked


def test_a_guest_redeems_and_comes_back(gateway, provider):
    gateway.json("invite", provider.email)
    claims, _, _, asked = signed_in(gateway, provider)
    assert claims["email"] == provider.email and claims["acct"] == 1
    # Where the provider's word is no evidence, our own code proved the address: once.
    assert asked is not provider.proves
    again, _, _, asked = signed_in(gateway, provider)
    assert again["oid"] == claims["oid"] and not asked


def test_the_callback_to_register_is_printed(gateway, provider):
    callback = f"{gateway.base}/{gateway.host['id']}/federation/{provider.kind.lower()}/callback"
    assert callback in str(provider.declared)


def test_another_account_with_the_address_is_not_that_guest(gateway, provider):
    """nOAuth."""
    subject, oid, known_providers.OID = provider.subject, known_providers.OID, "44444444-4444-4444-8444-444444444444"
    provider.subject = "666"
    try:
        person, client = begin(gateway, provider)
        assert not person.arrived(client.redirect_uri) and not person.has("accept"), person.text
    finally:
        provider.subject, known_providers.OID = subject, oid


def test_an_error_of_the_token_endpoint_is_told_to_the_administrator(gateway, provider):
    """GitHub's with status 200, Facebook's in an object."""
    right = provider.is_right
    provider.is_right = lambda secret: False
    try:
        person, client = begin(gateway, provider)
        assert person.status == 403 and "incorrect_client_credentials" not in person.text
    finally:
        provider.is_right = right
    log = gateway.log.read_text().splitlines()[-20:]
    assert any("token_endpoint.refused" in line for line in log)


def test_disabled_it_refuses_on_the_way_back_and_at_refresh(gateway, provider):
    # Already a guest, where the first test ran before.
    gateway.run("invite", provider.email, ok=False)
    _, token, client, _ = signed_in(gateway, provider)
    name = provider.kind.lower()
    late = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(late.begin(prompt="select_account"))
    gateway.run("partner", "disable", name)
    try:
        person.choose(f"The {provider.kind}$")
        assert not person.arrived(late.redirect_uri) and person.status == 403
        with pytest.raises(Exception, match="invalid_grant"):
            client.refresh(token["refresh_token"])
    finally:
        gateway.run("partner", "enable", name)
    assert signed_in(gateway, provider)[0]["email"] == provider.email


def test_facebook_token_for_another_app(gateway):
    with known_providers.Facebook() as stand:
        declare(gateway, stand)
        stand.app = "666"
        person, client = begin(gateway, stand)
        assert person.status == 403 and not person.arrived(client.redirect_uri)


def test_what_is_wrong_in_a_declaration_is_told(gateway, tmp_path):
    for provider, words in [
            ({"kind": "google", "clientID": "c"}, '"partners[0].clientSecret" is missing'),
            ({"kind": "google", "clientID": "c", "clientSecret": "s", "origin": "ftp://x"}, "no https address"),
            ({"kind": "entra", "clientID": "c", "clientSecret": "s", "cloud": "de"}, "cloud"),
            ({"kind": "entra", "clientID": "c", "clientSecret": "s", "tenants": ["contoso.com"]}, "tenants[0]"),
            ({"kind": "apple", "clientID": "c", "teamID": "T", "keyID": "K", "privateKey": "x"}, "P-256"),
            ({"kind": "facebook", "clientID": "c", "clientSecret": "s", "login": "modern"}, "login"),
            ({"kind": "google", "clientID": "c", "clientSecret": "s", "issuer": "https://x.example"}, "issuer")]:
        path = tmp_path / "wrong.json5"
        path.write_text(str({"tenant": gateway.host["id"], "partners": [{"name": "wrong", **provider}]}))
        done = gateway.run("apply", str(path), ok=False)
        assert done.returncode != 0 and words in done.stderr, done.stderr
