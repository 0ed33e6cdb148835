"""Requests that docker/ec2/boot signs with curl, beside what botocore's signer makes of the same: runs in the replica's s3 image, which has both.

stdin: {"functions": the part of boot that signs, "cases": {name: a line of shell}}; stdout: a line of JSON for each request that arrived.
"""

import http.server
import json
import re
import subprocess
import sys
import threading

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY, SECRET, TOKEN = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "IQoJ+/a-session-token//=="
heard = []


def botocores(command, path, headers, body):
    """The header that botocore would send, of the headers that were signed here, at the same second."""
    scope, names = re.search(r"Credential=[^/]+/([^,]+), ?SignedHeaders=([^,]+)", headers["authorization"]).groups()
    _, region, service, _ = scope.split("/")
    signed = {name: headers[name] for name in names.split(";")}
    request = AWSRequest(command, f"http://{headers['host']}{path}", headers=signed, data=body)
    request.context["timestamp"] = headers["x-amz-date"]
    signer = (S3SigV4Auth if service == "s3" else SigV4Auth)(Credentials(KEY, SECRET, TOKEN), service, region)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    names = signer.signed_headers(signer.headers_to_sign(request))
    return f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={names}, Signature={signer.signature(text, request)}"


class Handler(http.server.BaseHTTPRequestHandler):
    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        answer = b"role"
        if self.path.endswith("/role"):
            answer = json.dumps({"AccessKeyId": KEY, "SecretAccessKey": SECRET, "Token": TOKEN}).encode()
        if not self.path.startswith("/latest/"):
            expected = botocores(self.command, self.path, self.headers, body)
            own = {name.lower() for name in self.headers if name.lower().startswith("x-amz-")}
            unsigned = own - set(re.search(r"SignedHeaders=([^,]+)", self.headers["authorization"])[1].split(";"))
            request = f"{self.command} {self.path}"
            heard.append({"request": request, "curl": self.headers["authorization"], "botocore": expected, "unsigned": sorted(unsigned)})
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_PUT = do_POST = do_DELETE = handle_any

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
asked = json.load(sys.stdin)
for name, line in asked["cases"].items():
    heard.clear()
    env = {"PATH": "/usr/bin:/bin", "AWS_ENDPOINT_URL": url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": url}
    env |= {"BOOTDEV_REGION": "eu-west-1", "BOOTDEV_BUCKET": "shop-artifacts"}
    ran = subprocess.run(["bash", "-euo", "pipefail", "-c", asked["functions"] + "\n" + line], env=env, capture_output=True, text=True)
    print(json.dumps({"name": name, "code": ran.returncode, "stderr": ran.stderr, "heard": heard}))
