#!/bin/bash
# check ROOT: are the settings lines that a shell and Mailpit read alike? reload: Mailpit reads them at its start only.
set -euo pipefail

case $1 in
  check)
    if grep -nvE '^(#.*|MP_[A-Z_]+=[A-Za-z0-9_./:@-]*|)$' "$2/etc/mailpit.env"; then
      echo "etc/mailpit.env: the lines above are not of the form MP_NAME=value" >&2
      exit 1
    fi
    ;;
  reload) sha256sum --status -c /run/mailpit.in-force || "$2/bin/machine" restart mailpit ;;
esac
