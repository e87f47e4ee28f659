"""The built binary: `vestibule demo` and `vestibule serve`, and commands to a running installation.

What the tests ask of it beyond the issue's words is written once, here and in `configuration`."""

import json
import os
import pathlib
import subprocess
from urllib.parse import urlsplit

import requests

from .clients import query_of
from .mailbox import Mailbox
from .processes import Child

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]


def binary() -> str:
    path = os.environ.get("VESTIBULE_BIN", str(REPOSITORY / ".build/release/vestibule"))
    assert os.access(path, os.X_OK), f"{path} is not built; scripts/test builds it, or VESTIBULE_BIN names another"
    return path


class Installation:
    """A folder with a configuration and a database, and the process that serves it, if any."""

    def __init__(self, program: str, folder: pathlib.Path):
        self.program, self.folder = program, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.child: Child | None = None
        self.base = ""
        self.ca: str | None = None

    @property
    def log(self) -> pathlib.Path:
        return self.folder / "gateway.log"

    @property
    def configuration_file(self) -> pathlib.Path:
        """`demo` writes the configuration that it runs with, as JSON, to this file of its folder."""
        return self.folder / "vestibule.json5"

    def configuration(self) -> dict:
        return json.loads(self.configuration_file.read_text())

    @property
    def port(self) -> int:
        return urlsplit(self.base).port

    def issuer(self, tenant: str) -> str:
        return f"{self.base}/{tenant}/v2.0"

    def authorize_url(self, tenant: str, **parameters) -> str:
        url = f"{self.base}/{tenant}/oauth2/v2.0/authorize"
        return requests.Request("GET", url, params=parameters).prepare().url

    def get(self, path: str, **options) -> requests.Response:
        return requests.get(self.base + path, verify=self.ca or True, timeout=15, **options)

    def post(self, path: str, data=None, **options) -> requests.Response:
        return requests.post(self.base + path, data=data, verify=self.ca or True, timeout=15, **options)

    def run(self, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess:
        """A command to this installation: through its socket when it is served, else on its database."""
        done = subprocess.run(
            [self.program, *arguments, "--config", str(self.configuration_file)], capture_output=True, text=True,
            timeout=60, stdin=subprocess.DEVNULL)
        if ok:
            assert done.returncode == 0, f"vestibule {' '.join(arguments)}: {done.returncode}\n{done.stderr}"
        return done

    def json(self, *arguments: str) -> dict:
        return json.loads(self.run(*arguments, "--json").stdout)

    def apply(self, declaration: dict, *options: str) -> dict:
        path = self.folder / "apply.json5"
        path.write_text(json.dumps(declaration, ensure_ascii=False, indent=2))
        return self.json("apply", str(path), *options)

    def alive(self, port: int) -> bool:
        try:
            url = f"{urlsplit(self.base).scheme}://localhost:{port}/health/live"
            return requests.get(url, verify=self.ca or True, timeout=5).status_code == 200
        except requests.exceptions.ConnectionError:
            return False

    def stop(self) -> int | None:
        return self.child.stop() if self.child else None

    def kill(self) -> None:
        self.child.kill()


class Demo(Installation):
    def __init__(self, program: str, folder: pathlib.Path, tls: bool = False, port: int = 0):
        super().__init__(program, folder)
        self.tls, self.wanted_port = tls, port

    def __enter__(self) -> "Demo":
        arguments = [self.program, "demo", "--json", "--port", str(self.wanted_port), "--dir", str(self.folder)]
        self.child = Child(arguments + (["--tls"] if self.tls else []), self.log)
        self.facts = json.loads(self.child.first_line())
        self.base = self.facts["base"]
        self.app = self.facts["app"]
        if self.tls:
            self.ca = str(self.folder / "certs" / "ca.pem")
        self.mailbox = Mailbox(self.facts["mailbox"]["url"], self.ca)
        self.child.wait_until(lambda: self.alive(self.port), what="answers")
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    # The scene: the host organisation first, then its partner.

    @property
    def host(self) -> dict:
        return self.facts["tenants"][0]

    @property
    def partner(self) -> dict:
        return self.facts["tenants"][1]

    def applications(self, tenant: dict | None = None) -> list[dict]:
        tenant = tenant or self.host
        return [app for app in self.facts["applications"] if app["tenant"] == tenant["id"]]

    def application(self, auth: str, interactive: bool = True) -> dict:
        """One of the host's, by how it proves itself at the token endpoint and whether people sign in to it."""
        return next(app for app in self.applications()
                    if app["auth"] == auth and bool(app["redirect_uris"]) == interactive)

    @property
    def web(self) -> dict:
        return self.application("client_secret_basic")

    @property
    def daemon(self) -> dict:
        return next(app for app in self.applications() if not app["redirect_uris"] and app.get("client_secret"))

    @property
    def employees(self) -> list[dict]:
        """People of the partner organisation, who have passwords there."""
        return [account for account in self.facts["accounts"]
                if account["tenant"] == self.partner["id"] and account.get("password")]

    @property
    def outsider(self) -> dict:
        """Somebody invited who has an email address and nothing else."""
        domains = {tenant["domain"] for tenant in self.facts["tenants"]}
        return next(account for account in self.facts["accounts"] if not account.get("password")
                    and account["email"].partition("@")[2] not in domains)

    def answers(self, account: dict) -> dict:
        """What walk() types for this account, whichever way it signs in."""
        answers = {"email": account["email"], "password": account.get("password"), "accept": None}
        if not account.get("password"):
            # The mailbox page is there as long as the demo runs.
            answers["code"] = self.mailbox.code(account["email"])
        return answers


class Gateway(Installation):
    """`vestibule serve` on the installation of a demo that has ended, with its configuration changed."""

    def __init__(self, program: str, demo: Demo, change=None, direct_port: int | None = None):
        super().__init__(program, demo.folder)
        self.demo, self.base, self.ca = demo, demo.base, demo.ca
        configuration = demo.configuration()
        if change:
            change(configuration)
        self.configuration_file.write_text(json.dumps(configuration, indent=2))
        self.direct_port = direct_port or self.port

    def __getattr__(self, name: str):
        # The scene is the demo's: its tenants, applications and accounts are in the database that is served.
        if name in ("facts", "demo"):
            raise AttributeError(name)
        return getattr(self.demo, name)

    def start(self, *arguments: str) -> "Gateway":
        self.child = Child([self.program, "serve", "--config", str(self.configuration_file), *arguments], self.log)
        self.child.wait_until(lambda: self.alive(self.direct_port), what="answers")
        return self


def sign_in_id(address: str) -> str:
    """The sign-in that a code came from: the part before its secret (design.md §6)."""
    return query_of(address)["code"].partition(".")[0]
