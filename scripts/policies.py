"""Mismatches in cfn/iam/*.json: an action that IAM does not know, a resource or a condition that an action does not take.

Read by scripts/check.mjs, in an environment that has parliament. What parliament says of other kinds is left to test/cfn/iam.test.ts.
"""

import pathlib
import sys
import warnings

warnings.simplefilter("ignore")  # its use of pkg_resources
import parliament  # noqa: E402

# Its own files of exceptions are not read in this release: lists of places are skipped without a word.
YOUNGER = {  # than parliament's list of actions, which is of 2025; AWS has them in its service authorization reference
    "route53:UpdateHostedZoneFeatures",
    "ses:PutConfigurationSetArchivingOptions",
}
OTHER_KINDS = {
    "RESOURCE_STAR": "narrowed by aws:CalledVia: cfn/iam/README.md",
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION": "who deploys stacks may declare a bucket's policy, through CloudFormation",
}

findings = []
for path in sorted(pathlib.Path("cfn/iam").glob("*.json")):
    policy = parliament.analyze_policy_string(path.read_text(), str(path))
    findings += [(path, finding) for finding in policy.findings if finding.issue not in OTHER_KINDS]

unknown = {finding.location.get("string") for _, finding in findings if finding.issue == "UNKNOWN_ACTION"}
wrong = [
    f"{path}:{finding.location.get('line', '')} {finding.issue} {finding.detail}"
    for path, finding in findings
    if finding.location.get("string") not in YOUNGER
]
wrong += [f"scripts/policies.py: parliament knows {action} by now" for action in sorted(YOUNGER - unknown)]
sys.exit("\n".join(wrong) or None)
