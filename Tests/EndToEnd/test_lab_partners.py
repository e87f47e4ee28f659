"""The lab's partners, which do wrong what their control page says: each fault is refused by the rule that the page
names, or the sign-in goes on; and its applications that speak SAML and WS-Federation."""

import re

import pytest
import requests

from flows import visitor
from peers import clients
from peers.visitor import Visitor
from peers.walk import walk

PARTNERS = ["contoso", "tailspin"]


class Partner:
    """One of the demo's outside organisations, and its fault switches."""

    def __init__(self, gateway, name):
        self.gateway = gateway
        self.facts = next(partner for partner in gateway.facts["partners"] if partner["name"] == name)
        self.emails = [account["email"] for account in self.facts["accounts"]]
        self.root = self.facts["control_url"].removesuffix("/faults")

    @property
    def listed(self) -> list[dict]:
        answer = requests.get(self.facts["control_url"], headers={"Accept": "application/json"}, timeout=30)
        return answer.json()["faults"]

    def set(self, **faults) -> None:
        requests.post(self.facts["control_url"], json={"faults": faults}, timeout=30).raise_for_status()

    def keys(self, step: str) -> None:
        requests.post(f"{self.root}/keys", json={"step": step}, timeout=30).raise_for_status()

    def sign_in(self, fault: str = "", number: int = 0) -> tuple[Visitor, clients.AuthlibClient]:
        """To the application, or to a page that says why not."""
        client = clients.authlib_app(self.gateway, self.gateway.web)
        person = visitor(self.gateway).open(client.begin())
        email = self.emails[number]
        walk(person, {"email": email, "accept": None}, before="person", until=client.redirect_uri)
        person.fill("fault", fault, of="person")
        person.submit("person", email)
        if not person.arrived(client.redirect_uri) and person.has("accept"):
            walk(person, {"accept": None}, until=client.redirect_uri)
        return person, client

    def claims(self, person, client) -> dict:
        return clients.validate(client.finish(person.url)["id_token"], client.metadata, client.client_id)


@pytest.fixture(scope="module", params=PARTNERS)
def partner(gateway, request):
    partner = Partner(gateway, request.param)
    yield partner
    partner.set()


def test_sign_in(partner):
    person, client = partner.sign_in()
    claims = partner.claims(person, client)
    assert claims["email"] == partner.emails[0]
    assert claims["acct"] == 1


def test_every_fault_meets_its_rule(partner):
    """By the page's own list: what is refused, and by which rule; what goes on, goes on."""
    wrong = {}
    for fault in partner.listed:
        if fault["group"] == "place" or fault["name"] == "deflate-bomb":
            # Nothing that a sign-in is answered with.
            continue
        if fault["name"] == "replayed":
            # What is used again was used.
            partner.sign_in()
        person, client = partner.sign_in(fault["name"])
        if person.arrived(client.redirect_uri):
            met = None
        else:
            assert person.status in (400, 403, 502), f"{fault['name']} ended at {person.url}: {person.text}"
            reference = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", person.text)
            assert reference, f"{fault['name']}: {person.text}"
            explained = partner.gateway.run("explain", reference.group()).stdout
            met = fault["rule"] if fault["rule"] and fault["rule"] in explained else explained
        if met != fault["rule"]:
            wrong[fault["name"]] = met
    assert wrong == {}
    assert partner.claims(*partner.sign_in())["email"] == partner.emails[0]


def test_the_certificate_rolls_over(partner):
    """Announced, switched, retired, the gateway reading the metadata meanwhile: nobody notices."""
    for step in ("announce", "switch", "retire"):
        partner.keys(step)
        refresh(partner)
        assert partner.claims(*partner.sign_in())["email"] == partner.emails[0]


def refresh(partner):
    """As the gateway does in the background."""
    partner.gateway.apply({"tenant": partner.gateway.host["id"], "partners": [{
        "name": partner.facts["name"], "kind": partner.facts["kind"], "metadataURL": partner.facts["metadata_url"]}]})


@pytest.mark.parametrize("seconds", [-600, 600])
def test_a_wrong_clock(partner, seconds):
    partner.set(clock=seconds)
    try:
        person, _ = partner.sign_in()
        assert person.status == 403
    finally:
        partner.set()


def test_down(partner):
    partner.set(down=True)
    try:
        client = clients.authlib_app(partner.gateway, partner.gateway.web)
        person = visitor(partner.gateway).open(client.begin())
        person.fill("email", partner.emails[0])
        person.submit("email")
        assert person.status == 503 and person.url.startswith(partner.root)
    finally:
        partner.set()
    assert partner.claims(*partner.sign_in())["email"] == partner.emails[0]


# The applications that are no clients of OpenID Connect.

