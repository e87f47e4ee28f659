"""The troubleshooting commands: published examples, tokens that other libraries made, and hostile ones.

Most cases go through one `vestibule --stdin-batch`, which answers as the single command does; a few run alone, for what
belongs to the process: exit codes, standard output and standard error.
"""

import base64
import calendar
import hashlib
import hmac
import itertools
import json
import pathlib
import re
import select
import subprocess
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwe as joserfc_jwe
from joserfc.jwk import ECKey, RSAKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from peers.gateway import binary
from test_edge import MALFORMED

RFC_VECTORS = pathlib.Path(__file__).resolve().parents[1] / "JOSETests/RFCVectors.swift"
NOW = "2026-01-31T12:00:00Z"
T = calendar.timegm((2026, 1, 31, 12, 0, 0))


def vector(name: str) -> str:
    """A published example; there is one copy of them."""
    found = re.search(rf'static let {name} = """\n(.*?)\n\s*"""', RFC_VECTORS.read_text(), re.DOTALL)
    return re.sub(r"\\\n", "", re.sub(r"(?m)^ +", "", found[1]))


def b64(data: bytes | str) -> str:
    return base64.urlsafe_b64encode(data.encode() if isinstance(data, str) else data).rstrip(b"=").decode()


def public(key, **members) -> dict:
    encode = {rsa.RSAPrivateKey: RSAAlgorithm, ec.EllipticCurvePrivateKey: ECAlgorithm}
    algorithm = next((a for kind, a in encode.items() if isinstance(key, kind)), OKPAlgorithm)
    return {**json.loads(algorithm.to_jwk(key.public_key())), "key_ops": ["verify"], **members}


RSA, RSA_OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
RSA_WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EC, ED = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
SECRET = b"a client secret of more than 32 bytes, because HS256 asks"
OCT = {"kty": "oct", "k": b64(SECRET), "kid": "shared"}
KEYS = {"keys": [public(RSA, kid="r", alg="RS256"), public(EC, kid="e", alg="ES256"), public(ED, kid="d", alg="EdDSA")]}


def sign(claims: dict, key=RSA, alg="RS256", kid: str | None = "r", **header) -> str:
    return jwt.encode(claims, key, alg, {**({"kid": kid} if kid else {}), **header})


def forge(header: dict | str, payload: dict | str = "{}", signature: str = "AAAA") -> str:
    texts = [part if isinstance(part, str) else json.dumps(part) for part in (header, payload)]
    return ".".join([*map(b64, texts), signature])


def hs256(secret: bytes) -> str:
    """Libraries refuse to take a public key for a secret."""
    signed = forge({"alg": "HS256"}).rsplit(".", 1)[0]
    return f"{signed}.{b64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def in_der(token: str) -> str:
    signed, signature = token.rsplit(".", 1)
    raw = base64.urlsafe_b64decode(signature + "==")
    return f"{signed}.{b64(encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])))}"


