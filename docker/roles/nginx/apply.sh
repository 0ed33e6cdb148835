#!/bin/bash
# check ROOT: would nginx start with these files? reload: activates them without losing a request.
set -euo pipefail

case $1 in
  check) nginx -t -q -e stderr -c "$2/etc/nginx/nginx.conf" ;;
  # Workers with the old configuration finish their requests; new ones accept from the same socket.
  reload) if [ -s /run/nginx.pid ]; then kill -HUP "$(cat /run/nginx.pid)"; fi ;;
esac
