"""Strangers sign up by themselves: the form of a user flow, and the organisation's approval service behind two API
connectors."""

import pytest
import requests

from flows import visitor
from peers import clients
from peers.walk import walk


class Approvals:
    """The lab's approval service, as who approves and as who looks on."""

    def __init__(self, gateway):
        self.url = gateway.app.rstrip("/") + "/approvals"

    @property
    def facts(self) -> dict:
        answer = requests.get(self.url, headers={"Accept": "application/json"}, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def decide(self, email: str, decision: str) -> None:
        requests.post(self.url, json={"email": email, "decision": decision}, timeout=30).raise_for_status()

    def standing(self, email: str) -> str | None:
        return next((one["standing"] for one in self.facts["requests"] if one["email"] == email), None)


def application(gateway, name: str, applied: dict) -> dict:
    made = next(app for app in applied["applications"] if app["name"] == name)
    return {"tenant": gateway.host["id"], "client_id": made["client_id"], "client_secret": made["client_secret"],
            "auth": "client_secret_basic", "redirect_uris": [f"https://{name.lower()}.example/callback"]}


@pytest.fixture(scope="module")
def approvals(gateway):
    return Approvals(gateway)


@pytest.fixture(scope="module")
def open_house(gateway, approvals):
    """Two applications of the host that strangers may sign up for: one asks, the other asks its approval service too."""
    facts = approvals.facts
    declaration = {
        "tenant": {"domain": gateway.host["domain"], "selfServiceSignUp": True},
        "applications": [{"name": name, "kind": "web", "redirectURIs": [f"https://{name.lower()}.example/callback"]}
                         for name in ("Visitors", "Suppliers")],
        "connectors": [
            {"name": "Status", "url": facts["status_url"], "username": facts["username"],
             "password": facts["password"]},
            {"name": "Requests", "url": facts["requests_url"], "username": facts["username"],
             "password": facts["password"]}],
        "userAttributes": [{"name": "Seats", "displayName": "Number of seats", "type": "int64"},
                           {"name": "Terms", "displayName": "I accept the terms of use", "type": "boolean"}],
        "userFlows": [
            {"name": "visitors", "applications": ["Visitors"], "attributes": [
                {"attribute": "displayName"}, {"attribute": "city", "optional": True},
                {"attribute": "Seats", "labels": {"de": "Anzahl Plätze"}},
                {"attribute": "jobTitle", "input": "radioSingleSelect", "label": "What brings you here", "options": [
                    {"value": "buyer", "name": "I buy", "default": True}, {"value": "seller", "name": "I sell"}]},
                {"attribute": "country", "input": "dropdownSingleSelect", "optional": True, "options": [
                    {"value": "CH", "name": "Switzerland"}, {"value": "FR", "name": "France"}]},
                {"attribute": "Terms"}]},
            {"name": "suppliers", "applications": ["Suppliers"], "attributes": [{"attribute": "displayName"}],
             "postFederationSignup": "Status", "postAttributeCollection": "Requests"}]}
    applied = gateway.apply(declaration)
    assert not gateway.apply(declaration)["changed"], "applying it twice changes nothing"
    return {name: application(gateway, name, applied) for name in ("Visitors", "Suppliers")}


def arrive(gateway, application, email, person=None):
    """At the form, at the application, or at a page that says why not."""
    client = clients.authlib_app(gateway, application)
    person = person or visitor(gateway, application)
    person.open(client.begin())
    field = "attribute.displayName"
    code = gateway.mailbox.code(email)
    walk(person, {"email": email}, before="code")
    person.fill("code", code())
    person.submit("code")
    assert person.has(field) or person.arrived(client.redirect_uri) or person.status >= 400, person.text
    return person, client, field


def tokens(client, person):
    assert person.arrived(client.redirect_uri), person.text
    return clients.validate(client.finish(person.url)["id_token"], client.metadata, client.client_id)


def test_a_stranger_signs_up_and_comes_back(gateway, open_house):
    email = "vera@strangers.example"
    person, client, field = arrive(gateway, open_house["Visitors"], email)
    seats = f"attribute.extension_{gateway.host['id'].replace('-', '')}_Seats"
    terms = seats.replace("_Seats", "_Terms")
    person.fill(field, "Vera Visitor")
    person.fill(seats, "a few")
    person.fill("attribute.jobTitle", "buyer")
    person.submit(field)
    assert person.status == 400
    assert "Enter a whole number" in person.text and "This is needed." in person.text
    for name, value in ((field, "Vera Visitor"), (seats, "4"), ("attribute.jobTitle", "buyer"), (terms, "true")):
        person.fill(name, value)
    person.submit(field)
    claims = tokens(client, person)
    assert claims["email"] == email and claims["name"] == "Vera Visitor" and claims["acct"] == 1

    again, client, field = arrive(gateway, open_house["Visitors"], email)
    assert not again.has(field), "asked once"
    assert tokens(client, again)["oid"] == claims["oid"]


def test_elsewhere_a_stranger_is_as_unknown_as_before(gateway, open_house):
    """At an application without a user flow nobody is mailed anything, and the page says what it always says."""
    person = visitor(gateway)
    client = clients.authlib_app(gateway, gateway.web)
    person.open(client.begin())
    walk(person, {"email": "walter@strangers.example"}, before="code")
    assert "If this address has been invited" in person.text


def test_approval_first(gateway, open_house, approvals):
    email = "sam@strangers.example"
    application = open_house["Suppliers"]
    person, client, field = arrive(gateway, application, email)
    person.fill(field, "Sam Supplier")
    person.submit(field)
    assert person.status == 403 and "Your request was noted." in person.text
    assert approvals.standing(email) == "waiting"

    waiting, _, field = arrive(gateway, application, email)
    assert not waiting.has(field) and "still waiting for approval" in waiting.text

    approvals.decide(email, "refused")
    refused, _, field = arrive(gateway, application, email)
    assert not refused.has(field) and "not approved" in refused.text

    approvals.decide(email, "approved")
    person, client, field = arrive(gateway, application, email)
    person.fill(field, "Sam Supplier")
    person.submit(field)
    assert tokens(client, person)["email"] == email

    calls = approvals.facts["calls"]
    again, client, _ = arrive(gateway, application, email)
    assert tokens(client, again)["name"] == "Sam Supplier"
    assert approvals.facts["calls"] == calls, "a sign-in never asks a connector"


def test_a_service_that_fails_ends_the_sign_up_with_a_way_on(gateway, open_house):
    email = "tess@strangers.example"
    good = gateway.app.rstrip("/") + "/approvals/status"
    connector = {"name": "Status", "username": "vestibule", "url": good.replace("/status", "/nothing-here")}
    gateway.apply({"tenant": gateway.host["id"], "connectors": [connector]})
    try:
        person, _, field = arrive(gateway, open_house["Suppliers"], email)
    finally:
        gateway.apply({"tenant": gateway.host["id"], "connectors": [{**connector, "url": good}]})
    assert person.status == 502 and not person.has(field)
    assert "could not check your sign-up" in person.text and "AADSTS8800051" in person.text
    assert "nothing-here" not in person.text, "what is behind it is the administrator's"
    signin = person.url.rstrip("/").rsplit("/", 1)[-1]
    told = gateway.run("explain", signin).stdout
    assert "connector.postFederationSignup" in told and "its status is 404" in told


def test_the_form_in_chromium(gateway, open_house, browser):
    arrive(gateway, open_house["Visitors"], "zoe@strangers.example", browser)
    browser.shots("signup")
    assert not [line for line in browser.complaints if line.startswith(gateway.base)]
