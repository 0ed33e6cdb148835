#!/bin/bash
# check ROOT: does mysqld understand every line of my.cnf? reload: it reads them only at its start, which closes all connections: only if
# they changed.
set -euo pipefail

case $1 in
  check) setpriv --reuid mysql --regid mysql --clear-groups mysqld --defaults-file="$2/etc/mysql/my.cnf" --validate-config ;;
  reload) sha256sum --status -c /run/mysqld.active || "$2/bin/machine" restart mysqld ;;
esac
