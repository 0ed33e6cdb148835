#!/bin/bash
# What the processes of this machine take, in kB, for `bootdev size`:
#   child OWN SHARED PEAK REQUESTS   each FPM child: pages of its own; its part of opcache, APCu and the like; PHP's memory in its last request; how many
#                                    requests it had
#   rest OWN                         all others together
# As shares (PSS): a page that ten processes have counts for a tenth in each, so the sum is what the machine needs.
set -euo pipefail

peaks=$(curl -fsS -m 2 'http://127.0.0.1:81/-/php-status?full')
rest=0
for process in /proc/[0-9]*; do
  read -r own shared < <(awk '/^Pss:/ { all = $2 } /^Pss_Shmem:/ { shared = $2 } END { print all - shared, shared }' "$process/smaps_rollup" 2>/dev/null) || continue
  [ -n "${shared:-}" ] || continue
  title=$(tr '\0' ' ' <"$process/cmdline" 2>/dev/null) || continue
  if [[ "$title " == 'php-fpm: pool www '* ]]; then # not its www_status, which answers the question above
    awk -v pid="${process#/proc/}" -v own="$own" -v shared="$shared" -F': +' '
      $1 == "pid" { mine = $2 == pid }
      mine && $1 == "requests" { requests = $2 }
      mine && $1 == "last request memory" { peak = $2 / 1024 }
      END { printf "child %d %d %d %d\n", own, shared, peak, requests }' <<<"$peaks"
  else
    rest=$((rest + own))
  fi
done
echo "rest $rest"
