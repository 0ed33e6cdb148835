#!/bin/bash
# check ROOT: does cron understand every line of the crontab, and is the application's cron a program? reload: restarts cron, only if they
# changed; running jobs continue.
set -euo pipefail
[ -e "$2/run/cron" ] || exit 0 # cron.enabled: false

case $1 in
  check)
    bash -n "$2/usr/local/bin/job"
    bash -n "$2/lib/cron/tidy"
    said=$(php -n -l "$2/lib/cron/run" "$2/lib/cron/list" "$2"/lib/cron/*.php 2>&1) || { echo "$said" >&2; exit 1; }
    [ -x "$2/app/cron" ]
    command -v crontab >/dev/null || exit 0 # a container for one tool has no cron
    said=$(crontab -T "$2/etc/crontab" 2>&1) || { echo "$said" >&2; exit 1; }
    ;;
  reload)
    # Missing: cron is new on this machine, and starts after this.
    [ ! -e /run/cron.active ] || sha256sum --status -c /run/cron.active || "$2/bin/machine" restart cron
    ;;
esac
