#!/bin/bash
# The bucket's CORS rules as the running program has them, in S3's XML: `bootdev parity` reads it. The keys reach curl by its standard input.
set -euo pipefail
printf 'user = "%s:%s"\n' "$(cat /run/secrets/app/s3-access-key)" "$(cat /run/secrets/app/s3-secret-key)" |
  curl -fsS -m 5 --config - --aws-sigv4 aws:amz:@S3_REGION@:s3 -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
    'http://127.0.0.1:4566/@S3_BUCKET@?cors'
