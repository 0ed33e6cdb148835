#!/bin/bash
# "warm 3 min ago: 500 addresses, hit 0 → 100 %", with errors and an early end where there were any. Nothing before the first run.
set -euo pipefail
[ -e /etc/bootdev/current/run/warm ] || [ -e /srv/files/private/.warm-report ] || exit 0

# As the site, whose file it is: a link in its place may lead anywhere, a pipe may never end, a file may be any size.
report=$(setpriv --reuid=www-data --regid=www-data --clear-groups timeout 1 head -c 2000 /srv/files/private/.warm-report 2>/dev/null) || exit 0
value() { [[ $report =~ \"$1\":([0-9]+) ]] && printf '%s' "${BASH_REMATCH[1]}"; }
at=$(value at) addresses=$(value addresses) before=$(value hitBefore || echo 0) after=$(value hitAfter || echo '?') errors=$(value errors || echo 0)
ago=$((EPOCHSECONDS - at))
if ((ago < 120)); then words="$ago s"; elif ((ago < 7200)); then words="$((ago / 60)) min"; else words="$((ago / 3600)) h"; fi
line="warm $words ago: $addresses addresses, hit $before → $after %"
[ "$errors" -eq 0 ] || line+=", $errors errors"
[[ ! $report =~ \"ended\":\"(slow|errors|stopped)\" ]] || line+=" (ended early: ${BASH_REMATCH[1]})"
echo "$line"
