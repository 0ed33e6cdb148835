#!/bin/bash
# check ROOT: does haproxy know the file? reload: it reads it only at its start, so a change restarts it.
set -euo pipefail

case $1 in
  check) said=$(DOOR_ADDRESS=127.0.0.1 haproxy -c -f "$2/etc/door/door.cfg" 2>&1) || { echo "$said" >&2; exit 1; } ;;
  reload) [ ! -f /run/door.active ] || sha256sum --status -c /run/door.active || "$2/bin/machine" restart door ;;
esac
