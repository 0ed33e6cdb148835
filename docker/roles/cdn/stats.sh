#!/bin/bash
# "hit 96 %": of the last ten thousand answers, how many came from the cache.
set -euo pipefail
results=/var/cache/nginx/results # a letter an answer (log.conf)
[ -s $results ] || exit 0
if [ "$(stat -c %s $results)" -gt 1000000 ]; then
  # Into the same file: nginx has it open. What it writes in between is lost to the figure.
  kept=$(tail -c 20000 $results)
  echo "$kept" >$results
fi
tail -c 20000 $results | awk '/h/ { hits++ } /[hm]/ { all++ } END { if (all) printf "hit %d %%\n", 100 * hits / all }'
