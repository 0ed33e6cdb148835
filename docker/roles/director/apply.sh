#!/bin/bash
# check ROOT: does keepalived understand the table? reload: run/lvs sees another table within a second; another mode needs its start.
set -euo pipefail

case $1 in
  check)
    bash -n "$2/run/lvs"
    conf=$(mktemp)
    "$2/lib/lvs/table" >"$conf"
    said=$(keepalived --config-test --use-file "$conf" 2>&1) || { echo "${said//$conf/keepalived.conf}" >&2; rm -f "$conf"; exit 1; }
    rm -f "$conf"
    ;;
  reload)
    # shellcheck source=docker/roles/lvs/root/etc/lvs/lvs.conf
    . "$2/etc/lvs/lvs.conf"
    [ ! -e /run/lvs/started ] || [ "$(cat /run/lvs/started)" = "$KIND $MODE $DIRECTORS" ] || "$2/bin/machine" restart lvs
    ;;
esac
