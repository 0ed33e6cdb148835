#!/bin/bash
# check ROOT: does msmtp understand its file? Nothing to reload: it is read for each mail.
set -euo pipefail

[ "$1" = check ] || exit 0
msmtp -C "$2/etc/msmtprc" --pretend nobody@example.test </dev/null >/dev/null
