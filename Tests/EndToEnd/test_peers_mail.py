"""The mail server stands in for a real one: encrypted both ways, authenticated, sometimes down or unwilling."""

import smtplib
import ssl

import pytest

from peers.mail_server import MailServer
from peers.mailbox import codes_in

MAIL = b"Subject: Hello\r\nFrom: a@example.com\r\nTo: b@example.com\r\n\r\nSee https://example.com/x\r\n"


def send(server: MailServer, authority, to: str = "b@example.com") -> None:
    trust = ssl.create_default_context(cafile=str(authority.certificate))
    if server.tls == "implicit":
        client = smtplib.SMTP_SSL("localhost", server.port, context=trust)
    else:
        client = smtplib.SMTP("localhost", server.port)
        if server.tls:
            client.starttls(context=trust)
    with client:
        if server.login:
            client.login(*server.login)
        client.sendmail("a@example.com", [to], MAIL)


@pytest.mark.parametrize("tls", ["starttls", "implicit", None])
def test_mail_arrives(mail_server, authority, tls):
    server = mail_server(tls=tls, login=("vestibule", "s3cret"))
    send(server, authority)
    (mail,) = server.expect("b@example.com")
    assert mail.encrypted == bool(tls)
    assert mail.authenticated_as == "vestibule"
    assert mail.message["Subject"] == "Hello"
    assert mail.links == ["https://example.com/x"]


def test_nothing_is_said_in_clear(mail_server):
    server = mail_server()
    with smtplib.SMTP("127.0.0.1", server.port) as client, pytest.raises(smtplib.SMTPException):
        client.sendmail("a@example.com", ["b@example.com"], MAIL)
    assert server.mails == []


def test_down_refusing_and_back(mail_server, authority):
    server = mail_server()
    server.stop()
    with pytest.raises(OSError):
        send(server, authority)
    server.start()
    server.refuse(1)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(server, authority)
    send(server, authority)
    assert (len(server.mails), server.refused) == (1, 1)


def test_a_code_is_found_and_an_id_in_a_link_is_not_one():
    link = "https://localhost/298f734a-eea8-4d81-9ab5-a02130602c45/x"
    assert codes_in(f"Your code is 1234 5678.\n\n{link}") == {"12345678"}
    assert codes_in("98765432") == {"98765432"}
    assert codes_in("+49 301 23456789012, a02130602c45, 2026-11-21") == set()
