"""The invitation's mail, over a real mail server, as other programs read it: Python's `email`, a DKIM signer, Chromium."""

import re

import dkim
import pytest
import requests

from peers import configuration
from peers.processes import eventually

HOST = "woodgrove.example"


@pytest.fixture
def served(fresh_demo, configured_gateway, mail_server, authority):
    server = mail_server()
    demo = fresh_demo()
    demo.stop()
    return configured_gateway(
        demo, lambda c: c.update(mail=configuration.mail_to(server, authority.certificate))), server


def invited(gateway, server, address, *options):
    gateway.run("invite", address, *options)
    return server.expect(address)[-1]


def test_structure(served):
    gateway, server = served
    mail = invited(gateway, server, "adele@elsewhere.example", "--message", "Willkommen, Adèle!\nBis bald.", "--language",
                   "de-CH")
    message = mail.message
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.defects == [] and all(part.defects == [] for part in message.walk())
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Unsubscribe",
                 "List-Unsubscribe-Post", "Auto-Submitted", "Content-Language"):
        assert len(message.get_all(name)) == 1, name
    assert message["Content-Language"] == "de"
    assert "eingeladen" in str(message["Subject"])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for text in (mail.text, mail.html):
        assert "Willkommen, Adèle!" in text and "Einladung annehmen" in text and HOST in text
    assert "trauen" in mail.text, "the caution"
    block = re.fullmatch(r"<(.*)>", message["List-Unsubscribe"]).group(1)
    assert block in mail.text and block.startswith(gateway.base)
    long = [line for line in mail.raw.split(b"\r\n") if len(line) > 78]
    assert all(line.startswith(b"List-Unsubscribe: <") and len(line) < 998 for line in long), "an address is not folded"
    assert mail.raw.isascii()


@pytest.mark.parametrize("language, words", [("en", "Accept invitation"), ("de", "Einladung annehmen"),
                                             ("fr", "Accepter l’invitation"), ("it", "Accept invitation")])
def test_languages(served, language, words):
    gateway, server = served
    mail = invited(gateway, server, "guest@elsewhere.example", "--language", language)
    assert words in mail.text and words in mail.html


def test_values_stay_values(served):
    """What an inviter writes is a value wherever it lands: no header, no markup, no second recipient."""
    gateway, server = served
    evil = 'Hi\r\nBcc: everybody@elsewhere.example\r\n\r\n<script>alert(1)</script> <a href="https://evil.example">x</a>'
    mail = invited(gateway, server, "guest@elsewhere.example", "--message", evil)
    assert mail.recipients == ["guest@elsewhere.example"] and mail.message["Bcc"] is None
    assert "<script" not in mail.html and 'href="https://evil.example"' not in mail.html
    assert "&lt;script&gt;" in mail.html
    refused = gateway.run("invite", "other@elsewhere.example", "--name", "A\nBcc: everybody@elsewhere.example", ok=False)
    assert refused.returncode == 2, refused.stderr


def test_ready_for_dkim(served):
    """A relay can sign it: the fields that are to be signed are there once, and no line is changed on the way."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    gateway, server = served
    mail = invited(gateway, server, "guest@elsewhere.example", "--message", "Adèle, größer als fünf\n.\n.. From here\n")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                                serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    import base64
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    for canonical in ((b"relaxed", b"relaxed"), (b"simple", b"simple")):
        signed = dkim.sign(mail.raw, b"mail", b"woodgrove.example", private, canonicalize=canonical, include_headers=[
            b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"list-unsubscribe",
            b"list-unsubscribe-post"]) + mail.raw
        assert dkim.verify(signed, dnsfunc=lambda name, timeout=5: record)
        assert not dkim.verify(signed.replace(b"Subject: ", b"Subject: x", 1), dnsfunc=lambda n, timeout=5: record)


def test_one_click(served):
    """RFC 8058, as a mail program sends it: no cookies, no page before, either encoding of a form."""
    gateway, server = served
    mail = invited(gateway, server, "tired@elsewhere.example")
    url = re.fullmatch(r"<(.*)>", mail.message["List-Unsubscribe"]).group(1)
    assert requests.get(url, timeout=15).status_code == 200
    invited(gateway, server, "tired@elsewhere.example")
    server.expect("tired@elsewhere.example", count=2)
    answer = requests.post(url, files={"List-Unsubscribe": (None, "One-Click")}, timeout=15)
    assert answer.status_code == 200
    gateway.run("invite", "tired@elsewhere.example")
    invited(gateway, server, "witness@elsewhere.example")
    assert len(server.to("tired@elsewhere.example")) == 2
    assert requests.post(url, data={"allow": "yes"}, timeout=15).status_code == 200
    gateway.run("invite", "tired@elsewhere.example")
    server.expect("tired@elsewhere.example", count=3)


def test_what_it_looks_like(served, browser, tmp_path):
    """Rendered alone, as a mail program does: nothing is fetched, nothing is wider than a phone."""
    gateway, server = served
    mail = invited(gateway, server, "adele@elsewhere.example", "--message",
                   "Welcome to our ordering portal.\nAsk me if anything is unclear.", "--redirect", "https://orders.example/")
    page = tmp_path / "mail.html"
    page.write_text(mail.html)
    browser.open(page.as_uri())
    browser.shots("mail-invitation")
    assert browser.complaints == []
    browser.choose(r"accept invitation")
    eventually(lambda: "elsewhere.example" in browser.text, 15, "the invitation's page")
    browser.open(page.as_uri()).choose(r"block future")
    eventually(lambda: "elsewhere.example" in browser.text, 15, "the page that asks")
    browser.shots("block-invitations")
