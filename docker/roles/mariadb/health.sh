#!/bin/sh
# A query as the site's user over TLS. (`mariadb-admin ping` succeeds even on "access denied".)
exec timeout 2 mariadb --defaults-file=/dev/shm/mariadb/site.cnf --connect-timeout=2 -NBe 'SELECT 1' @DB_NAME@ >/dev/null
