"""Many invited by a file, while the server is killed: nobody is invited twice, no mail is lost, and none is another mail."""

import collections
import contextlib
import json
import os
import random
import sqlite3

import pytest

from peers import configuration
from peers.processes import eventually

ALL = bool(os.environ.get("VESTIBULE_TEST_ALL"))
ROWS, KILLS = (10_000, 20) if ALL else (600, 3)

HEADER = ("version:v1.0\nEmail address to invite [inviteeEmail] Required,Redirection url [inviteRedirectURL] Required,"
          "Send invitation message (true or false) [sendEmail],Customized invitation message [customizedMessageBody]\n")


@pytest.fixture
def served(fresh_demo, configured_gateway, mail_server, authority):
    server = mail_server()
    demo = fresh_demo()
    demo.stop()
    return configured_gateway(
        demo, lambda c: c.update(mail=configuration.mail_to(server, authority.certificate))), server


def rows(gateway, sql, *arguments):
    with contextlib.closing(sqlite3.connect(f"file:{database(gateway)}?mode=ro", uri=True)) as store:
        return store.execute(sql, arguments).fetchall()


def database(gateway):
    return gateway.folder / gateway.configuration().get("database", "vestibule.db")


def test_per_line_results(served, tmp_path):
    gateway, server = served
    file = tmp_path / "people.csv"
    file.write_text("\ufeff" + HEADER + 'ada@elsewhere.example,https://orders.example/,true,"Hello, Ada"\r\n'
                    "nobody,https://orders.example/,true,\r\n"
                    f"ida@{gateway.host['domain']},https://orders.example/,true,\r\n"
                    "bob@elsewhere.example,ftp://orders.example/,true,\r\n")
    done = gateway.run("invite", "--csv", str(file), "--json", ok=False)
    assert done.returncode == 1, done.stderr
    result = json.loads(done.stdout)
    assert (result["total"], result["success"], result["failure"]) == (4, 1, 3)
    assert [failure["line"] for failure in result["failures"]] == [4, 5, 6]
    assert "verified domain" in result["failures"][1]["reason"]
    (mail,) = server.expect("ada@elsewhere.example")
    assert "Hello, Ada" in mail.text
    again = gateway.run("invite", "--job", result["id"], "--json", ok=False)
    assert json.loads(again.stdout) == result


def test_without_a_server(fresh_demo, configured_gateway, tmp_path):
    """The command does the work itself; the mail waits for a server."""
    demo = fresh_demo()
    demo.stop()
    gateway = configured_gateway(demo)
    gateway.stop()
    file = tmp_path / "people.csv"
    file.write_text(HEADER + "".join(f"p{n}@elsewhere.example,https://orders.example/,true,\n" for n in range(30)))
    result = gateway.json("invite", "--csv", str(file))
    assert (result["state"], result["success"]) == ("finished", 30)
    assert rows(gateway, "SELECT count(*) FROM outgoing_mails WHERE recipient LIKE 'p%@elsewhere.example'") == [(30,)]


def test_a_file_that_is_none(served, tmp_path):
    gateway, _ = served
    for text in ("", "ada@elsewhere.example\n", "version:v1.0\nname,mail\n", HEADER, HEADER + '"open'):
        file = tmp_path / "bad.csv"
        file.write_text(text)
        done = gateway.run("invite", "--csv", str(file), ok=False)
        assert done.returncode == 3 and "bad.csv" in done.stderr, (text, done.stderr)


@pytest.mark.timeout(60 + ROWS // 4 + 30 * KILLS)
def test_killed_while_it_works(served, tmp_path):
    gateway, server = served
    addresses = [f"guest{number}@elsewhere.example" for number in range(ROWS)]
    file = tmp_path / "many.csv"
    file.write_text(HEADER + "".join(f"{address},https://orders.example/,true,Welcome\n" for address in addresses))
    job = json.loads(gateway.run("invite", "--csv", str(file), "--no-wait", "--json").stdout)["id"]
    chance = random.Random(11)
    inside = collections.Counter()
    for number in range(KILLS):
        # At another point of the work each time: first while lines are done, then while mail leaves.
        goal = ROWS * (number + 1) // (KILLS + 1) + chance.randrange(-3, 4)
        eventually(lambda: len(server.mails) >= goal or server_is_done(gateway), 600, f"{goal} mails")
        gateway.kill()
        waiting = rows(gateway, "SELECT count(*) FROM invitation_job_lines WHERE state = 'waiting'")[0][0]
        unsent = rows(gateway, "SELECT count(*) FROM outgoing_mails WHERE sent_at IS NULL AND recipient <> ''")[0][0]
        inside["lines" if waiting else "mail" if unsent else "neither"] += 1
        gateway.start()
    result = json.loads(gateway.run("invite", "--job", job, "--json").stdout)
    assert (result["total"], result["success"], result["failure"]) == (ROWS, ROWS, 0)
    eventually(lambda: len({mail.recipients[0] for mail in server.mails}) >= ROWS, 600, "every mail")
    eventually(lambda: server_is_done(gateway), 60, "the outbox is empty")
    gateway.stop()

    wanted = set(addresses)
    for sql in ("SELECT email, count(*) FROM invitations GROUP BY email",
                "SELECT recipient, count(*) FROM outgoing_mails GROUP BY recipient",
                "SELECT mail, count(*) FROM users GROUP BY mail"):
        counted = {name: count for name, count in rows(gateway, sql) if name in wanted}
        assert set(counted) == wanted and set(counted.values()) == {1}, sql
    ids = collections.defaultdict(list)
    for mail in server.mails:
        ids[mail.recipients[0]].append(mail.message["Message-ID"])
    assert all(len(set(found)) == 1 for found in ids.values()), "what came twice has one Message-ID"
    repeated = sum(len(found) - 1 for found in ids.values())
    assert repeated <= KILLS
    print(f"{ROWS} lines, {KILLS} kills ({dict(inside)}), {repeated} mails repeated")
    assert inside["neither"] < KILLS, "no crash fell into the work"


def server_is_done(gateway):
    return rows(gateway, "SELECT count(*) FROM outgoing_mails WHERE sent_at IS NULL AND failed_at IS NULL "
                         "AND recipient LIKE '%@elsewhere.example'") == [(0,)] and rows(
        gateway, "SELECT count(*) FROM invitation_jobs WHERE state <> 'finished'") == [(0,)]
