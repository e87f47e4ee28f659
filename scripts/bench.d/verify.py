"""Verifying one signed SAML response of 5 KB: ours, xmlsec1 and pysaml2 on the very same file, beside what the signature
alone costs.

Ours applies every rule of the assertion consumer service; xmlsec1 checks the signature alone and starts a process, which
is not counted; pysaml2 applies its own rules, and leaves the signature to an xmlsec1 that it starts each time."""

import json
import pathlib
import re
import shutil
import subprocess
import time

ISSUER, AUDIENCE = "https://idp.fabrikam.example/metadata", "https://gateway.example/federation/fabrikam/metadata"
ACS, REQUEST = "https://gateway.example/federation/fabrikam/acs", "_request4711"
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
# pysaml2 has no way to be told the time, so the message is of now.
STAMP = "%Y-%m-%dT%H:%M:%SZ"

TEMPLATE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response1" Version="2.0" \
IssueInstant="{now}" Destination="{acs}" InResponseTo="{request}">\
<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{issuer}</saml:Issuer>\
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>\
<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="_assertion1" Version="2.0" IssueInstant="{now}">\
<saml:Issuer>{issuer}</saml:Issuer>\
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>\
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>\
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#{algorithm}"/>\
<ds:Reference URI="#_assertion1"><ds:Transforms>\
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>\
<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>\
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>\
<ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>\
</ds:KeyInfo></ds:Signature>\
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">guest-4711</saml:NameID>\
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">\
<saml:SubjectConfirmationData NotOnOrAfter="{end}" Recipient="{acs}" InResponseTo="{request}"/>\
</saml:SubjectConfirmation></saml:Subject>\
<saml:Conditions NotBefore="{now}" NotOnOrAfter="{end}"><saml:AudienceRestriction>\
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_session1"><saml:AuthnContext>\
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>\
</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement>\
</saml:Assertion></samlp:Response>"""

ATTRIBUTE = """<saml:Attribute Name="{claims}{name}" \
NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue xsi:type="xs:string">{value}\
</saml:AttributeValue></saml:Attribute>"""


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stderr or done.stdout}")
    return done.stdout + done.stderr


def message(folder: pathlib.Path, kind: str) -> tuple[pathlib.Path, pathlib.Path, pathlib.Path]:
    """The signed response, the certificate and the key, as files."""
    key, certificate, response = (folder / f"verify-{kind}.{end}" for end in ("key", "pem", "xml"))
    options = ["-pkeyopt", "rsa_keygen_bits:2048"] if kind == "rsa" else ["-pkeyopt", "ec_paramgen_curve:P-256"]
    run("openssl", "genpkey", "-algorithm", "RSA" if kind == "rsa" else "EC", *options, "-out", key)
    run("openssl", "req", "-x509", "-key", key, "-subj", "/CN=Fabrikam", "-days", "2", "-out", certificate)
    body = "".join(line for line in certificate.read_text().splitlines() if "CERTIFICATE" not in line)
    names = ["emailaddress", "givenname", "surname", "name", "upn", "department", "office", "country"]
    values = ["guest4711@fabrikam.example", *(f"a value of the claim {name}" for name in names[1:])]
    attributes = "".join(
        ATTRIBUTE.format(claims=CLAIMS, name=name, value=value) for name, value in zip(names, values, strict=True))
    now = time.time()
    response.write_text(TEMPLATE.format(
        now=time.strftime(STAMP, time.gmtime(now)), end=time.strftime(STAMP, time.gmtime(now + 3600)), acs=ACS,
        request=REQUEST, issuer=ISSUER, audience=AUDIENCE, algorithm=f"{kind}-sha256", certificate=body,
        attributes=attributes))
    run("xmlsec1", "--sign", "--privkey-pem", f"{key},{certificate}", "--id-attr:ID",
        "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", "--output", response, response)
    return response, certificate, key


def ours(binary, core, response, certificate, rounds):
    answer = json.loads(run(
        "taskset", "-c", core, binary, "saml", "verify", "--idp-cert", certificate, "--idp-entity-id", ISSUER,
        "--audience", AUDIENCE, "--acs", ACS, "--request-id", REQUEST, "--rounds", rounds, "--json", response))
    if answer["verdict"] != "accept" or not answer["complete"]:
        raise RuntimeError(f"the response is refused: {answer}")
    return answer["microseconds"]


def xmlsec(core, response, certificate, rounds):
    text = run(
        "taskset", "-c", core, "xmlsec1", "--verify", "--repeat", rounds, "--enabled-key-data", "key-name",
        "--pubkey-cert-pem", certificate, "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", response)
    found = re.search(r"Executed (\d+) tests in ([\d.]+) msec", text)
    return float(found.group(2)) * 1000 / int(found.group(1))


def pysaml2(core, folder, kind, response, certificate, key, rounds):
    """Nil where the end-to-end tests' environment is not there."""
    python = pathlib.Path(".venv/bin/python")
    if not python.exists():
        return None
    settings = folder / f"verify-{kind}.json"
    settings.write_text(json.dumps({
        "issuer": ISSUER, "audience": AUDIENCE, "acs": ACS, "request": REQUEST, "response": str(response),
        "certificate": str(certificate), "key": str(key), "rounds": rounds}))
    program = pathlib.Path(__file__).with_name("verify_pysaml2.py")
    return json.loads(run("taskset", "-c", core, python, program, settings).splitlines()[-1])["microseconds"]


def measure(binary, core, folder, speed, quick):
    """One row for each kind of key; microseconds."""
    if not shutil.which("xmlsec1"):
        return []
    rows = []
    for kind, name in [("rsa", "RSA-2048"), ("ecdsa", "ECDSA P-256")]:
        response, certificate, key = message(folder, kind)
        alone = 1e6 / speed[kind]
        mine = ours(binary, core, response, certificate, 200 if quick else 5000)
        rows.append({
            "name": f"verify {name}", "bytes": response.stat().st_size, "signature_us": round(alone, 1),
            "ours_us": round(mine, 1), "beyond_us": round(mine - alone, 1), "target_us": 150, "met": mine - alone <= 150,
            "xmlsec1_us": round(xmlsec(core, response, certificate, 100 if quick else 2000), 1),
            "pysaml2_us": pysaml2(core, folder, kind, response, certificate, key, 5 if quick else 50)})
    return rows
