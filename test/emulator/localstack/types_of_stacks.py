"""Resource types that LocalStack's CloudFormation lacks: README.md says how they behave."""

import copy
import hashlib
import os
import pathlib
import threading

import schemas
from localstack.services.cloudformation import resource_provider as engine

FAILED, SUCCESS = engine.OperationStatus.FAILED, engine.OperationStatus.SUCCESS

# (account, region) → type → physical id → {"properties", "stack", "tags"}: what services.py answers from.
STORE: dict[tuple[str, str], dict[str, dict[str, dict]]] = {}
LOCK = threading.RLock()

# LocalStack has these too, and does not do what our templates need of them.
REPLACED = {
    "AWS::EC2::NatGateway": "it takes the address's id for a list of ids",
    "AWS::SES::ConfigurationSet": "LocalStack has the first SES alone",
    "AWS::SES::ConfigurationSetEventDestination": "as above",
    "AWS::SES::EmailIdentity": "as above",
}


def forced_failures() -> set[str]:
    """Logical ids or types, one a line, in the file that tests write: those fail."""
    file = pathlib.Path(os.environ.get("EMULATOR_FAILURES", "/nonexistent"))
    return set(file.read_text().split()) if file.exists() else set()


def resources(account: str, region: str, name: str) -> dict[str, dict]:
    with LOCK:
        return STORE.setdefault((account, region), {}).setdefault(name, {})


class Filled(engine.ResourceProvider):
    """A type made from its schema alone."""

    def __init__(self, name: str):
        self.name = name
        self.SCHEMA = schemas.schema(name)

    def create(self, request):
        model = schemas.typed(copy.deepcopy(dict(request.desired_state or {})), self.SCHEMA, self.SCHEMA)
        failing = forced_failures() & {request.logical_resource_id, self.name}
        if failing:
            text = f'Resource handler returned message: "{request.logical_resource_id} fails because the test says so"'
            return engine.ProgressEvent(FAILED, {}, message=f"{text} (HandlerErrorCode: GeneralServiceException)")
        found = schemas.faults(self.name, model)
        if found:
            return engine.ProgressEvent(FAILED, {}, message=f"Properties validation failed: {'; '.join(found[:3])}")
        self.invent(request, model)
        self.real(request, model)
        self.keep(request, model)
        return engine.ProgressEvent(SUCCESS, model)

    def update(self, request):
        return self.create(request)

    def delete(self, request):
        with LOCK:
            here = resources(request.account_id, request.region_name, self.name)
            for key in [key for key, each in here.items() if each["place"] == place(request)]:
                del here[key]
        return engine.ProgressEvent(SUCCESS, {})

    def real(self, request, model):
        """For types that another service of LocalStack can hold."""

    def mine(self, request) -> list[dict]:
        """What this resource was before an update or deletion."""
        here = resources(request.account_id, request.region_name, self.name)
        return [each["properties"] for each in list(here.values()) if each["place"] == place(request)]

    def keep(self, request, model):
        with LOCK:
            here = resources(request.account_id, request.region_name, self.name)
            for key in [key for key, each in here.items() if each["place"] == place(request)]:
                del here[key]
            here[self.physical(model)] = {"properties": model, "place": place(request), "stack": request.stack_name}

    def physical(self, model) -> str:
        return str(pointed(model, self.SCHEMA["primaryIdentifier"][0]) or "")

    def invent(self, request, model):
        """Ids, names, addresses that the service would give."""
        paths = self.SCHEMA.get("readOnlyProperties", []) + self.SCHEMA["primaryIdentifier"]
        for path in sorted(set(paths), key=lambda each: -each.count("/")):
            *above, last = path.split("/")[2:]
            at = model
            for part in above:
                at = at.setdefault(part, {}) if isinstance(at, dict) else None
            if isinstance(at, dict) and "*" not in path:
                at.setdefault(last, invented(self.name, last, request))


def place(request) -> tuple:
    return request.stack_id, request.logical_resource_id


def pointed(model, path):
    for part in path.split("/")[2:]:
        model = model.get(part) if isinstance(model, dict) else None
    return model


ID_PREFIXES = {
    "AWS::EC2::EIP": "eipalloc",
    "AWS::EC2::InstanceConnectEndpoint": "eice",
    "AWS::EC2::FlowLog": "fl",
    "AWS::EC2::LaunchTemplate": "lt",
    "AWS::EC2::Volume": "vol",
    "AWS::EC2::VPCEndpoint": "vpce",
    "AWS::CloudFront::Distribution": "E",
}


