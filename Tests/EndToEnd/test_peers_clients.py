"""MSAL and the two verifying libraries against a stand-in with our wire shapes, over https with the run's own CA."""

import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey, KeySet

from peers import clients

TENANT = "7d2f7b9e-0c9c-4f1f-8f0c-3f2f6f1c0a11"


class StandIn:
    """Discovery, keys and client credentials of one tenant, as far as MSAL needs them."""

    def __init__(self, authority):
        leaf = authority.issue("stand-in")
        self.ca = str(authority.certificate)
        self.key = ECKey.import_key(ec.generate_private_key(ec.SECP256R1()), {"kid": "k1", "use": "sig"})
        self.asked = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                owner.asked.append(self.path.partition("?")[0])
                body = json.dumps(owner.answer(owner.asked[-1])).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(leaf.certificate, leaf.key)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.base = f"https://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def issuer(self, tenant):
        return f"{self.base}/{tenant}/v2.0"

    def token(self, **more):
        now = int(time.time())
        claims = {"iss": self.issuer(TENANT), "aud": "api", "iat": now, "exp": now + 300, "sub": "daemon", **more}
        return joserfc_jwt.encode({"alg": "ES256", "kid": "k1"}, claims, self.key)

    def answer(self, path):
        if path.endswith("openid-configuration"):
            return {"issuer": self.issuer(TENANT), "jwks_uri": f"{self.base}/{TENANT}/discovery/v2.0/keys",
                    "authorization_endpoint": f"{self.base}/{TENANT}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{self.base}/{TENANT}/oauth2/v2.0/token"}
        if path.endswith("/keys"):
            return KeySet([self.key]).as_dict(private=False)
        return {"token_type": "Bearer", "expires_in": 300, "access_token": self.token()}


@pytest.fixture(scope="module")
def stand_in(authority):
    server = StandIn(authority)
    yield server
    server.server.shutdown()
    server.server.server_close()


APPLICATION = {"tenant": TENANT, "client_id": "daemon", "client_secret": "s3cret", "redirect_uris": []}


def test_msal_asks_our_authority_and_nobody_else(stand_in):
    with clients.trusting(stand_in.ca):
        result = clients.msal_app(stand_in, APPLICATION).acquire_token_for_client(["api/.default"])
    assert "access_token" in result, result
    claims = clients.validate(result["access_token"], clients.discover(stand_in.issuer(TENANT), stand_in.ca), "api")
    assert claims["sub"] == "daemon"
    assert stand_in.asked[:2] == [
        f"/{TENANT}/v2.0/.well-known/openid-configuration", f"/{TENANT}/oauth2/v2.0/token"]


def test_msal_without_the_ca_refuses(stand_in):
    import requests
    with clients.trusting(None), pytest.raises(requests.exceptions.SSLError):
        clients.msal_app(stand_in, APPLICATION).acquire_token_for_client(["api/.default"])


@pytest.mark.parametrize("change", [{"aud": "other"}, {"iss": "https://evil.example"}, {"exp": 1}])
def test_a_wrong_token_is_refused(stand_in, change):
    metadata = clients.discover(stand_in.issuer(TENANT), stand_in.ca)
    with pytest.raises(Exception, match="(?i)aud|iss|exp"):
        clients.validate(stand_in.token(**change), metadata, "api")


def test_a_token_of_another_key_is_refused(stand_in):
    metadata = clients.discover(stand_in.issuer(TENANT), stand_in.ca)
    forged = jwt.encode({"iss": metadata["issuer"], "aud": "api", "exp": int(time.time()) + 300},
                        ec.generate_private_key(ec.SECP256R1()), "ES256", headers={"kid": "k1"})
    with pytest.raises(Exception, match="(?i)signature"):
        clients.validate(forged, metadata, "api")
