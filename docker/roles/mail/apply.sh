#!/bin/bash
# check ROOT: does a shell read each line as Mailpit would, and does haproxy know the gate's? reload: both read them only at their start, so a
# change restarts them.
set -euo pipefail

case $1 in
  check)
    if grep -nvE '^(#.*|MP_[A-Z_]+=[A-Za-z0-9_./:@-]*|)$' "$2/etc/mailpit.env"; then
      echo "etc/mailpit.env: the lines above are not of the form MP_NAME=value" >&2
      exit 1
    fi
    said=$(haproxy -c -f "$2/etc/gate/gate.cfg" 2>&1) || { echo "$said" >&2; exit 1; }
    ;;
  reload)
    sha256sum --status -c /run/mailpit.active || "$2/bin/machine" restart mailpit
    [ ! -f /run/gate.active ] || sha256sum --status -c /run/gate.active || "$2/bin/machine" restart gate
    ;;
esac
