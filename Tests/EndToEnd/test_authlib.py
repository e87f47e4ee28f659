"""Authlib as an application: the code flow with PKCE, refresh, client credentials, logout, and tokens that two
libraries validate."""

import time

import jwt
import pytest
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

from flows import code_flow, visitor
from peers import clients
from peers.walk import walk


def discovery(gateway, tenant=None):
    return clients.discover(gateway.issuer((tenant or gateway.host)["id"]), gateway.ca)


def test_discovery(gateway):
    metadata = discovery(gateway)
    tenant = gateway.host["id"]
    assert metadata["authorization_endpoint"] == f"{gateway.base}/{tenant}/oauth2/v2.0/authorize"
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    keys = gateway.get(f"/{tenant}/discovery/v2.0/keys").json()["keys"]
    assert keys and not {name for key in keys for name in key} & {"d", "p", "q", "k"}


@pytest.mark.parametrize("auth", ["client_secret_basic", "client_secret_post"])
def test_code_flow(gateway, auth):
    account = gateway.employees[0]
    application = gateway.application(auth)
    client, token = code_flow(gateway, account, application)
    claims = clients.validate(token["id_token"], client.metadata, application["client_id"])
    assert claims["nonce"] == client.nonce
    assert claims["tid"] == gateway.host["id"]
    assert claims["acct"] == 1, "a guest"
    assert claims["email"] == account["email"]
    assert claims["sub"] == clients.userinfo(client.metadata, token)["sub"]
    assert claims["ver"] == "2.0"
    assert token["token_type"] == "Bearer"


def test_the_subject_is_pairwise_and_the_object_is_not(gateway):
    account = gateway.employees[0]
    seen = []
    for auth in ("client_secret_basic", "client_secret_post"):
        client, token = code_flow(gateway, account, gateway.application(auth))
        seen.append(clients.validate(token["id_token"], client.metadata, client.client_id))
    assert seen[0]["sub"] != seen[1]["sub"]
    assert seen[0]["oid"] == seen[1]["oid"]


def test_public_client(gateway):
    application = next(app for app in gateway.applications() if app["auth"] == "none")
    client, token = code_flow(gateway, gateway.employees[0], application)
    assert clients.validate(token["id_token"], client.metadata, application["client_id"])


def test_response_mode_form_post(gateway):
    """The answer comes as a form for the application's address, with state and issuer."""
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway)
    person.open(client.begin(response_mode="form_post"))
    answers = gateway.answers(gateway.employees[0])
    while not (forms := [form for form in person.page.forms if form.action == client.redirect_uri]):
        name = next(name for name in answers if person.has(name))
        person.fill(name, answers[name]() if callable(answers[name]) else answers[name])
        person.submit(name)
    fields = forms[0].fields
    assert fields["state"] == client.state
    assert fields["iss"] == client.metadata["issuer"]
    assert client.finish(f"{client.redirect_uri}?code={fields['code']}&state={fields['state']}")["id_token"]
    assert "form-action" not in person.response.headers["Content-Security-Policy"]


def test_refresh_rotates_and_reuse_ends_the_grant(gateway):
    client, token = code_flow(gateway, gateway.employees[0], scope="openid offline_access")
    second = client.refresh(token["refresh_token"])
    assert second["refresh_token"] != token["refresh_token"]
    repeated = client.refresh(token["refresh_token"])
    assert repeated["refresh_token"] == second["refresh_token"], "within ten seconds: the same successor"
    third = client.refresh(second["refresh_token"])
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.refresh(token["refresh_token"])  # Two generations old: somebody has a copy.
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.refresh(third["refresh_token"])


def test_a_code_is_spent_once_and_its_tokens_fall_with_it(gateway):
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway)
    person.open(client.begin())
    address = walk(person, gateway.answers(gateway.employees[0]), until=client.redirect_uri)
    token = client.finish(address)
    assert clients.userinfo(client.metadata, token)
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.finish(address)
    answer = requests.get(client.metadata["userinfo_endpoint"], timeout=10, verify=gateway.ca or True,
                          headers={"Authorization": f"Bearer {token['access_token']}"})
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_the_issuer_comes_with_the_code(gateway):
    """RFC 9207."""
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway)
    person.open(client.begin())
    walk(person, gateway.answers(gateway.employees[0]), until=client.redirect_uri)
    assert person.query["iss"] == client.metadata["issuer"]
    assert person.query["state"] == client.state


