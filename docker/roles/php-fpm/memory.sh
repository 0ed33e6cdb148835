#!/bin/bash
# What the processes of this machine take, in kB, for `bootdev size`:
#   child OWN SHARED PEAK REQUESTS   each FPM child: memory of its own; its part of opcache, APCu and the like; PHP's memory in its last request; how
#                                    many requests it had
#   rest OWN                         all others together
# From /proc/<pid>/status, which everybody may read: exact shares (smaps) are for who may look into the processes, and root of a machine may
# not. So what a child still has in common with its master counts in each: the figure errs to the safe side.
set -euo pipefail

peaks=$(curl -fsS -m 2 'http://127.0.0.1:81/-/php-status?full')
rest=0 children=() most=0
for process in /proc/[0-9]*; do
  read -r own shared < <(awk '/^RssAnon:/ { own = $2 } /^RssShmem:/ { shared = $2 } END { print own, shared }' "$process/status" 2>/dev/null) || continue
  [ -n "${shared:-}" ] || continue
  title=$(tr '\0' ' ' <"$process/cmdline" 2>/dev/null) || continue
  if [[ "$title " == 'php-fpm: pool www '* ]]; then # not its www_status, which answers the question above
    children+=("${process#/proc/} $own")
    [ "$shared" -le "$most" ] || most=$shared
  else
    rest=$((rest + own))
  fi
done
for child in "${children[@]}"; do
  read -r pid own <<<"$child"
  awk -v pid="$pid" -v own="$own" -v shared=$((most / ${#children[@]})) -F': +' '
    $1 == "pid" { mine = $2 == pid }
    mine && $1 == "requests" { requests = $2 }
    mine && $1 == "last request memory" { peak = $2 / 1024 }
    END { printf "child %d %d %d %d\n", own, shared, peak, requests }' <<<"$peaks"
done
echo "rest $rest"
