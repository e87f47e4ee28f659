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

    def newest(self, address: str, after: int = 0, within: float = 15) -> dict:
        """The newest to that address, once there are more than `after`."""
        return eventually(lambda: len(self.all(address)) > after and self.all(address)[-1], within,
                          f"mail {after + 1} to {address}")

    def code(self, address: str):
        """A function for walk(): the code that is mailed after now, 8 digits."""
        seen = len(self.all(address))

        def read() -> str:
            mail = self.newest(address, seen)
            return code_in(mail["text"])
        return read

    def invitation(self, address: str) -> str:
        """The link of the newest mail that invites the address."""
        def link():
            for mail in reversed(self.all(address)):
                for candidate in mail["links"]:
                    if "/redeem" in candidate:
                        return candidate
            return None
        return eventually(link, 15, f"an invitation to {address}")


def code_in(text: str) -> str:
    codes = re.findall(r"(?<!\d)(\d{8})(?!\d)", text.replace("\u00a0", " ")) or [
        a + b for a, b in re.findall(r"(?<!\d)(\d{4}) (\d{4})(?!\d)", text)]
    assert len(set(codes)) == 1, f"one code of 8 digits is wanted in:\n{text}"
    return codes[0]
