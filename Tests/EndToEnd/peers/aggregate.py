"""A federation's metadata: thousands of entities in one document that xmlsec1 signed."""

import base64
import pathlib
import re
import subprocess

from .saml_peer import KeyPair

METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
SMALLEST = 4_500

TEMPLATE = """<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>\
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>\
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>\
<ds:Reference URI="#_aggregate"><ds:Transforms>\
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>\
<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>\
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>\
</ds:SignedInfo><ds:SignatureValue/></ds:Signature>"""


def entity(number: int, keys: list[KeyPair]) -> str:
    """One of thousands: a signing and an encryption certificate, and what federations say besides."""
    host = f"https://idp-{number}.university.example"
    descriptors = "".join(
        f'<md:KeyDescriptor use="{use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{key.base64}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for use, key in zip(("signing", "encryption"), keys))
    text = f"""<md:EntityDescriptor entityID="{host}/idp/shibboleth">\
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\
<md:Extensions><shibmd:Scope regexp="false">university-{number}.example</shibmd:Scope></md:Extensions>{descriptors}\
<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{host}/slo"/>\
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{host}/post"/>\
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{host}/redirect"/>\
</md:IDPSSODescriptor><md:Organization><md:OrganizationName xml:lang="en">University {number}</md:OrganizationName>\
<md:OrganizationDisplayName xml:lang="en">University of the number {number}</md:OrganizationDisplayName>\
<md:OrganizationURL xml:lang="en">https://university-{number}.example</md:OrganizationURL></md:Organization>"""
    contact = 0
    while len(text) < SMALLEST:
        contact += 1
        text += f"""<md:ContactPerson contactType="technical"><md:GivenName>Person {contact}</md:GivenName>\
<md:EmailAddress>mailto:person-{contact}@university-{number}.example</md:EmailAddress></md:ContactPerson>"""
    return text + "</md:EntityDescriptor>\n"


def write(path: pathlib.Path, signer: KeyPair, count: int, among: list[str] = ()) -> None:
    """Signs `count` entities, with these EntityDescriptors in their midst."""
    keys = [KeyPair.make(path.parent, f"entity-{number}") for number in range(2)]
    entities = [entity(number, keys) for number in range(count)]
    for own in among:
        own = re.sub(r"<\?xml[^>]*\?>", "", own)
        entities.insert(count // 2, own + "\n")
    unsigned = path.with_suffix(".unsigned")
    with unsigned.open("w") as file:
        file.write(
            f'<md:EntitiesDescriptor xmlns:md="{METADATA}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
            f'xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" ID="_aggregate" Name="urn:example:federation" '
            f'validUntil="2099-01-01T00:00:00Z">{TEMPLATE}\n')
        file.writelines(entities)
        file.write("</md:EntitiesDescriptor>\n")
    subprocess.run(
        ["/usr/bin/xmlsec1", "--sign", "--privkey-pem", str(signer.key), "--id-attr:ID",
         f"{METADATA}:EntitiesDescriptor", "--output", str(path), str(unsigned)],
        check=True, capture_output=True, timeout=120)
    unsigned.unlink()


def changed(path: pathlib.Path, to: pathlib.Path) -> None:
    """The same with one octet of one certificate another one."""
    text = path.read_bytes()
    at = text.index(b"<ds:X509Certificate>", len(text) // 3) + 100
    other = base64.b64encode(b"\0" * 3)[:1] if text[at:at + 1] != b"A" else b"B"
    to.write_bytes(text[:at] + other + text[at + 1:])
