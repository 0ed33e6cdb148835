#!/bin/bash
# check ROOT: would nginx start with these files? reload: take the files in force, losing no request.
set -euo pipefail

case $1 in
  check) nginx -t -q -e stderr -c "$2/etc/nginx/nginx.conf" ;;
  # Workers of the old configuration finish what they have; new ones accept from the same socket.
  reload) if [ -s /run/nginx.pid ]; then kill -HUP "$(cat /run/nginx.pid)"; fi ;;
esac
