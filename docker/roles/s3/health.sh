#!/bin/sh
# The site's bucket answers with its CORS rules: loaded from the volume and seeded.
exec curl -fsS -m 2 -o /dev/null 'http://127.0.0.1:4566/@S3_BUCKET@?cors'