def test_client_credentials(gateway):
    application = gateway.daemon
    client = clients.authlib_app(gateway, application)
    token = client.session.fetch_token(
        client.metadata["token_endpoint"], grant_type="client_credentials", scope=f"{gateway.base}/graph/.default")
    claims = clients.validate(token["access_token"], client.metadata, None)
    assert claims["azp"] == claims["client_id"] == application["client_id"]
    assert jwt.get_unverified_header(token["access_token"])["typ"].lower() == "at+jwt"
    assert "refresh_token" not in token


def test_private_key_jwt(gateway):
    application = next(app for app in gateway.applications() if app["auth"] == "private_key_jwt")
    metadata = discovery(gateway)
    session = OAuth2Session(application["client_id"], application["jwk"], token_endpoint_auth_method="private_key_jwt")
    session.verify = gateway.ca or True
    jwk = application["jwk"]
    algorithm = jwk.get("alg") or {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}[jwk["kty"]]
    session.register_client_auth_method(PrivateKeyJWT(metadata["token_endpoint"], alg=algorithm))
    token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials",
                                scope=f"{gateway.base}/graph/.default")
    assert clients.validate(token["access_token"], metadata, None)["azp"] == application["client_id"]


def test_logout_returns_to_the_application(gateway):
    application = next(app for app in gateway.applications() if app.get("post_logout_redirect_uris"))
    person = visitor(gateway, application)
    client, token = code_flow(gateway, gateway.employees[0], application, person)
    home = application["post_logout_redirect_uris"][0]
    person.stops = (*person.stops, home)
    person.open(client.logout_url(token["id_token"], post_logout_redirect_uri=home, state="bye"))
    walk(person, {"accept": None}, until=home)
    assert person.query["state"] == "bye"
    person.open(client.begin(prompt="none"))
    assert person.url.startswith(client.redirect_uri)
    assert person.query["error"] == "login_required"


def test_prompt_none_without_a_session(gateway):
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway).open(client.begin(prompt="none"))
    assert person.query["error"] == "login_required"
    assert person.query["state"] == client.state


def test_prompt_login_asks_again(gateway):
    person = visitor(gateway)
    _, first = code_flow(gateway, gateway.employees[0], person=person)
    client = clients.authlib_app(gateway, gateway.web)
    person.open(client.begin(prompt="login"))
    assert not person.arrived(client.redirect_uri), "a session is not enough"
    token = client.finish(walk(person, gateway.answers(gateway.employees[0]), until=client.redirect_uri))
    claims = clients.validate(token["id_token"], client.metadata, client.client_id)
    assert claims["auth_time"] <= time.time() + 5


@pytest.mark.parametrize("change, error", [
    ({"code_verifier": "x" * 43}, "invalid_grant"),
    ({"redirect_uri": None}, "invalid_grant"),
])
def test_a_code_that_is_not_fully_ours(gateway, change, error):
    client = clients.authlib_app(gateway, gateway.web)
    person = visitor(gateway)
    person.open(client.begin())
    walk(person, gateway.answers(gateway.employees[0]), until=client.redirect_uri)
    form = {"grant_type": "authorization_code", "code": person.query["code"], "redirect_uri": client.redirect_uri,
            "code_verifier": client.verifier, **change}
    if form["redirect_uri"] is None:
        form["redirect_uri"] = client.redirect_uri + "/"
    answer = requests.post(client.metadata["token_endpoint"], form, timeout=10, verify=gateway.ca or True,
                           auth=(gateway.web["client_id"], gateway.web["client_secret"]))
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("change, error", [
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"request": "e30.e30."}, "request_not_supported"),
])
def test_refused_at_the_applications_address(gateway, change, error):
    client = clients.authlib_app(gateway, gateway.web)
    url = requests.Request("GET", client.metadata["authorization_endpoint"], params={
        "client_id": client.client_id, "redirect_uri": client.redirect_uri, "response_type": "code",
        "scope": "openid", "state": "s", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256", **change}).prepare().url
    person = visitor(gateway).open(url)
    assert person.query["error"] == error
    assert person.query["state"] == "s"


def test_a_token_of_one_tenant_is_nothing_in_another(gateway):
    client, token = code_flow(gateway, gateway.employees[0])
    other = discovery(gateway, gateway.partner)
    answer = requests.get(other["userinfo_endpoint"], timeout=10, verify=gateway.ca or True,
                          headers={"Authorization": f"Bearer {token['access_token']}"})
    assert answer.status_code == 401
    with pytest.raises(Exception):  # noqa: B017 - whichever library, whichever reason
        clients.validate(token["id_token"], other, client.client_id)
