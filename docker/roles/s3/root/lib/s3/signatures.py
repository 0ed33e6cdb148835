"""Checks signatures. LocalStack checks only presigned URLs, and uses the secret "test" for any key that it does not know. Here, as on S3, a
wrong secret is refused at once, in an Authorization header, a presigned URL or an upload form. A request without any signature may
read an object and nothing else: no list, no change."""

import hashlib
import hmac
import os
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from localstack.aws import accounts
from localstack.aws.api import CommonServiceException
from localstack.aws.handlers import auth
from localstack.constants import DEFAULT_AWS_ACCOUNT_ID
from localstack.http.request import get_raw_path
from localstack.services.s3 import presigned_url
from localstack.services.s3 import provider as s3_provider

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>[^,]+),\s*SignedHeaders=(?P<headers>[^,]+),\s*Signature=(?P<signature>\w+)"
)
NOBODY = os.urandom(32).hex()


class Signatures:
    """Has one access key and its secret; everything signed with it belongs to one account."""

    def __init__(self, access_key: str, secret_key: str):
        self.access_key, self.secret_key = access_key, secret_key

    def install(self):
        """Replaces the functions by which LocalStack looks up secrets and accepts forms without a check."""
        presigned_url.get_secret_access_key_from_access_key_id = lambda key, region: self.secret(key) or NOBODY
        for module in (accounts, auth, presigned_url):
            module.get_account_id_from_access_key_id = lambda key: DEFAULT_AWS_ACCOUNT_ID
        validate_conditions = s3_provider.validate_post_policy

        def validate(form, metadata):
            self.check_form({name.lower(): value for name, value in form.items()})
            return validate_conditions(form, metadata)

        s3_provider.validate_post_policy = validate

    def secret(self, access_key: str) -> str | None:
        return self.secret_key if access_key == self.access_key else None

    def check_header(self, chain, context, response):
        """A handler of the request chain."""
        if not context.service:
            return
        context.operation = context.service.operation_model("GetObject")  # its error format, until the request is parsed
        request = context.request
        given = AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
        if not given:
            if not is_presigned(request) and not is_form(request) and not reads_object(request):
                raise refused("AccessDenied", "Access Denied")
            return
        scope = given["scope"]
        timestamp = request.headers.get("X-Amz-Date", "")
        check_clock(timestamp)
        if not (payload := request.headers.get("X-Amz-Content-SHA256")):
            raise refused("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
        names = given["headers"].split(";")
        canonical = "\n".join([
            request.method,
            quote(unquote(get_raw_path(request)), safe="/-_.~"),
            canonical_query(request.query_string.decode()),
            *(f"{name}:{' '.join(','.join(request.headers.getlist(name)).split())}" for name in names),
            "",
            given["headers"],
            payload,
        ])
        to_sign = "\n".join(["AWS4-HMAC-SHA256", timestamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        self.compare(given["key"], scope, to_sign, given["signature"])

    def check_form(self, form: dict[str, str]):
        """Fields of a POST upload, names in lower case: what is signed is the policy."""
        if not form.get("policy"):
            raise refused("AccessDenied", "Access Denied")
        key, _, scope = form.get("x-amz-credential", "").partition("/")
        self.compare(key, scope, form["policy"], form.get("x-amz-signature", ""))

    def compare(self, access_key: str, scope: str, to_sign: str, signature: str):
        if not (secret := self.secret(access_key)):
            raise refused("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
        key = f"AWS4{secret}".encode()
        for part in [*scope.split("/"), to_sign]:  # date, region, service, "aws4_request", then the text
            key = hmac.digest(key, part.encode(), "sha256")
        if not hmac.compare_digest(key.hex(), signature):
            raise refused(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
            )


def is_presigned(request) -> bool:
    """LocalStack itself checks one that has either of these, and takes no other spelling."""
    return "X-Amz-Signature" in request.args or "Signature" in request.args


def is_form(request) -> bool:
    """An upload by POST to a bucket: check_form looks at its policy."""
    form = request.headers.get("Content-Type", "").startswith("multipart/form-data")
    return request.method == "POST" and form and not request.query_string and not key_of(request)


def reads_object(request) -> bool:
    if request.method == "OPTIONS":  # a browser asks for the CORS rules
        return True
    plain = all(name.startswith("response-") or name in {"versionId", "partNumber", "x-id"} for name in request.args)
    return request.method in {"GET", "HEAD"} and plain and bool(key_of(request))


def key_of(request) -> str:
    return unquote(get_raw_path(request)).lstrip("/").partition("/")[2]


def check_clock(timestamp: str):
    try:
        age = datetime.now(UTC) - datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise refused("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header") from None
    if abs(age) > timedelta(minutes=15):
        raise refused("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")


def canonical_query(raw: str) -> str:
    pairs = (part.partition("=") for part in raw.split("&") if part)
    encoded = sorted((quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~")) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def refused(code: str, message: str) -> CommonServiceException:
    return CommonServiceException(code=code, message=message, status_code=403, sender_fault=True)
