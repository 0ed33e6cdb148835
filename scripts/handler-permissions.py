#!/usr/bin/env python3
"""What CloudFormation's handlers may call for each resource type of cfn/*.yaml, from the registry schemas inside cfn-lint.

    pip install cfn-lint    # 1.58 or later: its schemas are JSON
    python3 scripts/handler-permissions.py > test/cfn/handler-permissions.json

cfn/iam/*.json are tested against this file (test/cfn/iam.test.ts); run it after a template uses a new resource type.
"""

import json
import pathlib
import re

import cfnlint

SCHEMAS = pathlib.Path(cfnlint.__file__).parent / "data" / "schemas"
HANDLERS = ("create", "read", "update", "delete")  # "list" is for import and drift of foreign resources

root = pathlib.Path(__file__).parent.parent
places = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text())
used = sorted({
    name
    for template in (root / "cfn").glob("*.yaml")
    for name in re.findall(r"^    Type: ['\"]?(AWS::\w+::\w+)['\"]?\s*(?:#.*)?$", template.read_text(), re.MULTILINE)
    # A parameter may have a type of this form too: a resource's type stands in the registry.
    if name in places
})

permissions = {}
for name in used:
    handlers = json.loads((SCHEMAS / "resources" / f"{places[name]}.json").read_text()).get("handlers", {})
    permissions[name] = {
        handler: sorted({action.strip() for action in handlers[handler].get("permissions", [])})
        for handler in HANDLERS
        if handler in handlers
    }
print(json.dumps(permissions, indent=2))
