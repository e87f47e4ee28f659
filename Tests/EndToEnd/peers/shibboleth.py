"""The Shibboleth service provider, Debian's, for SAML 2.0: shibd beside nginx, with Shibboleth's FastCGI responder
between them. No Apache.

It also asks for sign-ins by WS-Federation, but Debian 12's (3.4.1, with OpenSAML 3.2.1) cannot read the answer: its
plug-in's decoder is never called, and OpenSAML says "Unimplemented decode method"."""

import pathlib
import socket
from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

from .processes import Child, accepts, free_port
from .saml_peer import KeyPair, Peer

# How Shibboleth's metadata says "WS-Federation" since AD FS 1.0.
WSFED = "http://schemas.xmlsoap.org/ws/2003/07/secext"
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
MICROSOFT_CLAIMS = "http://schemas.microsoft.com/identity/claims"

NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
worker_processes 1;
events {{ worker_connections 768; }}
http {{
    access_log off;
    client_body_buffer_size 1m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        server_name 127.0.0.1;
        location / {{
            fastcgi_pass 127.0.0.1:{responder};
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param REQUEST_URI $request_uri;
            fastcgi_param SERVER_PROTOCOL $server_protocol;
            fastcgi_param SERVER_NAME 127.0.0.1;
            fastcgi_param SERVER_PORT {port};
            fastcgi_param REMOTE_ADDR $remote_addr;
        }}
    }}
}}
"""

CONFIGURATION = """<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" clockSkew="60">
  <OutOfProcess logger="{folder}/shibd.logger" catchAll="false">
    <Extensions><Library path="adfs.so" fatal="true"/></Extensions>
  </OutOfProcess>
  <InProcess logger="{folder}/responder.logger">
    <Extensions><Library path="adfs-lite.so" fatal="true"/></Extensions>
  </InProcess>
  <UnixListener address="{folder}/shibd.socket"/>
  <RequestMapper type="Native"><RequestMap/></RequestMapper>
  <ApplicationDefaults entityID="{entity_id}" REMOTE_USER="emailaddress" signing="true"{options}>
    <Sessions lifetime="28800" timeout="3600" relayState="ss:mem" checkAddress="false" consistentAddress="false"
              handlerSSL="false" cookieProps="; path=/; HttpOnly" redirectLimit="none">
      <SSO{idp}>SAML2 ADFS</SSO>
      <Logout>SAML2 ADFS Local</Logout>
      <Handler type="MetadataGenerator" Location="/Metadata" signing="false"/>
      <Handler type="Session" Location="/Session" showAttributeValues="true" contentType="application/json"/>
    </Sessions>
    <Errors supportContact="administrator@localhost"/>
    {metadata}
    <AttributeExtractor type="XML" validate="true" reloadChanges="false" path="{folder}/attribute-map.xml"/>
    <AttributeFilter type="XML" validate="true" path="{folder}/attribute-policy.xml"/>
    <CredentialResolver type="File" key="{key}" certificate="{certificate}"/>
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" validate="true" path="/etc/shibboleth/security-policy.xml"/>
  <ProtocolProvider type="XML" validate="true" reloadChanges="false" path="/etc/shibboleth/protocols.xml"/>
</SPConfig>
"""

# Into files: the responder's standard output is its answer to nginx.
LOGGER = """log4j.rootCategory=INFO, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.fileName={file}
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=%d{{%Y-%m-%d %H:%M:%S}} %p %c %x: %m%n
"""

# Everything that was mapped is passed on.
POLICY = """<AttributeFilterPolicyGroup xmlns="urn:mace:shibboleth:2.0:afp"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <AttributeFilterPolicy><PolicyRequirementRule xsi:type="ANY"/>
    <AttributeRule attributeID="*" permitAny="true"/></AttributeFilterPolicy>
