"""python3-saml, OneLogin's toolkit, as a service provider in strict mode, a process of its own; see saml_web.

Its addresses are those of pysaml2_sp_server. Logout is by redirect only: the toolkit knows no other."""

import base64

import flask
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from saml_web import Site, refused, self_posting

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def make(settings: dict) -> dict:
    """The toolkit's settings, with what its own reader finds in the identity provider's metadata."""
    own = {
        "strict": True, "debug": False,
        "sp": {
            "entityId": f"{site.base}/metadata",
            "assertionConsumerService": {
                "url": f"{site.base}/acs", "binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"},
            "singleLogoutService": {
                "url": f"{site.base}/slo", "binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"},
            "NameIDFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
            "x509cert": open(settings["certificate"]).read(), "privateKey": open(settings["key"]).read()},
        "security": {
            "authnRequestsSigned": True, "logoutRequestSigned": True, "logoutResponseSigned": True,
            "wantMessagesSigned": False, "wantAssertionsSigned": True,
            "wantAssertionsEncrypted": settings["encryption"], "wantNameId": True, "wantNameIdEncrypted": False,
            "requestedAuthnContext": False, "signatureAlgorithm": RSA_SHA256, "digestAlgorithm": SHA256,
            "rejectDeprecatedAlgorithm": True, "rejectUnsolicitedResponsesWithInResponseTo": True,
            "allowRepeatAttributeName": False, **settings["options"]},
    }
    for entity in settings["trusted"]:
        found = OneLogin_Saml2_IdPMetadataParser.parse_remote(entity["url"]) if entity.get("url") \
            else OneLogin_Saml2_IdPMetadataParser.parse(entity["xml"])
        own = OneLogin_Saml2_IdPMetadataParser.merge_settings(own, found)
        # What the identity provider wishes is in there too; this is about what we demand.
        own["security"]["authnRequestsSigned"] = True
    return own


site = Site("python3-saml-sp", make)


def toolkit(post: bool = False) -> OneLogin_Saml2_Auth:
    return OneLogin_Saml2_Auth({
        "https": "off", "http_host": flask.request.host, "script_name": flask.request.path,
        "get_data": dict(flask.request.args), "post_data": dict(flask.request.form),
        "query_string": flask.request.query_string.decode()}, site.library)


@site.application.get("/metadata")
def metadata():
    document = OneLogin_Saml2_Settings(site.library, sp_validation_only=True)
    text = document.get_sp_metadata()
    problems = document.validate_metadata(text)
    return refused(", ".join(problems)) if problems else flask.Response(text, content_type="application/xml")


@site.application.get("/login")
def login():
    auth, asked = toolkit(), flask.request.args
    force, relay_state = bool(asked.get("force_authn")), asked.get("relay_state", "")
    if asked.get("binding", "redirect") == "redirect":
        address = auth.login(return_to=relay_state or f"{site.base}/me", force_authn=force)
        site.session["request"] = auth.get_last_request_id()
        return flask.redirect(address, 303)
    settings = auth.get_settings()
    request = OneLogin_Saml2_Authn_Request(settings, force_authn=force)
    site.session["request"] = request.get_id()
    signed = OneLogin_Saml2_Utils.add_sign(
        request.get_xml(), settings.get_sp_key(), settings.get_sp_cert(), sign_algorithm=RSA_SHA256,
        digest_algorithm=SHA256)
    return self_posting(auth.get_sso_url(), {
        "SAMLRequest": base64.b64encode(signed).decode(), "RelayState": relay_state or f"{site.base}/me"})


@site.application.post("/acs")
def acs():
    auth = toolkit()
    auth.process_response(request_id=site.session.get("request"))
    if auth.get_errors() or not auth.is_authenticated():
        return refused(f"{', '.join(auth.get_errors())}: {auth.get_last_error_reason()}")
    site.session.clear()
    site.session.update(
        issuer=auth.get_settings().get_idp_data()["entityId"], name_id=auth.get_nameid(),
        name_id_format=auth.get_nameid_format(), name_qualifier=auth.get_nameid_nq(),
        sp_name_qualifier=auth.get_nameid_spnq(), session_index=auth.get_session_index(),
        authn_context=auth.get_last_authn_contexts(), attributes=auth.get_attributes(),
        friendly=auth.get_friendlyname_attributes(),
        encrypted=b"EncryptedAssertion" in base64.b64decode(flask.request.form["SAMLResponse"]),
        relay_state=flask.request.form.get("RelayState", ""))
    site.received.append({"kind": "assertion", **site.session})
    return flask.redirect("/me", 303)


@site.application.get("/me")
def me():
    signed_in = "name_id" in site.session
    return flask.jsonify(site.session if signed_in else {}), 200 if signed_in else 401


@site.application.get("/logout")
def logout():
    auth, session = toolkit(), site.session
    address = auth.logout(
        return_to=f"{site.base}/me", name_id=session["name_id"], session_index=session["session_index"],
        nq=session["name_qualifier"], name_id_format=session["name_id_format"], spnq=session["sp_name_qualifier"])
    session["logout"] = auth.get_last_request_id()
    return flask.redirect(address, 303)


@site.application.get("/slo")
def slo():
    auth, session = toolkit(), site.session
    kind = "logout response" if "SAMLResponse" in flask.request.args else "logout request"
    address = auth.process_slo(
        request_id=session.get("logout") if kind == "logout response" else None, delete_session_cb=session.clear)
    if auth.get_errors():
        return refused(f"{', '.join(auth.get_errors())}: {auth.get_last_error_reason()}")
    site.received.append({"kind": kind})
    return flask.redirect(address or "/me", 303)


if __name__ == "__main__":
    site.serve()
