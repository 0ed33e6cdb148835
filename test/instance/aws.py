"""AWS as an instance sees it: IMDSv2, S3, STS, SignalResource, a launch's hook, Secrets Manager, Route 53, AttachVolume, DescribeInstances, metrics, logs, and ElastiCache's configuration endpoint.

Unlike an emulator it checks signatures, with botocore's own signer. Runs in the replica's s3 image, which has Python and botocore.
/aws/s3/<key> are the bucket's objects, /aws/secrets.json the secrets by name (/aws/put.json: those that an instance gave a value),
/aws/instances.json addresses of web machines, /aws/uploads/<id>/<number> parts of objects that are not complete, /aws/heard.jsonl what was asked for, a line each; /aws/log.jsonl events of the machines' log.
"""

import hashlib
import http.server
import json
import os
import re
import shutil
import socketserver
import threading
import urllib.parse
import urllib.request

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

# Those of the examples in AWS's documentation of Signature Version 4.
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "a-session-token//=="
ROOT = "/aws"

joined = set()  # instances whose launch has ended
streams = set()  # of the machines' log
checks = {}  # by instance: how often in a row it has answered the load balancer


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
        if (self.headers.get("x-amz-target") or "").startswith("Logs_20140328."):
            return self.log(self.headers["x-amz-target"].split(".")[1], json.loads(body))
        if "/hostedzone/" in self.path:
            hear(records=body.decode())
            return self.answer("<ChangeResourceRecordSetsResponse/>")
        if self.command == "POST" and "?upload" not in self.path:
            asked = {name: values[0] for name, values in urllib.parse.parse_qs(body.decode(), keep_blank_values=True).items()}
            hear(**asked)
            if asked.get("Action") == "AssumeRole":
                return self.assume(asked["RoleArn"])
            if asked.get("Action") == "DescribeInstances":
                return self.instances()
            if asked.get("Action") == "DescribeStackResource":
                name = f"{asked['StackName'].split('/')[-1]}-{asked['LogicalResourceId']}-1ABCDEF2GHIJ"
                return self.answer(f"<DescribeStackResourceResponse><StackResourceDetail>\n<PhysicalResourceId>{name}</PhysicalResourceId>\n</StackResourceDetail></DescribeStackResourceResponse>")
            if asked.get("Action") == "DescribeTargetHealth":
                return self.target_health(asked["Targets.member.1.Id"])
            if asked.get("Action") == "CompleteLifecycleAction" and asked["InstanceId"] in joined:
                return self.error(400, "ValidationError", f"No active Lifecycle Action found with instance ID {asked['InstanceId']}")
            if asked.get("Action") == "CompleteLifecycleAction":
                joined.add(asked["InstanceId"])
            return self.answer(f"<{asked.get('Action')}Response/>")
        self.object(body)

    do_GET = do_PUT = do_POST = do_DELETE = handle_any

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
            "instance-id": self.instance(),
            "local-ipv4": address,
            "iam/security-credentials/": "test-role",
            "iam/security-credentials/test-role": json.dumps(role, indent=2),
            "managed-ssh-keys/active-keys/admin/": "ssh-ed25519 AAAA operator\n",
        }
        path = self.path.removeprefix("/latest/meta-data/")
        self.answer(known.get(path, ""), 200 if path in known else 404)

    def instance(self):
        return "i-0" + "".join(f"{int(part):04x}" for part in self.client_address[0].split("."))

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

    def target_health(self, id):
        """As 58-edge has it: a machine that its group has taken is registered, and healthy after two answers."""
        if id not in joined:
            return self.answer("<TargetHealth><State>unused</State><Reason>Target.NotRegistered</Reason></TargetHealth>")
        address = ".".join(str(int(id[3 + at : 7 + at], 16)) for at in range(0, 16, 4))
        try:
            status = urllib.request.urlopen(f"http://{address}/-/healthz", timeout=2).status
        except OSError as error:
            status = getattr(error, "code", None)
        checks[id] = checks.get(id, 0) + 1 if status == 200 else 0
        state = "healthy" if checks[id] > 1 else "initial"
        hear(target=id, status=status, state=state)
        self.answer(f"<TargetHealth><State>{state}</State><Description>answered {status}</Description></TargetHealth>")

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

    def log(self, action, asked):
        """As CloudWatch refuses: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html"""

        def refuse(code, message):
            hear(refused=code, path=action, message=message)
            self.answer(json.dumps({"__type": code, "message": message}), 400)

        stream = (asked["logGroupName"], asked["logStreamName"])
        if action == "CreateLogStream":
            if stream in streams:
                return refuse("ResourceAlreadyExistsException", "The specified log stream already exists")
            streams.add(stream)
            return self.answer("{}")
        if stream not in streams:
            return refuse("ResourceNotFoundException", "The specified log stream does not exist.")
        events = asked["logEvents"]
        times = [event["timestamp"] for event in events]
        sizes = [len(event["message"].encode()) + 26 for event in events]
        if times != sorted(times):
            return refuse("InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order.")
        if not 0 < len(events) <= 10_000 or min(sizes) == 26 or max(sizes) > 262_144 or sum(sizes) > 1_048_576 or times[-1] - times[0] > 86_400_000:
            return refuse("InvalidParameterException", f"{len(events)} events of {sum(sizes)} bytes, the largest of {max(sizes, default=0)}, in {times[-1:]} - {times[:1]}")
        with open(f"{ROOT}/log.jsonl", "a") as file:
            for event in events:
                file.write(json.dumps({"group": stream[0], "stream": stream[1], **event}) + "\n")
        self.answer("{}")

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
        where, _, query = self.path.partition("?")
        key = where.split("/", 2)[2]
        asked = {name: values[0] for name, values in urllib.parse.parse_qs(query, keep_blank_values=True).items()}
        path = f"{ROOT}/s3/{key}"
        if "list-type" in asked:
            return self.keys(asked["prefix"])
        if "uploads" in asked or "uploadId" in asked:
            return self.upload(path, body, **asked)
        if self.command == "PUT":
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(body)
            hear(put=self.path)
            return self.answer()
        if "/boot/" in self.path:  # a new machine, though its address may have been another's
            joined.discard(self.instance())
            checks.pop(self.instance(), None)
        if self.command == "DELETE":
            hear(deleted=key)
            if os.path.isfile(path):
                os.remove(path)
            return self.answer(status=204)
        if not os.path.isfile(path):
            return self.error(404, "NoSuchKey", "The specified key does not exist.")
        with open(path, "rb") as file:
            range = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("range", ""))
            if not range:
                return self.answer(file.read())
            first, last = (int(each) for each in range.groups())
            file.seek(first)
            self.answer(file.read(last + 1 - first), 206)

    def keys(self, prefix):
        found = []
        for folder, _, names in os.walk(f"{ROOT}/s3"):
            found += [os.path.relpath(f"{folder}/{name}", f"{ROOT}/s3") for name in names]
        contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in sorted(found) if key.startswith(prefix))
        self.answer(f"<ListBucketResult><Prefix>{prefix}</Prefix>{contents}</ListBucketResult>")

    def upload(self, path, body, uploads=None, uploadId=None, partNumber=None):
        """An object in parts: there from the last call on, if what that names is what came."""
        if uploads is not None:
            id = f"upload.{len(os.listdir(f'{ROOT}/uploads')) if os.path.isdir(f'{ROOT}/uploads') else 0}-_x"
            os.makedirs(f"{ROOT}/uploads/{id}")
            return self.answer(f"<InitiateMultipartUploadResult><Bucket>b</Bucket><UploadId>{id}</UploadId></InitiateMultipartUploadResult>")
        folder = f"{ROOT}/uploads/{uploadId}"
        if partNumber is not None:
            with open(f"{folder}/{partNumber}", "wb") as file:
                file.write(body)
            hear(part=self.path)
            self.send_response(200)
            self.send_header("etag", f'"{hashlib.md5(body).hexdigest()}"')
            self.send_header("content-length", "0")
            return self.end_headers()
        whole = b""
        for number, tag in re.findall(r"<Part><PartNumber>(\d+)</PartNumber><ETag>([^<]*)</ETag></Part>", body.decode()):
            with open(f"{folder}/{number}", "rb") as file:
                part = file.read()
            if f'"{hashlib.md5(part).hexdigest()}"' != tag:
                return self.answer("<Error><Code>InvalidPart</Code></Error>")  # S3's own: 200, and in it that it failed
            whole += part
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(whole)
        shutil.rmtree(folder)
        hear(put=self.path)
        self.answer("<CompleteMultipartUploadResult><Bucket>b</Bucket></CompleteMultipartUploadResult>")

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
