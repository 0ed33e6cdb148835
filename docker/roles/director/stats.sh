#!/bin/bash
# For `status`: connections in the last second, those that are open, and on how many machines.
set -euo pipefail

ipvsadm -L -n --rate --exact | awk '/^TCP/ { rate += $3 } END { printf "%d conn/s · ", rate }'
ipvsadm -L -n | awk '$1 == "->" && $2 ~ /:443$/ { servers++ } $1 == "->" && $5 ~ /^[0-9]+$/ { open += $5 } END { printf "%d open · %d machine%s\n", open, servers, servers == 1 ? "" : "s" }'
