#!/bin/bash
# The machines as the kernel's table has them, for `bootdev scale`. (On AWS: the target group, and its deregistration delay.)
#   up              how many are in service
#   drain ADDRESS…  send them no new connection (weight 0); ends when their last one is closed, after 15 s at most
#   ready           those with weight 0 have their own again
set -euo pipefail

servers() { ipvsadm -L -n | awk '$1 == "TCP" { service = $2 } $1 == "->" && $2 ~ /^[0-9]/ { print service, $2, $3, $4, $5 }'; } # service, server, way, weight, open
flag() { case $1 in Masq) echo -m ;; Route) echo -g ;; Tunnel) echo -i ;; esac; }

case ${1:-} in
  up) servers | awk '$2 ~ /:443$/ && $4 > 0' | wc -l ;;
  drain)
    shift
    for address in "$@"; do
      servers | grep -F " $address:" | while read -r service server way _; do ipvsadm -e -t "$service" -r "$server" "$(flag "$way")" -w 0; done
    done
    for address in "$@"; do
      for _ in $(seq 75); do
        [ "$(servers | grep -F " $address:" | awk '{ open += $5 } END { print open + 0 }')" = 0 ] && break
        sleep 0.2
      done
    done
    ;;
  ready)
    servers | awk '$4 == 0' | while read -r service server way _; do
      weight=$(awk -v server="${server%:*}" '$1 == "real_server" && $2 == server { found = 1 } found && $1 == "weight" { print $2; exit }' /run/lvs/keepalived.conf)
      ipvsadm -e -t "$service" -r "$server" "$(flag "$way")" -w "${weight:-1}"
    done
    ;;
  *) sed -n '2,5s/^# //p' "$0"; exit 2 ;;
esac
