"""SimpleSAMLphp, Debian's, as an identity provider for SAML 2.0 and for WS-Federation (SAML 1.1 tokens).

It runs on PHP's own web server. Its configuration files are PHP that reads settings.json at each request, so that a
change counts at once and PHP's cache of compiled files never hides it."""

import json
import os
import pathlib
import secrets
from urllib.parse import urlencode

from .processes import Child, accepts, free_port
from .saml_peer import KeyPair, Peer, SAMLPerson, fetched, people_of

INSTALLED = pathlib.Path("/usr/share/simplesamlphp/www")

CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"

READ = "json_decode(file_get_contents(getenv('PEER_FOLDER') . '/settings.json'), true)"

FILES = {
    "config.php": f"<?php $config = {READ}['config'];",
    "authsources.php": f"""<?php $config = [
        'admin' => ['core:AdminPassword'],
        'people' => array_merge(['exampleauth:UserPass'], {READ}['people'])];""",
    "metadata/saml20-idp-hosted.php": f"""<?php $settings = {READ};
        $metadata[$settings['entity_id']] = $settings['identity_provider'];""",
    # A service provider's metadata document goes through SimpleSAMLphp's own reader; options are laid over the result.
    "metadata/saml20-sp-remote.php": f"""<?php
        foreach ({READ}['service_providers'] as $provider) {{
            $entities = \\SimpleSAML\\Metadata\\SAMLParser::parseDescriptorsString($provider['metadata']);
            foreach ($entities as $id => $entity) {{
                if ($found = $entity->getMetadata20SP()) {{
                    unset($found['entityDescriptor']);
                    $metadata[$id] = array_merge($found, $provider['options']);
                }}
            }}
        }}""",
    "metadata/adfs-idp-hosted.php": f"""<?php $settings = {READ};
        $metadata[$settings['wsfed_entity_id']] = array_merge($settings['identity_provider'],
            ['NameIDFormat' => 'http://schemas.xmlsoap.org/claims/UPN', 'authproc' => []]);""",
    "metadata/adfs-sp-remote.php": f"<?php $metadata = {READ}['relying_parties'];",
}


