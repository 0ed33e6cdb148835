#!/bin/bash
# "cron 12 s ago · next 4 min", or "cron FAILED (exit 1) 12 s ago · next 4 min". Of several jobs: each that failed, else the
# latest one; and the one that comes next.
set -euo pipefail
crontab=/etc/bootdev/current/etc/crontab
[ -e $crontab ] || { echo 'cron off'; exit; }

span() { # SECONDS
  if (($1 < 120)); then echo "$1 s"; elif (($1 < 7200)); then echo "$(($1 / 60)) min"; else echo "$(($1 / 3600)) h"; fi
}
field() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" <<<"$record"; }

now=$EPOCHSECONDS failed='' latest='' latest_at=0 next='' next_at=0 jobs=0
while read -r every name; do
  jobs=$((jobs + 1))
  record=$(cat "/srv/files/private/.$name-last" 2>/dev/null || true)
  at=$(field at) code=$(field exit)
  if [ -z "$at" ]; then
    [ -n "$latest" ] || latest="$name has not run yet"
    continue
  fi
  ago=$(span $((now - at)))
  [ "$code" = 0 ] || failed+="${failed:+ · }$name FAILED (exit $code) $ago ago"
  if ((at > latest_at)); then latest_at=$at latest="$name $ago ago"; fi
  if ((every > 0 && (next_at == 0 || at + every < next_at))); then next_at=$((at + every)) next=$name; fi
done < <(awk '!/^#/ {
  for (i = 1; i <= NF; i++) if ($i == "job") {
    every = 0
    for (i++; $i ~ /^--/; i += 2) if ($i == "--every") every = $(i + 1)
    print every, $i
    next
  }
}' $crontab | sort -u)

said=${failed:-$latest}
if ((next_at > 0)); then
  [ "$jobs" = 1 ] && next='' || next+=' '
  said+=" · next $next$(span $((next_at > now ? next_at - now : 0)))"
fi
echo "$said"
