"""pysaml2 as a service provider, a process of its own; see saml_web.

GET /login?binding=redirect|post&…  begins a sign-in      GET /me        this browser's session as JSON, 401 without one
GET /logout?binding=redirect|post   begins a logout       GET /received  every sign-in and logout so far"""

import base64

import flask
from pysaml2_bindings import ALGORITHMS, BINDINGS, incoming, keys, sent, trusted
from saml2 import BINDING_HTTP_POST
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.metadata import create_metadata_string
from saml2.saml import AuthnContextClassRef, name_id_from_string
from saml2.samlp import RequestedAuthnContext
from saml_web import Site, refused

FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"


def make(settings: dict) -> Saml2Client:
    options = {
        "allow_unsolicited": False, "authn_requests_signed": True, "logout_requests_signed": True,
        "logout_responses_signed": True, "want_assertions_signed": True, "want_response_signed": False,
        "name_id_format": [FORMAT + "persistent"], **settings["options"]}
    return Saml2Client(SPConfig().load({
        "entityid": f"{site.base}/metadata", "xmlsec_binary": "/usr/bin/xmlsec1", **keys(settings),
        "encryption_keypairs": [keys(settings)] if settings["encryption"] else None,
        **ALGORITHMS, "accepted_time_diff": 60,
        "allow_unknown_attributes": True, "http_client_timeout": 15, "metadata": trusted(settings),
        "service": {"sp": {**ALGORITHMS, **options, "endpoints": {
            "assertion_consumer_service": [(f"{site.base}/acs", BINDING_HTTP_POST)],
            "single_logout_service": [(f"{site.base}/slo", binding) for binding in BINDINGS.values()]}}}}))


site = Site("pysaml2-sp", make)
outstanding: dict[str, str] = {}


@site.application.get("/metadata")
def metadata():
    return flask.Response(create_metadata_string(None, site.library.config), content_type="application/xml")


@site.application.get("/login")
def login():
    client, asked = site.library, flask.request.args
    wishes = {}
    if asked.get("force_authn"):
        wishes["force_authn"] = "true"
    if asked.get("authn_context"):
        wishes["requested_authn_context"] = RequestedAuthnContext(
            authn_context_class_ref=[AuthnContextClassRef(text=asked["authn_context"])], comparison="exact")
    request_id, information = client.prepare_for_authenticate(
        entityid=next(iter(client.metadata.identity_providers())), binding=BINDINGS[asked.get("binding", "redirect")],
        relay_state=asked.get("relay_state", ""), sign=True, nameid_format=asked.get("name_id_format"), **wishes)
    outstanding[request_id] = "/me"
    return sent(information)


@site.application.post("/acs")
def acs():
    message = flask.request.form["SAMLResponse"]
    response = site.library.parse_authn_request_response(message, BINDING_HTTP_POST, outstanding)
    if response is None:
        return refused("pysaml2 found no response in the message")
    outstanding.pop(response.in_response_to, None)
    found = response.session_info()
    site.session.clear()
    site.session.update(
        issuer=found["issuer"], name_id=found["name_id"].text, name_id_format=found["name_id"].format,
        session_index=found["session_index"], authn_context=[entry[0] for entry in found["authn_info"]],
        attributes=found["ava"], encrypted=b"EncryptedAssertion" in base64.b64decode(message),
        relay_state=flask.request.form.get("RelayState", ""), name_id_element=str(found["name_id"]))
    site.received.append({"kind": "assertion", **site.session})
    return flask.redirect("/me", 303)


@site.application.get("/me")
def me():
    return flask.jsonify(site.session), 200 if site.session else 401


@site.application.get("/logout")
def logout():
    issuer = site.session["issuer"]
    answers = site.library.do_logout(
        name_id_from_string(site.session["name_id_element"]), [issuer], "", None, sign=True,
        expected_binding=BINDINGS[flask.request.args.get("binding", "redirect")])
    return sent(answers[issuer][1])


@site.application.route("/slo", methods=["GET", "POST"])
def slo():
    client, values = site.library, flask.request.values
    binding, signature = incoming()
    if "SAMLResponse" in values:
        answer = client.parse_logout_request_response(values["SAMLResponse"], binding)
        client.handle_logout_response(answer)
        site.received.append({"kind": "logout response", "issuer": answer.issuer()})
        site.session.clear()
        return flask.redirect("/me", 303)
    name_id = name_id_from_string(site.session["name_id_element"]) if site.session else None
    information = client.handle_logout_request(values["SAMLRequest"], name_id, binding, sign=True, **signature)
    site.received.append({"kind": "logout request", "name_id": site.session.get("name_id")})
    site.session.clear()
    return sent(information)


if __name__ == "__main__":
    site.serve()
