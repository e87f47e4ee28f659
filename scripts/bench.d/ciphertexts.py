"""How long a SAML partner's changed ciphertexts take, by what was changed: whoever sends them must not be able to tell.

The work behind the answers is compared by a test; this is the clock beside it. One connection, kinds in random order, each
answer's page compared with the first's.
"""

import argparse
import base64
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import zlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509 import load_der_x509_certificate

from bench import HOST, REDIRECT, SERVER_CORE, Bench, say

XENC, DSIG = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2000/09/xmldsig#"
ISSUERS = {"gcm": "urn:gcm.example", "cbc": "urn:cbc.example"}
# About what an assertion has.
PLAINTEXT = ('<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0">'
             + "<saml:Subject>somebody</saml:Subject>" * 60 + "</saml:Assertion>").encode()


class Ciphertexts(Bench):
    def prepare(self):
        raised = 1_000_000_000
        self.configuration.write_text(json.dumps({
            "development": True, "base": self.base, "loops": 1, "database": "vestibule.db",
            "listen": [{"address": "127.0.0.1", "port": self.port}],
            "limits": {"signInsPerNetwork": raised, "federationMessagesPerNetwork": raised},
        }))
        self.key = ec.generate_private_key(ec.SECP256R1())
        (self.folder / "partner.pem").write_bytes(self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        done = subprocess.run(
            ["openssl", "req", "-x509", "-key", str(self.folder / "partner.pem"), "-subj", "/CN=partner", "-days", "30",
             "-outform", "DER"], capture_output=True, check=True)
        certificate = base64.b64encode(done.stdout).decode()
        partners = [{
            "name": name, "displayName": name, "kind": "saml", "issuer": issuer, "domains": [f"{name}.example"],
            "signInURL": f"https://idp.{name}.example/sso", "signingCertificates": [certificate],
            "acceptsCBC": name == "cbc", "requiredSignature": "response" if name == "cbc" else "assertion",
        } for name, issuer in ISSUERS.items()]
        self.apply_declaration({
            "tenant": {"domain": HOST, "name": "Woodgrove Groceries"}, "partners": partners,
            "members": [{"name": f"admin@{HOST}", "displayName": "Admin", "password": os.urandom(16).hex(),
                         "roles": ["Global Administrator"]}],
            "applications": [{"name": "es256", "kind": "spa", "redirectURIs": [REDIRECT]}]})
        self.start()

    def connect(self):
        self.connection = http.client.HTTPConnection("localhost", self.port)

    def get(self, path, cookies=""):
        self.connection.request("GET", path, headers={"Cookie": cookies} if cookies else {})
        answer = self.connection.getresponse()
        return answer, answer.read().decode()

    def begin(self, name):
        """A browser that waits for this partner's answer: its cookies, the relay state, the request's ID."""
        query = urllib.parse.urlencode({
            "client_id": self.clients["es256"], "response_type": "code", "redirect_uri": REDIRECT, "scope": "openid",
            "code_challenge": "A" * 43, "code_challenge_method": "S256", "login_hint": f"guest@{name}.example"})
        answer, page = self.get(f"/{self.tenant}/oauth2/v2.0/authorize?{query}")
        if not answer.getheader("Location"):
            sys.exit(f"bench: {answer.status} {page[:2000]}")
        sent = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.getheader("Location")).query)
        cookies = "; ".join(value.split(";")[0] for key, value in answer.getheaders() if key.lower() == "set-cookie")
        request = zlib.decompress(base64.b64decode(sent["SAMLRequest"][0]), -15).decode()
        return cookies, sent["RelayState"][0], re.search(r' ID="([^"]+)"', request).group(1)

    def encryption_key(self, name):
        _, page = self.get(f"/{self.tenant}/federation/{name}/metadata")
        text = re.search(r'use="encryption".*?X509Certificate[^>]*>([^<]+)<', page, re.S).group(1)
        return load_der_x509_certificate(base64.b64decode(text)).public_key()

    def measure(self, kinds, rounds):
        times, pages = {kind: [] for kind in kinds}, {}
        order = [kind for kind in kinds for _ in range(rounds)]
        random.Random(1).shuffle(order)
        waiting = {}
        for name in ISSUERS:
            self.connect()
            waiting[name] = (*self.begin(name), self.encryption_key(name))
        self.connect()
        for number, kind in enumerate(list(kinds) * 20 + order):
            name = kind.split(":")[0].lower()
            cookies, relay_state, request, key = waiting[name]
            acs = f"{self.base}/{self.tenant}/federation/{name}/acs"
            body = urllib.parse.urlencode({
                "SAMLResponse": base64.b64encode(self.response(name, acs, request, *kinds[kind](key))),
                "RelayState": relay_state})
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
            path = urllib.parse.urlsplit(acs).path
            began = time.perf_counter()
            self.connection.request("POST", path, body, headers)
            answer = self.connection.getresponse()
            page = answer.read().decode()
            took = time.perf_counter() - began
            if not 400 <= answer.status < 500:
                sys.exit(f"bench: {kind}: {answer.status} {page[:2000]}")
            seen = re.sub(r'nonce="[^"]*"|<code.*?</code>|<time.*?</time>|<dl.*?</dl>', "", page, flags=re.S)
            if pages.setdefault(name, seen) != seen:
                sys.exit(f"bench: {kind} has another answer")
            if number >= len(kinds) * 20:
                times[kind].append(took * 1e6)
        return times

    def response(self, name, acs, request, algorithm, wrapped, sealed):
        """In its canonical form from the start, so that it can be signed as it is."""
        issuer = ISSUERS[name]
        instant = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        start = (f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="{acs}" '
                 f'ID="_{os.urandom(16).hex()}" InResponseTo="{request}" IssueInstant="{instant}" Version="2.0">'
                 f'<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{issuer}</saml:Issuer>')
        method = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
        rest = ('<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode>'
                '</samlp:Status><saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
                f'<xenc:EncryptedData xmlns:xenc="{XENC}"><xenc:EncryptionMethod Algorithm="{algorithm}">'
                f'</xenc:EncryptionMethod><ds:KeyInfo xmlns:ds="{DSIG}"><xenc:EncryptedKey><xenc:EncryptionMethod '
                f'Algorithm="{method}"></xenc:EncryptionMethod>{cipher_data(wrapped)}</xenc:EncryptedKey></ds:KeyInfo>'
                f'{cipher_data(sealed)}</xenc:EncryptedData></saml:EncryptedAssertion></samlp:Response>')
        signature = self.signature(start + rest) if name == "cbc" else ""
        return (start + signature + rest).encode()

    def signature(self, text):
        def digest(text):
            hashed = hashes.Hash(hashes.SHA256())
            hashed.update(text.encode())
            return base64.b64encode(hashed.finalize()).decode()

        transforms = "".join(f'<ds:Transform Algorithm="{uri}"></ds:Transform>' for uri in (
            DSIG + "enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"))
        identifier = re.search(r' ID="([^"]+)"', text).group(1)
        information = (
            f'<ds:SignedInfo xmlns:ds="{DSIG}"><ds:CanonicalizationMethod '
            'Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod><ds:SignatureMethod '
            'Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod><ds:Reference '
            f'URI="#{identifier}"><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod '
            f'Algorithm="{XENC}sha256"></ds:DigestMethod><ds:DigestValue>{digest(text)}</ds:DigestValue>'
            "</ds:Reference></ds:SignedInfo>")
        r, s = utils.decode_dss_signature(self.key.sign(information.encode(), ec.ECDSA(hashes.SHA256())))
        value = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
        return (f'<ds:Signature xmlns:ds="{DSIG}">{information}<ds:SignatureValue>{value}</ds:SignatureValue>'
                "</ds:Signature>")


