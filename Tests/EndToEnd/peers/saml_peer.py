"""What the SAML and WS-Federation peers have in common: people, certificates, and how a peer is told whom to trust."""

import dataclasses
import datetime
import pathlib

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from .processes import Child

@dataclasses.dataclass
class SAMLPerson:
    user_name: str
    email: str
    password: str
    given_name: str
    family_name: str
    affiliation: tuple[str, ...] = ("member", "staff")

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def answers(self) -> dict:
        """What walk() types on the login page of each identity provider here."""
        return {"username": self.user_name, "password": self.password}

    @property
    def attributes(self) -> dict[str, list[str]]:
        """By their LDAP and eduPerson names; the identity provider translates them to what it sends."""
        return {"uid": [self.user_name], "mail": [self.email], "givenName": [self.given_name],
                "sn": [self.family_name], "displayName": [self.name], "eduPersonPrincipalName": [self.email],
                "eduPersonAffiliation": list(self.affiliation)}


def people_of(domain: str) -> tuple[SAMLPerson, ...]:
    return (SAMLPerson("alba", f"alba@{domain}", "correct horse battery", "Alba", "Núñez"),
            SAMLPerson("bela", f"bela@{domain}", "staple battery horse", "Béla", "Kun"),
            SAMLPerson("cleo", f"cleo@{domain}", "horse staple correct", "Cleo", "Ito", ("member", "student")))


@dataclasses.dataclass
class KeyPair:
    """A self-signed certificate with an RSA key of 2048 bits, as SAML partners have them."""

    certificate: pathlib.Path
    key: pathlib.Path

    @classmethod
    def make(cls, folder: pathlib.Path, name: str, days: int = 30) -> "KeyPair":
        """Writes NAME.crt and NAME.pem; `days` from now it expires, before now if negative."""
        key = rsa.generate_private_key(65537, 2048)
        now = datetime.datetime.now(datetime.timezone.utc)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=365))
            .not_valid_after(now + datetime.timedelta(days=days)).sign(key, hashes.SHA256()))
        pair = cls(folder / f"{name}.crt", folder / f"{name}.pem")
        pair.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        pair.key.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))
        pair.key.chmod(0o600)
        return pair

    @property
    def base64(self) -> str:
        """The certificate as metadata carries it."""
        lines = self.certificate.read_text().splitlines()
        return "".join(line for line in lines if not line.startswith("-----"))


def fetched(url: str, ca: str | None = None) -> str:
    answer = requests.get(url, timeout=15, verify=ca or True)
    assert answer.status_code == 200, f"{url}: {answer.status_code}\n{answer.text[:2000]}"
    return answer.content.decode()


class Peer:
    """A process with metadata: `with Peer(folder) as peer`, or `start()` and `stop()`."""

    entity_id: str
    metadata_url: str
    child: Child | None = None

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()

    @property
    def metadata_xml(self) -> str:
        """As the peer serves it now."""
        return fetched(self.metadata_url)
