#!/bin/bash
# check ROOT: would nginx start with these files? reload: activate them, losing no request. release: serve the release of now.
set -euo pipefail

# The release's own path as the document root. Behind a link that moves, nginx would mix two releases: it keeps files open by their name.
release() { # ROOT
  local docroot file=/run/bootdev/nginx/release.conf
  docroot=$(sed -n 's/^# docroot: //p' "$1/etc/nginx/nginx.conf")
  mkdir -p "${file%/*}"
  printf 'root "%s/%s";\n' "$(readlink -f /srv/code/current || echo /srv/code/current)" "$docroot" | sed 's|/";|";|' >$file.new
  if cmp -s $file.new $file; then rm $file.new; return 1; fi
  mv $file.new $file
}
# Workers of the old configuration finish what they have; new ones accept from the same socket.
reload() { if [ -s /run/nginx.pid ]; then kill -HUP "$(cat /run/nginx.pid)"; fi; }

case $1 in
  check) [ -f /run/bootdev/nginx/release.conf ] || release "$2" || true; nginx -t -q -e stderr -c "$2/etc/nginx/nginx.conf" ;;
  start) release "$2" || true ;;
  reload) release "$2" || true; reload ;;
  release) if release "$2"; then reload; fi ;;
esac
