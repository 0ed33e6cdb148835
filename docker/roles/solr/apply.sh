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

check() {
  local bad home status=0
  if bad=$(grep -nvE '^(#.*|(GET|HEAD|POST) /[a-z/]+|)$' "$1/etc/solr/allowlist.txt"); then
    printf 'etc/solr/allowlist.txt: not "METHOD /path":\n%s\n' "$bad" >&2
    return 1
  fi
  # Nothing to try where these files are active already, or where Solr is about to start, which shows the same in half the time.
  core "$1" | cmp -s - $active/core && program "$1" | cmp -s - $active/program && return
  command -v s6-svok >/dev/null && ! s6-svok /run/service/solr && return
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
    if ! program "$2" | cmp -s - $active/program; then
      "$2/bin/machine" restart solr
    elif ! core "$2" | cmp -s - $active/core; then
      curl -fsS -m 60 -o /dev/null 'http://127.0.0.1:8983/solr/admin/cores?action=RELOAD&core=site'
      core "$2" >$active/core
    fi
    ;;
esac
