#!/bin/bash
# check ROOT: would nginx start with these files? reload: activate them, losing no request.
set -euo pipefail

# The folder of its sockets, and what it shows the balancer, for balancer.conf: in no bundle and in no argument. Root's own file: nginx' master reads it.
prepare() {
  local file=/run/bootdev/cdn/edge-key.conf
  mkdir -p "${file%/*}"
  install -d -m 0700 -o www-data -g www-data /run/cdn
  (
    umask 077
    printf 'proxy_set_header X-Bootdev-Edge "%s";\n' "$(cat /run/secrets/lb/edge-key)" >$file.new
  )
  mv $file.new $file
}

case $1 in
  check) prepare; nginx -t -q -e stderr -c "$2/etc/nginx/nginx.conf" ;;
  start) prepare ;;
  reload) if [ -s /run/nginx.pid ]; then kill -HUP "$(cat /run/nginx.pid)"; fi ;;
esac
