"""The README's promise, clicked through in Chromium: three ways in, and what people see when something is wrong.

The pictures go to screenshots/, which the README shows one of."""

import pytest

from flows import redeemed
from peers.walk import walk

SIGN_IN = r"sign in"
SIGNED_IN = r"(id token|access token|signed in)"


def start_at_the_application(demo, person):
    person.open(demo.app)
    return person.choose(SIGN_IN)


def sign_in(demo, person, account):
    answers = demo.answers(account)
    start_at_the_application(demo, person)
    walk(person, answers, until=demo.app)
    return person


def test_the_scene(gateway):
    """What `--json` promises, so that a script can use the demo without reading its pages."""
    facts = gateway.facts
    assert [tenant["name"] for tenant in facts["tenants"]] == ["Woodgrove Groceries", "Fabrikam"]
    assert facts["base"].startswith("http://localhost:")
    assert facts["app"].startswith("http://127.0.0.1:"), "the application is another site"
    applications = gateway.applications()
    assert len(gateway.applications(gateway.partner)) == 1
    assert {app["auth"] for app in applications} == {
        "client_secret_basic", "client_secret_post", "none", "private_key_jwt", "saml", "wsfed"}
    assert sum(app["auth"] == "none" for app in applications) == 2, "a single-page and a native application"
    assert all("jwk" in app for app in applications if app["auth"] == "private_key_jwt")
    assert len(gateway.employees) == 2
    assert gateway.outsider["way"]
    assert [(partner["name"], partner["kind"]) for partner in facts["partners"]] == [
        ("northwind", "oidc"), ("contoso", "saml"), ("tailspin", "wsFederation")]


def test_an_invited_outsider_with_a_code(gateway, browser):
    """Only an email address: the invitation's link, a mailed code, consent once; afterwards one session serves."""
    account = gateway.outsider
    browser.open(gateway.mailbox.invitation(account["email"]))
    browser.shots("invitation")
    redeemed(gateway, account, browser)
    browser.shots("after-redemption")
    start_at_the_application(gateway, browser)
    walk(browser, gateway.answers(account), until=gateway.app)
    assert account["email"] in browser.text
    browser.shots("application-outsider")
    browser.choose(r"stock list")
    browser.shots("consent")
    walk(browser, {"accept": "yes"}, until=gateway.app)
    assert account["email"] in browser.text
    browser.open(f"{gateway.base}/{gateway.host['id']}/oauth2/v2.0/logout")
    browser.shots("sign-out")
    browser.choose(r"^sign out$")
    browser.shots("signed-out")
    assert not browser.complaints


def test_a_partners_employee_with_a_password(gateway, browser):
    """Fabrikam, hosted by the same gateway, has the password; Woodgrove never sees it."""
    account = gateway.employees[0]
    start_at_the_application(gateway, browser)
    browser.shots("sign-in")
    browser.fill("email", account["email"])
    browser.submit("email")
    assert browser.url.startswith(f"{gateway.base}/{gateway.partner['id']}/"), "its own organisation asks"
    browser.shots("password")
    walk(browser, gateway.answers(account), until=gateway.app)
    assert account["email"] in browser.text
    browser.shots("application-employee")
    assert not browser.complaints


def test_an_account_at_an_outside_partner(gateway, browser):
    """A partner of the demo's own, on another site, chosen by the address. Its page asks nothing of us."""
    account = next(account for account in gateway.facts["accounts"] if "partner" in account["way"]
                   and account["tenant"] not in (gateway.host["id"], gateway.partner["id"])
                   or "outside partner" in account["way"])
    sign_in(gateway, browser, account)
    assert account["email"] in browser.text
    browser.shots("application-partner")
    assert not browser.complaints


def test_without_javascript(gateway, browsers):
    with browsers.open(javascript=False) as browser:
        sign_in(gateway, browser, gateway.employees[0])
        assert gateway.employees[0]["email"] in browser.text


def test_one_session_over_applications(gateway, browser):
    """The second application asks nothing."""
    account = gateway.employees[0]
    sign_in(gateway, browser, account)
    other = gateway.application("client_secret_post")
    browser.open(gateway.authorize_url(
        gateway.host["id"], client_id=other["client_id"], redirect_uri=other["redirect_uris"][0],
        response_type="code", scope="openid", state="second", nonce="n", prompt="none",
        code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method="S256"))
    assert walk(browser, {}, until=other["redirect_uris"][0])
    assert "code=" in browser.url and "error" not in browser.url


def test_a_wrong_password_says_so_and_keeps_the_address(gateway, browser):
    account = gateway.employees[0]
    start_at_the_application(gateway, browser)
    browser.fill("email", account["email"])
    browser.submit("email")
    browser.fill("password", "not this one")
    browser.submit("password")
    assert browser.has("password")
    assert account["email"] in browser.text
    browser.shots("password-wrong")


def test_a_wrong_code_says_so(gateway, browser):
    account = gateway.outsider
    start_at_the_application(gateway, browser)
    code = gateway.mailbox.code(account["email"])
    wrong = lambda: f"{(int(code()) + 1) % 100_000_000:08}"  # noqa: E731
    with pytest.raises(AssertionError, match="again"):
        walk(browser, {"email": account["email"], "code": wrong, "accept": None}, until=gateway.app)
    assert browser.has("code")
    browser.shots("code-wrong")


@pytest.mark.parametrize("change, name", [
    ({"client_id": "00000000-0000-0000-0000-000000000000"}, "unknown-application"),
    ({"redirect_uri": "https://evil.example/callback"}, "foreign-redirect"),
])
def test_error_pages(gateway, browser, change, name):
    """A page of ours, never a redirect to an address that nobody registered."""
    parameters = {"client_id": gateway.web["client_id"], "redirect_uri": gateway.web["redirect_uris"][0],
                  "response_type": "code", "scope": "openid", **change}
    browser.open(gateway.authorize_url(gateway.host["id"], **parameters))
    assert browser.url.startswith(gateway.base)
    assert "AADSTS" in browser.text
    browser.shots(f"error-{name}")
    assert not [line for line in browser.complaints if "status of 400" not in line]


def test_the_back_button(gateway, browser):
    """Back from the password page to the address, and on again."""
    account = gateway.employees[0]
    start_at_the_application(gateway, browser)
    browser.fill("email", account["email"])
    browser.submit("email")
    browser.driver.back()
    walk(browser, gateway.answers(account), until=gateway.app)
    assert account["email"] in browser.text
    browser.driver.back()
    assert browser.text.strip(), "a page is shown, whatever it says"


def test_see_why(gateway, browser):
    """The application shows the reasons of the sign-in, and `explain` tells the same story."""
    sign_in(gateway, browser, gateway.employees[0])
    browser.choose(r"why|reasons")
    browser.shots("why")
    assert "Fabrikam" in browser.text
