#!/bin/bash
# check ROOT: would haproxy start with these files? reload: the new worker takes over the listening sockets, the old one finishes its requests.
set -euo pipefail

say() { printf '%s\n' "$2" | socat -t 10 stdio "unix-connect:/run/haproxy/$1.sock"; }

reload() {
  say admin 'show servers state' >/run/haproxy/state.new && mv /run/haproxy/state.new /run/haproxy/state
  local answer
  answer=$(say master reload)
  [[ $answer == Success=1* ]] && return
  echo "$answer" >&2
  return 1
}

case $1 in
  check) said=$(BOOTDEV_PAIR=web-1 haproxy -c -f "$2/etc/haproxy" 2>&1) || { echo "$said" >&2; exit 1; } ;;
  reload) if [ -S /run/haproxy/master.sock ]; then reload; fi ;;
esac
