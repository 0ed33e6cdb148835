"""For s3-store.test.ts, with the s3 machine's own LocalStack and lib/s3: `write` does what S3 can do to objects, `load` begins again on the same
volume, `old` makes a volume as bootdev 0.1.0 did. Each prints what S3 then says."""

import io
import json
import os
import pickle
import sys
import threading

os.environ |= {"SERVICES": "s3", "DISABLE_EVENTS": "1"}
sys.path.insert(0, "/lib-s3")
from localstack.aws.api import ServiceException
from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.s3.models import S3Bucket, S3Object
from localstack.services.s3.provider import S3Provider
from volume import Volume, digest

ROOT, BUCKET = "/tmp/volume", "kept-media"


def volume() -> Volume:
    made = Volume(ROOT)
    made.skeleton = Skeleton(load_service("s3"), S3Provider(made))
    return made


def do(store: Volume, operation: str, **request):
    """As KeptSkeleton does; a body is a stream, which nobody keeps."""
    kept = {name: value for name, value in request.items() if name != "Body"}
    try:
        said = store.call(operation, request)
    except ServiceException as error:
        store.keep(operation, kept, failed=True)
        return type(error).__name__
    store.keep(operation, kept)
    return said


def put(store: Volume, key: str, text: bytes, **more):
    return do(store, "PutObject", Bucket=BUCKET, Key=key, Body=io.BytesIO(text), **more)


def write(store: Volume):
    os.makedirs(ROOT)
    do(store, "CreateBucket", Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    do(store, "PutBucketVersioning", Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    do(store, "PutBucketTagging", Bucket=BUCKET, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    do(store, "DeleteBucketTagging", Bucket=BUCKET)
    said = {"ContentType": "image/png", "CacheControl": "max-age=9", "Metadata": {"from": "a test"}, "Tagging": "x=y&z=a%20b"}
    for name in ("plain", "copied over", "gone", "gone with others", "tagged", "refused", "replaced"):
        put(store, name, name.encode(), **said)
    put(store, "ü/" + "long" * 240, b"", ContentDisposition="attachment", ChecksumAlgorithm="SHA256")
    upload = do(store, "CreateMultipartUpload", Bucket=BUCKET, Key="in parts", ContentType="video/mp4")["UploadId"]
    parts = [
        {"PartNumber": number, "ETag": do(store, "UploadPart", Bucket=BUCKET, Key="in parts", UploadId=upload, PartNumber=number, Body=io.BytesIO(part))["ETag"]}
        for number, part in ((1, b"a" * 5_242_880), (2, b"end"))
    ]
    do(store, "CompleteMultipartUpload", Bucket=BUCKET, Key="in parts", UploadId=upload, MultipartUpload={"Parts": parts})
    do(store, "CreateMultipartUpload", Bucket=BUCKET, Key="never complete")
    do(store, "CopyObject", Bucket=BUCKET, Key="copy", CopySource=f"{BUCKET}/plain")
    do(store, "CopyObject", Bucket=BUCKET, Key="copied over", CopySource=f"{BUCKET}/copied%20over", MetadataDirective="REPLACE", ContentType="text/plain")
    do(store, "DeleteObject", Bucket=BUCKET, Key="gone")
    do(store, "DeleteObjects", Bucket=BUCKET, Delete={"Objects": [{"Key": "gone with others"}]})
    do(store, "PutObjectTagging", Bucket=BUCKET, Key="tagged", Tagging={"TagSet": [{"Key": "new", "Value": "tag"}]})
    put(store, "replaced", b"by this")
    # Two at once: the first to write is the last whose record is written.
    first, second = ({"Bucket": BUCKET, "Key": "twice", "Body": io.BytesIO(text)} for text in (b"first", b"second"))
    kept = {"Bucket": BUCKET, "Key": "twice"}
    store.call("PutObject", first)
    other = threading.Thread(target=lambda: (store.call("PutObject", second), store.keep("PutObject", kept)))
    other.start()
    other.join()
    store.keep("PutObject", kept)
    assert put(store, "refused", b"other bytes", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==") == "BadDigest"


def old():
    """What 0.1.0 wrote: LocalStack's objects, pickled."""
    for part in ("objects", "data", "uploads"):
        os.makedirs(f"{ROOT}/{BUCKET}/{part}")
    bucket = S3Bucket(name=BUCKET, account_id="000000000000", bucket_region="eu-west-1", owner={"ID": "x", "DisplayName": "x"})
    thing = S3Object(key="old", etag="5d41402abc4b2a76b9719d911017c592", size=5, user_metadata={"a": "b"}, system_metadata={"ContentType": "text/x"})
    thing.data = "f1"
    thing.checksum_value = "M3eFcAZSQlc="
    for path, value in (("bucket", (bucket, {})), (f"objects/{digest('old')}", ("old", thing, {}))):
        with open(f"{ROOT}/{BUCKET}/{path}", "wb") as file:
            file.write(pickle.dumps(value))
    with open(f"{ROOT}/{BUCKET}/data/f1", "w") as file:
        file.write("hello")


def say(store: Volume):
    objects = {}
    for entry in store.call("ListObjectsV2", {"Bucket": BUCKET}).get("Contents", []):
        key = entry["Key"]
        head = store.call("GetObject", {"Bucket": BUCKET, "Key": key, "ChecksumMode": "ENABLED"})
        with head.pop("Body") as body:
            text = body.read()
        tags = store.call("GetObjectTagging", {"Bucket": BUCKET, "Key": key})["TagSet"]
        objects[key] = {name: str(value) for name, value in head.items()} | {"tags": tags, "bytes": text[:40].decode()}
    bucket = [str(store.call(name, {"Bucket": BUCKET})) for name in ("GetBucketLocation", "GetBucketVersioning")]
    files = len(os.listdir(f"{ROOT}/{BUCKET}/data"))
    print(json.dumps({"objects": objects, "bucket": bucket, "files": files}, sort_keys=True))


step = sys.argv[1]
if step == "old":
    old()
else:
    store = volume()
    write(store) if step == "write" else store.load()
    say(store)
