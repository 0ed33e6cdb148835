#!/bin/bash
# check ROOT: does mysqld know every line of my.cnf? reload: it reads them at its start only; connections are cut by that: only if they changed.
set -euo pipefail

case $1 in
  check) setpriv --reuid mysql --regid mysql --clear-groups mysqld --defaults-file="$2/etc/mysql/my.cnf" --validate-config ;;
  reload) sha256sum --status -c /run/mysqld/in-force || "$2/bin/machine" restart mysqld ;;
esac
