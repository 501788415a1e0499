"""Holds a running daemon to its own OpenAPI document, with requests that schemathesis makes up.

Without users twice: as the document has it, with right and wrong requests; and with the values that only this daemon
knows (its pools and questions) in the place of free texts, so that what is right has to be answered. With a user,
whether nobody else is let in.

usage: fuzz.py URL [USER:PASSWORD]
"""

import base64
import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

# Requests that are made up for each operation: as documented, with what is known, and with users.
EXAMPLES = (40, 25, 5)
# What no run checks. Nothing here is freed, and no operation makes what another one answers from.
OFF = ["use_after_free", "ensure_resource_availability", "object_level_authorization"]
# Which pools, sources and questions there are, that from and to belong together, and what is SQL, no document can
# say: the first run cannot ask that what fits the document is answered. The second does.
OFF_AS_DOCUMENTED = ["positive_data_acceptance"]
# A body that is too large is refused as such, whatever else is wrong with it.
CONFIG = """
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 413, 415, 422, 429]
"""


class Daemon:
    def __init__(self, url, credentials):
        self.url, self.credentials = url.rstrip("/"), credentials

    def get(self, path):
        request = urllib.request.Request(self.url + path)
        if self.credentials:
            token = base64.b64encode(self.credentials.encode()).decode()
            request.add_header("authorization", f"Basic {token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def rows(self, name):
        return self.get(f"/api/v1/query?name={name}&range=24h")["rows"]


def as_known(document, daemon):
    """The document, with what only the daemon knows in the place of free texts."""
    known = copy.deepcopy(document)
    region, pool = daemon.rows("pools_as_configured")[0][:2]
    questions = [entry["name"] for part in daemon.get("/api/v1/queries").values() for entry in part]
    parameters = known["components"]["parameters"]
    parameters["region"]["schema"] = {"type": "string", "enum": ["", region]}
    parameters["pool"]["schema"] = {"type": "string", "enum": ["", f"{region}/{pool}"]}
    parameters["rolloutPool"]["schema"] = {"type": "string", "enum": ["", pool, f"{region}/{pool}"]}
    # Its config names none.
    parameters["cohort"]["schema"] = {"type": "string", "enum": [""]}
    # Both or none; a range asks for the rest.
    for name, instant in (("from", "2026-01-31"), ("to", "2026-02-02T12:30Z"), ("as_of", "2026-02-03T12:30:15+01:00")):
        parameters[name].update(required=True, schema={"type": "string", "enum": [instant]})
    values = {
        "name": questions,
        "aws_region": [region],
        "pool_id": [pool],
        "list": ["all"],
    }
    # Files of all formats are what saved questions come as, and what anything that is asked with SQL comes as.
    named = known["paths"]["/api/v1/query"]["get"]["parameters"]
    named[:] = [each for each in named if each.get("$ref") != "#/components/parameters/format"]
    named.append({"name": "format", "in": "query", "schema": {"enum": ["", "json", "csv"]}})
    for operations in known["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter.get("name") in values:
                    parameter["schema"] = {"type": "string", "enum": values[parameter["name"]]}
    # The first source of the config.
    imports = known["paths"].get("/api/v1/import", {}).get("post")
    if imports:
        imports["parameters"] = [each for each in imports["parameters"] if each["name"] != "source"]
        # A name with a control character makes no form.
        form = {"type": "object", "additionalProperties": False}
        form["properties"] = {"file": {"type": "string", "format": "binary"}}
        imports["requestBody"]["content"]["multipart/form-data"]["schema"] = form
    known["components"]["schemas"]["Question"] = {
        "enum": [
            {"sql": "select * from users order by all", "rows": 3},
            {"sql": "select count(*) as users from users where pool_id = $pool", "parameters": {"pool": pool}},
            {"sql": "select ? as one, ? as other", "parameters": ["Zürich", None], "rows": None},
            {"sql": "select 1.5 as ratio, date '2026-01-31' as day, true as is_so", "parameters": {}},
        ]
    }
    return known


def fuzzed(daemon, document, folder, name, mode, examples, off):
    """Whether a run finds nothing; what it found is printed."""
    path, config = folder / f"{name}.json", folder / "schemathesis.toml"
    path.write_text(json.dumps(document))
    config.write_text(CONFIG)
    command = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"),
        f"--config-file={config}",
        "run",
        str(path),
        f"--url={daemon.url}",
        f"--mode={mode}",
        "--checks=all",
        f"--exclude-checks={','.join(off)}",
        # The same requests every time. There are no links between operations: nothing has a state.
        "--phases=examples,coverage,fuzzing",
        f"--max-examples={examples}",
        "--generation-deterministic",
        "--workers=1",
        "--request-timeout=60",
        "--continue-on-failure",
        "--warnings=off",
        "--no-color",
    ]
    if daemon.credentials:
        # Made-up ones would be replaced by these.
        command += [f"--auth={daemon.credentials}", "--generation-with-security-parameters=false"]
    print(f"=== {name}", flush=True)
    return subprocess.run(command, cwd=folder, timeout=600).returncode == 0


def main():
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__.strip().splitlines()[-1])
    daemon = Daemon(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else None)
    document = daemon.get("/api/v1/openapi.json")
    known = as_known(document, daemon)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if daemon.credentials:
            # Where there are users, nobody else is let in.
            known["security"] = [{"basic": []}]
            runs = [fuzzed(daemon, known, folder, "with users", "positive", EXAMPLES[2], OFF)]
        else:
            runs = [
                fuzzed(daemon, document, folder, "as documented", "all", EXAMPLES[0], OFF + OFF_AS_DOCUMENTED),
                fuzzed(daemon, known, folder, "as known", "positive", EXAMPLES[1], OFF),
            ]
    if not all(runs):
        raise SystemExit("the daemon does not do as its document says")


if __name__ == "__main__":
    main()
