"""What people see when they can't go on: each page in Chromium, phone and desktop, light and dark, checked by axe.

The pictures go to screenshots/."""

import sqlite3
import uuid

import pytest

from peers.gateway import Demo, Gateway, binary
from peers.walk import walk


class Refusing:
    """The demo's scene without its lab: the outside partner does not answer, a third password is one too many, and an
    invitation is out of date."""

    def __init__(self, folder):
        with Demo(binary(), folder) as demo:
            self.expired, self.open = (
                demo.json("invite", f"{name}@example.net", "--no-mail")["inviteRedeemUrl"] for name in ("late", "early"))
        database = sqlite3.connect(folder / demo.configuration()["database"])
        with database:
            late = database.execute("UPDATE invitations SET expires_at = created_at + 1 WHERE email LIKE 'late@%'")
            assert late.rowcount == 1
        database.close()
        self.gateway = Gateway(binary(), demo, lambda c: c["limits"].update(passwordsPerAccount=2))

    def authorize(self, browser, **parameters):
        web = self.gateway.web
        browser.open(self.gateway.authorize_url(self.gateway.host["id"], **{
            "client_id": web["client_id"], "redirect_uri": web["redirect_uris"][0], "response_type": "code",
            "scope": "openid", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256", "state": "s", **parameters}))

    def type(self, browser, name: str, value: str):
        browser.fill(name, value)
        browser.submit(name)


@pytest.fixture(scope="module")
def refusing(tmp_path_factory):
    scene = Refusing(tmp_path_factory.mktemp("refusing"))
    scene.gateway.start()
    yield scene
    scene.gateway.stop()


def expired_invitation(scene, browser):
    browser.open(scene.expired)


def unknown_invitation(scene, browser):
    browser.open(scene.open[:-4] + "AAAA")


def sign_in_elsewhere(scene, browser):
    browser.open(f"{scene.gateway.base}/{scene.gateway.host['id']}/signin/{uuid.uuid4()}")


def unknown_tenant(scene, browser):
    browser.open(scene.gateway.authorize_url("nowhere.example", client_id="x"))


def too_many_tries(scene, browser):
    scene.authorize(browser, ui_locales="de")
    scene.type(browser, "email", f"nobody@{scene.gateway.host['domain']}")
    scene.type(browser, "password", "not this one")
    assert "nicht richtig" in browser.text
    browser.shots("password-wrong-german")
    scene.type(browser, "password", "nor this one")
    scene.type(browser, "password", "or this")


def wrong_code(scene, browser):
    scene.authorize(browser, ui_locales="fr")
    scene.type(browser, "email", scene.gateway.outsider["email"])
    scene.type(browser, "code", "12345678")


def partner_unreachable(scene, browser):
    account = next(a for a in scene.gateway.demo.facts["accounts"] if "outside partner" in a["way"])
    scene.authorize(browser, login_hint=account["email"])


def stranger(scene, browser):
    scene.authorize(browser)
    account = scene.gateway.employees[1]
    walk(browser, {"email": account["email"], "password": account["password"]},
         until=f"{scene.gateway.base}/{scene.gateway.host['id']}/federation")


def declined(scene, browser):
    link = scene.gateway.json("invite", scene.gateway.employees[0]["email"], "--no-mail")["inviteRedeemUrl"]
    browser.open(link)
    walk(browser, {"password": scene.gateway.employees[0]["password"]}, before="accept")
    browser.shots("review-permissions")
    browser.choose(r"^decline$")


def another_account(scene, browser):
    invited, other = scene.gateway.employees[:2]
    browser.open(scene.gateway.json("invite", invited["email"], "--no-mail")["inviteRedeemUrl"])
    walk(browser, {}, before="password")
    browser.choose(r"another account")
    walk(browser, {"email": other["email"], "password": other["password"]},
         until=f"{scene.gateway.base}/{scene.gateway.host['id']}/")


@pytest.mark.parametrize("reach, language, says", [
    (expired_invitation, "en", "has expired"),
    (unknown_invitation, "en", "AADSTS8800005"),
    (sign_in_elsewhere, "en", "AADSTS8800021"),
    (unknown_tenant, "en", "AADSTS90002"),
    (too_many_tries, "de", "AADSTS50053"),
    (wrong_code, "fr", "Ce code n’est pas le bon."),
    (partner_unreachable, "en", "AADSTS40010"),
    (stranger, "en", "AADSTS50020"),
    (declined, "en", "AADSTS8800006"),
    (another_account, "en", "Another account is signed in"),
], ids=lambda value: getattr(value, "__name__", None))
def test_what_a_refused_person_sees(refusing, browser, reach, language, says):
    reach(refusing, browser)
    assert says in browser.text
    assert browser.evaluate("document.documentElement.lang") == language
    browser.shots(f"refusal-{reach.__name__.replace('_', '-')}")
    assert not [line for line in browser.complaints if "the server responded with a status of" not in line]
