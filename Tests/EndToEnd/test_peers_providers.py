"""The two providers from PyPI are real ones: discovery, keys, a sign-in page, a code, a token that validates."""

import pytest

from peers import clients
from peers.visitor import Visitor
from peers.walk import walk

CALLBACK = "http://localhost:1/tenant/federation/partner/callback"


def sign_in(provider, person, answers, method):
    registration = provider.register(CALLBACK, method)
    client = clients.authlib_session(
        provider.issuer, registration.client_id, registration.client_secret, CALLBACK, method=method)
    person.open(client.begin(scope="openid profile email"))
    return client, client.finish(walk(person, answers, until=CALLBACK))


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_canaille_with_a_password(canaille, method):
    alba = canaille.people[0]
    client, token = sign_in(canaille, Visitor(stops=(CALLBACK,)), alba.answers, method)
    claims = clients.validate(token["id_token"], client.metadata, client.client_id)
    assert claims["iss"] == canaille.issuer
    assert claims["sub"] == alba.subject
    assert clients.userinfo(client.metadata, token)["email"] == alba.email


def test_canaille_refuses_a_wrong_password(canaille):
    alba = canaille.people[0]
    with pytest.raises(AssertionError, match="again"):
        sign_in(canaille, Visitor(stops=(CALLBACK,)), {**alba.answers, "password": "wrong"}, "client_secret_basic")


def test_canaille_in_a_browser(canaille, browser):
    bela = canaille.people[1]
    client, token = sign_in(canaille, browser, bela.answers, "client_secret_basic")
    assert clients.validate(token["id_token"], client.metadata, client.client_id)["sub"] == bela.subject


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_mock_provider(mock_provider, method):
    mock_provider.person("carla", email="carla@mock.example", name="Carla")
    client, token = sign_in(mock_provider, Visitor(stops=(CALLBACK,)), {"sub": "carla"}, method)
    claims = clients.validate(token["id_token"], client.metadata, client.client_id)
    assert (claims["iss"], claims["sub"], claims["email"]) == (mock_provider.issuer, "carla", "carla@mock.example")


def test_mock_provider_in_a_browser(mock_provider, browser):
    client, token = sign_in(mock_provider, browser, {"sub": "dora"}, "client_secret_basic")
    assert clients.validate(token["id_token"], client.metadata, client.client_id)["sub"] == "dora"
