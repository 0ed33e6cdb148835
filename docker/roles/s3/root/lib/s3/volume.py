"""S3's objects on a volume. LocalStack keeps them in memory and temporary files; here they are in files before they are acknowledged.

    <bucket>/bucket               JSON: the requests that made the bucket and its configuration, by operation
    <bucket>/objects/<sha256>     JSON: one key: the request that puts it, what S3 says of it, and the name of its file in data/
    <bucket>/data/<name>          bytes, written once under a new name, never changed

A record is replaced by a rename after its data is complete, so a crash at any moment leaves the old object or the new one. At the start each
record is a request again, of the operations that S3 has for everybody; the bytes are not read (docs/decisions/0026-s3-store.md). What is
not kept: other versions of a key than the current one, ACLs, and uploads in parts that are not complete.
"""

import hashlib
import io
import json
import shutil
import threading
import time
import uuid
from collections import deque
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlencode

from localstack.aws.api import RequestContext, ServiceException
from localstack.aws.api.s3 import NoSuchKey
from localstack.aws.skeleton import Skeleton
from localstack.constants import DEFAULT_AWS_ACCOUNT_ID
from localstack.http import Request
from localstack.services.s3.storage.core import should_copy_in_place
from localstack.services.s3.storage.ephemeral import (
    EphemeralS3ObjectStore,
    EphemeralS3StoredMultipart,
    EphemeralS3StoredObject,
    LockedFileMixin,
)
from old import read_old

# How long a download that began before its object was replaced or deleted can still open the old bytes, in seconds.
GRACE = 60
# What a PutObject says of an object, and a GetObject answers.
SAID = {
    *("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Metadata"),
    *("StorageClass", "WebsiteRedirectLocation"),
}


class DataFile(LockedFileMixin, io.BufferedRandom):
    """The file interface that EphemeralS3StoredObject writes to and reads from."""


class StoredObject(EphemeralS3StoredObject):
    """`known`: its record, where its bytes are there already."""

    def __init__(self, s3_object, file, mode, known: dict | None = None):
        super().__init__(s3_object, file, mode)
        self.known = known

    def write(self, stream):
        if not self.known:
            return super().write(stream)
        thing = self.s3_object
        thing.size = self.size = self.known["size"]
        thing.etag = self._etag = self.known["etag"]
        thing.last_modified = parsedate_to_datetime(self.known["modified"])
        thing.internal_last_modified = time.time_ns()
        thing.checksum_algorithm, thing.checksum_type, self._checksum = self.known["checksum"]
        return self.size

    @property
    def checksum(self):
        return self._checksum if self.known else super().checksum

    def close(self):
        if not self.closed:
            super().close()
            self.file.close()


class StoredUpload(EphemeralS3StoredMultipart):
    """Parts are files as objects are."""

    def open(self, s3_part, mode="r"):
        return self._s3_store.open(self.bucket, s3_part, mode)

    def remove_part(self, s3_part):
        self._s3_store.remove(self.bucket, s3_part)

    def close(self):
        pass  # Volume.remove_multipart removes the parts


