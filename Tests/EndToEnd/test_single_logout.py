"""Single logout with software that nobody here wrote: service providers behind us, identity providers before us, and
every one of them signed out whoever began."""

import http.server
import threading

import pytest
import requests

from flows import visitor
from peers import configuration
from peers.walk import walk

IDENTITY_PROVIDERS = ["simplesamlphp", "saml_idp_pysaml2"]
BINDINGS = ["redirect", "post"]


class Chain:
    """A person of `idp` who is signed in at `first` (pysaml2) and at `second` (python3-saml) through us."""

    def __init__(self, gateway, idp, first, second):
        self.gateway, self.idp, self.first, self.second = gateway, idp, first, second
        self.who = idp.people[0]
        self.person = visitor(gateway)
        gateway.json("invite", self.who.email)
        self.sign_in(first)
        # The session here is enough for the second: nobody is asked.
        assert self.person.open(second.login()).url == second.me_url and self.person.status == 200

    @property
    def root(self):
        return f"{self.gateway.base}/{self.gateway.host['id']}"

    def sign_in(self, sp):
        walk(self.person.open(sp.login()), {"email": self.who.email, "accept": None, **self.who.answers},
             until=sp.me_url)
        assert self.person.status == 200

    def all_ended(self):
        for sp in (self.first, self.second):
            assert self.person.open(sp.me_url).status == 401, sp
        assert not self.person.open(f"{self.root}/account").offers("Sign out")
        # Neither we nor the home know the person any more: the password is asked for.
        walk(self.person.open(self.first.login()), {"email": self.who.email}, before="password")


@pytest.fixture
def chain(gateway, saml_partner, application, request):
    def make(peer, name, **more):
        domain = f"{name}.example"
        idp = saml_partner(name, request.getfixturevalue(peer)(domain=domain), domain, **more)
        return Chain(gateway, idp, application("saml_sp_pysaml2", f"{name} pysaml2"),
                     application("saml_sp_python3_saml", f"{name} python3"))
    return make


@pytest.mark.parametrize("binding", BINDINGS)
@pytest.mark.parametrize("peer", IDENTITY_PROVIDERS)
def test_an_application_begins(chain, peer, binding):
    scene = chain(peer, f"slo-a-{peer[:4]}-{binding}", logoutBinding=binding)
    scene.person.open(scene.first.logout(binding))
    assert (scene.person.url, scene.person.status) == (scene.first.me_url, 401), scene.person.text
    assert scene.first.received_of("logout response")
    assert scene.second.received_of("logout request")
    scene.all_ended()


@pytest.mark.parametrize("peer", IDENTITY_PROVIDERS)
def test_the_other_application_begins(chain, peer):
    """python3-saml checks the answer's signature, its Destination and what it answers."""
    scene = chain(peer, f"slo-b-{peer[:4]}")
    scene.person.open(scene.second.logout())
    assert (scene.person.url, scene.person.status) == (scene.second.me_url, 401), scene.person.text
    assert scene.second.received_of("logout response")
    assert scene.first.received_of("logout request")
    scene.all_ended()


def test_the_home_begins_simplesamlphp(chain):
    scene = chain("simplesamlphp", "slo-home-ssp")
    scene.person.open(scene.idp.logout_url())
    assert scene.person.url.startswith(scene.idp.base), scene.person.url
    assert scene.first.received_of("logout request") and scene.second.received_of("logout request")
    scene.all_ended()


@pytest.mark.parametrize("binding", BINDINGS)
def test_the_home_begins_pysaml2(chain, binding):
    scene = chain("saml_idp_pysaml2", f"slo-home-py-{binding}")
    scene.person.open(scene.idp.logout_url(binding))
    assert "Signed out" in scene.person.text
    answer = scene.idp.received_of("logout response")[-1]
    assert answer["issuer"] == f"{scene.root}/federation/slo-home-py-{binding}/metadata"
    assert answer["status"].endswith(":Success")
    assert scene.first.received_of("logout request") and scene.second.received_of("logout request")
    scene.all_ended()


@pytest.mark.parametrize("peer", IDENTITY_PROVIDERS)
def test_our_own_page_begins(chain, peer):
    scene = chain(peer, f"slo-own-{peer[:4]}")
    scene.person.open(f"{scene.root}/account").choose("Sign out")
    assert "You are signed out" in scene.person.text
    assert "may still be signed in" not in scene.person.text
    assert scene.first.received_of("logout request") and scene.second.received_of("logout request")
    scene.all_ended()


def test_an_application_that_is_down(chain):
    """The browser stands before an address that does not answer; there is a way on, and the asker hears that it is
    not all."""
    scene = chain("saml_idp_pysaml2", "slo-down")
    scene.second.stop()
    with pytest.raises(requests.ConnectionError):
        scene.person.open(scene.first.logout())
    scene.person.open(f"{scene.root}/signout/next")
    assert "has not confirmed" in scene.person.text
    scene.person.choose("Go on without")
    assert (scene.person.url, scene.person.status) == (scene.first.me_url, 401), scene.person.text
    assert scene.idp.received_of("logout request")


