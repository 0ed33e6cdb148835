#!/bin/bash
# check ROOT: does a memcached with these options start, on a socket of its own? reload: it reads options only at its start, and a restart
# empties the cache: only if they changed.
set -euo pipefail

check() {
  local options folder status=0
  folder=$(mktemp -d)
  mapfile -t options < <(grep '^-' "$1/etc/memcached.conf")
  # It runs until the time-out (124), or ends at once because of a bad option. Memory is allocated as items come: this needs none.
  timeout 0.2 memcached "${options[@]}" --user=root --unix-socket="$folder/socket" || status=$?
  rm -rf "$folder"
  [ "$status" -eq 124 ]
}

case $1 in
  check) check "$2" ;;
  reload) sha256sum --status -c /run/memcached.active || "$2/bin/machine" restart memcached ;;
esac
