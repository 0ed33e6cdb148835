"""Calls of services that LocalStack lacks, as far as bootdev makes them: answered from what the stacks declared (types_of_stacks)."""

import functools

from localstack.aws.api import CommonServiceException
from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.iam.resources.policy_simulator import BasicIAMPolicySimulator
from localstack.services.plugins import SERVICE_PLUGINS, Service
from localstack.services.ssm.provider import SsmProvider
from localstack.utils.bootstrap import get_enabled_apis
from types_of_stacks import STORE, resources


def here(context, name: str) -> dict[str, dict]:
    return {key: each["properties"] for key, each in resources(context.account_id, context.region, name).items()}


def one(context, name: str, key: str, code: str) -> dict:
    found = here(context, name).get(key)
    if found is None:
        raise CommonServiceException(code, f"{key} not found.", status_code=404)
    return found


def database_parameters(context, request):
    group = one(context, "AWS::RDS::DBParameterGroup", request["DBParameterGroupName"], "DBParameterGroupNotFound")
    return {
        "Parameters": [
            {"ParameterName": key, "ParameterValue": str(value), "Source": "user", "IsModifiable": True}
            for key, value in group.get("Parameters", {}).items()
        ]
    }


def databases(context, request):
    desired = request.get("DBInstanceIdentifier")
    if desired:
        one(context, "AWS::RDS::DBInstance", desired, "DBInstanceNotFound")
    return {
        "DBInstances": [
            {
                "DBInstanceIdentifier": key,
                "DBInstanceStatus": "available",
                "DBInstanceClass": each.get("DBInstanceClass"),
                "Engine": each.get("Engine"),
                "EngineVersion": each.get("EngineVersion"),
                "MultiAZ": each.get("MultiAZ", False),
                "DeletionProtection": each.get("DeletionProtection", False),
                "DBParameterGroups": [
                    {"DBParameterGroupName": each.get("DBParameterGroupName"), "ParameterApplyStatus": "in-sync"}
                ],
            }
            for key, each in here(context, "AWS::RDS::DBInstance").items()
            if desired in (None, key)
        ]
    }


def modify_database(context, request):
    key = request["DBInstanceIdentifier"]
    found = one(context, "AWS::RDS::DBInstance", key, "DBInstanceNotFound")
    if "DeletionProtection" in request:
        found["DeletionProtection"] = request["DeletionProtection"]
    return {"DBInstance": databases(context, {"DBInstanceIdentifier": key})["DBInstances"][0]}


def cache_parameters(context, request):
    key = request["CacheParameterGroupName"]
    group = one(context, "AWS::ElastiCache::ParameterGroup", key, "CacheParameterGroupNotFound")
    return {
        "Parameters": [
            {"ParameterName": key, "ParameterValue": str(value), "Source": "user"}
            for key, value in group.get("Properties", {}).items()
        ]
    }


def groups(context, request):
    desired = request.get("AutoScalingGroupNames")
    return {
        "AutoScalingGroups": [
            {
                "AutoScalingGroupName": key,
                "MinSize": int(each.get("MinSize", 0)),
                "MaxSize": int(each.get("MaxSize", 0)),
                "DesiredCapacity": int(each.get("DesiredCapacity", each.get("MinSize", 0))),
                "Instances": [],
            }
            for key, each in here(context, "AWS::AutoScaling::AutoScalingGroup").items()
            if not desired or key in desired
        ]
    }


CLOUDFRONT = load_service("cloudfront")
# Amazon's own, by which uploaded media are kept.
MANAGED = {
    "658327ea-f89d-4fab-a63d-7e88639e58f6": {
        "Name": "Managed-CachingOptimized",
        **{"MinTTL": 1, "DefaultTTL": 86400, "MaxTTL": 31536000},
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingBrotli": True,
            "EnableAcceptEncodingGzip": True,
            "HeadersConfig": {"HeaderBehavior": "none"},
            "CookiesConfig": {"CookieBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "none"},
        },
    }
}


def everywhere(context, name: str) -> dict[str, dict]:
    """CloudFront has no region: its calls are signed for another than the stack's."""
    regions = [region for account, region in list(STORE) if account == context.account_id]
    return {
        key: each["properties"] for region in regions for key, each in resources(context.account_id, region, name).items()
    }


