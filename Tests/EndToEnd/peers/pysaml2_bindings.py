"""What both pysaml2 servers do with bindings."""

import flask
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT

BINDINGS = {"redirect": BINDING_HTTP_REDIRECT, "post": BINDING_HTTP_POST}
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
# Messages look for it in the service's part of the configuration and metadata beside it; without, it is SHA-1.
ALGORITHMS = {"signing_algorithm": RSA_SHA256, "digest_algorithm": SHA256}


def sent(information: dict):
    """The answer of our server that carries a message of pysaml2's."""
    if information["method"] == "POST":
        return flask.Response(information["data"], content_type="text/html; charset=utf-8")
    return flask.redirect(dict(information["headers"])["Location"], 303)


def incoming() -> tuple[str, dict]:
    """The binding of this request, and what its signature is checked with if that is not in the message."""
    if flask.request.method == "POST":
        return BINDING_HTTP_POST, {}
    values = flask.request.args
    return BINDING_HTTP_REDIRECT, {
        "relay_state": values.get("RelayState"), "sigalg": values.get("SigAlg"), "signature": values.get("Signature")}


def trusted(settings: dict) -> dict:
    """pysaml2's `metadata` option: a document by its address, which pysaml2 fetches itself, or by its text."""
    remote = [{"url": entity["url"]} for entity in settings["trusted"] if entity.get("url")]
    inline = [entity["xml"] for entity in settings["trusted"] if entity.get("xml")]
    return {**({"remote": remote} if remote else {}), **({"inline": inline} if inline else {})}


def keys(settings: dict) -> dict:
    return {"key_file": settings["key"], "cert_file": settings["certificate"]}
