"""Mismatches in policies: an action that IAM does not know, a resource or a condition that an action does not take.

Of cfn/iam/*.json, and of the machines' roles and users in cfn/*.yaml as they are when a stack has filled them in. Read by
scripts/check.mjs, in an environment that has parliament. What parliament says of other kinds is left to test/cfn/iam.test.ts.
"""

import json
import pathlib
import re
import sys
import warnings

import yaml

warnings.simplefilter("ignore")  # its use of pkg_resources
import parliament  # noqa: E402

# Its own files of exceptions are not read in this release: lists of places are skipped without a word.
YOUNGER = {  # than parliament's list of actions, which is of 2025; AWS has them in its service authorization reference
    "cloudformation:DescribeEvents",
    "route53:UpdateHostedZoneFeatures",
    "ses:PutConfigurationSetArchivingOptions",
}
OTHER_KINDS = {
    "RESOURCE_STAR": "narrowed by aws:CalledVia: cfn/iam/README.md; in a role, for actions that know no resource",
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION": "who deploys stacks may declare a bucket's policy, through CloudFormation",
}

PLACE = "eu-west-1:123456789012"
# What a Ref to a resource, or a parameter by the end of its name, is as part of a policy.
ARNS = {
    "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:{PLACE}:secret:x-Ab12Cd",
    "SecretArn": f"arn:aws:secretsmanager:{PLACE}:secret:x-Ab12Cd",
    "RoleArn": "arn:aws:iam::123456789012:role/shop-x",
    "AWS::StackId": f"arn:aws:cloudformation:{PLACE}:stack/shop-x/1",
}
WORDS = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"}


class Template(yaml.SafeLoader):
    """Functions of CloudFormation as {name: value}."""


Template.add_multi_constructor(
    "!",
    lambda loader, name, node: {
        name: loader.construct_scalar(node)
        if isinstance(node, yaml.ScalarNode)
        else loader.construct_sequence(node, deep=True)
        if isinstance(node, yaml.SequenceNode)
        else loader.construct_mapping(node, deep=True)
    },
)


def filled(value, resources):
    """A policy with its references filled in; of an If the first case."""
    if isinstance(value, list):
        return [filled(each, resources) for each in value]
    if not isinstance(value, dict):
        return value
    [(name, inside), *more] = value.items() or [("", None)]
    if not more and name == "Ref":
        kind = resources.get(inside, {}).get("Type", "")
        return ARNS.get(kind) or next((arn for end, arn in ARNS.items() if inside.endswith(end)), "shop-x")
    if not more and name == "Sub" and isinstance(inside, str):
        return re.sub(r"\$\{([\w:]+)\}", lambda part: WORDS.get(part[1], "shop-x"), inside)
    if not more and name == "GetAtt":
        return ARNS.get(resources[inside.split(".")[0]]["Type"], "shop-x")
    if not more and name == "If":
        return filled(inside[1], resources)
    return {key: filled(each, resources) for key, each in value.items()}


def joined(statements):
    """Statements about the same actions as one: parliament looks at each alone, and an action may need resources of two kinds."""
    groups = {}
    for one in statements:
        actions = one["Action"] if isinstance(one["Action"], list) else [one["Action"]]
        group = groups.setdefault(tuple(actions), {"Effect": one["Effect"], "Action": actions, "Resource": [], "Condition": {}})
        group["Resource"] += one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]]
        group["Condition"] |= one.get("Condition", {})
    return [{key: value for key, value in group.items() if value} for group in groups.values()]


def policies():
    for path in sorted(pathlib.Path("cfn/iam").glob("*.json")):
        yield path, path.read_text()
    for path in sorted(pathlib.Path("cfn").glob("*.yaml")):
        resources = yaml.load(path.read_text(), Template)["Resources"]
        for name, resource in resources.items():
            if resource["Type"] in ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::ManagedPolicy"):
                for policy in resource["Properties"].get("Policies", []):
                    document = filled(policy["PolicyDocument"], resources)
                    document["Statement"] = joined(document["Statement"])
                    yield f"{path} {name}", json.dumps(document)


read = list(policies())
findings = []
for place, text in read:
    policy = parliament.analyze_policy_string(text, str(place))
    findings += [(place, finding) for finding in policy.findings if finding.issue not in OTHER_KINDS]

unknown = {finding.location.get("string") for _, finding in findings if finding.issue == "UNKNOWN_ACTION"}
wrong = [
    f"{place}:{finding.location.get('line', '')} {finding.issue} {finding.detail}"
    for place, finding in findings
    if finding.location.get("string") not in YOUNGER
]
wrong += [f"scripts/policies.py: parliament knows {action} by now" for action in sorted(YOUNGER - unknown)]
if not any("60-web" in str(place) for place, _ in read):
    wrong.append("no role of a machine was read: scripts/policies.py")
sys.exit("\n".join(wrong) or None)
