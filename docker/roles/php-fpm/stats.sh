#!/bin/bash
# "PHP 3 of 20 busy · 2 waiting": children that work on a request, and requests in the socket's queue where there are any.
set -euo pipefail
# FPM counts the queue of TCP sockets only. Of a unix socket, the kernel lists who has connected and was not accepted yet as connecting (02).
waiting=$(awk '$6 == "02" && $8 == "/run/php/php-fpm.sock"' /proc/net/unix | wc -l)
curl -fsS -m 1 http://127.0.0.1:81/-/php-status | awk -F': *' -v waiting="$waiting" '
  $1 == "active processes" { busy = $2 }
  $1 == "total processes" { all = $2 }
  END { if (all) printf("PHP %d of %d busy%s\n", busy, all, (waiting > 0 ? " · " waiting " waiting" : "")) }'
