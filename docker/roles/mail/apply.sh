#!/bin/bash
# check ROOT: does a shell read each line as Mailpit would? reload: Mailpit reads them only at its start, so a change restarts it.
set -euo pipefail

case $1 in
  check)
    if grep -nvE '^(#.*|MP_[A-Z_]+=[A-Za-z0-9_./:@-]*|)$' "$2/etc/mailpit.env"; then
      echo "etc/mailpit.env: the lines above are not of the form MP_NAME=value" >&2
      exit 1
    fi
    ;;
  reload) sha256sum --status -c /run/mailpit.active || "$2/bin/machine" restart mailpit ;;
esac
