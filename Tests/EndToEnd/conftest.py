"""Fixtures: one per outside program, each ended with its test (or with the run, where it says session)."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from peers import configuration  # noqa: E402
from peers.browser import Browser, BrowserFactory  # noqa: E402
from peers.canaille import Canaille  # noqa: E402
from peers.certificates import Authority  # noqa: E402
from peers.gateway import Demo, Gateway, binary  # noqa: E402
from peers.mail_server import MailServer  # noqa: E402
from peers.mock_provider import MockProvider  # noqa: E402
from peers.proxies import HAProxy, Nginx  # noqa: E402
from peers.saml_libraries import (  # noqa: E402
    PySAML2IdentityProvider, PySAML2ServiceProvider, Python3SAMLServiceProvider)
from peers.shibboleth import Shibboleth  # noqa: E402
from peers.simplesamlphp import SimpleSAMLphp  # noqa: E402

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory) -> pathlib.Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="session")
def authority(run_folder) -> Authority:
    return Authority(run_folder / "authority")


@pytest.fixture(scope="session", autouse=True)
def nothing_of_the_machine(run_folder):
    """No proxy between loopback and loopback, and no CA bundle but the one that a test sets: `requests`, and so MSAL,
    prefer the environment's to their own `verify`."""
    for name in list(os.environ):
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy", "requests_ca_bundle", "curl_ca_bundle"):
            del os.environ[name]
    os.environ["NO_PROXY"] = "localhost,127.0.0.1"


@pytest.fixture
def mail_server(authority):
    leaf = authority.issue("mail")
    started = []

    def start(**options) -> MailServer:
        started.append(MailServer(leaf, **options).start())
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def canaille(run_folder):
    """A third party's OIDC provider with accounts and passwords of its own."""
    with Canaille(run_folder) as provider:
        yield provider


@pytest.fixture(scope="session")
def mock_provider(run_folder):
    with MockProvider(run_folder) as provider:
        yield provider


def started_by_test(peer_class, folder):
    started = []

    def start(*arguments, **options):
        peer = peer_class(folder / f"{peer_class.__name__.lower()}-{len(started)}", *arguments, **options)
        started.append(peer)
        return peer.start()

    yield start
    for peer in started:
        peer.stop()


@pytest.fixture
def simplesamlphp(tmp_path):
    """simplesamlphp(sp_metadata_xml=None, **options): an identity provider for SAML 2.0 and WS-Federation."""
    yield from started_by_test(SimpleSAMLphp, tmp_path)


@pytest.fixture
def saml_idp_pysaml2(tmp_path):
    """saml_idp_pysaml2(**options): an identity provider that signs with RSA-SHA256 and can encrypt with 3DES only."""
    yield from started_by_test(PySAML2IdentityProvider, tmp_path)


@pytest.fixture
def saml_sp_pysaml2(tmp_path):
    """saml_sp_pysaml2(idp_metadata_url=None, **options): a service provider."""
    yield from started_by_test(PySAML2ServiceProvider, tmp_path)


@pytest.fixture
def saml_sp_python3_saml(tmp_path):
    """saml_sp_python3_saml(idp_metadata_url=None, **options): a service provider in strict mode."""
    yield from started_by_test(Python3SAMLServiceProvider, tmp_path)


@pytest.fixture
def shibboleth(tmp_path):
    """shibboleth(**options): a service provider for SAML 2.0, which also asks by WS-Federation."""
    yield from started_by_test(Shibboleth, tmp_path)


@pytest.fixture
def reverse_proxy(request, tmp_path):
    """reverse_proxy(kind, port, upstream_port): nginx or HAProxy with Debian's defaults."""
    started = []

    def start(kind: str, port: int, upstream: int):
        proxy = {"nginx": Nginx, "haproxy": HAProxy}[kind](tmp_path, port, upstream)
        started.append(proxy)
        return proxy.start()

    yield start
    for proxy in started:
        proxy.stop()


@pytest.fixture(scope="session")
def browsers(run_folder):
    with BrowserFactory(run_folder, REPOSITORY / "screenshots") as factory:
        yield factory


@pytest.fixture
def browser(browsers) -> Browser:
    """Chromium as a stranger has it: no cookies, nothing stored. `browser.shot(name)` keeps a picture."""
    with browsers.open() as window:
        yield window


@pytest.fixture(scope="session")
def gateway(run_folder):
    """The demo over plain http."""
    with Demo(binary(), run_folder / "plain", tls=False) as demo:
        yield demo


@pytest.fixture(scope="session")
def tls_gateway(run_folder):
    """The demo over https, with a development CA."""
    with Demo(binary(), run_folder / "tls", tls=True) as demo:
        yield demo


@pytest.fixture
def saml_partner(gateway):
    """saml_partner(name, idp, domain, …): the two know each other by metadata that each fetches from the other."""
    def make(name, idp, domain, **more):
        # The operator vouches for the domain: nobody publishes a record for names that end in .example.
        gateway.apply(configuration.saml_partner(
            gateway.host["id"], name, name.capitalize(), idp.metadata_url, [domain], **more), "--operator")
        idp.trust(gateway.get(f"/{gateway.host['id']}/federation/{name}/metadata").text)
        return idp
    return make


@pytest.fixture
def application(gateway, request):
    """application(fixture, name, …): a service provider that reads our metadata, registered with its own."""
    def make(fixture, name, sp_options=None, **more):
        metadata = f"{gateway.base}/{gateway.host['id']}/saml2/metadata"
        sp = request.getfixturevalue(fixture)(idp_metadata_url=metadata, ca=gateway.ca, **(sp_options or {}))
        gateway.apply(configuration.saml_application(gateway.host["id"], name, sp.metadata_url, **more))
        return sp
    return make


@pytest.fixture
def fresh_demo(tmp_path):
    """fresh_demo(tls=False): a scene of the test's own, for what would disturb others."""
    started = []

    def start(**options) -> Demo:
        started.append(Demo(binary(), tmp_path / f"demo-{len(started)}", **options))
        return started[-1].__enter__()

    yield start
    for demo in started:
        demo.stop()


@pytest.fixture
def configured_gateway():
    """configured_gateway(demo, change): `vestibule serve` on the installation of a demo that has been stopped;
    `change` is given its configuration. `direct_port` is where it listens, if not on the base's port."""
    started = []

    def start(demo: Demo, change=None, direct_port: int | None = None) -> Gateway:
        started.append(Gateway(binary(), demo, change, direct_port))
        return started[-1].start()

    yield start
    for server in started:
        server.stop()
