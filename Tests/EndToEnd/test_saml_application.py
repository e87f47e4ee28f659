"""SAML service providers that nobody here wrote, as applications behind the gateway."""

import contextlib
import re
import sqlite3

import pytest

from flows import People, redeemed, visitor
from peers import configuration
from peers.walk import walk

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
# The claim of the address as the library names it.
MAIL = {"saml_sp_pysaml2": "emailAddress",
        "saml_sp_python3_saml": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"}
PEERS = list(MAIL)


@pytest.fixture(scope="module")
def guest(gateway):
    """An employee of the partner organisation that the same gateway hosts, who is a guest at the host."""
    account = gateway.employees[0]
    redeemed(gateway, account)
    return account


def sign_in(gateway, sp, account, person=None, **wishes):
    person = person or visitor(gateway)
    walk(person.open(sp.login(**wishes)), gateway.answers(account), until=sp.me_url)
    assert person.status == 200
    return person


@pytest.mark.parametrize("binding", ["redirect", "post"])
@pytest.mark.parametrize("peer", PEERS)
def test_sign_in(gateway, guest, application, peer, binding):
    sp = application(peer, f"{peer} {binding}")
    sign_in(gateway, sp, guest, binding=binding)
    told = sp.last_assertion
    assert told["name_id_format"] == PERSISTENT
    assert told["attributes"][MAIL[peer]] == [guest["email"]]
    # The name is pairwise, and the same the next time.
    sign_in(gateway, sp, guest, binding=binding)
    assert sp.last_assertion["name_id"] == told["name_id"]


@pytest.mark.parametrize("peer", PEERS)
def test_encrypted_assertions(gateway, guest, application, peer):
    sp = application(peer, f"{peer} encrypted", sp_options={"encryption": True}, encryptsAssertions=True)
    sign_in(gateway, sp, guest)
    assert sp.last_assertion["encrypted"]


@pytest.mark.parametrize("signs", ["response", "both"])
def test_signed_responses(gateway, guest, application, signs):
    wishes = {"want_response_signed": True, "want_assertions_signed": signs == "both"}
    sp = application("saml_sp_pysaml2", f"signs {signs}", sp_options=wishes, signs=signs)
    sign_in(gateway, sp, guest)
    assert sp.last_assertion["attributes"][MAIL["saml_sp_pysaml2"]] == [guest["email"]]


def signing_certificates(gateway):
    """Those of the metadata that applications read, the one that signs first."""
    metadata = gateway.get(f"/{gateway.host['id']}/saml2/metadata").text
    role = metadata[metadata.index("<md:IDPSSODescriptor"):metadata.index("</md:IDPSSODescriptor>")]
    return re.findall(r"<ds:X509Certificate>([^<]+)<", role)


def announced_a_month_ago(gateway):
    """So much time has passed for the key that is to sign next."""
    path = gateway.folder / gateway.configuration()["database"]
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as database, database:
        aged = database.execute(
            "UPDATE keys SET created_at = created_at - 31 * 86400000 WHERE purpose = 'samlAssertions' "
            "AND state = 'next'").rowcount
    assert aged == 1


@pytest.mark.parametrize("peer", PEERS)
def test_our_certificate_rolls_over_while_people_sign_in(gateway, guest, application, peer):
    """Announced, read by the application with its next look, and then signed with."""
    sp = application(peer, f"{peer} rolling")
    before = signing_certificates(gateway)
    with People(lambda: sign_in(gateway, sp, guest)) as people:
        people.wait_for_more(3)
        gateway.run("keys", "rotate", "--tenant", gateway.host["id"])
        announced = signing_certificates(gateway)
        [new] = set(announced) - set(before)
        assert announced[0] == before[0]
        sp.refresh()
        people.wait_for_more(3)
        announced_a_month_ago(gateway)
        gateway.run("keys", "rotate", "--tenant", gateway.host["id"])
        assert signing_certificates(gateway)[0] == new
        people.wait_for_more(3)
    assert people.failures == [] and people.done >= 9


def test_another_context_than_the_evidence_bears(gateway, guest, application):
    """NoAuthnContext, told to the application; nobody is asked twice."""
    sp = application("saml_sp_pysaml2", "smart cards")
    person = visitor(gateway)
    walk(person.open(sp.login(authn_context="urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI")),
         gateway.answers(guest), until=sp.base)
    assert "NoAuthnContext" in person.text or person.status >= 400


def test_shibboleth(gateway, guest, shibboleth):
    sp = shibboleth()
    metadata = f"{gateway.base}/{gateway.host['id']}/saml2/metadata"
    sp.trust(metadata, gateway.get(f"/{gateway.host['id']}/saml2/metadata").text)
    gateway.apply(configuration.saml_application(gateway.host["id"], "Shibboleth", sp.metadata_url))
    person = visitor(gateway)
    walk(person.open(sp.login_url), gateway.answers(guest), until=sp.base)
    assert person.open(sp.session_url).status == 200
