"""pysaml2 as identity and as service provider, and python3-saml as service provider: real libraries in small servers
of their own (`*_server.py`)."""

import json
import os
import pathlib
import sys
from urllib.parse import urlencode

import requests

from .processes import Child
from .saml_peer import KeyPair, Peer, SAMLPerson, people_of


class LibraryPeer(Peer):
    server = ""

    def __init__(self, folder: pathlib.Path, ca: str | None = None):
        self.folder, self.ca = folder, ca
        folder.mkdir(parents=True)
        self._generation = 1
        self.pair = KeyPair.make(folder, "key-1")
        self._settings = {"trusted": [], "generation": 0}
        self._use_pair()

    def _use_pair(self) -> None:
        self._settings |= {"key": str(self.pair.key), "certificate": str(self.pair.certificate)}

    def start(self):
        self._write()
        program = pathlib.Path(__file__).with_name(self.server)
        trust = {"REQUESTS_CA_BUNDLE": self.ca, "SSL_CERT_FILE": self.ca} if self.ca else {}
        self.child = Child([sys.executable, str(program), str(self.folder)], self.folder / "server.log",
                           folder=self.folder, environment=trust)
        self.base = self.child.first_line()
        self.entity_id = self.metadata_url = f"{self.base}/metadata"
        return self

    def _write(self) -> None:
        path = self.folder / "settings.json"
        path.with_suffix(".new").write_text(json.dumps(self._settings))
        os.replace(path.with_suffix(".new"), path)

    def trust(self, metadata_xml: str | None = None, *, metadata_url: str | None = None) -> None:
        """The other side, from its metadata: by address, which the library fetches itself, or as text."""
        self._settings["trusted"].append({"url": metadata_url} if metadata_url else {"xml": metadata_xml})
        self._write()

    def trust_only(self, metadata_xml: str | None = None, *, metadata_url: str | None = None) -> None:
        self._settings["trusted"] = []
        self.trust(metadata_xml, metadata_url=metadata_url)

    def refresh(self) -> None:
        """Fetches the other side's metadata again, as a partner does from time to time."""
        self._settings["generation"] += 1
        self._write()

    @property
    def received(self) -> list[dict]:
        """The messages that the library accepted, oldest first; "kind" says which."""
        return requests.get(f"{self.base}/received", timeout=15).json()

    def received_of(self, kind: str) -> list[dict]:
        return [message for message in self.received if message["kind"] == kind]


class PySAML2IdentityProvider(LibraryPeer):
    """`encrypted`: "3des", which is all that pysaml2 asks xmlsec1 for when left alone and nobody should accept, or
    aes128-gcm, aes256-gcm, aes128-cbc, aes256-cbc; the key by RSA-OAEP with MGF1 and SHA-1."""

    server = "pysaml2_idp_server.py"

    def __init__(self, folder: pathlib.Path, *, domain: str = "fabrikam.example",
                 people: tuple[SAMLPerson, ...] | None = None, encrypted: str | None = None,
                 signs_assertion: bool = True, signs_response: bool = False, wants_signed_requests: bool = True,
                 name_id_format: str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", ca: str | None = None):
        super().__init__(folder, ca)
        self.people = people or people_of(domain)
        self._settings |= {
            "encrypted": encrypted, "signs_assertion": signs_assertion, "signs_response": signs_response,
            "wants_signed_requests": wants_signed_requests, "name_id_format": name_id_format, "announced": [],
            "people": {person.user_name: {"password": person.password, "attributes": person.attributes}
                       for person in self.people}}
        self._next: KeyPair | None = None

    def configure(self, **options) -> None:
        """Changes some of the constructor's options from the next request on."""
        assert options.keys() <= self._settings.keys(), options
        self._settings |= options
        self._write()

    def announce_certificate(self) -> KeyPair:
        """Publishes the next certificate beside the one that still signs."""
        self._generation += 1
        self._next = KeyPair.make(self.folder, f"key-{self._generation}")
        self.configure(announced=[str(self._next.certificate)])
        return self._next

    def roll_certificate(self) -> KeyPair:
        """Signs with the announced certificate from now on (with a new one, if none was announced, which no partner
        can know) and no longer publishes the old one."""
        self.pair, self._next = self._next or self.announce_certificate(), None
        self._use_pair()
        self.configure(announced=[])
        return self.pair

    def login_url(self, sp_entity_id: str, relay_state: str = "") -> str:
        """Identity-provider-initiated sign-in."""
        return f"{self.base}/login-to?" + urlencode({"sp": sp_entity_id, "relay_state": relay_state})

    def logout_url(self, binding: str = "redirect") -> str:
        """Identity-provider-initiated logout, to every service provider of the session."""
        return f"{self.base}/logout?" + urlencode({"binding": binding})


class LibraryServiceProvider(LibraryPeer):
    """`options` are the library's own; `encryption` publishes an encryption certificate (and python3-saml then demands
    an encrypted assertion). At most one identity provider is trusted."""

    def __init__(self, folder: pathlib.Path, idp_metadata_xml: str | None = None, *,
                 idp_metadata_url: str | None = None, encryption: bool = False, ca: str | None = None, **options):
        super().__init__(folder, ca)
        self._settings |= {"encryption": encryption, "options": options}
        if idp_metadata_xml or idp_metadata_url:
            self._settings["trusted"] = [{"url": idp_metadata_url} if idp_metadata_url else {"xml": idp_metadata_xml}]

    def login(self, binding: str = "redirect", **wishes: str) -> str:
        """Where a sign-in begins; wishes: relay_state, force_authn, and with pysaml2 authn_context, name_id_format."""
        return f"{self.base}/login?" + urlencode({"binding": binding, **wishes})

    @property
    def login_url(self) -> str:
        return self.login()

    @property
    def logout_url(self) -> str:
        return self.logout()

    def logout(self, binding: str = "redirect") -> str:
        return f"{self.base}/logout?" + urlencode({"binding": binding})

    @property
    def acs_url(self) -> str:
        return f"{self.base}/acs"

    @property
    def me_url(self) -> str:
        """Where sign-in and logout end: the session of this browser as JSON, or status 401."""
        return f"{self.base}/me"

    @property
    def last_assertion(self) -> dict:
        """issuer, name_id, name_id_format, session_index, authn_context, attributes, encrypted, relay_state."""
        return self.received_of("assertion")[-1]


class PySAML2ServiceProvider(LibraryServiceProvider):
    server = "pysaml2_sp_server.py"


class Python3SAMLServiceProvider(LibraryServiceProvider):
    server = "python3_saml_sp_server.py"
