#!/usr/bin/env python3
"""Which resources IAM knows for each action that cfn/iam narrows by a name, from parliament's tables of AWS's service authorization reference.

    pip install parliament setuptools==80.9.0
    python3 scripts/action-resources.py > test/cfn/action-resources.json

test/cfn/rights.test.ts holds the policies against it; run it after a resource type was added. An empty list: no resource narrows the action.
"""

import fnmatch
import json
import pathlib
import re
import warnings

warnings.simplefilter("ignore")  # its use of pkg_resources
import parliament  # noqa: E402

root = pathlib.Path(__file__).parent.parent
narrowed = {
    action
    for path in (root / "cfn" / "iam").glob("*.json")
    for statement in json.loads(path.read_text())["Statement"]
    if any("PROJECT-" in each for each in statement["Resource"])
    for action in statement["Action"]
}


def known():
    for service in parliament.iam_definition:
        formats = {each["resource"]: re.sub(r"\$\{[^}]*\}", "*", each["arn"]) for each in service["resources"]}
        for privilege in service["privileges"]:
            name = f"{service['prefix']}:{privilege['privilege']}"
            if any(fnmatch.fnmatch(name.lower(), pattern.lower()) for pattern in narrowed):
                kinds = {each["resource_type"].rstrip("*") for each in privilege["resource_types"]}
                yield name, sorted(formats[kind] for kind in kinds if kind in formats)


print(json.dumps(dict(sorted(known())), indent=2))
