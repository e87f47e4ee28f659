"""schemathesis over the management API's own description: whatever it generates, no answer is our fault, and none is
other than described. The seed is fixed: a few hundred requests, with `scripts/test --all` more than five thousand."""

import json
import os
import re
import subprocess
import sys

import pytest

from peers import graph

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.timeout(3_600 if os.environ.get("VESTIBULE_TEST_ALL") else 600)
def test_what_is_described_is_what_is_answered(fresh_demo, tmp_path):
    demo = fresh_demo()
    token = graph.token(demo, *graph.daemon(demo, "Everything", graph.EVERYTHING))
    # About 65 operations take generated values; each example is a request or two.
    examples, least = (100, 5_000) if os.environ.get("VESTIBULE_TEST_ALL") else (6, 300)
    done = subprocess.run(
        [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run",
         f"{demo.base}/graph/openapi.json", "--checks", CHECKS, "--phases", "examples,fuzzing",
         "--max-examples", str(examples), "--seed", "20261121", "--generation-database", "none", "--no-color", "--continue-on-failure",
         "--suppress-health-check", "all",
         "--header", f"Authorization: Bearer {token}"],
        capture_output=True, text=True, cwd=tmp_path)
    report = done.stdout + done.stderr
    assert done.returncode == 0, report[-12_000:]
    generated = re.search(r"(\d[\d,]*) generated", report)
    assert generated and int(generated[1].replace(",", "")) >= least, report[-2_000:]


def test_the_description_is_whole(gateway):
    document = gateway.get("/graph/openapi.json").json()
    assert document["openapi"] == "3.0.3"
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert references <= set(document["components"]["schemas"])
    names = [operation["operationId"] for path in document["paths"].values()
             for method, operation in path.items() if method != "parameters"]
    assert len(names) == len(set(names))
