"""SAML identity providers that nobody here wrote, as partners: the person signs in there, and is a guest here."""

import re

import pytest

from flows import visitor
from peers import clients, configuration
from peers.walk import walk


def invite(gateway, email):
    return gateway.json("invite", email)


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


def refused(gateway, idp, name, domain, **wishes):
    """A sign-in that ends at our page; what `explain` says of it."""
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin(**wishes))
    acs = f"{gateway.base}/{gateway.host['id']}/federation/{name}/acs"
    walk(person, {"email": f"somebody@{domain}", "accept": None, **idp.people[0].answers}, until=acs)
    assert person.status == 403 and "AADSTS50008" in person.text
    # The visitor learns what to do; the rule is the administrator's.
    reference = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", person.text).group()
    return person.text, gateway.run("explain", reference).stdout


def test_a_domain_without_proof(gateway, saml_idp_pysaml2):
    """The partner may say who the person is; that the address is theirs, our own code has to prove."""
    domain = "unproven.example"
    idp = saml_idp_pysaml2(domain=domain)
    gateway.apply(configuration.saml_partner(gateway.host["id"], "unproven", "Unproven", idp.metadata_url, [domain]))
    idp.trust(gateway.get(f"/{gateway.host['id']}/federation/unproven/metadata").text)
    who = idp.people[0]
    invite(gateway, who.email)
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin())
    answers = {"email": who.email, "accept": None, "code": gateway.mailbox.code(who.email), **who.answers}
    token = client.finish(walk(person, answers, until=client.redirect_uri))
    assert clients.validate(token["id_token"], client.metadata, client.client_id)["email"] == who.email


def test_an_address_in_anothers_domain(gateway, saml_idp_pysaml2, saml_partner):
    idp = saml_partner("mismatch", saml_idp_pysaml2(domain="victim.example"), "mismatch.example")
    page, explained = refused(gateway, idp, "mismatch", "mismatch.example")
    assert "victim.example" not in page
    assert "email.domain" in explained and "victim.example" in explained


def test_an_encrypted_assertion(gateway, saml_idp_pysaml2, saml_partner):
    idp = saml_partner("gcm", saml_idp_pysaml2(domain="gcm.example", encrypted="aes128-gcm"), "gcm.example")
    invite(gateway, idp.people[0].email)
    assert sign_in(gateway, idp)["email"] == idp.people[0].email


def test_triple_des_is_refused(gateway, saml_idp_pysaml2, saml_partner):
    """pysaml2's own choice of cipher."""
    idp = saml_partner("des", saml_idp_pysaml2(domain="des.example", encrypted="3des"), "des.example")
    _, explained = refused(gateway, idp, "des", "des.example")
    assert "unsupported_algorithm" in explained


def test_cbc_only_by_a_switch_and_in_a_signed_response(gateway, simplesamlphp, saml_partner):
    """SimpleSAMLphp encrypts to a certificate with AES-128-CBC."""
    idp = simplesamlphp(domain="cbc.example", encrypted=True, **{"saml20.sign.response": True})
    saml_partner("cbc", idp, "cbc.example", requiredSignature="either")
    _, explained = refused(gateway, idp, "cbc", "cbc.example")
    assert "unsupported_algorithm" in explained
    saml_partner("cbc", idp, "cbc.example", requiredSignature="response", acceptsCBC=True)
    invite(gateway, idp.people[0].email)
    assert sign_in(gateway, idp)["email"] == idp.people[0].email


def test_what_nobody_asked_for(gateway, saml_idp_pysaml2, saml_partner):
    """IdP-initiated: off by default; where it is on, it leads to the person's own page."""
    domain = "unasked.example"
    idp = saml_partner("unasked", saml_idp_pysaml2(domain=domain), domain)
    invite(gateway, idp.people[0].email)
    sign_in(gateway, idp)
    root = f"{gateway.base}/{gateway.host['id']}"
    ours = f"{root}/federation/unasked/metadata"
    person = visitor(gateway).open(idp.login_url(ours, "https://evil.example/"))
    walk(person, idp.people[0].answers, until=f"{root}/federation/unasked/acs")
    assert person.status >= 400
    gateway.apply(configuration.saml_partner(
        gateway.host["id"], "unasked", "Unasked", idp.metadata_url, [domain], acceptsUnsolicited=True), "--operator")
    person = visitor(gateway).open(idp.login_url(ours, "https://evil.example/"))
    assert walk(person, idp.people[0].answers, until=f"{root}/account").startswith(f"{root}/account")
