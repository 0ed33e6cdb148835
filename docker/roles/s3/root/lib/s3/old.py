"""Records of a volume that bootdev 0.1.0 wrote: LocalStack's own objects, pickled. They are read without LocalStack, as names and values."""

import io
import pickle
from datetime import UTC
from email.utils import format_datetime


class Thing:
    def __init__(self, *values):
        self.value = values[0] if values else None

    def __setitem__(self, *_):
        pass


class Reader(pickle.Unpickler):
    def find_class(self, module, name):
        return Thing if module.startswith("localstack.") else super().find_class(module, name)


def read_old(text: bytes) -> dict:
    """As Volume writes them now; nothing where a key has no current version."""
    record = Reader(io.BytesIO(text)).load()
    if len(record) == 2:  # a bucket and its tags; its CORS rules are put at each start
        bucket = record[0]
        region = bucket.bucket_region
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        return {"CreateBucket": {"Bucket": bucket.name} | place}
    key, entry, _ = record
    thing = list(entry.values())[-1] if isinstance(entry, dict) else entry
    if not hasattr(thing, "data"):
        return {}  # deleted, in a bucket with versions
    plain = lambda value: value.value if isinstance(value, Thing) else value  # noqa: E731
    return {
        "put": {"Key": key, "Metadata": thing.user_metadata} | thing.system_metadata,
        "data": thing.data,
        "size": thing.size,
        "etag": thing.etag,
        "modified": format_datetime(thing.last_modified.astimezone(UTC), usegmt=True),
        "checksum": [plain(thing.checksum_algorithm), plain(thing.checksum_type), thing.checksum_value],
    }
