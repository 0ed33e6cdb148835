#!/bin/bash
# queue.sh list | retry, for `bootdev mail`, and on an instance by hand: what waits in the queue of all machines, as a line of JSON; or all of it is
# tried again now, what has failed for good too.
set -euo pipefail
export LC_ALL=C
spool=/srv/files/private/.mail
[ ! -e /run/heartbeat/silent ] || { echo 'the shared files do not answer' >&2; exit 69; }
# As the site, whose folder it is, and which may have put anything there.
[ "$(id -u)" != 0 ] || exec setpriv --reuid=www-data --regid=www-data --clear-groups timeout 20 "$0" "$@"

words() { # FILE NAME → what the server said, and how many seconds ago, as a member of an object; nothing where it said nothing
  local at text
  [ -f "$1" ] && at=$(stat --format=%Y "$1") && text=$(head -c 600 "$1" | tr -cd '[:print:]' | sed 's/[\\"]/\\&/g') || return 0
  printf ',"%s":{"ago":%d,"words":"%s"}' "$2" $((EPOCHSECONDS > at ? EPOCHSECONDS - at : 0)) "$text"
}

case ${1:-} in
  list)
    { find $spool/queue $spool/failed -maxdepth 1 -type f -printf '%h %Ts %s\n' 2>/dev/null || true; } | awk -v now=$EPOCHSECONDS '
      $1 ~ /failed$/ { failed++; next }
      { waiting++; bytes += $3; if (!first || $2 < first) first = $2 }
      END { printf("{\"waiting\":%d,\"bytes\":%d,\"failed\":%d", waiting, bytes, failed); if (waiting) printf(",\"oldest\":%d", now > first ? now - first : 0) }'
    words $spool/refusal refusal
    words $spool/failure failure
    echo '}'
    ;;
  retry)
    [ -d $spool/queue ] || exit 0
    find $spool/failed -maxdepth 1 -type f -exec touch {} + -exec mv -t $spool/queue {} +
    rm -f $spool/refusal $spool/failure # run/mail-queue goes on at once
    ;;
  *) sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
esac
