"""pysaml2 reads one response many times; run by verify.py."""

import base64
import json
import logging
import pathlib
import sys
import time

import saml2
from saml2.client import Saml2Client
from saml2.config import SPConfig

logging.disable(logging.CRITICAL)
settings = json.loads(pathlib.Path(sys.argv[1]).read_text())
certificate = pathlib.Path(settings["certificate"]).read_text()
body = "".join(line for line in certificate.splitlines() if "CERTIFICATE" not in line)
metadata = f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{settings["issuer"]}">\
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">\
<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{body}</X509Certificate></X509Data>\
</KeyInfo></KeyDescriptor><SingleSignOnService Binding="{saml2.BINDING_HTTP_REDIRECT}" \
Location="https://idp.fabrikam.example/sso"/></IDPSSODescriptor></EntityDescriptor>"""
configuration = SPConfig().load({
    "entityid": settings["audience"], "key_file": settings["key"], "cert_file": settings["certificate"],
    "xmlsec_binary": "/usr/bin/xmlsec1", "metadata": {"inline": [metadata]}, "allow_unknown_attributes": True,
    "service": {"sp": {
        "endpoints": {"assertion_consumer_service": [(settings["acs"], saml2.BINDING_HTTP_POST)]},
        "want_assertions_signed": True, "want_response_signed": False, "allow_unsolicited": False}}})
client = Saml2Client(configuration)
posted = base64.b64encode(pathlib.Path(settings["response"]).read_bytes()).decode()


def read():
    answer = client.parse_authn_request_response(posted, saml2.BINDING_HTTP_POST, outstanding={settings["request"]: "/"})
    assert answer.name_id.text == "guest-4711"


read()
start = time.perf_counter()
for _ in range(settings["rounds"]):
    read()
print(json.dumps({"microseconds": round((time.perf_counter() - start) / settings["rounds"] * 1e6, 1)}))
