"""Stand-ins for providers known by name, each at an origin of its own, with the habits that their documents and their
users tell of: strings for booleans, an error with status 200, a name that comes once, an address that is missing."""

import base64
import hashlib
import hmac
import http.server
import json
import secrets
import threading
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
OID = "33333333-3333-4333-8333-333333333333"


class Refused(Exception):
    def __init__(self, answer, status=400):
        self.answer, self.status = answer, status


class KnownProvider:
    """One provider. `email` is what it tells of the person; `claims` stand over the rest; `proves` says whether its
    word on the address is evidence."""

    kind = ""
    proves = True
    settings: dict = {}
    client_id = "4711"

    def __init__(self):
        self.secret = secrets.token_urlsafe(24)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.email, self.claims, self.subject = "grace@corp.example", {}, "583231"
        self.codes: dict[str, dict] = {}
        self.seen: set[str] = set()

    def __enter__(self):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                provider.serve(self, {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                provider.serve(self, dict(parse_qsl(body, keep_blank_values=True)))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def declaration(self) -> dict:
        return {"name": self.kind.lower(), "displayName": f"The {self.kind}", "kind": self.kind,
                "clientID": self.client_id, "clientSecret": self.secret, "origin": self.origin, **self.settings}

    # What is asked.

    def serve(self, handler, form):
        parts = urlsplit(handler.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        try:
            answer = self.answer(parts.path, query, form, handler.headers)
            status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
        except Refused as refused:
            status, headers, body = refused.status, {}, refused.answer
        kind = "text/html; charset=utf-8" if isinstance(body, str) else "application/json"
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    def answer(self, path, query, form, headers):
        if path.endswith("/.well-known/openid-configuration"):
            return self.document(path)
        if path.endswith("/keys"):
            numbers = self.key.public_key().public_numbers()
            return {"keys": [{"kty": "RSA", "use": "sig", "kid": "k1", "alg": "RS256",
                              "n": encoded(numbers.n), "e": encoded(numbers.e), **self.key_members}]}
        if path.endswith("/authorize") or path.endswith("/dialog/oauth"):
            return self.agree(query)
        if path.endswith("/token") or path.endswith("/access_token"):
            return self.tokens(form)
        return 404, {}, {"message": "Not Found"}

    key_members: dict = {}

    def document(self, path):
        return {"issuer": self.issuer(path), "authorization_endpoint": f"{self.origin}/authorize",
                "token_endpoint": f"{self.origin}/token", "jwks_uri": f"{self.origin}/keys",
                "response_types_supported": ["code"]}

    def issuer(self, path):
        return self.origin

    def agree(self, query):
        """The person agrees at once."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        answer = {"code": code, "state": query["state"]}
        return 302, {"Location": f"{query['redirect_uri']}?{urlencode(answer)}"}, ""

    def tokens(self, form):
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            raise self.refusal("bad_verification_code")
        if not self.is_right(form.get("client_secret", "")):
            raise self.refusal("incorrect_client_credentials")
        if challenge := asked.get("code_challenge"):
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
                raise self.refusal("invalid_grant")
        elif "code_verifier" in form:
            raise self.refusal("invalid_client")
        return {"access_token": "opaque", "token_type": "Bearer", **self.id_token(asked)}

    def is_right(self, secret):
        return hmac.compare_digest(secret, self.secret)

    def refusal(self, error):
        return Refused({"error": error})

    def id_token(self, asked):
        now = int(time.time())
        claims = {"iss": self.origin, "aud": self.client_id, "sub": self.subject, "iat": now, "exp": now + 300,
                  "nonce": asked.get("nonce"), "email": self.email, **self.person(), **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        return {"id_token": jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "k1"})}

    def person(self):
        return {}


def encoded(number: int) -> str:
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Google(KnownProvider):
    kind = "google"

    def person(self):
        return {"email_verified": True, "hd": "corp.example", "name": "Grace Hopper"}


class Microsoft(KnownProvider):
    kind = "microsoftAccount"
    proves = False
    tenant = CONSUMERS

    def issuer(self, path):
        return f"{self.origin}/{CONSUMERS}/v2.0"

    def person(self):
        return {"iss": f"{self.origin}/{self.tenant}/v2.0", "tid": self.tenant, "oid": OID, "sub": "pairwise"}


class Entra(Microsoft):
    kind = "entra"
    proves = True
    tenant = TENANT

    @property
    def key_members(self):
        return {"issuer": f"{self.origin}/{{tenantid}}/v2.0"}

    def issuer(self, path):
        assert path.startswith("/organizations/"), path
        return f"{self.origin}/{{tenantid}}/v2.0"

    def person(self):
        return {**super().person(), "xms_edov": 1, "amr": ["pwd", "mfa"]}


class Facebook(KnownProvider):
    """Classic login: OAuth, a token debugger, a proof with each call; errors are objects."""

    kind = "facebook"
    proves = False
    app = KnownProvider.client_id

    def id_token(self, asked):
        return {}

    def refusal(self, error):
        return Refused({"error": {"message": error, "type": "OAuthException", "code": 100}})

    def answer(self, path, query, form, headers):
        if path == "/debug_token":
            if query["access_token"] != f"{self.client_id}|{self.secret}":
                raise self.refusal("Invalid application")
            return {"data": {"app_id": self.app, "type": "USER", "is_valid": True, "user_id": self.subject,
                             "expires_at": int(time.time()) + 3600}}
        if path == "/me":
            proof = hmac.new(self.secret.encode(), query["access_token"].encode(), hashlib.sha256).hexdigest()
            if not hmac.compare_digest(proof, query.get("appsecret_proof", "")):
                raise self.refusal("API calls from the server require an appsecret_proof argument")
            return {"id": self.subject, "name": "Grace Hopper", "email": self.email}
        return super().answer(path, query, form, headers)


class Apple(KnownProvider):
    """A form post, a client secret that is a token, texts for booleans, the name once."""

    kind = "apple"

    def __init__(self):
        super().__init__()
        self.own = ec.generate_private_key(ec.SECP256R1())

    def declaration(self):
        pem = self.own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                     serialization.NoEncryption()).decode()
        declared = {**super().declaration(), "teamID": "TEAM123456", "keyID": "KEY1234567", "privateKey": pem}
        del declared["clientSecret"]
        return declared

    def is_right(self, secret):
        claims = jwt.decode(secret, self.own.public_key(), algorithms=["ES256"], audience=self.origin)
        return (claims["iss"] == "TEAM123456" and claims["sub"] == self.client_id
                and jwt.get_unverified_header(secret)["kid"] == "KEY1234567"
                and claims["exp"] - claims["iat"] <= 15_777_000)

    def agree(self, query):
        assert query["response_mode"] == "form_post", "scopes need a form post"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        fields = {"code": code, "state": query["state"]}
        if self.subject not in self.seen:
            self.seen.add(self.subject)
            fields["user"] = json.dumps({"name": {"firstName": "Grace", "lastName": "Hopper"}, "email": self.email})
        inputs = "".join(f"<input type=hidden name={name} value='{value}'>" for name, value in fields.items())
        return f"<form method=post action='{query['redirect_uri']}'>{inputs}<button name=agree>Agree</button></form>"

    def person(self):
        return {"email_verified": "true", "is_private_email": "false"}


class GitHub(KnownProvider):
    """OAuth; whatever is wrong with a code, the status is 200."""

    kind = "github"
    verified = True

    def id_token(self, asked):
        return {}

    def refusal(self, error):
        return Refused({"error": error, "error_description": "The code is wrong."}, 200)

    def answer(self, path, query, form, headers):
        if path.startswith("/api/v3"):
            assert headers["User-Agent"] and headers["Authorization"] == "Bearer opaque"
        if path == "/api/v3/user":
            return {"id": int(self.subject), "login": "grace", "name": None, "email": None}
        if path == "/api/v3/user/emails":
            return [{"email": "old@corp.example", "primary": False, "verified": True},
                    {"email": self.email, "primary": True, "verified": self.verified}]
        return super().answer(path, query, form, headers)


class LinkedIn(KnownProvider):
    """No nonce, no verifier, texts and objects where others have booleans and texts."""

    kind = "linkedin"
    proves = False

    def issuer(self, path):
        return f"{self.origin}/oauth"

    def person(self):
        return {"iss": f"{self.origin}/oauth", "nonce": None, "email_verified": "true",
                "locale": {"language": "en", "country": "US"}}


ALL = [Google, Microsoft, Entra, Facebook, Apple, GitHub, LinkedIn]
