"""The sign-ins that several tests begin with."""

import concurrent.futures
import threading

from peers import clients
from peers.processes import eventually
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


class People:
    """People who sign in one after the other, two at a time, until they are told to stop; `sign_in()` asserts that it
    went well."""

    def __init__(self, sign_in):
        self.sign_in, self.stop = sign_in, threading.Event()
        self.done, self.failures, self.lock = 0, [], threading.Lock()

    def one(self):
        while not self.stop.is_set():
            try:
                self.sign_in()
                with self.lock:
                    self.done += 1
            except AssertionError as error:
                self.failures.append(str(error))

    def __enter__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(2)
        self.futures = [self.pool.submit(self.one) for _ in range(2)]
        return self

    def __exit__(self, *_):
        self.stop.set()
        for future in self.futures:
            future.result()
        self.pool.shutdown()

    def wait_for_more(self, count):
        """Until so many more have signed in, so that what changed was met by them."""
        wanted = self.done + count
        eventually(lambda: self.done >= wanted or self.failures, 120, "people sign in")
