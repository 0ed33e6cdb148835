#!/bin/bash
# "mail 12 wait for 3 min · 2 mails failed"; nothing when nothing waits. By the admin machine, where all have one queue.
set -euo pipefail
# shellcheck disable=SC1091
. /etc/bootdev/machine.env
nodes='@GLUSTER_NODES@'
if [ "$BOOTDEV_KIND" != admin ] && [ -n "$nodes" ]; then exit; fi
[ ! -e /run/heartbeat/silent ] || exit 0
spool=/srv/files/private/.mail

# As the site, whose folders they are.
as_site() { setpriv --reuid=www-data --regid=www-data --clear-groups timeout 1 "$@" 2>/dev/null; }
as_site find $spool/queue $spool/failed -maxdepth 1 -type f -printf '%h %Ts\n' | awk -v now="$EPOCHSECONDS" '
  $1 ~ /failed$/ { failed++; next }
  { waiting++; if (!first || $2 < first) first = $2 }
  END {
    ago = now - first
    span = ago < 120 ? ago " s" : ago < 7200 ? int(ago / 60) " min" : int(ago / 3600) " h"
    if (waiting) printf("mail %d waiting for %s", waiting, span)
    if (failed) printf("%smail %d failed", waiting ? " · " : "", failed)
    if (waiting || failed) print ""
  }'