class Volume(EphemeralS3ObjectStore):
    """The provider's storage, and its records."""

    def __init__(self, root: str):
        super().__init__(root)
        self.skeleton: Skeleton | None = None  # S3's operations, set before load
        self._lock = threading.RLock()
        self._loading: dict | None = None
        self._old: deque[tuple[float, Path]] = deque()
        self._thread = threading.local()

    # --- bytes -------------------------------------------------------------------------------------------------------

    def open(self, bucket, s3_object, mode="r"):
        """`s3_object`: S3Object or S3Part; it remembers its file's name as `.data`."""
        known = self._loading if mode == "w" else None
        if known:
            s3_object.data = known["data"]
        elif mode == "w":
            s3_object.data = uuid.uuid4().hex
            self._written[bucket, getattr(s3_object, "key", None)] = s3_object.data
        file = DataFile(io.FileIO(self._data(bucket, s3_object.data), "x+" if mode == "w" and not known else "r+"))
        file.internal_last_modified = getattr(s3_object, "internal_last_modified", 0)
        return StoredObject(s3_object, file, mode, known)

    def copy(self, src_bucket, src_object, dest_bucket, dest_object):
        if should_copy_in_place(src_bucket, src_object, dest_bucket, dest_object):
            dest_object.data = src_object.data
            return self.open(dest_bucket, dest_object)
        return super().copy(src_bucket, src_object, dest_bucket, dest_object)

    def remove(self, bucket, s3_object):
        for gone in s3_object if isinstance(s3_object, list) else [s3_object]:
            if hasattr(gone, "data"):
                self._forget(bucket, gone.data)

    def get_multipart(self, bucket, s3_multipart):
        return StoredUpload(self, bucket, s3_multipart, upload_dir="")

    def remove_multipart(self, bucket, s3_multipart):
        self.remove(bucket, list(s3_multipart.parts.values()))

    def create_bucket(self, bucket):
        for part in ("objects", "data"):
            self._path(bucket, part).mkdir(parents=True, exist_ok=True)

    def delete_bucket(self, bucket):
        with self._lock:
            shutil.rmtree(self._path(bucket))

    def close(self):
        pass  # nothing is only in memory

    # --- records -----------------------------------------------------------------------------------------------------

    def call(self, operation: str, request: dict) -> dict:
        """One of S3's operations, as its owner."""
        context = RequestContext(Request("PUT", "/"))
        context.account_id, context.service_request = DEFAULT_AWS_ACCOUNT_ID, request
        context.operation = self.skeleton.service.operation_model(operation)
        context.region = request.get("CreateBucketConfiguration", {}).get("LocationConstraint") or "us-east-1"
        return self.skeleton.dispatch_table[operation](context, request) or {}

    def keep(self, operation: str, request: dict, failed: bool = False):
        """After an operation, before it is acknowledged: the records of all that it has changed."""
        written, bucket = self._written, request.get("Bucket")
        self._thread.written = {}
        with self._lock:
            self._forget_old()
            if failed:
                for (place, key), data in written.items():
                    if key:  # of a part the upload knows
                        self._forget(place, data)
                return
            keys = {key for place, key in written if place == bucket and key}
            keys |= {entry["Key"] for entry in (request.get("Delete") or {}).get("Objects", [])}
            if request.get("Key"):
                keys.add(request["Key"])
            elif not keys:
                self._keep_bucket(operation, request)
            for key in keys:
                self._keep_key(bucket, key, written.get((bucket, key)))

    def _keep_bucket(self, operation: str, request: dict):
        record = self._path(request.get("Bucket") or "", "bucket")
        said = self._read(record) if record.exists() else {}
        if operation.startswith("Delete"):
            said = {name: kept for name, kept in said.items() if not name.startswith(f"Put{operation[6:]}")}
        else:
            said[operation] = request
        if record.parent.is_dir():  # else the bucket itself was deleted
            self._write(record, said)

    def _keep_key(self, bucket: str, key: str, data: str | None):
        record = self._path(bucket, "objects", digest(key))
        before = (self._read(record) if record.exists() else {}).get("data")
        try:
            head = self.call("GetObject", {"Bucket": bucket, "Key": key, "ChecksumMode": "ENABLED"})
        except NoSuchKey:
            record.unlink(missing_ok=True)
            for gone in {data, before} - {None}:
                self._forget(bucket, gone)
            return
        with head.pop("Body") as body:
            now = body.s3_object.data  # of two that wrote at once: the one that is there
        put = {name: value for name, value in head.items() if name in SAID} | {"Key": key}
        if tags := self.call("GetObjectTagging", {"Bucket": bucket, "Key": key})["TagSet"]:
            put["Tagging"] = urlencode([(tag["Key"], tag["Value"]) for tag in tags])
        kind = head.pop("ChecksumType", None)
        checksum = [[name[8:], kind, value] for name, value in head.items() if name.startswith("Checksum")]
        said = {
            "put": put,
            "data": now,
            "size": head["ContentLength"],
            "etag": head["ETag"].strip('"'),
            "modified": head["LastModified"],
            "checksum": checksum[0] if checksum else [None, kind, None],
        }
        self._write(record, said)
        for gone in {data, before} - {None, now}:
            self._forget(bucket, gone)

    def _read(self, record: Path) -> dict:
        text = record.read_bytes()
        return json.loads(text) if text.startswith(b"{") else read_old(text)

    def _write(self, record: Path, value: dict):
        new = record.with_name(f".{record.name}.new")
        new.write_text(json.dumps(value, default=str))
        new.rename(record)

    def _forget(self, bucket: str, data: str):
        self._old.append((time.monotonic(), self._data(bucket, data)))

    def _forget_old(self, now: float | None = None):
        while self._old and self._old[0][0] < (now or time.monotonic()) - GRACE:
            self._old.popleft()[1].unlink(missing_ok=True)

    # --- start -------------------------------------------------------------------------------------------------------

    def load(self) -> int:
        """Puts everything back into LocalStack; returns the number of objects."""
        count = 0
        for record in sorted(Path(self.root_directory).glob("*/bucket")):
            bucket, needed = record.parent.name, set()
            for operation, request in self._read(record).items():
                try:
                    self.call(operation, request)
                except ServiceException as error:  # a configuration that needs what is not here; the objects count more
                    print(f"s3: {operation} of {bucket} was not repeated: {error}", flush=True)
            for path in self._path(bucket, "objects").glob("[!.]*"):
                known = self._read(path)
                if not known or not self._data(bucket, known["data"]).exists():
                    path.unlink()  # a deletion that a crash interrupted
                    continue
                self._loading = known
                self.call("PutObject", known["put"] | {"Bucket": bucket})
                self._loading = None
                needed.add(known["data"])
                count += 1
            for path in self._path(bucket, "data").iterdir():
                if path.name not in needed:
                    path.unlink()
        return count

    @property
    def _written(self) -> dict:
        """(bucket, key) → the file that the current request wrote for it; key None: a part."""
        return self._thread.__dict__.setdefault("written", {})

    def _path(self, *parts: str) -> Path:
        return Path(self.root_directory, *parts)

    def _data(self, bucket: str, name: str) -> Path:
        return self._path(bucket, "data", name)


def digest(text: str) -> str:
    """A key may have any character and be longer than a file name."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
