"""Canaille: an OpenID provider that nobody here wrote, where people sign in with a password and consent."""

import dataclasses
import json
import pathlib
import sys

import requests

from .processes import Child

CONFIGURATION = """
SECRET_KEY = "only for these tests"

[CANAILLE]
NAME = "Contoso"
DATABASE = "memory"
JAVASCRIPT = false
HTMX = false
CAPTCHA_ENABLED = false

[CANAILLE_OIDC]
REQUIRE_NONCE = false
DYNAMIC_CLIENT_REGISTRATION_OPEN = true
"""


@dataclasses.dataclass
class Registration:
    client_id: str
    client_secret: str


@dataclasses.dataclass
class Person:
    user_name: str
    email: str
    password: str
    given_name: str
    family_name: str

    @property
    def subject(self) -> str:
        return self.user_name

    @property
    def answers(self) -> dict:
        """What walk() types at Canaille: the login, the password on the next page, and the consent."""
        return {"login": self.user_name, "password": self.password, "answer": "accept"}


class Canaille:
    people = (
        Person("alba", "alba@contoso.example", "correct horse battery", "Alba", "Núñez"),
        Person("bela", "bela@contoso.example", "staple battery horse", "Béla", "Kun"),
        Person("cleo", "cleo@contoso.example", "horse staple correct", "Cleo", "Ito"),
    )

    def __init__(self, folder: pathlib.Path):
        self.folder = folder / "canaille"
        self.folder.mkdir()

    def __enter__(self) -> "Canaille":
        (self.folder / "canaille.toml").write_text(CONFIGURATION)
        (self.folder / "people.json").write_text(json.dumps([
            {"user_name": p.user_name, "emails": [p.email], "password": p.password, "given_name": p.given_name,
             "family_name": p.family_name, "formatted_name": f"{p.given_name} {p.family_name}"}
            for p in self.people]))
        server = pathlib.Path(__file__).with_name("canaille_server.py")
        # -P: this folder has a canaille.py too.
        self.child = Child([sys.executable, "-P", str(server), str(self.folder)], self.folder / "canaille.log",
                           folder=self.folder)
        self.issuer = self.child.first_line()
        return self

    def __exit__(self, *_) -> None:
        self.child.stop()

    def register(self, redirect_uri: str, method: str = "client_secret_basic") -> Registration:
        """Registers a client (RFC 7591), at any time: the gateway's callback is known only after the gateway."""
        answer = requests.post(f"{self.issuer}/oauth/register", timeout=10, json={
            "client_name": "Woodgrove Groceries", "redirect_uris": [redirect_uri],
            "token_endpoint_auth_method": method, "grant_types": ["authorization_code"], "response_types": ["code"],
            "scope": "openid profile email"})
        assert answer.status_code == 201, answer.text
        return Registration(answer.json()["client_id"], answer.json()["client_secret"])
