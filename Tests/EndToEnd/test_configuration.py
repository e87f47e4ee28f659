"""A mistake in the configuration: exit 2, one sentence that names the file and the key, and nothing made or changed."""

import os
import subprocess

import pytest

from peers.gateway import binary

GOOD = """{
  base: "http://localhost:18999",
  development: true,
  listen: [{address: "127.0.0.1", port: 18999}],
  database: "x.db",
  %s
}"""

# What is put into a good configuration, and what the sentence must name.
ADDED = [
    ("bass: 1,", "bass"),
    ('proxies: ["10.0.0.1/99"],', "proxies"),
    ("mail: {},", "mail"),
    ('mail: {smtp: {host: "x", from: "nobody"}},', "from"),
    ('mail: {smtp: {host: "x", from: "a@b.example", security: "ssl"}},', "security"),
    ('mail: {smtp: {host: "x", from: "a@b.example", passwordFile: "gone", username: "u"}},', "passwordFile"),
    ('masterKey: {file: "a", environment: "B"},', "masterKey"),
    ('masterKey: {environment: "VESTIBULE_NOT_SET"},', "VESTIBULE_NOT_SET"),
    ("limits: {headSeconds: 0},", "headSeconds"),
    ("limits: {headSecs: 5},", "headSecs"),
    ('egress: ["http://x/"],', "egress"),
    ('trust: "gone.pem",', "gone.pem"),
    ('loops: "two",', "loops"),
    ('dns: {servers: ["dns.example"]},', "servers"),
    ("dns: {servers: []},", "servers"),
]

# What is put in place of something in it.
CHANGED = [
    ("port: 18999", "port: 70000", "port"),
    ('"127.0.0.1"', '"example.org"', "address"),
    ("http://localhost:18999", "https://x.example/path", "base"),
    ("http://localhost:18999", "ftp://x", "base"),
    ("http://localhost:18999", "http://x.example", "base"),
    ("port: 18999", 'port: 18999, tls: {certificate: "no.pem", key: "no.key"}', "no.pem"),
    ('"x.db"', "7", "database"),
]


def serve(folder, text):
    file = folder / "vestibule.json5"
    file.write_text(text)
    return subprocess.run([binary(), "serve", "--config", str(file)], capture_output=True, text=True, timeout=30)


def check(answer, folder, named):
    assert answer.returncode == 2, answer
    sentence = answer.stderr.strip()
    assert named in sentence and "\n" not in sentence, sentence
    assert os.listdir(folder) == ["vestibule.json5"], "nothing is made"


@pytest.mark.parametrize("added, named", ADDED)
def test_a_key_that_is_wrong(tmp_path, added, named):
    check(serve(tmp_path, GOOD % added), tmp_path, named)


@pytest.mark.parametrize("old, new, named", CHANGED)
def test_a_value_that_is_wrong(tmp_path, old, new, named):
    text = GOOD % ""
    assert old in text
    check(serve(tmp_path, text.replace(old, new)), tmp_path, named)


@pytest.mark.parametrize("text", ["", "{", "{\n}"])
def test_a_file_that_is_no_configuration(tmp_path, text):
    check(serve(tmp_path, text), tmp_path, "vestibule.json5")


def test_a_file_that_is_not_there(tmp_path):
    answer = subprocess.run(
        [binary(), "serve", "--config", str(tmp_path / "gone.json5")], capture_output=True, text=True, timeout=30)
    assert answer.returncode in (2, 3) and "gone.json5" in answer.stderr
