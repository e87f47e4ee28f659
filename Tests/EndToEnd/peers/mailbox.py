"""The demo's mailbox page, read as a person reads mail: the newest first, the code or the link in it."""

import re

import requests

from .processes import eventually


class Mailbox:
    """`GET url?format=json` answers a list of {to, subject, text, html, links, at}."""

    def __init__(self, url: str, ca: str | None = None):
        self.url, self.ca = url, ca

    def all(self, address: str | None = None) -> list[dict]:
        """Oldest first."""
        answer = requests.get(self.url, params={"format": "json"}, timeout=10, verify=self.ca or True)
        assert answer.status_code == 200, answer.text
        mails = [mail for mail in answer.json() if address is None or address in mail["to"]]
        return sorted(mails, key=lambda mail: mail["at"])

    def code(self, address: str):
        """A function for walk(): the code that is mailed after now, 8 digits."""
        seen = len(self.all(address))

        def arrived() -> str | None:
            return next((mail["text"] for mail in reversed(self.all(address)[seen:]) if codes_in(mail["text"])), None)
        return lambda: code_in(eventually(arrived, 15, f"a code to {address}"))

    def invitation(self, address: str) -> str:
        """The link of the newest mail that invites the address."""
        def link():
            for mail in reversed(self.all(address)):
                for candidate in mail["links"]:
                    if "/redeem" in candidate:
                        return candidate
            return None
        return eventually(link, 15, f"an invitation to {address}")


def codes_in(text: str) -> set[str]:
    """Numbers of 8 digits, also when written in two halves. Ids in links have such runs too, and do not count."""
    words = re.sub(r"https?://\S+", " ", text)
    return set(re.findall(r"(?<![\w-])(\d{8})(?![\w-])", words)) | {
        first + second for first, second in re.findall(r"(?<![\w-])(\d{4})[ \u00a0](\d{4})(?![\w-])", words)}


def code_in(text: str) -> str:
    codes = codes_in(text)
    assert len(codes) == 1, f"one code of 8 digits is wanted in:\n{text}"
    return codes.pop()