def application(gateway, auth):
    return next(app for app in gateway.facts["applications"] if app["auth"] == auth)


@pytest.mark.parametrize("way", [r"^sign in$", r"asking by post"])
def test_saml_application(gateway, way):
    app, account = application(gateway, "saml"), gateway.employees[0]
    person = Visitor(ca=gateway.ca).open(app["url"])
    person.choose(way)
    walk(person, {**gateway.answers(account), "accept": None}, until=app["url"])
    assert account["email"] in person.text
    assert "AuthnStatement" in person.text, "the whole answer is shown"


def test_wsfed_application(gateway):
    app, account = application(gateway, "wsfed"), gateway.employees[0]
    person = Visitor(ca=gateway.ca).open(app["url"])
    person.choose(r"^sign in$")
    walk(person, {**gateway.answers(account), "accept": None}, until=app["url"])
    assert account["email"] in person.text


def test_partner_to_application(gateway, partner):
    """In by one protocol, out by another: nothing of OpenID Connect on the way."""
    app = application(gateway, "saml" if partner.facts["name"] == "tailspin" else "wsfed")
    person = Visitor(ca=gateway.ca).open(app["url"])
    person.choose(r"^sign in$")
    email = partner.emails[0]
    walk(person, {"email": email, "accept": None}, before="person")
    person.submit("person", email)
    walk(person, {"accept": None}, until=app["url"])
    assert email in person.text


def test_begun_at_the_partner(gateway):
    """IdP-initiated: Contoso's connection accepts it."""
    partner = Partner(gateway, "contoso")
    person = Visitor(ca=gateway.ca).open(partner.root + "/")
    person.choose(r"^as dana")
    walk(person, {"accept": None}, until=gateway.base)
    assert person.status == 200, person.text


def test_begun_at_the_gateway(gateway):
    app, account = application(gateway, "saml"), gateway.employees[0]
    person = Visitor(ca=gateway.ca).open(app["url"])
    person.choose(r"^begin at")
    walk(person, {**gateway.answers(account), "accept": None}, until=app["url"])
    assert account["email"] in person.text


def test_a_message_that_inflates(gateway):
    """4 KB that would be 4 MB, at the sign-out address: refused before it is whole."""
    person, _ = Partner(gateway, "contoso").sign_in("deflate-bomb")
    assert "/federation/contoso/slo" in person.url
    assert 400 <= person.status < 500
    assert gateway.get("/health/live").status_code == 200


@pytest.mark.parametrize("auth", ["saml", "wsfed"])
def test_sign_out_at_the_application(gateway, auth):
    app, account = application(gateway, auth), gateway.employees[0]
    person = Visitor(ca=gateway.ca).open(app["url"])
    person.choose(r"^sign in$")
    walk(person, {**gateway.answers(account), "accept": None}, until=app["url"])
    person.choose(r"^sign out$")
    # Only the application that signed its request is believed without asking; the other's address is no more than a link.
    for words in ("sign out", "continue") if auth == "wsfed" else ():
        person.choose(f"^{words}$")
    assert "have forgotten this browser" in person.text, f"{person.url}: {person.text}"
    assert account["email"] not in person.open(app["url"]).text


def test_sign_out_at_the_partner(gateway):
    """Single logout from the far end: the partner tells the gateway, the gateway its application."""
    partner, app = Partner(gateway, "contoso"), application(gateway, "saml")
    person = Visitor(ca=gateway.ca).open(app["url"])
    person.choose(r"^sign in$")
    walk(person, {"email": partner.emails[0], "accept": None}, before="person")
    person.submit("person", partner.emails[0])
    walk(person, {"accept": None}, until=app["url"])
    assert partner.emails[0] in person.text
    person.open(partner.root + "/").choose(r"sign out everywhere")
    assert person.url.startswith(partner.root) and "has forgotten this browser" in person.text, person.text
    assert partner.emails[0] not in person.open(app["url"]).text


def test_pages_in_a_browser(gateway, browser):
    """A whole SAML sign-in in Chromium, whose pages post themselves; every page of the lab on the way is for everybody."""
    partner, app = Partner(gateway, "contoso"), application(gateway, "saml")
    browser.open(partner.facts["control_url"]).shots("lab-faults")
    browser.open(partner.root + "/").shots("lab-partner")
    browser.open(app["url"])
    browser.shots("lab-saml-welcome")
    browser.choose(r"^sign in$")
    walk(browser, {"email": partner.emails[0], "accept": None}, before="person")
    browser.shots("lab-partner-sign-in")
    browser.submit("person", partner.emails[0])
    walk(browser, {"accept": None}, until=app["url"])
    assert partner.emails[0] in browser.text
    browser.shots("lab-saml-account")
    assert not browser.complaints
