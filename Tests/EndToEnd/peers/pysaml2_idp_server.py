"""pysaml2 as an identity provider, a process of its own; see saml_web.

/sso  sign-in, redirect and POST     /login-to?sp=…  a sign-in that nobody asked for
/slo  logout, redirect and POST      /logout         a logout that begins here, at every service provider"""

import hashlib
import re
import secrets
import tempfile

import flask
from pysaml2_bindings import ALGORITHMS, BINDINGS, RSA_SHA256, SHA256, incoming, keys, sent, trusted
from saml2 import BINDING_HTTP_POST
from saml2.config import IdPConfig
from saml2.metadata import create_metadata_string
from saml2.saml import NameID, name_id_from_string
from saml2.server import Server
from saml2.sigver import get_pem_wrapped_unwrapped, pre_encryption_part
from saml_web import Site

FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

FORM = """<!doctype html><html lang=en><meta charset=utf-8><title>pysaml2</title><h1>Sign in</h1><p>{{ wrong }}</p>
<form method=post action=/login><label>User name <input name=username></label>
<label>Password <input type=password name=password></label><button>Sign in</button></form>"""


# The address of the cipher in a message, and xmlsec1's name of its key.
CIPHERS = {
    "aes128-gcm": ("http://www.w3.org/2009/xmlenc11#aes128-gcm", "aes-128"),
    "aes256-gcm": ("http://www.w3.org/2009/xmlenc11#aes256-gcm", "aes-256"),
    "aes128-cbc": ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "aes-128"),
    "aes256-cbc": ("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "aes-256"),
}


class ServerWithCipher(Server):
    """pysaml2 itself never asks for another cipher than 3DES, though what it calls, and xmlsec1 below, can."""

    cipher: str

    def _encrypt_assertion(self, encrypt_cert, sp_entity_id, response, node_xpath=None):
        if self.cipher not in CIPHERS:
            return super()._encrypt_assertion(encrypt_cert, sp_entity_id, response, node_xpath)
        address, key_type = CIPHERS[self.cipher]
        _, certificate = self.metadata.certs(sp_entity_id, "any", "encryption")[0]
        wrapped, unwrapped = get_pem_wrapped_unwrapped(certificate)
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(wrapped)
            file.flush()
            return self.sec.encrypt_assertion(
                response, file.name, pre_encryption_part(msg_enc=address, encrypt_cert=unwrapped), key_type, node_xpath)


def make(settings: dict) -> Server:
    server = ServerWithCipher(config=IdPConfig().load({
        "entityid": f"{site.base}/metadata", "xmlsec_binary": "/usr/bin/xmlsec1", **keys(settings),
        "additional_cert_files": settings["announced"], **ALGORITHMS,
        "accepted_time_diff": 60, "http_client_timeout": 15, "metadata": trusted(settings),
        "service": {"idp": {
            **ALGORITHMS,
            "want_authn_requests_signed": settings["wants_signed_requests"],
            "name_id_format": [FORMAT + "persistent", FORMAT + "transient", EMAIL],
            "endpoints": {
                "single_sign_on_service": [(f"{site.base}/sso", binding) for binding in BINDINGS.values()],
                "single_logout_service": [(f"{site.base}/slo", binding) for binding in BINDINGS.values()]}}}}))
    server.cipher = settings["encrypted"]
    return server


site = Site("pysaml2-idp", make)


@site.application.get("/metadata")
def metadata():
    return flask.Response(create_metadata_string(None, site.library.config), content_type="application/xml")


@site.application.route("/sso", methods=["GET", "POST"])
def sso():
    server, values = site.library, flask.request.values
    binding, signature = incoming()
    request = server.parse_authn_request(values["SAMLRequest"], binding, **signature)
    site.received.append({"kind": "authn request", "issuer": request.message.issuer.text, "xml": str(request.message)})
    arguments = server.response_args(request.message, [BINDING_HTTP_POST])
    policy = arguments.pop("name_id_policy", None)
    asked = {"arguments": arguments, "relay_state": values.get("RelayState", ""),
             "format": policy.format if policy is not None else None}
    if request.message.force_authn == "true":
        site.session.pop("user", None)
    return answer_or_ask(asked)


@site.application.get("/login-to")
def login_to():
    provider = flask.request.args["sp"]
    consumer = site.library.metadata.assertion_consumer_service(provider, BINDING_HTTP_POST)[0]["location"]
    return answer_or_ask({"arguments": {
        "in_response_to": None, "sp_entity_id": provider, "destination": consumer, "binding": BINDING_HTTP_POST},
        "relay_state": flask.request.args.get("relay_state", ""), "format": None})


