#!/bin/bash
# ADDRESS…: takes pages out of the micro-caches of all web machines, through this machine's door (docs/purge.md): addresses, beginnings of
# addresses with * behind them, or a * alone for everything. Prints the door's status and its answer. For `bootdev purge`, and by hand as root.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,3s/^# //p' "$0"; exit 2; }

# The token reaches curl through a pipe: everybody sees arguments.
printf '%s\n' "$@" | curl -sS -m 30 -w '\n%{http_code}\n' -X PURGE --data-binary @- \
  -K <(printf 'header = "Authorization: Bearer %s"\n' "$(cat /run/secrets/app/purge-token)") http://127.0.0.1:82/ | tac
