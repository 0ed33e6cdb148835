"""AWS as an instance sees it: IMDSv2, S3, STS, SignalResource, Secrets Manager, Route 53, AttachVolume, DescribeInstances, and ElastiCache's configuration endpoint.

Unlike an emulator it checks signatures, with botocore's own signer. Runs in the replica's s3 image, which has Python and botocore.
/aws/s3/<key> are the bucket's objects, /aws/secrets.json the secrets by name (/aws/put.json: those that an instance gave a value),
/aws/instances.json addresses of web machines, /aws/heard.jsonl what was asked for, a line each.
"""

import hashlib
import http.server
import json
import os
import re
import socketserver
import threading
import urllib.parse

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

# Those of the examples in AWS's documentation of Signature Version 4.
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "a-session-token//=="
ROOT = "/aws"


def hear(**what):
    with open(f"{ROOT}/heard.jsonl", "a") as file:
        file.write(json.dumps(what) + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body=b"", status=200):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def error(self, status, code, message):
        hear(refused=code, method=self.command, path=self.path)
        self.answer(f"<Error><Code>{code}</Code><Message>{message}</Message></Error>", status)

    def signed(self, body):
        """Does the signature hold for what arrived? As AWS recomputes it, from the headers that it names."""
        hear(authorization=self.headers.get("authorization", ""), method=self.command, path=self.path)
        found = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})",
            self.headers.get("authorization", ""),
        )
        if not found:
            return False
        key, _, region, service, names, signature = found.groups()
        if key != KEY or self.headers.get("x-amz-security-token") != TOKEN or "x-amz-security-token" not in names.split(";"):
            return False
        headers = {name: self.headers[name] for name in names.split(";")}
        request = AWSRequest(self.command, f"http://{self.headers['host']}{self.path}", headers=headers, data=body)
        request.context["timestamp"] = self.headers["x-amz-date"]
        signer = (S3SigV4Auth if service == "s3" else SigV4Auth)(Credentials(KEY, SECRET, TOKEN), service, region)
        text = signer.string_to_sign(request, signer.canonical_request(request))
        said = self.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        whole = said == "UNSIGNED-PAYLOAD" or said == hashlib.sha256(body).hexdigest()
        return whole and signer.signature(text, request) == signature

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path.startswith("/latest/"):
            return self.metadata()
        if not self.signed(body):
            return self.error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match")
        if self.headers.get("x-amz-target") == "secretsmanager.GetSecretValue":
            return self.secret(json.loads(body)["SecretId"])
        if self.headers.get("x-amz-target") == "secretsmanager.PutSecretValue":
            return self.put_secret(**json.loads(body))
        if "/hostedzone/" in self.path:
            hear(records=body.decode())
            return self.answer("<ChangeResourceRecordSetsResponse/>")
        if self.command == "POST":
            asked = {name: values[0] for name, values in urllib.parse.parse_qs(body.decode(), keep_blank_values=True).items()}
            hear(**asked)
            if asked.get("Action") == "AssumeRole":
                return self.assume(asked["RoleArn"])
            if asked.get("Action") == "DescribeInstances":
                return self.instances()
            return self.answer(f"<{asked.get('Action')}Response/>")
        self.object(body)

    do_GET = do_PUT = do_POST = handle_any

    def metadata(self):
        if self.command == "PUT" and self.path == "/latest/api/token":
            return self.answer("METADATA-TOKEN")
        if self.headers.get("x-aws-ec2-metadata-token") != "METADATA-TOKEN":
            return self.answer("", 401)
        address = self.client_address[0]
        role = {"Code": "Success", "AccessKeyId": KEY, "SecretAccessKey": SECRET}
        if not os.path.exists(f"{ROOT}/no-token"):
            role["Token"] = TOKEN
        known = {
            "instance-id": "i-0" + "".join(f"{int(part):04x}" for part in address.split(".")),
            "local-ipv4": address,
            "iam/security-credentials/": "test-role",
            "iam/security-credentials/test-role": json.dumps(role, indent=2),
            "managed-ssh-keys/active-keys/admin/": "ssh-ed25519 AAAA operator\n",
        }
        path = self.path.removeprefix("/latest/meta-data/")
        self.answer(known.get(path, ""), 200 if path in known else 404)

    def assume(self, role):
        """Keys of their own, others each time; the token is padded, as tokens are."""
        number = len([line for line in open(f"{ROOT}/heard.jsonl") if '"AssumeRole"' in line])
        keys = {"AccessKeyId": f"ASIA{number:012d}", "SecretAccessKey": f"secret/of+{number}", "SessionToken": f"token of {role}//=="}
        members = "".join(f"<{name}>{value}</{name}>" for name, value in keys.items())
        self.answer(f"<AssumeRoleResponse><AssumeRoleResult>\n<Credentials>{members}</Credentials>\n</AssumeRoleResult></AssumeRoleResponse>")

    def instances(self):
        """As EC2 lists them: a machine's address is there again for its network interface."""
        with open(f"{ROOT}/instances.json") as file:
            addresses = json.load(file)
        address = "<privateIpAddress>{0}</privateIpAddress>"
        item = f"<item><instancesSet><item>{address}<networkInterfaceSet><item>{address}</item></networkInterfaceSet></item></instancesSet></item>"
        items = "\n".join(item.format(each) for each in addresses)
        self.answer(f"<DescribeInstancesResponse><reservationSet>\n{items}\n</reservationSet></DescribeInstancesResponse>")

    def put_secret(self, SecretId, SecretString, ClientRequestToken):
        """Known are those of the stacks, as their ARNs say; what was put is kept, and not heard."""
        if len(ClientRequestToken) < 32:
            return self.error(400, "ValidationException", "ClientRequestToken")
        put = self.put_secrets()
        put[SecretId] = SecretString
        with open(f"{ROOT}/put.json", "w") as file:
            json.dump(put, file)
        address = self.client_address[0]
        hear(putSecret=SecretId, by=address)
        self.answer(json.dumps({"Name": SecretId}))

    def put_secrets(self):
        if not os.path.exists(f"{ROOT}/put.json"):
            return {}
        with open(f"{ROOT}/put.json") as file:
            return json.load(file)

    def secret(self, name):
        with open(f"{ROOT}/secrets.json") as file:
            secrets = json.load(file)
        put = self.put_secrets()
        if name in put:
            hear(secret=name)
            return self.answer(json.dumps({"Name": name, "SecretString": put[name], "VersionStages": ["AWSCURRENT"]}))
        if name not in secrets:
            message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
            hear(refused="ResourceNotFoundException", path=name)
            return self.answer(json.dumps({"__type": "ResourceNotFoundException", "Message": message}), 400)
        hear(secret=name)
        self.answer(json.dumps({"Name": name, "SecretString": json.dumps(secrets[name])}))

    def object(self, body):
        path = f"{ROOT}/s3/{self.path.split('/', 2)[2]}"
        if self.command == "PUT":
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(body)
            hear(put=self.path)
            return self.answer()
        if not os.path.isfile(path):
            return self.error(404, "NoSuchKey", "The specified key does not exist.")
        with open(path, "rb") as file:
            self.answer(file.read())

    def log_message(self, *_):
        pass


class Cache(socketserver.StreamRequestHandler):
    """Two nodes, not in order."""

    def handle(self):
        nodes = b"node-b.cache|10.0.0.2|11211 node-a.cache|10.0.0.1|11211"
        for line in self.rfile:
            if line == b"config get cluster\r\n":
                self.wfile.write(b"CONFIG cluster 0 %d\r\n12\n%s\n\r\nEND\r\n" % (len(nodes) + 4, nodes))


class Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    threading.Thread(target=Tcp(("", 11211), Cache).serve_forever, daemon=True).start()
    http.server.ThreadingHTTPServer(("", 80), Handler).serve_forever()