def test_shibboleth(gateway, saml_partner, saml_idp_pysaml2, application, shibboleth):
    domain = "slo-shib.example"
    idp = saml_partner("slo-shib", saml_idp_pysaml2(domain=domain), domain)
    sp, other = shibboleth(), application("saml_sp_python3_saml", "slo shibboleth python3")
    root = f"{gateway.base}/{gateway.host['id']}"
    sp.trust(f"{root}/saml2/metadata", gateway.get(f"/{gateway.host['id']}/saml2/metadata").text)
    gateway.apply(configuration.saml_application(gateway.host["id"], "slo shibboleth", sp.metadata_url))
    gateway.json("invite", idp.people[0].email)
    answers = {"email": idp.people[0].email, "accept": None, **idp.people[0].answers}

    def sign_in():
        person = visitor(gateway)
        walk(person.open(sp.login_url), answers, until=sp.base)
        assert person.open(sp.session_url).response.json()["attributes"]
        assert person.open(other.login()).status == 200
        return person

    person = sign_in()
    person.open(sp.logout_url)
    assert person.url.startswith(sp.base)
    assert other.received_of("logout request")
    assert not person.open(f"{root}/account").offers("Sign out")

    person = sign_in()
    person.open(other.logout())
    assert (person.url, person.status) == (other.me_url, 401), person.text
    walk(person.open(sp.login_url), {"email": idp.people[0].email}, before="password")


def test_ws_federation(gateway, simplesamlphp, application):
    """A security token service as the home: our sign-out reaches it, and its own reaches us and what is behind us."""
    domain, name = "slo-wsfed.example", "slo-wsfed"
    idp = simplesamlphp(domain=domain, sends="name2claim")
    gateway.apply(configuration.wsfed_partner(
        gateway.host["id"], name, "Tokens", idp.wsfed_metadata_url, [domain], acceptsUnconfirmedSubject=True),
        "--operator")
    root = f"{gateway.base}/{gateway.host['id']}"
    idp.trust_relying_party(f"{root}/federation/{name}/metadata", f"{root}/federation/{name}/wsfed")
    scene = Chain(gateway, idp, application("saml_sp_pysaml2", "slo wsfed pysaml2"),
                  application("saml_sp_python3_saml", "slo wsfed python3"))

    scene.person.open(f"{root}/account").choose("Sign out")
    assert "You are signed out" in scene.person.text
    scene.all_ended()

    scene.person = visitor(gateway)
    scene.sign_in(scene.first)
    scene.person.open(idp.wsfed_logout_url())
    assert scene.person.url.startswith(idp.base), scene.person.url
    assert len(scene.first.received_of("logout request")) == 2
    scene.all_ended()


class RelyingParty(http.server.BaseHTTPRequestHandler):
    """The reply address of a WS-Federation application: notes what arrives, and shows nothing."""

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.arrived.append((self.command, self.path))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><html lang=en><title>Shop</title><p>Here.")

    do_GET = do_POST = answer

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def relying_party(gateway):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RelyingParty)
    server.arrived = []
    server.url = f"http://127.0.0.1:{server.server_port}/"
    gateway.apply({"tenant": gateway.host["id"], "applications": [{
        "name": "Shop", "kind": "web", "wsFederation": {"realm": "urn:shop", "replyURLs": [server.url]}}]})
    threading.Thread(target=server.serve_forever).start()
    yield server
    server.shutdown()
    server.server_close()


def test_in_chromium(gateway, saml_partner, simplesamlphp, application, relying_party, browser):
    """Across sites, so with the cookies and policies of a real browser: requests by POST, a WS-Federation application
    that is told by an image, and an application that is down."""
    domain = "slo-chromium.example"
    idp = saml_partner("slo-chromium", simplesamlphp(domain=domain), domain, logoutBinding="post")
    first = application("saml_sp_pysaml2", "slo chromium pysaml2", logoutBinding="post")
    second = application("saml_sp_python3_saml", "slo chromium python3")
    who, root = idp.people[0], f"{gateway.base}/{gateway.host['id']}"
    gateway.json("invite", who.email)
    answers = {"email": who.email, "accept": None, **who.answers}

    def sign_in():
        browser.open(first.login())
        walk(browser, answers, until=first.me_url)
        browser.open(second.login())
        walk(browser, {}, until=second.me_url)
        browser.open(f"{root}/wsfed?wa=wsignin1.0&wtrealm=urn:shop")
        walk(browser, {}, until=relying_party.url)

    def ended():
        for sp in (first, second):
            browser.open(sp.me_url)
            assert who.email not in browser.text
        browser.open(f"{root}/account")
        assert browser.has("email")

    sign_in()
    assert ("POST", "/") in relying_party.arrived
    browser.open(first.logout("post"))
    walk(browser, {}, until=first.me_url)
    assert ("GET", "/?wa=wsignoutcleanup1.0") in relying_party.arrived
    assert first.received_of("logout response") and second.received_of("logout request")
    ended()

    sign_in()
    relying_party.arrived.clear()
    browser.open(f"{root}/account").choose("Sign out")
    walk(browser, {}, until=f"{root}/federation/slo-chromium/slo")
    assert "You are signed out" in browser.text
    assert ("GET", "/?wa=wsignoutcleanup1.0") in relying_party.arrived
    assert not [text for text in browser.complaints if "Content Security Policy" in text]
    ended()

    sign_in()
    second.stop()
    browser.open(f"{root}/account").choose("Sign out")
    browser.open(f"{root}/signout/next")
    browser.shots("signout-unanswered")
    browser.choose("Go on without")
    walk(browser, {}, until=f"{root}/federation/slo-chromium/slo")
    assert "may still be signed in" in browser.text
    browser.shots("signed-out-partly")
