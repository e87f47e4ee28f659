"""A real SMTP server (aiosmtpd) that keeps what it is given, and can be down, slow to trust, or refuse."""

import dataclasses
import email
import email.policy
import re
import ssl
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from .certificates import Leaf
from .mailbox import codes_in
from .processes import eventually, free_port


@dataclasses.dataclass
class Mail:
    sender: str
    recipients: list[str]
    message: EmailMessage
    authenticated_as: str | None
    encrypted: bool
    raw: bytes = b""

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""

    @property
    def links(self) -> list[str]:
        return re.findall(r"https?://[^\s<>\"]+", self.text)


class _Handler:
    def __init__(self, server: "MailServer"):
        self.server = server

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.server.refusals > 0:
            self.server.refusals -= 1
            self.server.refused += 1
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        login = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else None
        encrypted = session.ssl is not None or self.server.tls == "implicit"
        self.server.mails.append(Mail(envelope.mail_from, envelope.rcpt_tos, message, login, encrypted,
                                      bytes(envelope.content)))
        return "250 OK"


class MailServer:
    """`tls` is "starttls" (demanded before anything else), "implicit", or None. With `login`, AUTH is demanded."""

    def __init__(self, leaf: Leaf | None, tls: str | None = "starttls", login: tuple[str, str] | None = None):
        self.port = free_port()
        self.tls, self.login = tls, login
        self.mails: list[Mail] = []
        self.refusals = 0
        self.refused = 0
        self._context = None
        if tls:
            self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._context.load_cert_chain(leaf.certificate, leaf.key)
        self._controller: Controller | None = None
        self._sessions: list[SMTP] = []

    def _authenticate(self, server, session, envelope, mechanism, data):
        ok = isinstance(data, LoginPassword) and self.login == (data.login.decode(), data.password.decode())
        return AuthResult(success=ok, handled=False, auth_data=data if ok else None)

    def start(self) -> "MailServer":
        context, starttls = self._context, self.tls == "starttls"
        owner = self

        class Bound(Controller):
            def factory(self):
                session = SMTP(
                    self.handler, hostname="mail.example", tls_context=context if starttls else None,
                    require_starttls=starttls, authenticator=owner._authenticate, loop=self.loop,
                    auth_required=owner.login is not None, auth_require_tls=starttls)
                owner._sessions.append(session)
                return session

        self._controller = Bound(
            _Handler(self), hostname="127.0.0.1", port=self.port,
            ssl_context=context if self.tls == "implicit" else None)
        self._controller.start()
        return self

    def stop(self) -> None:
        """As a host that goes down: sessions under way are cut off, new ones refused."""
        if self._controller:
            self._controller.loop.call_soon_threadsafe(self._cut)
            self._controller.stop(no_assert=True)
            self._controller = None

    def _cut(self) -> None:
        for session in self._sessions:
            if session.transport:
                session.transport.abort()
        self._sessions.clear()

    def refuse(self, recipients: int) -> None:
        """Answers 451 to that many recipients from now on."""
        self.refusals = recipients

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if address in mail.recipients]

    def expect(self, address: str, count: int = 1, within: float = 15) -> list[Mail]:
        return eventually(lambda: len(self.to(address)) >= count and self.to(address), within,
                          f"{count} mail(s) to {address}")

    def expect_code(self, address: str, known: frozenset[str] = frozenset(), within: float = 15) -> Mail:
        """The newest mail with a code to the address whose Message-ID is not known yet: mail that was on its way when
        a process died may come twice."""
        def newest():
            return next((mail for mail in reversed(self.to(address))
                         if mail.message["Message-ID"] not in known and codes_in(mail.text)), None)
        return eventually(newest, within, f"a code to {address}")

    def known(self, address: str) -> frozenset[str]:
        return frozenset(mail.message["Message-ID"] for mail in self.to(address))
