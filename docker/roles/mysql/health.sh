#!/bin/sh
# A query as the site's user over TLS. (`mysqladmin ping` succeeds even on "access denied".)
exec timeout 2 mysql --defaults-file=/dev/shm/mysql/site.cnf --connect-timeout=2 -NBe 'SELECT 1' @DB_NAME@ >/dev/null