def answer_or_ask(asked: dict, wrong: str = ""):
    if "user" in site.session:
        return assertion(asked)
    site.session["asked"] = asked
    return flask.render_template_string(FORM, wrong=wrong)


@site.application.post("/login")
def login():
    person = site.settings["people"].get(flask.request.form["username"])
    if person is None or not secrets.compare_digest(person["password"], flask.request.form["password"]):
        return answer_or_ask(site.session["asked"], "Wrong user name or password.")
    site.session["user"] = flask.request.form["username"]
    return assertion(site.session.pop("asked"))


def named(user: str, attributes: dict, provider: str, wanted: str | None) -> NameID:
    if wanted not in (FORMAT + "transient", FORMAT + "persistent", EMAIL):
        wanted = site.settings["name_id_format"]
    text = {FORMAT + "transient": secrets.token_hex(16), EMAIL: attributes["mail"][0]}.get(
        wanted, hashlib.sha256(f"{site.base} {provider} {user}".encode()).hexdigest())
    qualifiers = {} if wanted == EMAIL else {"name_qualifier": f"{site.base}/metadata", "sp_name_qualifier": provider}
    return NameID(format=wanted, text=text, **qualifiers)


def assertion(asked: dict):
    server, settings, arguments = site.library, site.settings, dict(asked["arguments"])
    user, provider, binding = site.session["user"], arguments["sp_entity_id"], arguments.pop("binding")
    attributes = settings["people"][user]["attributes"]
    name_id = named(user, attributes, provider, asked["format"])
    response = str(server.create_authn_response(
        attributes, userid=user, name_id=name_id, authn={"class_ref": PASSWORD, "authn_auth": server.config.entityid},
        sign_response=settings["signs_response"], sign_assertion=settings["signs_assertion"],
        encrypt_assertion=settings["encrypted"] is not None, encrypt_assertion_self_contained=True,
        encrypted_advice_attributes=False, sign_alg=RSA_SHA256, digest_alg=SHA256, **arguments))
    index = re.search('SessionIndex="([^"]*)"', response)
    site.session.setdefault("providers", {})[provider] = (str(name_id), index[1] if index else None)
    return sent(server.apply_binding(
        binding, response, arguments["destination"], asked["relay_state"], response=True))


@site.application.route("/slo", methods=["GET", "POST"])
def slo():
    server, values = site.library, flask.request.values
    binding, signature = incoming()
    if "SAMLResponse" in values:
        answer = server.parse_logout_request_response(values["SAMLResponse"], binding)
        status = answer.response.status.status_code.value
        site.received.append({"kind": "logout response", "issuer": answer.issuer(), "status": status})
        return logout_of_the_next()
    request = server.parse_logout_request(values["SAMLRequest"], binding, **signature)
    issuer = request.message.issuer.text
    site.received.append({"kind": "logout request", "issuer": issuer, "xml": str(request.message)})
    known = site.session.setdefault("providers", {}).pop(issuer, None)
    if known is None or name_id_from_string(known[0]).text != request.message.name_id.text:
        flask.abort(403, "a logout of nobody who is signed in here")
    reply = server.response_args(request.message, [binding])
    posts = binding == BINDING_HTTP_POST
    site.session["reply"] = server.apply_binding(
        binding, str(server.create_logout_response(request.message, [binding], sign=posts)), reply["destination"],
        values.get("RelayState", ""), response=True, sign=not posts)
    return logout_of_the_next()


@site.application.get("/logout")
def logout():
    return logout_of_the_next(flask.request.args.get("binding", "redirect"))


def logout_of_the_next(binding_name: str | None = None):
    """One service provider after the other by the browser; the one that asked is answered last."""
    session = site.session
    binding_name = session["binding"] = binding_name or session.get("binding", "redirect")
    if session.get("providers"):
        provider, (name_id, index) = session["providers"].popitem()
        binding, server = BINDINGS[binding_name], site.library
        destination = server.metadata.single_logout_service(provider, binding, "spsso")[0]["location"]
        posts = binding == BINDING_HTTP_POST
        _, request = server.create_logout_request(
            destination, provider, name_id=name_id_from_string(name_id), sign=posts,
            session_indexes=[index] if index else None)
        return sent(server.apply_binding(binding, str(request), destination, "", sign=not posts))
    reply = session.get("reply")
    session.clear()
    return sent(reply) if reply else "<!doctype html><title>pysaml2</title><p>Signed out."


if __name__ == "__main__":
    site.serve()
