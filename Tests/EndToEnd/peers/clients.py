"""Stock clients: MSAL for Python, Authlib, and two libraries that check our tokens (joserfc and PyJWT)."""

import os
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import jwt
import msal
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

# Authlib refuses plain http everywhere but for this; the providers and the demo are on loopback.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]


@contextmanager
def trusting(ca: str | None):
    """The CA bundle of `requests` for this block: what the environment says wins over any `verify`."""
    before = os.environ.pop("REQUESTS_CA_BUNDLE", None)
    if ca:
        os.environ["REQUESTS_CA_BUNDLE"] = str(ca)
    try:
        yield
    finally:
        os.environ.pop("REQUESTS_CA_BUNDLE", None)
        if before is not None:
            os.environ["REQUESTS_CA_BUNDLE"] = before


def discover(issuer: str, ca: str | None = None) -> dict:
    answer = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10, verify=ca or True)
    assert answer.status_code == 200, answer.text
    assert answer.json()["issuer"] == issuer
    return {**answer.json(), "_ca": ca}


def validate(token: str, metadata: dict, audience: str | None) -> dict:
    """The token's claims, when two libraries agree that it is good and on what it says."""
    keys = requests.get(metadata["jwks_uri"], timeout=10, verify=metadata["_ca"] or True).json()
    first = joserfc_jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
    required = {"iss": {"essential": True, "value": metadata["issuer"]}, "exp": {"essential": True}}
    if audience:
        required["aud"] = {"essential": True, "value": audience}
    joserfc_jwt.JWTClaimsRegistry(leeway=5, **required).validate(first.claims)

    header = jwt.get_unverified_header(token)
    # A key set of one key may leave the kid out.
    key = next(key for key in jwt.PyJWKSet.from_dict(keys).keys if header.get("kid") in (None, key.key_id))
    second = jwt.decode(token, key, algorithms=ALGORITHMS, audience=audience, issuer=metadata["issuer"], leeway=5,
                        options={"verify_aud": audience is not None})
    assert first.claims == second
    return second


def userinfo(metadata: dict, token: dict) -> dict:
    answer = requests.get(metadata["userinfo_endpoint"], timeout=10, verify=metadata["_ca"] or True,
                          headers={"Authorization": f"Bearer {token['access_token']}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


class AuthlibClient:
    """Authlib's OAuth2Session with S256 PKCE; `begin` gives the address to open, `finish` takes where it ended."""

    def __init__(self, issuer, client_id, client_secret, redirect_uri, method, ca):
        self.metadata = discover(issuer, ca)
        self.client_id, self.redirect_uri = client_id, redirect_uri
        self.session = OAuth2Session(
            client_id, client_secret, redirect_uri=redirect_uri, code_challenge_method="S256",
            token_endpoint_auth_method=method)
        self.session.verify = ca or True

    def begin(self, scope: str = "openid profile email", state: str | None = None, **more) -> str:
        self.verifier, self.nonce = generate_token(48), generate_token(20)
        self.scope = scope
        url, self.state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], state=state, code_verifier=self.verifier, nonce=self.nonce,
            scope=scope, **more)
        return url

    def finish(self, address: str, **more) -> dict:
        assert "code" in query_of(address), f"no code came back: {address}"
        token = self.session.fetch_token(
            self.metadata["token_endpoint"], authorization_response=address, state=self.state,
            code_verifier=self.verifier, **more)
        assert "access_token" in token, token
        return token

    def refresh(self, refresh_token: str) -> dict:
        return self.session.refresh_token(self.metadata["token_endpoint"], refresh_token=refresh_token)

    def logout_url(self, id_token: str, **more) -> str:
        request = requests.Request("GET", self.metadata["end_session_endpoint"],
                                   params={"id_token_hint": id_token, **more})
        return request.prepare().url


def authlib_session(issuer: str, client_id: str, client_secret: str | None, redirect_uri: str,
                    method: str = "client_secret_basic", ca: str | None = None) -> AuthlibClient:
    return AuthlibClient(issuer, client_id, client_secret, redirect_uri, method, ca)


def authlib_app(gateway, application: dict) -> AuthlibClient:
    """An application of the demo as Authlib's client. `auth` is its token_endpoint_auth_method."""
    return AuthlibClient(
        gateway.issuer(application["tenant"]), application["client_id"], application.get("client_secret"),
        application["redirect_uris"][0] if application["redirect_uris"] else None, application["auth"], gateway.ca)


def msal_app(gateway, application: dict, cache: msal.TokenCache | None = None,
             tenant: str | None = None) -> msal.ClientApplication:
    """An application of the demo as MSAL sees it. MSAL insists on https, and asks the authority as it is made."""
    authority = f"{gateway.base}/{tenant or application['tenant']}"
    kind = msal.ConfidentialClientApplication if application.get("client_secret") else msal.PublicClientApplication
    secret = {"client_credential": application["client_secret"]} if application.get("client_secret") else {}
    return kind(application["client_id"], authority=authority, instance_discovery=False, token_cache=cache, **secret)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}
