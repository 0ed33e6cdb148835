#!/bin/sh
# The site's bucket answers with its CORS rules: so the volume is loaded and the bucket is there.
exec curl -fsS -m 2 -o /dev/null 'http://127.0.0.1:4566/@S3_BUCKET@?cors'