def invented(name: str, last: str, request) -> str:
    _, service, kind = name.split("::")
    digest = hashlib.sha256("".join(place(request)).encode()).hexdigest()
    short = digest[:12]
    # As CloudFormation names what the template does not: <stack>-<logical id>-<random>.
    named = f"{request.stack_name}-{request.logical_resource_id}-{short.upper()}"
    region, account = request.region_name, request.account_id
    if last.endswith("Arn"):
        if name == "AWS::ElasticLoadBalancingV2::LoadBalancer":
            return f"arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{named[:32]}/{digest[:16]}"
        if name == "AWS::ElasticLoadBalancingV2::TargetGroup":
            return f"arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{named[:32]}/{digest[:16]}"
        if last == "SecretArn":
            return f"arn:aws:secretsmanager:{region}:{account}:secret:rds!db-{digest[:32]}-Abc123"
        return f"arn:aws:{service.lower()}:{region}:{account}:{kind.lower()}/{named}"
    if last == "LoadBalancerFullName":
        return f"app/{named[:32]}/{digest[:16]}"
    if last == "TargetGroupFullName":
        return f"targetgroup/{named[:32]}/{digest[:16]}"
    if last == "Port":
        return "11211" if service == "ElastiCache" else "3306"
    if last.endswith("VersionNumber"):
        return "1"
    if last == "PublicIp":
        return "203.0.113.7"
    if name == "AWS::CloudFront::Distribution":
        return f"d{digest[:13]}.cloudfront.net" if last == "DomainName" else f"E{short.upper()}"
    if last in ("Address", "DNSName", "DomainName", "RegionalDomainName"):
        return f"{request.logical_resource_id.lower()}.{short}.{region}.{service.lower()}.internal"
    if last.startswith("DkimDNSToken"):
        return f"{short}{last[-1]}{'._domainkey.example.org' if 'Name' in last else '.dkim.amazonses.com'}"
    if name in ID_PREFIXES:
        return f"{ID_PREFIXES[name]}{'' if ID_PREFIXES[name] == 'E' else '-0'}{digest[:16]}"
    # RDS and ElastiCache write theirs in small letters.
    return named.lower() if service in ("RDS", "ElastiCache") else named


class LaunchTemplate(Filled):
    """Made in LocalStack's EC2 too, so that DescribeLaunchTemplateVersions gives the UserData with everything filled in."""

    KEPT = ("ImageId", "InstanceType", "UserData", "SecurityGroupIds", "MetadataOptions", "BlockDeviceMappings")

    def real(self, request, model):
        ec2 = request.aws_client_factory.ec2
        data = {key: value for key, value in model["LaunchTemplateData"].items() if key in self.KEPT}
        before = self.mine(request)
        if before:
            made = ec2.create_launch_template_version(
                LaunchTemplateId=before[0]["LaunchTemplateId"], LaunchTemplateData=data
            )["LaunchTemplateVersion"]
            number = made["VersionNumber"]
        else:
            name = invented(self.name, "Name", request)
            made = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)["LaunchTemplate"]
            number = made["LatestVersionNumber"]
        model.update(LaunchTemplateId=made["LaunchTemplateId"], LatestVersionNumber=str(number))
        model["DefaultVersionNumber"] = "1"

    def delete(self, request):
        for each in self.mine(request):
            request.aws_client_factory.ec2.delete_launch_template(LaunchTemplateId=each["LaunchTemplateId"])
        return super().delete(request)


class AutoScalingGroup(Filled):
    def invent(self, request, model):
        super().invent(request, model)
        model.setdefault("AutoScalingGroupName", invented(self.name, "Name", request))


class HostedZone(Filled):
    """Made in LocalStack's Route 53 too: record sets and nodes write into it."""

    def invent(self, request, model):
        before = self.mine(request)
        if before:
            model.update(Id=before[0]["Id"], NameServers=before[0]["NameServers"])
            return
        made = request.aws_client_factory.route53.create_hosted_zone(
            Name=model["Name"], CallerReference=invented(self.name, "Reference", request)
        )
        servers = made.get("DelegationSet", {}).get("NameServers", [])
        model.update(Id=made["HostedZone"]["Id"].removeprefix("/hostedzone/"), NameServers=servers)

    def delete(self, request):
        for each in self.mine(request):
            request.aws_client_factory.route53.delete_hosted_zone(Id=each["Id"])
        return super().delete(request)


OWN = {
    "AWS::AutoScaling::AutoScalingGroup": AutoScalingGroup,
    "AWS::EC2::LaunchTemplate": LaunchTemplate,
    "AWS::Route53::HostedZone": HostedZone,
}


def install():
    """LocalStack's own types first; the rest of the registry from here."""
    load = engine.ResourceProviderExecutor.try_load_resource_provider

    def loaded(name: str):
        if schemas.known(name) and (name in REPLACED or name in OWN):
            return OWN.get(name, Filled)(name)
        found = load(name)
        if found or not schemas.known(name) or name == "AWS::CloudFormation::Stack":
            return found
        return Filled(name)

    engine.ResourceProviderExecutor.try_load_resource_provider = staticmethod(loaded)
