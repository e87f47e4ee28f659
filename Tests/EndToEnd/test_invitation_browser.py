"""Some of the paths of an invitation in Chromium; `FlowTests` walks all of them. Each ends where the guest wanted to go."""

import itertools

import pytest

from peers.processes import eventually
from peers.walk import walk

NUMBERS = itertools.count(1)


@pytest.fixture
def guest(gateway):
    """Somebody with an address and nothing else, who was just invited."""
    email = f"walker{next(NUMBERS)}@lakeside.example"
    gateway.run("invite", email)
    return email


def account_page(gateway):
    return f"{gateway.base}/{gateway.host['id']}/account"


def accept_with_a_code(gateway, browser, email):
    walk(browser, {"email": email, "code": gateway.mailbox.code(email), "accept": None}, until=account_page(gateway))
    assert email in browser.text


def test_a_resent_link(gateway, browser, guest):
    """The old link says what happened, mails the newest, and that one serves."""
    old = gateway.mailbox.invitation(guest)
    gateway.run("invite", guest)
    eventually(lambda: gateway.mailbox.invitation(guest) != old, 15, "the second mail")
    second = gateway.mailbox.invitation(guest)
    browser.open(old)
    assert "newer invitation" in browser.text
    browser.shots("invitation-replaced")
    browser.choose(r"send it again")
    assert "on its way" in browser.text
    browser.shots("invitation-sent-again")
    eventually(lambda: gateway.mailbox.invitation(guest) != second, 15, "the third mail")
    browser.open(gateway.mailbox.invitation(guest))
    accept_with_a_code(gateway, browser, guest)


def test_the_wrong_account(gateway, browsers, guest):
    """Signed in as somebody else: the page says who, and one click changes it."""
    other = f"walker{next(NUMBERS)}@lakeside.example"
    gateway.run("invite", other)
    with browsers.open() as browser:
        browser.open(gateway.mailbox.invitation(other))
        accept_with_a_code(gateway, browser, other)
        browser.open(gateway.mailbox.invitation(guest))
        browser.choose(r"^continue$")
        assert other in browser.text and guest in browser.text
        browser.shots("wrong-account")
        browser.choose(r"another account")
        accept_with_a_code(gateway, browser, guest)


def test_another_device(gateway, browsers, guest):
    """Opened on the phone, accepted at the desk."""
    link = gateway.mailbox.invitation(guest)
    with browsers.open() as phone:
        phone.open(link)
        phone.choose(r"^continue$")
    with browsers.open() as desk:
        desk.open(link)
        accept_with_a_code(gateway, desk, guest)


def test_declined_and_accepted_later(gateway, browser, guest):
    browser.open(gateway.mailbox.invitation(guest))
    walk(browser, {"code": gateway.mailbox.code(guest)}, before="accept")
    browser.shots("review-permissions")
    browser.choose(r"^decline$")
    browser.shots("declined")
    assert "open the invitation again" in browser.text
    browser.open(gateway.mailbox.invitation(guest))
    accept_with_a_code(gateway, browser, guest)


def test_without_the_mail(gateway, browser, guest):
    """The page of applications, from the address that everybody has."""
    browser.open(f"{gateway.base}/apps")
    browser.shots("organization")
    browser.fill("tenantId", "nobody.example")
    browser.submit("tenantId")
    assert "no organisation" in browser.text
    browser.fill("tenantId", gateway.host["domain"])
    browser.submit("tenantId")
    browser.fill("email", guest)
    code = gateway.mailbox.code(guest)
    browser.submit("email")
    walk(browser, {"code": code, "accept": None}, until=account_page(gateway))
    assert guest in browser.text


@pytest.mark.parametrize("name", ["contoso", "tailspin"])
def test_at_a_partner(gateway, browser, name):
    """By the emailed link, with an account at a SAML or WS-Federation home."""
    partner = next(partner for partner in gateway.facts["partners"] if partner["name"] == name)
    email = partner["accounts"][1]["email"] if len(partner["accounts"]) > 1 else partner["accounts"][0]["email"]
    gateway.run("invite", email)
    link = gateway.mailbox.invitation(email)
    browser.open(link)
    walk(browser, {}, before="person")
    browser.fill("person", email, of="person")
    browser.submit("person", email)
    walk(browser, {"accept": None}, until=account_page(gateway))
    assert email in browser.text
