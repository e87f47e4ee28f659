"""One partner out of a federation's signed metadata: read by a process of its own, with limits of its own."""

import contextlib
import http.server
import json
import subprocess
import sys
import threading

import pytest

from peers import aggregate, configuration
from peers.gateway import binary
from peers.saml_peer import KeyPair
from test_saml_partner import invite, sign_in

MIB = 1 << 20
ENTITIES = 10_000


def resident(pid: int) -> int:
    """Octets of memory that the process has to itself."""
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024


@pytest.fixture
def hosted(tmp_path):
    """hosted(path): the address at which the file is served."""
    servers = []

    class Files(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(tmp_path))

        def log_message(self, *_):
            pass

        def copyfile(self, *arguments):
            # The server stops reading once it knows that the document is a large one, and asks again.
            with contextlib.suppress(ConnectionError):
                super().copyfile(*arguments)

    def serve(path):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/{path.name}"

    yield serve
    for server in servers:
        server.shutdown()


@pytest.fixture
def federation(tmp_path, saml_idp_pysaml2):
    idp = saml_idp_pysaml2(domain="federated.example")
    signer = KeyPair.make(tmp_path, "federation")
    path = tmp_path / "aggregate.xml"
    aggregate.write(path, signer, ENTITIES, [idp.metadata_xml])
    assert path.stat().st_size > ENTITIES * aggregate.SMALLEST
    return idp, signer, path


# Linux counts what a process had before it became another program; a small one starts it, so that it is its own alone.
MEASURE = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
print(child.returncode, usage.ru_maxrss, file=sys.stderr)
"""


def read_alone(path, entity_id, signer):
    """What the process answers, how it ended, and the most memory it had."""
    with path.open("rb") as document:
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, binary(), "--metadata-entity", entity_id, signer.base64], stdin=document,
            capture_output=True, check=True, text=True)
    code, most = done.stderr.split()[-2:]
    return done.stdout, int(code), int(most) * 1024


@pytest.mark.timeout(600)
def test_one_partner_of_ten_thousand(gateway, hosted, federation, tmp_path):
    idp, signer, path = federation
    answer, code, most = read_alone(path, idp.entity_id, signer)
    assert code == 0 and answer.startswith("<md:EntityDescriptor") and idp.entity_id in answer
    assert most < 450 * MIB, most

    before = resident(gateway.child.pid)
    gateway.apply(configuration.saml_partner(
        gateway.host["id"], "federated", "Federated", hosted(path), ["federated.example"], issuer=idp.entity_id,
        metadataSigner=signer.base64), "--operator")
    assert resident(gateway.child.pid) - before < 30 * MIB
    idp.trust(gateway.get(f"/{gateway.host['id']}/federation/federated/metadata").text)
    invite(gateway, idp.people[0].email)
    assert sign_in(gateway, idp)["idp"] == idp.entity_id
    # And read again, as the clock would: all that is told is that the peer's certificate is good for 30 days.
    read = gateway.json("partner", "refresh", "federated")
    assert [event["change"] for event in read["events"]] == ["certificate ends"]
    assert resident(gateway.child.pid) - before < 30 * MIB

    # From a file the command itself takes the partner out.
    applied = gateway.apply(configuration.saml_partner(
        gateway.host["id"], "federated", "Federated", None, ["federated.example"], issuer=idp.entity_id,
        metadataFile=str(path), metadataSigner=signer.base64), "--operator")
    assert applied["changed"]
    assert sign_in(gateway, idp)["idp"] == idp.entity_id

    # The command that looks at metadata reads it in the same way.
    looked_at = json.loads(subprocess.run(
        [binary(), "saml", "metadata", "--json", "--entity-id", idp.entity_id, "--signer-cert",
         str(signer.certificate), str(path)], capture_output=True).stdout)
    assert (looked_at["verdict"], looked_at["metadata"]["entity_id"]) == ("accept", idp.entity_id)

    # Whose signer is another, who is not in it, and what was changed.
    other = KeyPair.make(tmp_path, "other")
    for wrong, entity_id, reason in [
            (path, "https://nobody.example", "issuer_mismatch"), (path, idp.entity_id, "metadata_signature")]:
        pinned = other if reason == "metadata_signature" else signer
        answer, code, _ = read_alone(wrong, entity_id, pinned)
        assert code == 1 and answer.split("\n")[0] == reason
    aggregate.changed(path, tmp_path / "changed.xml")
    answer, code, _ = read_alone(tmp_path / "changed.xml", idp.entity_id, signer)
    assert code == 1 and answer.split("\n")[0] == "metadata_signature"


def test_a_document_that_wants_more_than_its_share(tmp_path):
    """Each octet of it would take thirty of memory: the process is stopped by its own limits, far below a gigabyte."""
    path = tmp_path / "greedy.xml"
    path.write_text(f'<md:EntitiesDescriptor xmlns:md="{aggregate.METADATA}">' + "<a/>" * 4_000_000
                    + "</md:EntitiesDescriptor>")
    _, code, most = read_alone(path, "https://nobody.example", KeyPair.make(tmp_path, "federation"))
    assert code != 0
    assert most < 96 * MIB + 7 * path.stat().st_size, most
