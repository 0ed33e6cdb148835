#!/bin/sh
# The site's bucket applies its CORS rules, as a browser asks for them: loaded from the volume and seeded.
exec curl -fsS -m 2 -o /dev/null -X OPTIONS -H 'Origin: https://{{settings.site.domain}}' -H 'Access-Control-Request-Method: PUT' \
  http://127.0.0.1:4566/@S3_BUCKET@/health
