#!/bin/bash
# check ROOT: does msmtp understand its file, and PHP the programs? Nothing to reload: all are read for each mail.
set -euo pipefail

[ "$1" = check ] || exit 0
msmtp -C "$2/etc/msmtprc" --pretend nobody@example.test </dev/null >/dev/null
for program in "$2"/usr/sbin/sendmail "$2"/lib/mail/deliver "$2"/lib/mail/*.php; do
  said=$(php -n -l "$program" 2>&1) || { echo "$said" >&2; exit 1; }
done
