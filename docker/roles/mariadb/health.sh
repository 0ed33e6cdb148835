#!/bin/sh
# A query as the site's user over TLS, in the database that is the site's by the data's own words (docker/roles/database). (`mariadb-admin ping` succeeds even on "access denied".)
exec timeout 2 mariadb --defaults-file=/dev/shm/mariadb/site.cnf --connect-timeout=2 -NBe 'SELECT 1' "$(cut -d' ' -f1 /var/lib/mysql/data/site-database)" >/dev/null
