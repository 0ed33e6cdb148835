#!/bin/bash
# check ROOT: does mariadbd understand every line of my.cnf? reload: it reads them only at its start, which closes all connections: only if
# they changed.
set -euo pipefail

# It has no option for this. With --help it reads the file as at a start, and opens nothing. Its exit code does not cover InnoDB's values,
# nor numbers that it adjusts.
check() {
  local output status=0
  output=$(setpriv --reuid mysql --regid mysql --clear-groups mariadbd --defaults-file="$1" --verbose --help 2>&1 >/dev/null) || status=$?
  output=$(grep -iE 'error|adjusted to' <<<"$output") || return "$status"
  echo "$output" >&2
  return 1
}

case $1 in
  check) check "$2/etc/mysql/my.cnf" ;;
  reload) sha256sum --status -c /run/mysqld.active || "$2/bin/machine" restart mariadbd ;;
esac