class SimpleSAMLphp(Peer):
    """Options are SimpleSAMLphp's own, of the hosted identity provider: `**{"saml20.sign.response": False}`.
    `sends` is one of its attribute maps: name2oid (as Shibboleth does), name2claim (as AD FS does), name2urn or None
    (plain names). `workers` is how many requests PHP answers at a time.

    `encrypted` assertions are AES128-CBC, with the key by RSA-OAEP: for a partner with a certificate SimpleSAMLphp 1.19
    knows no other cipher. Its `sharedkey_algorithm` is only for a `sharedkey` that both sides have beforehand, which
    puts no EncryptedKey into the message; both are options of `trust`."""

    def __init__(self, folder: pathlib.Path, sp_metadata_xml: str | None = None, *, domain: str = "contoso.example",
                 people: tuple[SAMLPerson, ...] | None = None, sends: str | None = "name2oid",
                 encrypted: bool = False, workers: int = 2, **options):
        self.folder = folder
        for part in ("metadata", "sessions", "temporary", "log", "site"):
            (folder / part).mkdir(parents=True)
        self.people = people or people_of(domain)
        self.workers = workers
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}/simplesamlphp"
        self.entity_id = self.metadata_url = f"{self.base}/saml2/idp/metadata.php"
        self.wsfed_url = f"{self.base}/module.php/adfs/idp/prp.php"
        self.wsfed_metadata_url = f"{self.base}/module.php/adfs/idp/metadata.php"
        self.wsfed_entity_id = f"urn:federation:{self.port}"
        self._generation = 1
        self.pair = KeyPair.make(folder, "signing-1")
        self._next: KeyPair | None = None
        self._settings = {
            "entity_id": self.entity_id, "wsfed_entity_id": self.wsfed_entity_id,
            "config": self._config(), "service_providers": [], "relying_parties": {},
            "people": {f"{person.user_name}:{person.password}": person.attributes for person in self.people},
            "identity_provider": {
                "host": "__DEFAULT__", "auth": "people", "userid.attribute": "uid",
                "attributes.NameFormat": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri" if sends == "name2oid"
                else "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
                "SingleSignOnServiceBinding": [f"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{name}"
                                               for name in ("Redirect", "POST")],
                "SingleLogoutServiceBinding": [f"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{name}"
                                               for name in ("Redirect", "POST")],
                # In both directions a logout message is signed, and an unsigned one is refused.
                "sign.logout": True, "validate.logout": True, "validate.authnrequest": True,
                "NameIDFormat": ["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
                                 "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"],
                "authproc": {
                    "10": {"class": "saml:PersistentNameID", "attribute": "uid"},
                    "11": {"class": "saml:TransientNameID"},
                    **({"50": {"class": "core:AttributeMap", "0": sends}} if sends else {})},
            },
        }
        self._use_pairs()
        if encrypted:
            options |= {"assertion.encryption": True}
        self._settings["identity_provider"] |= options
        if sp_metadata_xml:
            self.trust(sp_metadata_xml)

    def _config(self) -> dict:
        return {
            "baseurlpath": "simplesamlphp/", "certdir": f"{self.folder}/", "loggingdir": f"{self.folder}/log/",
            "datadir": f"{self.folder}/", "tempdir": f"{self.folder}/temporary",
            "metadatadir": f"{self.folder}/metadata/",
            "attributenamemapdir": "/etc/simplesamlphp/attributemap/", "secretsalt": secrets.token_hex(16),
            "auth.adminpassword": secrets.token_hex(16), "timezone": "UTC", "technicalcontact_name": "Contoso",
            "technicalcontact_email": "na@example.org", "admin.checkforupdates": False,
            "debug": {"saml": False, "backtraces": True, "validatexml": False}, "showerrors": True,
            "errorreporting": False, "logging.level": 5, "logging.handler": "errorlog", "statistics.out": [],
            "enable.saml20-idp": True, "enable.adfs-idp": True, "enable.shib13-idp": False,
            "module.enable": {"core": True, "saml": True, "exampleauth": True, "adfs": True},
            # Cookies take no notice of ports, so the names do.
            "session.cookie.name": f"SimpleSAMLSessionID{self.port}", "session.cookie.secure": False,
            "session.cookie.samesite": None, "session.phpsession.cookiename": f"SimpleSAML{self.port}",
            "session.phpsession.savepath": f"{self.folder}/sessions", "session.phpsession.httponly": True,
            "session.authtoken.cookiename": f"SimpleSAMLAuthToken{self.port}", "language.cookie.secure": False,
            "language.cookie.samesite": None, "language.available": ["en"], "language.default": "en",
            "store.type": "phpsession", "theme.use": "default", "production": True,
            # The peers of these tests are on loopback ports nobody knows beforehand.
            "trusted.url.regex": True, "trusted.url.domains": [r"127\.0\.0\.1(:\d+)?", r"localhost(:\d+)?"],
            "metadata.sources": [{"type": "flatfile"}], "assertion.allowed_clock_skew": 60,
        }

    def start(self) -> "SimpleSAMLphp":
        for name, text in FILES.items():
            (self.folder / name).write_text(text)
        self._write()
        (self.folder / "site" / "simplesamlphp").symlink_to(INSTALLED)
        self.child = Child(
            ["/usr/bin/php", "-d", "opcache.enable_cli=1", "-d", "display_errors=0", "-d", "log_errors=1",
             "-S", f"127.0.0.1:{self.port}", "-t", str(self.folder / "site")],
            self.folder / "php.log", folder=self.folder, environment={
                "PEER_FOLDER": str(self.folder), "SIMPLESAMLPHP_CONFIG_DIR": str(self.folder),
                "PHP_CLI_SERVER_WORKERS": str(self.workers)})
        self.child.wait_until(lambda: accepts(self.port))
        return self

    def _write(self) -> None:
        path = self.folder / "settings.json"
        path.with_suffix(".new").write_text(json.dumps(self._settings))
        os.replace(path.with_suffix(".new"), path)

    def configure(self, **options) -> None:
        """Changes options of the identity provider from the next request on."""
        self._settings["identity_provider"] |= options
        self._write()

    # Whom it answers.

    def trust(self, sp_metadata_xml: str | None = None, *, sp_metadata_url: str | None = None, ca: str | None = None,
              **options) -> None:
        """A service provider; `options` are SimpleSAMLphp's for it alone ("assertion.encryption",
        "simplesaml.nameidattribute", …) and win over the identity provider's own."""
        xml = sp_metadata_xml or fetched(sp_metadata_url, ca)
        self._settings["service_providers"].append({"metadata": xml, "options": options})
        self._write()

    def trust_relying_party(self, realm: str, reply_url: str, **options) -> None:
        """A WS-Federation relying party. As at AD FS, the NameIdentifier is the UPN, and claims have AD FS's names."""
        self._settings["relying_parties"][realm] = {
            "prp": reply_url, "simplesaml.nameidattribute": f"{CLAIMS}/upn",
            "authproc": {"60": {"class": "core:AttributeMap", "0": "name2claim"},
                         "61": {"class": "core:AttributeMap", "eduPersonPrincipalName": f"{CLAIMS}/upn"}}, **options}
        self._write()

    # Certificates.

    def _use_pairs(self) -> None:
        entity = self._settings["identity_provider"]
        entity |= {"privatekey": self.pair.key.name, "certificate": self.pair.certificate.name}
        entity.pop("new_certificate", None)
        entity.pop("new_privatekey", None)
        if self._next:
            entity |= {"new_privatekey": self._next.key.name, "new_certificate": self._next.certificate.name}

    def announce_certificate(self) -> KeyPair:
        """Publishes the next certificate beside the one that still signs."""
        self._generation += 1
        self._next = KeyPair.make(self.folder, f"signing-{self._generation}")
        self._use_pairs()
        self._write()
        return self._next

    def roll_certificate(self) -> KeyPair:
        """Signs with the announced certificate from now on (with a new one, if none was announced, which no partner
        can know) and no longer publishes the old one."""
        self.pair, self._next = self._next or self.announce_certificate(), None
        self._use_pairs()
        self._write()
        return self.pair

    # Where to begin.

    def login_url(self, sp_entity_id: str, relay_state: str = "") -> str:
        """Identity-provider-initiated sign-in."""
        return f"{self.base}/saml2/idp/SSOService.php?" + urlencode(
            {"spentityid": sp_entity_id, **({"RelayState": relay_state} if relay_state else {})})

    def logout_url(self, return_to: str | None = None) -> str:
        """Identity-provider-initiated logout, to every service provider of the session."""
        return f"{self.base}/saml2/idp/initSLO.php?" + urlencode({"RelayState": return_to or f"{self.base}/index.php"})

    def wsfed_login_url(self, realm: str, context: str = "") -> str:
        return f"{self.wsfed_url}?" + urlencode({"wa": "wsignin1.0", "wtrealm": realm, "wctx": context})

    def wsfed_logout_url(self, reply: str | None = None) -> str:
        return f"{self.wsfed_url}?" + urlencode({"wa": "wsignout1.0", **({"wreply": reply} if reply else {})})