class Batch:
    def __init__(self, folder: pathlib.Path):
        self.folder, self.numbers = folder, itertools.count()
        self.process = subprocess.Popen([binary(), "--stdin-batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def file(self, content) -> str:
        path = self.folder / str(next(self.numbers))
        if isinstance(content, (dict, list)):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def ask(self, *argv: str) -> dict:
        """One answer, while the input stays open; no case may take longer than two seconds."""
        number = next(self.numbers)
        self.process.stdin.write(json.dumps({"id": number, "argv": argv}).encode() + b"\n")
        self.process.stdin.flush()
        assert select.select([self.process.stdout], [], [], 2)[0], "no answer within 2 s"
        answer = json.loads(self.process.stdout.readline())
        assert answer["id"] == number
        if "verdict" in answer:
            assert answer["exit"] == (0 if answer["verdict"] == "accept" else 1), answer
            assert ("reason" in answer) == (answer["verdict"] == "reject")
        return answer


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    started = Batch(tmp_path_factory.mktemp("cases"))
    yield started
    started.process.stdin.close()
    assert started.process.wait(5) == 0
    started.process.stdout.close()


def judge(answer: dict, expected: str | None):
    """`expected` is the reason of the rejection, or None for an acceptance."""
    assert answer.get("verdict") == ("reject" if expected else "accept"), answer
    assert answer.get("reason") == expected, answer
    if expected:
        assert not {"claims", "payload_b64", "identity"} & answer.keys(), "a rejected token's content is not shown"


# jose verify

PUBLISHED = [
    ("rfc7515A1", {"kty": "oct", "k": vector("rfc7515A1Secret")}, "HS256"),
    ("rfc7515A2", vector("rfc7515A2Key"), "RS256"),
    ("rfc7515A3", vector("rfc7515A3Key"), "ES256"),
    ("rfc7515A4", vector("rfc7515A4Key"), "ES512"),
]


@pytest.mark.parametrize("name, key, alg", PUBLISHED, ids=[name for name, _, _ in PUBLISHED])
def test_published_signatures(batch, name, key, alg):
    answer = batch.ask("jose", "verify", "--jwk", batch.file(key), batch.file(vector(name) + "\n"))
    judge(answer, None)
    payload = vector(name).split(".")[1]
    assert base64.b64decode(answer["payload_b64"]) == base64.urlsafe_b64decode(payload + "==")
    assert (answer["header"]["alg"], answer["complete"], answer["lab"]) == (alg, True, False)
    other = "ES384" if alg != "ES384" else "ES256"
    judge(batch.ask("jose", "verify", "--alg", other, "--jwk", batch.file(key), batch.file(vector(name))),
          "alg_not_allowed")
    head, body, signature = vector(name).split(".")
    flipped = ("B" if signature[0] == "A" else "A") + signature[1:]
    judge(batch.ask("jose", "verify", "--jwk", batch.file(key), batch.file(f"{head}.{body}.{flipped}")),
          "signature_invalid")


GOOD_TOKEN = sign({"a": 1})
PUBLIC_TEXT = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
FIVE = {"keys": [public(rsa_key, alg="RS256") for rsa_key in [RSA_OTHER] * 5]}
SIGNATURES = [
    ("by another library, RS256", GOOD_TOKEN, KEYS, None),
    ("by another library, ES256", sign({}, EC, "ES256", "e"), KEYS, None),
    ("by another library, EdDSA", sign({}, ED, "EdDSA", "d"), KEYS, None),
    ("PS256 by a key of no algorithm", sign({}, RSA, "PS256"), public(RSA), None),
    ("PS256 by a key for RS256", sign({}, RSA, "PS256"), KEYS, "alg_not_allowed"),
    ("alg none", vector("rfc7515A5"), KEYS, "alg_not_allowed"),
    ("alg nOnE", forge({"alg": "nOnE"}, signature=""), KEYS, "alg_not_allowed"),
    ("alg missing", forge({"typ": "JWT"}), KEYS, "bad_header"),
    ("alg a number", forge({"alg": 1}), KEYS, "bad_header"),
    ("header an array", forge("[]"), KEYS, "bad_header"),
    ("header no JSON", forge("{alg:1}"), KEYS, "bad_json"),
    ("alg twice", forge('{"alg":"none","alg":"RS256"}'), KEYS, "bad_json"),
    ("unknown crit", vector("rfc7515E"), KEYS, "crit_unsupported"),
    ("b64 false", forge({"alg": "RS256", "b64": False}), KEYS, "crit_unsupported"),
    ("embedded key", forge({"alg": "RS256", "jwk": public(RSA)}), KEYS, "bad_header"),
    ("compressed", forge({"alg": "RS256", "zip": "DEF"}), KEYS, "bad_header"),
    ("RS256 to HS256", forge({"alg": "HS256"}), KEYS, "alg_not_allowed"),
    ("HS256 made with the public key", hs256(PUBLIC_TEXT), public(RSA), "alg_not_allowed"),
    ("psychic signature", forge({"alg": "ES256", "kid": "e"}, signature=b64(bytes(64))), KEYS, "signature_invalid"),
    ("DER instead of r and s", in_der(sign({}, EC, "ES256", "e")), KEYS, "signature_invalid"),
    ("empty signature", GOOD_TOKEN.rsplit(".", 1)[0] + ".", KEYS, "signature_invalid"),
    ("another key", sign({}, RSA_OTHER), KEYS, "signature_invalid"),
    ("unknown kid", sign({}, kid="x"), KEYS, "key_not_found"),
    ("no kid, one fits", sign({}, kid=None), KEYS, None),
    ("no kid, five fit", sign({}, kid=None), FIVE, "key_ambiguous"),
    ("key for encryption", sign({}), public(RSA, use="enc", alg="RS256"), "key_unsuitable"),
    ("RSA of 1024 bits", sign({}, RSA_WEAK, kid=None), public(RSA_WEAK, alg="RS256"), "weak_key"),
    ("secret of 8 bytes", forge({"alg": "HS256"}), {"kty": "oct", "k": b64("12345678")}, "weak_key"),
    ("padding", GOOD_TOKEN + "=", KEYS, "bad_base64"),
    ("space inside", GOOD_TOKEN.replace(".", ". ", 1), KEYS, "bad_base64"),
    ("line end in front", "\n" + GOOD_TOKEN, KEYS, "bad_base64"),
    ("two line ends behind", GOOD_TOKEN + "\n\n", KEYS, "bad_base64"),
    ("base64 alphabet", GOOD_TOKEN[:-2] + "+/", KEYS, "bad_base64"),
    ("two parts", GOOD_TOKEN.rsplit(".", 1)[0], KEYS, "not_jwt"),
    ("four parts", GOOD_TOKEN + ".AAAA", KEYS, "not_jwt"),
    ("JSON around it", json.dumps({"payload": "", "x": GOOD_TOKEN}), KEYS, "bad_base64"),
    ("nothing", "", KEYS, "not_jwt"),
    ("zeros", bytes(64), KEYS, "not_jwt"),
    ("70 KB", "A" * 70_000, KEYS, "too_large"),
    ("key file no JSON", GOOD_TOKEN, "no", "bad_json"),
]


@pytest.mark.parametrize("name, token, key, reason", SIGNATURES, ids=[case[0] for case in SIGNATURES])
def test_jose_verify(batch, name, token, key, reason):
    judge(batch.ask("jose", "verify", "--jwk", batch.file(key), batch.file(token)), reason)


def test_jose_verify_takes_its_options(batch):
    keys, token = batch.file(KEYS), sign({}, typ="at+jwt")
    ask = lambda *argv: batch.ask("jose", "verify", "--jwk", keys, *argv)  # noqa: E731
    judge(ask("--typ", "application/at+JWT", batch.file(token)), None)
    judge(ask("--typ", "JWT", batch.file(token)), "typ_mismatch")
    judge(ask("--encoding", "base64", batch.file(base64.encodebytes(token.encode()))), None)
    judge(ask("--encoding", "base64url", batch.file("%")), "bad_encoding")
    judge(ask("--encoding", "raw", batch.file(token + "\n")), "bad_base64")
    assert ask("--alg", "none", batch.file(token))["exit"] == 2
    shared = batch.file(OCT)
    typed = jwt.encode({}, SECRET, "HS256", {"typ": "at+jwt"})
    judge(batch.ask("jose", "verify", "--jwk", shared, "--typ", "at+jwt", batch.file(typed)), None)
    judge(batch.ask("jose", "verify", "--jwk", shared, "--typ", "JWT", batch.file(typed)), "typ_mismatch")


# jose decrypt

def encrypted(alg: str, enc: str, key, **header) -> str:
    return joserfc_jwe.encrypt_compact({"alg": alg, "enc": enc, **header}, b"plain", key, algorithms=[alg, enc])


RSA_JWK, EC_JWK = RSAKey.generate_key(2048), ECKey.generate_key("P-256")
SEALED = encrypted("RSA-OAEP", "A256GCM", RSA_JWK)
ENCRYPTED = [
    ("RSA-OAEP", SEALED, RSA_JWK, None),
    ("RSA-OAEP-256", encrypted("RSA-OAEP-256", "A128CBC-HS256", RSA_JWK), RSA_JWK, None),
    ("ECDH-ES", encrypted("ECDH-ES", "A256CBC-HS512", EC_JWK), EC_JWK, None),
    ("wrong tag", SEALED[:-6] + ("AAAAAA" if SEALED[-6:] != "AAAAAA" else "BBBBBA"), RSA_JWK, "decrypt_failed"),
    ("another key", SEALED, RSAKey.generate_key(2048), "decrypt_failed"),
    ("a key of another kind", SEALED, EC_JWK, "key_unsuitable"),
    ("password", forge({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM"}) + ".AAAA.AAAA", RSA_JWK, "alg_not_allowed"),
    ("dir", forge({"alg": "dir", "enc": "A128GCM"}) + ".AAAA.AAAA", RSA_JWK, "alg_not_allowed"),
    ("enc missing", forge({"alg": "RSA-OAEP"}) + ".AAAA.AAAA", RSA_JWK, "bad_header"),
    ("compressed", forge({"alg": "RSA-OAEP", "enc": "A128GCM", "zip": "DEF"}) + ".AAAA.AAAA", RSA_JWK, "bad_header"),
    ("a signed token", GOOD_TOKEN, RSA_JWK, "not_jwt"),
]


@pytest.mark.parametrize("name, token, key, reason", ENCRYPTED, ids=[case[0] for case in ENCRYPTED])
def test_jose_decrypt(batch, name, token, key, reason):
    answer = batch.ask("jose", "decrypt", "--jwk", batch.file(key.as_dict(private=True)), batch.file(token))
    judge(answer, reason)
    if not reason:
        assert base64.b64decode(answer["payload_b64"]) == b"plain"


def test_published_encryption(batch):
    key = batch.file(vector("rfc7516A1Key"))
    answer = batch.ask("jose", "decrypt", "--jwk", key, batch.file(vector("rfc7516A1")))
    judge(answer, None)
    assert base64.b64decode(answer["payload_b64"]).startswith(b"The true sign of intelligence")
    judge(batch.ask("jose", "decrypt", "--jwk", key, batch.file(vector("rfc7516A2"))), "alg_not_allowed")
    judge(batch.ask("jose", "decrypt", "--jwk", key, "--enc", "A128GCM", batch.file(vector("rfc7516A1"))),
          "alg_not_allowed")


# jose jwks

def test_key_sets(batch):
    mixed = {"keys": [public(RSA, kid="r"), public(RSA_WEAK, kid="w"), {"kty": "??", "kid": "q"}]}
    answer = batch.ask("jose", "jwks", "--public-only", batch.file(mixed))
    judge(answer, None)
    assert [key["kid"] for key in answer["keys"]] == ["r"]
    assert [(key["kid"], key["reason"]) for key in answer["skipped"]] == [("w", "weak_key"), ("q", "key_unsuitable")]
    own = batch.file({"keys": [RSA_JWK.as_dict(private=True), OCT]})
    judge(batch.ask("jose", "jwks", "--public-only", own), "key_private")
    answer = batch.ask("jose", "jwks", own)
    judge(answer, None)
    assert [key["private"] for key in answer["keys"]] == [True, True]
    assert RSA_JWK.as_dict(private=True)["d"] not in json.dumps(answer) and OCT["k"] not in json.dumps(answer)
    assert answer["keys"][0]["thumbprint"] == RSA_JWK.thumbprint()
    judge(batch.ask("jose", "jwks", batch.file({"keys": []})), "key_not_found")
    judge(batch.ask("jose", "jwks", batch.file({"keys": [public(RSA_WEAK)]})), "weak_key")
    judge(batch.ask("jose", "jwks", batch.file('{"keys":[],"keys":[]}')), "bad_json")


# oidc verify

ID_TOKEN = {"iss": "https://idp.example", "sub": "ada", "aud": "us", "exp": T + 300, "iat": T - 5, "nonce": "n-1"}
EXPECTED = ["--issuer", "https://idp.example", "--client-id", "us", "--nonce", "n-1"]


def left_half(text: str) -> str:
    return b64(hashlib.sha256(text.encode()).digest()[:16])


CLAIMS = [
    ("as it should be", {}, [], None),
    ("another issuer", {"iss": "https://idp.example/"}, [], "issuer_mismatch"),
    ("no issuer", {"iss": None}, [], "issuer_mismatch"),
    ("no subject", {"sub": None}, [], "subject_missing"),
    ("a number as subject", {"sub": 7}, [], "subject_missing"),
    ("another audience", {"aud": "them"}, [], "aud_mismatch"),
    ("several audiences without azp", {"aud": ["us", "them"]}, [], "azp_mismatch"),
    ("several audiences with azp", {"aud": ["us", "them"], "azp": "us"}, [], None),
    ("another azp", {"azp": "them"}, [], "azp_mismatch"),
    ("expired", {"exp": T - 61}, [], "expired"),
    ("expired within the skew", {"exp": T - 59}, [], None),
    ("expired, no skew", {"exp": T - 1}, ["--skew", "0"], "expired"),
    ("no expiry", {"exp": None}, [], "expired"),
    ("expiry as text", {"exp": str(T + 300)}, [], "expired"),
    ("not yet valid", {"nbf": T + 61}, [], "not_yet_valid"),
    ("issued in the future", {"iat": T + 61}, [], "iat_invalid"),
    ("issued long ago", {"iat": T - 700}, [], "iat_invalid"),
    ("never issued", {"iat": None}, [], "iat_invalid"),
    ("another nonce", {"nonce": "n-2"}, [], "nonce_mismatch"),
    ("no nonce", {"nonce": None}, [], "nonce_mismatch"),
    ("at_hash", {"at_hash": left_half("token")}, ["--access-token", "token"], None),
    ("at_hash of another", {"at_hash": left_half("token")}, ["--access-token", "other"], "at_hash_mismatch"),
    ("c_hash", {"c_hash": left_half("code")}, ["--code", "code"], None),
    ("no c_hash", {}, ["--code", "code"], "at_hash_mismatch"),
    ("recent enough", {"auth_time": T - 100}, ["--max-age", "100"], None),
    ("too long ago", {"auth_time": T - 200}, ["--max-age", "100"], "authn_statement"),
    ("no auth_time", {}, ["--max-age", "100"], "authn_statement"),
    ("acr", {"acr": "mfa"}, ["--acr", "mfa", "--acr", "phr"], None),
    ("another acr", {"acr": "pwd"}, ["--acr", "mfa"], "authn_context"),
    ("an algorithm that is not listed", {}, ["--alg", "ES256"], "alg_not_allowed"),
]


@pytest.mark.parametrize("name, changes, options, reason", CLAIMS, ids=[case[0] for case in CLAIMS])
def test_oidc_verify(batch, name, changes, options, reason):
    claims = {name: value for name, value in {**ID_TOKEN, **changes}.items() if value is not None}
    # PyJWT refuses to make some of these, so the claims are signed as they are.
    token = jwt.api_jws.encode(json.dumps(claims).encode(), RSA, "RS256", {"kid": "r"})
    answer = batch.ask("oidc", "verify", "--now", NOW, "--jwks", batch.file(KEYS), *EXPECTED, *options,
                       batch.file(token))
    judge(answer, reason)
    assert answer["complete"] is True
    if not reason:
        assert answer["claims"] == claims and answer["identity"]["subject"] == "ada"
    elif reason != "alg_not_allowed":
        assert answer["checks"][-1]["result"] == "fail"


def test_oidc_verify_says_what_it_could_not_compare(batch):
    keys, token = batch.file(KEYS), batch.file(sign(ID_TOKEN))
    answer = batch.ask("oidc", "verify", "--now", NOW, "--jwks", keys, "--issuer", "https://idp.example", token)
    judge(answer, None)
    assert answer["complete"] is False
    skipped = {check["name"] for check in answer["checks"] if check["result"] == "skipped"}
    assert {"audience", "nonce"} <= skipped
    answer = batch.ask("oidc", "verify", "--now", NOW, "--jwks", keys, batch.file(sign(ID_TOKEN, RSA_OTHER)))
    judge(answer, "signature_invalid")
    assert answer["complete"] is False


def test_oidc_verify_other_tokens_and_keys(batch):
    ask = lambda keys, token, *more: batch.ask(  # noqa: E731
        "oidc", "verify", "--now", NOW, *EXPECTED, *more, "--jwks", batch.file(keys), batch.file(token))
    judge(ask(KEYS, sign(ID_TOKEN, typ="at+jwt")), "typ_mismatch")
    judge(ask(KEYS, sign(ID_TOKEN, typ="logout+jwt")), "typ_mismatch")
    judge(ask(KEYS, jwt.api_jws.encode(b"[]", RSA, "RS256", {"kid": "r"})), "not_jwt")
    judge(ask(RSA_JWK.as_dict(private=True), sign(ID_TOKEN)), "bad_json")
    judge(ask({"keys": [RSA_JWK.as_dict(private=True)]}, sign(ID_TOKEN)), "key_private")
    judge(ask(KEYS, sign(ID_TOKEN, ED, "EdDSA", "d")), "alg_not_allowed")
    judge(ask(KEYS, sign(ID_TOKEN, ED, "EdDSA", "d"), "--alg", "EdDSA"), None)


def test_a_shared_secret_is_for_the_laboratory(batch):
    lab = ["--lab", "hmac-client-secret"]
    ask = lambda token, *more: batch.ask(  # noqa: E731
        "oidc", "verify", "--now", NOW, *EXPECTED, *more, "--jwks", batch.file({"keys": [OCT]}), batch.file(token))
    good = jwt.encode(ID_TOKEN, SECRET, "HS256", {"kid": "shared"})
    judge(ask(good), "key_private")
    answer = ask(good, *lab)
    judge(answer, None)
    assert answer["lab"] is True and answer["header"]["alg"] == "HS256"
    judge(ask(jwt.encode(ID_TOKEN, SECRET[:-1], "HS256"), *lab), "signature_invalid")
    judge(ask(jwt.encode({**ID_TOKEN, "aud": "them"}, SECRET, "HS256"), *lab), "aud_mismatch")
    judge(ask(jwt.encode({**ID_TOKEN, "at_hash": left_half("t")}, SECRET, "HS256"), *lab, "--access-token", "t"), None)
    judge(ask(jwt.encode(ID_TOKEN, SECRET, "HS256", {"typ": "at+jwt"}), *lab), "typ_mismatch")


def test_issuers_of_profiles(batch):
    guid = "9188040d-6c67-4c5b-b112-36a304b66dad"
    microsoft = {**ID_TOKEN, "iss": f"https://login.microsoftonline.com/{guid}/v2.0", "tid": guid}

    def ask(claims, *argv):
        return batch.ask("oidc", "verify", "--now", NOW, "--client-id", "us", "--nonce", "n-1", *argv,
                         "--jwks", batch.file(KEYS), batch.file(sign(claims)))

    judge(ask({**ID_TOKEN, "iss": "accounts.google.com"}, "--profile", "google"), None)
    judge(ask({**ID_TOKEN, "iss": "http://accounts.google.com"}, "--profile", "google"), "issuer_mismatch")
    judge(ask(microsoft, "--profile", "microsoft"), None)
    judge(ask(microsoft, "--profile", "microsoft", "--tenant", guid), None)
    judge(ask(microsoft, "--profile", "microsoft", "--tenant", guid.replace("9", "8")), "issuer_mismatch")
    judge(ask({**microsoft, "tid": guid.replace("9", "8")}, "--profile", "microsoft"), "issuer_mismatch")
    assert ask(ID_TOKEN, "--profile", "nobody")["exit"] == 2


# oauth

ISSUER = "https://gate.example/7d1c/v2.0"
ASSERTION = {"iss": "app", "sub": "app", "aud": ISSUER, "exp": T + 300, "iat": T, "jti": "1"}
ASSERTIONS = [
    ("as it should be", {}, {}, None),
    ("for the token endpoint", {"aud": "https://gate.example/7d1c/oauth2/v2.0/token"}, {}, None),
    ("typed", {}, {"typ": "client-authentication+jwt"}, None),
    ("typed for another door", {}, {"typ": "at+jwt"}, "typ_mismatch"),
    ("another issuer", {"iss": "other"}, {}, "issuer_mismatch"),
    ("another subject", {"sub": "other"}, {}, "subject_missing"),
    ("another server", {"aud": "https://other.example"}, {}, "aud_mismatch"),
    ("another server too", {"aud": [ISSUER, "https://other.example"]}, {}, "aud_mismatch"),
    ("no audience", {"aud": None}, {}, "aud_mismatch"),
    ("expired", {"exp": T - 61}, {}, "expired"),
    ("valid for a day", {"exp": T + 86_400}, {}, "expired"),
    ("no expiry", {"exp": None}, {}, "expired"),
    ("not yet valid", {"nbf": T + 61}, {}, "not_yet_valid"),
    ("issued in the future", {"iat": T + 61}, {}, "iat_invalid"),
    ("no jti", {"jti": None}, {}, "missing_id"),
]


@pytest.mark.parametrize("name, changes, header, reason", ASSERTIONS, ids=[case[0] for case in ASSERTIONS])
def test_client_assertions(batch, name, changes, header, reason):
    claims = {name: value for name, value in {**ASSERTION, **changes}.items() if value is not None}
    answer = batch.ask("oauth", "client-assertion", "--now", NOW, "--client-id", "app", "--issuer", ISSUER,
                       "--jwks", batch.file(KEYS), batch.file(sign(claims, **header)))
    judge(answer, reason)
    assert answer["complete"] is True


def test_client_assertions_with_less_to_compare(batch):
    keys = batch.file(KEYS)
    answer = batch.ask("oauth", "client-assertion", "--now", NOW, "--jwks", keys, batch.file(sign(ASSERTION)))
    judge(answer, None)
    assert answer["complete"] is False
    judge(batch.ask("oauth", "client-assertion", "--now", NOW, "--jwks", keys, "--issuer", ISSUER,
                    batch.file(jwt.encode(ASSERTION, SECRET, "HS256"))), "alg_not_allowed")


HTTPS = "https://app.example/cb"
LOOPBACK = "http://127.0.0.1/cb"
REDIRECTS = [
    (HTTPS, [HTTPS], None),
    (HTTPS, ["https://other.example/cb", HTTPS], None),
    (HTTPS + "/", [HTTPS], "url_forbidden"),
    (HTTPS + "?a=b", [HTTPS], "url_forbidden"),
    ("https://APP.example/cb", [HTTPS], "url_forbidden"),
    ("https://app.example:443/cb", [HTTPS], "url_forbidden"),
    ("https://app.example/%63b", [HTTPS], "url_forbidden"),
    ("https://app.example/x/../cb", [HTTPS], "url_forbidden"),
    ("https://app.example@evil.example/cb", [HTTPS], "url_forbidden"),
    ("https://app.example.evil.example/cb", [HTTPS], "url_forbidden"),
    ("https://sub.app.example/cb", ["https://*.app.example/cb"], "url_forbidden"),
    ("http://127.0.0.1:49152/cb", [LOOPBACK], None),
    ("http://127.0.0.1:49152/cb", ["http://127.0.0.1:1/cb"], None),
    ("http://127.0.0.1:49152/other", [LOOPBACK], "url_forbidden"),
    ("http://127.0.0.1:0/cb", [LOOPBACK], "url_forbidden"),
    ("http://localhost:49152/cb", [LOOPBACK], "url_forbidden"),
    ("http://[::1]:49152/cb", ["http://[::1]/cb"], None),
    ("http://127.0.0.1:49152@evil.example/cb", [LOOPBACK], "url_forbidden"),
    ("", [HTTPS], "url_forbidden"),
]


@pytest.mark.parametrize("uri, registered, reason", REDIRECTS)
def test_redirects(batch, uri, registered, reason):
    options = [word for address in registered for word in ("--registered", address)]
    judge(batch.ask("oauth", "redirect", uri, *options), reason)


def test_redirects_by_kind(batch):
    other = "http://127.0.0.1:49152/cb"
    judge(batch.ask("oauth", "redirect", other, "--registered", LOOPBACK, "--kind", "web"), "url_forbidden")
    judge(batch.ask("oauth", "redirect", other, "--registered", LOOPBACK, "--kind", "native"), None)
    answer = batch.ask("oauth", "redirect", HTTPS)
    judge(answer, None)
    assert answer["complete"] is False
    judge(batch.ask("oauth", "redirect", "javascript:alert(1)"), "url_forbidden")


# http parse

@pytest.mark.parametrize("name, raw, statuses", MALFORMED, ids=[name for name, _, _ in MALFORMED])
def test_malformed_requests_without_a_connection(batch, name, raw, statuses):
    answer = batch.ask("http", "parse", batch.file(raw.replace(b"HOST\r\n", b"Host: localhost\r\n")))
    if 421 in statuses and answer["verdict"] == "accept":
        return  # Which hosts are served is not for the parser to say.
    assert answer["verdict"] == "reject" and answer["reason"] in ("http_malformed", "too_large"), answer
    # The server waits for more where a file ends.
    assert answer.get("status") in statuses or "ends inside" in answer["detail"], answer


def test_whole_requests(batch):
    raw = (b"GET /a?b=c HTTP/1.1\r\nHost: A.example\r\nX-One: 1\r\nX-One: 2\r\n\r\n"
           b"POST /d HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
           b"PUT /e HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\nConnection: close\r\n\r\nxy")
    answer = batch.ask("http", "parse", batch.file(raw))
    judge(answer, None)
    shown = [(r["method"], r["target"], r["body_length"], r["keep_alive"]) for r in answer["requests"]]
    assert shown == [("GET", "/a?b=c", 0, True), ("POST", "/d", 3, True), ("PUT", "/e", 2, False)]
    assert answer["requests"][0]["headers"] == {"host": ["A.example"], "x-one": ["1", "2"]}
    judge(batch.ask("http", "parse", "--max-body", "2", batch.file(raw)), "too_large")
    judge(batch.ask("http", "parse", batch.file(raw[:-1])), "http_malformed")
    judge(batch.ask("http", "parse", batch.file(b"")), "http_malformed")


# json, url, domain, email

DOCUMENTS = [
    (b'{"a":[1,-0.5e3,"\\u20ac",true,null]}', None),
    (b" 1 ", None),
    (b"[" * 32 + b"]" * 32, None),
    (b"[" * 33 + b"]" * 33, "depth_limit"),
    (b"[" * 100_000, "depth_limit"),
    (b"1" + b" " * (1 << 20), "too_large"),
    (b'{"a":1,"a":2}', "bad_json"),
    (b'{"a":1,"\\u0061":2}', "bad_json"),
    (b"\xef\xbb\xbf{}", "bad_json"),
    (b'"\xff"', "bad_json"),
    (b'"\xed\xa0\x80"', "bad_json"),
    (b'"\\ud800"', "bad_json"),
    (b'"\x01"', "bad_json"),
    (b"01", "bad_json"),
    (b"1e999", "bad_json"),
    (b"NaN", "bad_json"),
    (b"[1,]", "bad_json"),
    (b"{} {}", "bad_json"),
    (b"{}\x00", "bad_json"),
    (b"{'a':1}", "bad_json"),
    (b"// a\n1", "bad_json"),
    (b"", "bad_json"),
]


@pytest.mark.parametrize("document, reason", DOCUMENTS, ids=[repr(document[:20]) for document, _ in DOCUMENTS])
def test_json_documents(batch, document, reason):
    judge(batch.ask("json", "parse", batch.file(document)), reason)


URLS = [
    ("fetch", "https://idp.example/.well-known/openid-configuration", None),
    ("fetch", "https://93.184.215.14/", None),
    ("fetch", "http://idp.example/", "url_forbidden"),
    ("fetch", "https://127.0.0.1/", "url_forbidden"),
    ("fetch", "https://127.1/", "url_forbidden"),
    ("fetch", "https://0x7f000001/", "url_forbidden"),
    ("fetch", "https://2130706433/", "url_forbidden"),
    ("fetch", "https://[::1]/", "url_forbidden"),
    ("fetch", "https://[::ffff:10.0.0.1]/", "url_forbidden"),
    ("fetch", "https://[fe80::1%25eth0]/", "url_forbidden"),
    ("fetch", "https://169.254.169.254/latest/meta-data/", "url_forbidden"),
    ("fetch", "https://10.0.0.1/", "url_forbidden"),
    ("fetch", "https://100.64.0.1/", "url_forbidden"),
    ("fetch", "https://0.0.0.0/", "url_forbidden"),
    ("fetch", "https://224.0.0.1/", "url_forbidden"),
    ("fetch", "https://good.example@10.0.0.1/", "url_forbidden"),
    ("fetch", "https://good.example\\@evil.example/", "url_forbidden"),
    ("fetch", "https:good.example", "url_forbidden"),
    ("fetch", "https://good.example/#f", "url_forbidden"),
    ("fetch", "https://good.example\t/", "url_forbidden"),
    ("fetch", "file:///etc/passwd", "url_forbidden"),
    ("fetch", "gopher://good.example/", "url_forbidden"),
    ("redirect", "https://app.example/cb", None),
    ("redirect", "https://app.example/cb#f", "url_forbidden"),
    ("redirect", "http://app.example/cb", "url_forbidden"),
    ("redirect", "data:text/html,x", "url_forbidden"),
    ("link", "https://app.example/privacy#top", None),
    ("link", "http://app.example/privacy", "url_forbidden"),
    ("link", "javascript:alert(1)", "url_forbidden"),
    ("link", "https://app.example/a/%2e%2e/b", "url_forbidden"),
]


@pytest.mark.parametrize("purpose, url, reason", URLS)
def test_addresses(batch, purpose, url, reason):
    judge(batch.ask("url", "check", "--purpose", purpose, url), reason)


NAMES = [
    ("domain", "Example.COM", "example.com"),
    ("domain", "bücher.example", "xn--bcher-kva.example"),
    ("domain", "xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("domain", "xn--80ak6aa92e.com", None),
    ("domain", "раураl.com", None),
    ("domain", "example.com.", None),
    ("domain", "localhost", None),
    ("domain", "a..example", None),
    ("domain", "127.0.0.1", None),
    ("domain", "ex\u00adample.com", None),
    ("domain", "ｅxample.com", None),
    ("domain", "xn--a.example", None),
    ("domain", "a" * 64 + ".example", None),
    ("email", "Ada@Example.COM", "ada@example.com"),
    ("email", "ada+tag@example.com", "ada+tag@example.com"),
    ("email", "o'neil@bücher.example", "o'neil@xn--bcher-kva.example"),
    ("email", "ada@evil.example@example.com", None),
    ("email", '"ada"@example.com', None),
    ("email", "ada@[127.0.0.1]", None),
    ("email", "ada@example.com\r\nBcc: b@example.com", None),
    ("email", "ada\x00@example.com", None),
    ("email", "аda@example.com", None),
    ("email", ".ada@example.com", None),
    ("email", "ada..b@example.com", None),
    ("email", "Ada <ada@example.com>", None),
    ("email", "@example.com", None),
    ("email", "a" * 65 + "@example.com", None),
]


@pytest.mark.parametrize("kind, text, normalized", NAMES, ids=[f"{kind} {text[:40]!r}" for kind, text, _ in NAMES])
def test_names_and_addresses(batch, kind, text, normalized):
    command = {"domain": ["domain", "normalize"], "email": ["email", "parse"]}[kind]
    answer = batch.ask(*command, text)
    assert answer["verdict"] == ("accept" if normalized else "reject"), answer
    assert answer.get("normalized") == normalized
    if not normalized:
        assert answer["reason"] in ("domain_invalid", "attribute_invalid", "bad_encoding", "too_large")


# inspect

def test_inspect_accepts_nothing(batch):
    answer = batch.ask("inspect", batch.file(sign(ID_TOKEN, RSA_OTHER)))
    assert (answer["kind"], answer["exit"], answer["trusted"]) == ("jwt", 0, False)
    assert answer["claims"] == ID_TOKEN and "verdict" not in answer
    answer = batch.ask("inspect", batch.file(SEALED))
    assert (answer["kind"], answer["exit"], answer["header"]["alg"]) == ("jwe", 0, "RSA-OAEP")
    key = batch.file(RSA_JWK.as_pem(private=True))
    answer = batch.ask("inspect", "--decrypt-key", key, batch.file(SEALED))
    assert base64.b64decode(answer["payload_b64"]) == b"plain" and answer["trusted"] is False
    answer = batch.ask("inspect", batch.file({"keys": [RSA_JWK.as_dict(private=True)]}))
    assert answer["kind"] == "jwks" and "d" not in answer["keys"][0]
    assert batch.ask("inspect", batch.file(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"))["kind"] == "http"
    assert batch.ask("inspect", batch.file(b"[1]"))["value"] == [1]
    answer = batch.ask("inspect", batch.file(vector("rfc7515E")))
    assert (answer["reason"], answer["header"]["alg"]) == ("crit_unsupported", "none")
    judge(batch.ask("inspect", batch.file(b"\x00\xff")), "bad_encoding")
    answer = batch.ask("inspect", batch.file("<a/>"))
    assert (answer["kind"], answer["exit"], answer["message"]["message"]) == ("xml", 0, "a")


# The process: exit codes, streams, batches

def run(*argv: str, stdin: bytes = b"") -> subprocess.CompletedProcess:
    return subprocess.run([binary(), *argv], input=stdin, capture_output=True, timeout=10)


WRONG_USAGE = [
    ["jose", "verify"],
    ["jose", "verify", "TOKEN"],
    ["jose", "verify", "--frob", "TOKEN"],
    ["jose", "verify", "--jwk"],
    ["jose", "verify", "--jwk", "KEYS", "--now", "yesterday", "TOKEN"],
    ["jose", "verify", "--jwk", "KEYS", "--now", "2026-02-30T00:00:00Z", "TOKEN"],
    ["jose", "verify", "--jwk", "KEYS", "--skew", "-1", "TOKEN"],
    ["jose", "verify", "--jwk", "KEYS", "--encoding", "rot13", "TOKEN"],
    ["jose", "verify", "--jwk", "KEYS", "--lab", "hmac-client-secret", "TOKEN"],
    ["oidc", "verify", "--jwks", "KEYS", "--lab", "sha1", "TOKEN"],
    ["oidc", "verify", "--jwks", "KEYS", "--tenant", "x", "TOKEN"],
    ["oauth", "redirect", "--kind", "toaster", "https://a.example"],
    ["url", "check", "--purpose", "fun", "https://a.example"],
    ["http", "parse", "--max-body", "many", "TOKEN"],
    ["jose", "frob"],
    ["frob"],
]


@pytest.mark.parametrize("argv", WRONG_USAGE, ids=" ".join)
def test_wrong_usage(batch, argv):
    names = {"TOKEN": batch.file(GOOD_TOKEN), "KEYS": batch.file(KEYS)}
    argv = [names.get(word, word) for word in argv]
    done = run(*argv)
    assert (done.returncode, done.stdout) == (2, b"") and done.stderr.startswith(b"vestibule: ")
    answer = batch.ask(*argv)
    assert answer["exit"] == 2 and answer["error"] and "verdict" not in answer


def test_unreadable_files(tmp_path, batch):
    missing = str(tmp_path / "missing")
    for argv in (["json", "parse", missing], ["json", "parse", str(tmp_path)],
                 ["jose", "verify", "--jwk", missing, batch.file(GOOD_TOKEN)]):
        done = run(*argv)
        assert done.returncode == 3 and b"can't be read" in done.stderr
        assert batch.ask(*argv)["exit"] == 3
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate((16 << 20) + 1)
    judge(batch.ask("json", "parse", str(huge)), "too_large")


def test_several_files_and_standard_input(batch):
    good, bad = batch.file("1"), batch.file("x")
    done = run("json", "parse", "--json", good, bad, "-", good, stdin=b"[]")
    assert (done.returncode, done.stderr) == (1, b"")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["file"], r["verdict"]) for r in results] == [
        (good, "accept"), (bad, "reject"), ("-", "accept"), (good, "accept")]
    assert all({"file", "kind", "verdict", "complete", "lab", "checks"} <= result.keys() for result in results)
    answer = batch.ask("json", "parse", good, bad)
    assert answer["exit"] == 1 and [r["verdict"] for r in answer["results"]] == ["accept", "reject"]
    assert batch.ask("json", "parse", "-")["exit"] == 3


def test_text_for_people():
    done = run("domain", "normalize", "example.com", "xn--80ak6aa92e.com", "a\x1b[31m.example")
    assert done.returncode == 1 and b"\x1b" not in done.stdout
    assert done.stdout.startswith(b"accept: example.com\n") and b"domain_invalid" in done.stdout


def test_a_batch_keeps_its_order_and_survives_nonsense(tmp_path):
    good = tmp_path / "good"
    good.write_text("{}")
    lines, expected = [], []
    for number in range(300):
        argv, code = [(["json", "parse", str(good)], 0), (["email", "parse", "x"], 1), (["serve"], 2),
                      (["json", "parse", "/nowhere/at/all"], 3)][number % 4]
        lines.append(json.dumps({"id": number, "argv": argv}))
        expected.append((number, code))
    lines += ["[]", "{", '{"id":"x"}', '{"id":{"a":1},"argv":[1]}', '{"id":null,"argv":[]}']
    expected += [(None, 2), (None, 2), ("x", 2), ({"a": 1}, 2), (None, 2)]
    began = time.monotonic()
    done = run("--stdin-batch", stdin="\n".join(lines).encode())
    assert time.monotonic() - began < 5
    assert (done.returncode, done.stderr) == (0, b"")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(answer["id"], answer["exit"]) for answer in answers] == expected
