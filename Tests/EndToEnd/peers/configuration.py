"""The keys of vestibule.json5 and of an `apply` declaration that tests set. If one is renamed, it is renamed here."""

from .certificates import Leaf
from .mail_server import MailServer


def mail_to(server: MailServer, ca) -> dict:
    """The value of `mail` for that server."""
    security = {"starttls": "starttls", "implicit": "tls", None: "none"}[server.tls]
    value = {"host": "localhost", "port": server.port, "security": security, "from": "no-reply@woodgrove.example",
             "ca": str(ca)}
    if server.login:
        value["username"], value["password"] = server.login
    return {"smtp": value}


def listen_behind_a_proxy(configuration: dict, port: int) -> None:
    """The gateway goes to another port; its base stays, and the proxy takes the base's port."""
    configuration["listen"] = [{"address": "127.0.0.1", "port": port}]
    configuration["proxies"] = ["127.0.0.1"]


def present(configuration: dict, leaf: Leaf) -> None:
    """TLS with that certificate."""
    for listener in configuration["listen"]:
        listener["tls"] = {"certificate": str(leaf.certificate), "key": str(leaf.key)}


def oidc_partner(tenant: str, name: str, display_name: str, issuer: str, registration, domains: list[str],
                 authentication: str = "client_secret_basic", **more) -> dict:
    """A declaration for `apply`: one OpenID Connect partner of the tenant, reached by the addresses of its domains.
    Its callback is `{base}/{tenant}/federation/{name}/callback`."""
    return {"tenant": tenant, "partners": [{
        "name": name, "displayName": display_name, "kind": "oidc", "issuer": issuer,
        "clientID": registration.client_id, "clientSecret": registration.client_secret,
        "clientAuthentication": authentication, "domains": domains, **more}]}


def saml_partner(tenant: str, name: str, display_name: str, metadata_url: str | None, domains: list[str], **more) -> dict:
    """A declaration for `apply`: one SAML identity provider, known by its metadata. Its metadata of us is at
    `{base}/{tenant}/federation/{name}/metadata`."""
    known = {"metadataURL": metadata_url} if metadata_url else {}
    return {"tenant": tenant, "partners": [{
        "name": name, "displayName": display_name, "kind": "saml", "domains": domains, **known, **more}]}


def saml_application(tenant: str, name: str, metadata_url: str, **more) -> dict:
    """A declaration for `apply`: one SAML service provider, known by its metadata. Our own is at
    `{base}/{tenant}/saml2/metadata`."""
    return {"tenant": tenant, "applications": [{
        "name": name, "kind": "web", "saml": {"metadataURL": metadata_url, **more}}]}


def wsfed_partner(tenant: str, name: str, display_name: str, metadata_url: str, domains: list[str], **more) -> dict:
    """The same for a WS-Federation security token service."""
    declaration = saml_partner(tenant, name, display_name, metadata_url, domains, **more)
    declaration["partners"][0]["kind"] = "wsFederation"
    return declaration