def cipher_data(octets):
    value = base64.b64encode(octets).decode()
    return f"<xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue></xenc:CipherData>"


def wrap(key, secret):
    return key.encrypt(secret, padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None))


def changed(octets, place):
    octets = bytearray(octets)
    octets[place] ^= random.randrange(1, 256)
    return bytes(octets)


def gcm(key, plaintext=PLAINTEXT, change=lambda wrapped, sealed: (wrapped, sealed)):
    secret, nonce = os.urandom(16), os.urandom(12)
    sealed = nonce + AESGCM(secret).encrypt(nonce, plaintext, None)
    return ("http://www.w3.org/2009/xmlenc11#aes128-gcm", *change(wrap(key, secret), sealed))


def cbc(key, plaintext, count):
    """The plaintext, filled to whole blocks, with this as the last octet: how many of them are padding."""
    secret, iv = os.urandom(16), os.urandom(16)
    text = plaintext + b" " * (-len(plaintext) % 16 + 15) + bytes([count])
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(iv)).encryptor()
    return "http://www.w3.org/2001/04/xmlenc#aes128-cbc", wrap(key, secret), iv + encryptor.update(text)


OTHER = rsa.generate_private_key(65537, 2048).public_key()
KINDS = {
    "GCM: tag": lambda key: gcm(key, change=lambda wrapped, sealed: (wrapped, changed(sealed, -1))),
    "GCM: content": lambda key: gcm(key, change=lambda wrapped, sealed: (wrapped, changed(sealed, len(sealed) // 2))),
    "GCM: wrapped key": lambda key: gcm(key, change=lambda wrapped, sealed: (changed(wrapped, -1), sealed)),
    "GCM: another's key": lambda key: gcm(OTHER),
    "GCM: no XML": lambda key: gcm(key, b"&" * len(PLAINTEXT)),
    "CBC: padding of 0": lambda key: cbc(key, PLAINTEXT, 0),
    "CBC: padding of 17": lambda key: cbc(key, PLAINTEXT, 17),
    "CBC: no XML": lambda key: cbc(key, b"&" * len(PLAINTEXT), 16),
    "CBC: cut XML": lambda key: cbc(key, PLAINTEXT[:-16], 16),
}


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench --ciphertexts")
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=1000, help="of each kind")
    options = parser.parse_args()
    options.binary = str(pathlib.Path(options.binary).resolve())
    options.quick, options.seconds = False, None
    if os.cpu_count() > 1:
        os.sched_setaffinity(0, set(range(os.cpu_count())) - {int(SERVER_CORE)})
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vestibule-ciphertexts."))
    bench = Ciphertexts(options, folder)
    try:
        bench.prepare()
        say(f"{options.rounds} of each of {len(KINDS)} kinds")
        times = bench.measure(KINDS, options.rounds)
    finally:
        bench.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print("| Changed | p10, µs | median | p90 | p99 |\n|---|--:|--:|--:|--:|")
    for kind, values in times.items():
        cuts = statistics.quantiles(values, n=100)
        print(f"| {kind} | {cuts[9]:.0f} | {cuts[49]:.0f} | {cuts[89]:.0f} | {cuts[98]:.0f} |")


main()
