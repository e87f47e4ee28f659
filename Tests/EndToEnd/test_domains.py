"""Proof of domains by the built binary, with and without a server, against a name server that speaks by dnspython."""

import json

import pytest

from peers.name_server import NameServer


@pytest.fixture
def names():
    with NameServer() as server:
        yield server


@pytest.fixture
def stopped(fresh_demo, names):
    """An installation that nobody serves, and that asks our name server."""
    demo = fresh_demo()
    demo.stop()
    configuration = demo.configuration()
    configuration["dns"] = {"servers": [names.address]}
    demo.configuration_file.write_text(json.dumps(configuration))
    return demo


def tenant_of(demo, which="host") -> list[str]:
    return ["--tenant", getattr(demo, which)["id"]]


def test_a_domain_is_proven_by_its_record(stopped, names):
    added = stopped.json("domain", "add", "Contoso.COM", *tenant_of(stopped))
    assert added["id"] == "contoso.com" and added["isVerified"] is False
    (record,) = added["verificationDnsRecords"]
    assert record["recordType"] == "Txt" and record["label"] == "contoso.com"
    assert record["text"].startswith("vestibule-domain-verification=")
    again = stopped.json("domain", "add", "contoso.com", *tenant_of(stopped))
    assert again["verificationDnsRecords"] == [record], "asking again asks for the same record"
    theirs = stopped.json("domain", "add", "contoso.com", *tenant_of(stopped, "partner"))
    assert theirs["verificationDnsRecords"] != [record], "each organisation has a record of its own"

    def refused(which="host") -> str:
        done = stopped.run("domain", "verify", "contoso.com", *tenant_of(stopped, which), ok=False)
        assert done.returncode == 1, done
        return done.stderr

    assert "no name contoso.com" in refused()
    names.texts["contoso.com"] = []
    assert "has no TXT record" in refused()
    names.texts["contoso.com"] = "SERVFAIL"
    assert "SERVFAIL" in refused()
    names.texts["contoso.com"] = ["v=spf1 -all", theirs["verificationDnsRecords"][0]["text"]]
    assert "vestibule-domain-verification of contoso.com is" in refused(), "another organisation's record"
    names.texts["contoso.com"] = ["=> elsewhere.example", record["text"]]
    assert "alias of elsewhere.example" in refused()

    names.texts["contoso.com"] = ["v=spf1 " + "x" * 900, record["text"]]
    names.asked.clear()
    verified = stopped.json("domain", "verify", "contoso.com", *tenant_of(stopped))
    assert verified["isVerified"] is True and verified["method"] == "txt"
    assert names.asked == [("contoso.com", "udp"), ("contoso.com", "tcp")], "more than a datagram holds"

    names.texts["contoso.com"].append(theirs["verificationDnsRecords"][0]["text"])
    assert "another organisation" in refused("partner")
    listed = stopped.json("domain", "list", *tenant_of(stopped))
    states = {domain["id"]: (domain["isVerified"], domain["method"]) for domain in listed["value"]}
    assert states == {stopped.host["domain"]: (True, "operator"), "contoso.com": (True, "txt")}


def test_a_server_sees_a_verified_domain_at_once(stopped, names, configured_gateway):
    gateway = configured_gateway(stopped)
    tenant = stopped.host["id"]
    assert gateway.get("/contoso.com/v2.0/.well-known/openid-configuration").status_code == 404
    added = gateway.json("domain", "add", "contoso.com", "--tenant", tenant)
    names.texts["contoso.com"] = [added["verificationDnsRecords"][0]["text"]]
    gateway.json("domain", "verify", "contoso.com", "--tenant", tenant)
    answer = gateway.get("/contoso.com/v2.0/.well-known/openid-configuration")
    assert answer.status_code == 200 and tenant in answer.json()["issuer"]


def test_what_is_not_asked_for_is_not_verified(stopped, names):
    done = stopped.run("domain", "verify", "contoso.com", *tenant_of(stopped), ok=False)
    assert done.returncode == 1 and "domain add" in done.stderr and not names.asked
    assert stopped.run("domain", "add", "no domain", *tenant_of(stopped), ok=False).returncode == 2
    taken = stopped.run("domain", "add", stopped.partner["domain"], *tenant_of(stopped), ok=False)
    assert taken.returncode == 1 and "another organisation" in taken.stderr
