"""oidc-provider-mock: an OpenID provider where a person types any subject and is believed."""

import pathlib
import sys

import requests

from .canaille import Registration
from .processes import Child, accepts, free_port


class MockProvider:
    def __init__(self, folder: pathlib.Path):
        self.log = folder / "oidc-provider-mock.log"

    def __enter__(self) -> "MockProvider":
        port = free_port()
        self.issuer = f"http://127.0.0.1:{port}"
        self.child = Child(
            [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", str(port),
             "--require-registration"], self.log)
        self.child.wait_until(lambda: accepts(port))
        return self

    def __exit__(self, *_) -> None:
        self.child.stop()

    def register(self, redirect_uri: str, method: str = "client_secret_basic") -> Registration:
        answer = requests.post(f"{self.issuer}/oauth2/clients", timeout=10, json={
            "redirect_uris": [redirect_uri], "token_endpoint_auth_method": method})
        assert answer.status_code == 201, answer.text
        return Registration(answer.json()["client_id"], answer.json()["client_secret"])

    def person(self, subject: str, **claims) -> None:
        answer = requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=10)
        assert answer.status_code == 204, answer.text