def as_api(value, shape, functions: dict[str, str]):
    """A template's value as the API has it: a list with its Quantity, and a function by its name."""
    if shape.type_name == "list":
        items = value if isinstance(value, list) else str(value).split(",")
        return [as_api(each, shape.member, functions) for each in items]
    if shape.type_name != "structure":
        return functions.get(value, value)
    if "Quantity" in shape.members and "Items" not in value:
        value = {"Items": value}
    found = {key: as_api(value[key], each, functions) for key, each in shape.members.items() if key in value}
    return {**found, "Quantity": len(found["Items"])} if "Quantity" in shape.members else found


def edge(kind: str):
    """GetCachePolicy and its like, and a distribution's configuration."""

    def get(context, request):
        found = everywhere(context, f"AWS::CloudFront::{kind}").get(request["Id"])
        config = MANAGED.get(request["Id"]) if found is None else found[f"{kind}Config"]
        if config is None:
            raise CommonServiceException(f"NoSuch{kind}", f"The specified {kind} does not exist.", status_code=404)
        functions = {
            each["FunctionMetadata"]["FunctionARN"]: f"arn:aws:cloudfront::{context.account_id}:function/{each['Name']}"
            for each in everywhere(context, "AWS::CloudFront::Function").values()
        }
        answer = as_api(config, CLOUDFRONT.shape_for(f"{kind}Config"), functions)
        if kind == "Distribution":
            return {"DistributionConfig": answer}
        return {kind: {"Id": request["Id"], f"{kind}Config": answer}}

    return get


def quota(context, request):
    return {"Quota": {"ServiceCode": request["ServiceCode"], "QuotaCode": request["QuotaCode"], "Value": 1000.0}}


def mail_account(context, request):
    # As every new account: in the sandbox.
    return {"ProductionAccessEnabled": False, "SendingEnabled": True}


CALLS = {
    "cloudfront": {
        "GetCachePolicy": edge("CachePolicy"),
        "GetDistributionConfig": edge("Distribution"),
        "GetOriginRequestPolicy": edge("OriginRequestPolicy"),
        "GetResponseHeadersPolicy": edge("ResponseHeadersPolicy"),
    },
    "autoscaling": {"DescribeAutoScalingGroups": groups},
    "elasticache": {"DescribeCacheParameters": cache_parameters},
    "rds": {
        "DescribeDBInstances": databases,
        "DescribeDBParameters": database_parameters,
        "ModifyDBInstance": modify_database,
    },
    "service-quotas": {"GetServiceQuota": quota},
    "sesv2": {"GetAccount": mail_account},
}


DEBIAN = "/aws/service/debian/release/13/latest/"


def with_debian(get_parameter):
    """SSM's public parameter with Debian's image of the day."""

    @functools.wraps(get_parameter)
    def get(self, context, name, *arguments, **options):
        if not name.startswith(DEBIAN):
            return get_parameter(self, context, name, *arguments, **options)
        image = {"amd64": "ami-0deb1a130000a0d64", "arm64": "ami-0deb1a130000a6a64"}[name.removeprefix(DEBIAN)]
        return {"Parameter": {"Name": name, "Type": "String", "Value": image, "Version": 1}}

    return get


def with_root(simulate):
    """IAM's simulation for root, of whom LocalStack knows no policies: everything is allowed."""

    @functools.wraps(simulate)
    def simulated(self, context, request):
        if not request["PolicySourceArn"].endswith(":root"):
            return simulate(self, context, request)
        found = [{"EvalActionName": each, "EvalDecision": "allowed"} for each in request["ActionNames"]]
        return {"IsTruncated": False, "EvaluationResults": found}

    return simulated


def install():
    for name, calls in CALLS.items():
        get_enabled_apis().add(name)
        SERVICE_PLUGINS.add_service(Service(name, skeleton=Skeleton(load_service(name), dict(calls))))
    exists = SERVICE_PLUGINS.exists
    SERVICE_PLUGINS.exists = lambda name: name in CALLS or exists(name)
    SsmProvider.get_parameter = with_debian(SsmProvider.get_parameter)
    simulator = BasicIAMPolicySimulator
    simulator.simulate_principal_policy = with_root(simulator.simulate_principal_policy)
