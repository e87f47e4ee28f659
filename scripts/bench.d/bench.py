"""Prepares an installation, measures it with the driver, and says how it stands to the targets."""

import argparse
import base64
import datetime
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import verify

SERVER_CORE, DRIVER_CORE = "0", "1"
RESULTS = pathlib.Path("bench-results")
HOST, PARTNER = "woodgrove.example", "contoso.example"
# By measurement: one whose requests we sign with RSA, as every SAML product can read, and one that asks for none.
SAML_PARTNERS = {"sign-in-saml": "fabrikam", "sign-in-saml-unsigned": "adatum"}
REDIRECT = "http://127.0.0.1:9/callback"
API = "api://stock.woodgrove.example"

# Names of `--only`, in the order of the table.
NAMES = ["discovery", "keys", "credentials-es256", "credentials-rs256", "userinfo", "introspect", "refresh-es256",
         "sign-in-es256", "sign-in-rs256", "sign-in-saml", "sign-in-saml-unsigned", "verify", "cold-start", "idle"]


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def openssl_speed(seconds):
    """Signatures and verifications per second on the gateway's core: RSA-2048 and P-256."""
    done = subprocess.run(
        ["taskset", "-c", SERVER_CORE, "openssl", "speed", "-seconds", str(seconds), "rsa2048", "ecdsap256"],
        capture_output=True, text=True, check=True)
    rates = {}
    for line in done.stdout.splitlines():
        if line.startswith("rsa 2048"):
            rates["rsa2048"], rates["rsa2048 verify"] = map(float, line.split()[-2:])
        if "nistp256" in line:
            rates["p256"], rates["p256 verify"] = map(float, line.split()[-2:])
    return rates


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.port, self.partner_port = free_port(), free_port()
        self.base = f"http://localhost:{self.port}"
        self.process = None
        self.guests = 40 if options.quick else 400
        self.seconds = options.seconds or (1 if options.quick else 5)
        self.configuration = folder / "vestibule.json5"
        self.rows, self.memory = [], {}

    # An installation: one organisation with a partner, applications per algorithm, and guests who have accepted.

    def prepare(self):
        raised = 1_000_000_000
        self.configuration.write_text(json.dumps({
            "development": True, "base": self.base, "loops": 1, "database": "vestibule.db",
            "listen": [{"address": "127.0.0.1", "port": self.port}], "egress": [f"127.0.0.1:{self.partner_port}"],
            "limits": {"signInsPerNetwork": raised, "clientFailuresPerNetwork": raised, "connectionsPerAddress": 10_000,
                       "federationMessagesPerNetwork": raised},
        }, indent=2))
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                        str(self.folder / "partner.pem")], capture_output=True, check=True)
        subprocess.run(["openssl", "req", "-x509", "-key", str(self.folder / "partner.pem"), "-subj", "/CN=partner",
                        "-days", "30", "-outform", "DER", "-out", str(self.folder / "partner.der")],
                       capture_output=True, check=True)
        self.certificate = base64.b64encode((self.folder / "partner.der").read_bytes()).decode()
        self.apply_declaration(self.declaration())
        self.start()
        for domain in (PARTNER, *(f"{name}.example" for name in SAML_PARTNERS.values())):
            for number in range(self.guests):
                self.command("invite", f"guest{number}@{domain}", "--no-mail", "--tenant", self.tenant)
        say(f"{self.guests} guests of each partner accept their invitations")
        for name in ("sign-in-es256", *SAML_PARTNERS):
            self.facts(name)
            self.drive("redeem", connections=16)

    def declaration(self):
        secret = base64.urlsafe_b64encode(os.urandom(24)).decode()
        self.secrets = {name: secret + name for name in ["es256", "rs256", "daemon-es256", "daemon-rs256"]}
        web = {"kind": "web", "authentication": "client_secret_basic", "redirectURIs": [REDIRECT]}
        daemon = {"kind": "daemon", "authentication": "client_secret_basic",
                  "roleGrants": [{"resource": API, "role": "Stock.Write"}]}
        applications = [{
            "name": "Stock", "kind": "api", "identifierURIs": [API],
            "roles": [{"value": "Stock.Write", "for": ["Application"]}]}]
        for name, secret in self.secrets.items():
            algorithm = name[-5:].upper()
            applications.append({"name": name, **(daemon if name.startswith("daemon") else web), "secret": secret,
                                 "signingAlgorithm": algorithm})
        return {
            "tenant": {"domain": HOST, "name": "Woodgrove Groceries"},
            "members": [{"name": f"admin@{HOST}", "displayName": "Admin", "password": secret,
                         "roles": ["Global Administrator"]}],
            "applications": applications,
            "partners": [{
                "name": "contoso", "displayName": "Contoso", "kind": "oidc", "clientID": "gateway",
                "issuer": self.partner_issuer, "clientSecret": secret, "clientAuthentication": "client_secret_post",
                "algorithms": ["ES256"], "domains": [PARTNER]},
                *(self.saml_partner(name, signs="unsigned" not in row) for row, name in SAML_PARTNERS.items())],
        }

    def saml_partner(self, name, signs):
        return {
            "name": name, "displayName": name.title(), "kind": "saml", "issuer": f"urn:{name}.example",
            "signInURL": f"https://idp.{name}.example/sso", "signingCertificates": [self.certificate],
            "signsRequests": signs, "domains": [f"{name}.example"]}

    @property
    def partner_issuer(self):
        return f"http://127.0.0.1:{self.partner_port}"

    def apply_declaration(self, declaration):
        path = self.folder / "declaration.json5"
        path.write_text(json.dumps(declaration))
        answer = self.command("apply", str(path), "--operator", "--json")
        self.tenant = answer["tenant"]["id"]
        self.clients = {item["name"]: item["client_id"] for item in answer["applications"]}

    def command(self, *arguments):
        done = subprocess.run([self.options.binary, *arguments, "--config", str(self.configuration)],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            sys.exit(f"bench: vestibule {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    @property
    def serve(self):
        return ["taskset", "-c", SERVER_CORE, self.options.binary, "serve", "--config", str(self.configuration)]

    def start(self):
        log = open(self.folder / "gateway.log", "ab")
        self.process = subprocess.Popen(self.serve, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        for _ in range(500):
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.base}/health/ready", timeout=5):
                    return
            except OSError:
                time.sleep(0.02)
        sys.exit(f"bench: the gateway does not serve:\n{(self.folder / 'gateway.log').read_text()[-2000:]}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        self.process = None

    # Driving.

    def facts(self, name):
        client = self.web(name)
        basic = f"{self.clients[client]}:{urllib.parse.quote(self.secrets[client], safe='')}"
        quoted = lambda text: urllib.parse.quote(text, safe="")
        values = {
            "tenant": self.tenant, "client_id": self.clients[client], "partner": "contoso",
            "client_basic": base64.b64encode(basic.encode()).decode(), "redirect_uri_encoded": quoted(REDIRECT),
            "scope": "openid%20profile%20email" + ("%20offline_access" if name.startswith("refresh") else ""),
            "partner_domain": PARTNER, "partner_issuer": self.partner_issuer,
            "partner_issuer_encoded": quoted(self.partner_issuer), "partner_port": self.partner_port,
            "partner_key": self.folder / "partner.pem", "guests": self.guests,
        }
        if partner := SAML_PARTNERS.get(name):
            ours = f"{self.base}/{self.tenant}/federation/{partner}"
            values |= {"partner": partner, "partner_domain": f"{partner}.example",
                       "saml_issuer": f"urn:{partner}.example", "saml_acs": f"{ours}/acs",
                       "saml_audience": f"{ours}/metadata", "saml_certificate": self.certificate}
        (self.folder / "facts").write_text("".join(f"{key} {value}\n" for key, value in values.items()))

    def web(self, name):
        return "rs256" if name.endswith("rs256") else "es256"

    def drive(self, mode, connections=64, request=None, profile=None):
        arguments = ["taskset", "-c", DRIVER_CORE, self.options.driver, mode, "-p", str(self.port), "-P",
                     str(self.process.pid), "-c", str(connections), "-t", str(self.seconds)]
        if request is not None:
            (self.folder / "request").write_bytes(request)
            arguments += ["-r", str(self.folder / "request")]
        else:
            arguments += ["-f", str(self.folder / "facts")]
        perf = self.profiler(profile) if profile and self.options.profile else None
        done = subprocess.run(arguments, capture_output=True, text=True)
        if perf:
            self.write_profile(perf, profile)
        if done.returncode != 0:
            tail = (self.folder / "gateway.log").read_text()[-3000:]
            sys.exit(f"bench: driver {mode}: {done.stderr}{done.stdout}\nthe gateway's log ends:\n{tail}")
        return json.loads(done.stdout)

    def profiler(self, name):
        """Samples the gateway by the clock: virtual machines often have no counters."""
        return subprocess.Popen(
            ["perf", "record", "-q", "-e", "cpu-clock", "-F", "1999", "-g", "-o", str(self.folder / f"{name}.perf"), "-p",
             str(self.process.pid), "--", "sleep", str(self.seconds + 1)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def write_profile(self, perf, name):
        perf.wait(60)
        views = {"libraries": ["--no-children", "-g", "none", "--sort", "dso"],
                 "functions": ["--no-children", "-g", "none", "--sort", "dso,symbol"],
                 "callers": ["--children", "-g", "none", "--sort", "dso,symbol"]}
        for kind, more in views.items():
            done = subprocess.run(
                ["perf", "report", "-i", str(self.folder / f"{name}.perf"), "--stdio", "--percent-limit", "0.1", *more],
                capture_output=True, text=True)
            text = subprocess.run(["swift", "demangle", "-simplified"], input=done.stdout, capture_output=True, text=True)
            RESULTS.mkdir(exist_ok=True)
            (RESULTS / f"{name}.{kind}.txt").write_text(text.stdout or done.stdout)

    def request(self, method, path, fields=(), body=b""):
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", *(f"{n}: {v}" for n, v in fields)]
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def post_as(self, client, path, **form):
        basic = f"{self.clients[client]}:{urllib.parse.quote(self.secrets[client], safe='')}"
        authorization = "Basic " + base64.b64encode(basic.encode()).decode()
        return self.request("POST", f"/{self.tenant}{path}", [("Authorization", authorization)],
                            urllib.parse.urlencode(form).encode())

    def tokens(self):
        """One guest's tokens, got as the driver does. The driver keeps none, so this walks the way once more."""
        self.facts("sign-in-es256")
        done = subprocess.run(
            ["taskset", "-c", DRIVER_CORE, self.options.driver, "tokens", "-p", str(self.port), "-c", "1",
             "-f", str(self.folder / "facts")], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"bench: driver tokens: {done.stderr}{done.stdout}")
        return json.loads(done.stdout)

    def answer(self, request):
        """What the gateway says to a static request, checked once before it is measured."""
        with socket.create_connection(("127.0.0.1", self.port)) as s:
            s.sendall(request)
            received = b""
            while b"\r\n\r\n" not in received:
                received += s.recv(65536)
            head, _, body = received.partition(b"\r\n\r\n")
            length = int(re.search(rb"content-length: *(\d+)", head, re.I).group(1))
            while len(body) < length:
                body += s.recv(65536)
        status = int(head.split()[1])
        if status != 200:
            sys.exit(f"bench: {request.split(chr(13).encode())[0].decode()}: {status} {body[:500].decode()}")
        return body

    # Measuring.

    def measure(self):
        wanted = lambda name: not self.options.only or name in self.options.only
        static = {
            "discovery": lambda: self.request("GET", f"/{self.tenant}/v2.0/.well-known/openid-configuration"),
            "keys": lambda: self.request("GET", f"/{self.tenant}/discovery/v2.0/keys"),
            "credentials-es256": lambda: self.credentials("daemon-es256"),
            "credentials-rs256": lambda: self.credentials("daemon-rs256"),
            "userinfo": lambda: self.request(
                "GET", f"/{self.tenant}/openid/userinfo", [("Authorization", "Bearer " + self.tokens()["access_token"])]),
            "introspect": lambda: self.post_as(
                "es256", "/oauth2/v2.0/introspect", token=self.tokens()["access_token"]),
        }
        for name in NAMES:
            if not wanted(name) or name in ("verify", "cold-start", "idle"):
                continue
            say(name)
            usual = [1, 64] if name in ("discovery", "credentials-es256", "sign-in-es256") else [64]
            for connections in self.options.connections or usual:
                if name in static:
                    request = static[name]()
                    body = self.answer(request)
                    if name == "introspect" and json.loads(body)["active"] is not True:
                        sys.exit("bench: the token that is introspected is not active")
                    figures = self.drive("static", connections, request, name if connections > 1 else None)
                    if name == "discovery" and connections == 64:
                        self.cross_check = self.wrk(f"/{self.tenant}/v2.0/.well-known/openid-configuration")
                else:
                    self.facts(name)
                    figures = self.drive("refresh" if name.startswith("refresh") else "signin", connections,
                                         profile=name if connections > 1 else None)
                self.rows.append({"name": name, **figures})
        self.memory["after load"] = memory(self.process.pid)

    def credentials(self, client):
        return self.post_as(client, "/oauth2/v2.0/token", grant_type="client_credentials", scope=f"{API}/.default")

    def wrk(self, path):
        """What another tool makes of discovery, where it is installed."""
        if not shutil.which("wrk"):
            return None
        done = subprocess.run(["taskset", "-c", DRIVER_CORE, "wrk", "-t1", "-c64", f"-d{max(self.seconds, 1)}s",
                               self.base + path], capture_output=True, text=True)
        found = re.search(r"Requests/sec: *([\d.]+)", done.stdout)
        return float(found.group(1)) if found else None

    def start_and_idle(self):
        self.stop()
        (self.folder / "request").write_bytes(
            self.request("GET", f"/{self.tenant}/v2.0/.well-known/openid-configuration"))
        times = 5 if self.options.quick else 21
        command = [self.options.driver, "cold", "-p", str(self.port), "-r", str(self.folder / "request"), "-t",
                   str(times), "-C", SERVER_CORE, "--", self.options.binary, "serve", "--config",
                   str(self.configuration)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"bench: driver cold: {done.stderr}")
        self.cold = json.loads(done.stdout.splitlines()[-1])
        self.start()
        time.sleep(1 if self.options.quick else 3)
        self.memory["idle"] = memory(self.process.pid)


def memory(pid):
    """RSS and private memory in MB."""
    kilobytes = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        kilobytes[name] = int(value.split()[0])
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return {"rss_mb": round(kilobytes["Rss"] / 1024, 1), "private_mb": round(private / 1024, 1)}


# Judging.

def targets(speed):
    """Requests a second with 64 connections, as the design states them."""
    return {
        "credentials-es256": (0.45 * speed["p256"], "45 % of P-256"),
        "credentials-rs256": (0.90 * speed["rsa2048"], "90 % of RSA-2048"),
        "introspect": (25_000, "25,000/s"), "refresh-es256": (6_000, "6,000/s"),
        "sign-in-saml": (1_500, "1,500/s"), "sign-in-saml-unsigned": (1_500, "1,500/s"),
        "sign-in-es256": (2_500, "2,500/s"), "sign-in-rs256": (1_200, "1,200/s"),
    }


def verdict(met):
    return "met" if met else "missed"


def judge(bench, speed):
    goals = targets(speed)
    for row in bench.rows:
        goal = goals.get(row["name"]) if row["connections"] > 1 else None
        row["target"] = round(goal[0]) if goal else None
        row["target_text"] = goal[1] if goal else None
        row["met"] = row["per_second"] >= goal[0] if goal else None
    whole = []
    if hasattr(bench, "cold"):
        whole.append({"name": "cold start: exec to first answer, ms", "value": bench.cold["median_ms"], "target": 20,
                      "met": bench.cold["median_ms"] <= 20})
    if "idle" in bench.memory:
        idle = bench.memory["idle"]
        whole.append({"name": "idle, private MB", "value": idle["private_mb"], "target": 15,
                      "met": idle["private_mb"] <= 15})
        whole.append({"name": "idle, RSS MB", "value": idle["rss_mb"], "target": 25, "met": idle["rss_mb"] <= 25})
    if "after load" in bench.memory:
        whole.append({"name": "after the load, RSS MB", "value": bench.memory["after load"]["rss_mb"], "target": None,
                      "met": None})
    return whole


def table(result):
    speed, lines = result["openssl"], []
    lines.append(f"{result['machine']}; {result['openssl_version']}; database on {result['filesystem']}")
    lines.append(f"openssl speed, core {SERVER_CORE}, before and after: "
                 + ", ".join(f"{key} {a:,.0f} and {b:,.0f}/s" for key, (a, b) in speed.items()))
    lines.append("")
    lines.append(f"{'':22}{'conns':>6}{'per second':>12}{'p50 us':>11}{'p99 us':>11}{'CPU us':>9}{'core':>7}{'per CPU s':>11}   target")
    for row in result["rows"]:
        goal = f"{row['target']:,} ({row['target_text']}): {verdict(row['met'])}" if row["target"] else "-"
        lines.append(f"{row['name']:22}{row['connections']:>6}{row['per_second']:>12,.0f}{row['p50_us']:>11,}"
                     f"{row['p99_us']:>11,}{row['cpu_us']:>9.1f}{row['core']:>7.0%}{1e6 / row['cpu_us']:>11,.0f}   {goal}")
    if result["verify"]:
        lines += ["", f"{'one SAML response, us':22}{'bytes':>8}{'ours':>9}{'the signature':>15}{'beyond it':>11}{'xmlsec1':>9}"
                      f"{'pysaml2':>10}   target"]
    for row in result["verify"]:
        other = f"{row['pysaml2_us']:>10,.0f}" if row["pysaml2_us"] else f"{'-':>10}"
        lines.append(f"{row['name']:22}{row['bytes']:>8,}{row['ours_us']:>9.1f}{row['signature_us']:>15.1f}"
                     f"{row['beyond_us']:>11.1f}{row['xmlsec1_us']:>9.1f}{other}   "
                     f"{row['target_us']} beyond it: {verdict(row['met'])}")
    lines.append("")
    for item in result["whole"]:
        goal = f"{item['target']}: {verdict(item['met'])}" if item["target"] else "-"
        lines.append(f"{item['name']:40}{item['value']:>8}   {goal}")
    if result["wrk_discovery"]:
        lines.append(f"{'discovery by wrk, 64 connections':40}{result['wrk_discovery']:>8,.0f}")
    lines.append("")
    lines += [
        "CPU us: the gateway's user and system time per request. core: how much of its core it got; below 100 % it waited",
        "for the disk, for the driver, or for whatever else ran there. per CPU s: what a core of its own would give.",
        "A sign-in is three requests and one of the gateway's own: authorize, callback (which asks the partner's token",
        "endpoint), token. From SAML it is three: the request is signed with RSA or not at all, the 5 KB response with ECDSA, the tokens",
        "with ES256. Percentiles are of the whole sign-in.",
        "One SAML response: ours by every rule of the assertion consumer service, beside the signature alone; xmlsec1 the",
        "signature alone, in a process that runs already; pysaml2 by its rules, with an xmlsec1 that it starts each time.",
    ]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--driver", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", action="append", choices=NAMES)
    parser.add_argument("--seconds", type=int, help="of each measurement")
    parser.add_argument("--connections", type=int, action="append", help="instead of 1 and 64")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--dir", type=pathlib.Path)
    options = parser.parse_args()
    options.binary = str(pathlib.Path(options.binary).resolve())
    if os.cpu_count() < 2:
        sys.exit("bench: two cores are needed, one for the gateway and one for the driver")
    where = options.dir or pathlib.Path(".build/bench")
    where.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="run.", dir=where)).resolve()
    bench = Bench(options, folder)
    try:
        say("openssl speed")
        window = 1 if options.quick else 3
        before = openssl_speed(window)
        bench.prepare()
        bench.measure()
        if not options.only or {"cold-start", "idle"} & set(options.only):
            say("cold start, idle memory")
            bench.start_and_idle()
        after = openssl_speed(window)
        verified = []
        if not options.only or "verify" in options.only:
            say("verify")
            rates = {"rsa": after["rsa2048 verify"], "ecdsa": after["p256 verify"]}
            verified = verify.measure(options.binary, SERVER_CORE, folder, rates, options.quick)
    finally:
        bench.stop()
        shutil.rmtree(folder, ignore_errors=True)
    mean = {key: (before[key] + after[key]) / 2 for key in before}
    whole = judge(bench, mean)
    result = {
        "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "quick": options.quick,
        "machine": machine(), "filesystem": filesystem(where),
        "openssl_version": subprocess.run(["openssl", "version"], capture_output=True, text=True).stdout.strip(),
        "binary_sha256": hashlib.sha256(pathlib.Path(options.binary).read_bytes()).hexdigest(),
        "openssl": {key: [before[key], after[key]] for key in before}, "rows": bench.rows, "verify": verified,
        "whole": whole,
        "cold": getattr(bench, "cold", None), "memory": bench.memory,
        "wrk_discovery": getattr(bench, "cross_check", None),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{result['at'].replace(':', '')}.json").write_text(json.dumps(result, indent=2) + "\n")
    text = table(result)
    if options.json:
        print(text, file=sys.stderr)
        print(json.dumps(result))
    else:
        print(text)


def machine():
    found = re.search(r"model name\s*: *(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    return f"{found.group(1) if found else platform.machine()}, {os.cpu_count()} CPUs, Linux {platform.release()}"


def filesystem(path):
    return subprocess.run(["stat", "-f", "-c", "%T", str(path)], capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
