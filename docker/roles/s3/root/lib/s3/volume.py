"""S3's objects on a volume. LocalStack keeps them in memory and temporary files; here they are in files before they are acknowledged.

    <bucket>/bucket               the bucket and its configuration
    <bucket>/objects/<sha256>     one key: what S3 knows of it (all versions, metadata, ACL, tags), and names of files in data/
    <bucket>/uploads/<sha256>     one unfinished multipart upload
    <bucket>/data/<name>          bytes, written once under a new name, never changed

A record is replaced by a rename after its data is complete, so a crash at any moment leaves the old object or the new one.
"""

import copy
import hashlib
import io
import pickle
import shutil
import threading
import time
import uuid
from collections import deque
from pathlib import Path

from localstack.services.s3.models import S3Bucket, s3_stores
from localstack.services.s3.storage.core import should_copy_in_place
from localstack.services.s3.storage.ephemeral import (
    EphemeralS3ObjectStore,
    EphemeralS3StoredMultipart,
    EphemeralS3StoredObject,
    LockedFileMixin,
)
from localstack.services.s3.utils import get_unique_key_id

# How long a download that began before its object was replaced or deleted can still open the old bytes, in seconds.
GRACE = 60


class DataFile(LockedFileMixin, io.BufferedRandom):
    """The file interface that EphemeralS3StoredObject writes to and reads from."""


class StoredObject(EphemeralS3StoredObject):
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
        pass  # the parts are removed with the record


