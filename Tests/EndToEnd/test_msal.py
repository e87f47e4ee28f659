"""MSAL for Python, pointed at us by its authority alone."""

import threading

import msal
import pytest

from flows import visitor
from peers import clients
from peers.walk import walk


@pytest.fixture(autouse=True)
def development_ca(tls_gateway):
    with clients.trusting(tls_gateway.ca):
        yield


@pytest.fixture
def own_api(tls_gateway):
    """A scope of our management API: MSAL refuses to ask for OpenID scopes alone to refresh with."""
    return f"{tls_gateway.base}/graph/.default"


def sign_in(gateway, app, application, scopes, account=None):
    """The code flow as MSAL wants it: its own state, nonce and PKCE."""
    flow = app.initiate_auth_code_flow(scopes, redirect_uri=application["redirect_uris"][0])
    person = visitor(gateway, application).open(flow["auth_uri"])
    walk(person, gateway.answers(account or gateway.employees[0]), until=application["redirect_uris"][0])
    result = app.acquire_token_by_auth_code_flow(flow, person.query)
    assert "access_token" in result, result
    return result


def test_sign_in(tls_gateway):
    application = tls_gateway.application("client_secret_post")
    app = clients.msal_app(tls_gateway, application)
    result = sign_in(tls_gateway, app, application, ["email"])
    claims = result["id_token_claims"]
    assert claims["aud"] == application["client_id"]
    assert claims["email"] == tls_gateway.employees[0]["email"]
    (account,) = app.get_accounts()
    # MSAL makes this from client_info, which it asked for.
    assert account["home_account_id"] == f"{claims['oid']}.{claims['tid']}"
    metadata = clients.discover(tls_gateway.issuer(tls_gateway.host["id"]), tls_gateway.ca)
    assert clients.validate(result["id_token"], metadata, application["client_id"])["sub"] == claims["sub"]


def test_the_cache_answers_first(tls_gateway, own_api):
    application = tls_gateway.application("client_secret_post")
    app = clients.msal_app(tls_gateway, application)
    result = sign_in(tls_gateway, app, application, [own_api])
    again = app.acquire_token_silent([own_api], app.get_accounts()[0])
    assert again["access_token"] == result["access_token"]


def test_silent_refresh_from_two_workers_at_once(tls_gateway, own_api):
    """Two processes share a serialized cache and race with one refresh token; nobody is signed out."""
    application = tls_gateway.application("client_secret_post")
    cache = msal.SerializableTokenCache()
    sign_in(tls_gateway, clients.msal_app(tls_gateway, application, cache), application, [own_api])
    shared = cache.serialize()

    workers = []
    for _ in range(2):
        own = msal.SerializableTokenCache()
        own.deserialize(shared)
        workers.append(clients.msal_app(tls_gateway, application, own))
    gate = threading.Barrier(len(workers))
    results = {}

    def refresh(number, app):
        gate.wait()
        results[number] = app.acquire_token_silent([own_api], app.get_accounts()[0], force_refresh=True)

    threads = [threading.Thread(target=refresh, args=pair) for pair in enumerate(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("access_token" in (result or {}) for result in results.values()), results
    # And each goes on with what it was given.
    for app in workers:
        again = app.acquire_token_silent([own_api], app.get_accounts()[0], force_refresh=True)
        assert again and "access_token" in again, again


def test_a_second_client_library_object_signs_in_silently_for_nobody(tls_gateway, own_api):
    app = clients.msal_app(tls_gateway, tls_gateway.application("client_secret_post"))
    assert app.get_accounts() == []


def test_client_credentials(tls_gateway, own_api):
    application = tls_gateway.daemon
    result = clients.msal_app(tls_gateway, application).acquire_token_for_client([own_api])
    assert "access_token" in result, result
    metadata = clients.discover(tls_gateway.issuer(tls_gateway.host["id"]), tls_gateway.ca)
    claims = clients.validate(result["access_token"], metadata, None)
    assert claims["azp"] == application["client_id"]
    assert claims["tid"] == tls_gateway.host["id"]


@pytest.mark.parametrize("name", ["graph.microsoft.com", "without a port"])
def test_other_names_of_the_management_api(tls_gateway, own_api, name):
    """kiota removes the port; SDKs ask for Microsoft's own name."""
    scope = "https://graph.microsoft.com/.default" if "." in name else "https://localhost/.default"
    result = clients.msal_app(tls_gateway, tls_gateway.daemon).acquire_token_for_client([scope])
    usual = clients.msal_app(tls_gateway, tls_gateway.daemon).acquire_token_for_client([own_api])
    metadata = clients.discover(tls_gateway.issuer(tls_gateway.host["id"]), tls_gateway.ca)
    audiences = {clients.validate(r["access_token"], metadata, None)["aud"] for r in (result, usual)}
    assert len(audiences) == 1


def test_a_wrong_secret(tls_gateway, own_api):
    application = {**tls_gateway.daemon, "client_secret": "wrong"}
    result = clients.msal_app(tls_gateway, application).acquire_token_for_client([own_api])
    assert result["error"] == "invalid_client"
    assert "AADSTS7000215" in result["error_description"]


def test_the_domain_is_an_authority_too(tls_gateway, own_api):
    """Entra's `/contoso.com`; what comes back names the id."""
    app = clients.msal_app(tls_gateway, tls_gateway.daemon, tenant=tls_gateway.host["domain"])
    result = app.acquire_token_for_client([own_api])
    assert "access_token" in result, result
