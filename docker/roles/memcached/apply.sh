#!/bin/bash
# check ROOT: a memcached with these options, on a socket of its own, must start. reload: it reads options at its start only, and a
# restart empties the cache: only if they changed.
set -euo pipefail

check() {
  local options place status=0
  place=$(mktemp -d)
  mapfile -t options < <(grep '^-' "$1/etc/memcached.conf")
  # It runs until the time-out (124), or ends at once over a bad option. Memory is taken as items come: this costs none.
  timeout 0.2 memcached "${options[@]}" --user=root --unix-socket="$place/socket" || status=$?
  rm -rf "$place"
  [ "$status" -eq 124 ]
}

case $1 in
  check) check "$2" ;;
  reload) sha256sum --status -c /run/memcached.in-force || "$2/bin/machine" restart memcached ;;
esac
