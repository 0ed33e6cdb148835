"""Files of releases in the bucket, below assets/ (docs/cdn.md). `read`: prints the list of them; `write`: takes a tar from standard input, whose first
entry is changes.json: {"ledger": the list then, "remove": [address], "types": {address: content type}}; the others are files by their address.
The list is written last: who is killed before that begins again."""

import json
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

BUCKET, REGION, LEDGER = "@S3_BUCKET@", "@S3_REGION@", "assets.json"
ENDPOINT = "http://127.0.0.1:4566"


def read() -> str:
    try:
        with urlopen(f"{ENDPOINT}/{BUCKET}/{LEDGER}", timeout=5) as answer:
            return answer.read().decode()
    except HTTPError as error:
        if error.code == 404:
            return "{}"
        raise


def write():
    import boto3  # takes half a second

    key, secret = (Path(f"/run/secrets/app/s3-{name}").read_text().strip() for name in ("access-key", "secret-key"))
    s3 = boto3.client("s3", endpoint_url=ENDPOINT, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret)
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as tar, ThreadPoolExecutor(4) as pool:
        entries = iter(tar)
        changes = json.load(tar.extractfile(next(entries)))
        done = []
        for entry in entries:
            path = f"/{entry.name}"
            body = tar.extractfile(entry).read()
            done.append(pool.submit(s3.put_object, Bucket=BUCKET, Key=f"assets{path}", Body=body, ContentType=changes["types"][path]))
            if len(done) > 8:
                done.pop(0).result()  # not all of them in memory
        for each in done:
            each.result()
    for path in changes["remove"]:
        s3.delete_object(Bucket=BUCKET, Key=f"assets{path}")
    s3.put_object(Bucket=BUCKET, Key=LEDGER, Body=json.dumps(changes["ledger"]).encode(), ContentType="application/json")


print(read()) if sys.argv[1] == "read" else write()
