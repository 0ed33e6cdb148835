#!/bin/bash
# For `status`: how many of the latest answers came from the cache.
set -euo pipefail

tail -n 1000 /var/cache/nginx/results 2>/dev/null | awk '
  { all++ } $1 == "h" { hits++ }
  END { if (all) printf "hit %d %%\n", 100 * hits / all }' || true
