"""The troubleshooting commands for SAML and WS-Federation, on messages that xmlsec1 signed."""

import base64
import datetime
import pathlib
import subprocess
import zlib
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from peers.saml_peer import KeyPair
from test_commands import batch, judge  # noqa: F401

NOW = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.timezone.utc)
IDP, SP, ACS, SLO, SSO = ("https://idp.example/", "https://sp.example/", "https://sp.example/acs",
                          "https://sp.example/slo", "https://idp.example/sso")
SAML = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
SAML11 = "urn:oasis:names:tc:SAML:1.0:assertion"
MORE = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"


@pytest.fixture(scope="module")
def pair(tmp_path_factory) -> KeyPair:
    return KeyPair.make(tmp_path_factory.mktemp("keys"), "idp")


def at(seconds: int) -> str:
    return (NOW + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def signature(identifier: str, algorithm: str = MORE) -> str:
    digest = "http://www.w3.org/2000/09/xmldsig#sha1" if algorithm == SHA1 else "http://www.w3.org/2001/04/xmlenc#sha256"
    return ('<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
            '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
            f'<ds:SignatureMethod Algorithm="{algorithm}"/><ds:Reference URI="#{identifier}"><ds:Transforms>'
            '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
            '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
            f'<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>'
            '<ds:SignatureValue/></ds:Signature>')


def assertion(algorithm: str = MORE, email: str = "ada@idp.example") -> str:
    return (f'<saml:Assertion ID="_a" Version="2.0" IssueInstant="{at(0)}"><saml:Issuer>{IDP}</saml:Issuer>'
            f'{signature("_a", algorithm)}<saml:Subject>'
            '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ada-1</saml:NameID>'
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData '
            f'InResponseTo="_q" NotOnOrAfter="{at(300)}" Recipient="{ACS}"/></saml:SubjectConfirmation></saml:Subject>'
            f'<saml:Conditions NotBefore="{at(-60)}" NotOnOrAfter="{at(300)}"><saml:AudienceRestriction>'
            f'<saml:Audience>{SP}</saml:Audience></saml:AudienceRestriction></saml:Conditions>'
            f'<saml:AuthnStatement AuthnInstant="{at(-5)}" SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>'
            'urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>'
            '</saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="mail"><saml:AttributeValue>'
            f'{email}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>')


def response(content: str) -> str:
    return (f'<samlp:Response {SAML} ID="_r" Version="2.0" IssueInstant="{at(0)}" Destination="{ACS}" InResponseTo="_q">'
            f'<saml:Issuer>{IDP}</saml:Issuer><samlp:Status>'
            '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
            f'{content}</samlp:Response>')


def sign(batch, pair, text: str, *names: str) -> str:  # noqa: F811
    """By xmlsec1. `names` are pairs of the attribute and the element that has it."""
    words = ["xmlsec1", "--sign", "--privkey-pem", str(pair.key)]
    for attribute, element in zip(names[::2], names[1::2]):
        words += [f"--id-attr:{attribute}", element]
    return subprocess.run([*words, batch.file(text)], capture_output=True, text=True, check=True).stdout


SAML_ASSERTION = ("ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion")
EXPECTED = ["--now", at(10), "--idp-entity-id", IDP, "--audience", SP, "--acs", ACS, "--request-id", "_q"]


@pytest.fixture(scope="module")
def signed(batch, pair):  # noqa: F811
    return sign(batch, pair, response(assertion()), *SAML_ASSERTION)


def verify(batch, pair, text, *more, expected=EXPECTED):  # noqa: F811
    return batch.ask("saml", "verify", "--idp-cert", str(pair.certificate), *expected, *more, batch.file(text))


def test_an_accepted_response(batch, pair, signed):  # noqa: F811
    answer = verify(batch, pair, signed)
    judge(answer, None)
    assert answer["kind"] == "saml.response" and answer["complete"] and not answer["lab"]
    identity = answer["identity"]
    assert (identity["issuer"], identity["subject"]) == (IDP, "ada-1")
    assert identity["attributes"]["mail"] == ["ada@idp.example"]
    assert answer["signed"][0] | {"element": "Assertion", "alg": "rsa-sha256", "bits": 2048} == answer["signed"][0]


@pytest.mark.parametrize("form", ["base64", "form"])
def test_the_forms_it_travels_in(batch, pair, signed, form):  # noqa: F811
    encoded = base64.b64encode(signed.encode()).decode()
    text = encoded if form == "base64" else "SAMLResponse=" + quote(encoded, safe="") + "&RelayState=x"
    judge(verify(batch, pair, text), None)
    judge(verify(batch, pair, text, "--encoding", form), None)


@pytest.mark.parametrize("change, reason", [
    (["--audience", "https://other.example/"], "audience_mismatch"),
    (["--acs", "https://sp.example/other"], "destination_mismatch"),
    (["--request-id", "_other"], "in_response_to"),
    (["--idp-entity-id", "https://idp.example"], "issuer_mismatch"),
    (["--now", at(400)], "expired"),
    (["--now", at(-200)], "not_yet_valid"),
    (["--require", "response"], "no_signature"),
    (["--acr", "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"], "authn_context"),
])
def test_each_expectation(batch, pair, signed, change, reason):  # noqa: F811
    expected = [word for word in EXPECTED]
    if change[0] in expected:
        expected[expected.index(change[0]) + 1] = change[1]
        change = []
    judge(verify(batch, pair, signed, *change, expected=expected), reason)


def test_what_is_not_given_is_skipped(batch, pair, signed):  # noqa: F811
    answer = verify(batch, pair, signed, expected=["--now", at(10)])
    judge(answer, None)
    assert not answer["complete"]
    assert {check["name"] for check in answer["checks"] if check["result"] == "skipped"}


def test_changed_after_signing(batch, pair, signed):  # noqa: F811
    judge(verify(batch, pair, signed.replace("ada-1", "bob-1")), "digest_mismatch")


def test_another_key(batch, tmp_path, pair, signed):  # noqa: F811
    other = KeyPair.make(tmp_path, "other")
    judge(verify(batch, other, signed), "signature_invalid")


def test_sha1_only_in_the_lab(batch, pair):  # noqa: F811
    old = sign(batch, pair, response(assertion(SHA1)), *SAML_ASSERTION)
    judge(verify(batch, pair, old), "weak_algorithm")
    answer = verify(batch, pair, old, "--lab", "sha1")
    judge(answer, None)
    assert answer["lab"]


def test_the_replay_store(batch, pair, signed):  # noqa: F811
    store = batch.file("")
    judge(verify(batch, pair, signed, "--replay-store", store), None)
    judge(verify(batch, pair, signed, "--replay-store", store), "replay")


def test_the_allowed_domain(batch, pair, signed):  # noqa: F811
    judge(verify(batch, pair, signed, "--allowed-domain", "idp.example"), None)
    judge(verify(batch, pair, signed, "--allowed-domain", "other.example"), "domain_invalid")


def certificate_of(pair) -> str:
    return "".join(pathlib.Path(pair.certificate).read_text().splitlines()[1:-1])


def metadata(pair, role: str) -> str:
    key = ('<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
           f'<ds:X509Certificate>{certificate_of(pair)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>')
    protocol = 'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"'
    post = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
    content = {
        "sp": f'<md:SPSSODescriptor {protocol}>{key}<md:AssertionConsumerService index="0" Binding="{post}" '
              f'Location="{ACS}"/></md:SPSSODescriptor>',
        "idp": f'<md:IDPSSODescriptor {protocol}>{key}<md:SingleSignOnService Binding="{post}" Location="{SSO}"/>'
               '</md:IDPSSODescriptor>'}[role]
    entity = {"sp": SP, "idp": IDP}[role]
    return (f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">'
            f'{content}</md:EntityDescriptor>')


def test_metadata(batch, pair):  # noqa: F811
    answer = batch.ask("saml", "metadata", "--now", at(0), "--role", "idp", batch.file(metadata(pair, "idp")))
    judge(answer, None)
    assert answer["kind"] == "saml.metadata" and SSO in str(answer["metadata"])
    judge(batch.ask("saml", "metadata", "--role", "sp", batch.file(metadata(pair, "idp"))), "wrong_root")
    judge(batch.ask("saml", "metadata", "--entity-id", SP, batch.file(metadata(pair, "idp"))), "issuer_mismatch")
    old = metadata(pair, "idp").replace("entityID", f'validUntil="{at(-10)}" entityID')
    judge(batch.ask("saml", "metadata", "--now", at(0), batch.file(old)), "metadata_expired")


def request(consumer: str = ACS) -> str:
    return (f'<samlp:AuthnRequest {SAML} ID="_q" Version="2.0" IssueInstant="{at(0)}" Destination="{SSO}" '
            f'AssertionConsumerServiceURL="{consumer}"><saml:Issuer>{SP}</saml:Issuer></samlp:AuthnRequest>')


def test_a_request(batch, pair):  # noqa: F811
    words = ["saml", "request", "--now", at(5), "--sp-metadata", batch.file(metadata(pair, "sp")), "--sso-url", SSO]
    answer = batch.ask(*words, batch.file(request()))
    judge(answer, None)
    assert answer["request"]["acs"] == ACS
    judge(batch.ask(*words, batch.file(request("https://sp.example/other"))), "url_forbidden")
    judge(batch.ask(*words, batch.file(request().replace(SSO, "https://idp.example/x"))), "destination_mismatch")


def redirect_query(pair, parameter: str, text: str) -> str:
    packed = zlib.compressobj(wbits=-15)
    deflated = packed.compress(text.encode()) + packed.flush()
    query = f"{parameter}={quote(base64.b64encode(deflated), safe='')}&SigAlg={quote(MORE, safe='')}"
    key = serialization.load_pem_private_key(pathlib.Path(pair.key).read_bytes(), None)
    value = key.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
    return query + "&Signature=" + quote(base64.b64encode(value), safe="")


def test_a_signed_redirect(batch, pair):  # noqa: F811
    words = ["saml", "request", "--now", at(5), "--sp-metadata", batch.file(metadata(pair, "sp")), "--redirect-query"]
    query = redirect_query(pair, "SAMLRequest", request())
    judge(batch.ask(*words, batch.file(query)), None)
    judge(batch.ask(*words, batch.file(query.replace("SigAlg", "RelayState=x&SigAlg"))), "signature_invalid")


def logout() -> str:
    return (f'<samlp:LogoutRequest {SAML} ID="_l" Version="2.0" IssueInstant="{at(0)}" Destination="{SLO}" '
            f'NotOnOrAfter="{at(300)}"><saml:Issuer>{IDP}</saml:Issuer>{{signature}}<saml:NameID>ada-1</saml:NameID>'
            '<samlp:SessionIndex>_s</samlp:SessionIndex></samlp:LogoutRequest>')


def test_logout(batch, pair):  # noqa: F811
    words = ["saml", "logout", "--now", at(5), "--peer-cert", str(pair.certificate), "--peer-entity-id", IDP, "--slo-url",
             SLO]
    text = sign(batch, pair, logout().format(signature=signature("_l")),
                "ID", "urn:oasis:names:tc:SAML:2.0:protocol:LogoutRequest")
    answer = batch.ask(*words, batch.file(text))
    judge(answer, None)
    assert answer["logout"]["subject"] == "ada-1"
    judge(batch.ask(*words, batch.file(logout().format(signature=""))), "no_signature")
    judge(batch.ask(*words, "--redirect-query",
                    batch.file(redirect_query(pair, "SAMLRequest", logout().format(signature="")))), None)


def token() -> str:
    return ('<t:RequestSecurityTokenResponse xmlns:t="http://schemas.xmlsoap.org/ws/2005/02/trust"><t:Lifetime>'
            '<u:Created xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">'
            f'{at(0)}</u:Created><u:Expires xmlns:u="http://docs.oasis-open.org/wss/2004/01/'
            f'oasis-200401-wss-wssecurity-utility-1.0.xsd">{at(300)}</u:Expires></t:Lifetime>'
            '<p:AppliesTo xmlns:p="http://schemas.xmlsoap.org/ws/2004/09/policy"><a:EndpointReference '
            f'xmlns:a="http://www.w3.org/2005/08/addressing"><a:Address>{SP}</a:Address></a:EndpointReference></p:AppliesTo>'
            f'<t:RequestedSecurityToken><saml:Assertion xmlns:saml="{SAML11}" AssertionID="_a" MajorVersion="1" '
            f'MinorVersion="1" Issuer="{IDP}" IssueInstant="{at(0)}"><saml:Conditions NotBefore="{at(-60)}" '
            f'NotOnOrAfter="{at(300)}"><saml:AudienceRestrictionCondition><saml:Audience>{SP}</saml:Audience>'
            '</saml:AudienceRestrictionCondition></saml:Conditions><saml:AttributeStatement>{subject}'
            '<saml:Attribute AttributeName="mail" AttributeNamespace="urn:x"><saml:AttributeValue>ada@idp.example'
            '</saml:AttributeValue></saml:Attribute></saml:AttributeStatement><saml:AuthenticationStatement '
            f'AuthenticationMethod="urn:oasis:names:tc:SAML:1.0:am:password" AuthenticationInstant="{at(-5)}">{{subject}}'
            '</saml:AuthenticationStatement>{signature}</saml:Assertion></t:RequestedSecurityToken>'
            f'<t:TokenType>{SAML11}</t:TokenType></t:RequestSecurityTokenResponse>'
            ).replace("{subject}", '<saml:Subject><saml:NameIdentifier>ada-1</saml:NameIdentifier>'
                      '<saml:SubjectConfirmation><saml:ConfirmationMethod>urn:oasis:names:tc:SAML:1.0:cm:bearer'
                      '</saml:ConfirmationMethod></saml:SubjectConfirmation></saml:Subject>'
                      ).replace("{signature}", signature("_a"))


def test_a_ws_federation_token(batch, pair):  # noqa: F811
    words = ["wsfed", "verify", "--now", at(10), "--sts-cert", str(pair.certificate), "--issuer", IDP]
    text = sign(batch, pair, token(), "AssertionID", SAML11 + ":Assertion")
    answer = batch.ask(*words, "--realm", SP, batch.file(text))
    judge(answer, None)
    assert answer["kind"] == "wsfed.response" and answer["identity"]["subject"] == "ada-1"
    judge(batch.ask(*words, "--realm", "urn:other", batch.file(text)), "audience_mismatch")
    judge(batch.ask(*words, "--realm", SP, batch.file(text.replace("ada-1", "bob-1"))), "digest_mismatch")


def travelling(pair, parameter: str, text: str) -> dict[str, str]:
    """A message in every form in which an administrator may hold it."""
    encoded = base64.b64encode(text.encode()).decode()
    query = redirect_query(pair, parameter, text)
    return {"xml": text, "base64": encoded, "lines": "\n".join(encoded[i:i + 76] for i in range(0, len(encoded), 76)),
            "form": f"RelayState=x&{parameter}={quote(encoded, safe='')}", "query": query,
            "address": f"https://idp.example/sso?{query}"}


@pytest.mark.parametrize("form", ["xml", "base64", "lines", "form", "query", "address"])
def test_inspect_shows_messages_and_believes_none(batch, pair, signed, form):  # noqa: F811
    answer = batch.ask("inspect", batch.file(travelling(pair, "SAMLResponse", signed)[form]))
    assert (answer["exit"], answer["kind"], answer["trusted"]) == (0, "saml.response", False)
    assert "verdict" not in answer and "signed" not in answer
    message, identity = answer["message"], answer["identity"]
    assert (message["issuer"], message["destination"], message["in_response_to"]) == (IDP, ACS, "_q")
    assert message["status"] == ["urn:oasis:names:tc:SAML:2.0:status:Success"]
    assert message["signatures"][0] | {"element": "Assertion", "id": "_a", "alg": MORE} == message["signatures"][0]
    assert message["assertions"][0] | {"audience": [SP], "recipient": ACS} == message["assertions"][0]
    assert (identity["subject"], identity["attributes"]["mail"]) == ("ada-1", ["ada@idp.example"])

    answer = batch.ask("inspect", batch.file(travelling(pair, "SAMLRequest", request())[form]))
    assert (answer["kind"], answer["message"]["acs"], answer["message"]["id"]) == ("saml.request", ACS, "_q")
    answer = batch.ask("inspect", batch.file(travelling(pair, "SAMLRequest", logout().format(signature=""))[form]))
    assert (answer["kind"], answer["message"]["message"]) == ("saml.logout", "LogoutRequest")
    assert (answer["message"]["subject"], answer["message"]["session_index"]) == ("ada-1", "_s")


def test_inspect_shows_tokens_and_metadata(batch, pair):  # noqa: F811
    answer = batch.ask("inspect", batch.file("wa=wsignin1.0&wresult=" + quote(token(), safe="")))
    assert (answer["kind"], answer["identity"]["subject"]) == ("wsfed.response", "ada-1")
    assert answer["identity"]["attributes"] == {"urn:x/mail": ["ada@idp.example"]}
    answer = batch.ask("inspect", batch.file(metadata(pair, "idp")))
    assert (answer["kind"], answer["message"]["entity_id"]) == ("saml.metadata", IDP)
    judge(batch.ask("inspect", batch.file(base64.b64encode(b"<a><b></a>").decode())), "bad_xml")
    judge(batch.ask("inspect", batch.file("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")), "dtd_forbidden")
