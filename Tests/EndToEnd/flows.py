"""The sign-ins that several tests begin with."""

from peers import clients
from peers.visitor import Visitor
from peers.walk import walk


def visitor(gateway, application: dict | None = None) -> Visitor:
    """A person without a browser who stops at the application's door."""
    stops = tuple((application or gateway.web)["redirect_uris"])
    return Visitor(ca=gateway.ca, stops=stops)


def code_flow(gateway, account: dict, application: dict | None = None, person=None, scope="openid profile email",
              **parameters) -> tuple[clients.AuthlibClient, dict]:
    """The whole code flow by Authlib, with the account's answers. The client and the token response."""
    application = application or gateway.web
    client = clients.authlib_app(gateway, application)
    person = person or visitor(gateway, application)
    answers = gateway.answers(account)
    person.open(client.begin(scope=scope, **parameters))
    return client, client.finish(walk(person, answers, until=client.redirect_uri))


def redeemed(gateway, account: dict, person=None):
    """Accepts the account's invitation, if it has a mailed one that is still open."""
    person = person or visitor(gateway)
    answers = gateway.answers(account)
    person.open(gateway.mailbox.invitation(account["email"]))
    end = (gateway.base + f"/{gateway.host['id']}/account", gateway.base + f"/{gateway.host['id']}/myapps",
           gateway.app, *gateway.web["redirect_uris"])
    walk(person, answers, until=end)
    return person
