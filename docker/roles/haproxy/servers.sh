#!/bin/bash
# The web machines as haproxy sees them, for `bootdev scale`. (On AWS: the target group, and its deregistration delay.)
#   up              how many are in service
#   drain ADDRESS…  send them no new request; ends when their last one is answered, after 15 s at most
#   ready           slots whose machine is gone can be used again
set -euo pipefail
socket=/run/haproxy/admin.sock

say() { printf '%s\n' "$1" | socat -t 10 stdio "unix-connect:$socket"; }
servers() { say 'show servers state web' | awk '$2 == "web"'; } # fields: 4 name, 5 address, 6 state (2 = running), 7 administrative state (0 = none)
busy() { say 'show stat' | awk -F, -v name="$1" '$1 == "web" && $2 == name {print $5}'; }

case ${1:-} in
  up) servers | awk '$6 == 2 && $7 == 0' | wc -l ;;
  drain)
    shift
    names=()
    for address in "$@"; do
      name=$(servers | awk -v address="$address" '$5 == address {print $4}')
      [ -z "$name" ] || { say "set server web/$name state drain"; names+=("$name"); }
    done
    for name in "${names[@]}"; do
      for _ in $(seq 75); do
        [ "$(busy "$name")" = 0 ] && break
        sleep 0.2
      done
    done
    ;;
  ready) for name in $(servers | awk 'int($7 / 8) % 2 == 1 {print $4}'); do say "set server web/$name state ready"; done ;;
  *) sed -n '2,5s/^# //p' "$0"; exit 2 ;;
esac
