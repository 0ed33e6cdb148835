#!/bin/bash
# "cron 12 s ago · next 4 min", or "cron FAILED (exit 1) 12 s ago · next 40 s". With several jobs: all that failed, otherwise the
# latest one; and the next one.
set -euo pipefail
crontab=/etc/bootdev/current/etc/crontab
[ -e $crontab ] || { echo 'cron off'; exit; }

span() { # SECONDS → words
  if (($1 < 120)); then words="$1 s"; elif (($1 < 7200)); then words="$(($1 / 60)) min"; else words="$(($1 / 3600)) h"; fi
}

now=$EPOCHSECONDS failed='' latest='' latest_at=0 next='' next_at=0 jobs=0
while read -r every name; do
  jobs=$((jobs + 1))
  # As the site, whose file it is: a link in its place may lead anywhere, a pipe may never end, a file may be any size.
  record=$(setpriv --reuid=www-data --regid=www-data --clear-groups timeout 1 head -c 1000 "/srv/files/private/.$name-last" 2>/dev/null) || true
  if [[ ! $record =~ \"at\":([0-9]+).*\"exit\":([0-9]+) ]]; then
    latest=${latest:-$name has not run yet}
    continue
  fi
  at=${BASH_REMATCH[1]} code=${BASH_REMATCH[2]}
  span $((now - at))
  if ((at > latest_at)); then latest_at=$at latest="$name $words ago"; fi
  # A failed one is tried again when cron next asks, at each full minute.
  if ((code != 0)); then failed+="${failed:+ · }$name FAILED (exit $code) $words ago" due=$((now - now % 60 + 60)); else due=$((at + every)); fi
  if ((every > 0 && (next_at == 0 || due < next_at))); then next_at=$due next=$name; fi
done < <(awk '!/^#/ {
  for (i = 1; i <= NF; i++) if ($i == "job") {
    every = 0
    for (i++; $i ~ /^--/; i += 2) if ($i == "--every") every = $(i + 1)
    print every, $i
    next
  }
}' $crontab | sort -u)

line=${failed:-$latest}
if ((next_at > 0)); then
  [ "$jobs" -gt 1 ] || next=
  if ((next_at > now)); then span $((next_at - now)); else words='due now'; fi
  line+=" · next ${next:+$next }$words"
fi
echo "$line"
