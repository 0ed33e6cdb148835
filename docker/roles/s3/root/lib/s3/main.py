"""Only LocalStack's S3: a third of the memory, no version check, no telemetry, no control endpoints.

Arguments: the volume's folder, a JSON list of buckets. Open files: 3 the access key, 4 the secret key.
"""

import json
import logging
import sys

from localstack import config
from localstack.aws import handlers
from localstack.aws.app import LocalstackAwsGateway
from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.plugins import Service, ServiceManager
from localstack.services.s3.provider import S3Provider
from rolo.serving.twisted import TwistedGateway
from names import Names
from signatures import Signatures
from twisted.internet import endpoints, reactor
from volume import Volume

PORT = 4566


class KeptSkeleton(Skeleton):
    """Calls the provider, and answers only when the volume has what it changed."""

    def __init__(self, service, provider, volume: Volume):
        super().__init__(service, provider)
        self.volume = volume

    def invoke(self, context):
        operation = context.operation.name if context.operation else ""
        try:
            return super().invoke(context)
        finally:
            if not operation.startswith(("Get", "Head", "List")):
                self.volume.keep(operation, context.service_request or {}, failed=context.service_exception is not None)


def read(descriptor: int) -> str:
    with open(descriptor) as file:
        return file.read().strip()


def read_buckets(path: str) -> list[dict]:
    """As PutBucketCors takes them: MoreOrigins (files.corsOrigins, with spaces between) are among the origins of each rule."""
    with open(path) as file:
        buckets = json.load(file)
    for bucket in buckets:
        more = bucket.pop("MoreOrigins").split()
        for rule in bucket["CORSConfiguration"]["CORSRules"]:
            rule["AllowedOrigins"] += more
    return buckets


def seed(volume: Volume, buckets: list[dict]):
    """The buckets of the settings, where they are not there yet; their CORS rules at each start."""
    for desired in buckets:
        name, region = desired["Bucket"], desired["Region"]
        if name not in {bucket["Name"] for bucket in volume.call("ListBuckets", {})["Buckets"]}:
            place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            request = {"Bucket": name} | place
            volume.call("CreateBucket", request)
            volume.keep("CreateBucket", request)
        volume.call("PutBucketCors", {"Bucket": name, "CORSConfiguration": desired["CORSConfiguration"]})


def main(folder: str, buckets: str):
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    signatures = Signatures(read(3), read(4))
    signatures.install()
    volume = Volume(folder)
    provider = S3Provider(volume)
    skeleton = KeptSkeleton(load_service("s3"), provider, volume)
    volume.skeleton = skeleton
    count = volume.load()
    desired = read_buckets(buckets)
    seed(volume, desired)

    services = ServiceManager()
    services.add_service(Service("s3", skeleton=skeleton, lifecycle_hook=provider))
    gateway = LocalstackAwsGateway(services)
    chain = gateway.request_handlers
    chain.remove(handlers.serve_localstack_resources)  # /_localstack/… could stop or empty this machine
    chain.insert(0, Names(desired).check)
    chain.insert(chain.index(handlers.inject_auth_header_if_missing), signatures.check_header)

    reactor.suggestThreadPoolSize(config.GATEWAY_WORKER_COUNT)
    endpoints.TCP4ServerEndpoint(reactor, PORT).listen(TwistedGateway(gateway))
    print(f"s3: {count} objects on the volume, listening on {PORT}", flush=True)
    reactor.run()  # until SIGTERM; running requests are finished


main(*sys.argv[1:])
