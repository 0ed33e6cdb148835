#!/usr/bin/env python3
"""From the registry schemas inside cfn-lint, for each resource type of cfn/*.yaml: what CloudFormation's handlers may call, and which
properties cannot be changed, so that a resource is recreated.

    pip install cfn-lint    # 1.58 or later: its schemas are JSON
    python3 scripts/handler-permissions.py > test/cfn/handler-permissions.json
    python3 scripts/handler-permissions.py create-only > test/fakes/create-only.json

cfn/iam/*.json are tested against the first (test/cfn/iam.test.ts), every change of a setting against the second
(test/cfn/replacement.test.ts); run it after a template uses a new resource type.
"""

import json
import pathlib
import re
import sys

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



def permissions(schema):
    handlers = schema.get("handlers", {})
    return {
        handler: sorted({action.strip() for action in handlers[handler].get("permissions", [])})
        for handler in HANDLERS
        if handler in handlers
    }


def create_only(schema):
    kinds = {"always": "createOnlyProperties", "sometimes": "conditionalCreateOnlyProperties"}
    return {word: sorted(path.removeprefix("/properties/") for path in schema.get(key, [])) for word, key in kinds.items()}


answer = create_only if sys.argv[1:] == ["create-only"] else permissions
schemas = {name: json.loads((SCHEMAS / "resources" / f"{places[name]}.json").read_text()) for name in used}
print(json.dumps({name: answer(schema) for name, schema in schemas.items()}, indent=2))