</AttributeFilterPolicyGroup>"""

CLAIM_NAMES = {
    CLAIMS: ("emailaddress", "givenname", "surname", "name", "upn", "nameidentifier"),
    MICROSOFT_CLAIMS: ("tenantid", "objectidentifier", "identityprovider", "displayname"),
    "http://schemas.xmlsoap.org/claims": ("CommonName", "EmailAddress", "Group"),
    "http://schemas.microsoft.com/ws/2008/06/identity/claims": ("groups", "role", "authenticationmethod"),
}

NAME_FORMATS = (
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    "http://schemas.xmlsoap.org/claims/UPN")

OID_NAMES = {"urn:oid:0.9.2342.19200300.100.1.3": "mail", "urn:oid:2.5.4.42": "givenName", "urn:oid:2.5.4.4": "sn",
             "urn:oid:1.3.6.1.4.1.5923.1.1.1.6": "eduPersonPrincipalName",
             "urn:oid:0.9.2342.19200300.100.1.1": "uid"}


def attribute_map() -> str:
    """A claim is a namespace and a name in SAML 1.1, and both in one name in SAML 2.0, with any format."""
    lines = [f'<Attribute name="{name}" id="{short}"/>' for name, short in OID_NAMES.items()]
    for namespace, names in CLAIM_NAMES.items():
        for name in names:
            lines.append(f'<Attribute name="{name}" nameFormat="{namespace}" id="{name}"/>')
            lines += [f'<Attribute name="{namespace}/{name}" nameFormat="{form}" id="{name}"/>' for form in (
                "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
                "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
                "urn:oasis:names:tc:SAML:2.0:attrname-format:basic")]
    for form in NAME_FORMATS:
        lines.append(f'<Attribute name="{form}" id="subject"><AttributeDecoder xsi:type="NameIDAttributeDecoder" '
                     'formatter="$Name"/></Attribute>')
    return ('<Attributes xmlns="urn:mace:shibboleth:2.0:attribute-map" '
            f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{"".join(lines)}</Attributes>')


def wsfed_metadata(entity_id: str, url: str, certificates: list[str]) -> str:
    """A WS-Federation identity provider, for Shibboleth, which does not read the federation metadata of AD FS.
    `certificates` are in base64."""
    keys = "".join(
        '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>'
        f"{certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>" for certificate in certificates)
    return (f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID={quoteattr(entity_id)}>'
            f'<IDPSSODescriptor protocolSupportEnumeration="{WSFED}">{keys}'
            f'<SingleLogoutService Binding="{WSFED}" Location={quoteattr(url)}/>'
            f'<SingleSignOnService Binding="{WSFED}" Location={quoteattr(url)}/></IDPSSODescriptor></EntityDescriptor>')


class Shibboleth(Peer):
    """`options` are attributes of Shibboleth's ApplicationDefaults. The realm of WS-Federation is `entity_id`, its
    reply address `wsfed_url`. `session_url` answers with this browser's session as JSON, {} without one."""

    def __init__(self, folder: pathlib.Path, **options: str):
        folder.mkdir(parents=True)
        self.folder, self.options = folder, options
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.handlers = f"{self.base}/Shibboleth.sso"
        self.entity_id = f"{self.base}/shibboleth"
        self.metadata_url = f"{self.handlers}/Metadata"
        self.wsfed_url = f"{self.handlers}/ADFS"
        self.acs_url = f"{self.handlers}/SAML2/POST"
        self.session_url = f"{self.handlers}/Session"
        self.pair = KeyPair.make(folder, "shibboleth")
        self._providers: list[str] = []
        self.identity_provider = ""
        self._children: list[Child] = []

    def start(self) -> "Shibboleth":
        for name in ("shibd", "responder"):
            (self.folder / f"{name}.logger").write_text(LOGGER.format(file=self.folder / f"{name}.log"))
        (self.folder / "attribute-map.xml").write_text(attribute_map())
        (self.folder / "attribute-policy.xml").write_text(POLICY)
        self._configure()
        self._run()
        return self

    def _configure(self) -> None:
        (self.folder / "shibboleth2.xml").write_text(CONFIGURATION.format(
            folder=self.folder, entity_id=self.entity_id, key=self.pair.key, certificate=self.pair.certificate,
            idp=f" entityID={quoteattr(self.identity_provider)}" if self.identity_provider else
            ' discoveryProtocol="SAMLDS" discoveryURL="http://127.0.0.1/"',
            metadata="\n".join(self._providers),
            options="".join(f" {name}={quoteattr(value)}" for name, value in self.options.items())))

    def _run(self) -> None:
        configuration = str(self.folder / "shibboleth2.xml")
        environment = {"SHIBSP_CONFIG": configuration, "SHIBSP_RUNDIR": str(self.folder),
                       "SHIBSP_LOGDIR": str(self.folder), "SHIBSP_CACHEDIR": str(self.folder)}
        (self.folder / "shibd.socket").unlink(missing_ok=True)
        self.child = Child(["/usr/sbin/shibd", "-F", "-f", "-c", configuration, "-p", str(self.folder / "shibd.pid")],
                           self.folder / "shibd.err", environment, self.folder)
        self._children = [self.child]
        self.child.wait_until(lambda: (self.folder / "shibd.socket").exists(), what="listens")
        # A FastCGI program takes its connections from standard input.
        responder = next(pathlib.Path("/usr/lib").glob("*/shibboleth/shibresponder"))
        with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
            self._children.append(Child(
                [str(responder)], self.folder / "responder.err", environment, self.folder, listener))
            (self.folder / "nginx.conf").write_text(NGINX.format(
                folder=self.folder, port=self.port, responder=listener.getsockname()[1]))
        self._children.append(Child(["/usr/sbin/nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"),
                                     "-e", "stderr"], self.folder / "nginx.log"))
        self._children[-1].wait_until(lambda: accepts(self.port))

    def stop(self) -> None:
        for child in reversed(self._children):
            child.stop()
        self._children = []

    # Whom it trusts.

    def trust_wsfed(self, entity_id: str, url: str, *certificates: str) -> None:
        """A WS-Federation identity provider: its issuer name, its passive endpoint, its certificates in base64."""
        self._trust(wsfed_metadata(entity_id, url, list(certificates)), entity_id)

    def trust(self, entity_id: str, idp_metadata_xml: str | None = None, *,
              idp_metadata_url: str | None = None) -> None:
        """A SAML 2.0 identity provider, from its metadata; by address, Shibboleth fetches it itself."""
        if idp_metadata_url:
            self._provide(f'<MetadataProvider type="XML" validate="false" url={quoteattr(idp_metadata_url)}'
                          f' backingFilePath="{self.folder}/backing-{len(self._providers)}.xml"/>', entity_id)
        else:
            self._trust(idp_metadata_xml, entity_id)

    def _trust(self, xml: str, entity_id: str) -> None:
        path = self.folder / f"metadata-{len(self._providers)}.xml"
        path.write_text(xml)
        self._provide(f'<MetadataProvider type="XML" validate="false" path="{path}"/>', entity_id)

    def _provide(self, provider: str, entity_id: str) -> None:
        self._providers.append(provider)
        self.identity_provider = entity_id
        self._configure()
        if self._children:
            self.stop()
            self._run()

    # Where to begin.

    def login_url_at(self, entity_id: str) -> str:
        return f"{self.handlers}/Login?" + urlencode({"entityID": entity_id, "target": self.session_url})

    @property
    def login_url(self) -> str:
        """A sign-in at the identity provider that was trusted last."""
        return f"{self.handlers}/Login?" + urlencode({"target": self.session_url})

    @property
    def logout_url(self) -> str:
        return f"{self.handlers}/Logout?" + urlencode({"return": self.session_url})