class Volume(EphemeralS3ObjectStore):
    """The provider's storage, and its records."""

    def __init__(self, root: str):
        super().__init__(root)
        self._lock = threading.RLock()
        self._names: dict[Path, set[str]] = {}  # record → files it needs
        self._old: deque[tuple[float, Path]] = deque()
        self._written = threading.local()  # keys that the current request wrote bytes for

    # --- bytes -------------------------------------------------------------------------------------------------------

    def open(self, bucket, s3_object, mode="r"):
        """`s3_object`: S3Object or S3Part; it remembers its file's name as `.data`."""
        if mode == "w":
            s3_object.data = uuid.uuid4().hex
            self.written.add((bucket, getattr(s3_object, "key", None)))
        file = DataFile(io.FileIO(self._data(bucket, s3_object), "x+" if mode == "w" else "r+"))
        file.internal_last_modified = s3_object.internal_last_modified if hasattr(s3_object, "internal_last_modified") else 0
        return StoredObject(s3_object, file, mode)

    def copy(self, src_bucket, src_object, dest_bucket, dest_object):
        if should_copy_in_place(src_bucket, src_object, dest_bucket, dest_object):
            dest_object.data = src_object.data
            return self.open(dest_bucket, dest_object)
        return super().copy(src_bucket, src_object, dest_bucket, dest_object)

    def remove(self, bucket, s3_object):
        for gone in s3_object if isinstance(s3_object, list) else [s3_object]:
            if hasattr(gone, "data"):
                self._old.append((time.monotonic(), self._data(bucket, gone)))

    def get_multipart(self, bucket, s3_multipart):
        return StoredUpload(self, bucket, s3_multipart, upload_dir="")

    def remove_multipart(self, bucket, s3_multipart):
        pass  # keep() sees that the upload is gone

    def create_bucket(self, bucket):
        for part in ("objects", "uploads", "data"):
            self._path(bucket, part).mkdir(parents=True, exist_ok=True)

    def delete_bucket(self, bucket):
        with self._lock:
            shutil.rmtree(self._path(bucket))
            self._names = {record: names for record, names in self._names.items() if bucket != record.parts[-3]}

    def close(self):
        pass  # nothing is only in memory

    # --- records -----------------------------------------------------------------------------------------------------

    @property
    def written(self) -> set:
        return self._written.__dict__.setdefault("keys", set())

    def keep(self, operation: str, request: dict):
        """After an operation, before it is acknowledged: the records of all that it may have changed."""
        keys = {key for bucket, key in self.written if bucket == request.get("Bucket") and key}
        self.written.clear()
        with self._lock:
            self._forget_old()
            bucket = find_bucket(request.get("Bucket"))
            if bucket is None:
                return
            if key := request.get("Key"):
                keys.add(key)
            keys |= {entry["Key"] for entry in (request.get("Delete") or {}).get("Objects", [])}
            if operation == "PutBucketVersioning":  # turns every object into its first version
                keys |= set(bucket.objects._store)
            if not keys or operation == "PutBucketVersioning":
                self._keep_bucket(bucket)
            for key in keys:
                self._keep_key(bucket, key)
            if operation == "CreateMultipartUpload":
                uploads = [upload.id for upload in list(bucket.multiparts.values()) if upload.object.key == key]
            else:
                uploads = [request["UploadId"]] if request.get("UploadId") else []
            for upload in uploads:
                self._keep_upload(bucket, upload)

    def _keep_bucket(self, bucket: S3Bucket):
        alone = copy.copy(bucket)
        alone.objects, alone.multiparts = type(bucket.objects)(), {}
        self._write(self._path(bucket.name, "bucket"), (alone, tags_of(bucket).get_tags(bucket.bucket_arn)), set())

    def _keep_key(self, bucket: S3Bucket, key: str):
        record = self._path(bucket.name, "objects", digest(key))
        entry = bucket.objects._store.get(key)
        versions = list(entry.values()) if isinstance(entry, dict) else [entry] if entry else []
        if not versions:
            return self._write(record, None, set())
        tags = {}
        for version in versions:
            if found := tags_of(bucket).get_tags(get_unique_key_id(bucket.name, key, version.version_id)):
                tags[version.version_id] = found
        self._write(record, (key, entry, tags), data_names(versions))

    def _keep_upload(self, bucket: S3Bucket, upload_id: str):
        upload = bucket.multiparts.get(upload_id)
        record = self._path(bucket.name, "uploads", digest(upload_id))
        self._write(record, upload, data_names(upload.parts.values()) if upload else set())

    def _write(self, record: Path, value, names: set[str]):
        if value is None:
            record.unlink(missing_ok=True)
        else:
            new = record.with_name(f".{record.name}.new")
            new.write_bytes(pickle.dumps(value))
            new.rename(record)
        for name in self._names.pop(record, set()) - names:
            self._old.append((time.monotonic(), record.parent.parent / "data" / name))
        if names:
            self._names[record] = names

    def _forget_old(self, now: float | None = None):
        while self._old and self._old[0][0] < (now or time.monotonic()) - GRACE:
            self._old.popleft()[1].unlink(missing_ok=True)

    # --- start -------------------------------------------------------------------------------------------------------

    def load(self) -> int:
        """Puts everything back into LocalStack's stores; returns the number of objects."""
        count = 0
        for record in sorted(Path(self.root_directory).glob("*/bucket")):
            bucket, tags = pickle.loads(record.read_bytes())
            store = s3_stores[bucket.bucket_account_id][bucket.bucket_region]
            store.buckets[bucket.name] = bucket
            store.global_bucket_map[bucket.name] = bucket.bucket_account_id
            store.tags.update_tags(bucket.bucket_arn, tags)
            self.create_bucket(bucket.name)
            needed = set()
            for path in self._path(bucket.name, "objects").glob("[!.]*"):
                key, entry, tags = pickle.loads(path.read_bytes())
                versions = list(entry.values()) if isinstance(entry, dict) else [entry]
                names = data_names(versions)
                if not all(self._path(bucket.name, "data", name).exists() for name in names):
                    path.unlink()  # a deletion that a crash interrupted
                    continue
                # Versions of one key are in the order in which they came, as VersionedKeyStore requires.
                bucket.objects._store[key] = dict(entry) if isinstance(entry, dict) else entry
                for version, found in tags.items():
                    store.tags.update_tags(get_unique_key_id(bucket.name, key, version), found)
                self._names[path] = names
                needed |= names
                count += 1
            for path in self._path(bucket.name, "uploads").glob("[!.]*"):
                upload = pickle.loads(path.read_bytes())
                bucket.multiparts[upload.id] = upload
                self._names[path] = data_names(upload.parts.values())
                needed |= self._names[path]
            for path in self._path(bucket.name, "data").iterdir():
                if path.name not in needed:
                    path.unlink()
        return count

    def _path(self, *parts: str) -> Path:
        return Path(self.root_directory, *parts)

    def _data(self, bucket: str, s3_object) -> Path:
        return self._path(bucket, "data", s3_object.data)


def digest(text: str) -> str:
    """A key may have any character and be longer than a file name."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def data_names(things) -> set[str]:
    return {thing.data for thing in things if hasattr(thing, "data")}


def find_bucket(name: str | None) -> S3Bucket | None:
    for regions in dict(s3_stores).values():
        for store in dict(regions).values():
            if bucket := store.buckets.get(name):
                return bucket
    return None


def tags_of(bucket: S3Bucket):
    return s3_stores[bucket.bucket_account_id][bucket.bucket_region].tags


