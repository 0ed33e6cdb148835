#!/bin/bash
# For `status`: requests in the last second, and 5xx answers since haproxy's last start or reload.
set -euo pipefail

# Type 1: frontends. The first line of the CSV has the column names.
echo 'show stat -1 1 -1' | socat -t 1 stdio unix-connect:/run/haproxy/admin.sock | awk -F, '
  NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
  NF > 1 && $1 != "health" { rate += $at["req_rate"]; errors += $at["hrsp_5xx"] }
  END { printf "%d req/s · %d error%s\n", rate, errors, errors == 1 ? "" : "s" }'
