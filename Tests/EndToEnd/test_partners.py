"""OpenID providers that nobody here wrote, as partners: the person signs in there, and is a guest here."""

import pytest

from flows import code_flow, visitor
from peers import clients, configuration
from peers.gateway import sign_in_id
from peers.walk import walk


@pytest.fixture(scope="session")
def contoso(gateway, canaille):
    """Canaille as Woodgrove's partner for contoso.example."""
    callback = f"{gateway.base}/{gateway.host['id']}/federation/contoso/callback"
    gateway.apply(configuration.oidc_partner(
        gateway.host["id"], "contoso", "Contoso", canaille.issuer, canaille.register(callback), ["contoso.example"],
        usesUserInfo=True))
    return canaille


@pytest.fixture(scope="session")
def adatum(gateway, mock_provider):
    """oidc-provider-mock as Woodgrove's partner for adatum.example."""
    callback = f"{gateway.base}/{gateway.host['id']}/federation/adatum/callback"
    gateway.apply(configuration.oidc_partner(
        gateway.host["id"], "adatum", "Adatum", mock_provider.issuer,
        mock_provider.register(callback, "client_secret_post"), ["adatum.example"], "client_secret_post"))
    return mock_provider


def invite(gateway, email):
    return gateway.json("invite", email)


def guest_of_contoso(gateway, contoso, number, person=None):
    """Signs a person of Canaille's in. The invitation, if any, is accepted on the way."""
    who = contoso.people[number]
    person = person or visitor(gateway)
    client = clients.authlib_app(gateway, gateway.web)
    person.open(client.begin())
    # Canaille does not say that the address is verified, so we prove it ourselves: once, before the invitation.
    answers = {"email": who.email, "accept": None, "code": gateway.mailbox.code(who.email), **who.answers}
    token = client.finish(walk(person, answers, until=client.redirect_uri))
    return clients.validate(token["id_token"], client.metadata, client.client_id), token


def test_canaille_with_a_password_in_chromium(gateway, contoso, browser):
    """The whole way, seen by a person: our page, Canaille's login, password and consent, our permissions, the app."""
    invite(gateway, contoso.people[0].email)
    claims, _ = guest_of_contoso(gateway, contoso, 0, browser)
    assert claims["email"] == contoso.people[0].email
    assert claims["idp"] == contoso.issuer
    assert claims["acct"] == 1
    # Ours alone: Canaille's page looks for fonts that its package lacks, and the application at the redirect address is the
    # demo's, which did not begin this sign-in.
    assert not [line for line in browser.complaints if line.startswith(gateway.base)]


def test_the_same_guest_twice(gateway, contoso):
    invite(gateway, contoso.people[1].email)
    first, _ = guest_of_contoso(gateway, contoso, 1)
    second, _ = guest_of_contoso(gateway, contoso, 1)
    assert first["oid"] == second["oid"]


def test_the_mock_provider(gateway, adatum):
    adatum.person("u-1", email="erin@adatum.example", email_verified=True, name="Erin")
    invite(gateway, "erin@adatum.example")
    account = {"email": "erin@adatum.example"}
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin())
    token = client.finish(walk(person, {"email": account["email"], "sub": "u-1", "accept": None},
                               until=client.redirect_uri))
    claims = clients.validate(token["id_token"], client.metadata, client.client_id)
    assert claims["email"] == account["email"]


def test_a_stranger_is_not_let_in(gateway, adatum):
    """Vouched for, but nobody invited them: a page that says so, with the reference for the administrator."""
    adatum.person("u-9", email="mallory@adatum.example", email_verified=True)
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin())
    with pytest.raises(AssertionError, match="nothing to answer|AADSTS"):
        walk(person, {"email": "mallory@adatum.example", "sub": "u-9"}, until=client.redirect_uri + "?code=")
    assert "AADSTS50020" in person.text


def test_another_subject_with_an_invited_address_is_not_that_guest(gateway, adatum):
    """nOAuth: the address of a guest, asserted by another account of the same provider, is not that guest."""
    adatum.person("u-2", email="frank@adatum.example", email_verified=True)
    adatum.person("u-3", email="frank@adatum.example", email_verified=True)
    invite(gateway, "frank@adatum.example")
    client = clients.authlib_app(gateway, gateway.web)

    def sign_in(subject):
        person = visitor(gateway).open(client.begin())
        walk(person, {"email": "frank@adatum.example", "sub": subject, "accept": None}, until=client.redirect_uri)
        return person

    token = client.finish(sign_in("u-2").url)
    assert token["id_token"]
    with pytest.raises(AssertionError):
        client.finish(sign_in("u-3").url)


def test_a_no_at_the_partner_comes_back_as_a_page(gateway, adatum):
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin())
    walk(person, {"email": "gina@adatum.example"}, before="sub")
    person.fill("action", "deny", of="sub")
    person.submit("action", "deny")
    assert person.url.startswith(gateway.base)
    # The provider leaves out our state, so its answer is nobody's: refused, with a page that says what to do.
    assert "AADSTS" in person.text


def test_the_reasons_are_kept(gateway, contoso):
    """`explain` names the partner, the guest and the checks."""
    invite(gateway, contoso.people[0].email)
    person = visitor(gateway)
    guest_of_contoso(gateway, contoso, 0, person)
    told = gateway.run("explain", sign_in_id(person.url)).stdout
    assert "Contoso" in told or contoso.issuer in told


def test_a_partners_employee_and_the_partners_issuer(gateway):
    """A tenant of this gateway as partner: the same code path as any other."""
    client, token = code_flow(gateway, gateway.employees[0])
    claims = clients.validate(token["id_token"], client.metadata, client.client_id)
    assert claims["idp"] in (gateway.issuer(gateway.partner["id"]), gateway.partner["id"])
