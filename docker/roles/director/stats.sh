#!/bin/bash
# For `status`: connections in the last second, those that are open, and on how many machines.
set -euo pipefail
# shellcheck source=docker/roles/lvs/root/etc/lvs/lvs.conf
. /etc/bootdev/current/etc/lvs/lvs.conf

if [ "$DIRECTORS" = 2 ]; then
  read -r address _ < <(/etc/bootdev/current/lib/lvs/address)
  if ip -4 -o address show | grep -qF " $address/"; then echo "has $address"; else echo waits; fi
fi
[ "$KIND" = lvs ] || exit 0

ipvsadm -L -n --rate --exact | awk '/^TCP/ { rate += $3 } END { printf "%d conn/s · ", rate }'
ipvsadm -L -n | awk '$1 == "->" && $2 ~ /:443$/ { servers++ } $1 == "->" && $5 ~ /^[0-9]+$/ { open += $5 } END { printf "%d open · %d machine%s\n", open, servers, servers == 1 ? "" : "s" }'
