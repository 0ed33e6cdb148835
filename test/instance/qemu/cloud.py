"""The small AWS (aws.py) with what a whole machine asks for besides: a metadata service that cloud-init takes for EC2's, HTTPS under AWS's own
names, a volume that is plugged in when AttachVolume is heard, names that Route 53 was told, keys that EC2 Instance Connect has for a minute.

Beside aws.py's files /aws has user-data, volume.raw (attached: its serial, once it is) and operators/<user>, a public key.
"""

import http.server
import json
import os
import re
import socket
import ssl
import threading
import time

import aws

REGION, ZONE = "eu-central-1", "eu-central-1a"
ADDRESS, MAC = "10.20.0.10", "02:42:0a:14:00:0a"
INSTANCE = "i-0000a00140000000a"  # as aws.py makes it of the address
NAME = f"ip-{ADDRESS.replace('.', '-')}.{REGION}.compute.internal"
ROLE = {"Code": "Success", "AccessKeyId": aws.KEY, "SecretAccessKey": aws.SECRET, "Token": aws.TOKEN}
INTERFACE = {
    "device-number": "0",
    "interface-id": "eni-0123456789abcdef0",
    "local-hostname": NAME,
    "local-ipv4s": ADDRESS,
    "mac": MAC,
    "owner-id": "123456789012",
    "security-group-ids": "sg-0123456789abcdef0",
    "security-groups": "test",
    "subnet-id": "subnet-0123456789abcdef0",
    "subnet-ipv4-cidr-block": "10.20.0.0/20",
    "vpc-id": "vpc-0123456789abcdef0",
    "vpc-ipv4-cidr-block": "10.20.0.0/16",
    "vpc-ipv4-cidr-blocks": "10.20.0.0/16",
}
METADATA = {
    "ami-id": "ami-0123456789abcdef0",
    "ami-launch-index": "0",
    "ami-manifest-path": "(unknown)",
    "block-device-mapping/ami": "/dev/xvda",
    "block-device-mapping/root": "/dev/xvda",
    "hostname": NAME,
    "instance-action": "none",
    "instance-id": INSTANCE,
    "instance-life-cycle": "on-demand",
    "instance-type": "t3.small",
    "local-hostname": NAME,
    "local-ipv4": ADDRESS,
    "mac": MAC,
    "placement/availability-zone": ZONE,
    "placement/region": REGION,
    "profile": "default-hvm",
    "reservation-id": "r-0123456789abcdef0",
    "security-groups": "test",
    "services/domain": "amazonaws.com",
    "services/partition": "aws",
    "iam/security-credentials/test-role": json.dumps(ROLE, indent=2),
} | {f"network/interfaces/macs/{MAC}/{name}": value for name, value in INTERFACE.items()}
DOCUMENT = {"instanceId": INSTANCE, "region": REGION, "availabilityZone": ZONE, "instanceType": "t3.small"}


def metadata():
    """By path below meta-data/; SendSSHPublicKey's keys are there for sixty seconds."""
    folder = f"{aws.ROOT}/operators"
    keys = {}
    for user in os.listdir(folder):
        if time.time() - os.stat(f"{folder}/{user}").st_mtime < 60:
            with open(f"{folder}/{user}") as file:
                keys[f"managed-ssh-keys/active-keys/{user}"] = file.read()
    return METADATA | keys


class Handler(aws.Handler):
    def handle_any(self):
        if self.headers.get("host") != "169.254.169.254":
            return super().handle_any()
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.answer(*self.imds())

    do_GET = do_PUT = do_POST = handle_any

    def imds(self):
        if self.command == "PUT":
            return ("METADATA-TOKEN", 200) if self.path == "/latest/api/token" else ("", 404)
        if self.headers.get("x-aws-ec2-metadata-token") != "METADATA-TOKEN":
            return "", 401
        version, _, path = self.path[1:].partition("/")
        path = path.rstrip("/")
        if version not in ("latest", "2021-03-23", "2018-09-24", "2016-09-02", "2009-04-04"):
            return "", 404
        if path == "user-data":
            with open(f"{aws.ROOT}/user-data", "rb") as file:
                return file.read(), 200
        known = {f"meta-data/{name}": value for name, value in metadata().items()}
        known["user-data"] = ""
        known["dynamic/instance-identity/document"] = json.dumps(DOCUMENT)
        if path in known:
            return known[path], 200
        below = [name.removeprefix(path).removeprefix("/") for name in known if not path or name.startswith(f"{path}/")]
        entries = {name.split("/")[0] + ("/" if "/" in name else "") for name in below}
        return "\n".join(sorted(entries)), 200 if entries else 404


tell = aws.hear


def hear(**what):
    tell(**what)
    if what.get("Action") == "AttachVolume":
        attach(what["VolumeId"].replace("-", ""))
    for action, name, address in re.findall(r"<Action>(\w+)<.*?<Name>([^<]+)<.*?<Value>([^<]+)<", what.get("records", "")):
        file = f"{aws.ROOT}/names/{name}"
        if action == "UPSERT" or not os.path.exists(file):
            with open(file, "w") as names:
                names.write(f"{address} {name}\n")


aws.hear = hear
attaching = threading.Lock()


def attach(serial):
    """The volume as a new NVMe disk of the running machine; a second time it is there already."""
    with attaching:
        if os.path.exists(f"{aws.ROOT}/attached"):
            return
        with socket.socket(socket.AF_UNIX) as qmp:
            qmp.connect("/run/qmp")
            lines = qmp.makefile("rw")
            lines.readline()
            ask(lines, "qmp_capabilities")
            file = {"driver": "file", "filename": f"{aws.ROOT}/volume.raw"}
            ask(lines, "blockdev-add", {"driver": "raw", "node-name": "ebs", "file": file})
            ask(lines, "device_add", {"driver": "nvme", "id": "volume", "drive": "ebs", "serial": serial})
        with open(f"{aws.ROOT}/attached", "w") as attached:
            attached.write(serial)


def ask(lines, command, arguments={}):
    lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
    lines.flush()
    while "return" not in (answer := json.loads(lines.readline())):
        if "error" in answer:
            raise RuntimeError(f"QEMU does not {command}: {answer}")


def serve(port, wrap=lambda it: it):
    server = http.server.ThreadingHTTPServer(("", port), Handler)
    server.socket = wrap(server.socket)
    server.serve_forever()


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/ami/aws.pem", "/ami/aws.key")
# Each connection shakes hands in its own thread.
secure = lambda it: context.wrap_socket(it, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=serve, args=(443, secure), daemon=True).start()
serve(80)
