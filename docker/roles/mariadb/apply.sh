#!/bin/bash
# check ROOT: does mariadbd know every line of my.cnf? reload: it reads them at its start only; connections are cut by that: only if they changed.
set -euo pipefail

# It has no mode for this. Asked for its help it reads the file like any other time, and opens nothing. Its exit code says
# nothing of InnoDB's values, nor of a number that it does not take as it stands.
check() {
  local said status=0
  said=$(setpriv --reuid mysql --regid mysql --clear-groups mariadbd --defaults-file="$1" --verbose --help 2>&1 >/dev/null) || status=$?
  said=$(grep -iE 'error|adjusted to' <<<"$said") || return "$status"
  echo "$said" >&2
  return 1
}

case $1 in
  check) check "$2/etc/mysql/my.cnf" ;;
  reload) sha256sum --status -c /run/mysqld/in-force || "$2/bin/machine" restart mariadbd ;;
esac
