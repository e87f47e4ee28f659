"""Single logout with software that nobody here wrote: service providers behind us, identity providers before us, and
every one of them signed out whoever began."""

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
