"""WS-Federation with software that nobody here wrote: SimpleSAMLphp as the security token service."""

from flows import visitor
from peers import clients, configuration
from peers.walk import walk


def test_sign_in(gateway, simplesamlphp):
    domain = "wsfed.example"
    idp = simplesamlphp(domain=domain, sends="name2claim")
    name = "wsfed"
    # Its tokens do not say how their subject is confirmed.
    gateway.apply(configuration.wsfed_partner(
        gateway.host["id"], name, "Tokens", idp.wsfed_metadata_url, [domain], acceptsUnconfirmedSubject=True),
        "--operator")
    root = f"{gateway.base}/{gateway.host['id']}/federation/{name}"
    idp.trust_relying_party(f"{root}/metadata", f"{root}/wsfed")
    who = idp.people[0]
    gateway.json("invite", who.email)
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin())
    token = client.finish(walk(person, {"email": who.email, "accept": None, **who.answers}, until=client.redirect_uri))
    claims = clients.validate(token["id_token"], client.metadata, client.client_id)
    assert claims["email"] == who.email
    assert claims["idp"] == idp.wsfed_entity_id
