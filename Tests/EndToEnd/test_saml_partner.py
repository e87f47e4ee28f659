"""SAML identity providers that nobody here wrote, as partners: the person signs in there, and is a guest here."""

import pytest

from flows import visitor
from peers import clients, configuration
from peers.gateway import sign_in_id
from peers.walk import walk


def invite(gateway, email):
    return gateway.json("invite", email)


@pytest.fixture
def saml_partner(gateway):
    """saml_partner(name, idp, domain, …): the two know each other by metadata that each fetches from the other."""
    def make(name, idp, domain, **more):
        gateway.apply(configuration.saml_partner(
            gateway.host["id"], name, name.capitalize(), idp.metadata_url, [domain], **more))
        idp.trust(gateway.get(f"/{gateway.host['id']}/federation/{name}/metadata").text)
        return idp
    return make


def sign_in(gateway, idp, number=0, person=None, **more):
    """A person of the partner's signs in at the sample application; what the application was told."""
    who = idp.people[number]
    client = clients.authlib_app(gateway, gateway.web)
    person = person or visitor(gateway)
    person.open(client.begin(**more))
    token = client.finish(walk(person, {"email": who.email, "accept": None, **who.answers}, until=client.redirect_uri))
    return clients.validate(token["id_token"], client.metadata, client.client_id)


@pytest.mark.parametrize("binding", ["redirect", "post"])
@pytest.mark.parametrize("peer", ["simplesamlphp", "saml_idp_pysaml2"])
def test_sign_in(gateway, saml_partner, request, peer, binding):
    domain = f"{peer.replace('_', '-')}-{binding}.example"
    idp = saml_partner(f"{peer.replace('_', '-')}-{binding}", request.getfixturevalue(peer)(domain=domain), domain,
                       signInBinding=binding)
    invite(gateway, idp.people[0].email)
    claims = sign_in(gateway, idp)
    assert claims["email"] == idp.people[0].email
    assert claims["idp"] == idp.entity_id
    assert claims["acct"] == 1
    # Nobody is asked again: the invitation was redeemed with this identity.
    assert sign_in(gateway, idp)["oid"] == claims["oid"]
