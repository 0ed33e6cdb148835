"""The registry's schemas, as cfn-lint carries them: properties checked, values made what the schema says they are."""

import functools
import json
import pathlib
import re

import cfnlint
import jsonschema

FOLDER = pathlib.Path(cfnlint.__file__).parent / "data" / "schemas"


@functools.cache
def places() -> dict:
    return json.loads((FOLDER / "providers" / "us-east-1.json").read_text())


def known(name: str) -> bool:
    return name in places()


@functools.cache
def schema(name: str) -> dict:
    found = json.loads((FOLDER / "resources" / f"{places()[name]}.json").read_text())
    found.setdefault("primaryIdentifier", ["/properties/Id"])
    return readable(found)


def readable(part):
    """Without patterns of ECMAScript that Python cannot read (\\p{L})."""
    if isinstance(part, list):
        return [readable(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: readable(each)
        for key, each in part.items()
        if not (key == "pattern" and isinstance(each, str) and not compiles(each))
    }


def compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def typed(value, part: dict, root: dict):
    """Parameters are text; CloudFormation makes "3" a number where the schema wants one, and 3 a text where it wants that."""
    part = resolved(part, root)
    if isinstance(value, dict):
        return {key: typed(each, part.get("properties", {}).get(key, {}), root) for key, each in value.items()}
    if isinstance(value, list):
        return [typed(each, part.get("items", {}), root) for each in value]
    kinds = part.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if isinstance(value, str):
        if "integer" in kinds and re.fullmatch(r"-?\d+", value):
            return int(value)
        if "number" in kinds and re.fullmatch(r"-?\d+(\.\d+)?", value):
            return float(value)
        if "boolean" in kinds and value in ("true", "false"):
            return value == "true"
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and kinds == ["string"]:
        return str(value)
    return value


def resolved(part: dict, root: dict) -> dict:
    while isinstance(part, dict) and "$ref" in part:
        part = functools.reduce(lambda at, key: at.get(key, {}), part["$ref"].removeprefix("#/").split("/"), root)
    return part if isinstance(part, dict) else {}


def faults(name: str, properties: dict) -> list[str]:
    checker = jsonschema.Draft7Validator(schema(name))
    return [f"{'/'.join(map(str, each.path))}: {each.message[:200]}" for each in checker.iter_errors(properties)]
