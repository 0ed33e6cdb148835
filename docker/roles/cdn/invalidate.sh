#!/bin/bash
# PATH…: what the CDN keeps below these paths is asked for again, as by an invalidation of CloudFront: /a?b=1, with * at the end for anything.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2s/^# //p' "$0"; exit 2; }
printf '%s\n' "$@" | curl -fsS -m 10 --data-binary @- http://127.0.0.1:81/-/invalidate
