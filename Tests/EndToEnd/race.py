"""Two redemptions of one ticket at the same moment, ticket after ticket, until the process under them is gone."""

import threading
from dataclasses import dataclass, field

import requests

from flows import visitor
from load import SCOPE
from peers import clients


@dataclass
class Ticket:
    """An authorization code or a refresh token, with the answers it got: tokens, a refusal, or nothing."""

    form: dict[str, str]
    sent: int = 0
    tokens: list[dict] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    @property
    def is_code(self) -> bool:
        return "code" in self.form

    @property
    def answers(self) -> int:
        return len(self.tokens) + len(self.refusals)

    @property
    def successors(self) -> set[str]:
        return {token["refresh_token"] for token in self.tokens}


class Race:
    CODES, REFRESH_TOKENS = 12, 6

    def __init__(self, gateway, person):
        """`person` is signed in. The tickets are made here, before anything races."""
        self.gateway = gateway
        self.client = clients.authlib_app(gateway, gateway.web)
        browser = visitor(gateway)
        browser.session.cookies.update(person.session.cookies)
        codes = [self._code(browser) for _ in range(self.CODES)]
        refresh = [self._refresh_token(self._code(browser)) for _ in range(self.REFRESH_TOKENS)]
        # Two codes, a refresh token, two codes…
        self.tickets = [ticket for index, token in enumerate(refresh)
                        for ticket in (*codes[2 * index:2 * index + 2], token)]
        self.begun = [threading.Event() for _ in self.tickets]
        self.together = threading.Barrier(2)
        self.threads = [threading.Thread(target=self._run) for _ in range(2)]

    def _code(self, browser) -> Ticket:
        browser.open(self.client.begin(scope=SCOPE))
        assert browser.arrived(self.client.redirect_uri) and "code" in browser.query, browser.url
        return Ticket({"grant_type": "authorization_code", "code": browser.query["code"],
                       "redirect_uri": self.client.redirect_uri, "code_verifier": self.client.verifier})

    def _refresh_token(self, code: Ticket) -> Ticket:
        status, body = self.ask(code.form)
        assert status == 200, body
        return Ticket({"grant_type": "refresh_token", "refresh_token": body["refresh_token"]})

    def ask(self, form: dict[str, str]) -> tuple[int, dict]:
        application = self.gateway.web
        answer = requests.post(
            self.client.metadata["token_endpoint"], data=form, verify=self.gateway.ca or True, timeout=15,
            auth=(application["client_id"], application["client_secret"]))
        return answer.status_code, answer.json()

    def present(self, ticket: Ticket) -> None:
        """Sends the ticket, and notes what is answered, if anything is."""
        status, body = self.ask(ticket.form)
        if status == 200:
            ticket.tokens.append(body)
        else:
            ticket.refusals.append(f"{status} {body['error']}")

    def until(self, number: int) -> None:
        """Begins, and returns when the ticket of this number is being sent."""
        for thread in self.threads:
            thread.start()
        assert self.begun[number].wait(30), "the race did not get there"

    def _run(self) -> None:
        for ticket, begun in zip(self.tickets, self.begun):
            try:
                self.together.wait(30)
                ticket.sent += 1
                begun.set()
                self.present(ticket)
            except (requests.exceptions.RequestException, ConnectionError, threading.BrokenBarrierError):
                self.together.abort()  # The process is gone; the other one need not wait.
                return

    def join(self) -> None:
        for thread in self.threads:
            thread.join(30)

    def check(self) -> None:
        """After the restart: each ticket again, twice. Whatever was answered before the crash and after it, a code gave
        tokens at most once, and a refresh token has one successor."""
        for ticket in self.tickets:
            decided = bool(ticket.tokens or ticket.refusals)
            before = len(ticket.tokens)
            for _ in range(2):
                self.present(ticket)
            assert {*ticket.refusals} <= {"400 invalid_grant"}, ticket
            if ticket.is_code:
                assert len(ticket.tokens) <= 1, f"a code gave tokens {len(ticket.tokens)} times: {ticket}"
                assert not (decided and len(ticket.tokens) > before), f"the loser was let in later: {ticket}"
                for token in ticket.tokens:
                    status, body = self.ask({"grant_type": "refresh_token", "refresh_token": token["refresh_token"]})
                    assert (status, body.get("error")) == (400, "invalid_grant"), "a code that came twice ends its grant"
            else:
                # Two workers with one cache get the same successor, for a few seconds; older means a copy.
                assert len(ticket.successors) <= 1, f"a refresh token has two successors: {ticket}"
            assert ticket.sent or ticket.tokens, f"a ticket that nobody had sent is good: {ticket}"
