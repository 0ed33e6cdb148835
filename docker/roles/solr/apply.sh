#!/bin/bash
# check ROOT: makes a core from these files, as Solr itself does, in a temporary folder. reload: a changed core is loaded next to the old
# one, without losing a request; a change of what only a start reads restarts Solr.
# started ROOT: called by the program at its start, to record what it has read.
set -euo pipefail
active=/run/solr
user=(setpriv --reuid solr --regid solr --clear-groups)

# ROOT → one line for what a core's RELOAD reads, and one for what only a start reads.
core() { (cd "$1" && find etc/solr/site -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum); }
program() { (cd "$1" && sha256sum etc/solr/*.* run/solr | sha256sum); }
# core | program, ROOT: is that active? Before the first start nothing is; cmp would end, and sha256sum complain where systemd has it ignore SIGPIPE.
same() { [ -e "$active/$1" ] && "$1" "$2" | cmp -s - "$active/$1"; }

runs() {
  if command -v s6-svok >/dev/null; then s6-svok /run/service/solr; else systemctl is-active -q bootdev@solr; fi
}

check() {
  local bad home status=0
  if bad=$(grep -nvE '^(#.*|(GET|HEAD|POST) /[a-z/]+|)$' "$1/etc/solr/allowlist.txt"); then
    printf 'etc/solr/allowlist.txt: not "METHOD /path":\n%s\n' "$bad" >&2
    return 1
  fi
  # Nothing to try where these files are active already, or where Solr is about to start, which shows the same in half the time.
  same core "$1" && same program "$1" && return
  runs || return 0
  home=$("${user[@]}" mktemp -d)
  "${user[@]}" /opt/solr/java/bin/java -Xmx128m -XX:TieredStopAtLevel=1 -XX:SharedArchiveFile=/opt/solr/solr.jsa -Xlog:disable \
    --enable-native-access=ALL-UNNAMED -Dsolr.install.dir=/opt/solr -Dsolr.log.dir="$home" \
    -Dlog4j2.level=OFF -Djava.util.logging.config.file="$1/etc/solr/logging.properties" \
    -cp /opt/solr/solr.jar Check "$1/etc/solr" "$home" || status=$?
  rm -rf "$home"
  return $status
}

case $1 in
  check) check "$2" ;;
  started)
    mkdir -p $active
    core "$2" >$active/core
    program "$2" >$active/program
    ;;
  reload)
    if ! same program "$2"; then
      "$2/bin/machine" restart solr
    elif ! same core "$2"; then
      curl -fsS -m 60 -o /dev/null 'http://127.0.0.1:8983/solr/admin/cores?action=RELOAD&core=site'
      core "$2" >$active/core
    fi
    ;;
esac
