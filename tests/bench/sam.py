"""The peer of `cargo xtask bench sam`: AWS's own translator, with the same templates.

Prints a line `TEMPLATE MICROSECONDS` for each, the best of several rounds. Imports and parsing do not count.
"""

import copy
import json
import logging
import os
import sys
import time
from pathlib import Path

os.environ["AWS_DEFAULT_REGION"] = "ap-southeast-1"
logging.disable(logging.CRITICAL)

from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

ROUNDS = 5


class NoPolicies:
    def load(self):
        return {}


def measure(template):
    best = None
    for _ in range(ROUNDS):
        mine = copy.deepcopy(template)
        start = time.perf_counter()
        transform(mine, {"param1": "value1", "param2": "value2"}, NoPolicies())
        took = time.perf_counter() - start
        best = took if best is None else min(best, took)
    return best


def main(folder):
    for line in (folder / "groups.tsv").read_text().splitlines():
        scope, kind, name = line.split("\t")
        # What asks the Serverless Application Repository asks a server, here as there.
        if scope not in ("core", "ext") or kind != "success" or "application" in name:
            continue
        template = json.loads(json.dumps(yaml_parse((folder / f"input/{name}.yaml").read_text())))
        try:
            print(name, f"{measure(template) * 1e6:.1f}")
        except Exception as error:
            print(name, "failed:", type(error).__name__, file=sys.stderr)


main(Path(sys.argv[1]))
