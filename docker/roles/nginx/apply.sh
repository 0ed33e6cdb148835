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
# Who may purge, for purge.conf: the secret is in no bundle and in no argument. Root's own file: nginx' master reads it.
token() {
  local file=/run/bootdev/nginx/purge-token.conf secret=/run/secrets/app/purge-token
  mkdir -p "${file%/*}"
  (
    umask 077
    if [ -s $secret ]; then printf '"~^Bearer %s$" 1;\n' "$(cat $secret)"; fi >$file.new
  )
  mv $file.new $file
}
# Who knows addresses: as the system has it, which nginx does not read (Docker's, the VPC's, or the machine's own).
resolver() {
  local file=/run/bootdev/nginx/resolver.conf
  mkdir -p "${file%/*}"
  sed -nE 's/^nameserver +([0-9.]+).*/resolver \1 valid=10s ipv6=off;/p' /etc/resolv.conf | head -n 1 >$file.new
  mv $file.new $file
}
# Workers of the old configuration finish what they have; new ones accept from the same socket. A master that cannot use its new files (a
# zone of another size, which no check sees) keeps the old ones and says so only in its log: new processes are the sign that it took them.
# For a tenth of a second both accept; then it has told the old ones, and nobody who comes meets the old files.
reload() {
  local master before child
  [ -s /run/nginx.pid ] || return 0
  master=$(cat /run/nginx.pid)
  before=" $(children "$master") "
  kill -HUP "$master"
  [ "$before" != '  ' ] || return 0 # a kernel that lists no children
  for _ in $(seq 100); do
    for child in $(children "$master"); do
      [[ $before == *" $child "* ]] || { told "$before"; return 0; }
    done
    sleep 0.1
  done
  echo 'nginx kept its old configuration: its log says why' >&2
  return 1
}
told() { # PIDS: they are gone, or finish what they have
  local child
  for child in $1; do
    for _ in $(seq 50); do
      if ! grep -qs 'worker process' "/proc/$child/cmdline" || grep -qs 'shutting down' "/proc/$child/cmdline"; then break; fi
      sleep 0.02
    done
  done
} 2>/dev/null
children() { tr '\n' ' ' <"/proc/$1/task/$1/children" || true; } 2>/dev/null

case $1 in
  check) [ -f /run/bootdev/nginx/release.conf ] || release "$2" || true; token; resolver; nginx -t -q -e stderr -c "$2/etc/nginx/nginx.conf" ;;
  start) release "$2" || true; token; resolver ;;
  reload) release "$2" || true; resolver; reload ;;
  release) if release "$2"; then reload; fi ;;
esac
